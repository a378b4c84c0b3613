"""How long a submission takes from the key to the row on the disk, against a bare insert."""

import asyncio
import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from textual.events import Key

from benchmarks import homes
from benchmarks.figures import Figure, Taken, in_turns, p99
from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Frozen, Judgment, Rating, freeze
from tutorcli.core.settings import Settings
from tutorcli.services.desk import Desk, desk_in
from tutorcli.store.connection import connect
from tutorcli.store.importing import append_many
from tutorcli.store.judgments import home as home_of
from tutorcli.store.tasks import Filters
from tutorcli.tui.actions import Keymap
from tutorcli.tui.app import TutorApp
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import load_look

SUBMITS = 100
"""In one run; its 99th percentile is next to the slowest."""
JUDGMENTS = 50_000
THEMES = Path(__file__).parents[1] / "themes"


def figures(folder: Path) -> list[Figure]:
    """Measure with homes made in ``folder``."""
    tasks = 8 * SUBMITS
    homes.small(folder / "few", tasks, words=60)
    homes.small(folder / "many", tasks, words=60)
    _judge(folder / "many", tasks)
    few, many, bare = in_turns(
        partial(_ours, folder / "few"),
        partial(_ours, folder / "many"),
        partial(_bare, folder / "bare.db"),
    )
    return [
        Figure("key to fsynced judgment, p99", few["ms"], bare["ms"], 5, "ms"),
        Figure(f"the same after {JUDGMENTS} judgments, p99", many["ms"], bare["ms"], 5, "ms"),
    ]


def _judge(home: Path, tasks: int) -> None:
    """Judgments of others and older ones of this tutor; the tasks stay open."""
    with desk_in(home / "data") as desk:
        tutor = home_of(desk.queue).tutor
        append_many(desk.queue, _judgments(tutor, tasks))


def _judgments(tutor: str, tasks: int) -> Iterator[Frozen]:
    for number in range(JUDGMENTS):
        # Half of them this tutor's own, of tasks that are not in the queue any more.
        is_own = number % 2 == 0
        task = f"old-{number}" if is_own else f"task-{number % tasks + 1}"
        yield freeze(
            Judgment(
                id=uuid7(1_700_000_000_000 + number, os.urandom(10)),
                task=task,
                assignment=task,
                task_sha256="0" * 64,
                tutor=tutor if is_own else f"local-{number % 7}",
                ranking=(("b",), ("a", "c"), ("d",)),
                accept_line=2,
                ratings=tuple(Rating("accuracy", answer, 3) for answer in "abcd"),
            )
        )


class Watched:
    """A connection that takes down when each commit had been done."""

    def __init__(self, inner: Any) -> None:
        """Pass everything on to ``inner``."""
        self._inner = inner
        self.commits: list[float] = []

    def execute(self, sql: str, *rest: Any) -> Any:
        """Run one statement."""
        result = self._inner.execute(sql, *rest)
        if sql == "COMMIT":
            self.commits.append(time.perf_counter())
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def _ours(home: Path) -> Taken:
    with desk_in(home / "data") as desk:
        return {"ms": p99(asyncio.run(_submitted(desk, home)))}


async def _submitted(desk: Desk, home: Path) -> list[float]:
    watched = Watched(desk.queue.connection)
    desk.queue.connection = watched
    sitting = Sitting(desk, Filters())
    sitting.start()
    settings = Settings(home, home, home, home)
    app = TutorApp(sitting, Keymap(), load_look("dark", [THEMES]), settings)
    took = []
    async with app.run_test(size=(160, 45)) as pilot:
        for _ in range(SUBMITS):
            await pilot.press("1", "2", "3")
            before, began = len(watched.commits), time.perf_counter()
            # Not by the pilot: it waits before it presses.
            app.post_message(Key("enter", "\r"))
            while len(watched.commits) == before:
                await asyncio.sleep(0)
            took.append((watched.commits[-1] - began) * 1e3)
            await pilot.pause()
    return took


def _bare(path: Path) -> Taken:
    """One row of the size of a judgment in a transaction of its own, as plain as it can be."""
    connection = connect(path, create=True)
    for statement in (
        "PRAGMA journal_mode=wal",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE IF NOT EXISTS judgments (id TEXT PRIMARY KEY, body BLOB)",
    ):
        connection.execute(statement)
    took = []
    for _ in range(SUBMITS):
        row = (os.urandom(16).hex(), os.urandom(1500))
        began = time.perf_counter()
        connection.execute("INSERT INTO judgments VALUES (?, ?)", row)
        took.append((time.perf_counter() - began) * 1e3)
    connection.close()
    return {"ms": p99(took)}
