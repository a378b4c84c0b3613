"""A server on a SQLite file of its own, reached without a socket."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from tests.unit.server.serverside import Clock, Site, made_context
from tutorcli.server.app import make_app
from tutorcli.server.context import Context


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture(scope="session")
def fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has just been made ready; tests take copies."""
    file = tmp_path_factory.mktemp("fresh") / "server.db"
    made_context(f"sqlite:///{file}").database.close()
    return file


@pytest.fixture
def context(tmp_path: Path, fresh_file: Path, clock: Clock) -> Iterator[Context]:
    """A project on an empty database."""
    file = tmp_path / "server.db"
    shutil.copyfile(fresh_file, file)
    made = made_context(f"sqlite:///{file}", clock=clock)
    _hurry(made)
    yield made
    made.database.close()


def _hurry(context: Context) -> None:
    """Wait for no disk: nobody pulls the plug here."""
    engine = context.database.engine
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


@pytest.fixture
def site(context: Context, clock: Clock) -> Site:
    """That project with hands to put things into it."""
    return Site(context, clock)


@pytest.fixture
def app(context: Context) -> FastAPI:
    """The server's app; its lifespan is not run."""
    return make_app(context)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Requests to it."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as made:
        yield made
