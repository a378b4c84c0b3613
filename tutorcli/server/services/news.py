"""What a home has not heard of yet: outcomes, what was taken back, work from other machines."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, select

from tutorcli.core.wire import Mine, Outcome, PullRequest, Status, Withdrawn
from tutorcli.server.context import Context
from tutorcli.server.services.handing import Handed, Lot, hand_out
from tutorcli.server.services.holding import LOT, lot_of
from tutorcli.server.storage import last_feed
from tutorcli.server.tables import assignments, judgments, rulings, tasks

ROWS_AT_ONCE = 2000
"""Judgments and rulings that one reply looks at."""


_ELSEWHERE = (judgments.c.device != bindparam("device")) & judgments.c.assignment.is_not(None)
_ARRIVED = (
    select(
        judgments.c.feed,
        judgments.c.id,
        judgments.c.status,
        judgments.c.reason,
        judgments.c.device,
        judgments.c.dseq,
        judgments.c.sha256,
        judgments.c.assignment,
        # Not the bodies themselves: of thousands few may fit.
        case((_ELSEWHERE, func.length(judgments.c.body))).label("size"),
    )
    .where(judgments.c.tutor == bindparam("tutor"))
    .where(judgments.c.feed > bindparam("after"), judgments.c.feed <= bindparam("last"))
    .where(judgments.c.is_first == 1, judgments.c.id.is_not(None))
    .order_by(judgments.c.feed)
    .limit(bindparam("count"))
)
_RULED = (
    select(rulings.c.feed, rulings.c.judgment)
    .where(rulings.c.tutor == bindparam("tutor"))
    .where(rulings.c.feed > bindparam("after"), rulings.c.feed <= bindparam("last"))
    .order_by(rulings.c.feed)
    .limit(bindparam("count"))
)
_NOTICES = (
    select(assignments.c.id, tasks.c.state)
    .join(tasks, tasks.c.id == assignments.c.task)
    .where(assignments.c.tutor == bindparam("tutor"))
    .where(assignments.c.notice > bindparam("after"), assignments.c.notice <= bindparam("last"))
    .order_by(assignments.c.notice, assignments.c.id)
)
"""Made once: building a statement takes longer than running one that finds nothing."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened after a cursor, complete up to `until`."""

    outcomes: tuple[Outcome, ...]
    withdrawn: tuple[Withdrawn, ...]
    mine: tuple[Mine, ...]
    handed: tuple[Handed, ...]
    """The tasks of `mine`."""
    until: int
    last: int
    """The last feed number there is; news is whole when `until` has reached it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose news are asked for, and how much of it fits."""

    context: Context
    tutor: str
    request: PullRequest
    """Names the home and its cursor."""
    known: Collection[str]
    """Assignments whose tasks the home has, or gets in the same reply."""
    budget: int
    """About how many bytes the work from other machines may take; one judgment comes at least."""


def news(connection: Connection, asked: Asked) -> News:
    """What a home has not heard of."""
    # The counter first: whatever has a number up to it is committed and is seen by what follows.
    last = last_feed(connection)
    after = max(0, min(asked.request.after, last))
    if after == last:
        return News((), (), (), (), last, last)
    arrived = _arrived(connection, asked, after, last)
    ruled = _ruled(connection, asked.tutor, after, last)
    until = min(_end(arrived, last), _end(ruled, last))
    arrived = [row for row in arrived if row.feed <= until]
    work = _mine(connection, asked, arrived, until)
    return News(
        _outcomes(connection, arrived, ruled, work.until),
        _notices(connection, asked.tutor, after, work.until),
        tuple(work.mine),
        tuple(work.handed.values()),
        work.until,
        last,
    )


def _arrived(connection: Connection, asked: Asked, after: int, last: int) -> list[Row[Any]]:
    window = {"tutor": asked.tutor, "after": after, "last": last, "count": ROWS_AT_ONCE}
    return list(connection.execute(_ARRIVED, window | {"device": asked.request.device}))


def _ruled(connection: Connection, tutor: str, after: int, last: int) -> list[Row[Any]]:
    window = {"tutor": tutor, "after": after, "last": last, "count": ROWS_AT_ONCE}
    return list(connection.execute(_RULED, window))


