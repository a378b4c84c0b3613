"""Who judged which text, and ratios over the pairs of tutors who judged the same one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.bootstrap import Estimator, Sample
from tutorcli.stats.distinct import distinct, numbered, sums_by
from tutorcli.stats.figure import Basis
from tutorcli.stats.growing import pieces

_TABLE = 64_000_000
"""A table of who judged what has so many places at most: 64 MB."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tutors judged each unit."""

    times: Ints
    """Shape (units,)."""
    task: Ints
    """Shape (units,): the task that a unit belongs to."""
    tutors: int
    """How many different ones they are."""

    def basis(self) -> Basis:
        """What figures of these judgments rest on."""
        units = int(np.count_nonzero(self.times))
        return Basis(
            tasks=len(distinct(self.task[self.times > 0])),
            units=units,
            ratings=int(self.times.sum()),
            tutors=self.tutors,
            overlap=np.count_nonzero(self.times > 1) / units if units else None,
            pairs=int(couples(self.times).sum()),
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """Which tutor judged which unit, each at most once, sorted by unit and tutor."""

    unit: Ints
    """Shape (judged,)."""
    tutor: Ints
    """Shape (judged,)."""
    task: Ints
    """Shape (units,): the task that a unit belongs to."""

    @property
    def times(self) -> Ints:
        """How many tutors judged each unit, shape (units,)."""
        return np.bincount(self.unit, minlength=len(self.task)).astype(np.int64)

    def basis(self) -> Basis:
        """What figures of these judgments rest on."""
        return Counted(self.times, self.task, len(distinct(self.tutor))).basis()


def judged(unit: Ints, tutor: Ints, task: Ints) -> Judged:
    """Who judged what, from rows in any order, repeated or not; `task` has shape (units,)."""
    tutors = int(tutor.max(initial=0)) + 1
    code = distinct(unit.astype(np.int64, copy=False) * tutors + tutor)
    return Judged(code // tutors, code % tutors, task)


def counted(task: Ints, *told: tuple[Ints, Ints]) -> Counted:
    """As `judged`, where it matters only how many judged a unit.

    Args:
        task: Shape (units,).
        told: Units and tutors who judged them, repeated or not.
    """
    tutors = max(int(tutor.max(initial=0)) for _, tutor in told) + 1
    if len(task) * tutors > _TABLE:
        unit, tutor = (np.concatenate(columns) for columns in zip(*told, strict=True))
        found = judged(unit, tutor, task)
        return Counted(found.times, task, len(distinct(found.tutor)))
    seen = np.zeros((len(task), tutors), np.bool_)
    for unit, tutor in told:
        for some in pieces(len(unit)):
            seen[unit[some], tutor[some]] = True
    return Counted(np.count_nonzero(seen, axis=1), task, int(np.count_nonzero(seen.any(axis=0))))


def changes(*columns: Ints) -> Bools:
    """Whether a row differs from the one before it; the first does."""
    found = np.ones(len(columns[0]), np.bool_)
    found[1:] = columns[0][1:] != columns[0][:-1]
    for column in columns[1:]:
        found[1:] |= column[1:] != column[:-1]
    return found


def couples(count: Ints) -> Ints:
    """How many pairs can be made of so many, same shape."""
    return count * (count - 1) // 2


def quotient(sums: Floats) -> Floats:
    """The first sum over the second, shape (draws, 2) to (draws,); nan where the second is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[:, 1] == 0, np.nan, sums[:, 0] / sums[:, 1])


def ratio(task: Ints, top: Ints | Floats, bottom: Ints | Floats) -> Estimator:
    """The sum of `top` over the sum of `bottom`.

    Args:
        task: Shape (rows,): the task of each row; only tasks that occur here are drawn.
        top: Shape (rows,).
        bottom: Shape (rows,): not negative.

    Returns:
        The ratio; nan where the sum of `bottom` is 0.
    """
    tasks, code = numbered(task)
    sums = sums_by(code, len(tasks), np.column_stack([top, bottom]).astype(np.float64))
    return Estimator(Sample.of(sums), quotient)


def ratios(
    key: Ints, task: Ints, top: Ints, bottom: Ints, tasks: int
) -> Iterator[tuple[int, Estimator]]:
    """`ratio` for each key in order, where most tasks have no row of most keys.

    Args:
        key: Shape (rows,).
        task: Shape (rows,).
        top: Shape (rows,).
        bottom: Shape (rows,): rows with 0 count as absent.
        tasks: How many tasks are drawn; those without a row of a key add nothing to its sums.
    """
    order = np.argsort(key, kind="stable")
    order = order[bottom[order] > 0]
    keys, first = np.unique(key[order], return_index=True)
    for value, rows in zip(keys.tolist(), np.split(order, first[1:]), strict=False):
        found = ratio(task[rows], top[rows], bottom[rows]).sample
        yield value, Estimator(_with_empty(found, tasks - found.tasks), quotient)


def _with_empty(sample: Sample, more: int) -> Sample:
    """As if there were so many tasks more, whose sums are 0."""
    if not more:
        return sample
    rows = np.concatenate([np.zeros((1, sample.rows.shape[1])), sample.rows])
    return Sample.of(rows, np.concatenate([[more], sample.times]).astype(np.int64))


def shared_tasks(found: Judged) -> Bools:
    """Whether two tutors judged the same unit of a task, shape (tasks,)."""
    tasks = int(found.task.max(initial=-1)) + 1
    return np.bincount(found.task, found.times > 1, minlength=tasks) > 0
