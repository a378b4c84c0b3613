"""What no honest client sends, over a socket: refused or set aside by its code, and others are served."""

import gzip
import http.client
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.integration.server.ledger import TABLE, Tutor, at_work, opened
from tests.integration.server.processes import Server
from tests.unit.server.fresh import Clock
from tests.unit.server.serverside import ZERO_HEAD, Home, Site
from tutorcli.core.judgment import Judgment
from tutorcli.core.wire import PushRequest
from tutorcli.server import tables
from tutorcli.server.bodies import adapter
from tutorcli.server.services import auditing
from tutorcli.server.storage import utc_now

pytestmark = pytest.mark.integration

JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}
MB = 1 << 20

SQL = (
    "'; DROP TABLE judgments; --",
    "' OR '1'='1",
    "x'); DELETE FROM tutors; --",
    "\\'; UPDATE devices SET have = 99; --",
    '"; SELECT pg_sleep(30); --',
    "%s ? :device {0} $1",
)
PATHS = (
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "C:\\Windows\\system32",
    "a/../../b",
    "file:///etc/passwd",
    "~root",
    "-rf",
    "x" * 5000,
    "\u202egpj.exe",
    ".",
)


@dataclass
class Attack:
    """A server in its own process, and somebody with a token who means no good."""

    server: Server
    site: Site
    home: Home

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        home: Home | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Status and body of an answer; a body that is no bytes is sent as JSON."""
        home = home or self.home
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {**home.headers, **(JSON if raw is not None else {}), **(headers or {})}
        status, said = self.server.ask(method, path, raw, sent)
        return status, json.loads(said)

    def code(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> str:
        """The code of a refusal."""
        status, said = self.ask(method, path, body, headers=headers)
        assert status >= 400, said
        return str(said["code"])

    def push(self, request: PushRequest, home: Home | None = None) -> list[tuple[str, str | None]]:
        """Status and reason of each item of a push that is taken."""
        body = adapter(PushRequest).dump_json(request)
        status, said = self.ask("POST", "/v1/push", body, home)
        assert status == http.client.OK, said
        return [(item["status"], item["reason"]) for item in said["results"]]


def at_ease(tutor: Tutor) -> None:
    """A tutor judges and syncs; no sync may fail."""
    tutor.judge(1)
    tutor.sync()
    tutor.done["syncs"] += 1
    time.sleep(0.05)


@pytest.fixture
def attack(url: str, tmp_path: Path) -> Iterator[Attack]:
    """The server under attack; meanwhile somebody else works, and nothing goes wrong for them."""
    with opened(url) as office:
        office.add_tasks(400)
        site = Site(office.context, Clock(utc_now()), count=1000)
        server = Server(tmp_path / "server", url, table=TABLE)
        server.start(is_warm=True)
        try:
            server.await_ready()
            tutor = Tutor(tmp_path / "tutor", server.address, office.code())
            with at_work([tutor], at_ease):
                yield Attack(server, site, site.home())
            tutor.settle()
            tutor.check()
            assert tutor.done["syncs"]
            assert server.faults() == []
        finally:
            server.stop()
    with opened(url) as office:
        assert auditing.verify(office.context).breaks == ()


# Bodies.


def test_a_gzip_bomb_is_refused(attack: Attack) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(packer.compress(bytes(MB)) for _ in range(1024)), packer.flush()])
    assert len(bomb) < 2 * MB
    for path in ("/v1/push", "/v1/pull", "/v1/enrol", "/v1/review"):
        headers = {**GZIP, "Content-Length": str(len(bomb))}
        assert attack.code("POST", path, bomb, headers) == "too_large"
    twice = gzip.compress(bomb)
    assert attack.code("POST", "/v1/push", twice, GZIP) in {"bad_request", "too_large"}


def test_a_hundred_megabytes_are_refused(attack: Attack) -> None:
    assert attack.code("POST", "/v1/push", b" " * (100 * MB)) == "too_large"
    assert attack.code("POST", "/v1/tasks", b" ", {"Content-Length": str(100 * MB)}) in {
        "unsupported_encoding",
        "wrong_role",
    }


@pytest.mark.parametrize("inner", [b"[", b'{"a":'])
def test_json_that_is_nested_deep_is_refused_or_set_aside(attack: Attack, inner: bytes) -> None:
    deep = inner * 100_000
    assert attack.code("POST", "/v1/push", deep) == "bad_request"
    whole = b"[" * 100_000 + b"]" * 100_000
    body = b'{"device":"%s","extra":%s}' % (attack.home.device.encode(), whole)
    assert attack.code("POST", "/v1/pull", body) == "bad_request"
    attack.home.add_text(deep.decode())
    attack.home.add_text(whole.decode())
    said = attack.push(attack.home.request())
    assert said == [("invalid", "not_json")] * 2


def test_ten_thousand_bad_items_are_refused_and_two_hundred_set_aside(attack: Attack) -> None:
    for number in range(10_000):
        attack.home.add_text(f"bad {number}")
    body = adapter(PushRequest).dump_json(attack.home.request())
    assert attack.code("POST", "/v1/push", body) == "too_large"
    assert attack.push(attack.home.request(1, 200)) == [("invalid", "not_json")] * 200
    assert attack.code("POST", "/v1/push", body) == "too_large"


# Who it is.


def test_a_forged_device_is_refused(attack: Attack) -> None:
    honest = attack.site.home()
    attack.site.judge(honest)
    attack.push(honest.request(), honest)
    thief = attack.home
    forged = Home(thief.tutor, thief.token, honest.device)
    for items in ([], honest.items):
        forged.items = list(items)
        for first in (1, 2):
            request = adapter(PushRequest).dump_json(forged.request(first))
            assert attack.code("POST", "/v1/push", request) == "not_your_device"
    assert attack.code("POST", "/v1/pull", {"device": honest.device}) == "not_your_device"
    assert attack.code("GET", f"/v1/verify?device={honest.device}") == "not_your_device"
    for device in (*PATHS, *SQL, "", honest.device.upper(), "0" * 36):
        body = {"device": device, "prev_head": ZERO_HEAD}
        assert attack.code("POST", "/v1/push", body) == "bad_request"
        assert attack.code("POST", "/v1/pull", {"device": device}) == "bad_request"


def test_work_under_another_tutors_token_is_set_aside(attack: Attack) -> None:
    honest, thief = attack.site.home(), attack.home
    given = attack.site.assignment(honest.tutor)
    thief.add(attack.site.judgment(honest.tutor, given))
    attack.site.judge(thief, given)
    said = attack.push(thief.request())
    assert said == [("quarantined", "wrong_tutor"), ("quarantined", "not_assigned")]
    assert attack.site.state(given) == "open"


def test_a_token_that_is_none_opens_nothing(attack: Attack) -> None:
    token = attack.home.token
    number, secret = token.split("_")[1:3] if token.count("_") == 2 else (token[4:12], token[13:])
    for forged in (
        "",
        token[:-1],
        token + "A",
        token.swapcase(),
        f"tut_{number}_{secret[::-1]}",
        f"tut_00000000_{secret}",
        "tut_" + "x" * 60_000,
        *(f"tut_{sql}" for sql in SQL if sql.isascii()),
    ):
        home = replace(attack.home, token=forged)
        for method, path in (("POST", "/v1/pull"), ("GET", "/v1/tutors"), ("GET", "/v1/audit")):
            body = {"device": home.device} if method == "POST" else None
            try:
                status, said = attack.ask(method, path, body, home)
            except (http.client.HTTPException, OSError):
                # A head that long is not answered.
                assert len(forged) > 1000
                continue
            assert (status, said["code"]) == (401, "token_unknown")


def test_a_tutor_does_nothing_that_leads_and_administrators_may(attack: Attack) -> None:
    for method, path, body in (
        ("GET", "/v1/tutors", None),
        ("POST", "/v1/tutors", {"roles": ["admin"]}),
        ("POST", f"/v1/tutors/{attack.home.tutor}/code", None),
        ("POST", f"/v1/tutors/{attack.home.tutor}/revoke", None),
        ("GET", "/v1/judgments", None),
        ("GET", "/v1/stats", None),
        ("GET", "/v1/quarantine", None),
        ("POST", "/v1/quarantine/release", {"judgment": "x"}),
        ("POST", "/v1/tasks/purge", {"batch": "x"}),
        ("POST", "/v1/tasks/withdraw", {"batch": "x"}),
        ("POST", "/v1/review", {"judgment": "x", "verdict": "accept"}),
        ("GET", "/v1/audit", None),
        ("GET", "/v1/audit/verify", None),
    ):
        assert attack.code(method, path, body) in {"wrong_role", "bad_request"}, path


# What it says.


def test_ids_that_are_paths_reach_no_file(attack: Attack) -> None:
    admin = attack.site.home(roles="admin lead auditor")
    for trick in (*PATHS, "%00", "..%5c..%5c"):
        address = quote(trick, safe="%/\\.:~")[:4000].replace("\\", "%5C")
        for path in (f"/v1/tutors/{address}/revoke", f"/v1/{address}", f"/{address}"):
            status, said = attack.ask("POST", path, {}, admin)
            assert said["code"] in {"not_found", "method_not_allowed", "bad_request"}, (path, said)
        judgment = {"judgment": trick}
        status, said = attack.ask("POST", "/v1/quarantine/release", judgment, admin)
        assert (status, said["code"]) == (404, "not_found")
        status, said = attack.ask("POST", "/v1/tasks/withdraw", {"ids": [trick]}, admin)
        assert (status, said["code"]) == (404, "not_found")
        attack.site.judge(attack.home, task=trick, assignment=trick)
    results = set(attack.push(attack.home.request()))
    assert results <= {("quarantined", "unassigned"), ("invalid", "schema")}


def test_sql_in_every_field_of_a_judgment_is_text(attack: Attack) -> None:
    home = attack.home
    given = attack.site.assignment(home.tutor)
    counts = _counts(attack.site)
    texts = [item.name for item in fields(Judgment) if item.type in {str, str | None}]
    assert {"id", "task", "tutor", "comment", "assignment", "stage", "supersedes"} <= set(texts)
    for name in texts:
        for sql in SQL:
            spoilt: dict[str, Any] = {name: sql}
            home.add(replace(attack.site.judgment(home.tutor, given), **spoilt))
    said = []
    for first in range(1, len(home.items) + 1, 100):
        said += attack.push(home.request(first, first + 99))
    assert len(said) == len(texts) * len(SQL)
    assert {status for status, _ in said} <= {"accepted", "quarantined", "invalid", "surplus"}
    (device,) = attack.site.rows(tables.devices, id=home.device)
    assert device.have == len(said)
    stored = {
        row.sha256.hex(): row.body for row in attack.site.rows(tables.judgments, device=home.device)
    }
    assert stored == {item.sha256: item.body for item in home.items}
    assert _counts(attack.site) == counts


def test_sql_in_every_field_of_a_request_is_text(attack: Attack) -> None:
    admin = attack.site.home(roles="admin lead auditor tutor")
    counts = _counts(attack.site)
    for sql in SQL:
        wanted = {
            "/v1/enrol": {"code": sql, "device": str(uuid4()), "name": sql, "tutor": sql},
            "/v1/pull": {
                "device": admin.device,
                "want": 1,
                "holding": [sql],
                "instruments": [sql],
                "documents": [sql],
            },
            "/v1/push": {"device": admin.device, "prev_head": ZERO_HEAD, "clock": sql},
            "/v1/tasks/withdraw": {"ids": [sql], "batch": None},
            "/v1/tasks/purge": {"batch": sql},
            "/v1/quarantine/reject": {"judgment": sql},
            "/v1/review": {"judgment": sql, "verdict": sql, "comment": sql},
            "/v1/tutors": {"roles": ["tutor"], "regions": [sql], "name": sql},
        }
        for path, body in wanted.items():
            status, said = attack.ask("POST", path, body, admin)
            assert status in {200, 400, 403, 404}, (path, said)
        for path in ("verify?device", "judgments?after", "quarantine?limit", "audit?after"):
            status, said = attack.ask("GET", f"/v1/{path}={quote(sql)}", home=admin)
            assert status == 400, (path, said)
    assert _counts(attack.site) == counts


def _counts(site: Site) -> dict[str, int]:
    """How many rows there are of what no attack may add to or take from."""
    watched = (tables.tutors, tables.tokens, tables.tasks, tables.codes)
    return {table.name: len(site.rows(table)) for table in watched}
