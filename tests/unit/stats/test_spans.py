"""Agreement on marked stretches of text."""

import itertools
import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutorcli.stats.arrays import Ints
from tutorcli.stats.bootstrap import Estimator, Sampling
from tutorcli.stats.figure import figure, to_json
from tutorcli.stats.spans import (
    NOTHING_MARKED,
    Spans,
    exact_f1,
    overlap_f1,
    overlap_f1_by_label,
    overlap_f1_by_severity,
    severity_agreement,
)


class Mark(NamedTuple):
    unit: int
    tutor: int
    start: int
    end: int
    label: int = 0
    severity: int = 1


def column(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def spans(
    marks: Sequence[Mark],
    judged: Iterable[tuple[int, int]] = (),
    task: Iterable[int] | None = None,
) -> Spans:
    """Units are tasks of their own unless `task` says otherwise."""
    silent = list(judged)
    units = 1 + max([mark.unit for mark in marks] + [unit for unit, _ in silent], default=-1)
    unit, tutor, start, end, label, severity = np.array(marks, np.int64).reshape(-1, 6).T
    return Spans(
        unit,
        tutor,
        start,
        end,
        label,
        severity,
        judged_unit=column(unit for unit, _ in silent),
        judged_tutor=column(tutor for _, tutor in silent),
        task=column(range(units) if task is None else task),
        tutors=("a", "b", "c", "d"),
        labels=("x", "y", "z"),
    )


TWO = [
    Mark(0, 0, 0, 5, 0, 1),
    Mark(0, 0, 10, 20, 0, 2),
    Mark(0, 1, 0, 5, 0, 2),
    Mark(0, 1, 12, 22, 1, 2),
]
"""One text, two tutors; label x but for the last, which is y."""


def test_exact_f1_asks_for_start_end_and_label() -> None:
    # Of two spans each one is shared: 2 * 1 / (2 + 2).
    assert exact_f1(spans(TWO)).value() == 0.5


def test_overlap_f1_counts_characters() -> None:
    # Shared 0-5 and 12-20: 13; each marked 15: 2 * 13 / (15 + 15).
    assert overlap_f1(spans(TWO)).value() == 26 / 30


def test_each_label_has_an_overlap_of_its_own() -> None:
    # x: 15 and 5 characters, 5 shared; y: 0 and 10.
    found = {label: each.value() for label, each in overlap_f1_by_label(spans(TWO)).items()}
    assert found == {"x": 10 / 20, "y": 0.0}


def test_each_severity_has_an_overlap_of_its_own() -> None:
    # 1: 5 and 0 characters; 2: 10 and 15, 8 shared.
    found = {level: each.value() for level, each in overlap_f1_by_severity(spans(TWO)).items()}
    assert found == {1: 0.0, 2: 16 / 25}


def test_severities_are_compared_where_both_marked() -> None:
    # Of 13 shared characters the first 5 are minor for one only.
    assert severity_agreement(spans(TWO)).value() == 8 / 13
    assert severity_agreement(spans(TWO), within=1).value() == 1


def test_the_worst_of_a_tutors_overlapping_severities_counts() -> None:
    marks = [Mark(0, 0, 0, 10, 0, 1), Mark(0, 0, 5, 10, 1, 4), Mark(0, 1, 0, 10, 0, 4)]
    assert severity_agreement(spans(marks)).value() == 5 / 10


def test_who_marked_nothing_disagrees_with_who_did() -> None:
    # Pairs ab, ac, bc: 2 * (1 + 0 + 0) / (2 + 2 + 2 + 0 + 2 + 0).
    assert exact_f1(spans(TWO, judged=[(0, 2)])).value() == 2 / 8


def test_overlapping_spans_of_one_tutor_and_label_are_one() -> None:
    marks = [Mark(0, 0, 0, 6), Mark(0, 0, 4, 10), Mark(0, 0, 4, 5), Mark(0, 1, 0, 10)]
    assert exact_f1(spans(marks)).value() == 1


def test_touching_spans_stay_apart() -> None:
    marks = [Mark(0, 0, 0, 5), Mark(0, 0, 5, 10), Mark(0, 1, 0, 10)]
    assert exact_f1(spans(marks)).value() == 0
    assert overlap_f1(spans(marks)).value() == 1


def test_a_mark_of_what_is_missing_has_no_length_but_a_place() -> None:
    marks = [Mark(0, 0, 7, 7), Mark(0, 0, 7, 7), Mark(0, 1, 7, 7)]
    assert exact_f1(spans(marks)).value() == 1
    assert math.isnan(overlap_f1(spans(marks)).value())


def test_texts_that_nobody_marked_count_as_tasks_without_spans() -> None:
    found = exact_f1(spans(TWO, judged=[(1, 0), (1, 1), (2, 3)]))
    assert found.sample.tasks == 2
    assert found.value() == 0.5


def test_the_sample_of_a_label_has_every_task_that_two_judged() -> None:
    marks = [Mark(u, t, 0, 4, 1 if u == 3 else 0) for u in range(5) for t in range(2)]
    found = overlap_f1_by_label(spans(marks, judged=[(7, 0), (7, 1), (8, 0)]))
    assert {label: each.sample.tasks for label, each in found.items()} == {"x": 6, "y": 6}


@pytest.mark.parametrize(
    "marks",
    [
        spans([]),
        spans([], judged=[(0, 0)]),
        spans([], judged=[(0, 0), (0, 1)]),
        spans([Mark(0, 0, 0, 3)]),
        spans([Mark(0, 0, 0, 3), Mark(0, 0, 9, 12)], judged=[(1, 1), (1, 2)]),
    ],
)
def test_without_spans_that_two_could_have_marked_there_is_no_figure(marks: Spans) -> None:
    each = [exact_f1, overlap_f1, severity_agreement]
    for found in (make(marks) for make in each):
        said = figure("f1", found, marks.judged.basis(), Sampling(), NOTHING_MARKED)
        assert said.value is None
        assert said.why is not None
    assert overlap_f1_by_label(marks) == {}


def test_a_hundred_thousand_spans_of_five_thousand_labels_are_few() -> None:
    random_ = np.random.default_rng(1)
    n = 100_000
    start = random_.integers(0, 10_000, n)
    marks = Spans(
        unit=random_.integers(0, 3_000, n),
        tutor=random_.integers(0, 50, n),
        start=start,
        end=start + random_.integers(0, 300, n),
        label=random_.integers(0, 5_000, n),
        severity=random_.integers(1, 5, n),
        judged_unit=column([]),
        judged_tutor=column([]),
        task=np.arange(3_000) // 3,
        tutors=tuple(map(str, range(50))),
        labels=tuple(map(str, range(5_000))),
    )
    found = [exact_f1(marks), overlap_f1(marks), severity_agreement(marks)]
    assert all(0 <= each.value() <= 1 for each in found)


# What follows compares with the definition: every pair of tutors, character by character.

Characters = dict[int, set[tuple[int, ...]]]


def by_pairs(marks: Spans, of: Callable[[Spans, int, int], set[tuple[int, ...]]]) -> float:
    who: dict[int, set[int]] = {}
    for unit, tutor in [
        *zip(marks.unit.tolist(), marks.tutor.tolist(), strict=True),
        *zip(marks.judged_unit.tolist(), marks.judged_tutor.tolist(), strict=True),
    ]:
        who.setdefault(unit, set()).add(tutor)
    shared = marked = 0
    for unit, tutors in who.items():
        for one, other in itertools.combinations(sorted(tutors), 2):
            first, second = of(marks, unit, one), of(marks, unit, other)
            shared += 2 * len(first & second)
            marked += len(first) + len(second)
    return shared / marked if marked else math.nan


def rows(marks: Spans, unit: int, tutor: int) -> list[int]:
    return np.flatnonzero((marks.unit == unit) & (marks.tutor == tutor)).tolist()


def characters(marks: Spans, unit: int, tutor: int) -> set[tuple[int, ...]]:
    return {(at,) for row in rows(marks, unit, tutor) for at in _range(marks, row)}


def _range(marks: Spans, row: int) -> range:
    return range(int(marks.start[row]), int(marks.end[row]))


def severities_by_pairs(marks: Spans, within: int) -> float:
    worst: dict[tuple[int, int], dict[int, int]] = {}
    for row in range(len(marks.unit)):
        levels = worst.setdefault((int(marks.unit[row]), int(marks.tutor[row])), {})
        for at in _range(marks, row):
            levels[at] = max(levels.get(at, 0), int(marks.severity[row]))
    alike = both = 0
    for ((unit, _), one), ((same, _), other) in itertools.combinations(worst.items(), 2):
        for at in one.keys() & other.keys() if unit == same else ():
            both += 1
            alike += abs(one[at] - other[at]) <= within
    return alike / both if both else math.nan


a_mark = st.builds(
    lambda unit, tutor, start, size, label, severity: Mark(
        unit, tutor, start, start + size, label, severity
    ),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 12),
    st.integers(0, 8),
    st.integers(0, 2),
    st.integers(1, 4),
)
some_marks = st.lists(a_mark, max_size=25)
some_judged = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(some_marks, some_judged)
def test_the_sweep_finds_what_a_walk_over_all_pairs_finds(
    marks: list[Mark], judged: list[tuple[int, int]]
) -> None:
    told = spans(marks, judged)
    for found, expected in (
        (overlap_f1(told), by_pairs(told, characters)),
        (severity_agreement(told), severities_by_pairs(told, 0)),
        (severity_agreement(told, 2), severities_by_pairs(told, 2)),
    ):
        assert found.value() == pytest.approx(expected, abs=1e-12, nan_ok=True)


