"""How many tasks there are of each kind, and what a day brought."""

import pytest

from tests.unit.store.conftest import fill, judged, make_task, row
from tutorcli.store import judgments, tallies
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing
from tutorcli.store.paging import Sought
from tutorcli.store.tallies import Kind, due, judged_since, tally


@pytest.fixture
def filled(queue: Queue) -> Queue:
    fill(
        queue,
        [
            make_task("t1", domain="law", due="2026-01-02"),
            make_task("t2", domain="law", language="fr", due="2026-01-02T23:00:00+02:00"),
            make_task("t3", due="2026-01-05"),
            make_task("t4", language="fr"),
            make_task("t5", language="zh"),
        ],
    )
    return queue


def end(queue: Queue, task: str, disposition: str, at: str = "2026-01-02T09:00:00.000Z") -> None:
    home = judgments.home(queue)
    judgments.append(queue, judged(task, home.tutor, disposition=disposition, decided_at=at))


@pytest.mark.parametrize(
    ("kind", "sought", "counts"),
    [
        (
            "domain",
            Sought(),
            {"open medicine": 2, "open law": 1, "set-aside law": 1, "set-aside medicine": 1},
        ),
        (
            "domain",
            Sought(domain="law", state="open"),
            {"open medicine": 2, "open law": 1, "set-aside law": 1, "set-aside medicine": 1},
        ),
        ("domain", Sought(language="fr"), {"open medicine": 1, "set-aside law": 1}),
        ("domain", Sought(disposition="refer"), {"set-aside medicine": 1}),
        ("language", Sought(), {"open en": 2, "open fr": 1, "set-aside fr": 1, "set-aside zh": 1}),
        (
            "disposition",
            Sought(state="open", disposition="skip"),
            {"set-aside skip": 1, "set-aside refer": 1},
        ),
        ("disposition", Sought(language="zh"), {"set-aside refer": 1}),
    ],
)
def test_tasks_are_counted_by_what_else_is_sought(
    filled: Queue,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    sought: Sought,
    counts: dict[str, int],
) -> None:
    end(filled, "t2", "skip")
    end(filled, "t5", "refer")
    found = tally(filled, kind, sought)
    assert {" ".join(cell): number for cell, number in found.items()} == counts
    # As where there are very many words.
    monkeypatch.setattr(tallies, "_LEAPS", 1)
    assert tally(filled, kind, sought) == found


def test_an_import_that_runs_is_not_counted(filled: Queue) -> None:
    with Importing.begin(filled, "a test") as importing:
        importing.replace(["t1"])
        importing.stage([row(make_task("t1", domain="x")), row(make_task("new", domain="x"))])
        assert +tally(filled, "domain", Sought()) == {("open", "medicine"): 3, ("open", "law"): 2}
        importing.publish()
    found = tally(filled, "domain", Sought())
    assert found == {("open", "medicine"): 3, ("open", "law"): 1, ("open", "x"): 2}


def test_open_tasks_are_counted_by_the_day_on_which_they_are_due(filled: Queue) -> None:
    assert due(filled, Sought()) == [("2026-01-02", 2), ("2026-01-05", 1)]
    assert due(filled, Sought(domain="law", state="done")) == [("2026-01-02", 2)]
    end(filled, "t3", "done")
    assert due(filled, Sought()) == [("2026-01-02", 2)]


@pytest.mark.parametrize("leaps", [0, 200])
def test_days_of_all_priorities_count_also_those_that_an_import_is_about_to_replace(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, leaps: int
) -> None:
    monkeypatch.setattr(tallies, "_LEAPS", leaps)
    made = {"due": "2026-01-02"}
    fill(queue, [make_task(f"t{n}", priority=n, **made) for n in range(-1, 3)])
    with Importing.begin(queue, "a test") as importing:
        importing.replace(["t1"])
        importing.stage([row(make_task("t1", priority=9, due="2026-01-03"))])
        assert due(queue, Sought()) == [("2026-01-02", 4)]
        importing.publish()
    assert due(queue, Sought()) == [("2026-01-02", 3), ("2026-01-03", 1)]


def test_tasks_without_a_date_are_not_looked_at_to_count_days(queue: Queue) -> None:
    def steps() -> int:
        made = [0]
        queue.connection.set_progress_handler(  # type: ignore[attr-defined]
            lambda: made.__setitem__(0, made[0] + 1), 10
        )
        assert due(queue, Sought()) == [("2026-01-02", 1)]
        return made[0]

    fill(queue, [make_task("t1", due="2026-01-02")])
    few = steps()
    fill(queue, [make_task(f"n{n}") for n in range(300)])
    assert steps() <= few + 2


def test_a_task_judged_twice_today_counts_once_and_one_taken_back_not_at_all(filled: Queue) -> None:
    end(filled, "t1", "done", "2026-01-01T23:59:59.999Z")
    for task, disposition in (("t2", "skip"), ("t3", "done"), ("t3", "done"), ("t4", "done")):
        end(filled, task, disposition)
    end(filled, "t4", "withdrawn")
    assert judged_since(filled, "2026-01-02T00:00:00.000Z") == 2
    assert judged_since(filled, "2026-01-01T00:00:00.000Z") == 3
