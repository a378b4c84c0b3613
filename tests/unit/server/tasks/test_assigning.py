"""What a pull hands out, to whom, and what it leaves as it was."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from tests.unit.server.fresh import Clock
from tests.unit.server.tasks.tasking import (
    ask,
    caller,
    device,
    enrol,
    give,
    ids,
    rows,
    task,
    task_of,
    under,
)
from tutorcli.core.task import task_from_json, task_sha256
from tutorcli.core.wire import PullRequest
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import assigning
from tutorcli.server.services.assigning import pull
from tutorcli.server.services.withdrawing import Which, withdraw


def test_a_tutor_gets_as_many_tasks_as_wanted(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(10)))

    reply = ask(context, "ann", 4)

    assert len(reply.assignments) == 4
    assert not reply.more


def test_the_same_pull_twice_hands_out_nothing_more(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(10)))

    first, second = ask(context, "ann", 4), ask(context, "ann", 4)

    assert second.assignments == first.assignments
    assert len(rows(context, tables.assignments)) == 4


def test_what_a_home_holds_is_not_sent_again(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(10)))
    first = ask(context, "ann", 4)

    second = ask(context, "ann", 6, holding=ids(first))

    assert len(second.assignments) == 2
    assert set(second.leases) == set(ids(first))


def test_a_new_laptop_gets_what_lies_on_the_old_one(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(10)))
    first = ask(context, "ann", 4)

    assert set(ids(ask(context, "ann", 4, machine=2))) == set(ids(first))


def test_assignments_are_opaque_and_hide_what_tells_models_apart(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))

    (one,) = ask(context, "ann", 1).assignments

    assert UUID(one.id).version == 4
    assert one.task["id"] == one.id
    assert "secret" not in str(one.task)
    assert "m-one" not in str(one.task)
    assert {answer["id"] for answer in one.task["answers"]} == {"a0", "a1"}


def test_the_stored_hash_is_that_of_the_task_as_handed_out(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))

    (one,) = ask(context, "ann", 1).assignments

    (row,) = rows(context, tables.assignments)
    assert row.sha256 == task_sha256(task_from_json(one.task))


def test_a_task_goes_to_no_more_tutors_than_its_overlap(context: Context) -> None:
    enrol(context, "ann", "bob", "cho")
    give(context, task(1, overlap=2))

    given = [len(ask(context, tutor, 5).assignments) for tutor in ("ann", "bob", "cho")]

    assert given == [1, 1, 0]
    assert rows(context, tables.tasks)[0].free == 0


def test_greater_priority_comes_first_then_the_earlier_date(context: Context) -> None:
    enrol(context, "ann")
    give(
        context,
        task(1),
        task(2, due="2026-12-24"),
        task(3, due="2026-12-01"),
        task(4, priority=5),
    )

    given = [task_of(context, one.id) for one in ask(context, "ann", 3).assignments]

    assert given == ["t4", "t3", "t2"]


@pytest.mark.parametrize(
    ("qualification", "given"),
    [
        (("medicine", "en"), ["en"]),
        (("medicine", "zh"), ["zh-Hans"]),
        (("*", "ZH"), ["zh-Hans"]),
        (("medicine", "*"), ["en", "zh-Hans"]),
        (("medicine", "zh-Hant"), []),
        (("law", "*"), []),
        (("medicine", "z"), []),
    ],
)
def test_a_qualification_covers_its_domain_and_narrower_languages(
    context: Context, qualification: tuple[str, str], given: list[str]
) -> None:
    enrol(context, "ann", of=[qualification])
    give(context, task(1, language="en"), task(2, language="zh-Hans"))

    reply = ask(context, "ann", 5)

    assert sorted(one.task["language"] for one in reply.assignments) == given


def test_an_expired_qualification_opens_nothing(context: Context, clock: Clock) -> None:
    enrol(context, "ann", expires="2026-11-25T00:00:00.000Z")
    give(context, task(1), task(2))
    assert len(ask(context, "ann", 1).assignments) == 1

    clock.move(days=4)

    assert len(ask(context, "ann", 5).assignments) == 1  # what was lent before


def test_an_old_program_gets_no_task_that_it_cannot_show(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1), task(2, protocol="medicine-edit"))

    old = ask(context, "ann", 5, instruments=("rank/1", "ratings/1", "edit/1"))
    older = ask(context, "ann", 5, machine=2, instruments=("pair/1",))

    assert len(older.assignments) == 0
    assert [task_of(context, key) for key in ids(old)] == ["t2"]


def test_what_one_program_holds_is_not_pushed_on_an_older_one(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    ask(context, "ann", 1)

    older = ask(context, "ann", 1, machine=2, instruments=("pair/1",))

    assert older.assignments == ()


def test_a_tutor_of_another_region_is_refused_before_anything_is_sent(context: Context) -> None:
    there = under(context, region="cn")
    enrol(there, "ann")

    with pytest.raises(Rejected) as refused:
        pull(there, caller("ann", region="eu"), PullRequest(device("ann"), 1))

    assert refused.value.code.name == "wrong_region"
    assert rows(there, tables.devices) == []


def test_someone_elses_device_is_refused(context: Context) -> None:
    enrol(context, "ann", "bob")
    ask(context, "ann", 1)

    with pytest.raises(Rejected) as refused:
        pull(context, caller("bob"), PullRequest(device("ann"), 1))

    assert refused.value.code.name == "not_your_device"


def test_documents_come_once(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(3)))

    first = ask(context, "ann", 2)
    has = tuple(document.ref for document in first.documents)
    second = ask(context, "ann", 3, holding=ids(first), documents=has)

    assert sorted(document.kind for document in first.documents) == [
        "guideline",
        "pack",
        "protocol",
    ]
    assert second.documents == ()
    assert first.assignments[0].task["protocol"] in has


def test_a_reply_ends_where_it_is_full_and_says_that_there_is_more(context: Context) -> None:
    enrol(context, "ann")
    give(context, *[task(number, prompt="x" * 10_000) for number in range(5)])

    first = ask(context, "ann", 5, max_bytes=25_000)
    second = ask(context, "ann", 5, max_bytes=25_000, holding=ids(first))
    third = ask(context, "ann", 5, max_bytes=25_000, holding=ids(first) + ids(second))

    assert [len(reply.assignments) for reply in (first, second, third)] == [2, 2, 1]
    assert [reply.more for reply in (first, second, third)] == [True, True, False]


def test_no_reply_is_longer_than_the_server_allows(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(context, "ann")
    give(context, *[task(number, prompt="x" * 10_000) for number in range(5)])
    ask(context, "ann", 5)
    monkeypatch.setattr(assigning, "MOST_BYTES", 25_000)

    reply = ask(context, "ann", 5, max_bytes=10**15)

    assert len(reply.assignments) == 2
    assert reply.more


def test_a_reply_that_is_full_early_reads_few_texts(context: Context) -> None:
    enrol(context, "ann")
    give(context, *[task(number, prompt="x" * 10_000) for number in range(60)])
    read: list[int] = []

    def note(*arguments: Any) -> None:
        if arguments[2].startswith("SELECT tasks.id, tasks.body"):
            read.append(len(arguments[3]))

    event.listen(context.database.engine, "before_cursor_execute", note)

    assert len(ask(context, "ann", 60, max_bytes=25_000).assignments) == 2
    assert read == [10]


def test_one_task_always_fits(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1, prompt="x" * 10_000), task(2))

    reply = ask(context, "ann", 2, max_bytes=1)

    assert len(reply.assignments) == 1
    assert reply.more


def test_a_lost_reply_is_cut_like_the_first_one(context: Context) -> None:
    enrol(context, "ann")
    give(context, *[task(number, prompt="x" * 10_000) for number in range(4)])
    ask(context, "ann", 4)

    again = ask(context, "ann", 4, max_bytes=25_000)

    assert len(again.assignments) == 2
    assert again.more


def test_a_poll_that_finds_nothing_new_writes_nothing(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(3)))
    held = ids(ask(context, "ann", 3))
    statements: list[str] = []
    event.listen(
        context.database.engine,
        "before_cursor_execute",
        lambda *arguments: statements.append(arguments[2]),
    )

    ask(context, "ann", 3, holding=held)
    ask(context, "ann", 9, holding=held)

    assert statements
    assert {statement.split()[0] for statement in statements} <= {"SELECT", "BEGIN"}
    assert "BEGIN IMMEDIATE" not in statements


def test_a_device_is_noted_once_an_hour(context: Context, clock: Clock) -> None:
    enrol(context, "ann")
    ask(context, "ann")
    clock.move(minutes=59)
    ask(context, "ann")
    seen = rows(context, tables.devices)[0].seen_at

    clock.move(minutes=2)
    ask(context, "ann")

    assert rows(context, tables.devices)[0].seen_at > seen


def test_nobody_gets_a_withdrawn_task(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    withdraw(context, "lead", Which(batch="secret-batch"))

    assert ask(context, "ann", 1).assignments == ()


def test_a_negative_want_is_no_request(context: Context) -> None:
    enrol(context, "ann")

    with pytest.raises(Rejected) as refused:
        ask(context, "ann", -1)

    assert refused.value.code.name == "bad_request"
