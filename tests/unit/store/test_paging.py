"""Stretches of the queue in both directions, and titles found in it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from tests.unit.store.conftest import fill, judged, make_task, row
from tutorcli.core.task import Task
from tutorcli.store import judgments, paging
from tutorcli.store.connection import Row, Value
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing
from tutorcli.store.paging import Placed, Sought, named, numbered, stretch, titled
from tutorcli.store.tasks import Filters, listing


def _made() -> Iterator[Task]:
    for n in range(60):
        yield make_task(
            f"t{n:02}",
            f"Case {n} of 100% *[?] chest PAIN",
            domain="law" if n % 3 else "medicine",
            language=("en", "zh-Hans", "fr")[n % 4 % 3],
            priority=n % 3 - 1,
            due=f"2026-01-{1 + n % 5:02}" if n % 2 else None,
            tags=("x",) if n % 4 == 0 else (),
        )


@pytest.fixture
def filled(queue: Queue) -> Queue:
    fill(queue, _made())
    tutor = judgments.home(queue).tutor
    for n, disposition in enumerate(("done", "skip", "refer", "skip")):
        judgments.append(queue, judged(f"t{n:02}", tutor, disposition=disposition))
    return queue


def ids(found: list[Placed]) -> list[str]:
    return [item.task.id for item in found]


def walked(queue: Queue, sought: Sought, limit: int, *, back: bool) -> list[str]:
    found: list[Placed] = []
    while True:
        edge = found[0 if back else -1].place if found else None
        more = stretch(queue, sought, limit, edge, back=back)
        found = more + found if back else found + more
        if len(more) < limit:
            return ids(found)


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        Sought(state="open"),
        Sought(domain="law"),
        Sought(language="zh-Hans", domain="medicine"),
        Sought(Filters(tag="x")),
        Sought(Filters(language="zh"), state="open"),
        Sought(words=("case", "3")),
        Sought(state="open", seqs=tuple(range(20, 40))),
    ],
)
def test_stretches_of_any_size_add_up_to_the_whole_list(
    filled: Queue, sought: Sought, *, back: bool
) -> None:
    filters = replace(
        sought.filters,
        domain=sought.domain or sought.filters.domain,
        language=sought.language or sought.filters.language,
    )
    whole = [
        item.id
        for item in listing(filled, filters, sought.state)
        if all(word in item.title.casefold() for word in sought.words)
        and (sought.seqs is None or named(filled, item.id)[0] in sought.seqs)
    ]
    assert len(whole) > 4
    for limit in (1, 7, 100):
        assert walked(filled, sought, limit, back=back) == whole


def test_tasks_set_aside_are_found_by_how(filled: Queue) -> None:
    assert sorted(ids(stretch(filled, Sought(disposition="skip"), 9))) == ["t01", "t03"]
    assert ids(stretch(filled, Sought(state="set-aside", disposition="refer"), 9)) == ["t02"]
    assert stretch(filled, Sought(state="open", disposition="skip"), 9) == []


def test_an_import_that_runs_changes_no_stretch(filled: Queue) -> None:
    before = walked(filled, Sought(), 100, back=False)
    with Importing.begin(filled, "a test") as importing:
        importing.replace(["t05"])
        importing.stage([row(make_task("t05", "Chest anew")), row(make_task("new", "Chest new"))])
        assert walked(filled, Sought(), 7, back=False) == before
        assert len(titled(filled, ["chest"]) or []) == len(before)
        assert titled(filled, ["new"]) == []
        importing.publish()
    assert "new" in walked(filled, Sought(), 7, back=True)


@pytest.mark.parametrize(
    ("words", "count"),
    [(["100%"], 60), (["*[?]", "pain"], 60), (["case 5"], 11), (["]", "7"], 6), (["?*"], 0)],
)
def test_signs_of_patterns_are_searched_as_they_are(
    filled: Queue, words: list[str], count: int
) -> None:
    found = titled(filled, words)
    assert found is not None
    assert len(numbered(filled, found, Sought())) == count


def test_a_search_that_finds_too_much_says_so(
    filled: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST", 11)
    assert titled(filled, ["case"]) is None
    few = titled(filled, ["case 5"])
    assert few is not None
    assert len(few) == 11
    assert len(titled(filled, ["57"], few) or []) == 1


def test_tasks_are_found_by_id_and_by_its_beginning(filled: Queue) -> None:
    assert ids(numbered(filled, named(filled, "t07"), Sought())) == ["t07"]
    assert len(named(filled, "t0", begins=True)) == 10
    assert named(filled, "T07") == named(filled, "%", begins=True) == []


def test_stretches_and_titles_come_from_indexes(
    filled: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[str] = []
    rows, place = filled.rows, stretch(filled, Sought(), 9)[4].place

    def explained(sql: str, values: Sequence[Value] = ()) -> list[Row]:
        plans.extend(step[-1] for step in rows("EXPLAIN QUERY PLAN " + sql, values))
        return rows(sql, values)

    monkeypatch.setattr(filled, "rows", explained)
    monkeypatch.setattr(filled, "row", lambda sql, values=(): explained(sql, values)[0])
    for sought in (Sought(), Sought(domain="law"), Sought(language="fr"), Sought(seqs=(1, 2))):
        for back in (False, True):
            stretch(filled, sought, 5, place, back=back)
    assert not [step for step in plans if "TEMP B-TREE FOR ORDER BY" in step]
    assert not [step for step in plans if step.startswith("SCAN tasks")]
    titled(filled, ["x"])
    assert any("COVERING INDEX tasks_import" in step for step in plans)
