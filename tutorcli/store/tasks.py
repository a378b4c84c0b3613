"""The tasks of a queue: one by one, and in the order in which they are judged."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from tutorcli.core.canonical import dumps
from tutorcli.core.erasing import erased
from tutorcli.core.task import Task, task_from_json, task_to_json
from tutorcli.store import naming
from tutorcli.store.closing import CLOSED
from tutorcli.store.connection import Row, Value
from tutorcli.store.db import Queue

STATES = ("open", "done", "set-aside", "withdrawn")

Place = tuple[int, str, int]
"""Where a task stands in the queue: priority, due, seq."""

HIDDEN = "(SELECT id FROM imports WHERE published = 0)"
"""The import that runs, or was killed: its rows are not there yet. At most one."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which tasks are wanted; None: any."""

    domain: str | None = None
    language: str | None = None
    """Both as they were typed: `naming.meant` says what they mean."""
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the queue."""

    state: str
    limit: int
    after: Place | None = None


Words = Mapping[naming.Column, Sequence[str]]
"""The words of which a task must have one, for each column that is asked for."""

ANY = Filters()
ALL = -1
"""No limit, to SQLite."""


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task of the queue and what became of it."""

    task: Task
    sha256: str
    state: str
    """open, done, set-aside or withdrawn."""
    disposition: str | None
    """Of this home's current judgment."""
    seq: int
    """Order of import."""
    imported_at: str
    source: str
    """What it was imported from."""
    body: str
    """Canonical JSON, as stored."""
    channel: str = "local"
    """Who lent it: the instance of a server, or ``local``."""
    lease: str | None = None
    """Until when it is lent; UTC, ISO 8601. None when it is not, or its server gave it to others."""
    pack: str | None = None
    """Ref of the pack that the server wants it judged by."""
    guideline: str | None = None
    is_closed: bool = False
    """Whether it holds personal data: `task` and `body` are then without any text."""


_LENT = f"t.channel, t.lease, t.pack, t.guideline, {CLOSED}"
_STORED = f"""
    b.body, t.sha256, t.state, t.disposition, t.seq, i.started_at, i.source, {_LENT}
"""
_EACH = f"""
    SELECT (SELECT body FROM task_bodies WHERE seq = t.seq), t.sha256, t.state, t.disposition, t.seq,
        (SELECT started_at FROM imports WHERE id = t.import_id),
        (SELECT source FROM imports WHERE id = t.import_id), {_LENT}, t.id
    FROM live_tasks t ORDER BY t.id
"""  # noqa: S608
_PARTS = " JOIN task_bodies b ON b.seq = t.seq JOIN imports i ON i.id = t.import_id"


def _stored(row: Row) -> StoredTask:
    body, sha256, state, disposition, seq, imported_at, source, *lent, is_closed = row
    channel, lease, pack, guideline = lent
    task = task_from_json(json.loads(body))
    if is_closed:
        task = erased(task)
        body = dumps(task_to_json(task))
    return StoredTask(
        task=task,
        sha256=sha256,
        state=state,
        disposition=disposition,
        seq=seq,
        imported_at=imported_at,
        source=source,
        body=body,
        channel=channel,
        lease=lease,
        pack=pack,
        guideline=guideline,
        is_closed=bool(is_closed),
    )


def load(queue: Queue, task_id: str) -> StoredTask | None:
    """The task of that id, or None."""
    row = queue.row(
        f"SELECT {_STORED} FROM live_tasks t{_PARTS} WHERE t.id = ?",  # noqa: S608
        (task_id,),
    )
    return _stored(row) if row else None


def load_version(queue: Queue, task_id: str, sha256: str) -> StoredTask | None:
    """The task as it was when its hash was ``sha256``, whether replaced since or not."""
    stored = load(queue, task_id)
    if stored is None or stored.sha256 == sha256:
        return stored
    return next((old for old in versions(queue, task_id) if old.sha256 == sha256), None)


def versions(queue: Queue, task_id: str) -> list[StoredTask]:
    """The texts that the task had before its present one, newest first."""
    rows = queue.rows(
        f"SELECT {_STORED} FROM tasks t{_PARTS}"  # noqa: S608
        f" WHERE t.id = ? AND t.replaced_by IS NOT NULL AND t.replaced_by IS NOT {HIDDEN}"
        " ORDER BY t.seq DESC",
        (task_id,),
    )
    return [_stored(row) for row in rows]


