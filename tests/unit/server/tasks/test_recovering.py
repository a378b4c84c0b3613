"""Work on tasks that were handed out after the backup that the server went back to."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, event, update

from tests.lab import Lab, Laptop
from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    enrol,
    figures,
    give,
    give_gold,
    judgment_of,
    rows,
    task,
    under,
)
from tutorcli.core.measures import Kind
from tutorcli.core.task import Answer, task_from_json, task_sha256
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services.exporting import Sight, judgments_after
from tutorcli.server.services.projecting import project
from tutorcli.server.services.rulings import quarantine, release_all, rule
from tutorcli.server.services.withdrawing import Which, purge, withdraw
from tutorcli.store.rulings import NotAccepted, not_accepted

ADMIN = Sight(sees_gold=True)


def forget(context: Context) -> None:
    """The server goes back to a backup in which its tasks were handed out to nobody."""
    with context.database.write() as connection:
        connection.execute(delete(tables.assignments))
        places = update(tables.tasks).where(tables.tasks.c.is_gold == 0)
        connection.execute(places.values(free=tables.tasks.c.overlap))


def said_of(one: dict[str, Any], tutor: str, key: str, **other: Any) -> Any:
    """A judgment with the hash of what was shown; the right answer is best."""
    best = sorted(one["answers"], key=lambda answer: not answer["text"].startswith("right"))
    values = {
        "task_sha256": task_sha256(task_from_json(one)),
        "ranking": tuple((answer["id"],) for answer in best),
    }
    return judgment_of(one, tutor, key, **(values | other))


def come(context: Context, tutor: str, *said: Any) -> None:
    """Judgments of forgotten assignments arrive."""
    for one in said:
        arrive(context, tutor, one, status="quarantined", reason="unassigned", state=None)


def lost(context: Context, tutor: str = "ann", key: str = "j1", **other: Any) -> str:
    """A tutor's judgment of a task comes when its assignment is forgotten; return the assignment."""
    enrol(context, tutor)
    (one,) = ask(context, tutor, 1).assignments
    forget(context)
    come(context, tutor, said_of(one.task, tutor, key, **other))
    return one.id


def assignment(context: Context, key: str) -> Any:
    """The row of an assignment."""
    (row,) = rows(context, tables.assignments, tables.assignments.c.id == key)
    return row


def free(context: Context, key: str) -> int:
    """Free places of a task."""
    (row,) = rows(context, tables.tasks, tables.tasks.c.id == key)
    return int(row.free)


def refusal(context: Context, judgment: str) -> Rejected:
    """Why a judgment is not released."""
    with pytest.raises(Rejected) as refused:
        rule(context, "lead", judgment, "release")
    return refused.value


def test_released_its_task_is_found_and_a_place_is_taken(context: Context) -> None:
    give(context, *[task(number, overlap=2) for number in range(5)])
    key = lost(context)

    ruled = rule(context, "lead", "j1", "release")

    row = assignment(context, key)
    (stored,) = rows(context, tables.judgments)
    assert (ruled.status, ruled.reason) == ("accepted", None)
    assert (row.task, row.tutor, row.kind, row.state) == ("t0", "ann", "label", "accepted")
    assert stored.task == "t0"
    assert [free(context, f"t{number}") for number in range(5)] == [1, 2, 2, 2, 2]


def test_without_a_free_place_it_is_surplus(context: Context) -> None:
    give(context, task(1))
    key = lost(context)
    enrol(context, "bob")
    ask(context, "bob", 1)

    ruled = rule(context, "lead", "j1", "release")

    assert (ruled.status, ruled.reason) == ("surplus", "late")
    assert assignment(context, key).state == "surplus"
    assert free(context, "t1") == 0
    assert rows(context, tables.judgments)[0].task == "t1"


def test_a_gold_task_takes_no_place_and_is_scored(context: Context) -> None:
    give(context, task(1))
    give_gold(context, task(100))
    key = lost(under(context, gold_rate=1.0))

    ruled = rule(context, "lead", "j1", "release")
    project(context)

    row = assignment(context, key)
    (score,) = rows(context, tables.gold_scores)
    assert ruled.status == "accepted"
    assert (row.task, row.kind, row.state) == ("t100", "gold", "accepted")
    assert free(context, "t1") == 1
    assert (score.judgment, score.matched, score.total) == ("j1", 1, 1)
    assert judgments_after(context, Sight(), 0).lines == ()


