"""Drafts: every key that changed one, as a row written before the screen shows it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from tutorcli.store.connection import BUSY_S, Store, connect, tune
from tutorcli.store.locks import FileLock
from tutorcli.store.schema import refuse_newer

VERSION = 1

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS drafts (
        task TEXT PRIMARY KEY,
        judgment TEXT NOT NULL,
        supersedes TEXT,
        started_at TEXT NOT NULL,
        snapshot TEXT,
        active_ms INTEGER NOT NULL DEFAULT 0,
        touched_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS operations (
        n INTEGER PRIMARY KEY,
        task TEXT NOT NULL REFERENCES drafts (task) ON DELETE CASCADE,
        operation TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        active_ms INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX IF NOT EXISTS operations_task ON operations (task)",
)


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it was left."""

    judgment_id: str
    """The id that its judgment will have."""
    supersedes: str | None
    started_at: str
    snapshot: str | None
    """The draft before `ops`; None: empty."""
    ops: list[str]
    """The operations since, oldest first."""
    active_ms: int
    """Milliseconds of work so far, as the last operation told."""
    touched_at: int
    """Unix time in milliseconds of the last operation."""


class Drafts(Store):
    """The file drafts.db: kill -9 loses no operation, a power cut may lose the last ones."""

    @classmethod
    def open(cls, folder: Path, *, busy_s: float = BUSY_S) -> Self:
        """Open the drafts of a home; file and folder are made when missing.

        Raises:
            StoreError: Not writable, not a database, locked, or made by a newer program.
        """
        path = folder / "drafts.db"
        drafts = cls(connect(path, create=True), path, busy_s=busy_s)
        try:
            tune(drafts, "NORMAL")
            drafts._ready()
        except BaseException:
            drafts.close()
            raise
        return drafts

    def start(
        self, task_id: str, judgment_id: str, supersedes: str | None, started_at: str
    ) -> None:
        """Begin an empty draft.

        Args:
            task_id: The task.
            judgment_id: The id that the judgment will have.
            supersedes: The judgment that it will replace.
            started_at: UTC, ISO 8601.

        Raises:
            StoreError: The task has a draft already.
        """
        touched_at = round(datetime.fromisoformat(started_at).timestamp() * 1000)
        self.execute(
            "INSERT INTO drafts (task, judgment, supersedes, started_at, touched_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (task_id, judgment_id, supersedes, started_at, touched_at),
        )

    def add(self, task_id: str, op: str, at_ms: int, active_ms: int) -> None:
        """Log one operation; when this returns it survives the death of the process.

        Args:
            task_id: A task with a draft.
            op: The operation as JSON.
            at_ms: Unix time in milliseconds.
            active_ms: Milliseconds of work on the draft so far.
        """
        self.execute(
            "INSERT INTO operations (task, operation, at_ms, active_ms) VALUES (?, ?, ?, ?)",
            (task_id, op, at_ms, active_ms),
        )

    def snapshot(self, task_id: str, body: str) -> None:
        """Replace the operations so far by the draft that they led to."""
        with self.write():
            self.execute(
                "UPDATE drafts SET snapshot = ?1,"
                " active_ms = coalesce((SELECT active_ms FROM operations WHERE task = ?2"
                " ORDER BY n DESC LIMIT 1), active_ms),"
                " touched_at = coalesce((SELECT at_ms FROM operations WHERE task = ?2"
                " ORDER BY n DESC LIMIT 1), touched_at)"
                " WHERE task = ?2",
                (body, task_id),
            )
            self.execute("DELETE FROM operations WHERE task = ?", (task_id,))

    def load(self, task_id: str) -> StoredDraft | None:
        """The draft of a task, or None."""
        row = self.row(
            "SELECT judgment, supersedes, started_at, snapshot, active_ms, touched_at"
            " FROM drafts WHERE task = ?",
            (task_id,),
        )
        if row is None:
            return None
        judgment, supersedes, started_at, snapshot, active_ms, touched_at = row
        rows = self.rows(
            "SELECT operation, active_ms, at_ms FROM operations WHERE task = ? ORDER BY n",
            (task_id,),
        )
        if rows:
            _, active_ms, touched_at = rows[-1]
        operations = [operation for operation, _, _ in rows]
        return StoredDraft(
            judgment, supersedes, started_at, snapshot, operations, active_ms, touched_at
        )

    def judgment_id(self, task_id: str) -> str | None:
        """The id that the judgment of a task's draft will have; None without a draft."""
        row = self.row("SELECT judgment FROM drafts WHERE task = ?", (task_id,))
        return None if row is None else str(row[0])

    def discard(self, task_id: str, judgment_id: str | None = None) -> None:
        """Remove a draft; nothing happens when there is none.

        Args:
            task_id: The task.
            judgment_id: The id that the draft's judgment will have; a draft with another stays.
        """
        self.execute(
            "DELETE FROM drafts WHERE task = ?1 AND judgment = coalesce(?2, judgment)",
            (task_id, judgment_id),
        )

    def touched(self) -> list[tuple[str, int]]:
        """Tasks with a draft and when each was last worked on (Unix ms), newest first."""
        return [
            (task, at)
            for task, at in self.rows(
                "SELECT task, coalesce((SELECT at_ms FROM operations o WHERE o.task = d.task"
                " ORDER BY n DESC LIMIT 1), touched_at) AS at FROM drafts d ORDER BY at DESC, task"
            )
        ]

    def _ready(self) -> None:
        refuse_newer(self, VERSION)
        if self.version() == VERSION and self.has_journal():
            return
        with FileLock(self.folder / "migrate.lock").held(BUSY_S):
            self.set_journal()
            with self.write():
                for statement in _TABLES:
                    self.execute(statement)
                self.execute(f"PRAGMA user_version={VERSION}")
