"""A project on a new database, in the time that a test of a few milliseconds has for it."""

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, event, make_url

from tutorcli.server.context import Context
from tutorcli.server.preparing import prepare
from tutorcli.server.project import Project
from tutorcli.server.storage import Database, open_database
from tutorcli.server.tables import counters, meta

_FIRST: dict[str, Engine] = {}
"""Of each kind of database the first one of this process."""


@dataclass(slots=True)
class Clock:
    """A clock that stands still until a test moves it."""

    time: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time, the same until it is moved."""
        return self.time

    def move(self, **how_far: float) -> None:
        """Forwards or back, in the words of timedelta."""
        self.time += timedelta(**how_far)


def fresh(
    url: str, clock: Callable[[], datetime], project: Project | None = None, seed: int = 7
) -> Context:
    """A project on a database, which is made ready where it is not; `seed` is all its chance."""
    if file := make_url(url).database if url.startswith("sqlite:") else None:
        _put_tables(Path(file))
    project = project or Project()
    database = opened(url, clock)
    prepare(database, project)
    return Context(database, project, random.Random(seed).randbytes)


def opened(url: str, clock: Callable[[], datetime]) -> Database:
    """A database as it is; it waits for no disk, for no test that opens it so pulls the plug."""
    database = open_database(url, clock)
    if database.is_sqlite:
        event.listen(database.engine, "connect", _hurry)
        # Else each test would compile each of its statements anew, which takes longer than they do.
        first = _FIRST.setdefault("sqlite", database.engine)
        database.engine.dialect = first.dialect
        database.engine._compiled_cache = first._compiled_cache
    return database


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _put_tables(file: Path) -> None:
    """What the migrations make, unless something is there; no identity yet."""
    if not file.exists():
        file.write_bytes(_tables())


@cache
def _tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "server.db"
        database = open_database(f"sqlite:///{file}")
        prepare(database, Project())
        with database.write() as connection:
            connection.execute(delete(meta))
            connection.execute(delete(counters))
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return file.read_bytes()