def _end(rows: Sequence[Row[Any]], last: int) -> int:
    """Up to where rows are complete."""
    return int(rows[-1].feed) if len(rows) == ROWS_AT_ONCE else last


def _outcomes(
    connection: Connection, arrived: Sequence[Row[Any]], ruled: Sequence[Row[Any]], until: int
) -> tuple[Outcome, ...]:
    at_first = {row.id: (row.status, row.reason) for row in arrived if row.feed <= until}
    changed = [row.judgment for row in ruled if row.feed <= until]
    now = {**at_first, **standing_rulings(connection, [*at_first, *changed])}
    return tuple(Outcome(key, status, reason) for key, (status, reason) in now.items())


def standing_rulings(
    connection: Connection, ids: Iterable[str]
) -> dict[str, tuple[Status, str | None]]:
    """The last ruling of each of some judgments that has any: status and reason."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    query = select(rulings.c.judgment, rulings.c.status, rulings.c.reason)
    query = query.where(rulings.c.judgment.in_(wanted)).order_by(rulings.c.feed)
    return {row.judgment: (row.status, row.reason) for row in connection.execute(query)}


def _notices(connection: Connection, tutor: str, after: int, until: int) -> tuple[Withdrawn, ...]:
    window = {"tutor": tutor, "after": after, "last": until}
    return tuple(
        Withdrawn(row.id, "purged" if row.state == "purged" else "withdrawn")
        for row in connection.execute(_NOTICES, window)
    )


@dataclass(slots=True)
class _Work:
    """What a tutor did on other machines."""

    until: int
    mine: list[Mine] = field(default_factory=list)
    handed: dict[str, Handed] = field(default_factory=dict)
    """Its tasks, by assignment."""


def _mine(connection: Connection, asked: Asked, arrived: Sequence[Row[Any]], until: int) -> _Work:
    """Work on other machines with its tasks, cut where the budget ends."""
    rows = [row for row in arrived if row.size is not None]
    rows, is_cut = _fitting(rows, asked.budget)
    work = _Work(rows[-1].feed if is_cut else until)
    lots = _lots(connection, asked.tutor, {row.assignment for row in rows})
    lacked = [lot for lot in lots.values() if lot.id not in asked.known]
    tasks_of = {one.lot.id: one for one in hand_out(connection, asked.context, lacked)}
    bodies = _bodies(connection, rows)
    spent = 0
    for row in rows:
        # Either may have been purged a moment ago.
        if row.assignment not in lots or row.feed not in bodies:
            continue
        task = tasks_of.get(row.assignment)
        if row.assignment in work.handed:
            task = None
        spent += row.size + (task.size if task else 0)
        if work.mine and spent > asked.budget:
            work.until = row.feed - 1
            break
        work.mine.append(Mine(row.device, row.dseq, bytes(row.sha256).hex(), bodies[row.feed]))
        if task:
            work.handed[row.assignment] = task
    return work


def _fitting(rows: list[Row[Any]], budget: int) -> tuple[list[Row[Any]], bool]:
    """The first of the rows whose bodies fit, at least one; and whether any were left out."""
    spent = 0
    for number, row in enumerate(rows):
        spent += row.size
        if number and (spent > budget or number == _TASKS_AT_ONCE):
            return rows[:number], True
    return rows, False


_TASKS_AT_ONCE = 200


def _bodies(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, str]:
    """The texts of judgments, by feed number."""
    query = select(judgments.c.feed, judgments.c.body)
    query = query.where(judgments.c.feed.in_([row.feed for row in rows]))
    query = query.where(judgments.c.body.is_not(None))
    return {row.feed: row.body for row in connection.execute(query)}


def _lots(connection: Connection, tutor: str, ids: set[str]) -> dict[str, Lot]:
    """The tutor's assignments among some, but those whose text was purged."""
    if not ids:
        return {}
    query = select(*LOT).join(tasks, tasks.c.id == assignments.c.task)
    query = query.where(assignments.c.id.in_(sorted(ids)), assignments.c.tutor == tutor)
    query = query.where(tasks.c.state != "purged")
    return {row.id: lot_of(row) for row in connection.execute(query)}
