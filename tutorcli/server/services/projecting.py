"""Figures of judgments, written behind the feed: measures, and how gold tasks were judged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tutorcli.core.judgment import Judgment, current, judgment_from_json
from tutorcli.core.measures import measures as measures_of
from tutorcli.core.measures import names
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
    words,
)
from tutorcli.team.gold import score

AT_ONCE = 50
"""Feed numbers that one transaction looks at, about: few, for pushes wait meanwhile."""
_REVISIONS = 20
"""Latest revisions of a judgment of a gold task among which the one that stands is looked for."""
_WORDS_AT_ONCE = 500
_COUNTER = "projected"
_COUNTS = ("accepted", "surplus")
"""Status of judgments whose figures count."""


@dataclass(slots=True)
class _Figures:
    """What is written of some judgments, in place of what stood there of them."""

    judgments: list[int]
    """Feed numbers."""
    counted: list[tuple[int, Judgment, str]] = field(default_factory=list)
    """Those of them that count, by feed number, in their tasks' words, and when they were received."""
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
            judgments.c.feed,
            judgments.c.received_at,
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
    figures = _Figures([row.feed for row in changed])
    for row in changed:
        if (own := _own(row)) is not None:
            figures.counted.append((row.feed, own, row.received_at))
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
    if figures.judgments:
        stale = measures.c.judgment.in_(figures.judgments)
        connection.execute(delete(measures).where(stale))
    if figures.revisions:
        connection.execute(delete(gold_scores).where(gold_scores.c.judgment.in_(figures.revisions)))
    codes = _codes(connection, {name for _, own, _ in figures.counted for name in names(own)})
    rows = [
        {"kind": int(kind), "judgment": feed, "rows": packed}
        for feed, own, at in figures.counted
        for kind, packed in measures_of(own, codes.__getitem__, at).items()
    ]
    for table, found in ((measures, rows), (gold_scores, figures.scores)):
        if found:
            connection.execute(insert(table), found)


def _codes(connection: Connection, wanted: Iterable[str]) -> Mapping[str, int]:
    """The code of each word; new words are written down.

    Only who has moved the counter comes here, so no two workers give out the same code.
    """
    found = sorted(wanted)
    known: dict[str, int] = {}
    for start in range(0, len(found), _WORDS_AT_ONCE):
        query = select(words).where(words.c.word.in_(found[start : start + _WORDS_AT_ONCE]))
        known |= {row.word: row.code for row in connection.execute(query)}
    if fresh := [word for word in found if word not in known]:
        last = connection.execute(select(func.max(words.c.code))).scalar() or 0
        given = {word: code for code, word in enumerate(fresh, last + 1)}
        rows = [{"code": code, "word": word} for word, code in given.items()]
        connection.execute(insert(words), rows)
        known |= given
    return known
