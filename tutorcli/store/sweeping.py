"""What an import that was killed or failed left behind, and the room to clear it away."""

import os
from pathlib import Path

from tutorcli.store.chunks import Chunks
from tutorcli.store.connection import explain
from tutorcli.store.db import Queue
from tutorcli.store.locks import FileLock

RESERVE = 48 << 20
"""Bytes that an import sets aside: when it has filled the disk, its journal must still be moved into
the file before its rows can be deleted."""

_REMAINS = (
    "DELETE FROM judgments WHERE feed IN (SELECT feed FROM judgments WHERE import_id = ? LIMIT ?)",
    "DELETE FROM tasks WHERE seq IN (SELECT seq FROM tasks WHERE import_id = ? LIMIT ?)",
    """
    UPDATE tasks SET replaced_by = NULL
    WHERE seq IN (SELECT seq FROM tasks WHERE replaced_by = ? LIMIT ?)
    """,
)


def import_lock(folder: Path) -> FileLock:
    """The lock that whoever imports or sweeps holds."""
    return FileLock(folder / "import.lock")


def sweep(queue: Queue) -> bool:
    """Remove what a killed import left behind, in small steps; False while an import runs."""
    if queue.row("SELECT 1 FROM imports WHERE published = 0") is None:
        return True
    lock = import_lock(queue.folder)
    if not lock.acquire():
        return False
    try:
        with queue.loader() as loader:
            clear(loader)
    finally:
        lock.release()
    return True


def clear(loader: Queue) -> None:
    """Delete the rows of the import that was not published; the caller holds the lock."""
    free_reserve(loader.folder)
    row = loader.row("SELECT id FROM imports WHERE published = 0")
    if row is None:
        return
    chunks = Chunks(loader)
    loader.checkpoint()
    for statement in _REMAINS:
        changed = 1
        while changed:
            with chunks.write():
                loader.execute(statement, (row[0], chunks.size))
                changed = int((loader.row("SELECT changes()") or (0,))[0])
    with loader.write():
        loader.execute("DELETE FROM imports WHERE id = ?", (row[0],))


def set_reserve(folder: Path) -> None:
    """Set room aside.

    Raises:
        StoreError: The disk has not so much of it.
    """
    path = folder / "import.reserve"
    try:
        path.touch(0o600)
        with path.open("r+b") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, RESERVE)
            else:
                file.write(bytes(RESERVE))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise explain(error.strerror or error, path) from error


def free_reserve(folder: Path) -> None:
    """Give the room back."""
    (folder / "import.reserve").unlink(missing_ok=True)
