"""Leases: how long a task is lent, and how its place comes back."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, select, text, update

from tutorcli.server.context import Context
from tutorcli.server.tables import assignments, tasks

AT_ONCE = 200
"""Leases that are given back in one transaction."""

_OPEN = text("assignments.state = 'open'")
"""Written out: a partial index is used only where its condition stands in the statement."""


def lease_end(context: Context) -> str:
    """Until when a task is lent that is handed out now."""
    return context.database.stamp(days=context.project.lease_days)


def renewal_line(context: Context) -> str:
    """Leases that end before this have less than half left, and are prolonged when asked for."""
    return context.database.stamp(days=context.project.lease_days / 2)


def has_lapsed(connection: Connection, context: Context, but: str) -> bool:
    """Whether a lease of anyone but ``but`` has run out and waits to be given back."""
    query = select(assignments.c.id).where(*_lapsed(context), assignments.c.tutor != but)
    return connection.execute(query.limit(1)).first() is not None


def give_back(context: Context, but: str | None = None, limit: int = AT_ONCE) -> int:
    """Take back leases that have run out, so that others get the tasks.

    Whoever has the task still may judge it: late work is kept.

    Args:
        context: The project.
        but: A tutor who is asking just now, and whose leases are prolonged instead.
        limit: How many at most, for short transactions.

    Returns:
        How many were taken back; as many as ``limit`` means that there may be more.
    """

    def act(connection: Connection) -> int:
        query = select(assignments.c.id, assignments.c.task, assignments.c.kind)
        query = query.where(*_lapsed(context)).limit(limit)
        if but is not None:
            query = query.where(assignments.c.tutor != but)
        rows = connection.execute(query.with_for_update(skip_locked=True)).all()
        if not rows:
            return 0
        ids = [row.id for row in rows]
        connection.execute(
            update(assignments).where(assignments.c.id.in_(ids)).values(state="expired")
        )
        free_places(connection, (row.task for row in rows if row.kind == "label"))
        return len(rows)

    return context.database.run(act)


def _lapsed(context: Context) -> tuple[ColumnElement[bool], ...]:
    return (_OPEN, assignments.c.expires_at < context.database.stamp())  # type: ignore[return-value]


def free_places(connection: Connection, given_back: Iterable[str]) -> None:
    """Count up the free places of tasks: one for each time that a task is named."""
    by_count: dict[int, list[str]] = {}
    for task, count in Counter(given_back).items():
        by_count.setdefault(count, []).append(task)
    for count, ids in by_count.items():
        connection.execute(
            update(tasks).where(tasks.c.id.in_(sorted(ids))).values(free=tasks.c.free + count)
        )


def take_places(
    connection: Connection, wanted: Iterable[str], *, even_withdrawn: bool = False
) -> set[str]:
    """Take one place of each task that has one free.

    Args:
        connection: Of a write transaction.
        wanted: Ids of tasks.
        even_withdrawn: Whether a task counts that is handed out no more.

    Returns:
        The tasks of which a place was taken.
    """
    ids = sorted(set(wanted))
    if not ids:
        return set()
    statement = update(tasks).where(tasks.c.id.in_(ids), tasks.c.free > 0)
    if not even_withdrawn:
        statement = statement.where(tasks.c.state == "open")
    taken = statement.values(free=tasks.c.free - 1).returning(tasks.c.id)
    return set(connection.execute(taken).scalars())
