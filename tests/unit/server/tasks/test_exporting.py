"""Judgments by the feed, and the counts of a project."""

import tracemalloc
from typing import Any

import orjson
import pytest
from sqlalchemy import insert

from tests.unit.server.tasks.tasking import (
    arrive,
    ask,
    device,
    enrol,
    give,
    give_gold,
    judgment_of,
    kinds,
    rows,
    task,
    task_of,
    under,
)
from tutorcli.core.task import task_sha256
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services.exporting import Sight, judgments_after
from tutorcli.server.services.figures import figures
from tutorcli.server.services.projecting import project
from tutorcli.server.services.reviewing import Review, review
from tutorcli.server.services.rulings import rule
from tutorcli.server.storage import next_feed

ADMIN = Sight(sees_gold=True)


def judged(context: Context, count: int = 3) -> None:
    """Ann has judged so many tasks."""
    enrol(context, "ann")
    give(context, *map(task, range(count)))
    for number, one in enumerate(ask(context, "ann", count).assignments):
        arrive(context, "ann", judgment_of(one.task, "ann", f"j{number}"))


def with_gold(context: Context) -> str:
    """Ann has judged a gold task; return its id."""
    enrol(context, "ann")
    give(context, task(1))
    give_gold(context, task(100))
    reply = ask(under(context, gold_rate=1.0), "ann", 1)
    assert kinds(context, reply) == ["gold"]
    arrive(context, "ann", judgment_of(reply.assignments[0].task, "ann", "j-gold"))
    return task_of(context, reply.assignments[0].id)


def parsed(lines: Any) -> list[dict[str, Any]]:
    """The lines as JSON."""
    return [orjson.loads(line) for line in lines]


def test_a_line_is_in_the_words_of_the_task(context: Context) -> None:
    judged(context, 1)

    (line,) = parsed(judgments_after(context, ADMIN, 0).lines)

    assert line["task"] == line["judgment"]["task"] == "t0"
    assert line["judgment"]["task_sha256"] == task_sha256(task(0))
    assert sorted(tier[0] for tier in line["judgment"]["ranking"]) == ["bad", "good"]
    assert (line["status"], line["tutor"], line["dseq"]) == ("accepted", "ann", 1)
    assert line["device"] == device("ann")
    (row,) = rows(context, tables.judgments)
    assert line["sha256"] == row.sha256.hex()


def test_a_cursor_misses_nothing_and_repeats_nothing(context: Context) -> None:
    judged(context, 5)
    seen: list[int] = []
    after, more = 0, True

    while more:
        page = judgments_after(context, ADMIN, after, limit=2)
        seen += [line["feed"] for line in parsed(page.lines)]
        after, more = page.next, page.more

    assert seen == [1, 2, 3, 4, 5]
    assert judgments_after(context, ADMIN, after).lines == ()


def test_a_page_ends_by_its_bytes_and_has_one_line_at_least(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(4)))
    for number, one in enumerate(ask(context, "ann", 4).assignments):
        comment = "x" * (9 << 20 if number == 1 else 3 << 20)
        arrive(context, "ann", judgment_of(one.task, "ann", f"j{number}", comment=comment))
    pages = []
    after, more = 0, True

    while more:
        page = judgments_after(context, ADMIN, after)
        pages.append([line["feed"] for line in parsed(page.lines)])
        after, more = page.next, page.more

    assert pages == [[1], [2], [3, 4]]


def test_a_page_holds_few_texts_of_tasks_at_once(context: Context) -> None:
    enrol(context, "ann")
    give(context, *[task(number, prompt=f"{number}" * 25_000) for number in range(10, 160)])
    for one in ask(context, "ann", 150, max_bytes=1 << 24).assignments:
        arrive(context, "ann", judgment_of(one.task, "ann", f"j-{one.id}"))
    tracemalloc.start()

    page = judgments_after(context, ADMIN, 0)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(page.lines) == 150
    assert most < 100 * 50_000


