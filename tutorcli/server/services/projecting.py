"""Figures of judgments, written behind the feed: measures, and how gold tasks were judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tutorcli.core.judgment import Judgment, current, judgment_from_json
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
_REVISIONS = 20
"""Latest revisions of a judgment of a gold task among which the one that stands is looked for."""
_COUNTER = "projected"
_COUNTS = ("accepted", "surplus")
"""Status of judgments whose figures count."""


@dataclass(slots=True)
class _Figures:
    """What is written of some judgments, in place of what stood there of them."""

    judgments: list[str]
    measures: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[str] = field(default_factory=list)
    """The judgments of gold tasks among them, with their other revisions."""
    scores: list[dict[str, Any]] = field(default_factory=list)
    """Of those of the revisions that stand."""


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
        figures = _figures(connection, changed, context.database.stamp())

    def act(connection: Connection) -> int:
        moved = connection.execute(
            update(counters)
            .where(counters.c.name == _COUNTER, counters.c.n == before)
            .values(n=until)
        ).rowcount
        if moved:
            _write(connection, figures)
        return until - before if moved else 0

    return context.database.run(act)


def lag(connection: Connection) -> tuple[int, int]:
    """The feed number up to which figures are written, and the last one that there is."""
    query = select(counters.c.n).where(counters.c.name == _COUNTER)
    return int(connection.execute(query).scalar_one_or_none() or 0), last_feed(connection)


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
            judgments.c.assignment,
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


def _figures(connection: Connection, changed: Sequence[Row[Any]], now: str) -> _Figures:
    figures = _Figures([row.id for row in changed])
    for row in changed:
        if (own := _own(row)) is not None:
            figures.measures += _measures(row, own)
    golden = {(row.assignment, row.tutor): row for row in changed if row.kind == "gold"}
    for row in golden.values():
        revisions = _revisions(connection, row)
        figures.revisions += [one.id for one in revisions]
        figures.scores += _scores(revisions, now)
    return figures


def _own(row: Row[Any]) -> Judgment | None:
    """A judgment in its task's words; None when it does not count, or says nothing readable."""
    if row.status not in _COUNTS or row.body is None or row.task is None:
        return None
    said = said_of(row.body)
    return None if said is None else in_own_words(said, row.task, row.task_body, row.task_sha256)


def _measures(row: Row[Any], own: Judgment) -> Iterator[dict[str, Any]]:
    for one in measures_of(own):
        # PostgreSQL stores no zero character; no criterion, label or answer has one in its name.
        if "\0" not in f"{one.key}{one.ref}":
            key = {"judgment": row.id, "task": row.task, "tutor": row.tutor}
            yield key | {"kind": one.kind, "key": one.key, "ref": one.ref, "value": one.value}


def _revisions(connection: Connection, row: Row[Any]) -> list[Row[Any]]:
    """What the tutor of a judgment has said of its assignment, as it stands now."""
    query = (
        select(judgments.c.id)
        .where(judgments.c.assignment == row.assignment, judgments.c.is_first == 1)
        .where(judgments.c.tutor == row.tutor)
        .order_by(judgments.c.feed.desc())
        .limit(_REVISIONS)
    )
    return _standing(connection, list(connection.execute(query).scalars()))


def _scores(revisions: Sequence[Row[Any]], now: str) -> Iterator[dict[str, Any]]:
    rows = {row.id: row for row in revisions if row.known is not None}
    said = [own for row in rows.values() if (own := _own(row)) is not None]
    for own in current(said).values():
        if own.disposition == "done":
            row = rows[own.id]
            result = score(judgment_from_json(parsed(row.known.encode(), "").value), own)
            yield {
                "judgment": own.id,
                "task": row.task,
                "tutor": row.tutor,
                "matched": result.matched,
                "total": result.total,
                "at": now,
            }


def _write(connection: Connection, figures: _Figures) -> None:
    for table, ids, rows in (
        (measures, figures.judgments, figures.measures),
        (gold_scores, figures.revisions, figures.scores),
    ):
        if ids:
            connection.execute(delete(table).where(table.c.judgment.in_(ids)))
        if rows:
            connection.execute(insert(table), rows)
