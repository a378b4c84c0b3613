"""What a format is given to read, and what to write."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Dossier:
    """A task with all that was said of it, as far as whoever reads the export may know it."""

    task: Task
    sha256: str
    is_shown: bool
    """Whether the task is exported; else its judgments alone."""
    judgments: tuple[Frozen, ...] = ()
    """All that are known of the task, by id."""
    versions: Mapping[str, Task] = field(default_factory=dict)
    """Older versions of the task by hash."""


Read = Callable[[Line, Fill], Arrival | Frozen]
"""Raises BadLine."""
Write = Callable[[Dossier, Policy], Iterator[bytes]]
"""Lines with their newline."""
