"""Kappa: agreement of tutors who are told apart, of each pair at once or of all together."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator, undefinable
from tutorcli.stats.multisets import Multisets
from tutorcli.stats.patterns import Kinds, Patterns, Table, patterns_of, why_no_interval
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.weights import Disagreement, Weights, or_nan

TOO_MANY_FOR_CONGER = message("too many distinct values for the kappa of several tutors")

_MOST_CODES = 2000
"""With more pairs of a tutor and a value the table of all of their meetings would not fit: 32 MB."""
_MULTIPLY, _MEET, _ADD = 25e-12, 7e-9, 2e-9
"""Seconds that a multiplication takes within a product of matrices, a meeting by itself, and a
place of the table of meetings."""
_WAIT = 0.05
"""Seconds that threads of a product may wait for each other on a busy machine."""
_ROUNDING = 1e-12
_AT_ONCE = 4_000_000
"""Numbers that a table holds at most."""


@dataclass(frozen=True, slots=True)
class Kappas:
    """Cohen's kappa of each two tutors."""

    kappa: Floats
    """Shape (tutors, tutors), symmetric, from -1 to 1; nan: no common unit, or no variation."""
    units: Ints
    """Shape (tutors, tutors): how many units both rated; on the diagonal, how many the tutor did."""


def all_pairs(ratings: Ratings, weights: Weights = "identity") -> Kappas:
    """Cohen's kappa, plain or weighted, of every two tutors on the units that both rated.

    Args:
        ratings: Of any number of tutors, any of them missing.
        weights: How far two values disagree.

    Source:
        Cohen 1960, Educ. Psychol. Meas. 20, p. 37; weighted: Cohen 1968, Psychol. Bull. 70, p. 213.
    """
    tutors, values = len(ratings.tutors), len(ratings.values)
    scale = Disagreement.of(weights, ratings.values)
    if tutors * values > _MOST_CODES:
        return _tutor_by_tutor(ratings, scale)
    met = _meetings(ratings).reshape(tutors, values, tutors, values).transpose(0, 2, 1, 3)
    first, second = np.indices((values, values))
    apart = (met * scale.between(first, second)).sum(axis=(2, 3))
    given, taken = met.sum(axis=3), met.sum(axis=2)
    units = given.sum(axis=2)
    found = _kappa(apart, scale.across(given, taken), units)
    # Sums over both orders of a pair differ in the last digit.
    return Kappas(np.where(np.tri(tutors), found.T, found), units.astype(np.int64))


def pair(ratings: Ratings, first: int, second: int, weights: Weights = "identity") -> Estimator:
    """Cohen's kappa of two tutors on the units that both rated; of a tutor and gold as well.

    Args:
        ratings: Gold is a tutor among them.
        first: Index into ``ratings.tutors``.
        second: The same of the other.
        weights: How far two values disagree.

    Returns:
        From -1 to 1; undefined without a common unit, or when both give one and the same value.

    Source:
        As `all_pairs`.
    """
    values = max(len(ratings.values), 1)
    mine, theirs = _by_unit(ratings, first), _by_unit(ratings, second)
    common = np.flatnonzero((mine >= 0) & (theirs >= 0))
    cells, pattern = np.unique(mine[common] * values + theirs[common], return_inverse=True)
    kinds = Kinds.of(ratings.task[common], pattern, len(cells))
    mine, theirs = cells // values, cells % values
    scale = Disagreement.of(weights, ratings.values)
    used, codes = np.unique(np.append(mine, theirs), return_inverse=True)
    chance = scale.only(used)
    sample = kinds.sample(
        scale.between(mine, theirs)[:, None],
        _one_each(codes[: len(cells)], len(used)),
        _one_each(codes[len(cells) :], len(used)),
    )

    def finish(sums: Floats) -> Floats:
        given, taken = np.split(sums[:, 1:], 2, axis=1)
        return _kappa(sums[:, 0], chance.across(given, taken), given.sum(axis=1))

    return Estimator(sample, finish, why_no_interval(sample.cells))


