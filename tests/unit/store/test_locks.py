"""One process at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tutorcli.errors import StoreError
from tutorcli.store.locks import FileLock


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with FileLock(tmp_path / "x.lock") as first, FileLock(tmp_path / "x.lock") as second:
        assert first.acquire()
        assert not second.acquire()
        assert second.owner() == os.getpid()
        first.release()
        assert second.acquire()


def test_a_lock_taken_twice_by_one_object_is_a_mistake(tmp_path: Path) -> None:
    with FileLock(tmp_path / "x.lock") as lock:
        assert lock.acquire()
        with pytest.raises(RuntimeError, match="held already"):
            lock.acquire()


def test_a_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tutorcli.store.locks import FileLock\n"
        "print(FileLock(Path(sys.argv[1])).acquire(), flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "x.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder, FileLock(tmp_path / "x.lock") as lock:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not lock.acquire()
        assert lock.owner() == holder.pid
        holder.kill()
        holder.wait()
        assert lock.acquire()
        assert lock.owner() == os.getpid()


def test_waiting_for_a_held_lock_ends_in_a_store_error(tmp_path: Path) -> None:
    with FileLock(tmp_path / "x.lock") as first, FileLock(tmp_path / "x.lock") as second:
        first.acquire()
        with pytest.raises(StoreError, match=f"held by process {os.getpid()}"), second.held(0.02):
            pass


def test_a_lock_file_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"x\.lock"):
        FileLock(tmp_path / "missing" / "x.lock").acquire()


def test_an_unknown_owner_is_none(tmp_path: Path) -> None:
    assert FileLock(tmp_path / "x.lock").owner() is None
    (tmp_path / "x.lock").write_text("who knows")
    assert FileLock(tmp_path / "x.lock").owner() is None
