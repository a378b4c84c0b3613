"""A backup put in place of what a database holds, without bringing back what had to go."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy import Connection, case, func, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from tutorcli.errors import ConfigError, InputError, Mismatch, StoreError, message
from tutorcli.server import archive, tables
from tutorcli.server.context import Context
from tutorcli.server.preparing import meta_of, newest_schema
from tutorcli.server.services import auditing, carrying
from tutorcli.server.services.backing import keys_file, prove
from tutorcli.server.services.carrying import Before, Kept
from tutorcli.server.snapshots import Advance, snapshot
from tutorcli.server.storage import Database
from tutorcli.server.tables import APPEND_ONLY, devices, name_keys

_PATIENCE_MS = 10_000
_NOT_AVAILABLE, _DEADLOCK = "55P03", "40P01"
"""What PostgreSQL says of a lock that others keep."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    made: str
    """When the backup was made."""
    epoch: str
    """The new one, by which clients see that the server went back."""
    rows: dict[str, int]
    """Rows by table, as they came from the backup."""
    kept: Kept
    """What was erased or purged after the backup was made, and is so again."""
    nameless: int
    """Names whose key is missing."""


def is_empty(context: Context) -> bool:
    """Whether a restore would replace nothing: neither tutors nor tasks nor judgments."""
    with context.database.read() as connection:
        return all(
            connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
            for table in (tables.tutors, tables.tasks, tables.judgments)
        )


def restore(
    context: Context, actor: str, file: Path, advance: Advance = lambda _: None
) -> Restored:
    """Replace all contents of the database by those of a backup, in one transaction.

    The server is to be stopped before. The database gets a new epoch. What was erased, purged,
    revoked or used up in what is replaced stays so (`carrying`). Names need the file of keys beside
    the backup.

    Args:
        context: The server; its database is prepared.
        actor: Who does it.
        file: The backup.
        advance: Told of rows restored.

    Raises:
        InputError: The file is missing or no backup.
        Mismatch: It does not verify; nothing was changed.
        StoreError: It was made by a program with other tables, or a server uses the database.
        ConfigError: It belongs to another region.
        DBAPIError: The database that is to hold it fails; nothing was changed.
    """
    with archive.opened(file) as copy:
        with archive.readable(file):
            said = _sound(context, copy, file)
        keys = _read_keys(keys_file(file))
        # Not `run`: an hour's work is better told of than tried again.
        with snapshot(copy) as source, context.database.write() as target:
            if not context.database.is_sqlite:
                _lock(target)
            before = carrying.before(target)
            with _unguarded(target):
                rows = _replace(source, target, advance)
            _recount(target, rows, said, file)
            return _settle(context, target, _Put(actor, said["made"], rows, before, keys))


def _lock(connection: Connection) -> None:
    """Keep everybody else from writing.

    Raises:
        StoreError: Somebody is writing, and goes on.
    """
    connection.execute(sql(f"SET LOCAL lock_timeout = {_PATIENCE_MS}"))
    every = ", ".join(table.name for table in archive.TABLES)
    try:
        connection.execute(sql(f"LOCK TABLE {every} IN EXCLUSIVE MODE"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) not in {_NOT_AVAILABLE, _DEADLOCK}:
            raise
        raise StoreError(
            message("the database is in use"),
            hint=message("stop the server, then run the command again"),
        ) from None


def _sound(context: Context, copy: Database, file: Path) -> dict[str, str]:
    """What the backup says of itself, once it is proven."""
    said = archive.marks(copy)
    if said.get("schema") != newest_schema():
        raise StoreError(
            message("{path} was made by another version of tutorcli", path=file),
            hint=message(
                "restore it with that version, then back up again; its schema is {step}",
                step=said.get("schema") or "none",
            ),
        )
    archive.check(copy, file)
    prove(copy)
    with snapshot(copy) as connection:
        region = meta_of(connection).get("region") or None
    if region != context.project.region:
        raise ConfigError(
            message('the backup belongs to region "{region}"', region=region or ""),
            hint=message("set region in server.toml, or restore it elsewhere"),
        )
    return said


def _read_keys(file: Path) -> dict[str, bytes]:
    """Keys by tutor; of a tutor who stands there twice, as in files joined, the last."""
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InputError(
            message("{file} cannot be read: {reason}", file=file, reason=error.strerror)
        ) from None
    try:
        rows = [orjson.loads(line) for line in lines]
        return {str(row["tutor"]): bytes.fromhex(row["key"]) for row in rows}
    except (ValueError, KeyError, TypeError):
        raise Mismatch(message("{path} is damaged", path=file)) from None


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """Put the append-only triggers aside; they are back, or nothing of the transaction is."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.execute(sql(query)).all()
        for trigger in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{trigger.name}"')
        yield
        for trigger in triggers:
            connection.exec_driver_sql(trigger.sql)
        return
    for name in APPEND_ONLY:
        connection.execute(sql(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
    yield
    for name in APPEND_ONLY:
        connection.execute(sql(f"ALTER TABLE {name} ENABLE TRIGGER USER"))


def _replace(source: Connection, target: Connection, advance: Advance) -> dict[str, int]:
    for table in reversed(archive.TABLES):
        target.execute(table.delete())
    return {
        table.name: archive.copy_table(source, target, table, advance)
        for table in archive.TABLES
        if table is not name_keys
    }


def _recount(target: Connection, rows: dict[str, int], said: dict[str, str], file: Path) -> None:
    for table in archive.TABLES:
        stored = archive.count_rows(target, table)
        if str(stored) != said[f"rows {table.name}"] or stored != rows.get(table.name, 0):
            raise Mismatch(
                message("{path}: not all rows of {table} came", path=file, table=table.name)
            )


@dataclass(frozen=True, slots=True)
class _Put:
    """What was put in place, and what is still to be done about it."""

    actor: str
    made: str
    rows: dict[str, int]
    before: Before
    keys: dict[str, bytes]


def _settle(context: Context, connection: Connection, put: _Put) -> Restored:
    """What makes the copied rows a database of its own: epoch, names, and what stays undone."""
    epoch = _new_epoch(context, connection)
    is_lower = devices.c.durable > devices.c.have
    connection.execute(
        update(devices).values(durable=case((is_lower, devices.c.have), else_=devices.c.durable))
    )
    nameless = put.rows["names"] - carrying.put_keys(connection, put.keys)
    kept = carrying.keep(context, connection, put.actor, put.before)
    detail = {"epoch": epoch, "made": put.made, "replaced": put.before.head}
    auditing.record(connection, put.actor, "server.restore", "", detail)
    return Restored(put.made, epoch, put.rows, kept, nameless)


def _new_epoch(context: Context, connection: Connection) -> str:
    epoch = str(UUID(bytes=context.random(16), version=4))
    meta = tables.meta
    connection.execute(update(meta).where(meta.c.key == "epoch").values(value=epoch))
    return epoch
