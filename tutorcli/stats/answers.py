"""The answers that rows tell of, numbered."""

from collections.abc import Iterator

import numpy as np

from tutorcli.stats.arrays import Ints
from tutorcli.stats.distinct import distinct
from tutorcli.stats.growing import narrow, pieces
from tutorcli.stats.table import Rows, Table

_TABLE = 16
"""A table of tasks and ids may have so many places for each row before sorting is cheaper."""


class Answers:
    """The answers of tasks that some rows tell of, in the order of their tasks and ids."""

    def __init__(self, table: Table, *told: Rows) -> None:
        """Number the answers; ``told`` are rows of kinds whose ref is an answer."""
        self._table = table
        tasks, is_used = len(table.task_keys), np.zeros(len(table.words), np.bool_)
        for rows in told:
            is_used[rows.ref] = True
        self._refs, self._ref = int(is_used.sum()), np.cumsum(is_used) - 1
        self._place: Ints | None = None
        if tasks * self._refs <= _TABLE * sum(len(rows.ref) for rows in told):
            there = np.zeros(tasks * self._refs, np.bool_)
            for rows in told:
                for _, cell in self._cells(rows):
                    there[cell] = True
            self._place = narrow(np.cumsum(there) - 1)
            self._known = np.flatnonzero(there)
        else:
            cells = [cell for rows in told for _, cell in self._cells(rows)]
            self._known = distinct(np.concatenate(cells))
        self.task: Ints = self._known // max(self._refs, 1)
        """Shape (answers,): index of the task in the table, ascending."""
        self.times: Ints = np.bincount(self.task, minlength=tasks)
        """Shape (tasks,): how many answers each task has."""

    def indices(self, rows: Rows) -> Ints:
        """Of each row which answer of all it is about."""
        found: np.ndarray = np.empty(len(rows.ref), np.int32)
        for some, cell in self._cells(rows):
            known = self._known
            found[some] = np.searchsorted(known, cell) if self._place is None else self._place[cell]
        return found

    def numbers(self, rows: Rows) -> Ints:
        """Of each row which answer of its task it is about, from 0."""
        found, begin = self.indices(rows), np.cumsum(self.times) - self.times
        for some in pieces(len(found)):
            found[some] -= begin[self._table.task[rows.judgment[some]]]
        return narrow(found)

    def _cells(self, rows: Rows) -> Iterator[tuple[slice, Ints]]:
        for some in pieces(len(rows.ref)):
            task = self._table.task[rows.judgment[some]].astype(np.int64)
            yield some, task * self._refs + self._ref[rows.ref[some]]