def test_released_it_is_counted_and_exported_in_the_words_of_its_task(context: Context) -> None:
    give(context, task(1))
    lost(context)
    project(context)
    (before,) = map(orjson.loads, judgments_after(context, ADMIN, 0).lines)
    rule(context, "lead", "j1", "release")

    project(context)

    *_, line = map(orjson.loads, judgments_after(context, ADMIN, before["feed"]).lines)
    ranks = {(ref, value) for _, _, _, ref, value in figures(context, Kind.RANK)}
    assert ranks == {("good", 0), ("bad", 1)}
    assert (before["task"], before["status"]) == (None, "quarantined")
    assert (line["task"], line["status"], line["kind"]) == ("t1", "accepted", "label")
    assert line["judgment"]["ranking"] == [["good"], ["bad"]]
    assert line["judgment"]["task_sha256"] == task_sha256(task(1))


def test_an_assignment_that_was_made_up_stays_in_quarantine(context: Context) -> None:
    give(context, task(1))
    enrol(context, "ann")
    ask(context, "ann")
    made_up = {"id": "nowhere", "answers": [{"id": "a0"}]}
    come(context, "ann", judgment_of(made_up, "ann", "j1"))

    why = refusal(context, "j1")

    assert (why.code.name, "j1" in why.detail) == ("conflict", True)
    assert rows(context, tables.rulings) == rows(context, tables.assignments) == []
    assert [item.judgment for item in quarantine(context)] == ["j1"]


def test_what_waits_is_listed_without_a_look_at_the_tasks(context: Context) -> None:
    give(context, task(1))
    lost(context)
    asked: list[str] = []
    event.listen(
        context.database.engine,
        "before_cursor_execute",
        lambda *arguments: asked.append(arguments[2]),
    )

    (item,) = quarantine(context)

    assert (item.reason, item.task, item.can_be_released) == ("unassigned", None, True)
    assert asked
    assert not [statement for statement in asked if "FROM tasks" in statement]


def test_all_of_the_reason_are_released_and_the_others_named(context: Context) -> None:
    give(context, *map(task, range(30)))
    enrol(context, "ann")
    shown = ask(context, "ann", 30).assignments
    forget(context)
    come(context, "ann", *[said_of(one.task, "ann", f"j-{one.id}") for one in shown])
    come(context, "ann", judgment_of({"id": "x", "answers": [{"id": "a0"}]}, "ann", "made-up"))
    seen: list[None] = []

    released = release_all(context, "lead", "unassigned", lambda: seen.append(None))

    assert [item.status for item in released.ruled] == ["accepted"] * 30
    assert [item.judgment for item in released.left] == ["made-up"]
    assert len({row.task for row in rows(context, tables.assignments)}) == len(seen) - 1 == 30
    assert [item.judgment for item in quarantine(context)] == ["made-up"]


def test_tasks_of_any_number_of_answers_are_told_apart(context: Context) -> None:
    sizes = (2, 3, 4, 6)
    for size in sizes:
        answers = tuple(Answer(f"{size}-{n}", f"right, {n} of {size}") for n in range(size))
        give(context, task(size, answers=answers))
    enrol(context, "ann")
    shown = ask(context, "ann", len(sizes)).assignments
    forget(context)
    come(context, "ann", *[said_of(one.task, "ann", f"j-{one.id}") for one in shown])

    release_all(context, "lead", "unassigned")

    found = {row.id: row.task for row in rows(context, tables.assignments)}
    assert found == {one.id: f"t{len(one.task['answers'])}" for one in shown}


def test_other_judgments_of_the_assignment_are_connected_and_can_be_released(
    context: Context,
) -> None:
    give(context, task(1))
    key = lost(context)
    again = judgment_of({"id": key, "answers": [{"id": "a0"}]}, "ann", "j2", revision=2)
    come(context, "ann", again)

    rule(context, "lead", "j1", "release")

    assert {row.task for row in rows(context, tables.judgments)} == {"t1"}
    (item,) = quarantine(context)
    assert (item.judgment, item.can_be_released) == ("j2", True)
    assert rule(context, "lead", "j2", "release").status == "accepted"
    assert free(context, "t1") == 0


def test_a_task_that_was_put_aside_takes_no_place(context: Context) -> None:
    give(context, task(1))
    key = lost(context, disposition="skip", ranking=())

    ruled = rule(context, "lead", "j1", "release")

    assert ruled.status == "accepted"
    assert assignment(context, key).state == "expired"
    assert free(context, "t1") == 1


def test_handed_out_again_meanwhile_the_task_counts_once_and_goes_from_the_tutors_home(
    context: Context,
) -> None:
    give(context, task(1))
    key = lost(context)
    (twin,) = ask(context, "ann", 1).assignments
    assert free(context, "t1") == 0

    ruled = rule(context, "lead", "j1", "release")

    assert ruled.status == "accepted"
    (row,) = rows(context, tables.assignments)
    assert (row.id, row.state, free(context, "t1")) == (key, "accepted", 0)
    (gone,) = ask(context, "ann", 1, holding=(twin.id,)).withdrawn
    assert (gone.assignment, gone.reason) == (twin.id, "withdrawn")


