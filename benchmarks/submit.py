"""How long a submission takes from the key to the row on the disk, against a bare insert."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import homes
from benchmarks.figures import Figure, Taken, in_turns, p99
from tests.terminal import Terminal, environment
from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Frozen, Judgment, Rating, freeze
from tutorcli.services.desk import desk_in
from tutorcli.store.connection import connect
from tutorcli.store.importing import append_many
from tutorcli.store.judgments import home as home_of

SUBMITS = 60
"""In one run; its 99th percentile is next to the slowest."""
JUDGMENTS = 50_000
PROGRAM = Path(__file__).with_name("watched.py")


def figures(folder: Path) -> list[Figure]:
    """Measure with homes made in ``folder``."""
    tasks = 7 * SUBMITS
    homes.small(folder / "few", tasks, words=60)
    homes.small(folder / "many", tasks, words=60)
    _judge(folder / "many", tasks)
    few, many = in_turns(partial(_taken, folder / "few"), partial(_taken, folder / "many"))
    return [
        Figure("key to fsynced judgment, p99", few["ours"], few["bare"], 5, "ms"),
        Figure(f"the same after {JUDGMENTS} judgments", many["ours"], many["bare"], 5, "ms"),
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


def _taken(home: Path) -> Taken:
    moments = home / "commits"
    moments.write_text("", "ascii")
    command = (sys.executable, PROGRAM, moments, "annotate")
    env = environment(TUTORCLI_HOME=str(home), PYTHONPATH=str(PROGRAM.parents[1]))
    ours, bare = [], []
    with Terminal(command, size=(160, 45), env=env) as terminal, _bare(home) as insert:
        terminal.wait_for("Question ")
        terminal.settle(1)
        # In turns, so that both meet the same disk.
        for _ in range(SUBMITS):
            ours.append(_submitted(terminal, moments))
            bare.append(insert())
    return {"ours": p99(ours), "bare": p99(bare)}


def _submitted(terminal: Terminal, moments: Path) -> float:
    terminal.press("1", "2", "3")
    # Longer than the time in which Enter counts as pasted.
    terminal.settle(0.04)
    before, began = len(moments.read_bytes()), time.perf_counter()
    terminal.press("enter")
    while len(moments.read_bytes()) == before:
        terminal.read(0.01)
    terminal.settle(0.04)
    done = float(moments.read_bytes()[before:].split()[0])
    return (done - began) * 1e3


@contextmanager
def _bare(folder: Path) -> Iterator[Callable[[], float]]:
    """Inserts one row of the size of a judgment, as plain as can be; ms to the disk."""
    connection = connect(folder / "bare.db", create=True)
    for statement in (
        "PRAGMA journal_mode=wal",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE IF NOT EXISTS judgments (id TEXT PRIMARY KEY, body BLOB)",
    ):
        connection.execute(statement)

    def insert() -> float:
        row = (os.urandom(16).hex(), os.urandom(1500))
        began = time.perf_counter()
        connection.execute("INSERT INTO judgments VALUES (?, ?)", row)
        return (time.perf_counter() - began) * 1e3

    yield insert
    connection.close()
