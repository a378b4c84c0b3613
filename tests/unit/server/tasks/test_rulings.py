"""What a lead decides of judgments that wait."""

import pytest

from tests.unit.server.fresh import Clock
from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    enrol,
    give,
    judgment_of,
    rows,
    task,
    task_of,
)
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services.leases import free_places, give_back
from tutorcli.server.services.rulings import quarantine, release_all, rule
from tutorcli.server.services.withdrawing import Which, withdraw


def waiting(
    context: Context, reason: str = "stale_text", state: str | None = "held", overlap: int = 1
) -> str:
    """Ann's judgment of a task waits; return the assignment."""
    enrol(context, "ann")
    give(context, task(1, overlap=overlap))
    (one,) = ask(context, "ann", 1).assignments
    arrive(
        context,
        "ann",
        judgment_of(one.task, "ann", "j1"),
        status="quarantined",
        reason=reason,
        state=state,
    )
    return one.id


def state(context: Context) -> tuple[str, int]:
    """State of the one assignment, free places of the one task."""
    (lent,) = rows(context, tables.assignments)
    (row,) = rows(context, tables.tasks)
    return lent.state, row.free


def test_what_waits_is_listed_with_its_reason(context: Context) -> None:
    waiting(context)

    (one,) = quarantine(context)

    assert (one.judgment, one.reason, one.tutor, one.task) == ("j1", "stale_text", "ann", "t1")
    assert one.can_be_released
    assert quarantine(context, after=one.feed) == []


def test_released_it_keeps_the_place_that_it_held(context: Context) -> None:
    waiting(context)

    ruled = rule(context, "lead", "j1", "release")

    assert (ruled.status, ruled.reason) == ("accepted", None)
    assert state(context) == ("accepted", 0)
    assert quarantine(context) == []


def test_released_it_takes_a_free_place(context: Context) -> None:
    waiting(context, reason="withdrawn", state=None)
    withdraw(context, "lead", Which(("t1",)))
    assert state(context) == ("withdrawn", 1)

    ruled = rule(context, "lead", "j1", "release")

    assert ruled.status == "accepted"
    assert state(context) == ("accepted", 0)


def test_released_without_a_place_it_is_surplus(context: Context, clock: Clock) -> None:
    waiting(context, state=None)
    clock.move(days=15)
    give_back(context)
    enrol(context, "bob")
    (taken,) = ask(context, "bob", 1).assignments
    assert task_of(context, taken.id) == "t1"

    ruled = rule(context, "lead", "j1", "release")

    assert (ruled.status, ruled.reason) == ("surplus", "late")


def test_released_without_a_place_its_assignment_is_surplus_too(
    context: Context, clock: Clock
) -> None:
    waiting(context, state=None)
    clock.move(days=15)
    give_back(context)
    enrol(context, "bob")
    ask(context, "bob", 1)

    rule(context, "lead", "j1", "release")

    states = {row.tutor: row.state for row in rows(context, tables.assignments)}
    assert states == {"ann": "surplus", "bob": "open"}


def test_a_task_that_was_put_aside_gives_its_place_back_at_release(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments
    said = judgment_of(one.task, "ann", "j1", disposition="skip", ranking=())
    arrive(context, "ann", said, status="quarantined", reason="stale_text", state="held")

    ruled = rule(context, "lead", "j1", "release")

    assert ruled.status == "accepted"
    assert state(context) == ("expired", 1)


def overtaken(context: Context, first: str, second: str) -> None:
    """Ann's judgment of a task waits and is released after what she said of it later was accepted."""
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments
    said = [
        judgment_of(one.task, "ann", f"j{number}", disposition=disposition)
        for number, disposition in enumerate((first, second), 1)
    ]
    arrive(
        context, "ann", said[0], status="quarantined", reason="stale_guideline", state="accepted"
    )
    arrive(context, "ann", said[1], state="accepted" if second == "done" else "expired")
    if second != "done":
        with context.database.write() as connection:
            free_places(connection, ["t1"])

    assert rule(context, "lead", "j1", "release").status == "accepted"


def test_released_it_takes_no_place_for_a_task_that_was_put_aside_since(context: Context) -> None:
    overtaken(context, "done", "skip")

    assert state(context) == ("expired", 1)


def test_released_it_gives_back_no_place_of_a_judgment_made_since(context: Context) -> None:
    overtaken(context, "skip", "done")

    assert state(context) == ("accepted", 0)


def test_all_that_wait_for_a_reason_are_released(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(3)))
    reasons = ("stale_text", "stale_guideline", "stale_text")
    for number, one in enumerate(ask(context, "ann", 3).assignments):
        arrive(
            context,
            "ann",
            judgment_of(one.task, "ann", f"j{number}"),
            status="quarantined",
            reason=reasons[number],
            state="held",
        )

    released = release_all(context, "lead", "stale_text")

    assert [item.judgment for item in released.ruled] == ["j0", "j2"]
    assert released.left == ()
    assert [item.judgment for item in quarantine(context)] == ["j1"]


