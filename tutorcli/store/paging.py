"""The queue in either direction, a stretch at a time: for a list that holds all of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from tutorcli.store.connection import Row, Value
from tutorcli.store.db import Queue
from tutorcli.store.tasks import ANY, LIVE, STATES, Filters, Listed, Place, conditions

HELD = 1000
"""Tasks found by a search that are listed at once; beyond it they are read a stretch at a time."""
MOST = 6000
"""Numbers of tasks that a search holds: where more match, a stretch of the queue has enough of them."""

_COLUMNS = (
    *("t.id", "t.domain", "t.language", "t.state", "t.disposition", "t.answers"),
    *("t.title", "t.updated_at"),
)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which tasks a list holds; None and nothing: any. Words are those of stored tasks, exactly."""

    filters: Filters = ANY
    """Those with which the program was started, as they were typed."""
    state: str | None = None
    domain: str | None = None
    language: str | None = None
    disposition: str | None = None
    words: tuple[str, ...] = ()
    """Casefolded: what a title holds, all of it."""
    seqs: tuple[int, ...] | None = None
    """Their numbers."""

    @property
    def states(self) -> Sequence[str]:
        """The states in which such tasks can be."""
        if self.disposition is not None:
            return [state for state in ("set-aside",) if self.state in {None, state}]
        return STATES if self.state is None else (self.state,)

    def beside(self, kind: str) -> Self:
        """Without a search and what is sought of one kind: state, domain, language, disposition."""
        changes: dict[str, Any] = {"words": (), "seqs": None, kind: None}
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Placed:
    """A task of a list, and where in the queue it stands."""

    task: Listed
    place: Place


def demands(queue: Queue, sought: Sought) -> tuple[str, list[Value]]:
    """What is demanded beside the state, as SQL on ``t`` with its values."""
    where, values = conditions(queue, sought.filters)
    for column in ("domain", "language", "disposition"):
        if (word := getattr(sought, column)) is not None:
            where += f" AND t.{column} = ?"
            values.append(word)
    if sought.seqs is not None:
        # The plus keeps the order of the queue: each number is looked up in what an index gives.
        where += " AND +t.seq IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(sought.seqs))
    held, patterns = holding(sought.words)
    return where + held, [*values, *patterns]


def holding(words: Sequence[str]) -> tuple[str, list[Value]]:
    """That the title holds all the words, as SQL on ``t`` with its values.

    GLOB leaps from one first letter to the next: half of what instr() takes.
    """
    # The last word first: while one types, the words before it have found much already.
    return " AND t.folded GLOB ?" * len(words), [_pattern(word) for word in reversed(words)]


def _pattern(word: str) -> str:
    return "*" + "".join(f"[{sign}]" if sign in "*?[" else sign for sign in word) + "*"


def stretch(
    queue: Queue, sought: Sought, limit: int, beside: Place | None = None, *, back: bool = False
) -> list[Placed]:
    """So many tasks in the order of the queue.

    Args:
        queue: Where to look.
        sought: Which tasks.
        limit: At most so many.
        beside: The place that they follow; None: the beginning, or the end when going back.
        back: The tasks before that place instead, the nearest ones; still in the queue's order.
    """
    found = [
        item
        for state in sought.states
        for item in _of_state(queue, replace(sought, state=state), limit, beside, back=back)
    ]
    found.sort(key=standing, reverse=back)
    nearest = found[:limit]
    return nearest[::-1] if back else nearest


def standing(item: Placed) -> Place:
    """What sorts tasks in the order of the queue."""
    priority, due, seq = item.place
    return -priority, due, seq


