"""Tasks from the lines of files into the project: all of a call, or none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, select

from tutorcli.catalog.shelf import Catalog
from tutorcli.core.canonical import dumps
from tutorcli.core.judgment import ROWS, Frozen, Judgment, judgment_to_json
from tutorcli.core.protocol import default_protocol
from tutorcli.core.rules import Fault
from tutorcli.core.task import Task
from tutorcli.errors import InputError, message
from tutorcli.formats import own
from tutorcli.formats.containers import Line
from tutorcli.formats.encoding import body_of, sha256_of
from tutorcli.formats.flaws import BadLine, LineError, answer_faults
from tutorcli.formats.port import Arrival, Fill, Read
from tutorcli.server.context import Context
from tutorcli.server.services import auditing
from tutorcli.server.services.fitness import unfit
from tutorcli.server.services.handing import NO_DUE
from tutorcli.server.services.publishing import (
    Otherwise,
    Paper,
    begin,
    keep,
    otherwise,
    paper_of,
    papers_of,
)
from tutorcli.server.services.reading_back import said_of
from tutorcli.server.services.spooling import Spool
from tutorcli.server.tables import golds, tasks

if TYPE_CHECKING:
    from tutorcli.core.pack import Pack
    from tutorcli.server.services.hiding import Subject

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Taking:
    """How lines are read."""

    catalog: Catalog
    fill: Fill = field(default_factory=Fill)
    is_gold: bool = False
    """The tasks are gold tasks; judgment lines beside them say what is known of each."""
    is_dry_run: bool = False
    read: Read = own.read


@dataclass(slots=True)
class Taken:
    """What an import did, or would have done."""

    imported: int = 0
    duplicates: int = 0
    """Tasks that are there already, or stand on an earlier line, with the same content."""
    rejected: int = 0
    """Lines with an error; when there are any, nothing was imported."""
    errors: list[LineError] = field(default_factory=list)
    otherwise: list[Otherwise] = field(default_factory=list)
    """What stays judged as before, though the importer has another pack or guideline for it."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A task of this call."""

    line: Line
    sha256: str
    answers: tuple[str, ...]


def take(context: Context, actor: str, lines: Iterable[Line], how: Taking) -> Taken:
    """Bring tasks into the project.

    Args:
        context: The project.
        actor: Who does it, for the audit.
        lines: Of files.
        how: How they are read.

    Returns:
        What was done, with every error of every line; one error, and nothing was done.

    Raises:
        SourceError: A file cannot be read.
    """
    with Spool() as spool:
        reading = _Reading(context, how, spool)
        reading.everything(lines)
        if not reading.taken.rejected:
            storing = _Storing(context, actor, reading)
            context.database.run(storing.act)
    reading.taken.errors.sort(key=lambda error: (error.file, error.line))
    if reading.taken.rejected:
        reading.taken.imported = 0
    return reading.taken


