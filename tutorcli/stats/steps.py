"""Agreement on the steps of answers' reasoning: each step, and the first that is wrong.

Source:
    Labels 1 good, 0 neutral, -1 wrong: Lightman et al. 2023, Let's Verify Step by Step,
    arXiv:2305.20050 (PRM800K, whose tutors could also flag a step they did not know how to label).
    The earliest wrong step, or none, as what a tutor says of an answer: Zheng et al. 2024,
    ProcessBench, arXiv:2412.06559.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.bootstrap import Estimator
from tutorcli.stats.distinct import numbered, sorted_rows
from tutorcli.stats.judged import changes, couples, ratio
from tutorcli.stats.ratings import Ratings

UNSURE = 2
"""Label of a step of which the tutor is not sure."""
NONE_WRONG = -1
"""In place of the index of the first wrong step: the tutor found none."""
NO_FIRST_ERRORS = message("no two tutors said of the same answer where its first error is")

_LABELS = (-1.0, 0.0, 1.0)
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Steps:
    """Labels of the steps of answers. Order of rows, tasks, answers and tutors means nothing.

    Of several labels of one step by one tutor the lowest counts.
    """

    answer: Ints
    """Shape (labels,): an index into `task`."""
    index: Ints
    """Shape (labels,): which step of the answer, from 0."""
    tutor: Ints
    """Shape (labels,): an index into `tutors`."""
    label: Ints
    """Shape (labels,): 1 good, 0 neutral, -1 wrong, `UNSURE`."""
    task: Ints
    """Shape (answers,): the task that an answer belongs to."""
    tutors: tuple[str, ...]

    @cached_property
    def canonical(self) -> "Steps":
        """One label a tutor and a step, sorted by answer, tutor and step."""
        told = [self.answer, self.tutor, self.index, self.label + 1]
        answer, tutor, index, label = sorted_rows(told)
        kept = changes(answer, tutor, index)
        columns = (answer, index, tutor, label - 1)
        answer, index, tutor, label = (column[kept].astype(np.int64) for column in columns)
        return Steps(answer, index, tutor, label, self.task, self.tutors)


def step_ratings(steps: Steps) -> Ratings:
    """The labels as ratings of steps on the scale -1, 0, 1; unsure ones are left out."""
    steps = steps.canonical
    told = steps.label != UNSURE
    columns = (steps.answer, steps.index, steps.tutor, steps.label + 1)
    answer, index, tutor, value = sorted_rows([column[told] for column in columns])
    fresh = changes(answer, index)
    return Ratings(
        unit=np.cumsum(fresh) - 1,
        tutor=tutor.astype(np.int64),
        value=value.astype(np.int64),
        task=steps.task[answer[fresh]],
        tutors=steps.tutors,
        values=_LABELS,
    )


def step_agreement(steps: Steps, within: int = 0) -> Estimator:
    """Share of the pairs of labels of one step whose values differ by at most `within`.

    Returns:
        0 to 1, over all pairs of tutors of all steps; nan when no two labelled the same step.
        `within` = 1 takes only good against wrong as disagreement.
    """
    found = step_ratings(steps)
    several = len(_LABELS)
    counts = np.bincount(found.unit * several + found.value, minlength=len(found.task) * several)
    counts = counts.reshape(-1, several)
    alike = couples(counts).sum(axis=1)
    for apart in range(1, within + 1):
        alike += (counts[:, apart:] * counts[:, :-apart]).sum(axis=1)
    return _over_units(found, alike, counts.sum(axis=1))


def first_errors(steps: Steps) -> Ratings:
    """What each tutor says is the first wrong step of an answer.

    Steps without a label count as not wrong, since labelling may stop at the first error. Who is
    unsure of a step before it, or of any step and found none wrong, has not said which is the
    first and is left out.

    Returns:
        Values are indexes of steps, `NONE_WRONG` where no step is wrong: equal or not, they lie
        on no scale.
    """
    steps = steps.canonical
    begin = np.flatnonzero(changes(steps.answer, steps.tutor))
    wrong = _earliest(begin, steps.index, steps.label == -1)
    unsure = _earliest(begin, steps.index, steps.label == UNSURE)
    said = (wrong < unsure) | (unsure == _NEVER)
    row = begin[said]
    answers, unit = numbered(steps.answer[row])
    values, value = numbered(np.where(wrong == _NEVER, NONE_WRONG, wrong)[said])
    return Ratings(
        unit=unit,
        tutor=steps.tutor[row],
        value=value,
        task=steps.task[answers],
        tutors=steps.tutors,
        values=tuple(map(float, values.tolist())),
    )


def first_error_agreement(steps: Steps) -> Estimator:
    """Share of the pairs of tutors of one answer who name the same first error, or both none.

    Returns:
        0 to 1; nan when no two tutors said of one answer where its first error is.
    """
    found = first_errors(steps)
    several = max(len(found.values), 1)
    code, place = numbered(found.unit * several + found.value)
    unit, times = code // several, np.bincount(place)
    alike = np.bincount(unit, couples(times), minlength=len(found.task)).astype(np.int64)
    return _over_units(found, alike, np.bincount(found.unit, minlength=len(found.task)))


def _earliest(begin: Ints, index: Ints, chosen: Bools) -> Ints:
    """The first chosen step of each stretch of rows that begins there; `_NEVER` without one."""
    if not len(begin):
        return begin
    return np.minimum.reduceat(np.where(chosen, index, _NEVER), begin)


def _over_units(found: Ratings, alike: Ints, times: Ints) -> Estimator:
    """Pairs that are alike among all pairs of ratings of one unit."""
    rated = times > 1
    return ratio(found.task[rated], alike[rated], couples(times)[rated])
