"""Gold tasks and repeats: nothing that leaves the server tells them apart."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from tests.unit.server.fresh import Clock
from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    enrol,
    give,
    give_gold,
    ids,
    judgment_of,
    kinds,
    rows,
    task,
    task_of,
    under,
)
from tutorcli.core.wire import PullReply
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services import hiding
from tutorcli.server.services.hiding import chance, is_kept, new_id
from tutorcli.server.services.leases import give_back
from tutorcli.server.services.withdrawing import Which, withdraw


def mixed(context: Context) -> Context:
    """A project half of whose places go to gold tasks, with both kinds of tasks in it."""
    enrol(context, "ann", "bob")
    give(context, *[task(number, priority=number % 3, due="2027-01-01") for number in range(40)])
    give_gold(context, *[task(number) for number in range(100, 140)])
    return under(context, gold_rate=0.5)


def shape(value: Any) -> Any:
    """A JSON value without what its texts say: keys in their order, types, lengths."""
    if isinstance(value, dict):
        return [(key, shape(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [shape(item) for item in value]
    return (type(value).__name__, len(value)) if isinstance(value, str) else type(value).__name__


def by_kind(context: Context, reply: PullReply) -> dict[str, list[Any]]:
    """The assignments of a reply by what they are."""
    found: dict[str, list[Any]] = {}
    for kind, one in zip(kinds(context, reply), reply.assignments, strict=True):
        found.setdefault(kind, []).append(one)
    return found


def test_gold_tasks_come_among_the_others_at_the_rate_of_the_project(context: Context) -> None:
    reply = ask(mixed(context), "ann", 30)

    found = kinds(context, reply)

    assert len(found) == 30
    assert 8 <= found.count("gold") <= 22


def test_an_envelope_of_gold_has_the_shape_of_any_other(context: Context) -> None:
    reply = ask(mixed(context), "ann", 30)

    found = by_kind(context, reply)

    # Numbers of tasks have two or three digits; nothing else differs.
    bare = {
        kind: {
            str(shape({**asdict(one), "task": {**one.task, "prompt": "", "answers": []}}))
            for one in some
        }
        for kind, some in found.items()
    }
    assert bare["gold"] == bare["label"]
    assert {tuple(answer) for one in found["gold"] for answer in one.task["answers"]} == {
        ("id", "text")
    }


def test_gold_takes_priority_date_and_lease_of_the_place(context: Context) -> None:
    reply = ask(mixed(context), "ann", 30)

    found = by_kind(context, reply)

    assert {one.task.get("due") for one in found["gold"]} == {"2027-01-01"}
    assert {one.expires for one in reply.assignments} == {context.database.stamp(days=14)}
    assert {one.pack for one in found["gold"]} == {one.pack for one in found["label"]}
    # Places of priority 2 come first: 13 of them, then those of priority 1.
    priorities = [one.task.get("priority", 0) for one in reply.assignments]
    assert priorities == sorted(priorities, reverse=True)
    assert {one.task.get("priority", 0) for one in found["gold"]} == {0, 1, 2}


def test_within_one_priority_the_order_is_that_of_random_ids(context: Context) -> None:
    reply = ask(mixed(context), "ann", 30)

    places = [(-one.task.get("priority", 0), one.task["due"], one.id) for one in reply.assignments]

    assert places == sorted(places)


def test_the_same_statements_run_whether_gold_is_drawn_or_not(context: Context) -> None:
    mixed(context)
    statements: list[list[str]] = []
    event.listen(
        context.database.engine,
        "before_cursor_execute",
        lambda *arguments: statements[-1].append(arguments[2]),
    )

    for tutor, rate in (("ann", 0.0), ("bob", 0.5)):
        statements.append([])
        ask(under(context, gold_rate=rate), tutor, 10)

    plain, golden = ([text.split(" IN (")[0] for text in some] for some in statements)
    assert plain == golden
    assert {row.kind for row in rows(context, tables.assignments)} == {"label", "gold"}


def test_gold_leaves_the_place_of_the_ordinary_task_free(context: Context) -> None:
    reply = ask(mixed(context), "ann", 30)

    ordinary = kinds(context, reply).count("label")

    assert sum(row.free for row in rows(context, tables.tasks)) == 40 - ordinary


def test_nobody_gets_a_gold_task_twice(context: Context) -> None:
    golden = mixed(context)
    for want in (10, 20, 30):
        ask(golden, "ann", want)

    given = [row.task for row in rows(context, tables.assignments)]

    assert len(given) == len(set(given)) == 30


def test_gold_is_of_the_same_subject(context: Context) -> None:
    enrol(context, "ann")
    give(context, *[task(number, language="zh-Hans") for number in range(10)])
    give_gold(context, task(100), task(101, domain="law", language="zh-Hans"))

    reply = ask(under(context, gold_rate=0.5), "ann", 10)

    assert set(kinds(context, reply)) == {"label"}


def test_gold_of_one_subject_does_not_crowd_out_that_of_another(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hiding, "_CANDIDATES", 5)
    enrol(context, "ann")
    domains = ("law", "medicine")
    give(context, *[task(number, domain=domains[number % 2]) for number in range(30)])
    give_gold(context, *[task(number, domain=domains[number % 2]) for number in range(100, 120)])

    reply = ask(under(context, gold_rate=0.5), "ann", 30)

    golden = by_kind(context, reply)["gold"]
    assert {one.task["domain"] for one in golden} == set(domains)


def judged(context: Context, clock: Clock) -> Context:
    """A project in which ann has judged ten tasks a week ago and has ten more to get."""
    enrol(context, "ann")
    give(context, *map(task, range(10)))
    for number, one in enumerate(ask(context, "ann", 10).assignments):
        arrive(context, "ann", judgment_of(one.task, "ann", f"j{number}"))
    give(context, *map(task, range(10, 20)))
    clock.move(days=7)
    return under(context, repeat_rate=0.5)


def test_a_repeat_looks_like_a_task_never_seen(context: Context, clock: Clock) -> None:
    reply = ask(judged(context, clock), "ann", 10, after=10)

    found = by_kind(context, reply)

    assert found["repeat"]
    assert {str(shape({**asdict(one), "task": list(one.task)})) for one in found["repeat"]} == {
        str(shape({**asdict(one), "task": list(one.task)})) for one in found["label"]
    }
    before = {row.id for row in rows(context, tables.assignments) if row.state == "accepted"}
    assert before.isdisjoint(ids(reply))


def test_a_task_is_repeated_once_and_not_within_a_week(context: Context, clock: Clock) -> None:
    again = under(judged(context, clock), repeat_rate=1.0)
    clock.move(days=-1)
    assert "repeat" not in kinds(context, ask(again, "ann", 3, after=10))

    clock.move(days=1)
    for want in (5, 8, 10):
        ask(again, "ann", want, after=10)

    repeated = [row.task for row in rows(context, tables.assignments) if row.kind == "repeat"]
    assert repeated
    assert len(repeated) == len(set(repeated))


def test_a_repeat_takes_no_place(context: Context, clock: Clock) -> None:
    reply = ask(judged(context, clock), "ann", 10, after=10)

    ordinary = kinds(context, reply).count("label")

    assert sum(row.free for row in rows(context, tables.tasks)) == 10 - ordinary


def test_notices_and_outcomes_of_gold_are_as_those_of_others(context: Context) -> None:
    reply = ask(mixed(context), "ann", 30)
    found = by_kind(context, reply)
    for kind in ("gold", "label"):
        arrive(context, "ann", judgment_of(found[kind][0].task, "ann", f"j-{kind}"))
        withdraw(context, "lead", Which((task_of(context, found[kind][1].id),)))

    heard = ask(
        context, "ann", holding=tuple(one.id for some in found.values() for one in some[1:])
    )

    said = {outcome.judgment: (outcome.status, outcome.reason) for outcome in heard.outcomes}
    assert said["j-gold"] == said["j-label"]
    gone = {one.assignment: one.reason for one in heard.withdrawn}
    assert gone == {found["gold"][1].id: "withdrawn", found["label"][1].id: "withdrawn"}


def test_lapsed_gold_is_lost_where_the_others_are_lost(context: Context, clock: Clock) -> None:
    golden = mixed(context)
    held = ids(ask(golden, "ann", 30))
    clock.move(days=15)
    give_back(context)
    ask(context, "bob", 40)

    reply = ask(context, "ann", 30, holding=held)

    assert {gone.assignment for gone in reply.withdrawn} == set(held)
    assert {gone.reason for gone in reply.withdrawn} == {"expired"}


def test_lapsed_gold_stays_where_the_others_stay(context: Context, clock: Clock) -> None:
    held = ids(ask(mixed(context), "ann", 30))
    clock.move(days=15)
    give_back(context)

    reply = ask(context, "ann", 30, holding=held)

    assert set(reply.leases) == set(held)


@pytest.mark.parametrize("is_kept_by_all", [True, False])
def test_gold_does_what_all_the_others_do(*, is_kept_by_all: bool) -> None:
    twins = [(f"t{number}", is_kept_by_all) for number in range(5)]

    assert is_kept("gold", twins) is is_kept_by_all


def test_without_others_gold_stays() -> None:
    assert is_kept("gold", [])


@given(st.binary(min_size=6, max_size=6))
def test_chance_is_below_one(random: bytes) -> None:
    assert 0 <= chance(lambda _count: random) < 1


@given(st.binary(min_size=16, max_size=16))
def test_ids_are_of_version_4(random: bytes) -> None:
    assert new_id(lambda _count: random)[14] == "4"
