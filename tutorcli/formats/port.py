"""What a format is given to read, and what to write."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from tutorcli.core.judgment import Frozen
from tutorcli.core.task import Task
from tutorcli.formats.containers import Line
from tutorcli.formats.policy import Policy


@dataclass(frozen=True, slots=True)
class Fill:
    """What a task gets where its line says nothing."""

    domain: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A task that was read."""

    task: Task
    shaped: Mapping[str, Any]
    """The members that it was made of, in the form that `core.task.shape` gives."""
    is_without_floats: bool = False
    """Whether it is known that no float is among them, which are written in ways of their own."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A task with all that was said of it, as far as whoever reads the export may know it."""

    task: Task | None
    """None: it is not in the queue any more, but what was said of it is."""
    sha256: str = ""
    body: str | None = None
    """The task's canonical JSON, where it is at hand."""
    is_shown: bool = True
    """Whether the task itself is exported; else its judgments alone."""
    judgments: tuple[Frozen, ...] = ()
    """Of the task, by id."""
    versions: Mapping[str, Task] = field(default_factory=dict)
    """Older versions of the task by hash."""


class Row(NamedTuple):
    """One line of an export."""

    kind: Literal["task", "judgment", "pair", "edit", "verified edit"]
    line: bytes
    """With its newline."""


Read = Callable[[Line, Fill], Arrival | Frozen]
"""Raises BadLine."""
Write = Callable[[Dossier, Policy], Iterator[Row]]
