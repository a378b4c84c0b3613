"""A queue, and short ways to fill it."""

import itertools
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tutorcli.core.canonical import dumps
from tutorcli.core.judgment import Frozen, Judgment, freeze
from tutorcli.core.task import Answer, Task, task_to_json
from tutorcli.store import tasks
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, TaskRow, row_of

_numbers = itertools.count(1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a home, not yet made."""
    return tmp_path / "data"


@pytest.fixture
def queue(folder: Path) -> Iterator[Queue]:
    """An empty queue."""
    folder.mkdir()
    with empty_queue(folder) as opened:
        yield opened


@cache
def _empty_file() -> bytes:
    with TemporaryDirectory() as folder:
        Queue.open(Path(folder)).close()
        return (Path(folder) / "queue.db").read_bytes()


def empty_queue(folder: Path) -> Queue:
    """An empty queue; a copy, for making one takes a tenth of a second."""
    (folder / "queue.db").write_bytes(_empty_file())
    return Queue.open(folder)


def make_task(task_id: str, prompt: str = "What now?", **fields: Any) -> Task:
    """A task with two answers."""
    answers = fields.pop("answers", (Answer("a", "Wait."), Answer("b", "Act.")))
    known = {"domain": "medicine", "language": "en", **fields}
    return Task(id=task_id, prompt=prompt, answers=answers, **known)


def row(task: Task) -> TaskRow:
    """The row that an importer stages."""
    return row_of(task, dumps(task_to_json(task)).encode())


def fill(queue: Queue, tasks: Iterable[Task]) -> None:
    """Import tasks."""
    with Importing.begin(queue, "a test") as importing:
        importing.stage(row(task) for task in tasks)
        importing.publish()


def update(queue: Queue, *tasks: Task) -> None:
    """Import tasks in place of those of the same ids."""
    with Importing.begin(queue, "a test") as importing:
        importing.replace([task.id for task in tasks])
        importing.stage(row(task) for task in tasks)
        importing.publish()


def state_of(queue: Queue, task_id: str) -> str:
    """The state of a task that is there."""
    stored = tasks.load(queue, task_id)
    assert stored is not None
    return stored.state


def judged(task_id: str, tutor: str, **fields: Any) -> Frozen:
    """A judgment ready to be stored; ids grow from call to call."""
    known = {
        "id": f"01900000-0000-7000-8000-{next(_numbers):012}",
        "task": task_id,
        "task_sha256": "0" * 64,
        "tutor": tutor,
        "assignment": task_id,
        **fields,
    }
    return freeze(Judgment(**known))
