"""Imports: hidden chunks first, then one update that shows them all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

from tutorcli.core.canonical import dumps
from tutorcli.core.judgment import Frozen
from tutorcli.core.measures import task_key
from tutorcli.core.task import Task, task_sha256
from tutorcli.errors import InputError, StoreError, message
from tutorcli.store import judgments
from tutorcli.store.chunks import Checkpoints, Chunks, batched
from tutorcli.store.closing import TITLE_LENGTH
from tutorcli.store.db import Queue
from tutorcli.store.locks import FileLock
from tutorcli.store.schema import utc_now
from tutorcli.store.sweeping import clear, free_reserve, import_lock, set_reserve

WAIT_S = 10.0
_IN = 500
NO_DUE = "~"
"""Sorts after every date."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of judgments that were brought in."""

    added: int
    duplicates: int
    """Those whose id and bytes were known."""


class TaskRow(NamedTuple):
    """A task as it is staged: its text, and what the queue is searched and sorted by."""

    id: str
    sha256: str
    key: int
    """Its `task_key`, by which judgments name it in statistics."""
    domain: str
    language: str
    priority: int
    due: str
    """In UTC, so that text order is time order; `NO_DUE` when there is none."""
    batch: str | None
    protocol: str | None
    tags: str
    """A JSON array."""
    title: str
    """The first 80 code points of what is asked."""
    folded: str
    """The title for searching."""
    answers: int
    body: bytes
    """Canonical JSON of the task, as UTF-8; the last, for it lies in a table of its own."""


class Lent(NamedTuple):
    """A task that a server has lent, as it is staged."""

    row: TaskRow
    channel: str
    lease: str
    """Until when; UTC, ISO 8601."""
    pack: str | None
    """Ref of the pack that it is to be judged by."""
    guideline: str | None
    state: str = "open"
    """As long as no judgment says otherwise."""


class Theirs(NamedTuple):
    """A judgment that came from another machine over a channel."""

    frozen: Frozen
    device: str
    channel: str
    dseq: int


def row_of(task: Task, body: bytes, sha256: str | None = None) -> TaskRow:
    """The row to stage for a task.

    Args:
        task: The task.
        body: Its canonical JSON, as UTF-8.
        sha256: Its `task_sha256` where that is known already.
    """
    title = task.opening[:TITLE_LENGTH]
    sha256 = sha256 or task_sha256(task)
    return TaskRow(
        task.id,
        sha256,
        task_key(task.id, sha256),
        task.domain,
        task.language,
        task.priority,
        due_key(task.due),
        task.batch,
        task.protocol,
        dumps(list(task.tags)) if task.tags else "[]",
        title,
        title.casefold(),
        len(task.answers),
        body,
    )


def due_key(due: str | None) -> str:
    """A text that sorts dates and times, those with an offset brought to UTC; none comes last."""
    if due is None:
        return NO_DUE
    if len(due) <= len("2026-01-31"):
        return due
    try:
        when = datetime.fromisoformat(due)
    except ValueError:
        return due
    if when.tzinfo is not None:
        when = when.astimezone(UTC).replace(tzinfo=None)
    return when.isoformat()


