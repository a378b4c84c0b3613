"""Comparisons that are alike put together, and tasks that are alike."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Cells, Sample
from tutorcli.stats.comparisons import Comparisons

LOST, TIED, WON = 0, 1, 2
"""Outcomes of a row: the first model lost, tied, won; a cell is 3 * row + outcome."""
_TABLE = 4_000_000
"""Up to so many possible cells are counted in a table; more are sorted."""


@dataclass(frozen=True, slots=True)
class Meetings:
    """How often each pair of models met, with which differences, and with which outcome."""

    models: tuple[str, ...]
    first: Ints
    """Shape (rows,): index into `models`; rows are sorted by first, second, differences."""
    second: Ints
    covariates: tuple[str, ...]
    differences: Floats
    """Shape (rows, covariates)."""
    counts: Ints
    """Shape (rows, 3): how often the first lost, tied, won."""
    cell: Ints
    """Shape (comparisons,): the cell of each comparison."""

    @classmethod
    def of(cls, comparisons: Comparisons) -> Self:
        """The rows that occur; one for a pair of models unless covariates tell them apart."""
        rows = _row_codes(comparisons)
        outcome = comparisons.outcome + 1
        most = int(rows.max(initial=-1)) + 1
        if 3 * most <= _TABLE:
            counted = np.bincount(3 * rows + outcome, minlength=3 * most).reshape(most, 3)
            there = np.flatnonzero(counted.any(axis=1))
            row_of = np.zeros(most, np.int64)
            row_of[there] = np.arange(len(there))
            row, counts = row_of[rows], counted[there].astype(np.int64)
        else:
            there, row = np.unique(rows, return_inverse=True)
            counts = np.bincount(3 * row + outcome, minlength=3 * len(there)).reshape(-1, 3)
        example = np.zeros(len(there), np.int64)
        example[row] = np.arange(len(row))
        known = comparisons.differences
        return cls(
            models=comparisons.models,
            first=comparisons.first[example],
            second=comparisons.second[example],
            covariates=comparisons.covariates,
            differences=np.zeros((len(there), 0)) if known is None else known[example],
            counts=counts,
            cell=3 * row + outcome,
        )

    @property
    def times(self) -> Ints:
        """Shape (rows,): comparisons of each row."""
        found: Ints = self.counts.sum(axis=1)
        return found

    def standardised(self) -> Self:
        """Without differences that are always 0, the others divided by their root mean square.

        FastChat's style control also takes their mean off. Here the sign of a difference depends
        on which of two models is named first, so its mean says nothing.
        """
        times = self.times.astype(np.float64)
        scales = np.sqrt((self.differences.T**2) @ times / max(times.sum(), 1.0))
        varied = scales > 0
        scaled = self.differences[:, varied] / scales[varied]
        named = tuple(name for name, is_one in zip(self.covariates, varied, strict=True) if is_one)
        return replace(self, covariates=named, differences=scaled)

    def per_model(self, of_first: Ints, of_second: Ints) -> Ints:
        """Counts of rows added up for each model: what the first has of each, and the second."""
        size = len(self.models)
        found = np.bincount(self.first, of_first, size) + np.bincount(self.second, of_second, size)
        return found.astype(np.int64)


def _row_codes(comparisons: Comparisons) -> Ints:
    """A number for each row, ordered as first, second, differences are."""
    pairs = comparisons.first * len(comparisons.models) + comparisons.second
    if comparisons.differences is None:
        return pairs
    keyed = np.column_stack([pairs, comparisons.differences])
    return np.unique(keyed, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def sample_of(task: Ints, cell: Ints, cells: int) -> Sample:
    """What whole tasks consist of, as sums over cells; tasks with the same cells put together.

    Args:
        task: Shape (comparisons,): the task of each.
        cell: Shape (comparisons,): its cell.
        cells: How many cells there are.
    """
    order = np.lexsort((cell, task))
    task, cell = task[order], cell[order]
    starts = np.flatnonzero(np.diff(task, prepend=task[:1] - 1))
    sizes = np.diff(starts, append=len(task))
    times, columns, known = [], [], [0]
    # Tasks of one size at once: a table of their cells, whose distinct rows are in a fixed order.
    for size in np.unique(sizes).tolist():
        alike = cell[starts[sizes == size][:, None] + np.arange(size)]
        distinct, found = _distinct(alike)
        times.append(found)
        columns.append(distinct)
        known.append(known[-1] + len(found))
    patterns = [
        np.repeat(np.arange(since, until), rows.shape[1])
        for since, until, rows in zip(known, known[1:], columns, strict=False)
    ]
    column = np.concatenate([rows.reshape(-1) for rows in columns])
    entries = Cells(np.concatenate(patterns), column, np.ones(len(column)), cells)
    joined = np.concatenate(times).astype(np.int64)
    return Sample(np.zeros((len(joined), 0)), joined, entries)


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    """The distinct rows in order, and how often each comes."""
    if rows.shape[1] > 1:
        return np.unique(rows, axis=0, return_counts=True)
    found, counts = np.unique(rows[:, 0], return_counts=True)
    return found[:, None], counts
