"""Plain counts as figures: shares with their interval, and quantiles."""

import math
from collections.abc import Iterable
from statistics import NormalDist

import numpy as np

from tutorcli.errors import Message
from tutorcli.stats.figure import NO_RATINGS, Basis, Figure, undefined

_QUANTILES = {"median": 0.5, "p10": 0.1, "p90": 0.9}


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a share.

    It stays within 0 to 1 and is not a point at 0 or `n` successes, unlike the textbook interval.

    Args:
        successes: 0 to `n`.
        n: Independent trials.
        level: Share of such intervals that hold the true share, between 0 and 1.

    Returns:
        Lower and upper end, 0 to 1; nan and nan where `n` is 0.

    Source:
        Wilson 1927, J. Am. Stat. Assoc. 22(158), 209-212; Brown, Cai and DasGupta 2001,
        Statist. Sci. 16(2), 101-133, equation 4.

    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if not n:
        return math.nan, math.nan
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, square = successes / n, z * z / n
    middle = share + square / 2
    half = z * math.sqrt((share * (1 - share) + square / 4) / n)
    # Exact at the edges, where rounding would leave 1e-17 or more than 1.
    low = 0.0 if successes == 0 else (middle - half) / (1 + square)
    high = 1.0 if successes == n else (middle + half) / (1 + square)
    return low, high


def proportion(
    name: str,
    successes: int,
    n: int,
    basis: Basis | None = None,
    *,
    level: float = 0.95,
    why: Message = NO_RATINGS,
) -> Figure:
    """A share of independent trials, such as gold tasks answered as the gold says.

    Args:
        name: Of the figure.
        successes: 0 to `n`.
        n: Trials.
        basis: What it rests on; `n` tasks with one rating each, if not given.
        level: Of the interval.
        why: Why there is no figure where `n` is 0.

    Returns:
        The share with its `wilson` interval, however small `n` is; weak below 20 trials.
    """
    rests_on = basis or Basis(tasks=n, units=n, ratings=n, tutors=min(n, 1))
    if not n:
        return undefined(name, rests_on, why)
    low, high = wilson(successes, n, level)
    return Figure(name, successes / n, rests_on, low, high, is_weak=rests_on.is_weak)


def quantiles_of(
    name: str, values: Iterable[float], basis: Basis | None = None, *, why: Message = NO_RATINGS
) -> tuple[Figure, ...]:
    """Median, 10th and 90th percentile of a measured quantity, such as active time.

    Args:
        name: Of the quantity; the figures are ``NAME_median``, ``NAME_p10`` and ``NAME_p90``.
        values: In any order; nan and infinities are left out.
        basis: What it rests on; as many tasks as values, if not given.
        why: Why there are no figures where there are no values.

    Returns:
        Three figures in the unit of `values`, without intervals; linear between two values.

    Source:
        Hyndman and Fan 1996, The American Statistician 50(4), 361-365, definition 7.
    """
    known = np.fromiter(values, np.float64)
    known = known[np.isfinite(known)]
    n = len(known)
    rests_on = basis or Basis(tasks=n, units=n, ratings=n, tutors=min(n, 1))
    if not n:
        return tuple(undefined(f"{name}_{part}", rests_on, why) for part in _QUANTILES)
    found = np.quantile(known, list(_QUANTILES.values()))
    return tuple(
        Figure(f"{name}_{part}", float(value), rests_on, is_weak=rests_on.is_weak)
        for part, value in zip(_QUANTILES, found, strict=True)
    )