def conger(ratings: Ratings, weights: Weights = "identity") -> Estimator:
    """Conger's kappa: Cohen's for several tutors, each with habits of his own.

    Args:
        ratings: Of any number of tutors, any of them missing.
        weights: How far two values disagree.

    Returns:
        From below 0 to 1; undefined when no unit has two ratings or all ratings are equal, and with
        more than four million pairs of a tutor and a value.

    Source:
        Conger 1980, Psychol. Bull. 88, p. 322; with missing ratings: Gwet 2014, section 2.5.
    """
    tutors, values = len(ratings.tutors), len(ratings.values)
    scale = Disagreement.of(weights, ratings.values)
    codes = tutors * values
    if codes > _AT_ONCE:
        patterns = patterns_of(ratings)
        head = np.ones((len(patterns.size), 1))
        return undefinable(patterns.kinds.sample(head), TOO_MANY_FOR_CONGER)
    found = Multisets.of(
        ratings.unit, ratings.tutor * values + ratings.value, len(ratings.task), codes, most=1
    )
    is_rated = found.is_filled()
    kinds = Kinds.of(ratings.task[is_rated], found.kind_of()[is_rated], len(found.times))
    given = Table(found.kind, found.code, found.count.astype(np.float64), codes)
    sample = kinds.sample(_apart(found, kinds, ratings, scale), given)

    def finish(sums: Floats) -> Floats:
        given = sums[:, 2:].reshape(len(sums), tutors, values)
        each = given.sum(axis=2, keepdims=True)
        shares = given / np.maximum(each, 1)
        together, pairs = shares.sum(axis=1), _ordered_pairs((each > 0).sum(axis=(1, 2)))
        expected = scale.across(together, together) - scale.across(shares, shares).sum(axis=1)
        # What is left where every tutor gave one and the same value is rounding.
        expected = np.where(expected > _ROUNDING, expected, np.nan) / np.maximum(pairs, 1)
        return 1 - sums[:, 0] / or_nan(sums[:, 1]) / expected

    return Estimator(sample, finish, why_no_interval(sample.cells))


