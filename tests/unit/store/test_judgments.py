"""Judgments: appended once, never changed, current by one rule."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.told import told
from tests.unit.store.conftest import empty_queue, fill, judged, make_task, state_of
from tutorcli.core.judgment import SET_ASIDE, Disposition, Frozen, Rating, Role, current
from tutorcli.core.measures import MISSING, Kind
from tutorcli.errors import InputError, StoreError
from tutorcli.store import judgments, measuring, tasks
from tutorcli.store.connection import Store, connect
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, append_many
from tutorcli.store.rebuilding import rebuild_measures, rebuild_states


@st.composite
def histories(draw: st.DrawFn) -> list[Frozen]:
    """Revisions, forks and withdrawals of a few tutors, in any order."""
    made: list[Frozen] = []
    for _ in range(draw(st.integers(0, 10))):
        earlier = draw(st.sampled_from([None, *(one.judgment for one in made)]))
        task = draw(st.sampled_from(["t1", "t2"])) if earlier is None else earlier.task
        made.append(
            judged(
                task,
                draw(st.sampled_from(["home", "other"])) if earlier is None else earlier.tutor,
                role=draw(st.sampled_from(["label", "review"])),
                stage=draw(st.sampled_from([None, "second"])),
                revision=draw(st.integers(1, 3)),
                supersedes=earlier.id if earlier else None,
                disposition=draw(st.sampled_from(["done", "skip", "withdrawn"])),
                assignment=draw(st.sampled_from([task, f"{task} again"])),
            )
        )
    return draw(st.permutations(made))


def rename_home(queue: Queue) -> None:
    with queue.write():
        queue.execute("UPDATE sync_state SET tutor = 'home'")


@given(histories())
def test_current_is_what_the_core_says(history: list[Frozen]) -> None:
    expected: dict[tuple[str, str, Role, str | None], Frozen] = {}
    by_id = {one.judgment.id: one for one in history}
    for one in current(by_id[key].judgment for key in by_id).values():
        place = (one.task, one.tutor, one.role, one.stage)
        other = expected.get(place)
        rank = (one.revision, one.id)
        if other is None or rank > (other.judgment.revision, other.judgment.id):
            expected[place] = by_id[one.id]
    with TemporaryDirectory() as folder, empty_queue(Path(folder)) as queue:
        rename_home(queue)
        fill(queue, [make_task("t1"), make_task("t2")])
        for frozen in history:
            judgments.append(queue, frozen)
        roles: tuple[Role, ...] = ("label", "review")
        for task_id in ("t1", "t2"):
            for tutor in ("home", "other"):
                for role in roles:
                    for stage in (None, "second"):
                        place = (task_id, tutor, role, stage)
                        assert judgments.current_of(queue, *place) == expected.get(place)
        before = {task_id: state_of(queue, task_id) for task_id in ("t1", "t2")}
        for task_id, state in before.items():
            mine = [expected.get((task_id, "home", "label", stage)) for stage in (None, "second")]
            standing = [one.judgment for one in mine if one]
            if not standing:
                assert state == "open"
            elif len(standing) == 1:
                assert state == state_for(standing[0].disposition)
        with queue.write():
            queue.execute("UPDATE tasks SET state = 'open', disposition = NULL")
        assert rebuild_states(queue) == 2
        assert {task_id: state_of(queue, task_id) for task_id in before} == before


def state_for(disposition: Disposition) -> str:
    return {"done": "done", "withdrawn": "open", **dict.fromkeys(SET_ASIDE, "set-aside")}[
        disposition
    ]


@given(histories())
def test_numbers_have_no_gaps_and_streams_are_ordered(history: list[Frozen]) -> None:
    with TemporaryDirectory() as folder, empty_queue(Path(folder)) as queue:
        numbers = [judgments.append(queue, frozen) for frozen in history]
        assert numbers == list(range(1, len(history) + 1))
        assert judgments.unsent_count(queue, "local") == len(history)
        streamed = list(judgments.each(queue))
        key = [(one.judgment.task, one.judgment.id) for one in streamed]
        assert key == sorted(key)
        assert {one.body for one in streamed} == {one.body for one in history}
        if history:
            last = judgments.last_of(queue)
            assert last is not None
            assert last.body == history[-1].body


def test_a_judgment_is_stored_with_its_bytes_measures_and_the_tasks_state(queue: Queue) -> None:
    fill(queue, [make_task("t1")])
    home = judgments.home(queue)
    frozen = judged(
        "t1",
        home.tutor,
        ranking=(("b",), ("a",)),
        accept_line=1,
        ratings=(Rating("accuracy", "a", 3), Rating("tone", "b", na=True)),
    )
    assert judgments.append(queue, frozen, lease="l1", clock_offset_ms=-7) == 1
    columns = "device, channel, dseq, lease, clock_offset_ms, sha256, body"
    stored = queue.row(f"SELECT {columns} FROM judgments")  # noqa: S608
    digest = bytes.fromhex(frozen.sha256)
    assert stored == (home.device, "local", 1, "l1", -7, digest, frozen.body)
    assert told(dict(queue.rows("SELECT kind, rows FROM measures")), measuring.words(queue)) == {
        (Kind.RANK, "", "b", 0),
        (Kind.RANK, "", "a", 1),
        (Kind.ACCEPT, "", "", 1),
        (Kind.RATING, "accuracy", "a", 3),
        (Kind.RATING, "tone", "b", MISSING),
    }
    assert state_of(queue, "t1") == "done"
    assert judgments.get(queue, frozen.judgment.id) == frozen
    assert judgments.get(queue, "another") is None


def test_each_channel_counts_for_itself(queue: Queue) -> None:
    with queue.write():
        queue.execute(
            "INSERT INTO sync_state (channel, tutor, device, have, durable, updated_at)"
            " VALUES ('hospital', 'dr-7', 'd7', 1, 1, '')"
        )
    tutor = judgments.home(queue, "hospital").tutor
    assert tutor == "dr-7"
    assert judgments.append(queue, judged("t1", "local-x")) == 1
    # The server holds one of this device already, which was purged here.
    assert judgments.append(queue, judged("t1", tutor), channel="hospital") == 2
    assert judgments.unsent_count(queue, "hospital") == 1
    assert judgments.unsent_count(queue, "nowhere") == 0
    with pytest.raises(InputError, match='no channel "nowhere"'):
        judgments.append(queue, judged("t1", "x"), channel="nowhere")


def test_the_same_id_is_refused_a_second_time(queue: Queue) -> None:
    frozen = judged("t1", "someone")
    judgments.append(queue, frozen)
    with pytest.raises(InputError, match="exists already"):
        judgments.append(queue, frozen)
    assert judgments.append(queue, judged("t1", "someone")) == 2


def test_taking_back_opens_the_task_and_undo_finds_the_last(queue: Queue) -> None:
    fill(queue, [make_task("t1"), make_task("t2")])
    tutor = judgments.home(queue).tutor
    first, second = judged("t1", tutor), judged("t2", tutor)
    judgments.append(queue, first)
    judgments.append(queue, second)
    append_many(queue, [judged("t1", tutor, role="review")])
    assert judgments.last_of(queue) == second
    assert judgments.last_of(queue, skip="t2") == first
    revision = {"revision": 2, "supersedes": second.judgment.id}
    judgments.append(queue, judged("t2", tutor, disposition="withdrawn", **revision))
    assert state_of(queue, "t2") == "open"
    assert state_of(queue, "t1") == "done"


def test_a_task_that_the_server_took_back_stays_withdrawn(queue: Queue) -> None:
    fill(queue, [make_task("t1", tags=("x",))])
    with queue.write():
        queue.execute("UPDATE tasks SET state = 'withdrawn'")
    judgments.append(queue, judged("t1", judgments.home(queue).tutor))
    rebuild_states(queue)
    assert state_of(queue, "t1") == "withdrawn"
    assert tasks.counts(queue, tasks.Filters(tag="x"))["withdrawn"] == 1


def test_measures_can_be_made_anew(queue: Queue) -> None:
    for n in range(30):
        judgments.append(queue, judged(f"t{n}", "x", ranking=(("a",), ("b",)), confidence=n % 5))
    read = "SELECT kind, judgment, rows FROM measures ORDER BY 1, 2"
    before = queue.rows(read)
    with queue.write():
        queue.execute("DELETE FROM measures WHERE judgment % 3 = 0")
        queue.execute("UPDATE measures SET rows = x'09'")
    assert rebuild_measures(queue) == 30
    assert queue.rows(read) == before


def test_a_cursor_skips_nothing_that_is_published_later(queue: Queue) -> None:
    judgments.append(queue, judged("t1", "early"))
    with Importing.begin(queue, "a test") as importing:
        importing.stage_judgments([judged("t2", "hidden")])
        judgments.append(queue, judged("t3", "late"))
        cursor = judgments.cursor(queue)
        importing.publish()
    assert [one.judgment.tutor for one in judgments.each(queue, cursor)] == ["hidden", "late"]
    assert list(judgments.each(queue, judgments.cursor(queue))) == []


@pytest.fixture
def plain(queue: Queue) -> Store:
    """A connection without any of our pragmas, to a queue with a judgment and an import."""
    judgments.append(queue, judged("t1", "x", confidence=3))
    append_many(queue, [judged("t1", "y")])
    return Store(connect(queue.path, create=False), queue.path)


COLUMNS = (
    "id, device, channel, dseq, task, assignment, task_sha256, tutor, role, revision,"
    " disposition, stored_at, sha256, body"
)
OTHERS = "task, assignment, task_sha256, tutor, role, revision, disposition, stored_at, sha256"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE judgments SET body = x'00'",
        "UPDATE judgments SET dseq = dseq + 7",
        "UPDATE OR REPLACE judgments SET id = 'same'",
        "DELETE FROM judgments",
        "DELETE FROM judgments WHERE import_id IS NOT NULL",
        "INSERT OR REPLACE INTO judgments SELECT * FROM judgments",
        "REPLACE INTO judgments SELECT * FROM judgments LIMIT 1",
        "INSERT OR IGNORE INTO judgments ({all}) SELECT {all} FROM judgments",
        """
        REPLACE INTO judgments ({all})
        SELECT 'new', device, channel, dseq, {others}, x'00' FROM judgments LIMIT 1
        """,
        """
        REPLACE INTO judgments (feed, {all})
        SELECT feed, 'new', 'd', channel, 99, {others}, x'00' FROM judgments LIMIT 1
        """,
    ],
)
def test_no_statement_of_a_plain_connection_changes_a_judgment(
    queue: Queue, plain: Store, statement: str
) -> None:
    before = queue.rows("SELECT * FROM judgments")
    with plain, pytest.raises(StoreError, match="append-only"):
        plain.execute(statement.format(all=COLUMNS, others=OTHERS))
    assert queue.rows("SELECT * FROM judgments") == before
    assert len(before) == 2


def test_what_a_server_holds_in_a_backup_may_be_purged(queue: Queue) -> None:
    with queue.write():
        queue.execute(
            "INSERT INTO sync_state (channel, tutor, device, updated_at)"
            " VALUES ('hospital', 'dr-7', 'd7', '')"
        )
    for _ in range(2):
        judgments.append(queue, judged("t1", "dr-7", confidence=1), channel="hospital")
    queue.execute("UPDATE sync_state SET have = 2, durable = 1 WHERE channel = 'hospital'")
    with pytest.raises(StoreError, match="append-only"):
        queue.execute("DELETE FROM judgments WHERE channel = 'hospital'")
    queue.execute("DELETE FROM judgments WHERE channel = 'hospital' AND dseq <= 1")
    assert queue.rows("SELECT dseq FROM judgments") == [(2,)]
    assert queue.rows("SELECT count(DISTINCT judgment) FROM measures") == [(1,)]
