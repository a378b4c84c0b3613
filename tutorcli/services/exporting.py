"""The queue into files: tasks and judgments in one of the formats."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Literal

from tutorcli.core.canonical import digest
from tutorcli.core.judgment import Frozen
from tutorcli.core.task import Task
from tutorcli.errors import ConfigError, message
from tutorcli.formats.own import blinded
from tutorcli.formats.policy import Policy
from tutorcli.formats.port import Dossier
from tutorcli.formats.registry import find, writer
from tutorcli.services.targets import STDOUT, Target
from tutorcli.store import closing, judgments, tasks
from tutorcli.store.db import Queue
from tutorcli.store.tasks import StoredTask

What = Literal["tasks", "judgments", "all"]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is written, and how."""

    format: str
    what: What = "all"
    policy: Policy = field(default_factory=Policy)
    unblind: bool = False
    """Also of tasks that this home's tutor has not judged everything is written."""
    since: int | None = None
    """A cursor: only tasks with judgments stored after it, and of our own format only those."""
    test_share: float | None = None
    """Share of the tasks that goes into a second file, 0 to 1."""


@dataclass(slots=True)
class ExportReport:
    """What an export wrote."""

    rows: Counter[str] = field(default_factory=Counter)
    """How many of each `Row.kind`."""
    tasks: int = 0
    """Tasks of which there is at least one row."""
    blind: int = 0
    """Those of them that left without models, sources and unknown keys."""
    closed: int = 0
    """Tasks with personal data: neither they nor what was said of them leave."""
    cursor: int = 0
    """The ``since`` of the next export, if it is to hold what this one has not."""
    files: dict[str, int] = field(default_factory=dict)
    """Rows by file."""


def export(queue: Queue, target: str, options: ExportOptions) -> ExportReport:
    """Write the queue, as it is at one moment, into a file.

    Args:
        queue: Whose tasks and judgments.
        target: A path, or ``-`` for standard output; a file appears whole or not at all.
        options: What, and how.

    Raises:
        ConfigError: The format is unknown or cannot be written, or the options do not go together.
        InputError: The file cannot be written to.
    """
    write = writer(options.format)
    is_own = find(options.format).loses is None
    if options.what == "tasks" and not is_own:
        raise ConfigError(
            message('format "{name}" holds no tasks alone', name=options.format),
            hint=message("leave --what out, or take --format jsonl"),
        )
    report = ExportReport(files=dict.fromkeys(_names(target, options), 0))
    with queue.reading(), ExitStack() as stack:
        targets = [stack.enter_context(Target(name)) for name in report.files]
        report.cursor = judgments.cursor(queue)
        closed = closing.closed(queue)
        report.closed = len(closed)
        for dossier, is_blind in _dossiers(queue, options, closed, is_own=is_own):
            rows = list(write(dossier, options.policy))
            if not rows:
                continue
            key = dossier.task.id if dossier.task else dossier.judgments[0].judgment.task
            chosen = targets[_side(key, options.test_share)]
            chosen.write(b"".join(row.line for row in rows))
            report.files[chosen.name] += len(rows)
            report.rows.update(row.kind for row in rows)
            report.tasks += 1
            report.blind += is_blind
    return report


def _names(target: str, options: ExportOptions) -> list[str]:
    if options.test_share is None:
        return [target]
    if target == STDOUT:
        raise ConfigError(
            message("--split writes two files, which standard output cannot take"),
            hint=message(
                "name a file: -o pairs.jsonl makes pairs.train.jsonl and pairs.test.jsonl"
            ),
        )
    path = Path(target)
    return [str(path.with_name(f"{path.stem}.{side}{path.suffix}")) for side in ("train", "test")]


def _side(task_id: str, test_share: float | None) -> int:
    """0 or 1: the file of a task, the same for all of its rows wherever they are written."""
    if test_share is None:
        return 0
    return int(int(digest(task_id)[:12], 16) < test_share * 16**12)


def _dossiers(
    queue: Queue, options: ExportOptions, closed: Collection[str], *, is_own: bool
) -> Iterator[tuple[Dossier, bool]]:
    """Each task with its judgments, by id, and whether something of it is hidden."""
    since = options.since or 0
    wanted = (
        None if options.since is None else {it.judgment.task for it in judgments.each(queue, since)}
    )
    # What is current is decided among all judgments, so that only our own format may begin later.
    said = judgments.each(queue, since if is_own else 0) if options.what != "tasks" else iter(())
    stored = iter(()) if is_own and options.what == "judgments" else tasks.each_task(queue)
    for task_id, task, of_task in _merged(stored, said):
        if task_id in closed or (wanted is not None and task_id not in wanted):
            continue
        if task is None:
            yield Dossier(None, judgments=of_task), False
        else:
            yield _dossier(queue, task, of_task, options)


def _merged(
    stored: Iterator[StoredTask], said: Iterator[Frozen]
) -> Iterator[tuple[str, StoredTask | None, tuple[Frozen, ...]]]:
    """Tasks and judgments side by side; both come in the order of the tasks' ids."""
    groups = groupby(said, key=lambda frozen: frozen.judgment.task)
    group = next(groups, None)
    for task in stored:
        while group is not None and group[0] < task.task.id:
            yield group[0], None, tuple(group[1])
            group = next(groups, None)
        if group is not None and group[0] == task.task.id:
            yield group[0], task, tuple(group[1])
            group = next(groups, None)
        else:
            yield task.task.id, task, ()
    while group is not None:
        yield group[0], None, tuple(group[1])
        group = next(groups, None)


def _dossier(
    queue: Queue, stored: StoredTask, said: tuple[Frozen, ...], options: ExportOptions
) -> tuple[Dossier, bool]:
    is_blind = not options.unblind and stored.disposition != "done"
    task = _seen_by_its_tutor(stored.task, is_blind=is_blind)
    older: Mapping[str, Task] = {}
    if any(frozen.judgment.task_sha256 != stored.sha256 for frozen in said):
        older = {
            version.sha256: _seen_by_its_tutor(version.task, is_blind=is_blind)
            for version in tasks.versions(queue, task.id)
        }
    is_changed = task != stored.task
    body = None if is_changed else stored.body
    is_shown = options.what != "judgments"
    return Dossier(task, stored.sha256, body, is_shown, said, older), is_changed


def _seen_by_its_tutor(task: Task, *, is_blind: bool) -> Task:
    return blinded(task) if is_blind else task
