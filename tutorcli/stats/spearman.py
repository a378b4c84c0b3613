"""Spearman's rank correlation, averaged over pairs of tutors."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Cells, Estimator, Finish, Sample
from tutorcli.stats.distinct import numbered
from tutorcli.stats.multisets import Multisets
from tutorcli.stats.patterns import why_no_interval
from tutorcli.stats.ratings import Ratings

FEWEST = 10
"""Two tutors who rated fewer units together say too little of each other."""
TOO_FEW_SHARED = message("no two tutors rated {n} of the same with more than one value", n=FEWEST)
TOO_MANY_PAIRS = message("too many pairs of tutors: no interval")
TOO_THIN = message("each two tutors share too little: no interval")
_KEPT = 4_000_000
"""Pairs of ratings kept at a time: 32 MB for each of the few arrays of them."""
_DENSE = 12_000_000
"""Numbers that sums of all tasks hold at most when zeros are stored: 96 MB."""
_WORTH = 30
"""A number that is stored with its place takes as long as so many that are stored in a table."""
_AT_ONCE = 500_000
"""Numbers in one array of a chunk of draws: 4 MB."""


class _Couples(NamedTuple):
    """Pairs of ratings of one unit by two tutors, the one with the lower index first."""

    pair: Ints
    """Shape (couples,): first * tutors + second."""
    values: Ints
    """Shape (couples,): value of the first * values + value of the second."""
    unit: Ints
    """Shape (couples,): which kind of unit, ascending."""


class _Side(NamedTuple):
    """How the columns of all pairs of tutors are grouped by what one of the two gave."""

    order: Ints
    """Shape (columns,): the columns by pair and value."""
    begins: Ints
    """Shape (groups,): where in that order each value of a pair begins."""
    pairs: Ints
    """Shape (pairs,): the first group of each pair."""
    pair_of: Ints
    """Shape (groups,)."""
    group_of: Ints
    """Shape (columns,)."""


def spearman(ratings: Ratings, fewest: int = FEWEST) -> Estimator:
    """Mean over pairs of tutors of Spearman's rho on the units that both rated.

    The ratings of two tutors are ranked among their common units, equal ones by mid-ranks; in a
    draw of whole tasks they are ranked anew. Pairs with fewer than `fewest` common units, and
    those where one gave the same value to all, are left out; every other pair weighs the same.

    Args:
        ratings: Whose values lie on a scale.
        fewest: Units that two tutors must have in common, at least 2.

    Returns:
        From -1 to 1; nan where no pair is left. Without interval where tutors and values are so
        many that the draws would take too long, and where each two tutors share fewer units than
        the square root of the number of tasks: rho from few units lies too near to 0, and with
        many pairs the interval is narrower than that error.

    Source:
        Kendall and Gibbons 1990, Rank Correlation Methods, 5th ed., section 3.8 (ties). Moran 1948,
        Biometrika 35(1-2), 203-206 (the error for few units).
    """
    several = max(len(ratings.values), 1)
    units, tasks = _kinds(ratings, several)
    couples = _couples(units, len(ratings.tutors), several)
    pairs, pair = numbered(couples.pair)
    times = np.bincount(pair, units.times[couples.unit], len(pairs)).astype(np.int64)
    is_chosen = times >= max(fewest, 2)
    kept = is_chosen[pair]
    place = (np.cumsum(is_chosen) - 1)[pair[kept]]
    cells, code = numbered(place * several**2 + couples.values[kept])
    unit = couples.unit[kept]
    why: Message | None
    if times[is_chosen].sum() > _KEPT:
        counts = np.bincount(code, units.times[unit], len(cells)).astype(np.int64)
        sample, why = _one_sum(counts, int(tasks.times.sum())), TOO_MANY_PAIRS
    else:
        sample, why = _sample(_cells_of(tasks, unit, code, len(cells)), len(cells))
    is_thin = (1 / times[is_chosen]).sum() * np.sqrt(sample.tasks) > is_chosen.sum()
    return Estimator(sample, _finish(cells, several), TOO_THIN if is_thin else why)


def _kinds(ratings: Ratings, several: int) -> tuple[Multisets, Multisets]:
    """Units by who gave them what, and tasks by the kinds of their units."""
    code, many = ratings.tutor * several + ratings.value, max(len(ratings.tutors), 1)
    units = Multisets.of(ratings.unit, code, len(ratings.task), many * several)
    rated = units.is_filled()
    task, unit = ratings.task[rated], units.kind_of()[rated]
    return units, Multisets.of(task, unit, int(task.max(initial=-1)) + 1, len(units.times))


def _couples(units: Multisets, tutors: int, several: int) -> _Couples:
    """All couples of each kind of unit."""
    tutor, value, found = units.code // several, units.code % several, []
    for step in range(1, len(units.kind)):
        first = np.flatnonzero(units.kind[step:] == units.kind[:-step])
        if not len(first):
            break
        second = first + step
        pair = tutor[first] * tutors + tutor[second]
        found.append((pair, value[first] * several + value[second], units.kind[first]))
    none = np.zeros((3, 0), np.int64)
    pair, values, unit = np.concatenate([none, *map(np.stack, found)], axis=1)
    order = np.argsort(unit, kind="stable")
    return _Couples(pair[order], values[order], unit[order])


def _cells_of(tasks: Multisets, unit: Ints, code: Ints, cells: int) -> Multisets:
    """The cells of the tasks, from those of the kinds of their units; `unit` is ascending."""
    begins, ends = (np.searchsorted(unit, tasks.code, side) for side in ("left", "right"))
    times = (ends - begins) * tasks.count
    within = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    each = np.repeat(begins, times) + within % np.repeat(ends - begins, times)
    found = Multisets.of(np.repeat(tasks.kind, times), code[each], len(tasks.times), cells)
    filled = found.is_filled()
    drawn = np.bincount(found.kind_of()[filled], tasks.times[filled], len(found.times))
    return replace(found, times=drawn.astype(np.int64))


def _one_sum(counts: Ints, tasks: int) -> Sample:
    """As if all stood in one task: enough for the value, not for draws."""
    rows = np.stack([np.zeros(len(counts)), counts])
    return Sample(rows, np.array([tasks - 1, 1]))


def _sample(found: Multisets, width: int) -> tuple[Sample, Message | None]:
    """How often each cell comes in each task, and why that cannot be drawn from."""
    kinds = len(found.times)
    if kinds * width <= min(_DENSE, _WORTH * len(found.kind)):
        rows = np.zeros((kinds, width))
        rows[found.kind, found.code] = found.count
        return Sample(rows, found.times), None
    cells = Cells(found.kind, found.code, found.count.astype(np.float64), width)
    is_slow = why_no_interval(len(found.kind)) is not None
    return Sample(np.zeros((kinds, 0)), found.times, cells), TOO_MANY_PAIRS if is_slow else None


def _finish(cells: Ints, several: int) -> Finish:
    """From sums of `cells`, which are ascending, to the mean over pairs of tutors."""
    pair, values = cells // several**2, cells % several**2
    first, second = _side(pair, values // several), _side(pair, values % several)
    begins = np.flatnonzero(np.diff(pair, prepend=-1))

    def rho(counts: Floats) -> Floats:
        one, one_square = _ranks(counts, first)
        other, other_square = _ranks(counts, second)
        together = np.add.reduceat(counts * one * other, begins, axis=1)
        # In an order of their own: the sum must not depend on which tutor comes first.
        return np.sort(_divided(together, np.sqrt(one_square * other_square)), axis=1)

    def finish(sums: Floats) -> Floats:
        found = np.full(len(sums), np.nan)
        step = max(_AT_ONCE // max(len(cells), 1), 1)
        for start in range(0, len(sums) if len(cells) else 0, step):
            each = rho(sums[start : start + step])
            mean = _divided(np.nansum(each, axis=1), np.isfinite(each).sum(axis=1))
            found[start : start + step] = mean
        return found

    return finish


def _side(pair: Ints, value: Ints) -> _Side:
    order = np.lexsort((value, pair))
    is_new = (np.diff(pair[order], prepend=-1) != 0) | (np.diff(value[order], prepend=-1) != 0)
    begins = np.flatnonzero(is_new)
    group_of = np.empty(len(order), np.int64)
    group_of[order] = np.cumsum(is_new) - 1
    is_first = np.diff(pair[order][begins], prepend=-1) != 0
    return _Side(order, begins, np.flatnonzero(is_first), np.cumsum(is_first) - 1, group_of)


def _ranks(counts: Floats, side: _Side) -> tuple[Floats, Floats]:
    """Twice the mid-rank less its mean for each column, and the sum of squares for each pair."""
    times = np.add.reduceat(counts[:, side.order], side.begins, axis=1)
    total = np.add.reduceat(times, side.pairs, axis=1)
    # Ranks go on from pair to pair: what all before have, and the middle of its own.
    middle = 2 * np.cumsum(total, axis=1) - total
    rank = 2 * np.cumsum(times, axis=1) - times - middle[:, side.pair_of]
    return rank[:, side.group_of], np.add.reduceat(times * rank * rank, side.pairs, axis=1)


def _divided(top: Floats, bottom: Floats | Ints) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)
