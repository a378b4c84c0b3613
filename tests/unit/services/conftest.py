"""A desk with a clock that the test moves and ids that count."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tutorcli.services.desk import Desk, desk_in
from tutorcli.store.db import Queue
from tutorcli.store.judgments import Home

TUTOR = "local-00000001"
START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""


class Clock:
    """Unix milliseconds; one more at each look, so that ids grow."""

    def __init__(self) -> None:
        self.ms = START_MS

    def __call__(self) -> int:
        self.ms += 1
        return self.ms


def name_tutor(queue: Queue, tutor: str = TUTOR) -> None:
    """Give the home's tutor a known id, so that orders and bytes are the same each time."""
    with queue.write():
        queue.execute("UPDATE sync_state SET tutor = ?", (tutor,))


@cache
def _fresh_home() -> dict[str, bytes]:
    """The files of an empty home; making them anew takes a tenth of a second each time."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "data"
        with desk_in(folder) as desk:
            name_tutor(desk.queue)
        return {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix == ".db"}


def make_desk(folder: Path, clock: Clock | None = None, config: Path | None = None) -> Desk:
    """A desk on the home's folder, made when missing."""
    numbers = itertools.count(1)
    if not folder.exists():
        folder.mkdir(mode=0o700)
        for name, content in _fresh_home().items():
            (folder / name).write_bytes(content)
    desk = desk_in(folder, config)
    return replace(
        desk,
        home=Home(desk.home.device, TUTOR),
        now_ms=clock or Clock(),
        random=lambda n: next(numbers).to_bytes(n, "big"),
        app="tutorcli/test",
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


Reopen = Callable[[], Desk]


@pytest.fixture
def reopen(tmp_path: Path, clock: Clock) -> Iterator[Reopen]:
    """Each call: another process that opens the same home."""
    desks: list[Desk] = []

    def another() -> Desk:
        desks.append(make_desk(tmp_path / "data", clock, tmp_path / "config"))
        return desks[-1]

    yield another
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(reopen: Reopen) -> Desk:
    return reopen()
