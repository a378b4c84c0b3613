"""What goes wrong around the screen: a clear message, the draft kept, nothing half-written."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.screens import annotate, damage, data, draft, fill, judged, order_of, question
from tests.terminal import Terminal
from tutorcli.core.draft import entry_of
from tutorcli.store.connection import connect

FULL = pytest.mark.integration
STORE = 8
"""The exit code of faults of the store."""


def mount(*arguments: str) -> bool:
    """Whether the system let this process mount."""
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 megabytes."""
    path = tmp_path / "disk"
    path.mkdir()
    if os.geteuid() or not mount("-t", "tmpfs", "-o", "size=96m", "x", str(path)):
        pytest.skip("only root can mount a small disk")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


@contextmanager
def ranked(home: Path, *keys: str) -> Iterator[Terminal]:
    """The screen on its first task, after some keys."""
    with annotate(home) as terminal:
        terminal.wait_for("Enter submit")
        terminal.settle()
        for key in keys:
            terminal.time_key(key)
        yield terminal


def kept(home: Path, task_id: str = "t1") -> str:
    """The digits of the ranking in a draft."""
    unfinished = draft(home, task_id)
    if unfinished is None:
        return ""
    order = order_of(home, task_id)
    return "".join(str(order.index(a) + 1) for tier in entry_of(unfinished).tiers for a in tier)


def refused(home: Path, *words: str) -> str:
    """The screen does not open: exit code 8, words that say why, no traceback."""
    with annotate(home) as terminal:
        assert terminal.wait(20) == STORE, terminal.screen()
        said = terminal.screen()
    assert "tutorcli: " in said
    assert "Traceback" not in said
    for word in words:
        assert word in said.replace("\n", ""), said
    return said


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# -- the disk is full


def test_a_full_disk_is_said_and_everything_typed_meanwhile_is_kept(disk: Path) -> None:
    home = disk / "home"
    fill(home, map(question, range(1, 20)))
    with ranked(home, "3") as terminal:
        ballast = disk / "ballast"
        free = os.statvfs(disk)
        ballast.write_bytes(bytes(free.f_bavail * free.f_frsize))
        for _ in range(200):
            terminal.time_key("1")
            terminal.time_key("backspace")
            if "full" in terminal.screen():
                break
        terminal.wait_for("full")
        terminal.time_key("1")
        terminal.settle(0.05)
        terminal.press("enter")
        terminal.settle()
        assert "Question 1." in terminal.screen()
        assert "full" in terminal.screen()
        ballast.unlink()
        terminal.time_key("enter")
        terminal.wait_for("Question 2.")
    assert damage(home) == []
    said = judged(home)["t1"]
    assert [said.shown_order.index(tier[0]) for tier in said.ranking][:2] == [2, 0]


def test_a_screen_killed_on_a_full_disk_leaves_a_draft_that_opens(disk: Path) -> None:
    home = disk / "home"
    fill(home, map(question, range(1, 20)))
    with ranked(home, "3") as terminal:
        ballast = disk / "ballast"
        free = os.statvfs(disk)
        ballast.write_bytes(bytes(free.f_bavail * free.f_frsize))
        for _ in range(100):
            terminal.time_key("1")
            terminal.time_key("backspace")
            if "full" in terminal.screen():
                break
        terminal.wait_for("full")
    ballast.unlink()
    assert damage(home) == []
    assert kept(home).startswith("3")
    with ranked(home) as terminal:
        assert "3" in terminal.screen().splitlines()[-2]


def test_a_full_disk_at_the_start_is_said(disk: Path) -> None:
    home = disk / "home"
    home.mkdir()
    free = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(free.f_bavail * free.f_frsize))
    refused(home, "written", "free some space")


# -- the folder cannot be written to


@pytest.mark.parametrize("is_filled", [True, False])
def test_a_read_only_folder_is_said(disk: Path, is_filled: bool) -> None:
    home = disk / "home"
    home.mkdir()
    if is_filled:
        fill(home, [question(1)])
    assert mount("-o", "remount,ro", str(disk))
    assert "free some space" not in refused(home)


# -- another process


def test_a_second_screen_is_refused_and_names_the_first(home: Path) -> None:
    fill(home, map(question, range(1, 4)))
    with ranked(home, "2") as terminal:
        refused(home, f"process {terminal.pid}")
        terminal.time_key("1")
        terminal.settle(0.05)
        terminal.time_key("enter")
        terminal.wait_for("Question 2.")
    assert list(judged(home)) == ["t1"]


def test_the_lock_of_a_killed_screen_is_free(home: Path) -> None:
    fill(home, [question(1)])
    with ranked(home, "2"):
        pass
    with ranked(home) as terminal:
        assert terminal.screen().splitlines()[-2].startswith(" 2")


@FULL
def test_a_queue_locked_by_another_process_keeps_the_draft(home: Path) -> None:
    fill(home, map(question, range(1, 4)))
    with ranked(home, "2", "1") as terminal:
        with closing(connect(data(home) / "queue.db", create=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            terminal.settle(0.05)
            terminal.press("enter")
            terminal.wait_for("locked", 20)
            assert "Question 1." in terminal.screen()
            assert kept(home).startswith("21")
            other.execute("ROLLBACK")
        terminal.settle(0.05)
        terminal.press("enter")
        terminal.wait_for("Question 2.")
    assert list(judged(home)) == ["t1"]


@FULL
def test_drafts_locked_by_another_process_are_written_once_they_are_free(home: Path) -> None:
    fill(home, map(question, range(1, 4)))
    with ranked(home, "2") as terminal:
        with closing(connect(data(home) / "drafts.db", create=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            terminal.press("1")
            terminal.wait_for("locked", 20)
            other.execute("ROLLBACK")
        terminal.press("backspace")
        terminal.settle()
    assert kept(home) == "2"


# -- the files are not as they should be


@pytest.mark.parametrize("name", ["queue.db", "drafts.db"])
def test_a_file_of_a_newer_program_is_refused_untouched(home: Path, name: str) -> None:
    fill(home, [question(1)])
    with ranked(home, "1"):
        pass
    path = data(home) / name
    with closing(connect(path, create=False)) as file:
        file.execute("PRAGMA user_version=999")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = digest(path)
    refused(home, "newer")
    assert digest(path) == before


@pytest.mark.parametrize("name", ["queue.db", "drafts.db"])
@pytest.mark.parametrize("at", [0, 4096])
def test_a_damaged_file_is_refused(home: Path, name: str, at: int) -> None:
    fill(home, map(question, range(1, 40)))
    with ranked(home, "1"):
        pass
    path = data(home) / name
    with closing(connect(path, create=False)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for more in ("-wal", "-shm"):
        path.with_name(name + more).unlink(missing_ok=True)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * (path.stat().st_size - at))
    refused(home, name)


def test_a_folder_in_the_place_of_the_queue_is_said(home: Path) -> None:
    (data(home) / "queue.db").mkdir(parents=True)
    refused(home, "queue.db")


def test_a_home_that_is_a_file_is_said(home: Path) -> None:
    home.write_text("not a folder")
    refused(home, "home")
