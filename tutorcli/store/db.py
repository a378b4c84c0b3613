"""The queue's file, opened with its schema brought up to date."""

from pathlib import Path
from typing import Self

from tutorcli.store.connection import (
    BUSY_S,
    Store,
    Synchronous,
    connect,
    driver,
    explain,
    has_wal_reset_bug,
    journal_mode,
    tune,
)
from tutorcli.store.locks import FileLock
from tutorcli.store.schema import VERSION, refuse_newer, verify_triggers

__all__ = ["Queue", "Store", "connect", "driver", "explain", "has_wal_reset_bug", "journal_mode"]

MIGRATION_WAIT_S = 60.0
"""How long to wait for another process that brings the file up to date, in seconds."""


class Queue(Store):
    """The tasks and judgments of a home: the file queue.db."""

    @classmethod
    def open(cls, folder: Path, *, create: bool = True, busy_s: float = BUSY_S) -> Self:
        """Open the queue of a home, with its schema brought up to date.

        Args:
            folder: The home's data folder.
            create: Make folder and file when they are missing.
            busy_s: How long a write waits for another process, in seconds.

        Raises:
            StoreError: Missing and not to be created, not writable, not a database, locked by
                another process, or made by a newer program.
        """
        path = folder / "queue.db"
        queue = cls(connect(path, create=create), path, busy_s=busy_s)
        try:
            tune(queue, "FULL")
            _ready(queue)
        except BaseException:
            queue.close()
            raise
        return queue

    def reader(self, cache_mb: int = 2) -> Self:
        """A second connection that only reads, for a thread of its own.

        Args:
            cache_mb: Megabytes of the file that it keeps, for whoever reads the same again and again.
        """
        queue = self._second("FULL")
        queue.execute("PRAGMA query_only=ON")
        queue.execute(f"PRAGMA cache_size=-{cache_mb * 1024}")
        return queue

    def loader(self) -> Self:
        """A second connection for bulk: what it writes is on the disk only after `settle`.

        Nothing else must be written through it.
        """
        queue = self._second("NORMAL" if journal_mode() == "wal" else "FULL")
        queue.execute("PRAGMA wal_autocheckpoint=0")
        queue.execute("PRAGMA cache_size=-65536")
        return queue

    def settle(self) -> None:
        """From now on every commit is on the disk, and with the next one all that went before."""
        self.execute("PRAGMA synchronous=FULL")

    def _second(self, synchronous: Synchronous) -> Self:
        queue = type(self)(connect(self.path, create=False), self.path, busy_s=self.busy_s)
        tune(queue, synchronous)
        return queue


def _ready(store: Store) -> None:
    """Bring a file just opened up to date, or make sure that it is.

    Raises:
        StoreError: The file is newer than this program, or a trigger of its is missing.
    """
    if store.version() != VERSION or not store.has_journal():
        _prepare(store)
    verify_triggers(store)


def _prepare(store: Store) -> None:
    refuse_newer(store, VERSION)
    with FileLock(store.folder / "migrate.lock").held(MIGRATION_WAIT_S):
        refuse_newer(store, VERSION)
        if not store.has_journal():
            store.set_journal()
        if store.version() != VERSION:
            # sqlite-utils costs 20 ms to import: only when there is a step to take.
            from tutorcli.store import migrations

            migrations.migrate(store)
