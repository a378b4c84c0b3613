"""Agreement on the steps of answers' reasoning."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.figure import Basis, figure, to_json
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.steps import (
    NONE_WRONG,
    UNSURE,
    Steps,
    first_error_agreement,
    first_errors,
    step_agreement,
    step_ratings,
)

Label = tuple[int, int, int, int]
"""Answer, step, tutor, label."""


def steps(labels: list[Label], answers: int = 4) -> Steps:
    """Each answer is a task of its own."""
    answer, index, tutor, label = np.array(labels, np.int64).reshape(-1, 4).T
    return Steps(answer, index, tutor, label, np.arange(answers), ("a", "b", "c"))


def traces(*told: tuple[int, int, list[int]]) -> Steps:
    """Answer, tutor, and labels of the steps from 0."""
    return steps([(a, index, t, label) for a, t, row in told for index, label in enumerate(row)])


def said(found: Ratings) -> dict[tuple[int, str], float | str]:
    rows = zip(found.unit.tolist(), found.tutor.tolist(), found.value.tolist(), strict=True)
    return {(int(found.task[u]), found.tutors[t]): found.values[v] for u, t, v in rows}


THREE = traces((0, 0, [1, 1, 0, -1]), (0, 1, [1, 0, 0, -1]), (0, 2, [1, -1, UNSURE, 1]))
"""Pairs of the four steps: all 3 of 3 alike; of 1, 0, -1 none; of 0, 0 one; of -1, -1, 1 one."""


def test_exact_agreement_counts_pairs_of_labels() -> None:
    # 3 + 0 + 1 + 1 of 3 + 3 + 1 + 3.
    assert step_agreement(THREE).value() == 5 / 10


def test_within_one_takes_only_good_against_wrong_as_disagreement() -> None:
    # 3, of the second step (1, 0) and (0, -1), 1, 1.
    assert step_agreement(THREE, within=1).value() == 7 / 10


def test_labels_are_ratings_of_steps_on_a_scale() -> None:
    found = step_ratings(traces((2, 1, [1, UNSURE, -1])))
    assert found.values == (-1.0, 0.0, 1.0)
    assert found.unit.tolist() == [0, 1]
    assert found.value.tolist() == [2, 0]
    assert found.task.tolist() == [2, 2]


def test_unsure_labels_are_left_out() -> None:
    assert len(step_ratings(THREE).unit) == 11


def test_the_first_error_is_the_earliest_wrong_step() -> None:
    told = traces((0, 0, [1, -1, -1]), (0, 1, [0, 0, 1]), (1, 0, [-1]))
    assert said(first_errors(told)) == {(0, "a"): 1.0, (0, "b"): NONE_WRONG, (1, "a"): 0.0}


def test_the_same_first_error_or_none_by_both_is_agreement() -> None:
    told = traces(
        *((0, 0, [1, -1]), (0, 1, [0, -1, 1])),
        *((1, 0, [1, 1]), (1, 1, [0, 0])),
        *((2, 0, [1, -1]), (2, 1, [-1, -1])),
        *((3, 0, [1, -1]), (3, 1, [1, 1])),
    )
    # The first two answers of four.
    assert first_error_agreement(told).value() == 2 / 4


def test_who_is_unsure_before_the_first_error_has_not_said_which_it_is() -> None:
    told = traces((0, 0, [1, UNSURE, -1]), (0, 1, [1, -1, UNSURE]), (0, 2, [1, UNSURE, 1]))
    assert said(first_errors(told)) == {(0, "b"): 1.0}


def test_labelling_may_stop_at_the_first_error() -> None:
    assert first_error_agreement(traces((0, 0, [1, -1]), (0, 1, [1, -1, 1, 1]))).value() == 1


def test_of_two_labels_of_one_step_by_one_tutor_the_lowest_counts() -> None:
    told = steps([(0, 0, 0, 1), (0, 0, 0, -1), (0, 0, 0, UNSURE), (0, 0, 1, -1)])
    assert step_agreement(told).value() == 1


@pytest.mark.parametrize(
    "told", [steps([]), traces((0, 0, [1, -1])), traces((0, 0, [UNSURE]), (0, 1, [UNSURE]))]
)
def test_without_two_labels_of_one_step_there_is_no_figure(told: Steps) -> None:
    for found in (step_agreement(told), first_error_agreement(told)):
        assert math.isnan(found.value())
        assert figure("steps", found, Basis(), Sampling()).value is None


def test_huge_numbers_of_steps_are_numbers_like_others() -> None:
    told = steps([(0, 10**15, tutor, -1) for tutor in range(3)])
    assert first_error_agreement(told).value() == 1


some_labels = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 5), st.integers(0, 2), st.sampled_from([-1, 0, 1, UNSURE])
    ),
    max_size=40,
)


def everything(told: Steps) -> list[object]:
    each = [step_agreement(told), step_agreement(told, 1), first_error_agreement(told)]
    sampling = Sampling(resamples=20)
    return [to_json(figure("f", found, Basis(), sampling), {}) for found in each]


@settings(max_examples=50, deadline=None)
@given(some_labels, st.randoms(use_true_random=False))
def test_order_of_rows_answers_and_tutors_changes_nothing(
    labels: list[Label], shuffle: random.Random
) -> None:
    answers, tutors = [0, 1, 2, 3], [0, 1, 2]
    shuffle.shuffle(answers)
    shuffle.shuffle(tutors)
    moved = [(answers[a], index, tutors[t], label) for a, index, t, label in labels]
    shuffle.shuffle(moved)
    assert everything(steps(moved)) == everything(steps(labels))


@settings(max_examples=50, deadline=None)
@given(some_labels)
def test_a_tutor_agrees_with_a_copy_of_himself(labels: list[Label]) -> None:
    one = [(a, index, 0, label) for a, index, _, label in labels]
    told = steps([*one, *((a, index, 1, label) for a, index, _, label in labels)])
    for found in (step_agreement(told), first_error_agreement(told)):
        assert found.value() == 1 or math.isnan(found.value())


@settings(max_examples=50, deadline=None)
@given(some_labels)
def test_an_unsure_label_equals_an_absent_row_of_a_step(labels: list[Label]) -> None:
    sure = [row for row in labels if row[3] != UNSURE]
    assert (
        step_agreement(steps(sure)).sample.digest() == step_agreement(steps(labels)).sample.digest()
    )
