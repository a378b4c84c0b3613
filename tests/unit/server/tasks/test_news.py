"""Outcomes, and work from a tutor's other machines."""

import tracemalloc

import pytest
from sqlalchemy import insert

from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    enrol,
    give,
    ids,
    judgment_of,
    task,
)
from tutorcli.core.wire import PullReply
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services import news
from tutorcli.server.services.withdrawing import Which, purge
from tutorcli.server.storage import next_feed


def worked(context: Context, count: int = 3) -> PullReply:
    """Ann has judged so many tasks on her first machine."""
    enrol(context, "ann")
    give(context, *map(task, range(count)))
    reply = ask(context, "ann", count)
    for number, one in enumerate(reply.assignments):
        arrive(context, "ann", judgment_of(one.task, "ann", f"j{number}"))
    return reply


def test_outcomes_come_once(context: Context) -> None:
    worked(context)

    first = ask(context, "ann")
    second = ask(context, "ann", after=first.until)

    assert [(one.judgment, one.status) for one in first.outcomes] == [
        ("j0", "accepted"),
        ("j1", "accepted"),
        ("j2", "accepted"),
    ]
    assert second.outcomes == ()
    assert second.until == first.until == 3


def test_own_work_does_not_come_back_to_the_machine_that_made_it(context: Context) -> None:
    worked(context)

    assert ask(context, "ann").mine == ()


def test_a_new_laptop_gets_the_work_of_the_old_one_with_its_tasks(context: Context) -> None:
    made = worked(context)

    reply = ask(context, "ann", machine=2)

    assert len(reply.mine) == 3
    assert [one.dseq for one in reply.mine] == [1, 2, 3]
    assert set(ids(reply)) == set(ids(made))
    assert {one.is_open for one in reply.assignments} == {False}
    assert reply.leases == {}
    tasks = {one.id: one.task for one in made.assignments}
    assert {one.id: one.task for one in reply.assignments} == tasks


def test_work_of_a_task_that_is_held_comes_without_the_task(context: Context) -> None:
    made = worked(context, 1)

    reply = ask(context, "ann", machine=2, holding=ids(made))

    assert len(reply.mine) == 1
    assert reply.assignments == ()


def test_work_comes_in_parts_that_fit(context: Context) -> None:
    worked(context, 5)
    heard: list[int] = []
    after, more, rounds = 0, True, 0

    while more:
        reply = ask(context, "ann", machine=2, after=after, max_bytes=1000)
        heard += [one.dseq for one in reply.mine]
        after, more, rounds = reply.until, reply.more, rounds + 1

    assert heard == [1, 2, 3, 4, 5]
    assert rounds > 1
    assert after == 5


def test_work_that_does_not_fit_is_not_even_read(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(20)))
    for number, one in enumerate(ask(context, "ann", 20).assignments):
        said = judgment_of(one.task, "ann", f"j{number}", comment="x" * 200_000)
        arrive(context, "ann", said)
    ask(context, "ann", machine=2, max_bytes=1000)

    tracemalloc.start()
    reply = ask(context, "ann", machine=2, max_bytes=1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(reply.mine) == 1
    assert peak < 2_000_000


def test_outcomes_come_in_parts(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(context, 5)
    monkeypatch.setattr(news, "ROWS_AT_ONCE", 2)
    heard: list[str] = []
    after, more = 0, True

    while more:
        reply = ask(context, "ann", after=after)
        heard += [one.judgment for one in reply.outcomes]
        after, more = reply.until, reply.more

    assert heard == ["j0", "j1", "j2", "j3", "j4"]


def test_a_ruling_is_told_to_every_machine(context: Context) -> None:
    worked(context, 1)
    heard = ask(context, "ann").until
    with context.database.write() as connection:
        connection.execute(
            insert(tables.rulings).values(
                feed=next_feed(connection),
                judgment="j0",
                tutor="ann",
                status="surplus",
                reason="late",
                by="lead",
                at="2026",
            )
        )

    later, new = ask(context, "ann", after=heard), ask(context, "ann", machine=2)

    for reply in (later, new):
        assert [(one.judgment, one.status, one.reason) for one in reply.outcomes] == [
            ("j0", "surplus", "late")
        ]


def test_nobody_hears_of_the_work_of_others(context: Context) -> None:
    worked(context)
    enrol(context, "bob")

    reply = ask(context, "bob")

    assert (reply.outcomes, reply.mine) == ((), ())
    assert reply.until == 3


def test_purged_work_does_not_travel(context: Context) -> None:
    worked(context, 2)
    purge(context, "lead", Which(("t0",)), with_judgments=True)

    reply = ask(context, "ann", machine=2)

    assert len(reply.mine) == 1
    assert len([one for one in reply.assignments if not one.is_open]) == 1


def test_a_cursor_from_before_a_restore_is_set_back(context: Context) -> None:
    worked(context)

    assert ask(context, "ann", after=900).until == 3
