"""The one place that picks the SQLite driver: files, statements, transactions, errors."""

import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from tutorcli.errors import Message, StoreError, message

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:
    import sqlite3 as driver

__all__ = [
    "BUSY_S",
    "Connection",
    "Row",
    "Store",
    "Value",
    "connect",
    "driver",
    "explain",
    "has_wal_reset_bug",
    "journal_mode",
    "tune",
]

Value = None | int | float | str | bytes
Row = tuple[Any, ...]
Synchronous = Literal["FULL", "NORMAL"]

BUSY_S = 10.0
"""How long a write waits for another process, in seconds."""
_POLL_S = 0.001
_FIRST_BAD, _FIRST_GOOD = (3, 7, 0), (3, 51, 3)
_MENDED = {(3, 44): 6, (3, 50): 7}
"""Release: the patch from which the WAL-reset bug is mended in it."""


class Connection(Protocol):
    """What is used of a driver's connection; one over apsw runs the same code."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Any, /) -> Any:
        """Run one statement for each row of parameters."""

    def interrupt(self) -> None:
        """Make the statement that another thread is running fail."""

    def close(self) -> None:
        """Close the file."""


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether that SQLite can corrupt a WAL file that two connections checkpoint.

    Source:
        sqlite.org/releaselog/3_51_3.html; 3.44.6 and 3.50.7 carry the same correction.
    """
    if not _FIRST_BAD <= version < _FIRST_GOOD:
        return False
    mended = _MENDED.get(version[:2])
    return mended is None or version[2] < mended


def journal_mode() -> Literal["wal", "truncate"]:
    """The journal that is safe with the SQLite in use; WAL unless it has the WAL-reset bug."""
    return "truncate" if has_wal_reset_bug(driver.sqlite_version_info) else "wal"


class Store:
    """One SQLite file: every statement runs here, and every error leaves as a StoreError.

    Connection and transaction belong to whoever writes; a thread that only reads opens its own
    (`Queue.reader`), lest it sees half of a transaction.
    """

    def __init__(
        self,
        connection: Connection,
        path: Path,
        *,
        errors: type[Exception] = driver.Error,
        busy_s: float = BUSY_S,
    ) -> None:
        """Use an open connection in autocommit mode; ``errors`` is its driver's class of errors."""
        self.connection = connection
        self.path = path
        self.errors = errors
        """The driver's class of errors."""
        self.busy_s = busy_s
        """How long a statement waits for another process, in seconds."""
        self._writer = threading.RLock()
        self._depth = 0

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self.path.parent

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> None:
        """Run one statement that gives no rows."""
        with self._explained():
            self.connection.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each row of ``parameters``."""
        with self._explained():
            self.connection.executemany(sql, parameters)

    def row(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""
        with self._explained():
            row: Row | None = self.connection.execute(sql, parameters).fetchone()
            return row

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """All rows."""
        with self._explained():
            rows: list[Row] = self.connection.execute(sql, parameters).fetchall()
            return rows

    def each(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        """The rows one by one, for results that should not lie in memory."""
        with self._explained():
            yield from self.connection.execute(sql, parameters)

    @contextmanager
    def write(self) -> Iterator[None]:
        """BEGIN IMMEDIATE ... COMMIT around a block; an error in it undoes everything.

        Inside another `write` of the same thread it is a savepoint. When the block has ended
        without an error, what it wrote is on the disk.

        Raises:
            StoreError: The file is locked for longer than the busy time, the disk is full, ...
        """
        with self._writer:
            opening = f"SAVEPOINT level{self._depth}" if self._depth else None
            if opening:
                self.execute(opening)
            else:
                self._begin()
            self._depth += 1
            try:
                yield
                self.execute(f"RELEASE level{self._depth - 1}" if opening else "COMMIT")
            except BaseException:
                self._undo(self._depth - 1)
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one unchanging state of the file throughout a block that only reads."""
        with self._writer:
            self.execute("BEGIN")
            try:
                yield
            finally:
                self._undo(0)

    def has_journal(self) -> bool:
        """Whether the file has the journal of `journal_mode`; a copy put back has another."""
        return self.row("PRAGMA journal_mode") == (journal_mode(),)

    def set_journal(self) -> None:
        """Give the file the journal of `journal_mode`; nobody else may have it open."""
        self.row(f"PRAGMA journal_mode={journal_mode()}")

    def version(self) -> int:
        """The schema version that the file carries; 0 for a new file."""
        row = self.row("PRAGMA user_version")
        return int(row[0]) if row else 0

    def checkpoint(self) -> int:
        """Move the journal into the file, as far as nobody is reading; blocks no writer.

        Returns:
            The pages of the journal, moved or not.
        """
        row = self.row("PRAGMA wal_checkpoint(PASSIVE)")
        return int(row[1]) if row else 0

    def interrupt(self) -> None:
        """End what another thread is reading: it gets a StoreError; nothing when it is not."""
        self.connection.interrupt()

    def close(self) -> None:
        """Close the file; closing twice is allowed."""
        with self._explained():
            self.connection.close()

    def _begin(self) -> None:
        # SQLite's own waiting sleeps up to 100 ms between two tries and so loses against a process
        # that writes chunk after chunk; a try each millisecond finds the gap between two chunks.
        deadline = time.monotonic() + self.busy_s
        with self._explained():
            self.connection.execute("PRAGMA busy_timeout=0")
            try:
                while not self._begun():
                    if time.monotonic() > deadline:
                        raise explain("database is locked", self.path)
                    time.sleep(_POLL_S)
            finally:
                self.connection.execute(f"PRAGMA busy_timeout={round(self.busy_s * 1000)}")

    def _begun(self) -> bool:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except self.errors as error:
            if "locked" not in str(error):
                raise
            return False
        return True

    def _undo(self, depth: int) -> None:
        # A full disk makes SQLite undo the transaction by itself.
        if not self.connection.in_transaction:
            return
        if depth:
            self.execute(f"ROLLBACK TO level{depth}")
            self.execute(f"RELEASE level{depth}")
        else:
            self.execute("ROLLBACK")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self.errors as error:
            raise explain(error, self.path) from error

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()


