"""Ratings on a scale: how alike tutors order, how leniently and how widely they rate."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator, Sample
from tutorcli.stats.distinct import distinct, numbered, sorted_rows, sums_by
from tutorcli.stats.figure import Basis
from tutorcli.stats.growing import pieces
from tutorcli.stats.judged import couples, ratio
from tutorcli.stats.ratings import Ratings

NO_SPREAD = message("the other tutors gave the same value to all that this tutor rated")
_NOTHING = 1e-12
"""A variance below that share of the square of the scale is that of equal numbers."""
_COUNT, _OWN, _OTHERS, _OWN_SQUARED, _OTHERS_SQUARED = range(5)


@dataclass(frozen=True, slots=True)
class AgainstOthers:
    """Sums over the units that a tutor and somebody else rated."""

    sample: Sample
    """Units, own values, mean values of the others, and the same two squared; values are counted
    from the middle of the scale."""
    half: float
    """Half the distance from the lowest to the highest value."""
    basis: Basis
    """The ratings of the tutor; pairs are those with a rating of somebody else."""


def against_others(ratings: Ratings) -> tuple[AgainstOthers, ...]:
    """What `leniency` and `spread` are computed of, for each of ``ratings.tutors``."""
    values = np.array(ratings.values or (0.0,), np.float64)
    middle, half = (values[0] + values[-1]) / 2, float(values[-1] - values[0]) / 2
    own = (values - middle)[ratings.value]
    sums = sums_by(ratings.unit, len(ratings.task), np.column_stack([own, own**2]))
    others = np.bincount(ratings.unit, minlength=len(ratings.task))[ratings.unit] - 1
    bases = _bases(ratings, others)
    rows = np.flatnonzero(others > 0)
    own, others, unit = own[rows], others[rows], ratings.unit[rows]
    mean, squared = ((sums[unit] - np.column_stack([own, own**2])) / others[:, None]).T
    tasks = int(ratings.task.max(initial=0)) + 1
    cells, group = numbered(ratings.tutor[rows] * tasks + ratings.task[unit])
    columns = np.column_stack([np.ones(len(rows)), own, mean, own**2, squared])
    found = sums_by(group, len(cells), columns)
    ends = np.searchsorted(cells // tasks, np.arange(len(ratings.tutors)), side="right")
    return tuple(
        AgainstOthers(Sample.of(part), half, basis)
        for part, basis in zip(np.split(found, ends)[:-1], bases, strict=True)
    )


def _bases(ratings: Ratings, others: Ints) -> Iterator[Basis]:
    """What figures of each tutor rest on.

    Args:
        ratings: Of all.
        others: Shape (ratings,): how many others rated the same.
    """
    for index in range(len(ratings.tutors)):
        own = np.flatnonzero(ratings.tutor == index)
        n = len(own)
        yield Basis(
            tasks=len(distinct(ratings.task[ratings.unit[own]])),
            units=n,
            ratings=n,
            tutors=len(ratings.tutors),
            overlap=np.count_nonzero(others[own]) / n if n else 0.0,
            pairs=int(others[own].sum()),
        )


def leniency(found: AgainstOthers) -> Estimator:
    """How much higher a tutor rates than the others rate the same.

    Returns:
        Mean over units of his value less the mean of the others' values, in steps of the scale;
        0 is as the others, positive is more lenient. nan where nobody else rated the same.
    """

    def finish(sums: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return (sums[:, _OWN] - sums[:, _OTHERS]) / sums[:, _COUNT]

    return Estimator(found.sample, finish)


def spread(found: AgainstOthers) -> Estimator:
    """How much of the scale a tutor uses, compared with the others on the same units.

    Returns:
        Standard deviation of his values over that of the single values of the others, where every
        unit weighs the same however many rated it; 1 is as the others, below 1 narrower. nan where
        the others gave one value to all.
    """
    least = _NOTHING * found.half**2

    def finish(sums: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            means = sums / sums[:, [_COUNT]]
            own = means[:, _OWN_SQUARED] - means[:, _OWN] ** 2
            others = means[:, _OTHERS_SQUARED] - means[:, _OTHERS] ** 2
            own = np.where(own > least, own, 0.0)
            return np.where(others > least, np.sqrt(own / others), np.nan)

    return Estimator(found.sample, finish)


def mean_difference(ratings: Ratings) -> Estimator:
    """How far two tutors are apart on the same unit.

    Returns:
        Mean over all pairs of ratings of one unit of the absolute difference, in steps of the
        scale; 0 is full agreement. Not corrected for chance. nan where no two rated the same.
    """
    unit, value = sorted_rows([ratings.unit, ratings.value])
    times = np.bincount(unit, minlength=len(ratings.task)).astype(np.int64)
    begin, scale = np.cumsum(times) - times, np.array(ratings.values, np.float64)
    apart = np.zeros(len(times))
    for some in pieces(len(unit)):
        of = unit[some]
        place = np.arange(some.start, some.start + len(of)) - begin[of]
        # In rising order a value is taken away as often as one above follows, and added as often
        # as one below stands before it.
        apart += np.bincount(of, scale[value[some]] * (2 * place + 1 - times[of]), len(times))
    pairs = couples(times)
    shared = np.flatnonzero(pairs)
    return ratio(ratings.task[shared], np.maximum(apart[shared], 0.0), pairs[shared])
