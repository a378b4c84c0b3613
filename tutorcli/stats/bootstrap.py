"""Intervals: whole tasks are drawn again and again, and the figure is computed of each draw."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from tutorcli.stats.arrays import Floats, Ints

Finish = Callable[[Floats], Floats]
"""From sums over tasks, shape (draws, sums), to a figure for each draw, shape (draws,)."""

RESAMPLES = 1000
_AT_ONCE = 4_000_000
"""Numbers that the weights of one chunk of draws hold at most: 32 MB."""
_DRAWN = 15
"""A count drawn for a pattern takes as long as so many tasks drawn one by one."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How intervals are made."""

    seed: int = 0
    level: float = 0.95
    """Share of the draws that lie within, 0 to 1."""
    resamples: int = RESAMPLES


@dataclass(frozen=True, slots=True)
class Sample:
    """What a figure is computed of: sums over tasks, tasks that are alike put together.

    Tasks with the same sums are exchangeable, so drawing tasks is drawing how often each of the
    distinct rows comes: a multinomial draw, exact and nearly independent of the number of tasks.
    """

    rows: Floats
    """Shape (patterns, sums): the sums of one task each; distinct, in a fixed order."""
    times: Ints
    """Shape (patterns,): how many tasks have these sums."""

    @classmethod
    def of(cls, sums: Floats) -> Self:
        """The sample of sums of shape (tasks, sums), in any order of the tasks."""
        if not sums.size:
            return cls(np.zeros((0, sums.shape[1])), np.zeros(0, np.int64))
        rows, times = np.unique(sums + 0.0, axis=0, return_counts=True)
        return cls(rows, times.astype(np.int64))

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return int(self.times.sum())

    def total(self) -> Floats:
        """The sums over all tasks, shape (sums,)."""
        return self.times.astype(np.float64) @ self.rows

    def digest(self) -> bytes:
        """Hash of the content, the same in whatever order the tasks came."""
        shape = repr(self.rows.shape).encode()
        return hashlib.sha256(shape + self.rows.tobytes() + self.times.tobytes()).digest()


@dataclass(frozen=True, slots=True)
class Estimator:
    """A statistic of some judgments: sums over tasks, and what becomes of sums."""

    sample: Sample
    finish: Finish
    """nan where the statistic is undefined."""

    def value(self) -> float:
        """The statistic of all tasks; nan where it is undefined."""
        return float(self.finish(self.sample.total()[None, :])[0])


def interval(
    name: str, estimator: Estimator, sampling: Sampling, most_undefined: float = 0.0
) -> tuple[float, float] | None:
    """The percentile interval of a figure over draws of whole tasks.

    Args:
        name: Of the figure: part of the seed.
        estimator: The figure.
        sampling: How many draws, from which seed, and how wide.
        most_undefined: Share of the draws that may give nan; they are left out.

    Returns:
        Lower and upper end; None when more draws than that are undefined.

    Source:
        Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; of whole clusters:
        Davison and Hinkley 1997, section 3.8.
    """
    values = np.concatenate(
        [estimator.finish(sums) for sums in draws(name, estimator.sample, sampling)]
    )
    known = values[np.isfinite(values)]
    if len(known) < len(values) * (1 - most_undefined) or not len(known):
        return None
    tail = (1 - sampling.level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def draws(name: str, sample: Sample, sampling: Sampling) -> Iterator[Floats]:
    """Sums over drawn tasks, in chunks of shape (draws, sums); ``resamples`` draws together."""
    random = generator(name, sample.digest(), sampling.seed)
    patterns = max(len(sample.times), 1)
    left = sampling.resamples
    while left:
        chunk = min(left, max(_AT_ONCE // patterns, 1))
        yield _weights(random, sample.times, chunk) @ sample.rows
        left -= chunk


def generator(name: str, digest: bytes, seed: int) -> np.random.Generator:
    """Random numbers that depend on the figure, on what it is computed of, and on the seed alone."""
    mixed = hashlib.sha256(f"{name}\0{seed}\0".encode() + digest).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(mixed[:16], "big")))


def _weights(random: np.random.Generator, times: Ints, chunk: int) -> Floats:
    """How often each pattern comes in each draw, shape (chunk, patterns)."""
    tasks, patterns = int(times.sum()), len(times)
    if tasks > _DRAWN * patterns:
        return random.multinomial(tasks, times / tasks, size=chunk).astype(np.float64)
    pattern_of = np.repeat(np.arange(patterns), times)
    weights = np.empty((chunk, patterns))
    for row in weights:
        drawn = pattern_of[random.integers(0, tasks, tasks, dtype=np.int32)]
        row[:] = np.bincount(drawn, minlength=patterns)
    return weights
