"""Judgments made on the spot, as statistics read them."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from tutorcli.core.judgment import Judgment, freeze
from tutorcli.core.task import Answer, Task, task_sha256, task_to_json
from tutorcli.formats.containers import Line
from tutorcli.formats.encoding import canonical
from tutorcli.services.figure_files import FileSource
from tutorcli.stats.table import Table, Window

_NUMBERS = count()
SHA = "0" * 64


def said(task: str, tutor: str, ranking: str = "", **more: Any) -> Judgment:
    """A judgment; ``ranking`` has a letter an answer and a comma between tiers."""
    tiers = tuple(tuple(tier) for tier in ranking.split(",") if tier)
    values = {"task_sha256": SHA, "assignment": f"{task}-{tutor}", "ranking": tiers} | more
    return Judgment(values.pop("id", f"j{next(_NUMBERS):06}"), task, tutor=tutor, **values)


def source_of(judgments: Iterable[Judgment], tasks: Iterable[Task] = ()) -> FileSource:
    """What statistics of these judgments and tasks read."""
    source = FileSource()
    lines = [canonical(task_to_json(task)) for task in tasks]
    lines += [freeze(judgment).body for judgment in judgments]
    for number, raw in enumerate(lines, 1):
        source.take(Line("made.jsonl", number, raw))
    return source


def table_of(*judgments: Judgment, window: Window | None = None) -> Table:
    """The table of these judgments."""
    return Table(source_of(judgments), window)


def made_task(id_: str, **texts: str) -> Task:
    """A task with an answer for each keyword."""
    answers = tuple(Answer(key, text) for key, text in texts.items())
    return Task(id_, "law", "en", answers, prompt="What now?")


def sha_of(task: Task) -> str:
    """Its hash."""
    return task_sha256(task)
