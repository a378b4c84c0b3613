"""Krippendorff's alpha: one minus observed over expected disagreement, whatever is missing."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, assert_never

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator, Finish, undefinable
from tutorcli.stats.patterns import Patterns, Table, why_no_interval
from tutorcli.stats.weights import or_nan, positions, squares_within

Level = Literal["nominal", "ordinal", "interval", "ratio"]

TOO_MANY_FOR_RATIO = message("too many distinct values for alpha of level ratio")

_MOST_VALUES = 2000
"""With more values a table of all pairs of them would not fit: 32 MB."""
_ROUNDING = 1e-13


def alpha(patterns: Patterns, level: Level) -> Estimator:
    """Krippendorff's alpha of ratings on a scale.

    Args:
        patterns: Of the ratings; units that one tutor rated say nothing and are left out.
        level: How values differ: at all; by the ratings that lie between them; by their distance;
            by their distance over their sum (numbers of 0 or more).

    Returns:
        From below 0 (more disagreement than chance) to 1; 0 is chance. Undefined when no unit has
        two ratings or all ratings are equal, and of level ratio with more than 2,000 values.

    Source:
        Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, sections C and D.
    """
    pairable = patterns.pairable()
    match level:
        case "nominal":
            return _nominal(pairable)
        case "ordinal":
            return _ordinal(pairable)
        case "interval":
            return _interval(pairable)
        case "ratio":
            return _ratio(pairable)
        case _:
            assert_never(level)


def alpha_by_distance(patterns: Patterns, distance: Floats) -> Estimator:
    """Krippendorff's alpha where the difference of two values is given, such as MASI of two sets.

    Args:
        patterns: Of the ratings.
        distance: Shape (values, values), symmetric, 0 on the diagonal, at least 0; taken as it is,
            not squared.

    Returns:
        As `alpha`.

    Source:
        Krippendorff 2011, section C; MASI: Passonneau 2006, LREC.
    """
    pairable = patterns.pairable()
    observed = np.zeros(len(pairable.size))
    for first, second in _pairs(pairable):
        products = pairable.count[first] * pairable.count[second]
        apart = distance[pairable.value[first], pairable.value[second]]
        observed += 2 * np.bincount(pairable.pattern[first], products * apart, len(observed))
    return _estimator(
        pairable,
        observed,
        lambda masses: ((masses @ distance) * masses).sum(axis=1),
    )


def _nominal(patterns: Patterns) -> Estimator:
    size = patterns.size.astype(np.float64)
    return _estimator(
        patterns,
        size * size - patterns.sums(patterns.count * patterns.count),
        lambda masses: masses.sum(axis=1) ** 2 - (masses * masses).sum(axis=1),
    )


def _ratio(patterns: Patterns) -> Estimator:
    places = positions(patterns.values)
    if len(places) > _MOST_VALUES:
        sample = patterns.kinds.sample(patterns.size.astype(np.float64)[:, None])
        return undefinable(sample, TOO_MANY_FOR_RATIO)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.subtract.outer(places, places) / np.add.outer(places, places)
    shares[places < 0] = np.nan
    shares[:, places < 0] = np.nan
    np.fill_diagonal(shares, 0.0)
    return alpha_by_distance(patterns, shares**2)


def _estimator(patterns: Patterns, observed: Floats, expected: Finish) -> Estimator:
    """Alpha from disagreement within each pattern and from how often each value comes.

    Args:
        patterns: Pairable ones.
        observed: Disagreement over the ordered pairs of ratings of a unit, shape (patterns,).
        expected: The same over ordered pairs of all ratings; shapes (draws, values) and (draws,).
    """
    head = (observed / (patterns.size - 1))[:, None]
    sample = patterns.kinds.sample(head, patterns.table(patterns.count))

    def finish(sums: Floats) -> Floats:
        masses = sums[:, 1:]
        return _alpha(sums[:, 0], expected(masses), masses.sum(axis=1))

    return Estimator(sample, finish, why_no_interval(sample.cells))


def _interval(patterns: Patterns) -> Estimator:
    return _by_places(patterns, positions(patterns.values))


def _by_places(patterns: Patterns, places: Floats, why: Message | None = None) -> Estimator:
    """Alpha of values that lie at places, from four moments."""
    place = _centred(patterns, places)
    size, counts = patterns.size.astype(np.float64), patterns.count
    observed = 2 * size * squares_within(patterns, place) / (size - 1)
    moment, square = patterns.sums(counts * place), patterns.sums(counts * place * place)
    sample = patterns.kinds.sample(np.stack([observed, size, moment, square], axis=1))

    def finish(sums: Floats) -> Floats:
        observed, ratings, moment, square = sums.T
        largest = 2 * ratings * square
        expected = largest - 2 * moment * moment
        expected = np.where(expected > _ROUNDING * largest, expected, 0.0)
        return _alpha(observed, expected, ratings)

    return Estimator(sample, finish, why)


def _centred(patterns: Patterns, places: Floats) -> Floats:
    """Where the value of each cell lies: 0 is the median, none beyond -1 and 1; shape (cells,)."""
    masses = np.bincount(
        patterns.value, patterns.count * patterns.kinds.units()[patterns.pattern], len(places)
    )
    if not len(patterns.value):
        return np.zeros(0)
    middle = np.searchsorted(np.cumsum(masses), masses.sum() / 2)
    place: Floats = places[patterns.value] - places[middle]
    farthest = np.abs(place).max()
    return place / farthest if farthest > 0 else place


def _ordinal(patterns: Patterns) -> Estimator:
    values = len(patterns.values)
    if patterns.kinds.is_dense(values * (values + 1) // 2):
        first, second = _pairs_of(values)
        sample = patterns.kinds.sample(_coincidences(patterns, first, second))
    else:
        distinct = np.bincount(patterns.pattern, minlength=len(patterns.size))
        why = why_no_interval(patterns.kinds.cells(distinct * (distinct + 1) // 2))
        if why is not None:
            return _by_ranks(patterns, why)
        table, first, second = _seen_pairs(patterns)
        none = np.zeros((len(patterns.size), 0))
        sample = patterns.kinds.sample(none, patterns.table(patterns.count), table)

    def finish(sums: Floats) -> Floats:
        masses = sums[:, :values]
        ratings = masses.sum(axis=1)
        ranks = _ranks(masses, ratings)
        gaps = ranks.take(first, axis=1) - ranks.take(second, axis=1)
        observed = 2 * (sums[:, values:] * gaps * gaps).sum(axis=1)
        return _alpha(observed, 2 * ratings * (masses * ranks * ranks).sum(axis=1), ratings)

    return Estimator(sample, finish)


def _ranks(masses: Floats, ratings: Floats) -> Floats:
    """Mid-ranks of the values less the mean rank, shape (draws, values).

    Krippendorff's ordinal difference of two values, all ratings between them and half of those at
    both ends, is the difference of their mid-ranks.
    """
    return np.cumsum(masses, axis=1) - masses / 2 - ratings[:, None] / 2


def _by_ranks(patterns: Patterns, why: Message) -> Estimator:
    """The point alone, from the ranks among all ratings."""
    counts = patterns.count * patterns.kinds.units()[patterns.pattern]
    masses = np.bincount(patterns.value, counts, len(patterns.values)).astype(np.float64)[None, :]
    return _by_places(patterns, _ranks(masses, masses.sum(axis=1))[0], why)


@lru_cache(maxsize=8)
def _pairs_of(values: int) -> tuple[Ints, Ints]:
    return np.triu_indices(values, 1)


def _coincidences(patterns: Patterns, first: Ints, second: Ints) -> Floats:
    """How often each value comes and how often two meet, shape (patterns, values + pairs)."""
    counts = np.zeros((len(patterns.values), len(patterns.size)))
    counts[patterns.value, patterns.pattern] = patterns.count
    met = counts[first] * counts[second] / (patterns.size - 1)
    return np.concatenate([counts, met]).T


def _seen_pairs(patterns: Patterns) -> tuple[Table, Ints, Ints]:
    """Coincidences of those two values that meet in a unit."""
    pairs = [np.stack(pair) for pair in _pairs(patterns)]
    low, high = np.concatenate([np.zeros((2, 0), np.int64), *pairs], axis=1)
    order = np.argsort(patterns.pattern[low], kind="stable")
    low, high = low[order], high[order]
    pattern, values = patterns.pattern[low], max(len(patterns.values), 1)
    seen, column = np.unique(
        patterns.value[low] * values + patterns.value[high], return_inverse=True
    )
    data = patterns.count[low] * patterns.count[high] / (patterns.size[pattern] - 1)
    return Table(pattern, column, data, len(seen)), seen // values, seen % values


def _pairs(patterns: Patterns) -> Iterator[tuple[Ints, Ints]]:
    """Each two cells of one pattern, once; some at a time."""
    for step in range(1, len(patterns.pattern)):
        first = np.flatnonzero(patterns.pattern[step:] == patterns.pattern[:-step])
        if not len(first):
            return
        yield first, first + step


def _alpha(observed: Floats, expected: Floats, ratings: Floats) -> Floats:
    return 1 - (ratings - 1) * observed / or_nan(expected)
