"""Agreement from the counts of each unit: in percent, corrected for chance, with the others."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator, undefinable
from tutorcli.stats.judged import changes
from tutorcli.stats.patterns import Patterns, why_no_interval
from tutorcli.stats.weights import Disagreement, Weights, or_nan

TOO_MANY_FOR_SCOTT = message("Scott's pi is for two tutors")
Tied = Literal["skip", "share"]


def percent(patterns: Patterns, weights: Weights = "identity") -> Estimator:
    """Share of the pairs of ratings of a unit that agree, the mean over units.

    Args:
        patterns: Of the ratings; units that one tutor rated say nothing and are left out.
        weights: How far two values disagree.

    Returns:
        0 to 1; undefined when no unit has two ratings.

    Source:
        Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., formula 2.12 (with missing ratings).
    """
    pairable = patterns.pairable()
    apart = _apart(pairable, Disagreement.of(weights, patterns.values))
    return quotient(pairable, 1 - apart, np.ones(len(apart)))


def ac(patterns: Patterns, weights: Weights = "identity") -> Estimator:
    """Gwet's AC1 (weights "identity") or AC2: stays fair where one value is far more common.

    Args:
        patterns: Of the ratings; units that one tutor rated count for how common a value is.
        weights: How far two values disagree; of "ordinal" see `Weights`.

    Returns:
        From below 0 to 1. Undefined when no unit has two ratings or the scale has one value.

    Source:
        Gwet 2014, chapters 3 and 5; Gwet 2008, Br. J. Math. Stat. Psychol. 61, p. 29.
    """
    scale = Disagreement.of(weights, patterns.values)
    values = len(patterns.values)
    # The mean weight of two values over the pairs of different ones.
    factor = (values**2 - scale.total()) / (values * (values - 1)) if values > 1 else np.nan
    return _corrected(patterns, scale, lambda shares: 1 - factor * (shares * (1 - shares)).sum(1))


def fleiss(patterns: Patterns, weights: Weights = "identity") -> Estimator:
    """Fleiss' kappa, also for units rated by different numbers of tutors.

    Args:
        patterns: Of the ratings; units that one tutor rated count for how common a value is.
        weights: How far two values disagree.

    Returns:
        From below 0 to 1. Undefined when no unit has two ratings or all ratings are equal.

    Source:
        Fleiss 1971, Psychol. Bull. 76, p. 378; with missing ratings and weights: Gwet 2014,
        formula 2.13 and chapter 3.
    """
    scale = Disagreement.of(weights, patterns.values)
    return _corrected(patterns, scale, lambda shares: scale.across(shares, shares))


def scott(patterns: Patterns, weights: Weights = "identity") -> Estimator:
    """Scott's pi: what Fleiss' kappa is for two tutors.

    Returns:
        As `fleiss`; undefined also when more than two tutors rated a unit.

    Source:
        Scott 1955, Public Opin. Q. 19, p. 321.
    """
    found = fleiss(patterns, weights)
    if (patterns.size <= 2).all():
        return found
    return undefinable(found.sample, TOO_MANY_FOR_SCOTT)


def brennan_prediger(patterns: Patterns, weights: Weights = "identity") -> Estimator:
    """Agreement beyond that of tutors who choose every value alike; also Randolph's free kappa.

    Args:
        patterns: Of the ratings; units that one tutor rated say nothing and are left out.
        weights: How far two values disagree.

    Returns:
        From below 0 to 1. Undefined when no unit has two ratings or the scale has one value.

    Source:
        Brennan and Prediger 1981, Educ. Psychol. Meas. 41, p. 693; Gwet 2014, formula 2.15.
    """
    pairable = patterns.pairable()
    scale = Disagreement.of(weights, patterns.values)
    expected = scale.total() / max(len(patterns.values), 1) ** 2 or np.nan
    apart = _apart(pairable, scale)
    found = quotient(pairable, apart, np.ones(len(apart)))
    return Estimator(found.sample, lambda sums: 1 - found.finish(sums) / expected)


def leave_one_out(patterns: Patterns, tied: Tied = "share") -> Estimator:
    """How often a rating is what most of the other tutors said of the unit.

    Args:
        patterns: Of the ratings; units that one tutor rated say nothing and are left out.
        tied: When the others have several modes: "skip" the rating, or "share" 1 among those modes,
            what drawing one of them gives in the mean.

    Returns:
        0 to 1, over ratings; undefined when no rating is left.

    Source:
        Dubois et al. 2023, AlpacaFarm (arXiv 2305.14387), "human agreement" of AlpacaEval: each
        annotation against the mode of the others.
    """
    pairable = patterns.pairable()
    most, modes = modes_of_others(pairable.pattern, pairable.count)
    others = pairable.count - 1
    hit = np.where(others > most, 1.0, np.where(others == most, 1 / (modes + 1), 0.0))
    counts = pairable.count.astype(np.float64)
    if tied == "skip":
        is_single = (others > most) | ((others < most) & (modes == 1))
        hit, counts = np.where(is_single, hit, 0.0), np.where(is_single, counts, 0.0)
    return quotient(pairable, pairable.sums(counts * hit), pairable.sums(counts))


def modes_of_others(unit: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Without one rating of a value: how often the most common other value comes, how many do.

    Args:
        unit: Shape (values of units,), ascending from 0: which unit, or kind of units.
        count: Shape (values of units,): how often the value comes in it.

    Returns:
        Both of the shape (values of units,).
    """
    begins = np.flatnonzero(changes(unit))

    def over(combine: np.ufunc, numbers: np.ndarray) -> Ints:
        found: Ints = combine.reduceat(numbers, begins)[unit] if len(begins) else numbers
        return found

    first = over(np.maximum, count)
    is_first = count == first
    second = over(np.maximum, np.where(is_first, 0, count))
    firsts = over(np.add, is_first.astype(np.int64))
    seconds = over(np.add, ((count == second) & ~is_first).astype(np.int64))
    is_only = is_first & (firsts == 1)
    modes = np.where(is_only, seconds, firsts - is_first)
    return np.where(is_only, second, first), modes


def quotient(patterns: Patterns, top: Floats, bottom: Floats) -> Estimator:
    """A sum over units divided by another; shapes (patterns,); undefined when the other is 0."""
    sample = patterns.kinds.sample(np.stack([top, bottom], axis=1))
    return Estimator(sample, lambda sums: sums[:, 0] / or_nan(sums[:, 1]))


def _corrected(
    patterns: Patterns, scale: Disagreement, expected: Callable[[Floats], Floats]
) -> Estimator:
    """One minus observed over expected disagreement, of which the shares of values decide.

    Args:
        patterns: Of the ratings.
        scale: How far values disagree.
        expected: Disagreement by chance; shapes (draws, values) and (draws,).
    """
    is_pair = patterns.size >= 2
    head = np.stack([_apart(patterns, scale), is_pair, np.ones(len(is_pair))], axis=1)
    shares = patterns.table(patterns.count / patterns.size[patterns.pattern])
    sample = patterns.kinds.sample(head, shares)

    def finish(sums: Floats) -> Floats:
        observed = sums[:, 0] / or_nan(sums[:, 1])
        return 1 - observed / or_nan(expected(sums[:, 3:] / or_nan(sums[:, 2:3])))

    return Estimator(sample, finish, why_no_interval(sample.cells))


def _apart(patterns: Patterns, scale: Disagreement) -> Floats:
    """Mean disagreement of two ratings of a unit, 0 where there is one; shape (patterns,)."""
    pairs = np.maximum(patterns.size * (patterns.size - 1), 1)
    apart: Floats = scale.within(patterns) / pairs
    return apart
