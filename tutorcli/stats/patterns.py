"""Distinct patterns of ratings: units with the same counts of values are alike, tasks too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from tutorcli.errors import Message
from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.bootstrap import Cells, Sample
from tutorcli.stats.figure import TOO_MANY_VALUES, Basis
from tutorcli.stats.multisets import Multisets
from tutorcli.stats.ratings import Ratings

_DENSE = 4_000_000
"""Numbers that sums of all tasks hold at most when zeros are stored: 32 MB."""
_MOST_CELLS = 400_000
"""With more cells than that, sums that are mostly 0 take too long to be drawn: over 2 s."""


def are_alone(task: Ints) -> bool:
    """Whether no two units are of one task; shape (units,)."""
    return int(np.bincount(task).max(initial=0)) <= 1


def why_no_interval(cells: Cells | int | None) -> Message | None:
    """Why sums with these cells, or so many, have no interval; None when they have."""
    number = len(cells.row) + cells.width if isinstance(cells, Cells) else cells or 0
    return TOO_MANY_VALUES if number > _MOST_CELLS else None


@dataclass(frozen=True, slots=True)
class Table:
    """Sums of patterns of units, most of them 0: the others, each with its place."""

    pattern: Ints
    """Shape (cells,), ascending."""
    column: Ints
    """Shape (cells,): 0 to width - 1; once for each pattern."""
    data: Floats
    """Shape (cells,)."""
    width: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """Distinct multisets of patterns of units among tasks: what is drawn by the bootstrap."""

    times: Ints
    """Shape (kinds,): how many tasks are of each kind."""
    patterns: int
    """How many patterns of units there are."""
    parts: Multisets | None = None
    """The patterns in each kind; None: a task has one unit, a kind is a pattern."""

    @classmethod
    def of(cls, task: Ints, pattern: Ints, patterns: int) -> Self:
        """The kinds of tasks; shapes (units,), in any order of the units."""
        if are_alone(task):
            return cls(np.bincount(pattern, minlength=patterns), patterns)
        found = Multisets.of(task, pattern, int(task.max(initial=-1)) + 1, patterns)
        return cls(found.times, patterns, found)

    def only(self, is_kept: Bools) -> Self:
        """Without some of the patterns, and without tasks that have no other."""
        numbers = np.cumsum(is_kept) - 1
        left = int(is_kept.sum())
        if self.parts is None:
            return type(self)(self.times[is_kept], left)
        cells = is_kept[self.parts.code]
        kinds, kind = np.unique(self.parts.kind[cells], return_inverse=True)
        times = self.times[kinds]
        code, count = numbers[self.parts.code[cells]], self.parts.count[cells]
        return type(self)(times, left, Multisets(kind, code, count, times))

    def units(self) -> Ints:
        """How many units have each pattern, shape (patterns,)."""
        if self.parts is None:
            return self.times
        counts = self.parts.count * self.times[self.parts.kind]
        return np.bincount(self.parts.code, counts, self.patterns).astype(np.int64)

    def is_dense(self, width: int) -> bool:
        """Whether so many sums of each kind are few enough to be stored with their zeros."""
        return max(len(self.times), self.patterns) * width <= _DENSE

    def cells(self, per_pattern: Ints) -> int:
        """How many cells the kinds have when a pattern has so many, shape (patterns,)."""
        return int(per_pattern.sum() if self.parts is None else per_pattern[self.parts.code].sum())

    def sample(self, head: Floats, *tables: Table) -> Sample:
        """Sums of tasks from sums of patterns of units.

        Args:
            head: Shape (patterns, columns).
            tables: Further columns, to the right of those.
        """
        if not tables:
            return Sample(self._of_tasks(head), self.times)
        width = head.shape[1] + sum(table.width for table in tables)
        if not self.is_dense(width):
            return Sample(self._of_tasks(head), self.times, self._joined(tables))
        sums = np.zeros((self.patterns, width))
        sums[:, : head.shape[1]] = head
        offset = head.shape[1]
        for table in tables:
            sums[table.pattern, table.column + offset] = table.data
            offset += table.width
        return Sample(self._of_tasks(sums), self.times)

    def _of_tasks(self, sums: Floats) -> Floats:
        if self.parts is None:
            return sums
        kind, kinds = self.parts.kind, len(self.times)
        found = np.empty((kinds, sums.shape[1]))
        for column, values in zip(found.T, sums.T, strict=True):
            column[:] = np.bincount(kind, values[self.parts.code] * self.parts.count, kinds)
        return found

    def _joined(self, tables: Sequence[Table]) -> Cells:
        rows, columns, data = [], [], []
        width = 0
        for table in tables:
            row, cell, times = self._spread(table)
            rows.append(row)
            columns.append(table.column[cell] + width)
            data.append(table.data[cell] * times)
            width += table.width
        return Cells(np.concatenate(rows), np.concatenate(columns), np.concatenate(data), width)

    def _spread(self, table: Table) -> tuple[Ints, Ints, Ints]:
        """For each cell of each kind: the kind, the cell of the table, how many units have it."""
        if self.parts is None:
            cells = np.arange(len(table.pattern))
            return table.pattern, cells, np.ones(len(cells), np.int64)
        lengths = np.bincount(table.pattern, minlength=self.patterns)
        starts = np.cumsum(lengths) - lengths
        repeats = lengths[self.parts.code]
        ends = np.cumsum(repeats)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - repeats, repeats)
        cell = np.repeat(starts[self.parts.code], repeats) + within
        return np.repeat(self.parts.kind, repeats), cell, np.repeat(self.parts.count, repeats)


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct counts of values, and how tasks are made of them; without units without a rating."""

    pattern: Ints
    """Shape (cells,): which pattern, ascending."""
    value: Ints
    """Shape (cells,): an index into `values`, ascending within a pattern."""
    count: Ints
    """Shape (cells,): how many tutors gave it, at least one."""
    size: Ints
    """Shape (patterns,): how many tutors rated such a unit."""
    kinds: Kinds
    values: tuple[float, ...] | tuple[str, ...]
    """The scale, in its order; values that nobody gave belong to it."""

    def pairable(self) -> Self:
        """Only units that two tutors rated, only tasks with one."""
        is_kept = self.size >= 2
        if is_kept.all():
            return self
        cells = is_kept[self.pattern]
        pattern = (np.cumsum(is_kept) - 1)[self.pattern[cells]]
        value, count, size = self.value[cells], self.count[cells], self.size[is_kept]
        return type(self)(pattern, value, count, size, self.kinds.only(is_kept), self.values)

    def sums(self, cells: Floats | Ints) -> Floats:
        """Sums of something of each cell over the cells of each pattern, shape (patterns,)."""
        return np.bincount(self.pattern, cells, len(self.size)).astype(np.float64, copy=False)

    def table(self, data: Floats | Ints) -> Table:
        """A column for each value with something of each cell, such as its count."""
        return Table(
            self.pattern, self.value, data.astype(np.float64, copy=False), len(self.values)
        )


