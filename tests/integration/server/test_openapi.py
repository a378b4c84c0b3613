"""Whatever the OpenAPI document allows, and what it does not: the server never fails at it."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any, cast

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import response_schema_conformance
from sqlalchemy import select

from tests.integration.server.ledger import tell
from tests.unit.server.serverside import ZERO_HEAD, Home, Site
from tutorcli.core.problems import CODES
from tutorcli.server import tables
from tutorcli.server.app import make_app
from tutorcli.server.gate import Gate
from tutorcli.server.limits import Buckets

pytestmark = pytest.mark.integration

BUDGET_S = {False: 6.0, True: 30.0}
"""For one kind of database, by whether the size is full."""
MOST_EXAMPLES = {False: 12, True: 150}
"""Of one operation under one token."""

Real = dict[str, list[Any]]

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3)
    ),
    max_leaves=8,
)
_SPOILT = [
    "schema",
    "id",
    "domain",
    "language",
    "batch",
    "priority",
    "due",
    "overlap",
    "tags",
    "prompt",
    "messages",
    "context",
    "answers",
    "protocol",
    "guideline",
    "region",
    "as_of",
    "jurisdiction",
    "reference",
    "extra",
]


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: object, value: object) -> bytes:
    """Lines are sent as they are."""
    return str(value).encode(errors="surrogatepass")


@st.composite
def tasks(draw: st.DrawFn) -> str:
    """Lines of tasks in which a member or two are anything."""
    answers = [{"id": key, "text": f"Answer {key}."} for key in "ab"]
    row = {"id": draw(st.text(max_size=9)), "domain": "medicine", "language": "en"}
    spoilt = draw(st.dictionaries(st.sampled_from(_SPOILT), _JSON, max_size=2))
    lines = draw(st.integers(1, 3))
    return "\n".join([json.dumps({**row, "prompt": "?", "answers": answers, **spoilt})] * lines)


@pytest.fixture
def app(site: Site) -> Iterator[FastAPI]:
    """An app without a limit of requests: two tokens ask everything here."""
    made = make_app(site.context)
    for middleware in made.user_middleware:
        if cast("Any", middleware.cls) is Gate:
            middleware.kwargs["buckets"] = Buckets(rate=1e9, burst=1e9)
    yield made
    asgi.shutdown_lifespans()


def real_values(site: Site, home: Home) -> Real:
    """What a request can name that exists, by the name of the member or the parameter."""
    with site.database.read() as connection:
        assignments = list(connection.execute(select(tables.assignments.c.id)).scalars())
        tasks = list(connection.execute(select(tables.tasks.c.id)).scalars())
        made = list(connection.execute(select(tables.judgments.c.id)).scalars())
    return {
        "device": [home.device],
        # The other two would be revoked, and hear nothing but that from then on.
        "tutor": [site.tutor()],
        "judgment": [key for key in made if key],
        "ids": [[key] for key in tasks],
        "holding": [[key] for key in assignments],
        "prev_head": [ZERO_HEAD, home.head(len(home.items))],
        "first": [1, len(home.items) + 1],
        "after": [0, 1],
        "verdict": ["accept", "return"],
    }


def with_real_values(data: st.DataObject, part: Any, real: Real) -> Any:
    """An object of a request, some of whose members exist on the server."""
    if not isinstance(part, dict):
        return part
    return {
        key: data.draw(st.sampled_from([value, *real.get(key, [])]), key)
        for key, value in part.items()
    }


def peopled(site: Site) -> tuple[Home, Home]:
    """A tutor with work done, and somebody with every other role."""
    site.subject()
    home, admin = site.home(), site.home(roles="lead admin auditor tutor")
    for number in range(4):
        # Two of them wait for a lead.
        site.judge(home, **({"guideline": "old@1#" + "3" * 64} if number > 1 else {}))
    site.push(home)
    for _ in range(3):
        site.task(overlap=2, free=2)
    return home, admin


class _OutOfTime(KeyboardInterrupt):
    """The only kind of end at which Hypothesis does not wonder why a request was not made."""


@dataclass
class Asker:
    """Sends what the document's schemas give, and what they forbid."""

    client: Any
    real: Real
    most: int
    """Requests of one turn."""
    asked: Counter[str] = field(default_factory=Counter)
    """Replies by status, with how often each."""

    def ask(self, operation: Any, mode: GenerationMode, who: Home, until: float) -> None:
        """Requests of one operation until a moment."""

        @settings(
            max_examples=self.most,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def run(data: st.DataObject) -> None:
            if time.monotonic() > until:
                raise _OutOfTime
            self._one(data.draw(operation.as_strategy(generation_mode=mode)), who, data)

        # Of an address that takes nothing, nothing wrong can be asked.
        with suppress(Unsatisfiable, _OutOfTime):
            run()

    def _one(self, case: Any, who: Home, data: st.DataObject) -> None:
        if data.draw(st.booleans(), "real"):
            case.path_parameters = with_real_values(data, case.path_parameters, self.real)
            case.query = with_real_values(data, case.query, self.real)
            case.body = with_real_values(data, case.body, self.real)
            if case.media_type == "application/x-ndjson":
                case.body = data.draw(tasks(), "tasks")
        sends_token = data.draw(st.integers(0, 9), "token") < 9
        response = case.call(session=self.client, headers=who.headers if sends_token else {})
        self.asked[str(response.status_code)] += 1
        assert response.status_code < 500, (case.as_curl_command(), response.text)
        if response.status_code >= 400:
            assert response.headers["content-type"] == ["application/problem+json"]
            assert CODES[response.json()["code"]].status == response.status_code
        else:
            case.validate_response(response, checks=[response_schema_conformance])


def test_no_request_of_the_document_makes_the_server_fail(
    site: Site, app: FastAPI, full: bool
) -> None:
    home, admin = peopled(site)
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app)
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) > 20
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    turns = list(product(operations, (admin, home), modes))
    with asgi.get_client(cast("Any", app)) as client:
        asker = Asker(client, real_values(site, home), MOST_EXAMPLES[full])
        over = time.monotonic() + BUDGET_S[full]
        for number, (operation, who, mode) in enumerate(turns):
            now = time.monotonic()
            asker.ask(operation, mode, who, now + (over - now) / (len(turns) - number))
    assert {"200", "400", "401", "403", "404"} <= asker.asked.keys()
    tell("openapi", **asker.asked)
