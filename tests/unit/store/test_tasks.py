"""Tasks one by one, and in the order in which they are judged."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.store.conftest import empty_queue, fill, judged, make_task, row, state_of, update
from tutorcli.core.task import Answer, Task, Turn, task_sha256
from tutorcli.store import judgments, tasks
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, due_key
from tutorcli.store.tasks import Filters

TAGS = st.sampled_from([(), ("x",), ("y",), ("x", "y")])
DUES = st.sampled_from([None, "2026-01-01", "2026-03-01T10:00:00Z", "2026-03-01T11:00:00+02:00"])


@st.composite
def queues(draw: st.DrawFn) -> list[Task]:
    return [
        make_task(
            f"t{n}",
            priority=draw(st.integers(-1, 2)),
            due=draw(DUES),
            domain=draw(st.sampled_from(["medicine", "law"])),
            language=draw(st.sampled_from(["en", "zh"])),
            tags=draw(TAGS),
        )
        for n in range(draw(st.integers(0, 12)))
    ]


def in_order(known: Sequence[Task], filters: Filters) -> list[str]:
    """The order by its definition."""
    wanted = [
        (-task.priority, due_key(task.due), seq, task.id)
        for seq, task in enumerate(known)
        if filters.domain in {None, task.domain}
        and filters.language in {None, task.language}
        and (filters.tag is None or filters.tag in task.tags)
    ]
    return [task_id for *_, task_id in sorted(wanted)]


FILTERS = st.builds(
    Filters,
    domain=st.sampled_from([None, "medicine", "law"]),
    language=st.sampled_from([None, "en"]),
    tag=st.sampled_from([None, "x"]),
)


@given(queues(), FILTERS, st.integers(0, 5))
def test_open_tasks_come_by_priority_then_due_then_import(
    known: list[Task], filters: Filters, page: int
) -> None:
    with TemporaryDirectory() as folder, empty_queue(Path(folder)) as queue:
        fill(queue, known)
        expected = in_order(known, filters)
        assert tasks.upcoming(queue, filters, 99) == expected
        assert tasks.upcoming(queue, filters, 99, expected[:2]) == expected[2:]
        assert tasks.next_open(queue, filters) == next(iter(expected), None)
        assert tasks.counts(queue, filters)["open"] == len(expected)
        listed = tasks.listing(queue, filters)
        assert [item.id for item in listed] == expected
        if expected:
            last = expected[min(page, len(expected) - 1)]
            after = tasks.listing(queue, filters, "open", 2, last)
            start = expected.index(last) + 1
            assert [item.id for item in after] == expected[start : start + 2]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-01-01", "2026-01-02"),
        ("2026-01-01T09:00:00Z", "2026-01-01T10:00:00"),
        ("2026-01-01T11:00:00+08:00", "2026-01-01T04:00:00Z"),
        ("2026-01-01T04:00:00.5Z", "2026-01-01T04:00:01Z"),
        ("2999-01-01", None),
    ],
)
def test_due_times_sort_as_times(earlier: str, later: str | None) -> None:
    assert due_key(earlier) < due_key(later)


def test_a_task_comes_back_as_it_went_in(queue: Queue) -> None:
    task = Task(
        id="t1",
        domain="law",
        language="pt-BR",
        answers=(
            Answer("a", " x\r\n", model="m", provenance={"k": None}, extra={"z": [None]}),
            Answer("b", "", turns=(Turn("user", "?"),), steps=("1", "2")),
        ),
        messages=(Turn("user", "\u202etext", extra={"n": 1}),),
        tags=("x",),
        due="2026-01-01",
        metadata={"a": 1.5},
        extra={"unknown": {"deep": [1, None]}},
    )
    fill(queue, [task])
    stored = tasks.load(queue, "t1")
    assert stored is not None
    assert stored.task == task
    assert stored.sha256 == task_sha256(task)
    assert (stored.state, stored.disposition, stored.source) == ("open", None, "a test")
    assert tasks.load(queue, "t2") is None


def test_an_update_shows_the_new_text_and_keeps_the_old(queue: Queue) -> None:
    old, new, newest = (make_task("t1", prompt) for prompt in ("one", "two", "three"))
    fill(queue, [old, make_task("t2")])
    update(queue, new)
    update(queue, newest)
    stored = tasks.load(queue, "t1")
    assert stored is not None
    assert stored.task == newest
    assert [past.task for past in tasks.versions(queue, "t1")] == [new, old]
    for task in (old, new, newest):
        found = tasks.load_version(queue, "t1", task_sha256(task))
        assert found is not None
        assert found.task == task
    assert tasks.load_version(queue, "t1", "0" * 64) is None
    assert [each.task.id for each in tasks.each_task(queue)] == ["t1", "t2"]
    assert tasks.counts(queue)["open"] == 2


def test_tasks_stream_in_the_order_of_their_ids(queue: Queue) -> None:
    fill(queue, [make_task("b"), make_task("a", priority=-5), make_task("Ä"), make_task("B")])
    assert [stored.task.id for stored in tasks.each_task(queue)] == ["B", "a", "b", "Ä"]


def test_lists_and_counts_follow_the_state(queue: Queue) -> None:
    fill(queue, [make_task(f"t{n}", tags=("x",)) for n in range(4)])
    tutor = judgments.home(queue).tutor
    judgments.append(queue, judged("t1", tutor))
    judgments.append(queue, judged("t2", tutor, disposition="skip", reason="too_long"))
    expected = {"open": 2, "done": 1, "set-aside": 1, "withdrawn": 0}
    for filters in (tasks.ANY, Filters(domain="medicine"), Filters(tag="x")):
        assert tasks.counts(queue, filters) == expected
        assert tasks.upcoming(queue, filters) == ["t0", "t3"]
    [done] = tasks.listing(queue, state="done")
    [aside] = tasks.listing(queue, state="set-aside")
    assert (done.id, done.disposition) == ("t1", "done")
    assert (aside.id, aside.disposition) == ("t2", "skip")
    assert state_of(queue, "t1") == "done"
    found = tasks.listed(queue, ["t3", "t9", "t0"], Filters(tag="x"))
    assert [item.id for item in found] == ["t0", "t3"]


def test_the_order_needs_no_sorting(queue: Queue) -> None:
    fill(queue, [make_task("t1")])
    seen: list[str] = []
    rows = queue.rows

    def explained(sql: str, values: Sequence[str | int | None] = ()) -> list[tuple[str, ...]]:
        seen.extend(row[-1] for row in rows(f"EXPLAIN QUERY PLAN {sql}", values))
        return rows(sql, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "rows", explained)
        for filters in (
            tasks.ANY,
            Filters(domain="law"),
            Filters(language="en"),
            Filters("law", "en"),
            Filters(tag="x"),
        ):
            tasks.next_open(queue, filters)
    assert seen
    assert not [step for step in seen if "TEMP B-TREE" in step or step.startswith("SCAN t")]


def test_a_replaced_task_stays_until_the_update_is_published(queue: Queue) -> None:
    fill(queue, [make_task("t1", "old"), make_task("t2")])
    with Importing.begin(queue, "a test") as importing:
        importing.replace(["t1"])
        importing.stage([row(make_task("t1", "new"))])
        stored = tasks.load(queue, "t1")
        assert stored is not None
        assert stored.task.prompt == "old"
        assert tasks.upcoming(queue) == ["t1", "t2"]
        assert tasks.counts(queue)["open"] == 2
        assert tasks.versions(queue, "t1") == []
        judgments.append(queue, judged("t1", judgments.home(queue).tutor))
        assert tasks.upcoming(queue) == ["t2"]
        importing.publish()
    stored = tasks.load(queue, "t1")
    assert stored is not None
    assert (stored.task.prompt, stored.state) == ("new", "done")
