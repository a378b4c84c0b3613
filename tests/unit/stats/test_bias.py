"""Preference for what was shown first and for what is longer."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutorcli.stats.bias import (
    Compared,
    bias_basis,
    first_shown_preferred,
    longer_preferred,
    tie_share,
)
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.figure import figure, to_json

Pair = tuple[int, int, int, int, int]
"""Task, tutor; the first is better, shown first, longer: 1, 0, -1."""


def compared(pairs: list[Pair]) -> Compared:
    task, tutor, better, shown, longer = np.array(pairs, np.int64).reshape(-1, 5).T
    return Compared(task, tutor, better, shown, longer, ("a", "b"))


SIX = compared(
    [
        (0, 0, 1, 1, -1),  # Shown first and shorter preferred.
        (0, 0, -1, -1, -1),  # Shown first and longer.
        (0, 0, 1, -1, 1),  # Shown last and longer.
        (1, 0, 0, 1, 1),  # A tie.
        (1, 1, 1, 0, 0),  # Order unknown, equal lengths.
        (2, 1, -1, 1, 0),  # Shown last, equal lengths.
    ]
)


def test_first_shown_is_a_share_of_ordered_pairs_whose_place_is_known() -> None:
    assert first_shown_preferred(SIX).value() == 2 / 4
    assert first_shown_preferred(SIX, 0).value() == 2 / 3
    assert first_shown_preferred(SIX, 1).value() == 0


def test_longer_is_a_share_of_ordered_pairs_of_unequal_length() -> None:
    assert longer_preferred(SIX).value() == 2 / 3
    assert math.isnan(longer_preferred(SIX, 1).value())


def test_ties_are_a_share_of_all_pairs() -> None:
    assert tie_share(SIX).value() == 1 / 6
    assert tie_share(SIX, 1).value() == 0


def test_pairs_of_one_task_are_drawn_together() -> None:
    assert first_shown_preferred(SIX).sample.tasks == 2
    assert tie_share(SIX).sample.tasks == 3


def test_the_basis_counts_pairs() -> None:
    found = bias_basis(SIX, 0)
    assert (found.tasks, found.units, found.ratings, found.tutors) == (2, 4, 4, 1)


def test_a_tutor_who_always_takes_the_first_has_a_narrow_interval_around_one() -> None:
    pairs = compared([(task, 0, 1, 1, 1) for task in range(30)])
    found = figure("first_shown", first_shown_preferred(pairs), bias_basis(pairs), Sampling())
    assert (found.value, found.low, found.high) == (1, 1, 1)


@pytest.mark.parametrize("pairs", [compared([]), compared([(0, 0, 0, 1, 1)] * 30)])
def test_without_ordered_pairs_there_is_no_figure(pairs: Compared) -> None:
    for found in (first_shown_preferred(pairs), longer_preferred(pairs)):
        assert figure("bias", found, bias_basis(pairs), Sampling()).value is None


a_side = st.sampled_from([-1, 0, 1])
some_pairs = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 1), a_side, a_side, a_side), max_size=40
)


def everything(pairs: Compared) -> list[object]:
    each = [first_shown_preferred(pairs), longer_preferred(pairs), tie_share(pairs, 0)]
    sampling = Sampling(resamples=20)
    return [to_json(figure("f", found, bias_basis(pairs), sampling), {}) for found in each]


@settings(max_examples=50, deadline=None)
@given(some_pairs, st.randoms(use_true_random=False))
def test_order_of_rows_and_tasks_and_which_answer_is_named_first_change_nothing(
    pairs: list[Pair], shuffle: random.Random
) -> None:
    tasks = shuffle.sample(range(13), 13)
    moved = []
    for task, tutor, *sides in pairs:
        sign = shuffle.choice([-1, 1])
        better, shown, longer = (side * sign for side in sides)
        moved.append((tasks[task], tutor, better, shown, longer))
    shuffle.shuffle(moved)
    assert everything(compared(moved)) == everything(compared(pairs))
