"""Tasks and assignments on SQLite and on PostgreSQL: the unit tests, and crowds of full size."""

import re
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event

from tests.unit.server.fresh import Clock
from tests.unit.server.tasks import (
    test_assigning,
    test_claiming,
    test_exporting,
    test_hiding,
    test_holding,
    test_news,
    test_projecting,
    test_recovering,
    test_rulings,
    test_taking,
    test_withdrawing,
)
from tests.unit.server.tasks.claiming import claim_all
from tests.unit.server.tasks.tasking import ask, enrol, give, made, rows, task
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services.leases import give_back
from tutorcli.server.services.withdrawing import Which, purge, withdraw

pytestmark = pytest.mark.integration

_SHARED = (
    test_assigning,
    test_claiming,
    test_exporting,
    test_hiding,
    test_holding,
    test_news,
    test_projecting,
    test_recovering,
    test_rulings,
    test_taking,
    test_withdrawing,
)


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def context(url: str, clock: Clock) -> Iterator[Context]:
    """A project on a database of each kind."""
    context = made(url, clock)
    yield context
    context.database.close()


for _module in _SHARED:
    globals().update(
        {
            f"{name}__{_module.__name__.rpartition('.')[2]}": item
            for name, item in vars(_module).items()
            # Properties of pure functions are the same on every database.
            if name.startswith("test_") and "context" in item.__annotations__
        }
    )


def test_sixteen_workers_claiming_five_thousand_tasks_make_fifteen_thousand_assignments(
    context: Context,
) -> None:
    claim_all(context, 5000)


def _at_once(acts: list[Any]) -> None:
    """Run acts in threads that begin together."""
    gate = Barrier(len(acts))

    def run(act: Any) -> None:
        gate.wait()
        act()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_homes_of_one_tutor_at_once_are_given_no_more_than_one_wants(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(40)))

    _at_once([lambda number=number: ask(context, "ann", 10, machine=number) for number in range(8)])

    assert len(rows(context, tables.assignments)) == 10


def test_a_lapsed_lease_is_given_back_once_by_many(context: Context, clock: Clock) -> None:
    enrol(context, "ann")
    give(context, *[task(number, overlap=2) for number in range(50)])
    ask(context, "ann", 50)
    clock.move(days=15)

    _at_once([lambda: give_back(context)] * 8)
    while give_back(context):
        pass

    assert {row.free for row in rows(context, tables.tasks)} == {2}
    assert {row.state for row in rows(context, tables.assignments)} == {"expired"}


ORDER = ["tutors", "devices", "assignments", "tasks", "counters"]
"""In which all transactions lock rows of these tables, so that no two wait for one another."""
_LOCKS = re.compile(r"FROM (\w+)(?=.* FOR (?:NO KEY )?UPDATE)|^UPDATE (\w+)", re.DOTALL)


def locked(context: Context) -> list[str]:
    """Tables whose rows are locked from now on, in the order of their first locks."""
    found: list[str] = []

    def note(*arguments: Any) -> None:
        if lock := _LOCKS.search(arguments[2]):
            found.extend({lock[1] or lock[2]} - set(found))

    event.listen(context.database.engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_pull_locks_rows_in_the_order_of_pushes(context: Context, clock: Clock) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(4)))
    ask(context, "ann", 2)
    clock.move(hours=2)
    found = locked(context)

    ask(context, "ann", 4)

    assert found == ORDER[:4]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("act", [withdraw, purge])
def test_tasks_are_taken_back_in_the_order_of_pushes(context: Context, act: Any) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(4)))
    ask(context, "ann", 2)
    found = locked(context)

    act(context, "lead", Which(batch="secret-batch"))

    assert found == ORDER[2:]