def test_a_ruling_brings_the_judgment_again(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments
    said = judgment_of(one.task, "ann", "j1")
    arrive(context, "ann", said, status="quarantined", reason="stale_text", state="held")
    before = judgments_after(context, ADMIN, 0)
    rule(context, "lead", "j1", "release")

    (again,) = parsed(judgments_after(context, ADMIN, before.next).lines)

    assert parsed(before.lines)[0]["status"] == "quarantined"
    assert (again["status"], again["reason"], again["judgment"]["id"]) == ("accepted", None, "j1")


def test_only_administrators_see_judgments_of_gold_tasks(context: Context) -> None:
    gold = with_gold(context)

    assert parsed(judgments_after(context, Sight(), 0).lines) == []
    assert [line["task"] for line in parsed(judgments_after(context, ADMIN, 0).lines)] == [gold]
    assert judgments_after(context, Sight(), 0).next == 1


def test_what_cannot_be_read_is_exported_as_it_came(context: Context) -> None:
    enrol(context, "ann")
    ask(context, "ann")
    with context.database.write() as connection:
        connection.execute(
            insert(tables.judgments).values(
                device=device("ann"),
                dseq=1,
                feed=next_feed(connection),
                is_first=0,
                sha256=bytes(32),
                body="{ no json",
                tutor="ann",
                status="invalid",
                reason="not_json",
                received_at="2026",
            )
        )

    (line,) = parsed(judgments_after(context, Sight(), 0).lines)

    assert (line["judgment"], line["raw"], line["reason"]) == (None, "{ no json", "not_json")


def test_counts_are_by_the_status_of_now(context: Context) -> None:
    judged(context, 2)
    said = judgment_of({"id": "nowhere", "answers": []}, "ann", "j-late")
    arrive(context, "ann", said, status="quarantined", reason="not_assigned")
    rule(context, "lead", "j-late", "release")

    found = figures(context)

    assert found["judgments"] == {"accepted": 2, "quarantined": 0, "surplus": 1}
    assert found["tasks"] == [
        {
            "state": "open",
            "domain": "medicine",
            "language": "en",
            "tasks": 2,
            "places": 2,
            "free": 0,
        }
    ]
    assert found["assignments"] == [{"kind": "label", "state": "accepted", "n": 2}]
    assert found["repeats"] == 0


def test_gold_results_come_for_each_tutor_once_they_are_projected(context: Context) -> None:
    with_gold(context)
    before = figures(context)
    project(context)

    after = figures(context)

    assert (before["gold"], before["projector"]["lag"]) == ([], 1)
    ((one),) = after["gold"]
    assert (one["tutor"], one["n"], one["total"]) == ("ann", 1, 1)
    assert after["projector"]["lag"] == 0


def test_a_review_is_stored(context: Context) -> None:
    judged(context, 1)

    key = review(context, "lead", ADMIN, Review("j0", "agree", "well seen"))

    (row,) = rows(context, tables.reviews)
    assert (row.id, row.judgment, row.reviewer, row.verdict) == (key, "j0", "lead", "agree")


@pytest.mark.parametrize(
    ("actor", "said", "code"),
    [
        ("ann", Review("j0", "agree"), "own_work"),
        ("lead", Review("nope", "agree"), "not_found"),
        ("lead", Review("j0", "  "), "bad_request"),
        ("lead", Review("j0", "agree", "a\0"), "bad_request"),
    ],
)
def test_a_review_that_cannot_stand_is_refused(
    context: Context, actor: str, said: Review, code: str
) -> None:
    judged(context, 1)

    with pytest.raises(Rejected) as refused:
        review(context, actor, ADMIN, said)

    assert refused.value.code.name == code
    assert rows(context, tables.reviews) == []


def test_a_lead_does_not_learn_of_gold_by_reviewing(context: Context) -> None:
    with_gold(context)

    with pytest.raises(Rejected) as refused:
        review(context, "lead", Sight(), Review("j-gold", "agree"))

    assert refused.value.code.name == "not_found"