class _Reading:
    """The lines of one call, checked as far as it can be without the database."""

    def __init__(self, context: Context, how: Taking, spool: Spool) -> None:
        self.taken = Taken()
        self.how, self.spool = how, spool
        self.seen: dict[str, _Seen] = {}
        self.known: dict[str, tuple[Line, Frozen]] = {}
        """The known judgment of each gold task."""
        self.papers: dict[str, Paper] = {}
        self.packs: dict[str, Pack | None] = {}
        self.subjects: set[Subject] = set()
        self._refs: dict[str, str] = {}
        """Name of a protocol as tasks have it: its exact ref."""
        self._region = context.project.region
        self._now = context.database.stamp()

    def everything(self, lines: Iterable[Line]) -> None:
        """Read all lines; what is good lies in the spool afterwards."""
        for line in lines:
            try:
                record = self.how.read(line, self.how.fill)
                if isinstance(record, Arrival):
                    self._take_task(line, record)
                else:
                    self._take_judgment(line, record)
            except BadLine as bad:
                self.reject(line, bad.faults)
        if self.how.is_gold:
            self._match()

    def reject(self, line: Line, faults: Iterable[Fault]) -> None:
        """Note what is wrong with a line."""
        self.taken.rejected += 1
        self.taken.errors += [
            LineError(line.file, line.number, fault.field, fault.what) for fault in faults
        ]

    def _take_task(self, line: Line, arrival: Arrival) -> None:
        task, sha256 = arrival.task, sha256_of(arrival)
        if faults := [*unfit(task, self._region)]:
            raise BadLine(faults)
        earlier = self.seen.get(task.id)
        if earlier is not None and earlier.sha256 != sha256:
            place = {"file": earlier.line.file, "line": earlier.line.number}
            what = message('"{id}" stands with other content in {file}:{line}', id=task.id, **place)
            raise BadLine([Fault("id", what)])
        if earlier is not None:
            self.taken.duplicates += 1
            return
        protocol = self._judged_by(task)
        answers = tuple(answer.id for answer in task.answers)
        self.seen[task.id] = _Seen(line._replace(raw=None), sha256, answers)
        self.subjects.add((task.domain, task.language))
        self.spool.add(self._row(task, sha256, protocol, body_of(arrival).decode()))

    def _row(self, task: Task, sha256: str, protocol: str, body: str) -> dict[str, object]:
        return {
            "id": task.id,
            "sha256": sha256,
            "domain": task.domain,
            "language": task.language,
            "batch": task.batch,
            "priority": task.priority,
            "due": task.due or NO_DUE,
            "overlap": task.overlap,
            "free": 0 if self.how.is_gold else task.overlap,
            "state": "open",
            "is_gold": int(self.how.is_gold),
            "protocol": protocol,
            "body": body,
            "imported_at": self._now,
        }

    def _judged_by(self, task: Task) -> str:
        """The exact ref of a task's protocol; it, the pack and the guideline are put by."""
        name = task.protocol or default_protocol(len(task.answers))
        try:
            if name not in self._refs:
                self._refs[name] = self._put_by([paper_of(self.how.catalog.protocol(name))])
        except InputError as error:
            raise BadLine([Fault("protocol", error.what)]) from None
        try:
            if task.domain not in self.packs:
                pack = self.packs[task.domain] = self.how.catalog.pack_for(task.domain)
                self._put_by(papers_of(pack))
        except InputError as error:
            raise BadLine([Fault("domain", error.what)]) from None
        return self._refs[name]

    def _put_by(self, papers: Sequence[Paper]) -> str:
        """Keep documents for the database and return the first one's ref, if there is one."""
        self.papers |= {paper.ref: paper for paper in papers}
        return papers[0].ref if papers else ""

    def _take_judgment(self, line: Line, frozen: Frozen) -> None:
        said = frozen.judgment
        if not self.how.is_gold:
            raise BadLine([Fault("", message("is a judgment; --gold takes known judgments"))])
        if said.disposition != "done":
            what = message('is "{value}"; a known judgment is done', value=said.disposition)
            raise BadLine([Fault("disposition", what)])
        earlier = self.known.get(said.task)
        if earlier is not None and earlier[1].judgment.id != said.id:
            place = {"file": earlier[0].file, "line": earlier[0].number}
            what = message('"{id}" is judged in {file}:{line} already', id=said.task, **place)
            raise BadLine([Fault("task", what)])
        self.known[said.task] = (line, frozen)

    def _match(self) -> None:
        """Hold known judgments and gold tasks against one another."""
        for task, (line, frozen) in self.known.items():
            seen = self.seen.get(task)
            if seen is None:
                what = message('there is no task "{id}" in these files', id=task)
                self.reject(line, [Fault("task", what)])
            elif faults := list(_misfit(frozen, seen)):
                self.reject(line, faults)
        for task, seen in self.seen.items():
            if task not in self.known:
                what = message("has no known judgment; a gold task needs a judgment line")
                self.reject(seen.line, [Fault("id", what)])


