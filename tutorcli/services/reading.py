"""Lines into rows of the store: read, checked, hashed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from tutorcli.core.judgment import Frozen
from tutorcli.core.rules import Fault
from tutorcli.formats.containers import Line
from tutorcli.formats.encoding import body_of, sha256_of
from tutorcli.formats.flaws import BadLine
from tutorcli.formats.port import Fill, Read
from tutorcli.formats.registry import reader
from tutorcli.store.importing import TaskRow, row_of

_BATCH_BYTES = 1_000_000
_BATCH_LINES = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """How lines are read."""

    format: str
    fill: Fill


class ReadTask(NamedTuple):
    """A line that is a task."""

    row: TaskRow
    answers: tuple[str, ...]
    """Their ids."""


class ReadBad(NamedTuple):
    """A line that cannot be read."""

    faults: tuple[Fault, ...]


Outcome: TypeAlias = ReadTask | Frozen | ReadBad


def outcomes(lines: Iterable[Line], reading: Reading) -> Iterator[list[tuple[Line, Outcome]]]:
    """What all lines are, in their order, in batches of a size that is stored at a stretch."""
    batch: list[tuple[Line, Outcome]] = []
    size, read = 0, reader(reading.format)
    for line in lines:
        batch.append((line, _outcome_of(line, read, reading.fill)))
        size += len(line.raw or b"")
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_LINES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _outcome_of(line: Line, read: Read, fill: Fill) -> Outcome:
    try:
        record = read(line, fill)
    except BadLine as bad:
        return ReadBad(bad.faults)
    if isinstance(record, Frozen):
        return record
    row = row_of(record.task, body_of(record), sha256_of(record))
    return ReadTask(row, tuple([answer.id for answer in record.task.answers]))
