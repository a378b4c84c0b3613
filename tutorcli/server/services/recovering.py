"""Assignments that a restored server has forgotten, made again for the work that was done on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tutorcli.core.task import Task, task_from_json
from tutorcli.formats.parsing import parsed
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services.tracing import fits, trace_of
from tutorcli.server.tables import assignments, judgments, subjects, tasks


@dataclass(frozen=True, slots=True)
class _Seat:
    """How an assignment can stand beside those of its task that its tutor has by now."""

    task: Row[Any]
    kind: str
    spare: str | None = None
    """An assignment of the same task, handed out since the restore and not judged: that one goes."""

    @property
    def is_first_choice(self) -> bool:
        """Whether it is no second judgment of what its tutor has judged already."""
        return self.kind != "repeat"


def recover(
    connection: Connection, context: Context, row: Row[Any], candidates: Sequence[str]
) -> None:
    """Make the assignment of a judgment again; whether it gets a place is not decided here.

    Nothing is made where the assignment is someone else's.

    Args:
        connection: Of a write transaction.
        context: The project.
        row: The judgment.
        candidates: Its tasks, as `origins` found them.

    Raises:
        Rejected: conflict: no task fits, or the judgment has no room beside others of its tutor.
    """
    known = select(assignments.c.id).where(assignments.c.id == row.assignment)
    if connection.execute(known).first() is not None:
        return
    trace = trace_of(row)
    query = select(tasks).where(tasks.c.id.in_(candidates), tasks.c.state != "purged")
    fitting = [
        task
        for task in connection.execute(query.order_by(tasks.c.seq))
        # It may have been purged since it was found.
        if trace is not None and fits(_task(task), trace)
    ]
    if trace is None or not fitting:
        raise Rejected(
            "conflict", f"judgment {row.id}: no task here is the one that it was made of"
        )
    seats = [one for task in fitting if (one := _seat(connection, row.tutor, task)) is not None]
    if not seats:
        why = "its tutor has judged its task under other assignments"
        raise Rejected("conflict", f"judgment {row.id}: {why}")
    best = next((one for one in seats if one.is_first_choice), seats[0])
    _make(connection, context, row, best, trace.sha256)


def _task(row: Row[Any]) -> Task:
    return task_from_json(parsed(row.body.encode(), row.id).value)


def _seat(connection: Connection, tutor: str, task: Row[Any]) -> _Seat | None:
    own = (
        select(assignments.c.id, assignments.c.kind)
        .where(assignments.c.task == task.id, assignments.c.tutor == tutor)
        .order_by(assignments.c.id)
        .with_for_update()
    )
    # A task is assigned to a tutor once, and once more as a repeat.
    there = {row.kind: row.id for row in connection.execute(own)}
    query = select(judgments.c.assignment).where(judgments.c.assignment.in_(list(there.values())))
    judged = set(connection.execute(query.distinct()).scalars()) if there else set()
    kinds = ("gold",) if task.is_gold else ("label", "repeat")
    for kind in kinds:
        if kind not in there:
            return _Seat(task, kind)
        if there[kind] not in judged:
            return _Seat(task, kind, there[kind])
    return None


def _make(
    connection: Connection, context: Context, row: Row[Any], seat: _Seat, sha256: str
) -> None:
    if seat.spare is not None:
        # Its place comes along. Its tutor's home learns that it is gone, for nobody knows it any more.
        spare = update(assignments).where(assignments.c.id == seat.spare)
        connection.execute(spare.values(id=row.assignment, sha256=sha256, notice=None))
        return
    task, now = seat.task, context.database.stamp()
    # What it was judged by stands in the judgment; documents of that time may be unknown here.
    query = select(subjects.c.pack, subjects.c.guideline).where(
        subjects.c.domain == task.domain, subjects.c.language == task.language
    )
    by = connection.execute(query).one_or_none()
    connection.execute(
        insert(assignments).values(
            id=row.assignment,
            task=task.id,
            tutor=row.tutor,
            kind=seat.kind,
            state="expired",
            priority=task.priority,
            due=task.due,
            sha256=sha256,
            pack=by.pack if by else None,
            guideline=by.guideline if by else None,
            granted_at=now,
            expires_at=now,
        )
    )


def connect(connection: Connection, assignment: str, task: str) -> None:
    """Tell all judgments of an assignment their task, that came while it was forgotten."""
    unknown = update(judgments).where(
        judgments.c.assignment == assignment, judgments.c.task.is_(None)
    )
    connection.execute(unknown.values(task=task))
