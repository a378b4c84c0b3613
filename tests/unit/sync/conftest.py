"""Homes of tutors and the server that they sync with, without a socket between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .world import World, copy_sqlite


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a server with six tasks."""
    folder = tmp_path_factory.mktemp("server")
    World(folder).close()
    copy_sqlite(folder / "server.db", folder / "template.db")
    return folder / "template.db"


@pytest.fixture
def world(tmp_path: Path, template: Path) -> Iterator[World]:
    """A server with six tasks."""
    made = World(tmp_path, template=template)
    yield made
    made.close()
