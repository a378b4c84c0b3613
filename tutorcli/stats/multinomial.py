"""How often each pattern comes among tasks drawn with replacement, fast for very many patterns."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tutorcli.stats.arrays import Floats, Ints

UInt8s = npt.NDArray[np.uint8]

_FEW = 500
"""So few tasks are drawn one by one in the time that tables take to be made."""
_TABLED = 100
"""Patterns of more tasks are so few that numpy's binomial counts cost nothing."""
_BELOW = 3
"""By how many standard deviations independent counts are to stay below what is to be drawn."""
_SHARES = 64
_BUCKETS = 2**16
_UNSURE = 255
"""In place of a count, where 16 random bits are too few to tell."""


def counts(random: "np.random.Generator", times: Ints, draws: int) -> Floats:
    """Draw as many tasks as there are, again and again, and count those of each pattern.

    Args:
        random: Decides.
        times: Shape (patterns,), ascending: how many tasks have each pattern.
        draws: How often to draw.

    Returns:
        Shape (draws, patterns); each draw is multinomial and sums to ``times.sum()``.
    """
    rare = int(np.searchsorted(times, _TABLED, side="right"))
    # The rare ones go first: what rounding leaves over falls to the last.
    shares = np.append(times[:rare].sum(), times[rare:]) / max(times.sum(), 1)
    drawn = random.multinomial(times.sum(), shares, size=draws)
    found = np.empty((draws, len(times)))
    found[:, rare:] = drawn[:, 1:]
    _rare(random, times[:rare], drawn[:, 0], found)
    return found


def _rare(random: "np.random.Generator", times: Ints, drawn: Ints, found: Floats) -> None:
    """Fill the first columns of the counts: how often each comes among ``drawn`` tasks.

    Most tasks are drawn by independent Poisson counts, the rest one by one. Given their sum,
    independent Poisson counts are multinomial, and so are they with further tasks drawn one by one.
    Nothing is lost by drawing anew those of too great a sum: whatever the sum is, what is filled up
    to ``drawn`` has the same distribution.

    Source:
        Devroye 1986, Non-Uniform Random Variate Generation, chapter XI, section 1.3.
    """
    missing, tasks = drawn.copy(), int(times.sum())
    if tasks <= _FEW:
        found[:, : len(times)] = 0
    else:
        share, again = _share(tasks), np.arange(len(drawn))
        while again.size:
            rows = slice(None) if len(again) == len(drawn) else again
            some = _poisson(random, times, share, len(again))
            found[rows, : len(times)] = some
            sums = found[rows, : len(times)] @ np.ones(len(times))
            missing[again] = drawn[again] - sums.astype(np.int64)
            again = np.flatnonzero(missing < 0)
    pattern_of = np.repeat(np.arange(len(times)), times)
    places = pattern_of[random.integers(0, max(tasks, 1), missing.sum())]
    places += np.repeat(np.arange(len(drawn)) * found.shape[1], missing)
    np.add.at(found.reshape(-1), places, 1.0)


def _share(tasks: int) -> float:
    """How much of them is drawn by independent counts: one of few numbers, for which there are tables."""
    return math.floor((1 - _BELOW * math.sqrt(2 / tasks)) * _SHARES) / _SHARES


def _poisson(random: "np.random.Generator", times: Ints, share: float, draws: int) -> UInt8s:
    """Independent counts with the means ``share * times``, shape (draws, patterns)."""
    found = np.empty((draws, len(times)), np.uint8)
    bounds = np.append(np.flatnonzero(np.diff(times, prepend=0)), len(times))
    for start, end in pairwise(bounds.tolist()):
        table, below = _table(int(times[start]), share)
        size = draws * (end - start)
        bits = random.bit_generator.random_raw(-(-size // 4)).astype("<u8").view("<u2")[:size]
        some = table.take(bits, mode="clip")
        unsure = np.flatnonzero(some == _UNSURE)
        where = (bits[unsure] + random.random(len(unsure))) / _BUCKETS
        some[unsure] = np.searchsorted(below, where, side="right")
        found[:, start:end] = some.reshape(draws, end - start)
    return found


@cache
def _table(times: int, share: float) -> tuple[UInt8s, Floats]:
    """Of a Poisson count with the mean ``times * share``.

    Returns:
        The count that belongs to 16 random bits, or `_UNSURE`; and the probabilities that it is 0,
        at most 1, and so on, up to nearly 1.
    """
    mean, often = times * share, np.arange(1, _UNSURE)
    below = np.cumsum(np.exp(-mean) * np.cumprod(np.append(1, mean / often)))[:-1]
    ends = np.minimum(below * _BUCKETS, _BUCKETS)
    sizes = np.diff(np.ceil(ends).astype(np.int64), prepend=0, append=_BUCKETS)
    table = np.repeat(np.arange(len(sizes), dtype=np.uint8), sizes)
    table[ends[ends < np.ceil(ends)].astype(np.int64)] = _UNSURE
    return table, below
