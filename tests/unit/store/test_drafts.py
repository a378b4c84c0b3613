"""Drafts: every operation kept, snapshots in place of many."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.errors import StoreError
from tutorcli.store.connection import Store, connect
from tutorcli.store.drafts import VERSION, Drafts, StoredDraft

STARTED = "2026-01-01T00:00:00Z"
STARTED_MS = 1_767_225_600_000


def opened(folder: Path) -> Drafts:
    drafts = Drafts.open(folder)
    drafts.start("t1", "j1", "j0", STARTED)
    return drafts


def test_a_draft_comes_back_with_its_operations_in_order(folder: Path) -> None:
    with opened(folder) as drafts:
        drafts.add("t1", '["set","comment","x"]', 10, 100)
        drafts.add("t1", '["set","comment","xy"]', 20, 150)
    with Drafts.open(folder) as drafts:
        assert drafts.load("t1") == StoredDraft(
            judgment_id="j1",
            supersedes="j0",
            started_at=STARTED,
            snapshot=None,
            ops=['["set","comment","x"]', '["set","comment","xy"]'],
            active_ms=150,
            touched_at=20,
        )
        assert drafts.load("t2") is None


def test_a_snapshot_stands_for_what_went_before(folder: Path) -> None:
    with opened(folder) as drafts:
        drafts.start("t2", "j2", None, STARTED)
        drafts.add("t2", "other", 5, 5)
        drafts.add("t1", "one", 10, 100)
        drafts.snapshot("t1", '{"fields":{}}')
        drafts.snapshot("t1", '{"fields":{"comment":1}}')
        drafts.add("t1", "two", 20, 150)
        draft = drafts.load("t1")
        other = drafts.load("t2")
    assert draft is not None
    assert (draft.snapshot, draft.ops) == ('{"fields":{"comment":1}}', ["two"])
    assert (draft.active_ms, draft.touched_at) == (150, 20)
    assert other is not None
    assert other.ops == ["other"]


def test_a_snapshot_remembers_time_and_work(folder: Path) -> None:
    with opened(folder) as drafts:
        drafts.add("t1", "one", 10, 100)
        drafts.snapshot("t1", "{}")
        draft = drafts.load("t1")
    assert draft is not None
    assert (draft.active_ms, draft.touched_at) == (100, 10)


@given(st.lists(st.sampled_from(["add", "snapshot", "reopen"]), max_size=12))
def test_snapshot_and_operations_together_tell_everything(steps: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder, said, drafts = Path(name), list[str](), opened(Path(name))
        for n, step in enumerate(steps):
            match step:
                case "add":
                    said.append(f"{n}")
                    drafts.add("t1", f"{n}", n, n)
                case "snapshot":
                    drafts.snapshot("t1", " ".join(said))
                case _:
                    drafts.close()
                    drafts = Drafts.open(folder)
        draft = drafts.load("t1")
        drafts.close()
    assert draft is not None
    assert [*(draft.snapshot or "").split(), *draft.ops] == said


def test_drafts_are_listed_by_last_touch(folder: Path) -> None:
    with opened(folder) as drafts:
        drafts.start("t2", "j2", None, STARTED)
        assert drafts.touched() == [("t1", STARTED_MS), ("t2", STARTED_MS)]
        drafts.add("t2", "x", STARTED_MS + 5, 0)
        drafts.add("t1", "x", STARTED_MS + 4, 0)
        drafts.snapshot("t1", "{}")
        assert drafts.touched() == [("t2", STARTED_MS + 5), ("t1", STARTED_MS + 4)]
        drafts.discard("t2")
        drafts.discard("t2")
        assert drafts.touched() == [("t1", STARTED_MS + 4)]


def test_only_the_draft_of_that_judgment_is_discarded(folder: Path) -> None:
    with opened(folder) as drafts:
        assert drafts.judgment_id("t1") == "j1"
        drafts.discard("t1", "j2")
        assert drafts.load("t1") is not None
        drafts.discard("t1", "j1")
        assert drafts.judgment_id("t1") is None


def test_a_discarded_draft_leaves_no_text_for_the_next(folder: Path) -> None:
    with opened(folder) as drafts:
        drafts.add("t1", "old", 1, 1)
        drafts.discard("t1")
        assert drafts.load("t1") is None
        drafts.start("t1", "j9", None, STARTED)
        draft = drafts.load("t1")
    assert draft is not None
    assert (draft.judgment_id, draft.ops) == ("j9", [])


def test_a_draft_is_never_begun_over_another(folder: Path) -> None:
    with opened(folder) as drafts:
        drafts.add("t1", "kept", 1, 1)
        with pytest.raises(StoreError, match="UNIQUE"):
            drafts.start("t1", "j2", None, STARTED)
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            drafts.add("t2", "lost", 1, 1)
        draft = drafts.load("t1")
    assert draft is not None
    assert draft.ops == ["kept"]


def test_drafts_of_a_newer_program_are_refused(folder: Path) -> None:
    Drafts.open(folder).close()
    path = folder / "drafts.db"
    with Store(connect(path, create=False), path) as store:
        store.execute(f"PRAGMA user_version={VERSION + 1}")
    with pytest.raises(StoreError, match="newer tutorcli"):
        Drafts.open(folder)


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_drafts_are_their_owners_alone(folder: Path) -> None:
    with opened(folder):
        assert not [path for path in folder.iterdir() if path.stat().st_mode & 0o077]
