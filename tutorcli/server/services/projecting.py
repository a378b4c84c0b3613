"""Figures of judgments, written behind the feed: measures, and how gold tasks were judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tutorcli.core.judgment import Judgment, judgment_from_json
from tutorcli.core.measures import measures as measures_of
from tutorcli.formats.parsing import parsed
from tutorcli.server.context import Context
from tutorcli.server.services.reading_back import in_own_words, said_of
from tutorcli.server.storage import last_feed
from tutorcli.server.tables import (
    assignments,
    counters,
    gold_scores,
    golds,
    judgments,
    measures,
    rulings,
    tasks,
)
from tutorcli.team.gold import score

AT_ONCE = 50
"""Feed numbers that one transaction looks at, about: few, for pushes wait meanwhile."""
_COUNTER = "projected"
_COUNTS = ("accepted", "surplus")
"""Status of judgments whose figures count."""


@dataclass(frozen=True, slots=True)
class _Figures:
    """What is written of one judgment."""

    judgment: str
    task: str
    tutor: str
    rows: tuple[dict[str, Any], ...]
    gold: tuple[int, int] | None
    """Matched and total, where the task is gold."""


def project(context: Context, limit: int = AT_ONCE) -> int:
    """Write the figures of the next judgments in the feed.

    Several workers may do so at once: what one has written the others pass over.

    Returns:
        How far the feed was gone through; 0 when there is nothing new, or another worker was first.
    """
    with context.database.read() as connection:
        before, last = lag(connection)
        if before >= last:
            return 0
        changed, until = _changed(connection, before, last, limit)
        figures = [one for row in changed if (one := _figures(row)) is not None]
    ids = [row.id for row in changed]
    now = context.database.stamp()

    def act(connection: Connection) -> int:
        moved = connection.execute(
            update(counters)
            .where(counters.c.name == _COUNTER, counters.c.n == before)
            .values(n=until)
        ).rowcount
        if moved:
            _write(connection, ids, figures, now)
        return until - before if moved else 0

    return context.database.run(act)


def lag(connection: Connection) -> tuple[int, int]:
    """The feed number up to which figures are written, and the last one that there is."""
    query = select(counters.c.n).where(counters.c.name == _COUNTER)
    return int(connection.execute(query).scalar_one_or_none() or 0), last_feed(connection)


def rebuild(context: Context) -> None:
    """Throw all figures away, so that `project` writes them anew from the judgments."""

    def act(connection: Connection) -> None:
        connection.execute(delete(measures))
        connection.execute(delete(gold_scores))
        connection.execute(update(counters).where(counters.c.name == _COUNTER).values(n=0))

    context.database.run(act)


def _changed(
    connection: Connection, before: int, last: int, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """The judgments that came or were ruled on next, as they stand now, and up to where."""
    until = last
    ids: list[str] = []
    came = select(judgments.c.feed, judgments.c.id.label("judgment")).where(
        judgments.c.is_first == 1
    )
    ruled = select(rulings.c.feed, rulings.c.judgment)
    found = []
    for query, feed in ((came, judgments.c.feed), (ruled, rulings.c.feed)):
        window = query.where(feed > before, feed <= last).order_by(feed).limit(limit)
        rows = connection.execute(window).all()
        found.append(rows)
        if len(rows) == limit:
            until = min(until, rows[-1].feed)
    for rows in found:
        ids += [row.judgment for row in rows if row.feed <= until and row.judgment is not None]
    return _standing(connection, list(dict.fromkeys(ids))), until


def _standing(connection: Connection, ids: Sequence[str]) -> list[Row[Any]]:
    """Judgments with their tasks and what is known of them, by the status that they have now."""
    latest = (
        select(rulings.c.judgment, func.max(rulings.c.feed).label("feed"))
        .where(rulings.c.judgment.in_(ids))
        .group_by(rulings.c.judgment)
        .subquery()
    )
    query = (
        select(
            judgments.c.id,
            judgments.c.tutor,
            judgments.c.body,
            func.coalesce(rulings.c.status, judgments.c.status).label("status"),
            tasks.c.id.label("task"),
            tasks.c.sha256.label("task_sha256"),
            tasks.c.body.label("task_body"),
            assignments.c.kind,
            golds.c.body.label("known"),
        )
        .outerjoin(latest, latest.c.judgment == judgments.c.id)
        .outerjoin(rulings, rulings.c.feed == latest.c.feed)
        .outerjoin(tasks, tasks.c.id == judgments.c.task)
        .outerjoin(assignments, assignments.c.id == judgments.c.assignment)
        .outerjoin(golds, golds.c.task == tasks.c.id)
        .where(judgments.c.id.in_(ids), judgments.c.is_first == 1)
    )
    return list(connection.execute(query))


def _figures(row: Row[Any]) -> _Figures | None:
    """The figures of a judgment; None when it does not count, or says nothing that can be read."""
    if row.status not in _COUNTS or row.body is None or row.task is None:
        return None
    said = said_of(row.body)
    if said is None:
        return None
    own = in_own_words(said, row.task, row.task_body, row.task_sha256)
    rows = tuple(_rows(row, own))
    return _Figures(row.id, row.task, row.tutor, rows, _gold(row, own))


def _rows(row: Row[Any], own: Judgment) -> Iterator[dict[str, Any]]:
    for one in measures_of(own):
        key = {"judgment": row.id, "task": row.task, "tutor": row.tutor}
        yield key | {"kind": one.kind, "key": one.key, "ref": one.ref, "value": one.value}


def _gold(row: Row[Any], own: Judgment) -> tuple[int, int] | None:
    if row.kind != "gold" or row.known is None or own.disposition != "done":
        return None
    known = judgment_from_json(parsed(row.known.encode(), "").value)
    result = score(known, own)
    return result.matched, result.total


def _write(
    connection: Connection, ids: Sequence[str], figures: Sequence[_Figures], now: str
) -> None:
    """Figures of the judgments in place of those that stood there before."""
    if not ids:
        return
    connection.execute(delete(measures).where(measures.c.judgment.in_(ids)))
    connection.execute(delete(gold_scores).where(gold_scores.c.judgment.in_(ids)))
    if rows := [row for one in figures for row in one.rows]:
        connection.execute(insert(measures), rows)
    scores = [
        {
            "judgment": one.judgment,
            "task": one.task,
            "tutor": one.tutor,
            "matched": one.gold[0],
            "total": one.gold[1],
            "at": now,
        }
        for one in figures
        if one.gold is not None
    ]
    if scores:
        connection.execute(insert(gold_scores), scores)
