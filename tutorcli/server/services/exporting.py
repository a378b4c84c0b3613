"""Judgments as they leave the server: by the feed, in the words of their tasks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, or_, select

from tutorcli.core.canonical import Json, dumps
from tutorcli.core.judgment import judgment_to_json
from tutorcli.server.context import Context
from tutorcli.server.services.news import standing_rulings
from tutorcli.server.services.reading_back import in_own_words, said_of
from tutorcli.server.storage import last_feed
from tutorcli.server.tables import assignments, judgments, rulings, tasks

AT_ONCE = 500
"""Lines of a page."""
MOST_BYTES = 8 << 20
"""Of a page, unless its one line is longer."""
_TEXTS_AT_ONCE = 50
"""Judgments whose texts, and those of their tasks, are in memory at once."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the feed."""

    lines: tuple[bytes, ...]
    """One JSON object each, with its newline, in the order of the feed."""
    next: int
    """``after`` of the next page."""
    more: bool
    """Whether there is a next page already."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Who reads, as far as it makes a difference."""

    sees_gold: bool = False
    """Judgments of gold tasks tell what is known of them; administrators see them."""


def judgments_after(context: Context, sight: Sight, after: int, limit: int = AT_ONCE) -> Page:
    """The judgments that came after a cursor, and those on which a lead has ruled since.

    Each line has the status of now; the last line of a judgment counts. A reader that keeps `next`
    misses none, however many are being stored meanwhile.

    Args:
        context: The project.
        sight: Who reads.
        after: A feed number; 0 for the beginning.
        limit: How many lines at most, up to `AT_ONCE`; fewer where they come to `MOST_BYTES`.
    """
    limit = max(1, min(limit, AT_ONCE))
    with context.database.read() as connection:
        last = last_feed(connection)
        after = max(0, min(after, last))
        found = sorted(
            [
                *_arrived(connection, sight, after, last, limit),
                *_ruled(connection, sight, after, last, limit),
            ],
            key=lambda row: int(row.at),
        )
        rows = found[:limit]
        lines = _fitting(_lines(connection, rows))
        # What is left out of sight has numbers too; the cursor passes over them.
        is_cut = len(rows) == limit or len(lines) < len(rows)
        until = rows[len(lines) - 1].at if is_cut else last
    return Page(lines, until, until < last)


def _fitting(lines: Iterator[bytes]) -> tuple[bytes, ...]:
    """The first of the lines that fit into a page, at least one."""
    page: list[bytes] = []
    size = 0
    for line in lines:
        size += len(line)
        if page and size > MOST_BYTES:
            break
        page.append(line)
    return tuple(page)


_COLUMNS = (
    *(column for column in judgments.c if column.name != "body"),
    tasks.c.sha256.label("task_sha256"),
    assignments.c.kind,
)


def _arrived(
    connection: Connection, sight: Sight, after: int, last: int, limit: int
) -> Sequence[Row[Any]]:
    query = select(judgments.c.feed.label("at"), *_COLUMNS)
    return connection.execute(_window(query, judgments.c.feed, sight, (after, last), limit)).all()


def _ruled(
    connection: Connection, sight: Sight, after: int, last: int, limit: int
) -> Sequence[Row[Any]]:
    query = select(rulings.c.feed.label("at"), *_COLUMNS).join(
        rulings, (rulings.c.judgment == judgments.c.id) & (judgments.c.is_first == 1)
    )
    return connection.execute(_window(query, rulings.c.feed, sight, (after, last), limit)).all()


def _window(query: Any, feed: Any, sight: Sight, window: tuple[int, int], limit: int) -> Any:
    query = query.outerjoin(tasks, tasks.c.id == judgments.c.task)
    query = query.outerjoin(assignments, assignments.c.id == judgments.c.assignment)
    query = query.where(feed > window[0], feed <= window[1])
    if not sight.sees_gold:
        query = query.where(or_(assignments.c.kind.is_(None), assignments.c.kind != "gold"))
    return query.order_by(feed).limit(limit)


def _lines(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[bytes]:
    standing = standing_rulings(connection, [row.id for row in rows if row.is_first])
    for start in range(0, len(rows), _TEXTS_AT_ONCE):
        some = rows[start : start + _TEXTS_AT_ONCE]
        for row, content in _contents(connection, some):
            yield _line(row, standing, content)


def _contents(
    connection: Connection, rows: Sequence[Row[Any]]
) -> Iterator[tuple[Row[Any], dict[str, Json]]]:
    feeds, ids = [row.feed for row in rows], {row.task for row in rows}
    said = select(judgments.c.feed, judgments.c.body).where(judgments.c.feed.in_(feeds))
    asked = select(tasks.c.id, tasks.c.body).where(tasks.c.id.in_(ids - {None}))
    bodies = {row.feed: row.body for row in connection.execute(said)}
    texts = {row.id: row.body for row in connection.execute(asked)}
    for row in rows:
        yield row, _content(row, bodies.get(row.feed), texts.get(row.task))


def _line(row: Row[Any], standing: Mapping[str, Any], content: dict[str, Json]) -> bytes:
    status, reason = row.status, row.reason
    if row.is_first and row.id in standing:
        status, reason = standing[row.id]
    line = {
        "feed": row.at,
        "status": status,
        "reason": reason,
        "tutor": row.tutor,
        "device": row.device,
        "dseq": row.dseq,
        "sha256": bytes(row.sha256).hex(),
        "received_at": row.received_at,
        "task": row.task,
        "kind": row.kind,
        "judgment": None,
    }
    return _encoded(line | content)


def _content(row: Row[Any], body: str | None, text: str | None) -> dict[str, Json]:
    """The judgment, in its task's words where the task is known; else the text that came."""
    if body is None:
        return {}
    said = said_of(body)
    if said is None:
        return {"raw": body}
    if text is not None:
        said = in_own_words(said, row.task, text, row.task_sha256)
    return {"judgment": judgment_to_json(said)}


def _encoded(line: dict[str, Json]) -> bytes:
    try:
        return orjson.dumps(line) + b"\n"
    except orjson.JSONEncodeError:
        # Whole numbers of more than 64 bits.
        return dumps(line).encode() + b"\n"
