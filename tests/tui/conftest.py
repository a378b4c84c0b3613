"""A home with small tasks, a clock that stands still, and no timer that matters."""

from pathlib import Path

import pytest

from tests.tui.tutoring import ROOT, Clock, Home
from tutorcli.services import exchange
from tutorcli.store.db import Queue


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of judgments, of keys and of the time that counts."""
    clock = Clock()
    for module in ("app", "screens.annotate", "screens.editing"):
        monkeypatch.setattr(f"tutorcli.tui.{module}.time", clock)
    return clock


@pytest.fixture
def work(home: Path, clock: Clock) -> Home:
    """An empty home."""
    return Home(home, clock)


@pytest.fixture
def samples(work: Home) -> Home:
    """A home with the sample tasks."""
    files = sorted(str(path) for path in (ROOT / "sample_tasks").glob("*_*.jsonl"))
    with Queue.open(work.settings.data) as queue:
        assert exchange.import_files(queue, files).imported == 36
    work.settle()
    return work
