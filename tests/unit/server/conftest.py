"""A server on a SQLite file of its own, reached without a socket."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.unit.server.fresh import Clock, fresh
from tests.unit.server.serverside import Site
from tutorcli.server.app import make_app
from tutorcli.server.context import Context


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """A project on an empty database."""
    made = fresh(f"sqlite:///{tmp_path}/server.db", clock)
    yield made
    made.database.close()


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