class Importing:
    """One import from beginning to publication; used as a context manager.

    Leaving the block without `publish` abandons it. Nothing that it wrote is visible before.
    """

    def __init__(self, queue: Queue, lock: FileLock, import_id: int) -> None:
        """Use `begin`; the import closes ``queue`` and releases ``lock`` at its end."""
        self.id = import_id
        self._queue = queue
        self._lock = lock
        self._checkpoints = Checkpoints(queue)
        self._chunks = Chunks(queue, self._checkpoints)
        self._dseq = 0
        self._judged: set[str] = set()
        self._open = True

    @classmethod
    def begin(cls, queue: Queue, source: str, *, wait_s: float = WAIT_S) -> Self:
        """Start an import: one at a time in a home, what an earlier one left is swept first.

        Args:
            queue: Where to.
            source: What is imported, for people.
            wait_s: How long to wait for another import, in seconds.

        Raises:
            StoreError: Another import is still running.
        """
        lock = import_lock(queue.folder)
        if not lock.acquire(wait_s):
            raise StoreError(
                message("another import is running (process {pid})", pid=lock.owner() or "?"),
                hint=message("wait until it has finished, then run this one again"),
            )
        try:
            loader = queue.loader()
            try:
                return cls(loader, lock, _begin(loader, source))
            except BaseException:
                loader.close()
                raise
        except BaseException:
            lock.release()
            raise

    def known(self, ids: Iterable[str]) -> dict[str, str]:
        """The hash of each task among ``ids`` that the queue has."""
        return known(self._queue, ids)

    def replace(self, ids: Iterable[str]) -> None:
        """Have the tasks of these ids give way to the ones staged next; before `stage`."""
        sql = (
            "UPDATE tasks SET replaced_by = ? WHERE id = ? AND replaced_by IS NULL"
            " AND import_id <> ?"
        )
        for chunk in self._chunks.of(ids):
            with self._chunks.write():
                self._queue.executemany(sql, [(self.id, task_id, self.id) for task_id in chunk])

    def stage(self, rows: Iterable[TaskRow]) -> int:
        """Write tasks, hidden; how many they were.

        Raises:
            InputError: The queue has a task of that id that is not to be replaced.
        """
        staged = 0
        for chunk in self._chunks.of(rows):
            with self._chunks.write():
                self._stage(chunk)
            staged += len(chunk)
        return staged

    def stage_lent(self, lent: Iterable[Lent]) -> int:
        """Write tasks of a server, hidden; how many they were.

        Raises:
            InputError: The queue has a task of that id.
        """
        staged = 0
        for chunk in self._chunks.of(lent):
            with self._chunks.write():
                self._stage([one.row for one in chunk])
                self._queue.executemany(
                    "UPDATE tasks SET channel = ?, lease = ?, pack = ?, guideline = ?, state = ?"
                    " WHERE id = ? AND import_id = ?",
                    [(*one[1:], one.row.id, self.id) for one in chunk],
                )
            staged += len(chunk)
        return staged

    def stage_judgments(self, frozen: Iterable[Frozen]) -> Appended:
        """Write judgments that were made elsewhere, hidden; their bytes are kept as they are.

        Raises:
            InputError: An id is known with other bytes.
        """
        added = duplicates = 0
        for chunk in self._chunks.of(frozen):
            with self._chunks.write():
                for one in chunk:
                    if self._is_new(one):
                        # A counter of its own: if the import is abandoned, the home's has no gap.
                        self._dseq += 1
                        self._append(Theirs(one, f"import-{self.id}", "local", self._dseq))
                        added += 1
                    else:
                        duplicates += 1
        return Appended(added, duplicates)

    def stage_theirs(self, theirs: Iterable[Theirs]) -> int:
        """Write judgments from other machines, hidden; how many were new. Known ids are skipped."""
        added = 0
        for chunk in self._chunks.of(theirs):
            with self._chunks.write():
                for one in chunk:
                    if not self._knows(one.frozen):
                        self._append(self._numbered(one))
                        added += 1
        return added

    def publish(self, also: Callable[[Queue], None] | None = None) -> None:
        """Make everything visible at once; when this returns it is on the disk.

        Args:
            also: What else happens in the same transaction, with everything visible.
        """
        self._queue.settle()
        with self._queue.write():
            self._queue.execute(
                "UPDATE imports SET published = 1, finished_at = ? WHERE id = ?",
                (utc_now(), self.id),
            )
            judgments.set_states(self._queue, sorted(self._judged))
            if also is not None:
                also(self._queue)
        self._end()

    def abandon(self) -> None:
        """Take everything back."""
        try:
            clear(self._queue)
        finally:
            self._end()

    def _stage(self, chunk: Sequence[TaskRow]) -> None:
        first = 1 + int((self._queue.row("SELECT max(seq) FROM tasks") or (0,))[0] or 0)
        staged = (self.id, utc_now())
        numbered = list(enumerate(chunk, first))
        try:
            self._queue.executemany(_TASK, [(seq, *row[:-1], *staged) for seq, row in numbered])
        except StoreError:
            if taken := self._taken(chunk):
                raise InputError(message('task "{id}" is in the queue already', id=taken)) from None
            raise
        self._queue.executemany(_BODY, [(seq, row.body) for seq, row in numbered])
        self._queue.execute(_TAGS, (first, first + len(chunk) - 1))
        judgments.set_states(self._queue, _judged_among(self._queue, [row.id for row in chunk]))

    def _taken(self, chunk: Sequence[TaskRow]) -> str | None:
        """A task of these that was in the queue before this import."""
        sql = "SELECT 1 FROM tasks WHERE id = ? AND replaced_by IS NULL AND import_id <> ?"
        return next((row.id for row in chunk if self._queue.row(sql, (row.id, self.id))), None)

    def _is_new(self, frozen: Frozen) -> bool:
        row = self._queue.row("SELECT sha256 FROM judgments WHERE id = ?", (frozen.judgment.id,))
        if row is not None and row[0].hex() != frozen.sha256:
            raise InputError(
                message("judgment {id} is known with other content", id=frozen.judgment.id)
            )
        return row is None

    def _knows(self, frozen: Frozen) -> bool:
        sql = "SELECT 1 FROM judgments WHERE id = ?"
        return self._queue.row(sql, (frozen.judgment.id,)) is not None

    def _numbered(self, one: Theirs) -> Theirs:
        """With a number that is free: a machine put back to an old state may have used one twice."""
        sql = "SELECT 1 FROM judgments WHERE device = ? AND channel = ? AND dseq = ?"
        if self._queue.row(sql, one[1:]) is None:
            return one
        return one._replace(device=f"{one.device}/{self.id}")

    def _append(self, one: Theirs) -> None:
        envelope = judgments.Envelope(one.device, one.channel, one.dseq, self.id)
        judgments.insert(self._queue, one.frozen, envelope)
        if judgments.is_of_home(self._queue, one.frozen.judgment.tutor):
            self._judged.add(one.frozen.judgment.task)

    def _end(self) -> None:
        self._open = False
        self._checkpoints.close()
        free_reserve(self._queue.folder)
        self._queue.close()
        self._lock.release()

    def __enter__(self) -> Self:
        """The import itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Abandon what was not published."""
        if not self._open:
            return
        try:
            self.abandon()
        except StoreError:
            # The next import sweeps; what went wrong first is what people should read.
            if error is None:
                raise