def test_judged_again_meanwhile_it_is_a_repeat(context: Context) -> None:
    give(context, task(1))
    key = lost(context)
    (twin,) = ask(context, "ann", 1).assignments
    arrive(context, "ann", said_of(twin.task, "ann", "j2"))

    ruled = rule(context, "lead", "j1", "release")

    assert ruled.status == "accepted"
    row = assignment(context, key)
    assert (row.task, row.kind, row.state) == ("t1", "repeat", "accepted")
    assert free(context, "t1") == 0


def test_gold_that_was_judged_again_meanwhile_is_not_judged_twice(context: Context) -> None:
    give(context, task(1))
    give_gold(context, task(100))
    gilded = under(context, gold_rate=1.0)
    lost(gilded)
    (twin,) = ask(gilded, "ann", 1).assignments
    arrive(context, "ann", said_of(twin.task, "ann", "j2"))

    why = refusal(context, "j1")

    assert (why.code.name, "j1" in why.detail) == ("conflict", True)
    assert len(rows(context, tables.assignments)) == 1


def test_of_tasks_with_one_text_each_gets_its_judgment(context: Context) -> None:
    answers = (Answer("good", "right"), Answer("bad", "wrong"))
    give(context, *[task(number, prompt="?", answers=answers) for number in range(3)])
    enrol(context, "ann")
    shown = ask(context, "ann", 3).assignments
    forget(context)
    come(context, "ann", *[said_of(one.task, "ann", f"j-{one.id}") for one in shown])

    release_all(context, "lead", "unassigned")

    found = rows(context, tables.assignments)
    assert {row.task for row in found} == {"t0", "t1", "t2"}
    assert {(row.kind, row.state) for row in found} == {("label", "accepted")}


def test_an_assignment_is_not_taken_from_the_tutor_who_has_it(context: Context) -> None:
    give(context, task(1, overlap=2))
    key = lost(context)
    enrol(context, "bob")
    ask(context, "bob")
    come(context, "bob", judgment_of({"id": key, "answers": [{"id": "a0"}]}, "bob", "j2"))
    rule(context, "lead", "j1", "release")

    ruled = rule(context, "lead", "j2", "release")

    assert (ruled.status, ruled.reason) == ("surplus", "late")
    assert assignment(context, key).tutor == "ann"
    assert free(context, "t1") == 1


def test_work_on_a_withdrawn_task_is_released_and_on_a_purged_one_not(context: Context) -> None:
    give(context, task(1), task(2))
    enrol(context, "ann")
    shown = ask(context, "ann", 2).assignments
    forget(context)
    come(context, "ann", *[said_of(one.task, "ann", one.task["prompt"][-1]) for one in shown])
    withdraw(context, "lead", Which(("t1",)))
    purge(context, "lead", Which(("t2",)))

    assert rule(context, "lead", "1", "release").status == "accepted"
    assert refusal(context, "2").code.name == "conflict"


def test_a_rejected_one_can_be_released_later(context: Context) -> None:
    give(context, task(1))
    lost(context)
    rule(context, "lead", "j1", "reject")

    assert rule(context, "lead", "j1", "release").status == "accepted"


def test_after_a_restore_work_on_what_was_handed_out_since_counts_once_it_is_released(
    tmp_path: Path,
) -> None:
    lab = Lab(tmp_path)
    try:
        lab.add_tasks(12)
        laptop = lab.add_laptop()
        lab.backup()
        laptop.sync()
        laptop.judge(6)
        before = laptop.sync()
        lab.restore(lab.backups[0])
        told = laptop.sync()
        tasks = judged_tasks(lab)

        waiting = waiting_of(laptop)
        released = release_all(lab.context, "lead", "unassigned")
        outcome = laptop.sync(verify=True)

        assert (before.count("accepted"), before.not_accepted) == (6, [])
        assert told.went_back == 6
        assert {(row.status, row.reason) for row in told.not_accepted} == {
            ("quarantined", "unassigned")
        }
        assert (tasks, len(waiting)) == ({None}, 6)
        assert [item.status for item in released.ruled] == ["accepted"] * 6
        assert released.left == ()
        assert outcome.news == 6
        assert waiting_of(laptop) == []
        assert None not in judged_tasks(lab)
        lab.check()
    finally:
        lab.close()


def judged_tasks(lab: Lab) -> set[str | None]:
    """The tasks that stored judgments were made of, as far as they are known."""
    return {row.task for row in rows(lab.context, tables.judgments)}


def waiting_of(laptop: Laptop) -> list[NotAccepted]:
    """What a laptop knows of that was not accepted."""
    with laptop.queue() as queue:
        return not_accepted(queue, laptop.lab.instance)
