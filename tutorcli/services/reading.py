"""Lines into rows of the store: read, checked, hashed; by several processes where there is much."""

import gc
import os
import pickle
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from queue import SimpleQueue
from types import TracebackType
from typing import NamedTuple, Self, TypeAlias

from tutorcli.core.judgment import Frozen
from tutorcli.core.rules import Fault
from tutorcli.errors import TutorError, message
from tutorcli.formats.containers import Line
from tutorcli.formats.encoding import body_of, sha256_of
from tutorcli.formats.flaws import BadLine
from tutorcli.formats.port import Fill
from tutorcli.formats.registry import reader
from tutorcli.store.importing import TaskRow, row_of

MUCH = 12_000_000
"""Bytes from which on more processes are worth their start, which takes 0.3 s."""
MOST_READERS = 3
_BATCH_BYTES = 1_000_000
_BATCH_LINES = 400
_WHILE_STARTING = 3
"""Batches that are read here before the first one that is shared out."""
_AHEAD = 3
"""Batches for each reader that are read ahead."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How lines are read."""

    format: str
    fill: Fill


class ReadTask(NamedTuple):
    """A line that is a task."""

    values: tuple[str | int | None, ...]
    """Of a `TaskRow`; pickled in a fifth of its time."""
    answers: tuple[str, ...]
    """Their ids."""

    @property
    def id(self) -> str:
        """The task's id."""
        return str(self.values[0])

    @property
    def row(self) -> TaskRow:
        """What the store keeps."""
        return TaskRow(*self.values)  # type: ignore[arg-type]


class ReadBad(NamedTuple):
    """A line that cannot be read."""

    faults: tuple[Fault, ...]


Outcome: TypeAlias = ReadTask | Frozen | ReadBad

_values = attrgetter(*TaskRow.__dataclass_fields__)


def outcome_of(line: Line, reading: Reading) -> Outcome:
    """What one line is."""
    try:
        record = reader(reading.format)(line, reading.fill)
    except BadLine as bad:
        return ReadBad(bad.faults)
    if isinstance(record, Frozen):
        return record
    task, shaped = record.task, record.shaped
    row = row_of(task, body_of(shaped, task), sha256_of(shaped, task))
    return ReadTask(_values(row), tuple(answer.id for answer in task.answers))


def outcomes(
    lines: Iterable[Line], reading: Reading, expected: int = 0
) -> Generator[list[tuple[Line, Outcome]], None, None]:
    """What all lines are, in their order, batch by batch.

    Close it when it is not read to its end: it may hold processes.

    Args:
        lines: They are read a few batches ahead.
        reading: How.
        expected: Bytes that will come, where that is known.
    """
    batches = _batches(lines)
    seen = expected
    while seen < MUCH or _cores() < 2:
        batch = next(batches, None)
        if batch is None:
            return
        seen += sum(len(line.raw or b"") for line in batch)
        yield _read(batch, reading)
    with ExitStack() as stack:
        try:
            crew = [
                stack.enter_context(_Reader(reading)) for _ in range(min(MOST_READERS, _cores()))
            ]
        except OSError:
            crew = []
        # While they start, and for good where none could be started.
        for batch in islice(batches, _WHILE_STARTING if crew else None):
            yield _read(batch, reading)
        yield from _shared_out(batches, crew)


def _read(batch: Sequence[Line], reading: Reading) -> list[tuple[Line, Outcome]]:
    return [(line, outcome_of(line, reading)) for line in batch]


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line.raw or b"")
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_LINES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shared_out(
    batches: Iterator[list[Line]], crew: Sequence["_Reader"]
) -> Iterator[list[tuple[Line, Outcome]]]:
    """A few batches are read ahead, so that nobody waits while what came before is stored."""
    if not crew:
        return
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(len(crew)))
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        idle: SimpleQueue[_Reader] = SimpleQueue()
        for one in crew:
            idle.put(one)
        pending: deque[Future[list[tuple[Line, Outcome]]]] = deque()
        for batch in batches:
            pending.append(pool.submit(_asked, idle, batch))
            if len(pending) > _AHEAD * len(crew):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _asked(idle: "SimpleQueue[_Reader]", batch: list[Line]) -> list[tuple[Line, Outcome]]:
    one = idle.get()
    try:
        return list(zip(batch, one.outcomes(batch), strict=True))
    finally:
        idle.put(one)


class _Reader:
    """A process that turns batches into outcomes; it ends when its input does."""

    def __init__(self, reading: Reading) -> None:
        # Not in the terminal's group, lest Ctrl-C ends it in the middle of a traceback; and
        # without the working folder on its path, where anyone's modules may lie.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"from {__name__} import work; work()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=os.name == "posix",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self._reading: Reading | None = reading

    def outcomes(self, batch: Sequence[Line]) -> list[Outcome]:
        """What each line is.

        Raises:
            TutorError: The process has ended.
            RuntimeError: Something went wrong in it.
        """
        try:
            if self._reading is not None:
                self._send(self._reading)
                self._reading = None
            self._send([(line.file, line.number, line.raw) for line in batch])
            assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
            found = pickle.load(self._process.stdout)  # noqa: S301 - our own process wrote it
        except (EOFError, BrokenPipeError) as error:
            raise TutorError(
                message("a process that reads lines ended before its time; nothing was imported"),
                hint=message("free some memory and run it again"),
            ) from error
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[no-any-return]

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        pickle.dump(value, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it; it holds nothing that could be lost."""
        self._process.kill()
        self._process.communicate()


def look_for_circles_seldom() -> None:
    """Have Python's collector run less: tasks are made and dropped by the thousand, without circles."""
    gc.set_threshold(100_000, *gc.get_threshold()[1:])


def work() -> None:
    """The other process: outcomes for batches, until standard input ends."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    look_for_circles_seldom()
    try:
        reading: Reading = pickle.load(source)  # noqa: S301 - our own process wrote it
        while True:
            batch = [Line(file, number, raw, 0) for file, number, raw in pickle.load(source)]  # noqa: S301 - the same
            try:
                answer: object = [outcome_of(line, reading) for line in batch]
            except Exception as error:  # noqa: BLE001 - raised again where people can be told
                # The error itself may quote a task.
                frames = traceback.format_tb(error.__traceback__)
                answer = RuntimeError(f"{type(error).__name__} in a reader\n{''.join(frames)}")
            pickle.dump(answer, target, pickle.HIGHEST_PROTOCOL)
            target.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)
