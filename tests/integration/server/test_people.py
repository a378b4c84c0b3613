"""Acts about one tutor that meet on PostgreSQL: one goes after the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import text

from tests.integration.server.conftest import emptied
from tests.unit.server.peopled import ADMIN, added, enrolled, made, values_of
from tutorcli.server.auth import authenticate
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing, people, persons
from tutorcli.server.tables import codes

pytestmark = pytest.mark.integration

_BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def context(postgresql: Any) -> Iterator[Context]:
    made_of = made(emptied(postgresql))
    yield made_of
    made_of.database.close()


@contextmanager
def one_after_another(context: Context) -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """Starts acts, each until it waits for another; when the block ends all go on.

    Every act records itself at its end, and the audit is held here.
    """
    with ThreadPoolExecutor(4) as pool, context.database.write() as holder:
        auditing.record(holder, ADMIN, "test.hold", "", {})
        started = []

        def start(act: Callable[[], Any]) -> Future[Any]:
            started.append(pool.submit(act))
            until = monotonic() + 10
            while _blocked(context) < len(started):
                assert monotonic() < until
                sleep(0.01)
            return started[-1]

        yield start


def _blocked(context: Context) -> int:
    with context.database.read() as connection:
        return int(connection.execute(text(_BLOCKED)).scalar_one())


def test_a_revocation_takes_the_token_of_an_enrolment_under_way(context: Context) -> None:
    who = added(context)
    with one_after_another(context) as start:
        reply = start(lambda: enrolled(context, who))
        gone = start(lambda: people.revoke(context, ADMIN, who.tutor))
    gone.result()
    people.new_code(context, ADMIN, who.tutor)

    with context.database.read() as connection, pytest.raises(Rejected) as refused:
        authenticate(connection, reply.result().token, context.database.stamp())
    assert refused.value.code.name == "token_revoked"


def test_an_enrolment_waits_for_the_revocation_under_way(context: Context) -> None:
    who = added(context)
    with one_after_another(context) as start:
        start(lambda: people.revoke(context, ADMIN, who.tutor))
        reply = start(lambda: enrolled(context, who))
    with pytest.raises(Rejected) as refused:
        reply.result()
    assert refused.value.code.name == "code_unknown"


def test_one_code_is_good_for_one_of_two_machines_at_once(context: Context) -> None:
    who = added(context)
    with one_after_another(context) as start:
        first = start(lambda: enrolled(context, who))
        second = start(lambda: enrolled(context, who))
    assert first.result().tutor == who.tutor
    with pytest.raises(Rejected) as refused:
        second.result()
    assert refused.value.code.name == "code_unknown"


def test_a_person_who_is_being_erased_gets_no_code(context: Context) -> None:
    who = added(context, name="Ada")
    with one_after_another(context) as start:
        gone = start(lambda: persons.erase_person(context, ADMIN, who.tutor))
        code = start(lambda: people.new_code(context, ADMIN, who.tutor))
    gone.result()
    with pytest.raises(Rejected) as refused:
        code.result()
    assert refused.value.code.name == "conflict"
    assert people.find(context, who.tutor).state == "revoked"
    assert len(values_of(context, codes.c.hash)) == 1
