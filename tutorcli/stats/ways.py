"""What tutors said of tasks that are alike: each way of saying it once, each such task once.

Tasks with several parts, such as answers or pairs of answers, are said something of part by part.
There are few ways to do so, and tasks in which the same ways were chosen by as many tutors need be
looked at but once, however many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.distinct import coded_rows, distinct
from tutorcli.stats.figure import Basis
from tutorcli.stats.judged import couples
from tutorcli.stats.multisets import Multisets
from tutorcli.stats.patterns import Kinds, Patterns


@dataclass(frozen=True, slots=True)
class Ways:
    """What was said of tasks with as many parts."""

    said: Ints
    """Shape (ways, parts): of each part a number, or -1 for nothing; each row once."""
    way: Ints
    """Shape (sayings,): how a tutor spoke of a task, an index into `said`."""
    tutor: Ints
    """Shape (sayings,): an index."""
    chosen: Multisets
    """How many tutors chose which way, for each kind of task; tasks are its groups."""

    @classmethod
    def of(cls, task: Ints, tutor: Ints, said: Ints, tasks: int) -> "Ways":
        """The ways of sayings; shapes (sayings,), (sayings,) and (sayings, parts)."""
        rows, way = coded_rows(said + 1)
        chosen = Multisets.of(task.astype(np.int64, copy=False), way, tasks, len(rows))
        return cls(rows.astype(np.int64) - 1, way, tutor, chosen)


@dataclass(frozen=True, slots=True)
class _Ratings:
    """One rating for each tutor, of one task of each kind."""

    unit: Ints
    value: Ints
    task: Ints
    """Shape (units,): the kind of task."""
    times: Ints
    """Shape (kinds,): how many tasks there are of each."""


def ratings_in(ways: Sequence[Ways]) -> int:
    """How many ratings `patterns` writes out."""
    return sum(int(one.chosen.count.sum()) * one.said.shape[1] for one in ways)


def patterns(ways: Sequence[Ways], values: tuple[float, ...]) -> tuple[Patterns, Basis]:
    """The parts of tasks as units with ratings, and what figures of them rest on.

    Args:
        ways: Of tasks of which none is in two.
        values: The scale; what was said are indices into it.
    """
    ratings = _joined([_ratings(one) for one in ways])
    size = np.bincount(ratings.unit, minlength=len(ratings.task))
    times = ratings.times[ratings.task]
    rated = size > 0
    units, known = int(times[rated].sum()), np.unique(ratings.task[rated])
    basis = Basis(
        tasks=int(ratings.times[known].sum()),
        units=units,
        ratings=int((times * size).sum()),
        tutors=len(distinct(np.concatenate([_speaking(one) for one in ways] or [ratings.unit]))),
        overlap=int(times[size > 1].sum()) / units if units else 0.0,
        pairs=int((times * couples(size)).sum()),
    )
    return _patterns(ratings, values), basis


def _speaking(ways: Ways) -> Ints:
    """The tutors who said anything."""
    has_said: Bools = np.any(ways.said >= 0, axis=1)
    return ways.tutor[has_said[ways.way]]


def _ratings(ways: Ways) -> _Ratings:
    chosen, parts = ways.chosen, ways.said.shape[1]
    value = ways.said[chosen.code]
    unit = chosen.kind[:, None] * parts + np.arange(parts)
    count = np.where(value < 0, 0, chosen.count[:, None]).ravel()
    kinds = len(chosen.times)
    return _Ratings(
        np.repeat(unit.ravel(), count),
        np.repeat(value.ravel(), count),
        np.repeat(np.arange(kinds), parts),
        chosen.times,
    )


def _joined(parts: Sequence[_Ratings]) -> _Ratings:
    none = np.zeros(0, np.int64)
    units = np.cumsum([0, *(len(part.task) for part in parts)])
    kinds = np.cumsum([0, *(len(part.times) for part in parts)])
    return _Ratings(
        np.concatenate([none, *(part.unit + units[n] for n, part in enumerate(parts))]),
        np.concatenate([none, *(part.value for part in parts)]),
        np.concatenate([none, *(part.task + kinds[n] for n, part in enumerate(parts))]),
        np.concatenate([none, *(part.times for part in parts)]),
    )


def _patterns(ratings: _Ratings, values: tuple[float, ...]) -> Patterns:
    units = Multisets.of(ratings.unit, ratings.value, len(ratings.task), len(values))
    size = np.bincount(units.kind, units.count, len(units.times)).astype(np.int64)
    rated = units.is_filled()
    task, pattern = ratings.task[rated], units.kind_of()[rated]
    kinds = Multisets.of(task, pattern, len(ratings.times), len(units.times))
    filled = kinds.is_filled()
    times = np.bincount(kinds.kind_of()[filled], ratings.times[filled], len(kinds.times))
    kinds = replace(kinds, times=times.astype(np.int64))
    return Patterns(
        units.kind,
        units.code,
        units.count,
        size,
        Kinds(kinds.times, len(units.times), kinds),
        values,
    )
