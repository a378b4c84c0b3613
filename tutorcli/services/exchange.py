"""Files into the queue: all of a call, or nothing."""

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tutorcli.core.judgment import Frozen, Judgment
from tutorcli.core.rules import Fault
from tutorcli.errors import message
from tutorcli.formats.containers import Line, files_of, lines
from tutorcli.formats.encoding import body_of, sha256_of
from tutorcli.formats.flaws import BadLine, LineError, answer_faults
from tutorcli.formats.port import Arrival, Fill
from tutorcli.formats.registry import reader
from tutorcli.services.behind import Behind
from tutorcli.services.leftovers import Leftovers
from tutorcli.store import judgments, tasks
from tutorcli.store.chunks import batched
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, TaskRow, known, row_of

Progress = Callable[[int, int], None]
"""Told how many lines and bytes have been read so far."""

_BATCH = 200
"""Lines between two looks into the store for what is known."""
_LONGEST_SOURCE = 200
_SWITCH_S = 0.0001


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How files are read, and what becomes of lines that do not fit."""

    format: str = "jsonl"
    fill: Fill = field(default_factory=Fill)
    update: bool = False
    """A task that the queue has with other content is replaced; else that is an error."""
    skip_bad: bool = False
    """Bad lines are put aside and the rest is imported; else one bad line stops everything."""
    dry_run: bool = False
    """Nothing is written."""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would have done."""

    imported: int = 0
    """Tasks that are new."""
    updated: int = 0
    """Tasks that replaced one of the same id."""
    duplicates: int = 0
    """Tasks that the queue, or an earlier line, has with the same content."""
    rejected: int = 0
    """Lines with an error; when there are any and they were not skipped, nothing was imported."""
    judgments: int = 0
    """Judgments that are new."""
    duplicate_judgments: int = 0
    errors: list[LineError] = field(default_factory=list)
    """All that is wrong, in the order of files and lines."""
    seconds: float = 0.0
    left_aside: Path | None = None
    """Where the bad lines were written to."""
    is_dry_run: bool = False
    skipped_bad: bool = False
    """Whether bad lines did not keep the rest from being imported."""


def import_files(
    queue: Queue,
    sources: Sequence[str],
    options: ImportOptions = ImportOptions(),
    progress: Progress | None = None,
) -> ImportReport:
    """Bring tasks and judgments from files into the queue.

    A screen beside it sees all of them at once, at the end. Cut at any point, nothing is imported.

    Args:
        queue: Where to.
        sources: Files, folders, or ``-`` for standard input.
        options: How.
        progress: Called now and then.

    Raises:
        ConfigError: The format is unknown or cannot be read.
        SourceError: A file is missing or cannot be read at all.
        StoreError: The store cannot be written, or another import is running.
    """
    began = time.monotonic()
    files = files_of(sources)
    with _tuned(), ExitStack() as stack:
        run = _Run(stack.enter_context(queue.reader()), files, options, progress)
        if not options.dry_run:
            source = ", ".join(files)[:_LONGEST_SOURCE]
            run.importing = stack.enter_context(Importing.begin(queue, source))
            if options.skip_bad:
                run.leftovers = stack.enter_context(Leftovers(queue.folder / "rejected"))
        run.behind = stack.enter_context(Behind())
        run.everything()
    run.report.seconds = round(time.monotonic() - began, 3)
    return run.report


