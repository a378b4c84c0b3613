"""Consistent copies of a home's files while others write to them."""

import os
import shutil
from pathlib import Path

from tutorcli.errors import StoreError, message
from tutorcli.store.connection import BUSY_S, Store, connect, explain

# Drafts first: a judgment submitted between the two copies then stands in both, not in neither.
FILES = ("drafts.db", "queue.db")


def backup(folder: Path, target: Path) -> dict[str, int]:
    """Copy the databases of a home into a new folder.

    The copies are checked and on the disk before the folder gets its name; a copy that failed
    leaves nothing behind.

    Args:
        folder: The home's data folder; others may be writing to it.
        target: The folder to make; it must not exist.

    Returns:
        The size of each copy in bytes, by file name.

    Raises:
        StoreError: ``target`` exists, there is no queue, the disk is full, or a copy is damaged.
    """
    if target.exists():
        raise StoreError(
            message("{path} exists; a backup overwrites nothing", path=target),
            hint=message("name a folder that does not exist yet"),
        )
    if not (folder / "queue.db").exists():
        raise StoreError(
            message("{path} does not exist", path=folder / "queue.db"),
            hint=message("there is nothing to copy yet; begin with: tutorcli import FILE"),
        )
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        partial.mkdir(mode=0o700, parents=True)
        sizes = {
            name: _copy(folder / name, partial / name) for name in FILES if (folder / name).exists()
        }
        sync_folder(partial)
        partial.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise explain(error.strerror or error, target) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return sizes


def copy_database(store: Store, target: Path, *, replace: bool = False) -> int:
    """Copy an open database to ``target``: consistent, checked, on the disk.

    Returns:
        The size in bytes.

    Raises:
        StoreError: ``target`` exists and may not be replaced, or the copy failed.
    """
    if target.exists() and not replace:
        raise StoreError(message("{path} exists; a backup overwrites nothing", path=target))
    partial = target.with_name(f"{target.name}.partial-{os.getpid()}")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        store.execute("VACUUM INTO ?", (str(partial),))
        _check(partial)
        _sync_file(partial)
        size = partial.stat().st_size
        partial.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise explain(error.strerror or error, target) from error
    finally:
        partial.unlink(missing_ok=True)
    return size


def check_integrity(store: Store) -> list[str]:
    """What SQLite finds wrong with a file; empty when it is sound."""
    found = [str(row[0]) for row in store.rows("PRAGMA integrity_check(20)")]
    found += [f"foreign key of {row[0]}" for row in store.rows("PRAGMA foreign_key_check")]
    return [line for line in found if line != "ok"]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut; nothing to do where folders cannot be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(path: Path, target: Path) -> int:
    with Store(connect(path, create=False), path) as store:
        store.execute(f"PRAGMA busy_timeout={round(BUSY_S * 1000)}")
        return copy_database(store, target)


def _check(path: Path) -> None:
    with Store(connect(path, create=False), path) as copy:
        if wrong := check_integrity(copy):
            raise StoreError(
                message("the copy {path} is damaged: {reason}", path=path, reason=wrong[0]),
                hint=message("run tutorcli doctor: the original may be damaged too"),
            )


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
