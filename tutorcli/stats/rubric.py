"""Criteria of a rubric, met or not: agreement as HealthBench measures it, and scores of answers."""

from dataclasses import dataclass

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator, Sample
from tutorcli.stats.distinct import numbered, sums_by
from tutorcli.stats.judged import quotient
from tutorcli.stats.ratings import Ratings

MET = ("no", "yes", "na", "unsure")
"""The values of marks: not met, met, does not apply, cannot tell."""
_NO, _YES, _NA, _UNSURE = range(4)
NO_SCORES = message("no tutor decided all criteria of an answer that can reach points")
NOT_BOTH = message("met and not met must both occur among what two tutors decided")


@dataclass(frozen=True, slots=True)
class Rubric:
    """What each unit of marks is worth; a unit is a criterion of an answer."""

    answer: Ints
    """Shape (units,): the answer that the unit belongs to, 0 to answers - 1."""
    points: Floats
    """Shape (units,): of the criterion when it is met; below 0 for what should not be there."""


def decided(marks: Ratings) -> Ratings:
    """Only the marks that say yes or no, as 1 and 0; the values of ``marks`` are `MET`."""
    kept = np.flatnonzero(marks.value <= _YES)
    return Ratings(
        marks.unit[kept], marks.tutor[kept], marks.value[kept], marks.task, marks.tutors, (0.0, 1.0)
    )


def pair_counts(ratings: Ratings) -> Sample:
    """Ordered pairs of tutors who decided the same unit: both met, both not met, one of each.

    Args:
        ratings: Values are 0 and 1, as of `decided`.
    """
    units = len(ratings.task)
    times = np.bincount(ratings.unit, minlength=units)
    met = np.bincount(ratings.unit[ratings.value == 1], minlength=units)
    shared = np.flatnonzero(times > 1)
    met, not_met = met[shared], (times - met)[shared]
    counts = np.column_stack([met * (met - 1), not_met * (not_met - 1), 2 * met * not_met])
    tasks, group = numbered(ratings.task[shared])
    return Sample.of(sums_by(group, len(tasks), counts.astype(np.float64)))


def pair_agreement(counts: Sample) -> Estimator:
    """Share of the ordered pairs of marks on one criterion that say the same.

    Args:
        counts: Of `pair_counts`.

    Returns:
        From 0 to 1, not corrected for chance; nan where no two tutors decided the same criterion.
        Every pair weighs the same, so a criterion that many tutors judged weighs more than in the
        percent agreement of other ratings.
    """
    return Estimator(
        counts, lambda sums: quotient(np.column_stack([sums[:, :2].sum(axis=1), sums.sum(axis=1)]))
    )


def f1_met(counts: Sample) -> Estimator:
    """F1 of "met", every tutor taken as truth for every other on the same criterion.

    Args:
        counts: Of `pair_counts`.

    Returns:
        2 TP / (2 TP + FP + FN) over the ordered pairs, from 0 to 1; nan where nobody said met.

    Source:
        openai/simple-evals, healthbench_meta_eval.py; Arora et al. 2025, HealthBench,
        arXiv:2505.08775, section 8.
    """
    return Estimator(counts, lambda sums: _f1(sums[:, 0], sums[:, 2]))


def f1_not_met(counts: Sample) -> Estimator:
    """F1 of "not met": as `f1_met`; nan where nobody said not met."""
    return Estimator(counts, lambda sums: _f1(sums[:, 1], sums[:, 2]))


def balanced_f1(counts: Sample) -> Estimator:
    """The mean of `f1_met` and `f1_not_met`: HealthBench's balanced F1; nan where one is."""
    return Estimator(
        counts, lambda sums: (_f1(sums[:, 0], sums[:, 2]) + _f1(sums[:, 1], sums[:, 2])) / 2
    )


def scores(marks: Ratings, rubric: Rubric) -> Ratings:
    """The HealthBench score of each answer by the marks of each tutor.

    The sum of the points of the criteria that are met, over the sum of all points above 0. At most
    1; below 0 where met criteria with negative points outweigh the others: HealthBench clips the
    mean over answers (`healthbench_score`), never the score of one.

    Args:
        marks: Values are `MET`. Criteria that do not apply count neither above nor below the line.
            A tutor who is unsure of a criterion of an answer, or left it out, gives it no score.
        rubric: Of the units of `marks`, all criteria of an answer that anybody could mark.

    Returns:
        Units are answers; the values are the distinct scores. An answer of which no criterion that
        applies has points above 0 has none.

    Source:
        openai/simple-evals, healthbench_eval.py, calculate_score.
    """
    many = max(len(marks.tutors), 1)
    cells, group = numbered(rubric.answer[marks.unit] * many + marks.tutor)
    answer, tutor = cells // many, cells % many
    sure = np.bincount(group, marks.value != _UNSURE, len(cells))
    criteria = np.bincount(rubric.answer)
    points = rubric.points[marks.unit]
    reached = np.where(marks.value == _YES, points, 0.0)
    possible = np.where(marks.value == _NA, 0.0, np.maximum(points, 0.0))
    sums = sums_by(group, len(cells), np.column_stack([reached, possible]))
    is_complete = sure == criteria[answer]
    kept = np.flatnonzero(is_complete & (sums[:, 1] > 0))
    values, value = np.unique(sums[kept, 0] / sums[kept, 1], return_inverse=True)
    task = np.zeros(len(criteria), np.int64)
    task[rubric.answer] = marks.task
    return Ratings(answer[kept], tutor[kept], value, task, marks.tutors, tuple(values.tolist()))


def healthbench_score(ratings: Ratings) -> Estimator:
    """The mean score of answers, clipped to 0 to 1 as HealthBench reports it.

    Args:
        ratings: Of `scores`.

    Returns:
        Mean over answers of the mean over tutors; nan where no answer has a score.

    Source:
        openai/simple-evals, healthbench_eval.py, _compute_clipped_stats; Arora et al. 2025,
        HealthBench, arXiv:2505.08775, section 3.
    """
    score = np.array(ratings.values, np.float64)[ratings.value][:, None]
    times = np.bincount(ratings.unit, minlength=len(ratings.task))
    rated = np.flatnonzero(times)
    mean = sums_by(ratings.unit, len(ratings.task), score)[rated, 0] / times[rated]
    tasks, group = numbered(ratings.task[rated])
    sums = sums_by(group, len(tasks), np.column_stack([mean, np.ones(len(mean))]))
    return Estimator(Sample.of(sums), lambda drawn: np.clip(quotient(drawn), 0, 1))


def _f1(agreed: Floats, differed: Floats) -> Floats:
    # Half of the ordered pairs that differ are false positives, the other half false negatives.
    return quotient(np.column_stack([2 * agreed, 2 * agreed + differed]))
