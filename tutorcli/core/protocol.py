"""Protocols: which instruments a task asks for, in which stages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tutorcli.core.canonical import digest, dumps, normal
from tutorcli.core.instruments import Instrument, Rank
from tutorcli.core.judgment import Disposition
from tutorcli.core.pack import Criterion, Label, Pack, Titles
from tutorcli.core.task import Task


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a protocol."""

    name: str
    instruments: tuple[Instrument, ...]


@dataclass(frozen=True)
class Protocol:
    """What a task asks of its tutor; immutable once named."""

    name: str
    version: str
    title: Titles
    stages: tuple[Stage, ...]
    reasons: Mapping[Disposition, tuple[Label, ...]] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    """The JSON object that the hash is made of."""

    @cached_property
    def ref(self) -> str:
        """``name@version#sha256``."""
        return f"{self.name}@{self.version}#{digest(dumps(normal(self.document)))}"

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The instruments of all stages, in order."""
        return tuple(item for stage in self.stages for item in stage.instruments)

    def for_answers(self, count: int) -> tuple[Instrument, ...]:
        """The instruments that mean something with ``count`` answers."""
        return tuple(item for item in self.instruments if count >= answers_needed(item))


def answers_needed(instrument: Instrument) -> int:
    """How many answers an instrument needs: comparing takes two."""
    if instrument.kind in {"rank", "pair"}:
        return 2
    return 1


def default_protocol(answers: int) -> str:
    """The name of the protocol of a task that names none."""
    return "rank" if answers >= answers_needed(Rank()) else "rate"


def guideline_of(task: Task, pack: Pack | None) -> str | None:
    """The guideline of a task from a file: its own, else that of the pack."""
    return task.guideline or (pack.guideline_ref if pack else None)


def criteria_of(instrument: Instrument, pack: Pack | None) -> tuple[Criterion, ...]:
    """The criteria that a ratings instrument asks for."""
    if pack is None:
        return ()
    wanted = getattr(instrument, "criteria", ())
    return tuple(item for item in pack.criteria if not wanted or item.id in wanted)


def reasons_of(instrument: Instrument, pack: Pack | None) -> tuple[Label, ...]:
    """The reasons that an edit may name."""
    if pack is None:
        return ()
    wanted = getattr(instrument, "reasons", ())
    return tuple(item for item in pack.labels if not wanted or item.id in wanted)


@dataclass(frozen=True, slots=True)
class Assigned:
    """A task with what it is judged by."""

    task: Task
    protocol: Protocol
    pack: Pack | None
    order: tuple[str, ...]
    """Answer ids as shown to this tutor."""
    guideline: str | None = None
    """Ref of the guideline that it is judged by."""

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """What can be said of this task."""
        return self.protocol.for_answers(len(self.task.answers))