def _misfit(frozen: Frozen, seen: _Seen) -> Iterator[Fault]:
    if frozen.judgment.task_sha256 != seen.sha256:
        yield Fault("task_sha256", message("is not that of the task"))
    yield from answer_faults(frozen.judgment, seen.answers)


class _Storing:
    """What was read goes into the database, in one transaction."""

    def __init__(self, context: Context, actor: str, reading: _Reading) -> None:
        self._context, self._actor, self._reading = context, actor, reading
        self._duplicates_of_lines = reading.taken.duplicates

    def act(self, connection: Connection) -> None:
        """Store, unless a line contradicts what is stored."""
        taken, reading = self._reading.taken, self._reading
        taken.imported, taken.duplicates = 0, self._duplicates_of_lines
        stored = _stored(connection, reading.seen)
        for task, row in stored.items():
            if fault := self._clash(task, row):
                reading.reject(reading.seen[task].line, [fault])
        taken.duplicates += len(stored)
        taken.otherwise = otherwise(connection, reading.packs, reading.subjects)
        if taken.rejected or reading.how.is_dry_run:
            taken.imported = len(reading.seen) - len(stored)
            return
        keep(connection, self._context.database.stamp(), reading.papers.values())
        begin(connection, reading.packs, reading.subjects)
        self._store(connection, stored)
        detail = {"imported": taken.imported, "gold": reading.how.is_gold}
        auditing.record(connection, self._actor, "tasks.import", "", detail)

    def _clash(self, task: str, row: Row[Any]) -> Fault | None:
        if row.sha256 != self._reading.seen[task].sha256:
            what = message('"{id}" is in the project with other content', id=task)
            return Fault("id", what)
        if row.is_gold != self._reading.how.is_gold:
            if row.is_gold:
                return Fault("id", message('"{id}" is a gold task already', id=task))
            return Fault("id", message('"{id}" is an ordinary task already', id=task))
        known = said_of(row.known) if row.known is not None else None
        differing = _differing(known, self._reading.known[task][1].judgment) if known else []
        if differing:
            what = message(
                '"{id}" is a gold task already, and what is known of it differs in {fields}; to correct '
                "it run: tutorcli server tasks withdraw {id}, and import it under another id",
                id=task,
                fields=", ".join(differing),
            )
            return Fault("id", what)
        return None

    def _store(self, connection: Connection, stored: Mapping[str, object]) -> None:
        last = connection.execute(select(func.max(tasks.c.seq))).scalar() or 0
        for rows in self._reading.spool.batches(_ROWS_AT_ONCE):
            fresh = [row for row in rows if row["id"] not in stored]
            for row in fresh:
                last += 1
                row["seq"] = last
            if fresh:
                connection.execute(insert(tasks), fresh)
            self._reading.taken.imported += len(fresh)
        said = [
            {"task": task, "body": dumps(judgment_to_json(frozen.judgment))}
            for task, (_, frozen) in self._reading.known.items()
            if task not in stored
        ]
        if said:
            connection.execute(insert(golds), said)


def _stored(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Hash, whether it is gold, and what is known, of those tasks that are there already."""
    wanted, found = list(ids), dict[str, Row[Any]]()
    query = select(tasks.c.id, tasks.c.sha256, tasks.c.is_gold, golds.c.body.label("known"))
    query = query.outerjoin(golds, golds.c.task == tasks.c.id)
    for start in range(0, len(wanted), _ROWS_AT_ONCE):
        some = wanted[start : start + _ROWS_AT_ONCE]
        found |= {row.id: row for row in connection.execute(query.where(tasks.c.id.in_(some)))}
    return found


def _differing(known: Judgment, said: Judgment) -> list[str]:
    """What two judgments say otherwise of the answers; who made them and when does not count."""
    members = ("ranking", "accept_line", "verdict", *ROWS)
    return [name for name in members if getattr(known, name) != getattr(said, name)]
