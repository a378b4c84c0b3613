"""Imports: all or nothing, one at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.store.conftest import fill, judged, make_task, row, state_of, update
from tutorcli.core.judgment import Frozen, freeze
from tutorcli.core.measures import HEAD_FORMAT, Head, Kind
from tutorcli.core.task import task_sha256
from tutorcli.errors import InputError, StoreError
from tutorcli.store import judgments, tasks
from tutorcli.store.chunks import TARGET_S, Chunks
from tutorcli.store.db import Queue
from tutorcli.store.importing import (
    Appended,
    Importing,
    TaskRow,
    append_many,
    known,
    row_of,
)
from tutorcli.store.sweeping import RESERVE, sweep


def everything(queue: Queue) -> dict[str, list[tuple[object, ...]]]:
    """All that a home holds but its import records."""
    names = ("tasks", "task_bodies", "task_tags", "judgments", "measures")
    return {name: queue.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in names}  # noqa: S608


def crash(queue: Queue, *, replacing: bool = True) -> None:
    """An import whose process dies before it is published."""
    importing = Importing.begin(queue, "killed")
    if replacing:
        importing.replace(["t1"])
        importing.stage([row(make_task("t1", "changed", tags=("x",)))])
    importing.stage(row(make_task(f"new{n}", tags=("x",), priority=9)) for n in range(40))
    importing.stage_judgments([judged("t1", "someone", confidence=3)])
    importing._end()


def test_a_row_holds_what_the_queue_is_sorted_and_searched_by() -> None:
    task = make_task("t1", "Straße " + "x" * 100, tags=("a", "b"), due="2026-01-01", priority=2)
    staged = row_of(task, b"{}")
    assert staged.title == "Straße " + "x" * 73
    assert staged.folded == "strasse " + "x" * 73
    assert (staged.tags, staged.due, staged.priority) == ('["a","b"]', "2026-01-01", 2)
    assert (staged.answers, staged.sha256) == (2, task_sha256(task))


def test_a_task_lies_under_the_key_by_which_its_judgments_name_it(queue: Queue) -> None:
    fill(queue, [make_task("t1")])
    said = judged("t1", "someone", task_sha256=task_sha256(make_task("t1")))
    append_many(queue, [said])
    ((key,),) = queue.rows("SELECT key FROM tasks")
    ((head,),) = queue.rows("SELECT rows FROM measures WHERE kind = ?", (Kind.HEAD,))
    assert key == Head(*HEAD_FORMAT.unpack(head)).task


def test_nothing_shows_before_publication_and_everything_after(queue: Queue) -> None:
    with Importing.begin(queue, "a test") as importing:
        assert importing.stage(row(make_task(f"t{n}")) for n in range(50)) == 50
        assert importing.stage_judgments([judged("t1", "someone")]) == Appended(1, 0)
        assert tasks.next_open(queue) is None
        assert tasks.load(queue, "t1") is None
        assert sum(tasks.counts(queue).values()) == 0
        assert known(queue, ["t1"]) == {}
        assert judgments.of_task(queue, "t1") == []
        assert list(judgments.each(queue)) == []
        importing.publish()
    assert tasks.counts(queue)["open"] == 50
    assert len(judgments.of_task(queue, "t1")) == 1


def test_an_import_that_fails_leaves_the_home_as_it_was(queue: Queue) -> None:
    fill(queue, [make_task("t1"), make_task("t2")])
    before = everything(queue)

    def rows() -> Iterator[TaskRow]:
        yield from (row(make_task(f"new{n}", tags=("x",))) for n in range(100))
        raise ZeroDivisionError

    def failing() -> None:
        with Importing.begin(queue, "a test") as importing:
            importing.replace(["t1"])
            importing.stage([row(make_task("t1", "changed"))])
            importing.stage_judgments([judged("t1", "someone")])
            importing.stage(rows())

    with pytest.raises(ZeroDivisionError):
        failing()
    assert everything(queue) == before
    assert queue.rows("SELECT count(*) FROM imports") == [(1,)]


def test_what_a_killed_import_left_is_invisible_and_swept(queue: Queue) -> None:
    fill(queue, [make_task("t1", "old"), make_task("t2")])
    before = everything(queue)
    crash(queue)
    assert tasks.upcoming(queue, limit=99) == ["t1", "t2"]
    assert [item.title for item in tasks.listing(queue)] == ["old", "What now?"]
    assert tasks.counts(queue, tasks.Filters(tag="x"))["open"] == 0
    assert judgments.of_task(queue, "t1") == []
    assert sweep(queue)
    assert everything(queue) == before
    assert queue.rows("SELECT published FROM imports") == [(1,)]


def test_the_next_import_sweeps_first(queue: Queue) -> None:
    crash(queue, replacing=False)
    fill(queue, [make_task("new1")])
    assert [stored.task.id for stored in tasks.each_task(queue)] == ["new1"]


def test_a_second_import_is_refused_while_one_runs(queue: Queue) -> None:
    with Importing.begin(queue, "first"):
        with pytest.raises(StoreError, match="another import is running"):
            Importing.begin(queue, "second", wait_s=0)
        assert not sweep(queue)
    with Importing.begin(queue, "third", wait_s=0):
        pass


def test_a_known_id_is_refused_unless_it_is_replaced(queue: Queue) -> None:
    fill(queue, [make_task("t1", "old")])
    with pytest.raises(InputError, match='task "t1" is in the queue already'):
        fill(queue, [make_task("t0"), make_task("t1", "new")])
    assert tasks.load(queue, "t0") is None
    update(queue, make_task("t1", "new"))


def test_known_names_the_hash_of_the_present_text(queue: Queue) -> None:
    fill(queue, [make_task(f"t{n}") for n in range(3)])
    new = make_task("t1", "new")
    update(queue, new)
    hashes = known(queue, [f"t{n}" for n in range(1200)])
    assert sorted(hashes) == ["t0", "t1", "t2"]
    assert hashes["t1"] == task_sha256(new)


def test_a_judgment_that_came_before_its_task_sets_its_state(queue: Queue) -> None:
    judgments.append(queue, judged("t1", judgments.home(queue).tutor))
    fill(queue, [make_task("t1"), make_task("t2")])
    assert state_of(queue, "t1") == "done"
    assert tasks.upcoming(queue) == ["t2"]


def test_judgments_from_elsewhere_come_once_with_their_bytes(queue: Queue) -> None:
    fill(queue, [make_task("t1")])
    brought = [judged("t1", "someone"), judged("t1", "another")]
    assert append_many(queue, brought) == Appended(2, 0)
    assert append_many(queue, [*brought, judged("t1", "third")]) == Appended(1, 2)
    assert [frozen.body for frozen in judgments.of_task(queue, "t1")][:2] == [
        frozen.body for frozen in brought
    ]
    assert state_of(queue, "t1") == "open"


def test_a_known_judgment_with_other_bytes_stops_the_import(queue: Queue) -> None:
    first = judged("t1", "someone", comment="yes")
    append_many(queue, [first])
    forged = Frozen(first.judgment, first.body.replace(b"yes", b"no"))
    with pytest.raises(InputError, match="known with other content"):
        append_many(queue, [judged("t1", "another"), forged])
    assert [frozen.body for frozen in judgments.each(queue)] == [first.body]


def test_own_judgments_that_come_back_set_the_state_again(queue: Queue) -> None:
    fill(queue, [make_task("t1")])
    append_many(queue, [judged("t1", judgments.home(queue).tutor)])
    assert state_of(queue, "t1") == "done"


def test_imported_judgments_leave_no_gap_in_the_homes_own_count(queue: Queue) -> None:
    tutor = judgments.home(queue).tutor
    assert judgments.append(queue, judged("t1", tutor)) == 1
    crash(queue, replacing=False)
    append_many(queue, [judged("t1", "someone"), freeze(judged("t2", "someone").judgment)])
    assert judgments.append(queue, judged("t2", tutor)) == 2


def test_what_was_published_is_found_after_opening_again(folder: Path) -> None:
    with Queue.open(folder) as queue:
        fill(queue, [make_task("t1")])
    with Queue.open(folder) as queue:
        assert tasks.next_open(queue) == "t1"


@pytest.mark.integration
def test_the_journal_of_an_import_stays_shorter_than_the_room_set_aside(queue: Queue) -> None:
    journal = queue.path.with_name("queue.db-wal")
    longest = 0
    big = row(make_task("t", "x" * 20_000))
    with Importing.begin(queue, "a test") as importing:
        for start in range(0, 8000, 100):
            importing.stage(big._replace(id=f"t{start + n}") for n in range(100))
            longest = max(longest, journal.stat().st_size)
        staged = queue.path.stat().st_size + journal.stat().st_size
    assert staged > 3 * RESERVE
    assert longest < RESERVE


def test_pieces_grow_and_shrink_with_the_time_they_take(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("tutorcli.store.chunks.time.perf_counter", lambda: now)
    chunks = Chunks(queue)
    sizes = []
    pieces = chunks.of(range(1000))
    for times in (0.1, 0.1, 2, 50, 0.1):
        sizes.append(len(next(pieces)))
        with chunks.write():
            now += times * TARGET_S
    assert sizes == [16, 32, 64, 32, 1]
