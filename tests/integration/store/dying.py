"""The processes that are killed in fault tests, and what must hold in their homes.

As a script it is such a process: ``dying.py ACT FOLDER NUMBER``; each line that it prints is a promise
that what the line names is kept. It imports no more than it needs, for it is started hundreds of times.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tutorcli.core.canonical import dumps
from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Frozen, Judgment, Rating, freeze
from tutorcli.core.task import Answer, Task, task_to_json
from tutorcli.store import judgments, tasks
from tutorcli.store.backup import check_integrity
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.importing import Importing, TaskRow, row_of

DRAFT = "draft"
TASKS = 40


def new_judgment(task_id: str, tutor: str) -> Frozen:
    """A judgment with a ranking, two ratings and a comment."""
    return freeze(
        Judgment(
            id=uuid7(time.time_ns() // 1_000_000, os.urandom(10)),
            task=task_id,
            task_sha256="0" * 64,
            tutor=tutor,
            assignment=task_id,
            ranking=(("b",), ("a",)),
            accept_line=1,
            ratings=(Rating("accuracy", "a", 2), Rating("accuracy", "b", 4)),
            comment="why " * 50,
        )
    )


def new_row(task_id: str, prompt: str = "What now?") -> TaskRow:
    """A task of about two kilobytes, ready to be staged."""
    answers = tuple(Answer(name, "some text of an answer " * 40) for name in "ab")
    task = Task(id=task_id, domain="medicine", language="en", answers=answers, prompt=prompt)
    return row_of(task, dumps(task_to_json(task)).encode())


def fill(queue: Queue, number: int = TASKS, prefix: str = "t") -> None:
    """Import tasks."""
    with Importing.begin(queue, "a test") as importing:
        importing.stage(new_row(f"{prefix}{n}") for n in range(number))
        importing.publish()


def check_home(queue: Queue) -> list[str]:
    """What is not as it must always be; empty when all is well."""
    wrong = check_integrity(queue)
    for device, channel in queue.rows("SELECT DISTINCT device, channel FROM judgments"):
        numbers = queue.rows(
            "SELECT dseq FROM judgments WHERE device = ? AND channel = ? ORDER BY dseq",
            (device, channel),
        )
        if [row[0] for row in numbers] != list(range(1, len(numbers) + 1)):
            wrong.append(f"gap in {device} {channel}")
    wrong += [
        f"judgment {row[0]} has {row[1]} measures"
        for row in queue.rows(
            "SELECT j.id, count(m.judgment) AS n FROM judgments j"
            " LEFT JOIN measures m ON m.judgment = j.feed GROUP BY j.id HAVING n <> 4"
        )
    ]
    half = queue.rows(
        "SELECT t.id FROM live_tasks t WHERE (t.state = 'done') <> EXISTS"
        " (SELECT 1 FROM judgments j WHERE j.task = t.id AND j.import_id IS NULL)"
    )
    return wrong + [f"state of {row[0]}" for row in half]


def _append(folder: Path, number: int) -> None:
    with Queue.open(folder) as queue:
        tutor = judgments.home(queue).tutor
        for n in range(number):
            frozen = new_judgment(f"t{n % TASKS}", tutor)
            dseq = judgments.append(queue, frozen)
            _promise("judgment", frozen.judgment.id, frozen.sha256, dseq)


def _work(folder: Path, number: int) -> None:
    """Judgments and keys of a draft in turn, as on the screen."""
    with Queue.open(folder) as queue, Drafts.open(folder) as drafts:
        tutor = judgments.home(queue).tutor
        saved = drafts.load(DRAFT)
        if saved is None:
            drafts.start(DRAFT, "j", None, "2026-01-01T00:00:00Z")
        told = [*(saved.snapshot or "").split(), *saved.ops] if saved else []
        for n in range(number):
            for _ in range(7):
                told.append(str(len(told)))
                drafts.add(DRAFT, told[-1], len(told), len(told))
                _promise("op", told[-1])
            if n % 5 == 4:
                drafts.snapshot(DRAFT, " ".join(told))
            frozen = new_judgment(f"t{n % TASKS}", tutor)
            dseq = judgments.append(queue, frozen)
            _promise("judgment", frozen.judgment.id, frozen.sha256, dseq)


def _import(folder: Path, number: int) -> None:
    with Queue.open(folder) as queue, Importing.begin(queue, "a test", wait_s=60) as importing:
        importing.replace(["t1", "t2"])

        def rows() -> Iterator[TaskRow]:
            yield from (new_row(name, "changed") for name in ("t1", "t2"))
            for n in range(number):
                if n % 50 == 0:
                    _promise("rows", n)
                yield new_row(f"{os.getpid()}-{n}")

        importing.stage(rows())
        importing.stage_judgments(new_judgment("t1", "someone") for _ in range(number // 10))
        _promise("staged")
        importing.publish()
        _promise("published")


def _open(folder: Path, _: int) -> None:
    sys.stdin.readline()
    with Queue.open(folder) as queue:
        _promise(judgments.home(queue).device, tasks.counts(queue)["open"])


def _promise(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


ACTS: dict[str, Callable[[Path, int], None]] = {
    "append": _append,
    "work": _work,
    "import": _import,
    "open": _open,
}


class Child:
    """A process at work in a home."""

    def __init__(self, act: str, folder: Path, number: int = 1_000_000) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [sys.executable, __file__, act, str(folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def promises(self, most: int) -> list[list[str]]:
        """The next lines, split into words; fewer when it has ended."""
        assert self.process.stdout is not None
        lines = (self.process.stdout.readline() for _ in range(most))
        return [line.split() for line in lines if line.endswith("\n")]

    def kill(self) -> list[list[str]]:
        """Have it die at once, as by kill -9; the promises that were not yet read."""
        self.process.kill()
        return self._rest()[0]

    def finish(self, text: str = "") -> list[list[str]]:
        """Wait for its end; its further promises."""
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        promises, errors = self._rest()
        assert self.process.returncode == 0, errors
        return promises

    def _rest(self) -> tuple[list[list[str]], str]:
        # Not by communicate(), which forgets what readline has taken into its buffer.
        with self.process as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdin.close()
            lines = process.stdout.read().splitlines(keepends=True)
            errors = process.stderr.read()
        return [line.split() for line in lines if line.endswith("\n")], errors


if __name__ == "__main__":
    ACTS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
