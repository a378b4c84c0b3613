"""Sets of labels, such as the flags of a task: label by label, and as wholes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator
from tutorcli.stats.distinct import distinct, numbered
from tutorcli.stats.judged import ratio, ratios
from tutorcli.stats.ratings import Ratings

MOST_SETS = 2000
"""More distinct sets have no table of distances: it would take seconds and 32 MB."""
TOO_MANY_SETS = message("more than {n} distinct sets of labels", n=MOST_SETS)
NEVER_SET = message("no tutor chose it for anything that two tutors judged")


@dataclass(frozen=True, slots=True)
class LabelSets:
    """Which labels each tutor chose for each unit that he judged; the empty set is one of them.

    Order of the rows, of tasks, units, tutors and labels means nothing. A tutor judges a unit at
    most once, and a label is in a set at most once.
    """

    unit: Ints
    """Shape (sets,): which unit, an index into `task`."""
    tutor: Ints
    """Shape (sets,): an index into `tutors`."""
    set: Ints
    """Shape (members,): the set that a label is in, an index into `unit`."""
    label: Ints
    """Shape (members,): an index into `labels`."""
    task: Ints
    """Shape (units,): the task that a unit belongs to."""
    tutors: tuple[str, ...]
    """Names, sorted."""
    labels: tuple[str, ...]
    """Names, sorted."""


class DistinctSets(NamedTuple):
    """Sets of labels as values, so that every coefficient of ratings takes them."""

    ratings: Ratings
    """The values are the sets written as JSON lists; smaller sets first."""
    set: Ints
    """Shape (members,): an index into the values."""
    label: Ints
    """Shape (members,): an index into the labels."""


def each_label(sets: LabelSets) -> Iterator[tuple[str, Ratings]]:
    """Each label that anybody chose, in order, with 1 where a tutor chose it and 0 where not."""
    order = np.argsort(sets.label, kind="stable")
    labels, first = np.unique(sets.label[order], return_index=True)
    for label, chosen in zip(labels.tolist(), np.split(sets.set[order], first[1:]), strict=False):
        value = np.zeros(len(sets.unit), np.int64)
        value[chosen] = 1
        yield sets.labels[label], _ratings(sets, value, (0.0, 1.0))


def positive_agreement(ratings: Ratings, value: int = 1) -> Estimator:
    """How far tutors agree on where something is, given that one says so.

    With a units where both of two tutors say it, and b + c where one does, 2 a / (2 a + b + c),
    added up over all pairs of tutors. It is the F1 of the one taken as truth for the other, each
    pair both ways. Units where nobody says it do not count, which is why it can be read where a
    label is rare.

    Args:
        ratings: Such as of one label.
        value: Index of the value that it is about; agreement on its absence is that of the other.

    Returns:
        From 0 to 1, not corrected for chance; nan where nobody gave the value to a unit that two
        tutors judged.

    Source:
        Cicchetti and Feinstein 1990, J. Clin. Epidemiol. 43(6), 551-558 (two tutors); Fleiss, Levin
        and Paik 2003, Statistical Methods for Rates and Proportions, 3rd ed., p. 609 (several).
    """
    units = len(ratings.task)
    times = np.bincount(ratings.unit, minlength=units)
    chosen = np.bincount(ratings.unit[ratings.value == value], minlength=units)
    shared = np.flatnonzero(times > 1)
    times, chosen = times[shared], chosen[shared]
    return ratio(ratings.task[shared], chosen * (chosen - 1), chosen * (times - 1))


def positive_agreements(sets: LabelSets) -> Iterator[tuple[str, Estimator]]:
    """`positive_agreement` of each label that anybody chose for a unit that two tutors judged.

    It takes no longer for thousands of labels than for a few.
    """
    units = len(sets.task)
    times = np.bincount(sets.unit, minlength=units)
    found, code = numbered(sets.label * units + sets.unit[sets.set])
    chosen, label, unit = np.bincount(code), found // max(units, 1), found % max(units, 1)
    tasks = len(distinct(sets.task[times > 1]))
    top, bottom = chosen * (chosen - 1), chosen * (times[unit] - 1)
    for index, estimator in ratios(label, sets.task[unit], top, bottom, tasks):
        yield sets.labels[index], estimator


def distinct_sets(sets: LabelSets) -> DistinctSets:
    """Whole sets as values: two tutors agree when they chose the same labels."""
    order = np.lexsort((sets.label, sets.set))
    owner, label = sets.set[order], sets.label[order]
    size = np.bincount(owner, minlength=len(sets.unit))
    begin = np.cumsum(size) - size
    # Step by step along the sorted labels: sets are the same while their labels so far are.
    node, nodes = np.zeros(len(size), np.int64), 1
    for step in range(int(size.max(initial=0))):
        longer = np.flatnonzero(size > step)
        key = node[longer] * len(sets.labels) + label[begin[longer] + step]
        distinct, code = np.unique(key, return_inverse=True)
        node[longer], nodes = nodes + code, nodes + len(distinct)
    values, value = numbered(node)
    example = np.zeros(len(values), np.int64)
    example[value] = np.arange(len(value))
    sizes = size[example]
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    members = label[np.repeat(begin[example], sizes) + within]
    texts = (
        json.dumps([sets.labels[index] for index in part.tolist()], ensure_ascii=False)
        for part in np.split(members, np.cumsum(sizes)[:-1])
    )
    names = tuple(texts) if len(values) else ()
    return DistinctSets(
        _ratings(sets, value, names), np.repeat(np.arange(len(values)), sizes), members
    )


def jaccard_distance(sets: DistinctSets) -> Floats | None:
    """How far each two of the distinct sets differ.

    Returns:
        Shape (values, values): 1 less the share of labels of either that are in both; 0 for the
        same, two empty ones too, 1 without a common label. None for more than `MOST_SETS`.

    Source:
        Jaccard 1912, New Phytologist 11(2), 37-50.
    """
    common = _common(sets)
    return None if common is None else 1 - _jaccard(common)


def masi_distance(sets: DistinctSets) -> Floats | None:
    """How far each two of the distinct sets differ, less where one contains the other.

    Returns:
        Shape (values, values): 1 - J M with Jaccard's index J, and M = 1 for the same, 2/3 where
        one contains the other, 1/3 where each has labels of its own, 0 without a common label. None
        for more than `MOST_SETS`.

    Source:
        Passonneau 2006, Measuring Agreement on Set-valued Items, LREC. NLTK's 0.67 and 0.33 for
        2/3 and 1/3 give other digits.
    """
    common = _common(sets)
    if common is None:
        return None
    size = np.diagonal(common)
    contains = (common == size[:, None]) | (common == size[None, :])
    same = (common == size[:, None]) & (common == size[None, :])
    return 1 - _jaccard(common) * np.where(same, 3, np.where(contains, 2, 1)) / 3


def _common(sets: DistinctSets) -> Floats | None:
    """How many labels each two sets share, shape (values, values)."""
    several = len(sets.ratings.values)
    if several > MOST_SETS:
        return None
    used, column = numbered(sets.label)
    member = np.zeros((several, len(used)), np.float32)
    member[sets.set, column] = 1
    return (member @ member.T).astype(np.float64)


def _jaccard(common: Floats) -> Floats:
    size = np.diagonal(common)
    either = size[:, None] + size[None, :] - common
    return np.where(either > 0, common / np.maximum(either, 1), 1.0)


def _ratings(sets: LabelSets, value: Ints, values: tuple[float, ...] | tuple[str, ...]) -> Ratings:
    return Ratings(sets.unit, sets.tutor, value, sets.task, sets.tutors, values)