def each_task(queue: Queue) -> Iterator[StoredTask]:
    """All tasks in the order of their ids, read as they are asked for."""
    for *columns, _ in queue.each(_EACH):
        yield _stored(tuple(columns))


def next_open(queue: Queue, filters: Filters = ANY, skip: Collection[str] = ()) -> str | None:
    """The id of the task to judge next: open, greatest priority, soonest due, first imported.

    Args:
        queue: Where to look.
        filters: Which tasks are wanted.
        skip: Ids to leave out.
    """
    return next(iter(upcoming(queue, filters, 1, skip)), None)


def upcoming(
    queue: Queue, filters: Filters = ANY, limit: int = 5, skip: Collection[str] = ()
) -> list[str]:
    """The ids of the next open tasks, at most ``limit``, in the order of `next_open`."""
    left_out = set(skip)
    rows = _ordered(queue, "id", filters, Page("open", limit + len(left_out)))
    return [row[0] for row in rows if row[0] not in left_out][:limit]


def _ordered(queue: Queue, columns: str, filters: Filters, page: Page) -> list[Row]:
    """Columns of the tasks in one state, then priority, due, seq: in the order of those three."""
    meant = _meant(queue, filters)
    if filters.tag is not None:
        sql, start, meanings = _OF_TAG, [filters.tag, page.state], [meant]
    else:
        # One query for each meaning: an index has the tasks of one word in order, not of several.
        sql, start, meanings = _OF_STATE, [page.state], list(_one_by_one(meant))
    after, place = _beyond(page.after)
    names = ", ".join(f"t.{name.strip()}" for name in columns.split(","))
    rows: list[Row] = []
    for words in meanings:
        where, values = _where(words)
        statement = sql.format(columns=names, live=LIVE, where=where + after)
        rows += queue.rows(statement, [*start, *values, *place, page.limit])
    if len(meanings) > 1:
        rows.sort(key=_standing)
    return rows if page.limit == ALL else rows[: page.limit]


def _one_by_one(meant: Words) -> Iterator[Words]:
    for words in product(*meant.values()):
        yield {column: [word] for column, word in zip(meant, words, strict=True)}


def _beyond(after: Place | None) -> tuple[str, list[Value]]:
    if after is None:
        return "", []
    priority, due, seq = after
    return _AFTER, [priority, priority, due, due, seq]


_OF_STATE = """
    SELECT {columns}, t.priority, t.due, t.seq FROM live_tasks t
    WHERE t.state = ?{where} ORDER BY t.priority DESC, t.due, t.seq LIMIT ?
"""
_OF_TAG = """
    SELECT {columns}, g.priority, g.due, g.seq FROM task_tags g
    CROSS JOIN tasks t ON t.seq = g.seq
    WHERE g.tag = ? AND g.state = ? AND {live}{where}
    ORDER BY g.priority DESC, g.due, g.seq LIMIT ?
"""
LIVE = f"(t.replaced_by IS NULL AND t.import_id IS NOT {HIDDEN} OR t.replaced_by = {HIDDEN})"
"""The condition of the view live_tasks, for queries that come to tasks by their seq."""


_AFTER = """
    AND t.priority <= ? AND (t.priority < ? OR t.due > ? OR (t.due = ? AND t.seq > ?))
"""


def conditions(queue: Queue, filters: Filters) -> tuple[str, list[Value]]:
    """What ``filters`` demand, as SQL on ``t`` with its values."""
    where, values = _where(_meant(queue, filters))
    if filters.tag is not None:
        where += " AND EXISTS (SELECT 1 FROM task_tags g WHERE g.seq = t.seq AND g.tag = ?)"
        values.append(filters.tag)
    return where, values


def _meant(queue: Queue, filters: Filters) -> Words:
    wanted: dict[naming.Column, str | None] = {
        "domain": filters.domain,
        "language": filters.language,
    }
    return {
        column: naming.meant(queue, column, word)
        for column, word in wanted.items()
        if word is not None
    }