def patterns_of(ratings: Ratings) -> Patterns:
    """The distinct patterns of some ratings, in an order that does not depend on theirs."""
    units, values = len(ratings.task), len(ratings.values)
    found = Multisets.of(ratings.unit, ratings.value, units, values, len(ratings.tutors))
    patterns = len(found.times)
    size = np.bincount(found.kind, found.count, patterns).astype(np.int64)
    is_rated = found.is_filled()
    task = ratings.task[is_rated]
    kinds = Kinds(found.times, patterns)
    if not are_alone(task):
        kinds = Kinds.of(task, found.kind_of()[is_rated], patterns)
    return Patterns(found.kind, found.code, found.count, size, kinds, ratings.values)


def basis_of(ratings: Ratings) -> Basis:
    """What figures about these ratings rest on; units and tutors without a rating do not count."""
    sizes = np.bincount(ratings.unit, minlength=len(ratings.task))
    units = int((sizes > 0).sum())
    return Basis(
        tasks=int((np.bincount(ratings.task[sizes > 0]) > 0).sum()),
        units=units,
        ratings=len(ratings.unit),
        tutors=int((np.bincount(ratings.tutor) > 0).sum()),
        overlap=int((sizes > 1).sum()) / units if units else 0.0,
        pairs=int((sizes * (sizes - 1) // 2).sum()),
    )
