"""Tasks taken back, and their texts."""

import time

import pytest
from sqlalchemy import event, select

from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    enrol,
    give,
    give_gold,
    judgment_of,
    rows,
    task,
)
from tutorcli.core.canonical import digest, loads
from tutorcli.core.task import Answer, Passage, RubricCriterion, Turn, task_from_json
from tutorcli.formats.own import arrival_of
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services.withdrawing import Which, purge, withdraw

PRIVATE = "the patient is Jane"


def test_withdrawing_takes_back_what_is_not_judged_yet(context: Context) -> None:
    enrol(context, "ann", "bob")
    give(context, task(1, overlap=2))
    (one,) = ask(context, "ann", 1).assignments
    ask(context, "bob", 1)
    arrive(context, "ann", judgment_of(one.task, "ann", "j1"))

    gone = withdraw(context, "lead", Which(("t1",)))

    assert (gone.tasks, gone.assignments) == (1, 1)
    states = {row.tutor: row.state for row in rows(context, tables.assignments)}
    assert states == {"ann": "accepted", "bob": "withdrawn"}
    (row,) = rows(context, tables.tasks)
    assert (row.state, row.free) == ("withdrawn", 1)


def test_withdrawing_twice_does_nothing_more(context: Context) -> None:
    give(context, task(1))
    withdraw(context, "lead", Which(("t1",)))

    assert withdraw(context, "lead", Which(("t1",))).tasks == 0


def test_a_batch_is_withdrawn_whole(context: Context) -> None:
    give(context, task(1), task(2), task(3, batch="other"))

    assert withdraw(context, "lead", Which(batch="secret-batch")).tasks == 2


@pytest.mark.parametrize(
    ("which", "code"),
    [
        (Which(("t1", "nope")), "not_found"),
        (Which(batch="nope"), "not_found"),
        (Which(("a\0",)), "not_found"),
        (Which(), "bad_request"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_done(
    context: Context, which: Which, code: str
) -> None:
    give(context, task(1))

    with pytest.raises(Rejected) as refused:
        withdraw(context, "lead", which)

    assert refused.value.code.name == code
    assert rows(context, tables.tasks)[0].state == "open"


def test_acts_stand_in_the_audit_without_texts(context: Context) -> None:
    give(context, task(1, prompt=PRIVATE))
    withdraw(context, "lead", Which(("t1",)))
    purge(context, "lead", Which(("t1",)))

    acts = rows(context, tables.audit)

    assert [act.act for act in acts] == ["tasks.import", "tasks.withdraw", "tasks.purge"]
    assert PRIVATE not in str(acts)


def test_a_purge_leaves_no_text_and_keeps_the_hash(context: Context) -> None:
    texts = task(
        1,
        prompt=None,
        messages=(Turn("user", PRIVATE, PRIVATE, {"id": PRIVATE}),),
        reference=PRIVATE,
        context=(Passage(PRIVATE, "c1", PRIVATE, PRIVATE, {"x": PRIVATE}),),
        rubric=(RubricCriterion("r1", PRIVATE, -2, tags=(PRIVATE,)),),
        answers=(
            Answer(
                "a", PRIVATE, (Turn("assistant", PRIVATE),), reasoning=PRIVATE, steps=(PRIVATE,)
            ),
        ),
        metadata={"m": PRIVATE},
        source=PRIVATE,
        extra={"e": PRIVATE},
        subdomain=PRIVATE,
        tags=(PRIVATE,),
    )
    give(context, texts)
    before = rows(context, tables.tasks)[0].sha256

    purge(context, "lead", Which(("t1",)))

    (row,) = rows(context, tables.tasks)
    assert PRIVATE not in row.body
    assert f"sha256:{digest(PRIVATE)}" in row.body
    assert row.sha256 == before
    arrival_of(loads(row.body))
    assert task_from_json(loads(row.body)).answers[0].id == "a"


def test_a_purge_is_told_to_all_who_have_the_text(context: Context) -> None:
    enrol(context, "ann", "bob")
    give(context, task(1, overlap=2))
    (one,) = ask(context, "ann", 1).assignments
    ask(context, "bob", 1)
    arrive(context, "ann", judgment_of(one.task, "ann", "j1"))

    gone = purge(context, "lead", Which(("t1",)))

    assert gone.assignments == 2
    for tutor in ("ann", "bob"):
        assert [told.reason for told in ask(context, tutor).withdrawn] == ["purged"]
    states = {row.tutor: row.state for row in rows(context, tables.assignments)}
    assert states == {"ann": "accepted", "bob": "purged"}


def test_judgments_stay_unless_their_texts_are_to_go_too(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments
    arrive(context, "ann", judgment_of(one.task, "ann", "j1", comment=PRIVATE))

    first = purge(context, "lead", Which(("t1",)))
    kept = rows(context, tables.judgments)[0].body
    second = purge(context, "lead", Which(("t1",)), with_judgments=True)

    assert PRIVATE in kept
    assert (first.judgments, second.judgments) == (0, 1)
    assert rows(context, tables.judgments)[0].body is None


def test_texts_of_judgments_go_before_the_feed_is_locked(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments
    arrive(context, "ann", judgment_of(one.task, "ann", "j1"))
    changed: list[str] = []
    event.listen(
        context.database.engine,
        "before_cursor_execute",
        lambda *arguments: changed.append(" ".join(arguments[2].split()[:2])),
    )

    purge(context, "lead", Which(("t1",)), with_judgments=True)

    assert changed.index("UPDATE judgments") < changed.index("UPDATE counters")


def test_a_repeat_is_taken_back_as_well(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments
    with context.database.write() as connection:
        connection.execute(
            tables.assignments.insert().values(
                {
                    **rows(context, tables.assignments)[0]._mapping,
                    "id": "again",
                    "kind": "repeat",
                }
            )
        )

    assert withdraw(context, "lead", Which(("t1",))).assignments == 2
    assert rows(context, tables.tasks)[0].free == 1
    assert {gone.assignment for gone in ask(context, "ann").withdrawn} == {one.id, "again"}


def test_what_is_known_of_a_purged_gold_task_goes_too(context: Context) -> None:
    give_gold(context, task(1))

    purge(context, "admin", Which(("t1",)))

    assert rows(context, tables.golds) == []


def test_a_purge_beside_a_reader_lets_others_write(context: Context) -> None:
    give(context, task(1), task(2))
    with context.database.read() as connection:
        connection.execute(select(tables.tasks)).all()
        began = time.monotonic()
        purge(context, "lead", Which(("t1",)))
        assert time.monotonic() - began < 5
    withdraw(context, "lead", Which(("t2",)))
