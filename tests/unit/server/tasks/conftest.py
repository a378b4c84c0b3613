"""A project without gold tasks and repeats, unless a test asks for them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.server.tasks.tasking import Clock, made, opened
from tutorcli.server.context import Context


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has been made ready once."""
    path = tmp_path_factory.mktemp("empty") / "server.db"
    made(f"sqlite:///{path}", Clock()).database.close()
    return path


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def context(tmp_path: Path, empty_database: Path, clock: Clock) -> Iterator[Context]:
    """A project of its own."""
    path = tmp_path / "server.db"
    shutil.copy(empty_database, path)
    context = opened(f"sqlite:///{path}", clock)
    yield context
    context.database.close()
