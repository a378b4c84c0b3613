"""Files into the queue: all of a call, or nothing."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tutorcli.core.judgment import Frozen, Judgment
from tutorcli.core.rules import Fault
from tutorcli.errors import message
from tutorcli.formats.containers import Line, files_of, lines
from tutorcli.formats.flaws import LineError, answer_faults
from tutorcli.formats.port import Fill
from tutorcli.services.leftovers import Leftovers
from tutorcli.services.reading import Outcome, ReadBad, Reading, ReadTask, outcomes
from tutorcli.store import judgments, lent, tasks
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, TaskRow, known

Progress = Callable[[int], None]
"""Told how many more lines have been taken in."""

_LONGEST_SOURCE = 200


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
    with _less_gc(), ExitStack() as stack:
        run = _Run(queue, files, options, progress)
        if not options.dry_run:
            source = ", ".join(files)[:_LONGEST_SOURCE]
            run.importing = stack.enter_context(Importing.begin(queue, source))
            if options.skip_bad:
                run.leftovers = stack.enter_context(Leftovers(queue.folder / "rejected"))
        run.everything()
    run.report.seconds = round(time.monotonic() - began, 3)
    return run.report


@contextmanager
def _less_gc() -> Iterator[None]:
    """Have Python look for circles seldom: tasks are made and dropped by the thousand, without any."""
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


class _Seen(NamedTuple):
    """A task of this call."""

    sha256: str
    file: str
    line: int
    answers: tuple[str, ...]


class _Run:
    """One call."""

    def __init__(
        self, queue: Queue, files: list[str], options: ImportOptions, progress: Progress | None
    ) -> None:
        self.report = ImportReport(is_dry_run=options.dry_run, skipped_bad=options.skip_bad)
        self.importing: Importing | None = None
        self.leftovers: Leftovers | None = None
        self._files = files
        self._queue = queue
        self._options = options
        self._progress = progress
        self._tasks: dict[str, _Seen] = {}
        self._judgments: dict[str, str] = {}
        self._ready: list[Frozen] = []
        self._waiting: list[tuple[Line, Frozen]] = []

    def everything(self) -> None:
        """Read all lines, stage what is good, publish at the end."""
        for batch in outcomes(self._lines(), Reading(self._options.format, self._options.fill)):
            self._take(batch)
            if self._progress is not None:
                self._progress(len(batch))
        for line, frozen in self._waiting:
            self._take_judgment(line, frozen, is_last_chance=True)
        self._stage([], [])
        order = {file: place for place, file in enumerate(self._files)}
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

    def _lines(self) -> Iterator[Line]:
        spill = self.leftovers.write if self.leftovers else None
        for file in self._files:
            yield from lines(file, spill)

    def _take(self, batch: list[tuple[Line, Outcome]]) -> None:
        hashes = known(self._queue, [it.row.id for _, it in batch if isinstance(it, ReadTask)])
        fresh: list[TaskRow] = []
        for line, outcome in batch:
            match outcome:
                case ReadTask(row, answers):
                    if self._is_fresh(line, row, answers, hashes.get(row.id)):
                        fresh.append(row)
                case Frozen():
                    self._take_judgment(line, outcome)
                case ReadBad(faults):
                    self._reject(line, faults)
        self._stage([row.id for row in fresh if row.id in hashes], fresh)

    def _stage(self, replaced: list[str], rows: list[TaskRow]) -> None:
        ready, self._ready = self._ready, []
        if self.importing is not None and not self._has_failed:
            if replaced:
                self.importing.replace(replaced)
            self.importing.stage(rows)
            self.importing.stage_judgments(ready)

    def _reject(self, line: Line, faults: Sequence[Fault]) -> None:
        self.report.rejected += 1
        self.report.errors += [
            LineError(line.file, line.number, fault.field, fault.what) for fault in faults
        ]
        if self.leftovers is not None and line.raw is not None:
            self.leftovers.write(line.raw + b"\n")

    def _is_fresh(
        self, line: Line, row: TaskRow, answers: tuple[str, ...], stored: str | None
    ) -> bool:
        """Whether a task is to be staged: it is neither known nor wrong."""
        earlier = self._tasks.get(row.id)
        if fault := self._clash(row, earlier, stored):
            self._reject(line, [fault])
            return False
        if earlier is None:
            self._tasks[row.id] = _Seen(row.sha256, line.file, line.number, answers)
        if earlier is not None or stored == row.sha256:
            self.report.duplicates += 1
            return False
        if stored is None:
            self.report.imported += 1
        else:
            self.report.updated += 1
        return True

    def _clash(self, row: TaskRow, earlier: _Seen | None, stored: str | None) -> Fault | None:
        if earlier is not None and earlier.sha256 != row.sha256:
            what = message(
                '"{id}" stands with other content in {file}:{line}',
                id=row.id,
                file=earlier.file,
                line=earlier.line,
            )
            return Fault("id", what)
        if earlier is None and stored not in {None, row.sha256} and not self._options.update:
            what = message(
                '"{id}" is in the queue with other content; --update replaces it', id=row.id
            )
            return Fault("id", what)
        if earlier is None and stored not in {None, row.sha256} and self._is_lent(row.id):
            what = message('"{id}" was lent by a server: its text cannot be replaced', id=row.id)
            return Fault("id", what)
        return None

    def _is_lent(self, task_id: str) -> bool:
        return lent.channel_of(self._queue, task_id) != judgments.LOCAL

    def _take_judgment(self, line: Line, frozen: Frozen, *, is_last_chance: bool = False) -> None:
        said = frozen.judgment
        before = self._hash_of(said.id)
        if before == frozen.sha256:
            self.report.duplicate_judgments += 1
        elif before is not None:
            what = message('judgment "{id}" is known with other content', id=said.id)
            self._reject(line, [Fault("id", what)])
        elif said.task in self._tasks or known(self._queue, [said.task]):
            answers = self._answers_of(said)
            if answers is not None and (faults := list(answer_faults(said, answers))):
                self._reject(line, faults)
                return
            self._judgments[said.id] = frozen.sha256
            self.report.judgments += 1
            self._ready.append(frozen)
        elif is_last_chance:
            what = message('there is no task "{id}"', id=said.task)
            self._reject(line, [Fault("task", what)])
        else:
            self._waiting.append((line, frozen))

    def _hash_of(self, judgment_id: str) -> str | None:
        if judgment_id in self._judgments:
            return self._judgments[judgment_id]
        stored = judgments.get(self._queue, judgment_id)
        return stored.sha256 if stored else None

    def _answers_of(self, said: Judgment) -> tuple[str, ...] | None:
        """The answers of the version that was judged; None when that text is not known."""
        seen = self._tasks.get(said.task)
        if seen is not None and seen.sha256 == said.task_sha256:
            return seen.answers
        stored = tasks.load_version(self._queue, said.task, said.task_sha256)
        return tuple(answer.id for answer in stored.task.answers) if stored else None
