"""A database made ready: its tables as this program knows them, its name, its region."""

import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from tutorcli.errors import ConfigError, StoreError, message
from tutorcli.server import migrations
from tutorcli.server.storage import Database
from tutorcli.server.tables import counters, meta, tasks

if TYPE_CHECKING:
    from alembic.config import Config

    from tutorcli.server.project import Project

_COUNTERS = ("feed", "projected")
_MAKE_LOCK = "CREATE TABLE IF NOT EXISTS schema_lock (id INTEGER PRIMARY KEY)"
_FILL_LOCK = "INSERT INTO schema_lock (id) VALUES (1) ON CONFLICT DO NOTHING"
_TAKE_LOCK = "SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE"


def prepare(database: Database, project: "Project") -> None:
    """Bring the tables up to this program and give the database its identity; twice changes nothing.

    Several workers may do so at once: one goes first, the others find it done.

    Raises:
        StoreError: The database cannot be used, or is of a newer program.
        ConfigError: It belongs to another region.
    """
    try:
        if not database.is_sqlite:
            database.run(_make_lock)
        database.run(lambda connection: _prepare(connection, database, project))
    except DatabaseError as error:
        raise StoreError(
            message("the database cannot be used: {reason}", reason=str(error.orig).strip())
        ) from error


def schema_of(connection: Connection) -> str | None:
    """The step that the database's tables are at; None when it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_schema() -> str:
    """The step that this program brings tables to."""
    return str(_script().get_current_head())


def meta_of(connection: Connection) -> dict[str, str]:
    """What the database says of itself: instance, epoch, region, project, created."""
    return {key: value for key, value in connection.execute(select(meta.c.key, meta.c.value))}  # noqa: C416 - rows are no pairs to mypy


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory(str(Path(migrations.__path__[0])))


def _make_lock(connection: Connection) -> None:
    connection.execute(text(_MAKE_LOCK))
    connection.execute(text(_FILL_LOCK))


def _prepare(connection: Connection, database: Database, project: "Project") -> None:
    if not database.is_sqlite:
        # On SQLite the transaction itself shuts the others out.
        connection.execute(text(_TAKE_LOCK))
    _migrate(connection)
    known = meta_of(connection)
    if not known:
        _found(connection, database.stamp(), project)
        return
    if (known.get("region") or None) != project.region:
        _move(connection, known.get("region", ""), project.region)
    if known.get("project") != project.name:
        _set(connection, "project", project.name)


def _migrate(connection: Connection) -> None:
    script, now = _script(), schema_of(connection)
    if now == newest_schema():
        return
    if now is not None and now not in {step.revision for step in script.walk_revisions()}:
        raise StoreError(
            message("the database is of a newer tutorcli (schema {step})", step=now),
            hint=message("pip install --upgrade tutorcli[server]"),
        )
    if now is None and inspect(connection).has_table("judgments"):
        raise StoreError(message("the database holds tables of another program"))
    _run_steps(connection, script)


def _run_steps(connection: Connection, script: ScriptDirectory) -> None:
    def steps(revision: object, _context: object) -> object:
        return script._upgrade_revs("head", revision)  # type: ignore[arg-type]  # noqa: SLF001 - as alembic.command does

    with EnvironmentContext(_config(), script, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _config() -> "Config":
    from alembic.config import Config

    return Config()


def _found(connection: Connection, now: str, project: "Project") -> None:
    said = {
        "instance": str(uuid.uuid4()),
        "epoch": str(uuid.uuid4()),
        "region": project.region or "",
        "project": project.name,
        "created": now,
    }
    connection.execute(insert(meta), [{"key": key, "value": said[key]} for key in said])
    connection.execute(insert(counters), [{"name": name, "n": 0} for name in _COUNTERS])


def _move(connection: Connection, stored: str, wanted: str | None) -> None:
    """Set the region of a database that holds no task yet."""
    if connection.execute(select(tasks.c.id).limit(1)).first() is not None:
        raise ConfigError(
            message(
                'the database belongs to region "{stored}", not "{wanted}"',
                stored=stored,
                wanted=wanted or "",
            ),
            hint=message("a second region is a second database"),
        )
    _set(connection, "region", wanted or "")


def _set(connection: Connection, key: str, value: str) -> None:
    connection.execute(update(meta).where(meta.c.key == key).values(value=value))