def everything(marks: Spans) -> list[object]:
    basis = marks.judged.basis()
    estimators: list[Estimator] = [
        exact_f1(marks),
        overlap_f1(marks),
        severity_agreement(marks, 1),
        *overlap_f1_by_label(marks).values(),
        *overlap_f1_by_severity(marks).values(),
    ]
    sampling = Sampling(resamples=20)
    return [to_json(figure("f", each, basis, sampling), {}) for each in estimators]


@settings(max_examples=40, deadline=None)
@given(some_marks, some_judged, st.randoms(use_true_random=False))
def test_order_of_rows_units_and_tutors_changes_nothing(
    marks: list[Mark], judged: list[tuple[int, int]], shuffle: random.Random
) -> None:
    units, tutors = list(range(4)), list(range(4))
    shuffle.shuffle(units)
    shuffle.shuffle(tutors)
    moved = [m._replace(unit=units[m.unit], tutor=tutors[m.tutor]) for m in marks]
    shuffle.shuffle(moved)
    other = [(units[unit], tutors[tutor]) for unit, tutor in judged]
    task = np.argsort(units).tolist()
    assert everything(spans(moved, other, task)) == everything(spans(marks, judged, range(4)))


@settings(max_examples=40, deadline=None)
@given(some_marks)
def test_a_tutor_agrees_with_a_copy_of_himself(marks: list[Mark]) -> None:
    one = [mark._replace(tutor=0) for mark in marks]
    told = spans([*one, *(mark._replace(tutor=1) for mark in one)])
    for found in (exact_f1(told), overlap_f1(told), severity_agreement(told)):
        assert found.value() == 1 or math.isnan(found.value())


@settings(max_examples=40, deadline=None)
@given(some_marks, st.integers(0, 3))
def test_what_one_tutor_alone_judged_counts_for_nothing(marks: list[Mark], tutor: int) -> None:
    alone = [Mark(4, tutor, 0, 9, 2, 3)]
    task = list(range(5))
    with_it, without = spans([*marks, *alone], task=task), spans(marks, task=task)
    for make in (exact_f1, overlap_f1, severity_agreement):
        assert make(with_it).sample.digest() == make(without).sample.digest()
