"""A disk that is full, read-only or damaged: a clear message, and nothing confirmed is lost."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.store.dying import check_home, fill, new_judgment, new_row
from tutorcli.errors import StoreError
from tutorcli.store import judgments, tasks
from tutorcli.store.backup import backup
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.importing import Importing

MEGABYTE = 1 << 20


def mount(*arguments: str) -> bool:
    """Whether the system let this process mount."""
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 megabytes."""
    path = tmp_path / "disk"
    path.mkdir()
    if (
        os.name == "nt"
        or os.geteuid()
        or not mount("-t", "tmpfs", "-o", "size=96m", "x", str(path))
    ):
        pytest.skip("only root can mount a small disk")
    yield path
    subprocess.run(["umount", str(path)], check=True)


def fill_up(ballast: Path, spare: int = 128 * 1024) -> None:
    """Leave only ``spare`` bytes on the disk."""
    disk = os.statvfs(ballast.parent)
    ballast.write_bytes(bytes(disk.f_bavail * disk.f_frsize - spare))


def append_until_it_fails(queue: Queue, tutor: str) -> tuple[set[str], StoreError]:
    """Judge until the store says no: what was confirmed, and what it said."""
    confirmed: set[str] = set()
    for n in range(100_000):
        frozen = new_judgment(f"t{n % 40}", tutor)
        try:
            judgments.append(queue, frozen)
        except StoreError as error:
            return confirmed, error
        confirmed.add(frozen.judgment.id)
    raise AssertionError("the disk was never full")


def stored_ids(queue: Queue) -> set[str]:
    """The ids of all judgments."""
    return {row[0] for row in queue.rows("SELECT id FROM judgments")}


def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(small_disk: Path) -> None:
    home = small_disk / "data"
    ballast = small_disk / "ballast"
    with Queue.open(home) as queue, Drafts.open(home) as drafts:
        fill(queue)
        tutor = judgments.home(queue).tutor
        drafts.start("t1", "j1", None, "2026-01-01T00:00:00Z")
        drafts.add("t1", "kept", 1, 1)
        fill_up(ballast)
        confirmed, error = append_until_it_fails(queue, tutor)
        assert "disk is full" in str(error)
        assert error.hint is not None
        assert stored_ids(queue) == confirmed
        with pytest.raises(StoreError, match="disk is full"):
            drafts.add("t1", "x" * 2 * MEGABYTE, 2, 2)
        draft = drafts.load("t1")
        assert draft is not None
        assert draft.ops == ["kept"]
        ballast.unlink()
        judgments.append(queue, new_judgment("t1", tutor))
        drafts.add("t1", "more", 3, 3)
    with Queue.open(home) as queue:
        assert len(stored_ids(queue)) == len(confirmed) + 1
        assert check_home(queue) == []


@pytest.mark.integration
def test_an_import_that_fills_the_disk_leaves_nothing_and_work_goes_on(small_disk: Path) -> None:
    home = small_disk / "data"
    with Queue.open(home) as queue:
        fill(queue)
        before = tasks.counts(queue)
        with pytest.raises(StoreError, match="disk is full"), Importing.begin(queue, "x") as run:
            run.stage(new_row(f"new{n}") for n in range(100_000))
        assert tasks.counts(queue) == before
        assert queue.row("SELECT count(*) FROM tasks") == (sum(before.values()),)
        for n in range(20):
            judgments.append(queue, new_judgment(f"t{n}", judgments.home(queue).tutor))
        assert check_home(queue) == []
    assert not (home / "import.reserve").exists()


def test_an_import_without_room_is_refused_at_once(small_disk: Path) -> None:
    home = small_disk / "data"
    with Queue.open(home) as queue:
        fill_up(small_disk / "ballast", spare=4 * MEGABYTE)
        with pytest.raises(StoreError, match="disk is full"):
            fill(queue)
        assert queue.row("SELECT count(*) FROM imports") == (0,)
        assert check_home(queue) == []
    assert not (home / "import.reserve").exists()


def test_a_copy_without_room_leaves_nothing(small_disk: Path) -> None:
    home = small_disk / "data"
    with Queue.open(home) as queue:
        fill(queue)
        fill_up(small_disk / "ballast")
        with pytest.raises(StoreError, match="disk is full"):
            backup(home, small_disk / "copy")
    assert sorted(path.name for path in small_disk.iterdir()) == ["ballast", "data"]


def test_a_file_that_may_not_grow_keeps_what_was_confirmed(folder: Path) -> None:
    with Queue.open(folder) as queue:
        pages = queue.row("PRAGMA page_count")
        assert pages is not None
        queue.row(f"PRAGMA max_page_count={pages[0] + 10}")
        confirmed, error = append_until_it_fails(queue, judgments.home(queue).tutor)
        assert "disk is full" in str(error)
        assert stored_ids(queue) == confirmed
    with Queue.open(folder) as queue:
        assert stored_ids(queue) == confirmed
        judgments.append(queue, new_judgment("t1", judgments.home(queue).tutor))
        assert check_home(queue) == []


def test_a_read_only_disk_is_named(small_disk: Path) -> None:
    home = small_disk / "data"
    with Queue.open(home) as queue:
        fill(queue)
    assert mount("-o", "remount,ro", str(small_disk))
    with pytest.raises(StoreError, match="cannot be written to") as caught:
        Queue.open(home)
    assert caught.value.hint is not None
    with pytest.raises(StoreError, match="cannot be written to"):
        Drafts.open(home)
    with pytest.raises(StoreError, match="cannot be written to"):
        Queue.open(small_disk / "other")


@pytest.mark.skipif(os.name == "nt" or not os.geteuid(), reason="root writes everywhere")
def test_a_read_only_folder_is_named(folder: Path) -> None:
    folder.chmod(0o500)
    (folder / "queue.db").chmod(0o400)
    try:
        with pytest.raises(StoreError, match="cannot be written to"):
            Queue.open(folder)
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("page", [1, 3, 5, 20])
def test_a_damaged_page_is_a_store_error_and_never_a_wrong_answer(folder: Path, page: int) -> None:
    path = folder / "queue.db"
    size = 4096
    content = bytearray(path.read_bytes())
    content[(page - 1) * size + 100 : page * size] = b"\xa5" * (size - 100)
    path.write_bytes(content)
    expected = [f"t{n}" for n in range(40)]

    def read() -> None:
        with Queue.open(folder) as queue:
            found = [stored.task.id for stored in tasks.each_task(queue)]
            assert sorted(found) == sorted(expected)
            assert check_home(queue) == []

    with pytest.raises((StoreError, AssertionError)) as caught:
        read()
    if isinstance(caught.value, StoreError):
        assert "damaged" in str(caught.value)
