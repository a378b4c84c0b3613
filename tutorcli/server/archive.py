"""Backup files: SQLite with all tables of the server, whichever database they were read from."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tutorcli.errors import InputError, Mismatch, StoreError, message
from tutorcli.server import tables
from tutorcli.server.snapshots import Advance, snapshot
from tutorcli.server.storage import Database, sqlite_driver

FORMAT = "tutorcli.backup/1"

MARKS = Table(
    "backup",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Of a backup file: format, schema (revision of the migrations), made, and ``rows <table>`` for each."""

TABLES = tuple(tables.METADATA.sorted_tables)
"""All tables; those that others refer to stand before them."""


def create(path: Path) -> Database:
    """Make a file with empty tables, readable by this person alone.

    Raises:
        FileExistsError: There is one.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    # Nothing but this process knows the file, and it counts for nothing until it was synced.
    database = _opened(path, "rw", ("journal_mode=OFF", "synchronous=OFF"))
    with database.engine.begin() as connection:
        tables.METADATA.create_all(connection)
        MARKS.create(connection)
    return database


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """A backup file, to be read; nothing is written beside it.

    Raises:
        InputError: There is no such file, or it is none of a backup.
        Mismatch: It is damaged.
    """
    # Those of a Path raise for a name that is too long.
    if os.path.isdir(path):  # noqa: PTH112
        raise _no_backup(path)
    if not os.path.isfile(path):  # noqa: PTH113
        raise InputError(message("{path} does not exist", path=path))
    database = _opened(path, "ro&immutable=1")
    try:
        with readable(path):
            is_backup = marks(database).get("format") == FORMAT
        if not is_backup:
            raise _no_backup(path)
        yield database
    finally:
        database.close()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say of a backup file that what fails inside is its fault.

    Raises:
        Mismatch: It is damaged.
    """
    try:
        yield
    except DBAPIError as error:
        raise Mismatch(
            message("{path} cannot be read: {reason}", path=path, reason=error.orig),
            hint=message("take another backup"),
        ) from None


def _no_backup(path: Path) -> InputError:
    return InputError(
        message("{path} is no backup of a server", path=path),
        hint=message("backups are made by: tutorcli server backup"),
    )


def _opened(path: Path, mode: str, pragmas: tuple[str, ...] = ()) -> Database:
    driver = sqlite_driver()

    def connect() -> Any:
        connection = driver.connect(
            f"file:{quote(str(path.absolute()))}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine("sqlite://", module=driver, creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return Database(engine)


def marks(database: Database) -> dict[str, str]:
    """What a backup file says of itself; empty when it is none."""
    with database.read() as connection:
        if MARKS.name not in inspect(connection).get_table_names():
            return {}
        return {row.key: row.value for row in connection.execute(select(MARKS))}


def copy_table(source: Connection, target: Connection, table: Table, advance: Advance) -> int:
    """Copy all rows of a table, some at a time; returns how many."""
    count = 0
    for rows in source.execute(select(table)).mappings().partitions():
        target.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
        advance(len(rows))
    return count


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def check(database: Database, path: Path) -> None:
    """Make sure that a backup file is whole: SQLite's own check, references, and a recount.

    Raises:
        Mismatch: It is not.
    """
    said = marks(database)
    with snapshot(database) as connection:
        wrong = [str(row[0]) for row in connection.execute(sql("PRAGMA integrity_check(5)"))]
        wrong = [line for line in wrong if line != "ok"]
        # Name keys lie elsewhere; nothing refers to them.
        wrong += [
            f"a row of {row[0]} refers to nothing"
            for row in connection.execute(sql("PRAGMA foreign_key_check")).fetchmany(5)
        ]
        for table in TABLES:
            counted = count_rows(connection, table)
            if said.get(f"rows {table.name}") != str(counted):
                wrong.append(f"{counted} rows of {table.name}")
    if wrong:
        raise Mismatch(
            message("{path} is damaged: {reason}", path=path, reason="; ".join(wrong[:5])),
            hint=message("take another backup"),
        )


def sync(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder.

    Raises:
        StoreError: It cannot be opened or written.
    """
    if path.is_dir() and os.name == "nt":
        return
    try:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise StoreError(
            message("{path} cannot be written: {reason}", path=path, reason=error.strerror)
        ) from None
