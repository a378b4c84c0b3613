"""Intervals: whole tasks are drawn again and again, and the figure is computed of each draw."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from tutorcli.errors import Message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.multinomial import counts
from tutorcli.stats.multisets import distinct_rows

Finish = Callable[[Floats], Floats]
"""From sums over tasks, shape (draws, sums), to a figure for each draw, shape (draws,)."""

RESAMPLES = 1000
_AT_ONCE = 250_000
"""Numbers that the weights of one chunk of draws hold at most: 2 MB, which stay in the processor's caches."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How intervals are made."""

    seed: int = 0
    level: float = 0.95
    """Share of the draws that lie within, 0 to 1."""
    resamples: int = RESAMPLES


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums of which nearly all are 0: the others, each with its place."""

    row: Ints
    """Shape (cells,): of which pattern."""
    column: Ints
    """Shape (cells,): which sum."""
    data: Floats
    """Shape (cells,)."""
    width: int
    """How many sums there are."""

    def sums(self, weights: Floats) -> Floats:
        """Sums over weighted patterns; shapes (draws, patterns) and (draws, width)."""
        found, is_plain = np.empty((len(weights), self.width)), bool((self.data == 1).all())
        for sums, drawn in zip(found, weights, strict=True):
            cells = drawn.take(self.row)
            sums[:] = np.bincount(self.column, cells if is_plain else cells * self.data, self.width)
        return found


@dataclass(frozen=True, slots=True)
class Sample:
    """What a figure is computed of: sums over tasks, tasks that are alike put together.

    Tasks with the same sums are exchangeable, so drawing tasks is drawing how often each of the
    distinct rows comes: a multinomial draw, exact and nearly independent of the number of tasks.
    """

    rows: Floats
    """Shape (patterns, sums): the sums of one task each; in an order that the content decides."""
    times: Ints
    """Shape (patterns,): how many tasks have these sums."""
    cells: Cells | None = None
    """Further sums, to the right of those of `rows`."""

    @classmethod
    def of(cls, sums: Floats, times: Ints | None = None) -> Self:
        """The sample of sums of shape (tasks, sums), in any order of the tasks.

        ``times`` says how many tasks each row stands for; without it, for one.
        """
        if not sums.size:
            return cls(np.zeros((0, sums.shape[1])), np.zeros(0, np.int64))
        sums = np.ascontiguousarray(sums + 0.0)  # without -0.0
        order, begins = distinct_rows(sums)
        if times is None:
            return cls(sums[order[begins]], np.diff(np.append(begins, len(sums))))
        return cls(sums[order[begins]], np.add.reduceat(times[order], begins))

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return int(self.times.sum())

    @property
    def width(self) -> int:
        """How many sums there are."""
        return int(self.rows.shape[1]) + (self.cells.width if self.cells else 0)

    def total(self) -> Floats:
        """The sums over all tasks, shape (sums,)."""
        total: Floats = self.sums(self.times.astype(np.float64)[None, :])[0]
        return total

    def sums(self, weights: Floats) -> Floats:
        """Sums over weighted patterns; shapes (draws, patterns) and (draws, sums)."""
        if not self.rows.shape[1] and self.cells:
            return self.cells.sums(weights)
        sums = weights @ self.rows
        return np.hstack([sums, self.cells.sums(weights)]) if self.cells else sums

    def merged(self) -> Self:
        """The same with each distinct row once."""
        return self if self.cells else type(self).of(self.rows, self.times)

    def by_times(self) -> Self:
        """The same, patterns of few tasks first."""
        order = np.argsort(self.times, kind="stable")
        cells = self.cells
        if cells:
            place = np.empty(len(order), np.int64)
            place[order] = np.arange(len(order))
            cells = replace(cells, row=place[cells.row])
        return replace(self, rows=self.rows[order], times=self.times[order], cells=cells)

    def digest(self) -> bytes:
        """Hash of the content, the same in whatever order the tasks came."""
        arrays = [self.rows, self.times]
        if self.cells:
            arrays += [self.cells.row, self.cells.column, self.cells.data]
        import hashlib

        mixed = hashlib.sha256(repr((self.rows.shape, self.width)).encode())
        for array in arrays:
            mixed.update(np.ascontiguousarray(array).data)
        return mixed.digest()


@dataclass(frozen=True, slots=True)
class Estimator:
    """A statistic of some judgments: sums over tasks, and what becomes of sums."""

    sample: Sample
    finish: Finish
    """nan where the statistic is undefined."""
    why: Message | None = None
    """Why it has no interval, or no value at all; None: it has both wherever it is defined."""

    def value(self) -> float:
        """The statistic of all tasks; nan where it is undefined."""
        return float(self.finish(self.sample.total()[None, :])[0])


def undefinable(sample: Sample, why: Message) -> Estimator:
    """A statistic that has no value, whatever is drawn."""
    return Estimator(sample, lambda sums: np.full(len(sums), np.nan), why)


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
    return ends(figures(name, estimator, sampling), sampling.level, most_undefined)


def figures(name: str, estimator: Estimator, sampling: Sampling) -> Floats:
    """The figure of each draw, shape (resamples,); nan where it is undefined."""
    parts = [estimator.finish(sums) for sums in draws(name, estimator.sample, sampling)]
    return np.concatenate(parts)


def ends(values: Floats, level: float, most_undefined: float = 0.0) -> tuple[float, float] | None:
    """Where the middle share `level` of the values lies; None when too many are nan."""
    known = values[np.isfinite(values)]
    if len(known) < len(values) * (1 - most_undefined) or not len(known):
        return None
    tail = (1 - level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def draws(
    name: str, sample: Sample, sampling: Sampling, at_once: int = _AT_ONCE
) -> Iterator[Floats]:
    """Sums over drawn tasks, in chunks of shape (draws, sums); ``resamples`` draws together.

    ``at_once`` is how many numbers a chunk holds at most, unless one draw has more.
    """
    sample = sample.merged().by_times()
    random = generator(name, sample.digest(), sampling.seed)
    widest = max(len(sample.times), sample.width, 1)
    left = sampling.resamples
    while left:
        chunk = min(left, max(at_once // widest, 1))
        yield sample.sums(counts(random, sample.times, chunk))
        left -= chunk


def generator(name: str, digest: bytes, seed: int) -> "np.random.Generator":
    """Random numbers that depend on the figure, on what it is computed of, and on the seed alone."""
    import hashlib

    mixed = hashlib.sha256(f"{name}\0{seed}\0".encode() + digest).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(mixed[:16], "big")))