def test_what_may_not_be_released_is_left_when_all_of_a_reason_are(context: Context) -> None:
    waiting(context)

    released = release_all(context, "ann", "stale_text")

    assert released.ruled == ()
    assert [item.judgment for item in released.left] == ["j1"]


@pytest.mark.parametrize("reason", ["own_work", "id_reused", "late", "nonsense", ""])
def test_a_reason_that_nobody_overrules_is_refused(context: Context, reason: str) -> None:
    with pytest.raises(Rejected) as refused:
        release_all(context, "lead", reason)

    assert refused.value.code.name == "bad_request"


def test_rejected_it_gives_its_place_back(context: Context) -> None:
    waiting(context)

    ruled = rule(context, "lead", "j1", "reject")

    assert (ruled.status, ruled.reason) == ("quarantined", "rejected")
    assert state(context) == ("expired", 1)
    assert quarantine(context) == []


def test_rejected_work_can_still_be_released(context: Context) -> None:
    waiting(context)
    rule(context, "lead", "j1", "reject")

    assert rule(context, "lead", "j1", "release").status == "accepted"
    assert state(context) == ("accepted", 0)


@pytest.mark.parametrize(("first", "second"), [("release", "release"), ("reject", "reject")])
def test_the_same_ruling_twice_is_refused(context: Context, first: str, second: str) -> None:
    waiting(context)
    rule(context, "lead", "j1", first)  # type: ignore[arg-type]

    with pytest.raises(Rejected) as refused:
        rule(context, "lead", "j1", second)  # type: ignore[arg-type]

    assert refused.value.code.name == "conflict"


def test_nobody_rules_on_their_own_work(context: Context) -> None:
    waiting(context)

    with pytest.raises(Rejected) as refused:
        rule(context, "ann", "j1", "release")

    assert refused.value.code.name == "own_work"


def test_a_review_of_ones_own_work_is_never_released(context: Context) -> None:
    waiting(context, reason="own_work")

    with pytest.raises(Rejected) as refused:
        rule(context, "lead", "j1", "release")

    assert refused.value.code.name == "own_work"
    assert not quarantine(context)[0].can_be_released


@pytest.mark.parametrize("judgment", ["nope", "a\0b", "'; DROP TABLE judgments; --"])
def test_what_is_not_there_is_not_found(context: Context, judgment: str) -> None:
    with pytest.raises(Rejected) as refused:
        rule(context, "lead", judgment, "release")

    assert refused.value.code.name == "not_found"


def test_its_tutor_hears_of_the_ruling(context: Context) -> None:
    waiting(context)
    heard = ask(context, "ann").until
    rule(context, "lead", "j1", "release")

    (outcome,) = ask(context, "ann", after=heard).outcomes

    assert (outcome.judgment, outcome.status) == ("j1", "accepted")


def test_a_ruling_stands_in_the_audit(context: Context) -> None:
    waiting(context)
    rule(context, "lead", "j1", "reject")

    act = rows(context, tables.audit)[-1]

    assert (act.actor, act.act, act.object) == ("lead", "quarantine.reject", "j1")