def _apart(found: Multisets, kinds: Kinds, ratings: Ratings, scale: Disagreement) -> Floats:
    """Mean disagreement of two ratings of a unit, whether there are two; shape (patterns, 2)."""
    values = max(len(ratings.values), 1)
    keys, count = np.unique(found.kind * values + found.code % values, return_counts=True)
    size = np.bincount(found.kind, minlength=len(found.times))
    units = Patterns(keys // values, keys % values, count, size, kinds, ratings.values)
    return np.stack([scale.within(units) / np.maximum(size * (size - 1), 1), size >= 2], axis=1)


def _ordered_pairs(tutors: Ints) -> Ints:
    return tutors * (tutors - 1)


def _one_each(column: Ints, width: int) -> Table:
    return Table(np.arange(len(column)), column, np.ones(len(column)), width)


def _by_unit(ratings: Ratings, tutor: int) -> Ints:
    """The value that a tutor gave to each unit, -1 where none; shape (units,)."""
    found = np.full(len(ratings.task), -1)
    is_his = ratings.tutor == tutor
    found[ratings.unit[is_his]] = ratings.value[is_his]
    return found


def _meetings(ratings: Ratings) -> Floats:
    """How often a value of one tutor meets a value of another in a unit.

    Returns:
        Whole numbers, shape (codes, codes), symmetric; a code is a tutor and a value.
    """
    values, units = len(ratings.values), len(ratings.task)
    codes = len(ratings.tutors) * values
    code = ratings.tutor * values + ratings.value
    sizes = np.bincount(ratings.unit, minlength=units)
    one_by_one = (sizes * (sizes - 1)).sum() * _MEET + sizes.max(initial=0) * codes**2 * _ADD
    if units * codes**2 * _MULTIPLY + _WAIT < one_by_one:
        return _multiplied(ratings.unit, code, units, codes)
    order = np.argsort(ratings.unit)
    unit, code = ratings.unit[order], code[order]
    met = np.zeros(codes**2, np.int64)
    for step in range(1, int(sizes.max(initial=0))):
        first = np.flatnonzero(unit[step:] == unit[:-step])
        met += np.bincount(code[first] * codes + code[first + step], minlength=codes**2)
    table = met.reshape(codes, codes).astype(np.float64)
    return table + table.T + np.diag(np.bincount(code, minlength=codes))


def _multiplied(unit: Ints, code: Ints, units: int, codes: int) -> Floats:
    met = np.zeros((codes, codes))
    rows = max(_AT_ONCE // codes, 1)
    order = np.argsort(unit) if units > rows else np.arange(len(unit))
    unit, code = unit[order], code[order]
    for start in range(0, units, rows):
        some = slice(*np.searchsorted(unit, [start, start + rows])) if units > rows else slice(None)
        # Counts of a block are below 2**24, so 32 bits hold them exactly.
        table = np.zeros((min(rows, units - start), codes), np.float32)
        table[unit[some] - start, code[some]] = 1
        met += table.T @ table
    return met


def _tutor_by_tutor(ratings: Ratings, scale: Disagreement) -> Kappas:
    """The same where a table of all meetings would be too large."""
    tutors, values = len(ratings.tutors), len(ratings.values)
    kappa, units = np.full((tutors, tutors), np.nan), np.zeros((tutors, tutors), np.int64)
    for tutor in range(tutors):
        own = _by_unit(ratings, tutor)[ratings.unit]
        met = (own >= 0) & (ratings.tutor >= tutor)
        key = (ratings.tutor[met] * values + own[met]) * values + ratings.value[met]
        keys, times = np.unique(key, return_counts=True)
        other, mine, theirs = keys // values**2, keys // values % values, keys % values
        common = _sums(other, times, tutors)
        apart = _sums(other, times * scale.between(mine, theirs), tutors)
        across = _across(scale, other, (mine, theirs), times, tutors)
        kappa[tutor] = np.where(common > 0, _kappa(apart, across, common), kappa[:, tutor])
        units[tutor] = np.where(common > 0, common, units[:, tutor])
        kappa[:, tutor], units[:, tutor] = kappa[tutor], units[tutor]
    return Kappas(kappa, units)


def _across(
    scale: Disagreement, other: Ints, pairs: tuple[Ints, Ints], times: Ints, tutors: int
) -> Floats:
    """Disagreement by chance with each other tutor, shape (tutors,).

    Args:
        scale: How far values disagree.
        other: Shape (cells,), ascending: who.
        pairs: Shapes (cells,): the value of one tutor and that of the other.
        times: Shape (cells,): how often they come together.
        tutors: How many tutors there are.
    """
    values = len(scale.place)
    if tutors * values <= _AT_ONCE:
        tables = [_sums(other * values + value, times, tutors * values) for value in pairs]
        return scale.across(*(table.reshape(tutors, values) for table in tables))
    found = np.zeros(tutors)
    ends = np.searchsorted(other, np.arange(tutors + 1))
    for tutor, (start, end) in enumerate(pairwise(ends)):
        both = np.concatenate([pairs[0][start:end], pairs[1][start:end]])
        used, codes = np.unique(both, return_inverse=True)
        masses = [_sums(half, times[start:end], len(used)) for half in np.split(codes, 2)]
        found[tutor] = scale.only(used).across(*masses)
    return found


def _sums(place: Ints, data: Floats | Ints, places: int) -> Floats:
    return np.bincount(place, data, places).astype(np.float64)


def _kappa(apart: Floats, across: Floats, units: Floats) -> Floats:
    """From sums of disagreement over units and over all pairs of a unit with a unit."""
    return 1 - apart * units / or_nan(across)
