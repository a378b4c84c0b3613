"""Copies of a home."""

import os
from pathlib import Path

import pytest

from tests.unit.store.conftest import fill, judged, make_task
from tutorcli.errors import StoreError
from tutorcli.store import backup as module
from tutorcli.store import judgments, tasks
from tutorcli.store.backup import backup, check_integrity
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts


@pytest.fixture
def kept(queue: Queue, folder: Path) -> Path:
    """The folder of a home with a judgment and a draft, open elsewhere."""
    fill(queue, [make_task("t1"), make_task("t2")])
    judgments.append(queue, judged("t1", judgments.home(queue).tutor))
    with Drafts.open(folder) as drafts:
        drafts.start("t2", "j2", None, "2026-01-01T00:00:00Z")
        drafts.add("t2", "op", 1, 1)
    return folder


def test_a_copy_opens_as_the_home_it_was_made_of(queue: Queue, kept: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    with queue.write():
        queue.execute("UPDATE home SET value = 'not yet' WHERE key = 'created'")
        sizes = backup(kept, target)
    assert sizes == {name: (target / name).stat().st_size for name in ("queue.db", "drafts.db")}
    with Queue.open(target) as copy, Drafts.open(target) as drafts:
        assert judgments.home(copy) == judgments.home(queue)
        assert tasks.counts(copy) == tasks.counts(queue)
        assert [one.body for one in judgments.each(copy)] == [
            one.body for one in judgments.each(queue)
        ]
        assert copy.row("SELECT value <> 'not yet' FROM home WHERE key = 'created'") == (1,)
        assert copy.has_journal()
        assert drafts.has_journal()
        draft = drafts.load("t2")
    assert draft is not None
    assert draft.ops == ["op"]
    if os.name != "nt":
        assert not [path for path in (target, *target.iterdir()) if path.stat().st_mode & 0o077]


def test_a_copy_overwrites_nothing(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    with pytest.raises(StoreError, match="overwrites nothing"):
        backup(kept, tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


def test_a_home_without_drafts_is_copied(queue: Queue, folder: Path, tmp_path: Path) -> None:
    assert list(backup(folder, tmp_path / "new" / "copy")) == ["queue.db"]


def test_without_a_queue_there_is_nothing_to_copy(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        backup(folder, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_damaged_copy_is_refused_and_removed(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "check_integrity", lambda _: ["row 1 missing from index x"])
    with pytest.raises(StoreError, match="row 1 missing"):
        backup(kept, tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_that_cannot_be_written_is_named(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        backup(kept, tmp_path / "file" / "copy")


def test_damage_is_found(queue: Queue, kept: Path) -> None:
    assert check_integrity(queue) == []
    queue.execute("PRAGMA foreign_keys=OFF")
    queue.execute("DELETE FROM imports")
    assert any("foreign key" in line for line in check_integrity(queue))
