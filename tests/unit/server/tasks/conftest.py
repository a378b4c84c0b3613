"""A project without gold tasks and repeats, unless a test asks for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.server.fresh import Clock
from tests.unit.server.tasks.tasking import made
from tutorcli.server.context import Context


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """A project of its own."""
    context = made(f"sqlite:///{tmp_path}/server.db", clock)
    yield context
    context.database.close()