def append_many(queue: Queue, frozen: Iterable[Frozen], source: str = "") -> Appended:
    """Import judgments that were made elsewhere: all of them, or none.

    Raises:
        InputError: An id is known with other bytes.
        StoreError: Another import is still running.
    """
    with Importing.begin(queue, source) as importing:
        appended = importing.stage_judgments(frozen)
        importing.publish()
    return appended


def known(queue: Queue, ids: Iterable[str]) -> dict[str, str]:
    """The hash of each task among ``ids`` that the queue has."""
    hashes: dict[str, str] = {}
    for chunk in batched(ids, _IN):
        marks = ", ".join("?" * len(chunk))
        hashes.update(
            queue.rows(f"SELECT id, sha256 FROM live_tasks WHERE id IN ({marks})", chunk)  # noqa: S608
        )
    return hashes


_TASK = """
    INSERT INTO tasks (
        seq, id, sha256, key, domain, language, priority, due, batch, protocol, tags, title, folded,
        answers, import_id, updated_at, state
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
"""
_BODY = "INSERT INTO task_bodies (seq, body) VALUES (?, CAST(? AS TEXT))"
"""From UTF-8 to UTF-8, without Python's own text between."""
_TAGS = """
    INSERT OR IGNORE INTO task_tags (tag, state, priority, due, seq)
        SELECT tag.value, t.state, t.priority, t.due, t.seq FROM tasks t, json_each(t.tags) tag
        WHERE t.seq BETWEEN ? AND ? AND t.tags <> '[]'
"""
"""Not by a trigger: one that never fires makes each row take a third longer."""


def _judged_among(queue: Queue, ids: Sequence[str]) -> list[str]:
    marks = ", ".join("?" * len(ids))
    rows = queue.rows(f"SELECT DISTINCT task FROM judgments WHERE task IN ({marks})", ids)  # noqa: S608
    return [row[0] for row in rows]


def _begin(queue: Queue, source: str) -> int:
    clear(queue)
    set_reserve(queue.folder)
    with queue.write():
        queue.execute("INSERT INTO imports (started_at, source) VALUES (?, ?)", (utc_now(), source))
        row = queue.row("SELECT last_insert_rowid()")
    return int(row[0]) if row else 0
