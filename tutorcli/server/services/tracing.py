"""The tasks that judgments were made of whose assignments a restored server has forgotten.

A judgment has the hash of the task as it was shown, so its task is the one that gives this hash when it
is shown under the assignment's id.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from math import factorial
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from tutorcli.core.blinding import blind
from tutorcli.core.task import Task, task_from_json, task_sha256
from tutorcli.formats.parsing import parsed
from tutorcli.server.context import Context
from tutorcli.server.services.reading_back import said_of
from tutorcli.server.tables import assignments, judgments, tasks

_TASKS_AT_ONCE = 200
_IDS_AT_ONCE = 500
_MOST_TWINS = 8
"""Tasks with the same text that are kept in mind for one judgment."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a judgment tells of the task that it was made of."""

    assignment: str
    sha256: str
    answers: int
    """So many it names; the task has no fewer."""


def origins(context: Context, wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The tasks that judgments of forgotten assignments were made of.

    All tasks are gone through, once for all the judgments.

    Args:
        context: The project.
        wanted: Ids of judgments.

    Returns:
        Of each whose assignment is forgotten, the ids of its tasks: mostly one, several where tasks have
        the same text, none where no task fits, as when the assignment was made up.
    """
    traces: dict[Trace, list[str]] = {}
    found: dict[str, tuple[str, ...]] = {}
    with context.database.read() as connection:
        for row in _forgotten(connection, wanted):
            found[row.id] = ()
            if (trace := trace_of(row)) is not None:
                traces.setdefault(trace, []).append(row.id)
    if not traces:
        return found
    search = _Search(traces)
    for key, body in _texts(context):
        for trace in search.made_of(key, body):
            for judgment in traces[trace]:
                found[judgment] = (*found[judgment], key)[:_MOST_TWINS]
    return found


def _forgotten(connection: Connection, wanted: Iterable[str]) -> Iterator[Any]:
    """Id, assignment and body of those whose assignment nobody has."""
    # PostgreSQL takes no zero character, not even to look for it.
    ids = [key for key in dict.fromkeys(wanted) if "\0" not in key]
    is_known = exists().where(assignments.c.id == judgments.c.assignment)
    query = select(judgments.c.id, judgments.c.assignment, judgments.c.body).where(
        judgments.c.is_first == 1, judgments.c.reason == "unassigned", ~is_known
    )
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        yield from connection.execute(query.where(judgments.c.id.in_(some)))


def trace_of(row: Row[Any]) -> Trace | None:
    """The trace of a stored judgment; None when it cannot be read."""
    said = None if row.body is None else said_of(row.body)
    if said is None:
        return None
    named = {answer for tier in said.ranking for answer in tier}
    return Trace(row.assignment, said.task_sha256, len(named))


def _texts(context: Context) -> Iterator[tuple[str, str]]:
    """Id and body of all tasks whose text is here, in short reads."""
    seq = 0
    query = select(tasks.c.seq, tasks.c.id, tasks.c.body).where(tasks.c.state != "purged")
    query = query.order_by(tasks.c.seq).limit(_TASKS_AT_ONCE)
    while True:
        with context.database.read() as connection:
            rows = connection.execute(query.where(tasks.c.seq > seq)).all()
        if not rows:
            return
        yield from ((row.id, row.body) for row in rows)
        seq = rows[-1].seq


class _Search:
    """Holds tasks against all traces at once."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._traces = tuple(traces)
        self._fewest = min(trace.answers for trace in self._traces)
        self._by_hash: dict[str, list[Trace]] = {}
        for trace in self._traces:
            self._by_hash.setdefault(trace.sha256, []).append(trace)

    def made_of(self, key: str, body: str) -> list[Trace]:
        """The traces that lead to a task."""
        value: Any = parsed(body.encode(), key).value
        count = len(value["answers"])
        if count < self._fewest:
            return []
        task = task_from_json(value)
        # An assignment does no more to a text than to order its answers. Of many assignments, then,
        # few differ, and the rest is settled by looking up the hashes.
        if len(self._traces) <= factorial(count):
            near = self._traces
        else:
            hashes = {task_sha256(shown) for shown in _orders(task)}
            near = tuple(one for key in hashes for one in self._by_hash.get(key, ()))
        return [trace for trace in near if fits(task, trace)]


def _orders(task: Task) -> Iterator[Task]:
    """A task's text in all ways in which it can be shown."""
    for order in permutations(task.answers):
        answers = tuple(replace(one, id=f"a{number}") for number, one in enumerate(order))
        yield replace(task, answers=answers)


def fits(task: Task, trace: Trace) -> bool:
    """Whether a judgment was made of a task."""
    return task_sha256(blind(task, trace.assignment)) == trace.sha256