def _where(meant: Words) -> tuple[str, list[Value]]:
    where = "".join(
        f" AND t.{name} IN ({', '.join('?' * len(words))})" for name, words in meant.items()
    )
    return where, [word for words in meant.values() for word in words]


def counts(queue: Queue, filters: Filters = ANY) -> dict[str, int]:
    """How many tasks are in each of `STATES`."""
    where, values = conditions(queue, replace(filters, tag=None))
    if filters.tag is not None:
        sql, values = _COUNT_OF_TAG, [filters.tag, *values]
    else:
        sql, values = _COUNT, values * 3
    found = dict.fromkeys(STATES, 0)
    for state, number in queue.rows(sql.format(where=where, live=LIVE, hidden=HIDDEN), values):
        found[state] += number
    return found


# All of a state by one index, less those that an import hides: a test for each row costs four times
# as much.
_COUNT = """
    SELECT s.column1,
        (SELECT count(*) FROM tasks t
            WHERE t.state = s.column1 AND t.replaced_by IS NULL{where})
        - (SELECT count(*) FROM tasks t
            WHERE t.import_id = {hidden} AND +t.state = s.column1 AND t.replaced_by IS NULL{where})
        + (SELECT count(*) FROM tasks t
            WHERE t.replaced_by = {hidden} AND t.state = s.column1{where})
    FROM (VALUES ('open'), ('done'), ('set-aside'), ('withdrawn')) s
"""
_COUNT_OF_TAG = """
    SELECT g.state, count(*) FROM task_tags g CROSS JOIN tasks t ON t.seq = g.seq
    WHERE g.tag = ? AND {live}{where} GROUP BY g.state
"""


def newest_import(queue: Queue) -> int | None:
    """The number of the last import that can be seen."""
    row = queue.row("SELECT max(id) FROM imports WHERE published = 1")
    return row[0] if row else None


def protocols_of(queue: Queue, import_id: int) -> list[str]:
    """The protocols that tasks of one import name, sorted; looks at its tasks alone."""
    rows = queue.rows(
        "SELECT DISTINCT protocol FROM tasks WHERE import_id = ? AND protocol IS NOT NULL"
        " AND replaced_by IS NULL ORDER BY 1",
        (import_id,),
    )
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of tasks."""

    id: str
    domain: str
    language: str
    state: str
    disposition: str | None
    answers: int
    title: str
    updated_at: str


_COLUMNS = "id, domain, language, state, disposition, answers, title, updated_at"
_WIDTH = len(_COLUMNS.split(","))


def listing(
    queue: Queue,
    filters: Filters = ANY,
    state: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> list[Listed]:
    """Tasks in the order of the queue: priority, due, order of import.

    Args:
        queue: Where to look.
        filters: Which tasks are wanted.
        state: One of `STATES`; None for all.
        limit: At most so many; None for all.
        after: The id of the last task of the page before; an unknown id lists from the start.
    """
    start = _place(queue, after) if after is not None else None
    most = ALL if limit is None else limit
    rows: list[Row] = []
    for one in STATES if state is None else (state,):
        rows += _ordered(queue, _COLUMNS, filters, Page(one, most, start))
    rows.sort(key=_standing)
    return [Listed(*row[:_WIDTH]) for row in rows[:limit]]


def listed(queue: Queue, ids: Collection[str], filters: Filters = ANY) -> list[Listed]:
    """Those of the tasks named that ``filters`` let through, in the order of the queue."""
    rows = [row for task_id in ids if (row := _one(queue, task_id, filters))]
    return [Listed(*row[:_WIDTH]) for row in sorted(rows, key=_standing)]


def _standing(row: Row) -> tuple[int, str, int]:
    priority, due, seq = row[-3:]
    return (-priority, due, seq)


def _place(queue: Queue, task_id: str) -> Place | None:
    row = queue.row("SELECT priority, due, seq FROM live_tasks WHERE id = ?", (task_id,))
    return (row[0], row[1], row[2]) if row else None


def _one(queue: Queue, task_id: str, filters: Filters) -> Row | None:
    where, values = conditions(queue, filters)
    return queue.row(
        f"SELECT {_COLUMNS}, priority, due, seq FROM live_tasks t WHERE t.id = ?{where}",  # noqa: S608
        [task_id, *values],
    )