def _of_state(
    queue: Queue, sought: Sought, limit: int, beside: Place | None, *, back: bool
) -> Iterator[Placed]:
    where, values = demands(queue, replace(sought, filters=replace(sought.filters, tag=None)))
    tag, first = sought.filters.tag, "t"
    source, start = "live_tasks t WHERE t.state = ?", [sought.state]
    if tag is not None:
        source, first, start = _OF_TAG, "g", [tag, sought.state]
    names = ", ".join((*_COLUMNS, *(f"{first}.{name}" for name in ("priority", "due", "seq"))))
    order = (_BACKWARDS if back else _ONWARDS).format(first)
    for span, place in _spans(first, beside, back=back):
        sql = f"SELECT {names} FROM {source}{where}{span} ORDER BY {order} LIMIT ?"  # noqa: S608
        rows = queue.rows(sql, [*start, *values, *place, limit])
        yield from map(_placed, rows)
        limit -= len(rows)
        if limit <= 0:
            return


_OF_TAG = f"""
    task_tags g CROSS JOIN tasks t ON t.seq = g.seq WHERE g.tag = ? AND g.state = ? AND {LIVE}
"""
_ONWARDS = "{0}.priority DESC, {0}.due, {0}.seq"
_BACKWARDS = "{0}.priority, {0}.due DESC, {0}.seq DESC"


def _spans(name: str, beside: Place | None, *, back: bool) -> Iterator[tuple[str, list[Value]]]:
    """What lies beyond a place, nearest first, each found in the index without a step aside."""
    if beside is None:
        yield "", []
        return
    (priority, due, seq), sign = beside, "<" if back else ">"
    same = f" AND {name}.priority = ?"
    yield f"{same} AND {name}.due = ? AND {name}.seq {sign} ?", [priority, due, seq]
    yield f"{same} AND {name}.due {sign} ?", [priority, due]
    yield f" AND {name}.priority {'>' if back else '<'} ?", [priority]


def _placed(row: Row) -> Placed:
    *columns, priority, due, seq = row
    return Placed(Listed(*columns), (priority, due, seq))


def titled(
    queue: Queue, words: Sequence[str], among: Sequence[int] | None = None
) -> list[int] | None:
    """The numbers (seq) of tasks whose titles hold all the words; None: of more than `MOST`.

    Scans a covering index in one statement, without coming back to Python: 20 to 40 ms with 200,000
    tasks, for a thread with a `Queue.reader` of its own.

    Args:
        queue: Where to look.
        words: Casefolded.
        among: Look at these numbers alone.
    """
    where, values = holding(words)
    if among is not None:
        where += " AND t.seq IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(among))
    sql = f"SELECT count(*), group_concat(seq) FROM (SELECT t.seq FROM live_tasks t WHERE 1{where} LIMIT ?)"  # noqa: S608
    count, joined = queue.row(sql, [*values, MOST + 1]) or (0, None)
    if count > MOST:
        return None
    return [int(part) for part in joined.split(",")] if count else []


def place_of(queue: Queue, task_id: str, sought: Sought) -> Place | None:
    """Where a task stands, if it is one of those sought."""
    found = numbered(queue, named(queue, task_id), sought)
    return found[0].place if found else None


def numbered(queue: Queue, seqs: Sequence[int], sought: Sought) -> list[Placed]:
    """Those of the tasks of these numbers that are sought, in the order of the queue."""
    where, values = demands(queue, sought)
    states = sought.states
    sql = (
        f"SELECT {', '.join(_COLUMNS)}, t.priority, t.due, t.seq"  # noqa: S608
        " FROM json_each(?) k CROSS JOIN tasks t ON t.seq = k.value"
        f" WHERE {LIVE} AND t.state IN ({', '.join('?' * len(states))}){where}"
    )
    rows = queue.rows(sql, [json.dumps(list(seqs)), *states, *values])
    return sorted(map(_placed, rows), key=standing)


def named(queue: Queue, task_id: str, *, begins: bool = False) -> list[int]:
    """The number of the task of that id; with ``begins`` those of fifty whose ids begin so."""
    if not begins:
        rows = queue.rows("SELECT seq FROM live_tasks WHERE id = ?", (task_id,))
    else:
        # Greater than whatever goes on after these characters.
        beyond = task_id + "\U0010ffff"
        sql = "SELECT seq, id FROM live_tasks WHERE id >= ? AND id < ? ORDER BY id LIMIT 50"
        rows = queue.rows(sql, (task_id, beyond))
    return [row[0] for row in rows]
