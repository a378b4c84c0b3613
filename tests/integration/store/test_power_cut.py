"""Power cuts: the store's own statements over a file system that records what reached the disk.

Between two syncs a disk may write in any order, or half a sector's worth. Each image is a disk as
a cut could have left it; opening it must show everything that was confirmed before the cut.
"""

import random
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.integration.store.dying import TASKS, check_home, new_judgment, new_row
from tutorcli.store import judgments, tasks
from tutorcli.store.connection import Synchronous, tune
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing

FULL = pytest.mark.integration
SECTOR = 512
STAGED = 150
_names = count()


@dataclass
class Event:
    """What happened to a file, or what was confirmed."""

    kind: str
    """write, truncate, sync, delete or confirmed."""
    name: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What SQLite did to the files of one folder, in order."""

    events: list[Event] = field(default_factory=list)

    def confirm(self, what: str) -> None:
        """The caller was told that ``what`` is kept."""
        self.events.append(Event("confirmed", what))


class RecordingFile(apsw.VFSFile):
    """A file whose changes are noted before they are made."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._disk = disk
        self._name = Path(path or "").name

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.events.append(Event("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.events.append(Event("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.events.append(Event("sync", self._name))
        super().xSync(flags)


class RecordingVFS(apsw.VFS):
    """The system's files, watched."""

    def __init__(self, disk: Disk) -> None:
        self.vfs_name = f"recording-{next(_names)}"
        self._disk = disk
        super().__init__(self.vfs_name, "")

    def xOpen(self, name: Any, flags: list[int]) -> RecordingFile:  # noqa: N802
        return RecordingFile(self._disk, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        self._disk.events.append(Event("delete", Path(name).name))
        super().xDelete(name, sync)


class WatchedQueue(Queue):
    """The store over apsw; one connection, for a file in exclusive mode allows no second."""

    def loader(self) -> "WatchedQueue":
        """The same connection, as loosely as an import has it."""
        self.execute("PRAGMA synchronous=NORMAL")
        return self

    def checkpoint(self) -> int:
        """As ever, but not while another thread writes: it is the same connection."""
        with self._writer:
            return super().checkpoint()

    def close(self) -> None:
        """An import does not close what it has not opened."""


def recorded(folder: Path, synchronous: Synchronous) -> Disk:
    """A tutor's hour on that disk: judgments, an import, judgments."""
    disk = Disk()
    vfs = RecordingVFS(disk)
    path = folder / "queue.db"
    connection = apsw.Connection(str(path), vfs=vfs.vfs_name)
    # The recording file has no shared memory; a WAL in exclusive mode needs none.
    connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
    connection.execute("PRAGMA journal_mode=WAL").fetchall()
    queue = WatchedQueue(connection, path, errors=apsw.Error)
    tune(queue, synchronous)
    queue.execute("PRAGMA wal_autocheckpoint=60")
    tutor = judgments.home(queue).tutor
    for n in range(25):
        append(queue, disk, f"t{n}", tutor)
    with Importing.begin(queue, "a test") as importing:
        importing.replace(["t1"])
        importing.stage([new_row("t1", "changed")])
        importing.stage(new_row(f"new{n}") for n in range(STAGED))
        importing.publish()
        disk.confirm("import")
    tune(queue, synchronous)
    queue.execute("PRAGMA wal_autocheckpoint=60")
    for n in range(25, TASKS):
        append(queue, disk, f"t{n}", tutor)
    connection.close()
    vfs.unregister()
    return disk


def append(queue: Queue, disk: Disk, task_id: str, tutor: str) -> None:
    """Judge a task and note that it is confirmed."""
    frozen = new_judgment(task_id, tutor)
    judgments.append(queue, frozen)
    disk.confirm(frozen.judgment.id)


def image(disk: Disk, base: bytes, cut: int, rng: random.Random) -> dict[str, bytes]:
    """The files as a cut before event ``cut`` may leave them: what was not synced, at random."""
    safe: dict[str, bytearray] = {"queue.db": bytearray(base)}
    pending: dict[str, list[Event]] = {}
    for event in disk.events[:cut]:
        match event.kind:
            case "write" | "truncate":
                pending.setdefault(event.name, []).append(event)
            case "sync":
                for change in pending.pop(event.name, []):
                    apply(safe, change)
            case "delete":
                pending.pop(event.name, None)
                safe.pop(event.name, None)
    for changes in pending.values():
        fate = rng.choice(["none", "all", "some", "some"])
        for change in changes:
            if fate == "all" or (fate == "some" and rng.random() < 0.5):
                apply(safe, torn(change, rng) if fate == "some" else change)
    return {name: bytes(content) for name, content in safe.items()}


def torn(change: Event, rng: random.Random) -> Event:
    """Sometimes only the first sectors of a write."""
    if change.kind != "write" or rng.random() < 0.7:
        return change
    kept = rng.randrange(0, len(change.data) + 1, SECTOR)
    return Event("write", change.name, change.offset, change.data[:kept])


def apply(files: dict[str, bytearray], change: Event) -> None:
    """Have a change reach the platter."""
    content = files.setdefault(change.name, bytearray())
    if change.kind == "truncate":
        del content[change.offset :]
        return
    content.extend(bytes(max(0, change.offset - len(content))))
    content[change.offset : change.offset + len(change.data)] = change.data


def losses(disk: Disk, base: bytes, images: int, folder: Path) -> int:
    """How many of the images lack something that was confirmed; each must be sound."""
    rng = random.Random(images)
    lost = 0
    for n in range(images):
        cut = rng.randrange(len(disk.events) + 1)
        home = folder / str(n)
        home.mkdir()
        for name, content in image(disk, base, cut, rng).items():
            (home / name).write_bytes(content)
        confirmed = {event.name for event in disk.events[:cut] if event.kind == "confirmed"}
        with Queue.open(home) as queue:
            assert check_home(queue) == []
            lost += bool(confirmed - kept(queue))
    return lost


def kept(queue: Queue) -> set[str]:
    """The confirmed things that are there."""
    found = {str(row[0]) for row in queue.rows("SELECT id FROM judgments")}
    stored = tasks.load(queue, "t1")
    assert stored is not None
    here = (sum(tasks.counts(queue).values()) - TASKS, stored.task.prompt)
    assert here in {(0, "What now?"), (STAGED, "changed")}, "an import is whole or not there"
    return found | ({"import"} if here[0] else set())


@pytest.mark.parametrize("images", [150, pytest.param(2000, marks=FULL)])
def test_no_power_cut_loses_what_was_confirmed(folder: Path, tmp_path: Path, images: int) -> None:
    base = (folder / "queue.db").read_bytes()
    disk = recorded(folder, "FULL")
    assert losses(disk, base, images, tmp_path) == 0


@pytest.mark.parametrize("images", [60, pytest.param(1000, marks=FULL)])
def test_the_same_cuts_find_a_store_that_does_not_sync(
    folder: Path, tmp_path: Path, images: int
) -> None:
    base = (folder / "queue.db").read_bytes()
    disk = recorded(folder, "NORMAL")
    assert losses(disk, base, images, tmp_path) > images / 10
