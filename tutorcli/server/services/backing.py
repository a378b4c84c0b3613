"""Backups: a whole copy of the database in one file, proven before anybody relies on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from tutorcli.errors import Mismatch, StoreError, message
from tutorcli.server import archive
from tutorcli.server.context import Context
from tutorcli.server.preparing import meta_of, schema_of
from tutorcli.server.services import auditing
from tutorcli.server.services.auditing import Checked
from tutorcli.server.snapshots import Advance, snapshot
from tutorcli.server.storage import Database
from tutorcli.server.tables import devices, meta, name_keys


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied."""

    file: Path
    keys: Path | None
    """The file of name keys; None when nobody has a name."""
    rows: dict[str, int]
    """Rows by table."""
    checked: Checked
    durable: int
    """Devices of which more is durable now than before."""


def keys_file(file: Path) -> Path:
    """Where the name keys of a backup lie."""
    return file.with_name(f"{file.name}.keys")


def rows_to_copy(context: Context) -> int:
    """About how many rows a backup will have."""
    with context.database.read() as connection:
        return sum(archive.count_rows(connection, table) for table in archive.TABLES)


def backup(context: Context, actor: str, file: Path, advance: Advance = lambda _: None) -> Backup:
    """Copy the database as it is at one moment; others go on working.

    The copy is checked, its chains are made anew, and it is on the disk before it gets its name.
    Only then the devices are told that what it holds is durable.

    Args:
        context: The server.
        actor: Who does it.
        file: The file to make; it must not exist.
        advance: Told of rows copied.

    Raises:
        StoreError: ``file`` exists, the disk is full, or the database cannot be read.
        Mismatch: What is stored does not verify; no file is left then.
    """
    keys = keys_file(file)
    for path in (file, keys):
        if os.path.exists(path):  # noqa: PTH110 - that of a Path raises for a name that is too long
            raise StoreError(message("{path} exists; a backup overwrites nothing", path=path))
    partial = file.with_name(f".{file.name}.partial-{os.getpid()}")
    partial_keys = keys_file(partial)
    with _cleared(file, partial, partial_keys):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        copied = _copy(context, partial, partial_keys, advance)
        has_keys = partial_keys.exists()
        # Keys first: a copy with its name but without its keys would be taken for a whole one.
        if has_keys:
            archive.sync(partial_keys)
            partial_keys.rename(keys)
        archive.sync(partial)
        partial.rename(file)
        archive.sync(file.parent)
    raised = _raise_durable(context, actor, copied)
    return Backup(file, keys if has_keys else None, copied.rows, copied.checked, raised)


@contextmanager
def _cleared(file: Path, *partial: Path) -> Iterator[None]:
    """Leave nothing behind, and say what the disk or a database says."""
    try:
        yield
    except OSError as error:
        what = message("{path} cannot be written: {reason}", path=file, reason=error.strerror)
        raise StoreError(what) from error
    except DBAPIError as error:
        # It may be the copy's, or that of the database which is read.
        what = message("{path} cannot be made: {reason}", path=file, reason=error.orig)
        raise StoreError(what) from error
    finally:
        for path in partial:
            with suppress(OSError):
                path.unlink()


@dataclass(frozen=True, slots=True)
class _Copied:
    """What lies in a copy that is proven."""

    rows: dict[str, int]
    have: dict[str, int]
    """By device."""
    epoch: str
    checked: Checked


def _copy(context: Context, file: Path, keys: Path, advance: Advance) -> _Copied:
    """Fill a new file and prove it."""
    copy = archive.create(file)
    try:
        with snapshot(context.database) as source, copy.engine.begin() as target:
            rows = {
                table.name: archive.copy_table(source, target, table, advance)
                for table in archive.TABLES
                if table is not name_keys
            }
            _write_keys(source, keys)
            said = {
                "format": archive.FORMAT,
                "schema": schema_of(source) or "",
                "made": context.database.stamp(),
                f"rows {name_keys.name}": "0",
                **{f"rows {name}": str(count) for name, count in rows.items()},
            }
            target.execute(
                insert(archive.MARKS), [{"key": key, "value": value} for key, value in said.items()]
            )
        archive.check(copy, file)
        checked = prove(copy)
        with snapshot(copy) as connection:
            have = {row.id: row.have for row in connection.execute(select(devices))}
            return _Copied(rows, have, meta_of(connection)["epoch"], checked)
    finally:
        copy.close()


def _write_keys(source: Connection, file: Path) -> None:
    found = source.execute(select(name_keys).order_by(name_keys.c.tutor)).all()
    if not found:
        return
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        for row in found:
            stream.write(orjson.dumps({"tutor": row.tutor, "key": bytes(row.key).hex()}) + b"\n")


def prove(database: Database) -> Checked:
    """Make the chains of a copy anew.

    Raises:
        Mismatch: One is broken.
    """
    checked = auditing.verify_database(database)
    for first in checked.breaks[:1]:
        raise Mismatch(
            message(
                "{count} places do not verify; the first: {chain} {number}: {what}",
                count=len(checked.breaks),
                chain=first.chain,
                number=first.number,
                what=first.what,
            ),
            hint=message("see all of them: tutorcli server audit verify"),
        )
    return checked


def _raise_durable(context: Context, actor: str, copied: _Copied) -> int:
    """Tell the devices what is durable now, unless another backup was restored meanwhile."""
    rows = [{"device_id": device, "copied": number} for device, number in copied.have.items()]
    # Locked: a restore that is under way is waited for.
    epoch = select(meta.c.value).where(meta.c.key == "epoch").with_for_update(read=True)
    raising = (
        update(devices)
        .where(devices.c.id == bindparam("device_id"), devices.c.durable < bindparam("copied"))
        .values(durable=bindparam("copied"))
    )

    def act(connection: Connection) -> int:
        is_same = connection.execute(epoch).scalar() == copied.epoch
        raised = sum(connection.execute(raising, row).rowcount for row in rows if is_same)
        checked = copied.checked
        detail = {"devices": checked.devices, "judgments": checked.judgments, "acts": checked.acts}
        auditing.record(connection, actor, "server.backup", "", detail)
        return raised

    return context.database.run(act)
