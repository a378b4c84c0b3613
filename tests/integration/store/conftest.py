"""Homes for fault tests."""

from pathlib import Path

import pytest

from tests.integration.store.dying import fill
from tutorcli.store.db import Queue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A home with tasks."""
    path = tmp_path / "data"
    with Queue.open(path) as queue:
        fill(queue)
    return path
