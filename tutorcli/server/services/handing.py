"""What leaves the server of a task: its blind body, and the documents that it is judged by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from tutorcli.core.blinding import blind
from tutorcli.core.document import Document
from tutorcli.core.task import task_from_json, task_sha256, task_to_json
from tutorcli.core.wire import Assignment
from tutorcli.formats.parsing import parsed
from tutorcli.server.context import Context
from tutorcli.server.tables import documents, tasks

NO_DUE = "~"
_BODIES_AT_ONCE = 10
"""Texts of tasks that are in memory at once; whoever takes them may stop after the first."""


@dataclass(frozen=True, slots=True)
class Lot:
    """An assignment before its task's text is read; which kind it is stays on the server."""

    id: str
    task: str
    kind: str
    protocol: str
    """Exact ref."""
    priority: int
    due: str
    expires: str
    pack: str | None
    guideline: str | None
    is_open: bool = True

    @property
    def place(self) -> tuple[int, str, str]:
        """Sorts as lots are handed out; the id is random and so is the order within one priority."""
        return (-self.priority, self.due, self.id)

    @property
    def refs(self) -> Iterator[str]:
        """The documents that it is judged by."""
        yield self.protocol
        yield from (ref for ref in (self.pack, self.guideline) if ref is not None)


@dataclass(frozen=True, slots=True)
class Handed:
    """A lot as it leaves the server."""

    lot: Lot
    assignment: Assignment
    sha256: str
    """Hash of the task as it is handed out."""
    size: int
    """Bytes, about."""


def hand_out(connection: Connection, context: Context, lots: Iterable[Lot]) -> Iterator[Handed]:
    """The lots in their order, each with its task's blind text; whoever takes them may stop early."""
    waiting = list(lots)
    for start in range(0, len(waiting), _BODIES_AT_ONCE):
        some = waiting[start : start + _BODIES_AT_ONCE]
        query = select(tasks.c.id, tasks.c.body).where(tasks.c.id.in_([lot.task for lot in some]))
        bodies = {row.id: row.body for row in connection.execute(query)}
        for lot in some:
            yield _handed(context, lot, bodies[lot.task].encode())


def _handed(context: Context, lot: Lot, body: bytes) -> Handed:
    whole = task_from_json(parsed(body, lot.task).value)
    # What differs between tasks of one place would tell them apart; the place's own words stand.
    whole = replace(
        whole,
        protocol=lot.protocol,
        priority=lot.priority,
        due=None if lot.due == NO_DUE else lot.due,
        region=context.project.region,
    )
    shown = blind(whole, lot.id)
    assignment = Assignment(
        lot.id, task_to_json(shown), lot.expires, lot.is_open, lot.pack, lot.guideline
    )
    return Handed(lot, assignment, task_sha256(shown), len(body))


def lacking(
    connection: Connection, refs: Iterable[str], has: Iterable[str]
) -> tuple[Document, ...]:
    """The documents among ``refs`` that are not in ``has``, by ref."""
    wanted = set(refs).difference(has)
    if not wanted:
        return ()
    query = select(documents).where(documents.c.ref.in_(sorted(wanted))).order_by(documents.c.ref)
    return tuple(Document(row.ref, row.kind, row.body) for row in connection.execute(query))
