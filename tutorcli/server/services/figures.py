"""How a project stands: counts for leads."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from tutorcli.server.context import Context
from tutorcli.server.services.projecting import lag
from tutorcli.server.tables import assignments, gold_scores, judgments, rulings, tasks


def figures(context: Context) -> dict[str, Any]:
    """Counts of tasks, assignments and judgments, results on gold tasks, and how current they are.

    Returns:
        A JSON object. ``gold`` has, for each tutor, the judgments scored and the known figures
        matched out of ``total``; ``projector.lag`` is how many feed numbers these are behind.
    """
    with context.database.read() as connection:
        projected, last = lag(connection)
        return {
            "project": context.project.name,
            "tasks": _tasks(connection),
            "assignments": (lent := _assignments(connection)),
            "repeats": sum(row["n"] for row in lent if row["kind"] == "repeat"),
            "judgments": _judgments(connection),
            "gold": _gold(connection),
            "projector": {"feed": last, "projected": projected, "lag": last - projected},
        }


def _tasks(connection: Connection) -> list[dict[str, Any]]:
    known = tasks.c
    query = (
        select(
            known.state,
            known.domain,
            known.language,
            func.count().label("tasks"),
            func.sum(known.overlap).label("places"),
            func.sum(known.free).label("free"),
        )
        .where(known.is_gold == 0)
        .group_by(known.state, known.domain, known.language)
        .order_by(known.domain, known.language, known.state)
    )
    return _objects(connection, query, numbers=("tasks", "places", "free"))


def _assignments(connection: Connection) -> list[dict[str, Any]]:
    known = assignments.c
    query = (
        select(known.kind, known.state, func.count().label("n"))
        .group_by(known.kind, known.state)
        .order_by(known.kind, known.state)
    )
    return _objects(connection, query, numbers=("n",))


def _judgments(connection: Connection) -> dict[str, int]:
    """Judgments by the status that they have now."""
    arrived = select(judgments.c.status, func.count()).group_by(judgments.c.status)
    counts = {status: int(n) for status, n in connection.execute(arrived)}
    for before, now, n in connection.execute(_moved()):
        counts[before] -= n
        counts[now] = counts.get(now, 0) + n
    return dict(sorted(counts.items()))


def _moved() -> Any:
    """How many judgments have another status by the last ruling than at arrival."""
    latest = select(func.max(rulings.c.feed).label("feed")).group_by(rulings.c.judgment).subquery()
    return (
        select(judgments.c.status, rulings.c.status, func.count())
        .join(latest, latest.c.feed == rulings.c.feed)
        .join(judgments, (judgments.c.id == rulings.c.judgment) & (judgments.c.is_first == 1))
        .group_by(judgments.c.status, rulings.c.status)
    )


def _gold(connection: Connection) -> list[dict[str, Any]]:
    known = gold_scores.c
    query = (
        select(
            known.tutor,
            func.count().label("n"),
            func.sum(known.matched).label("matched"),
            func.sum(known.total).label("total"),
        )
        .group_by(known.tutor)
        .order_by(known.tutor)
    )
    return _objects(connection, query, numbers=("n", "matched", "total"))


def _objects(connection: Connection, query: Any, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as JSON objects; sums are integers on every database."""
    return [
        {key: int(value) if key in numbers else value for key, value in row.items()}
        for row in connection.execute(query).mappings()
    ]
