"""Figures behind the feed."""

from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import insert

from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    enrol,
    figures,
    give,
    give_gold,
    judgment_of,
    kinds,
    rows,
    task,
    under,
)
from tutorcli.core.judgment import Rating
from tutorcli.core.measures import Kind
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services.projecting import project
from tutorcli.server.services.withdrawing import Which, purge
from tutorcli.server.storage import next_feed


def answer_named(one: dict[str, object], text: str) -> str:
    """The id under which an answer was handed out."""
    answers: list[dict[str, str]] = one["answers"]  # type: ignore[assignment]
    return next(answer["id"] for answer in answers if answer["text"].startswith(text))


def judged(context: Context, count: int = 3, **other: object) -> None:
    """Ann has judged so many tasks: the right answer first."""
    enrol(context, "ann")
    give(context, *map(task, range(count)))
    for number, one in enumerate(ask(context, "ann", count).assignments):
        right = answer_named(one.task, "right")
        wrong = answer_named(one.task, "wrong")
        said = judgment_of(
            one.task,
            "ann",
            f"j{number}",
            ranking=((right,), (wrong,)),
            ratings=(Rating("accuracy", right, 4),),
        )
        arrive(context, "ann", said, **other)  # type: ignore[arg-type]


def run_out(context: Context, limit: int = 200) -> int:
    """Project until nothing is left; return in how many steps."""
    steps = 0
    while project(context, limit):
        steps += 1
    return steps


def ranks(context: Context) -> set[tuple[str, str, int]]:
    """Judgment, answer and tier of the measures."""
    return {(id_, ref, value) for id_, _, _, ref, value in figures(context, Kind.RANK)}


def test_figures_are_in_the_words_of_the_task(context: Context) -> None:
    judged(context, 1)

    run_out(context)

    assert ranks(context) == {("j0", "good", 0), ("j0", "bad", 1)}
    assert figures(context, Kind.RATING) == {("j0", "ann", "accuracy", "good", 4)}


def test_small_steps_come_to_the_same_as_one(context: Context) -> None:
    judged(context, 5)

    steps = run_out(context, limit=2)

    assert steps == 3
    assert len(ranks(context)) == 10
    assert project(context) == 0


def test_what_waits_for_a_lead_has_no_figures_until_it_is_released(context: Context) -> None:
    judged(context, 1, status="quarantined", reason="stale_text", state="held")
    run_out(context)
    before = ranks(context)

    for status in ("accepted", "quarantined"):
        with context.database.write() as connection:
            connection.execute(
                insert(tables.rulings).values(
                    feed=next_feed(connection),
                    judgment="j0",
                    tutor="ann",
                    status=status,
                    by="lead",
                    at="2026",
                )
            )
        run_out(context)
        assert bool(ranks(context)) is (status == "accepted")

    assert before == set()


def test_what_cannot_be_read_is_passed_over(context: Context) -> None:
    judged(context, 2)
    purge(context, "lead", Which(("t0",)), with_judgments=True)

    run_out(context)

    (left,) = rows(context, tables.judgments, tables.judgments.c.task == "t1")
    assert {id_ for id_, _, _ in ranks(context)} == {left.id}


def test_a_name_that_no_database_stores_stops_no_figures(
    context: Context,
) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(2)))
    for number, one in enumerate(ask(context, "ann", 2).assignments):
        ratings = (Rating("a\0b", one.task["answers"][0]["id"], 4),) if number == 0 else ()
        arrive(context, "ann", judgment_of(one.task, "ann", f"j{number}", ratings=ratings))

    run_out(context)

    assert {judgment for judgment, _, _ in ranks(context)} == {"j0", "j1"}
    assert {key for _, _, key, _, _ in figures(context, Kind.RATING)} == {"a\ufffdb"}


def test_a_purged_task_still_tells_the_answers_apart(context: Context) -> None:
    judged(context, 1)
    purge(context, "lead", Which(("t0",)))

    run_out(context)

    assert ranks(context) == {("j0", "good", 0), ("j0", "bad", 1)}


def test_several_workers_write_each_figure_once(context: Context) -> None:
    judged(context, 12)
    barrier = Barrier(4)

    def work() -> None:
        barrier.wait()
        run_out(context, limit=2)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run_out(context, limit=2)

    assert len(ranks(context)) == 24
    words = [row.word for row in rows(context, tables.words)]
    assert len(words) == len(set(words))


def test_gold_is_scored_against_what_is_known(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(4)))
    give_gold(context, task(100), task(101))
    reply = ask(under(context, gold_rate=1.0), "ann", 2)
    assert kinds(context, reply) == ["gold", "gold"]
    for number, one in enumerate(reply.assignments):
        order = ("right", "wrong") if number else ("wrong", "right")
        tiers = tuple((answer_named(one.task, text),) for text in order)
        arrive(context, "ann", judgment_of(one.task, "ann", f"j{number}", ranking=tiers))

    run_out(context)

    scores = {row.judgment: (row.matched, row.total) for row in rows(context, tables.gold_scores)}
    assert scores == {"j0": (0, 1), "j1": (1, 1)}


def golden(context: Context, *revisions: dict[str, Any]) -> list[tuple[str, int]]:
    """Ann has judged a gold task, the wrong answer first, and changed her mind; what is scored."""
    enrol(context, "ann")
    give(context, task(1))
    give_gold(context, task(100))
    (one,) = ask(under(context, gold_rate=1.0), "ann", 1).assignments
    order = tuple((answer_named(one.task, text),) for text in ("wrong", "right"))
    arrive(context, "ann", judgment_of(one.task, "ann", "j1", ranking=order))
    run_out(context)
    for number, other in enumerate(revisions, 2):
        values = {"revision": number, "supersedes": f"j{number - 1}", "ranking": order[::-1]}
        arrive(context, "ann", judgment_of(one.task, "ann", f"j{number}", **values, **other))
    run_out(context, limit=1)
    return [(row.judgment, row.matched) for row in rows(context, tables.gold_scores)]


def test_of_the_revisions_of_gold_the_one_that_stands_is_scored(context: Context) -> None:
    assert golden(context, {}, {}) == [("j3", 1)]


def test_gold_that_was_taken_back_is_not_scored(context: Context) -> None:
    assert golden(context, {"disposition": "withdrawn"}) == []


def test_a_revision_of_gold_that_comes_first_is_scored_all_the_same(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    give_gold(context, task(100))
    (one,) = ask(under(context, gold_rate=1.0), "ann", 1).assignments
    first, second = (judgment_of(one.task, "ann", key) for key in ("j1", "j2"))
    arrive(context, "ann", replace(second, revision=2, supersedes="j1"))
    run_out(context)
    arrive(context, "ann", first)

    run_out(context)

    assert [row.judgment for row in rows(context, tables.gold_scores)] == ["j2"]


def test_an_ordinary_task_is_not_scored(context: Context) -> None:
    judged(context, 1)

    run_out(context)

    assert rows(context, tables.gold_scores) == []
