"""One unchanging state of the database, read row by row however large it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from tutorcli.server.storage import Database

Advance = Callable[[int], None]
"""Told of so many steps more of a long act."""

ROWS_AT_ONCE = 100
"""Rows that are in memory at once; the longest judgment may have some megabytes."""


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """A connection whose every statement sees the same state; its results are streamed.

    On SQLite any read transaction is one; PostgreSQL must be asked.
    """
    with database.engine.connect() as plain:
        options: dict[str, Any] = {"stream_results": True, "yield_per": ROWS_AT_ONCE}
        if not database.is_sqlite:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        connection = plain.execution_options(**options)
        with connection.begin():
            yield connection
