"""Rankings as tables, one for each number of answers that tasks have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Ints
from tutorcli.stats.distinct import distinct
from tutorcli.stats.figure import Basis
from tutorcli.stats.judged import Counted
from tutorcli.stats.ways import Ways

ORDER = (-1.0, 0.0, 1.0)
"""Of two answers: the one with the lower number is better, both are tied, the other is better."""
ACCEPTED = (0.0, 1.0)
MOST_PAIRS = 8_000_000
"""More pairs of answers than that are not written out: they would fill 200 MB."""
TOO_MANY_PAIRS = message("more than {n} pairs of answers", n=MOST_PAIRS)

_AT_ONCE = 20_000
"""Rankings whose tiers are renumbered at a time, to save memory."""


class Grid(NamedTuple):
    """Rankings of tasks with as many answers."""

    task: Ints
    """Shape (rankings,)."""
    tutor: Ints
    """Shape (rankings,)."""
    told: Ints
    """Shape (rankings, answers): 0 is best, tiers may be left out; -1 is not ranked."""

    @property
    def tiers(self) -> Ints:
        """The same with tiers from 0 on, none left out."""
        return _without_gaps(self.told)


class Lines(NamedTuple):
    """Accept lines of tasks with as many answers."""

    task: Ints
    """Shape (lines,)."""
    tutor: Ints
    """Shape (lines,)."""
    line: Ints
    """Shape (lines,): how many tiers are acceptable; 0 also of answers that were not ranked."""
    ranking: Ints
    """Shape (lines,): the ranking of the same tutor in the grid of as many answers; -1: none."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Who ranked the answers of which task how; a tutor ranks a task at most once."""

    grids: Sequence[Grid]
    """One for each number of answers that was ranked, fewer first."""
    lines: Sequence[tuple[int, Lines]]
    """One for each number of answers of tasks with a line, with that number."""
    tasks: int

    def basis(self) -> Basis:
        """What figures of rankings rest on: a unit is a task, a rating is a ranking."""
        none = [np.zeros(0, np.int64)]
        task = np.concatenate([*none, *(grid.task for grid in self.grids)])
        tutor = np.concatenate([*none, *(grid.tutor for grid in self.grids)])
        times = np.bincount(task, minlength=self.tasks)
        return Counted(times, np.arange(self.tasks), len(distinct(tutor))).basis()

    def ways(self) -> tuple[Ways, ...]:
        """The tiers of answers, tasks with as many answers together."""
        return tuple(Ways.of(grid.task, grid.tutor, grid.tiers, self.tasks) for grid in self.grids)

    def ways_of_accepting(self) -> tuple[Ways, ...]:
        """Of each answer whether it stands above the line, as an index into `ACCEPTED`.

        Only tutors who drew a line are counted, with the answers that they ranked; where it stands
        above all, every answer of the task is below, ranked or not.
        """
        told = {grid.told.shape[1]: grid.told for grid in self.grids}
        found = []
        for answers, lines in self.lines:
            said: np.ndarray = np.full((len(lines.task), answers), -1, np.int16)
            ranked = lines.ranking >= 0
            if ranked.any():
                tiers = told[answers][lines.ranking[ranked]]
                said[ranked] = np.where(tiers < 0, -1, tiers < lines.line[ranked, None])
            said[lines.line <= 0] = 0
            found.append(Ways.of(lines.task, lines.tutor, said, self.tasks))
        return tuple(found)


def ways_of_pairs(ways: Sequence[Ways]) -> tuple[Ways, ...]:
    """What tiers say of each pair of answers of which both were ranked, as an index into `ORDER`.

    Source:
        Bojar et al. 2016, Findings of the 2016 Conference on Machine Translation, section 3.1
        (rankings taken apart into pairs <, =, >).
    """
    found = []
    for one in ways:
        first, second = np.triu_indices(one.said.shape[1], 1)
        left, right = one.said[:, first], one.said[:, second]
        said = np.where((left < 0) | (right < 0), -1, np.sign(left - right) + 1)
        found.append(replace(one, said=said))
    return tuple(found)


def _without_gaps(tiers: Ints) -> Ints:
    """Tiers of each row renumbered from 0; -1 stays."""
    found = tiers
    for start in range(0, len(tiers), _AT_ONCE):
        some = tiers[start : start + _AT_ONCE]
        ordered = np.sort(some, axis=1)
        steps = np.diff(ordered, axis=1, prepend=-1)
        if int(steps.max(initial=0)) > 1:
            if found is tiers:
                found = tiers.copy()
            order = np.argsort(some, axis=1, kind="stable")
            places = np.cumsum(np.minimum(steps, 1), axis=1) - 1
            np.put_along_axis(found[start : start + _AT_ONCE], order, places, axis=1)
    return found
