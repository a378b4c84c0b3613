"""Comparisons of two models: what strengths and leaderboards are computed of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from tutorcli.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Which of two models answered better, once for each pair of answers that a tutor judged.

    Order of the rows and of the tasks means nothing. Build it with `of`, which makes it canonical.
    """

    models: tuple[str, ...]
    """Names, sorted."""
    task: Ints
    """Shape (comparisons,): the task, 0 to tasks - 1; comparisons of one task depend on another."""
    first: Ints
    """Shape (comparisons,): index into `models`, less than that of `second`."""
    second: Ints
    outcome: Ints
    """1 the first is better, 0 a tie, -1 the second is better."""
    both_bad: Bools
    """Whether the accept line lies above both."""
    covariates: tuple[str, ...] = ()
    """What else may have moved the tutor, such as ``position``, ``length``."""
    differences: Floats | None = None
    """Shape (comparisons, covariates): first minus second; 0 where they are alike or unknown."""
    tutors: int = 0
    """How many tutors judged."""

    def __len__(self) -> int:
        return len(self.task)

    @classmethod
    def of(
        cls,
        models: Sequence[str],
        task: npt.ArrayLike,
        left: npt.ArrayLike,
        right: npt.ArrayLike,
        outcome: npt.ArrayLike,
        *,
        both_bad: npt.ArrayLike | None = None,
        covariates: Sequence[str] = (),
        differences: npt.ArrayLike | None = None,
        tutors: int = 0,
    ) -> Self:
        """Canonical comparisons of rows in any order.

        Args:
            models: Distinct names, in any order.
            task: Shape (comparisons,): an integer for each task.
            left: Index into ``models``.
            right: Index into ``models``; rows with the same model on both sides are left out.
            outcome: 1 the left is better, 0 a tie, -1 the right is better.
            both_bad: Whether neither is acceptable; none when it is missing.
            covariates: Names of the columns of ``differences``.
            differences: Shape (comparisons, covariates): left minus right, changing its sign when
                left and right change places, such as (a - b) / (a + b) of lengths; not a finite
                number where it is unknown.
            tutors: How many tutors judged.
        """
        names = tuple(sorted(models))
        place_of = {name: place for place, name in enumerate(names)}
        places = np.array([place_of[name] for name in models], np.int64)
        a, b = places[np.asarray(left, np.int64)], places[np.asarray(right, np.int64)]
        sign = np.sign(b - a)
        known = None
        if covariates:
            known = np.asarray(differences, np.float64).reshape(len(a), len(covariates))
            known = np.where(np.isfinite(known), known, 0.0) * sign[:, None] + 0.0
        whole = cls(
            models=names,
            task=np.asarray(task, np.int64),
            first=np.minimum(a, b),
            second=np.maximum(a, b),
            outcome=np.asarray(outcome, np.int64) * sign,
            both_bad=np.zeros(len(a), bool) if both_bad is None else np.asarray(both_bad, bool),
            covariates=tuple(covariates),
            differences=known,
            tutors=tutors,
        )
        return whole if sign.all() else whole.only(sign != 0)

    def among(self, kept: Ints) -> Self:
        """The comparisons between some of the models; ``kept`` are indices, sorted."""
        if len(kept) == len(self.models):
            return self
        new = np.full(len(self.models), -1, np.int64)
        new[kept] = np.arange(len(kept))
        first, second = new[self.first], new[self.second]
        named = tuple(self.models[index] for index in kept.tolist())
        whole = replace(self, models=named, first=first, second=second)
        return whole.only((first >= 0) & (second >= 0))

    def with_covariates(self, wanted: Collection[str]) -> Self:
        """The same with some of the covariates, in the order in which they stand here."""
        taken = [place for place, name in enumerate(self.covariates) if name in wanted]
        named = tuple(self.covariates[place] for place in taken)
        columns = None if self.differences is None or not taken else self.differences[:, taken]
        return replace(self, covariates=named, differences=columns)

    def only(self, rows: Bools) -> Self:
        """Some of the comparisons."""
        return replace(
            self,
            task=self.task[rows],
            first=self.first[rows],
            second=self.second[rows],
            outcome=self.outcome[rows],
            both_bad=self.both_bad[rows],
            differences=None if self.differences is None else self.differences[rows],
        )
