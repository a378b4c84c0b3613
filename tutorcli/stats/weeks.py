"""How work and agreement go from week to week."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from tutorcli.core.measures import MISSING, Kind
from tutorcli.stats.agreement import COEFFICIENTS
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.bootstrap import Estimator, Sampling
from tutorcli.stats.coding import all_preferences, unit_of
from tutorcli.stats.coding import ratings as ratings_of
from tutorcli.stats.distinct import distinct
from tutorcli.stats.drift import by_week, drift, week_of_tasks
from tutorcli.stats.figure import NO_TIME, Basis, count
from tutorcli.stats.parts import Part, Parts, Scope
from tutorcli.stats.patterns import basis_of, patterns_of
from tutorcli.stats.rates import quantiles_of
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.report import Line
from tutorcli.stats.table import Table

_Build = Callable[[Part], Ratings]
_DAY_MS = 24 * 60 * 60 * 1000


def weekly(table: Table, sampling: Sampling) -> Iterator[Line]:
    """Of each ISO week what was judged, how long it took and how far tutors agreed; then the drift.

    The drift is the figure of the later half of the tasks less that of the earlier half.
    """
    week = _weeks(table.at)
    done = table.is_done & ~table.is_known
    for one in np.unique(week[done & (week >= 0)]).tolist():
        chosen = np.flatnonzero(done & (week == one))
        yield Line("work", _scope(one), count("judged", len(chosen)))
        tutors = len(np.unique(table.tutor[chosen]))
        yield Line("work", _scope(one), count("tutors_at_work", tutors))
        active = table.active_ms[chosen]
        for found in quantiles_of("active_s", active[active != MISSING] / 1000, why=NO_TIME):
            yield Line("work", _scope(one), found)
    parts = Parts(table)
    (compared,) = parts.each((Kind.RANK, Kind.STRENGTH))
    (given,) = parts.each((Kind.RATING,))
    told: list[tuple[str, Scope, str, Part, _Build]] = [
        ("pairs", {}, name, compared, all_preferences) for name in ("percent", "alpha_ordinal")
    ]
    told += [
        ("ratings", {"criterion": criterion}, "alpha_ordinal", part, _of_answers)
        for criterion, part in _each_criterion(given)
    ]
    judged = given.judgments
    of_task = week_of_tasks(table.task[judged], week[judged], len(table.task_keys))
    for kind, scope, name, part, build in told:
        if not len(build(part).unit):
            continue
        figures = _part(part, build, name)
        for one, found in by_week(name, figures, of_task, sampling).items():
            yield Line(kind, {**scope, **_scope(one)}, found)
        yield Line(kind, scope, drift(f"{name}_drift", figures, of_task, sampling))


def _part(part: Part, build: _Build, name: str) -> Callable[[Bools], tuple[Estimator, Basis]]:
    """The figure of some tasks of the table."""

    def figure_of(chosen: Bools) -> tuple[Estimator, Basis]:
        ratings = build(part.of(chosen[part.table.task]))
        return COEFFICIENTS[name](patterns_of(ratings)), basis_of(ratings)

    return figure_of


def _each_criterion(part: Part) -> Iterator[tuple[str, Part]]:
    """Each criterion by name with its ratings alone."""
    rows = part.rows(Kind.RATING)
    rows = rows.where(rows.value != MISSING)
    for key in distinct(rows.key).tolist():
        own = {Kind.RATING: rows.where(rows.key == key)}
        yield part.table.words[key], Part(part.table, part.scope, part.judgments, own)


def _of_answers(part: Part) -> Ratings:
    rows = part.rows(Kind.RATING)
    unit = unit_of(part.table, rows.judgment, rows.ref)
    return ratings_of(part.table, rows.judgment, unit, rows.value)


def _weeks(at: Ints) -> Ints:
    """Weeks since that of 1970-01-01, which began on Monday, the 29th of December; -1: unknown."""
    return np.where(at == MISSING, -1, (at // _DAY_MS + 3) // 7)


def _scope(week: int) -> Scope:
    monday = datetime(1969, 12, 29, tzinfo=UTC) + timedelta(weeks=week)
    year, number, _ = monday.isocalendar()
    return {"week": f"{year}-W{number:02}"}