@contextmanager
def _tuned() -> Iterator[None]:
    """Have Python look for circles seldom, and let the writing thread in without delay.

    Tasks are made and dropped by the thousand, and no circles among them. The thread that writes
    needs the interpreter for a moment at each row; by default it would wait 5 ms for it.
    """
    thresholds, interval_s = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(100_000, *thresholds[1:])
    sys.setswitchinterval(_SWITCH_S)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval_s)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A task of this call."""

    sha256: str
    line: Line
    answers: tuple[str, ...]


class _Run:
    """One call."""

    def __init__(
        self, lookup: Queue, files: list[str], options: ImportOptions, progress: Progress | None
    ) -> None:
        self.files = files
        self.report = ImportReport(is_dry_run=options.dry_run, skipped_bad=options.skip_bad)
        self.importing: Importing | None = None
        self.leftovers: Leftovers | None = None
        self.behind = Behind()
        self._lookup = lookup
        self._options = options
        self._progress = progress
        self._read = reader(options.format)
        self._tasks: dict[str, _Seen] = {}
        self._judgments: dict[str, str] = {}
        self._ready: list[Frozen] = []
        self._waiting: list[tuple[Line, Frozen]] = []

    def everything(self) -> None:
        """Read all lines, stage what is good, publish at the end."""
        for batch in batched(self._records(), _BATCH):
            self._take(batch)
        for line, frozen in self._waiting:
            self._take_judgment(line, frozen, is_last_chance=True)
        self._stage([], [])
        self.behind.wait()
        order = {file: place for place, file in enumerate(self.files)}
        self.report.errors.sort(key=lambda error: (order[error.file], error.line))
        self._end()

    def _end(self) -> None:
        report = self.report
        if self._has_failed:
            report.imported = report.updated = report.judgments = 0
        elif self.importing is not None:
            if self.leftovers is not None:
                report.left_aside = self.leftovers.keep()
            if report.imported or report.updated or report.judgments:
                self.importing.publish()

    @property
    def _has_failed(self) -> bool:
        return bool(self.report.rejected) and not self._options.skip_bad

    def _take(self, batch: list[tuple[Line, Arrival | Frozen]]) -> None:
        hashes = known(self._lookup, [it.task.id for _, it in batch if isinstance(it, Arrival)])
        fresh: list[tuple[Arrival, str]] = []
        for line, record in batch:
            if isinstance(record, Frozen):
                self._take_judgment(line, record)
            elif sha256 := self._take_task(line, record, hashes.get(record.task.id)):
                fresh.append((record, sha256))
        if self.importing is not None and not self._has_failed:
            replaced = [it.task.id for it, _ in fresh if it.task.id in hashes]
            rows = [row_of(it.task, body_of(it.shaped, it.task), sha256) for it, sha256 in fresh]
            self._stage(replaced, rows)

    def _stage(self, replaced: list[str], rows: list[TaskRow]) -> None:
        """Write while the next lines are read."""
        ready, self._ready = self._ready, []
        importing = self.importing
        if importing is None or self._has_failed:
            return

        def write() -> None:
            if replaced:
                importing.replace(replaced)
            importing.stage(rows)
            importing.stage_judgments(ready)

        self.behind.do(write)

    def _records(self) -> Iterator[tuple[Line, Arrival | Frozen]]:
        spill = self.leftovers.write if self.leftovers else None
        count = size = done = 0
        for file in self.files:
            for line in lines(file, spill):
                count, done = count + 1, size + line.consumed
                if self._progress is not None:
                    self._progress(count, done)
                try:
                    yield line, self._read(line, self._options.fill)
                except BadLine as bad:
                    self._reject(line, bad.faults)
            size = done

    def _reject(self, line: Line, faults: Sequence[Fault]) -> None:
        self.report.rejected += 1
        self.report.errors += [
            LineError(line.file, line.number, fault.field, fault.what) for fault in faults
        ]
        if self.leftovers is not None and line.raw is not None:
            self.leftovers.write(line.raw + b"\n")

    def _take_task(self, line: Line, arrival: Arrival, stored: str | None) -> str | None:
        """The hash of a task that is to be staged; None when it is known or wrong."""
        task = arrival.task
        sha256 = sha256_of(arrival.shaped, task)
        earlier = self._tasks.get(task.id)
        if earlier is not None and earlier.sha256 != sha256:
            what = message(
                '"{id}" stands with other content in {file}:{line}',
                id=task.id,
                file=earlier.line.file,
                line=earlier.line.number,
            )
            self._reject(line, [Fault("id", what)])
            return None
        if earlier is None and stored not in {None, sha256} and not self._options.update:
            what = message(
                '"{id}" is in the queue with other content; --update replaces it', id=task.id
            )
            self._reject(line, [Fault("id", what)])
            return None
        if earlier is not None or stored == sha256:
            self.report.duplicates += 1
        elif stored is None:
            self.report.imported += 1
        else:
            self.report.updated += 1
        if earlier is None:
            place = Line(line.file, line.number, None, 0)
            self._tasks[task.id] = _Seen(sha256, place, tuple(a.id for a in task.answers))
        return sha256 if earlier is None and stored != sha256 else None

    def _take_judgment(self, line: Line, frozen: Frozen, *, is_last_chance: bool = False) -> None:
        said = frozen.judgment
        if (before := self._hash_of(said.id)) is not None:
            if before == frozen.sha256:
                self.report.duplicate_judgments += 1
            else:
                what = message('judgment "{id}" is known with other content', id=said.id)
                self._reject(line, [Fault("id", what)])
            return
        if said.task not in self._tasks and not known(self._lookup, [said.task]):
            if is_last_chance:
                what = message('there is no task "{id}"', id=said.task)
                self._reject(line, [Fault("task", what)])
            else:
                self._waiting.append((line, frozen))
            return
        answers = self._answers_of(said)
        if answers is not None and (faults := list(answer_faults(said, answers))):
            self._reject(line, faults)
            return
        self._judgments[said.id] = frozen.sha256
        self.report.judgments += 1
        self._ready.append(frozen)

    def _hash_of(self, judgment_id: str) -> str | None:
        if judgment_id in self._judgments:
            return self._judgments[judgment_id]
        stored = judgments.get(self._lookup, judgment_id)
        return stored.sha256 if stored else None

    def _answers_of(self, said: Judgment) -> tuple[str, ...] | None:
        """The answers of the version that was judged; None when that text is not known."""
        seen = self._tasks.get(said.task)
        if seen is not None and seen.sha256 == said.task_sha256:
            return seen.answers
        stored = tasks.load_version(self._lookup, said.task, said.task_sha256)
        return tuple(answer.id for answer in stored.task.answers) if stored else None