def tune(store: Store, synchronous: Synchronous) -> None:
    """Set what SQLite forgets when a connection closes.

    Args:
        store: The file just opened.
        synchronous: FULL survives a power cut; NORMAL survives the death of the process.
    """
    for pragma in (
        f"busy_timeout={round(store.busy_s * 1000)}",
        f"synchronous={synchronous}",
        "fullfsync=ON",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "wal_autocheckpoint=4000",
        # A text called back must be gone, and any change of its row may have left a copy in the page.
        "secure_delete=ON",
    ):
        store.execute(f"PRAGMA {pragma}")


def connect(path: Path, *, create: bool) -> Connection:
    """Open a file in autocommit mode, readable by its owner alone.

    Raises:
        StoreError: It is missing and not to be created, or cannot be opened.
    """
    try:
        # Only while the file is new: closing a handle of an open database would drop the locks
        # that this process holds on it.
        if create and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif not path.exists():
            raise StoreError(
                message("{path} does not exist", path=path),
                hint=message("tutorcli import FILE makes it"),
            )
        connection: Connection = driver.connect(
            str(path), isolation_level=None, timeout=BUSY_S, check_same_thread=False
        )
    except OSError as error:
        raise explain(error.strerror or error, path) from error
    except driver.Error as error:
        raise explain(error, path) from error
    return connection


_NO_WRITING = message("{path} cannot be written to: {reason}")
_WHO_OWNS = message("check who owns the file and its folder, and whether the disk is read-only")
_DAMAGED = message("{path} is damaged or not a database of tutorcli: {reason}")
_MEANINGS: tuple[tuple[tuple[str, ...], Message, Message], ...] = (
    (
        ("is full", "No space left", "quota"),
        message("the disk is full: {path} could not be written"),
        message("free some space and do it again; what was confirmed before is kept"),
    ),
    (("readonly", "Read-only", "Permission denied", "not permitted"), _NO_WRITING, _WHO_OWNS),
    (("unable to open", "Not a directory", "Is a directory"), _NO_WRITING, _WHO_OWNS),
    (
        ("is locked",),
        message("{path} is locked by another process"),
        message("end the other tutorcli, or wait until it has finished, and do it again"),
    ),
    (
        ("not a database", "malformed", "corrupt"),
        _DAMAGED,
        message("keep the file, and put back a copy that tutorcli backup made"),
    ),
    (
        ("disk I/O error", "Input/output error"),
        message("the disk failed under {path}: {reason}"),
        message("check the disk, and copy the folder to another one"),
    ),
)


def explain(error: object, path: Path) -> StoreError:
    """The StoreError for what a driver or the system said of a file."""
    reason = str(error)
    for signs, what, hint in _MEANINGS:
        if any(sign in reason for sign in signs):
            return StoreError(Message(what.text, {"path": path, "reason": reason}), hint=hint)
    return StoreError(message("{path}: {reason}", path=path, reason=reason))
