"""Search: in titles as one types, in whole texts on demand."""

import json
from collections.abc import Iterator
from itertools import islice

from tutorcli.core.canonical import dumps
from tutorcli.core.task import Task, task_from_json
from tutorcli.store.closing import CLOSED
from tutorcli.store.connection import Row
from tutorcli.store.db import Queue
from tutorcli.store.paging import Sought, demands
from tutorcli.store.tasks import ANY, Filters, Listed, conditions, listed


def search_titles(
    queue: Queue, words: str, limit: int = 50, filters: Filters = ANY
) -> list[Listed]:
    """Tasks whose titles hold all the words, whatever their case.

    Scans a covering index: some tens of milliseconds with 200,000 tasks; for a thread with a
    `Queue.reader` of its own.
    """
    wanted = words.casefold().split()
    if not wanted:
        return []
    where, values = conditions(queue, filters)
    held = " AND ".join("instr(t.folded, ?) > 0" for _ in wanted)
    rows = queue.rows(
        f"SELECT t.id FROM live_tasks t WHERE {held}{where} LIMIT ?",  # noqa: S608
        [*wanted, *values, limit],
    )
    return listed(queue, [row[0] for row in rows])


def search_bodies(queue: Queue, text: str, limit: int = 50, filters: Filters = ANY) -> list[Listed]:
    """Tasks with ``text`` in what a tutor sees of them, letters in either case.

    Reads every task: seconds with 200,000. What the blind rule hides is not searched, for a hit
    would tell it.
    """
    found = each_holding(queue, text, Sought(filters))
    return listed(queue, [task_id for task_id, _ in islice(found, limit)])


def each_holding(queue: Queue, text: str, sought: Sought) -> Iterator[tuple[str, int]]:
    """Id and number (seq) of each task sought with ``text`` in it, in the order of import."""
    wanted = text.casefold()
    if not wanted:
        return
    for task_id, seq, body in _holding(queue, text, sought):
        if any(wanted in seen.casefold() for seen in _seen(task_from_json(json.loads(body)))):
            yield task_id, seq


def _holding(queue: Queue, text: str, sought: Sought) -> Iterator[Row]:
    """Tasks whose JSON holds ``text``, beside some in which only hidden fields do."""
    where, values = demands(queue, sought)
    if sought.state is not None or sought.disposition is not None:
        # The plus keeps the order of import, in which the texts lie.
        where += f" AND +t.state IN ({', '.join('?' * len(sought.states))})"
        values += sought.states
    sql = (
        f"SELECT t.id, t.seq, b.body FROM live_tasks t JOIN task_bodies b ON b.seq = t.seq"  # noqa: S608
        f" WHERE NOT {CLOSED}{where}"
    )
    # LIKE folds the case of ASCII alone, so it can sort out only what is ASCII or has no case.
    if all(sign.isascii() or sign.lower() == sign.upper() == sign.casefold() for sign in text):
        pattern = dumps(text)[1:-1].replace("^", "^^").replace("%", "^%").replace("_", "^_")
        sql += " AND b.body LIKE ? ESCAPE '^'"
        values.append(f"%{pattern}%")
    yield from queue.each(sql, values)


def _seen(task: Task) -> Iterator[str]:
    yield task.prompt or ""
    yield task.reference or ""
    for turn in task.messages:
        yield from (turn.content, turn.reasoning or "")
    for passage in task.context:
        yield from (passage.title or "", passage.text)
    for criterion in task.rubric:
        yield criterion.criterion
    for answer in task.answers:
        yield from (answer.text, answer.reasoning or "", *answer.steps)
        for turn in answer.turns:
            yield from (turn.content, turn.reasoning or "")
