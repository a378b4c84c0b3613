"""The database: one engine, short transactions, tried again where the database asks for it."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tutorcli.errors import StoreError, message
from tutorcli.server import tables

T = TypeVar("T")

_TRIES = 8
_AGAIN = {"40001", "40P01", "55P03", "42P07", "42710"}
"""PostgreSQL: serialisation failure, deadlock, lock not available; and a table or its type that another
process has made a moment ago, which IF NOT EXISTS does not see."""
_LOST = {"57P01", "57P02", "57P03", "08000", "08003", "08006"}
"""PostgreSQL: the session or the server was ended."""


def utc_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def stamp(when: datetime) -> str:
    """A time in UTC as ISO 8601 with milliseconds: sorts as text."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Database:
    """The server's database; every statement runs in `read` or `write`."""

    engine: Engine
    now: Callable[[], datetime] = utc_now
    """The clock; tests bring their own."""
    _lock: Any = None
    """On SQLite one writer at a time: waiting for the file's own lock makes some wait a second."""

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file with one writing process."""
        return self.engine.dialect.name == "sqlite"

    def stamp(self, **later: float) -> str:
        """Now, or ``later`` (as of timedelta: ``days=14``), as text."""
        return stamp(self.now() + timedelta(**later))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One unchanging state of the database on SQLite, committed states on PostgreSQL."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction; when the block has ended, what it wrote is on the disk."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._lock, self.engine.connect() as connection:
            immediate = connection.execution_options(immediate=True)
            with immediate.begin():
                yield immediate

    def run(self, act: Callable[[Connection], T]) -> T:
        """Run ``act`` in a `write`; again from the start where another transaction came between.

        It must do nothing beside the database.

        Raises:
            DBAPIError: The database failed, or others came between each time.
        """
        for attempt in range(_TRIES):
            try:
                with self.write() as connection:
                    return act(connection)
            except DBAPIError as error:
                if attempt == _TRIES - 1 or not _is_worth_trying_again(error):
                    raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - so that two do not meet again
        raise AssertionError

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _is_worth_trying_again(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        # Somebody stored the same id a moment ago: the next try sees it and says duplicate.
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in _AGAIN or state in _LOST or error.connection_invalidated


def open_database(url: str, now: Callable[[], datetime] = utc_now) -> Database:
    """Connect to a database; nothing is created or changed in it.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user@host/name``.
        now: The clock.

    Raises:
        StoreError: The URL is none of the two.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite(url), now, threading.RLock())
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=8,
            max_overflow=8,
            pool_use_lifo=True,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        return Database(engine, now)
    raise StoreError(
        message('"{kind}" is no database of this server', kind=parsed.get_backend_name()),
        hint=message("sqlite:///path/to/server.db or postgresql://user@host/name"),
    )


def sqlite_driver() -> Any:
    """The module that speaks with SQLite: the newest SQLite that there is, for old ones have faults."""
    try:
        from pysqlite3 import dbapi2 as driver
    except ImportError:
        import sqlite3 as driver
    return driver


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        module=sqlite_driver(),
        # Each that stays open fills a cache.
        pool_size=4,
        max_overflow=12,
        # The connection whose cache is warm, not each in its turn until all caches are full.
        pool_use_lifo=True,
        connect_args={"timeout": 10},
        # The words of an error end up in logs; values are content.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _tune(connection: Any, _record: Any) -> None:
        # Transactions are begun below, not by the driver.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "fullfsync=ON",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            # What was purged or erased is not to lie in pages that nobody uses.
            "secure_delete=ON",
            "busy_timeout=10000",
            # For each of the pool's connections; what lies outside of it the system caches.
            "cache_size=-1024",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def next_feed(connection: Connection, count: int = 1) -> int:
    """Take ``count`` feed numbers and return the first; the last lock that a transaction takes."""
    counter = tables.counters
    last = connection.execute(
        update(counter)
        .where(counter.c.name == "feed")
        .values(n=counter.c.n + count)
        .returning(counter.c.n)
    ).scalar_one()
    return int(last) - count + 1


def last_feed(connection: Connection) -> int:
    """The last feed number that was given."""
    counter = tables.counters
    return int(connection.execute(select(counter.c.n).where(counter.c.name == "feed")).scalar_one())
