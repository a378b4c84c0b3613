"""How figures move over the weeks."""

import random

import numpy as np
import pytest

from tutorcli.stats.arrays import Bools
from tutorcli.stats.bootstrap import Estimator, Sampling
from tutorcli.stats.drift import NO_WEEK, ONE_WEEK, by_week, difference, drift, week_of_tasks
from tutorcli.stats.figure import (
    FEW_FOR_INTERVAL,
    NO_OVERLAP,
    NO_VARIATION,
    Basis,
    to_json,
)
from tutorcli.stats.judged import ratio

SAMPLING = Sampling(resamples=200)


class Shares:
    """The share of tasks in which two tutors were of one mind: 0 or 1 a task."""

    def __init__(self, alike: list[int]) -> None:
        self.alike = np.array(alike, np.int64)

    def __call__(self, chosen: Bools) -> tuple[Estimator, Basis]:
        rows = np.flatnonzero(chosen)
        return ratio(rows, self.alike[rows], np.ones_like(rows)), Basis(
            tasks=len(rows), units=len(rows), ratings=2 * len(rows), tutors=2
        )


def weeks(*times: tuple[int, int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.repeat([week for week, _ in times], [many for _, many in times])


def test_each_week_has_a_figure_of_its_own_tasks() -> None:
    week = np.array([202602, 202601, 202602, -1])
    found = by_week("agreement", Shares([1, 0, 0, 1]), week, SAMPLING)
    assert [(one, each.value) for one, each in found.items()] == [(202601, 0.0), (202602, 0.5)]
    assert found[202602].basis.tasks == 2


def test_drift_is_the_later_half_minus_the_earlier() -> None:
    # Weeks 1 and 2 hold half of the 40 tasks: 10 of 20 alike; then 15 of 20.
    alike = [1, 0] * 10 + [1, 1, 1, 0] * 5
    found = drift("drift", Shares(alike), weeks((1, 12), (2, 8), (3, 20)), SAMPLING)
    assert found.value == 15 / 20 - 10 / 20
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.25 < found.high
    assert found.basis.tasks == 40


def test_the_last_week_is_never_in_the_earlier_half() -> None:
    found = drift("drift", Shares([0] * 10 + [1] * 90), weeks((1, 10), (2, 90)), SAMPLING)
    assert found.value == 1


def test_figures_that_do_not_vary_drift_by_nothing_for_certain() -> None:
    found = drift("drift", Shares([1] * 40), weeks((1, 20), (2, 20)), SAMPLING)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_the_interval_is_that_of_two_independent_halves() -> None:
    # Half of 100 alike in each: the deviation of a half is 0.05, of the difference 0.0707.
    found = drift("drift", Shares([0, 1] * 100), weeks((1, 100), (2, 100)), Sampling())
    assert found.low == pytest.approx(-1.96 * 0.0707, abs=0.02)
    assert found.high == pytest.approx(1.96 * 0.0707, abs=0.02)


def test_few_tasks_in_a_half_give_no_interval() -> None:
    found = drift("drift", Shares([1] * 50), weeks((1, 45), (2, 5)), SAMPLING)
    assert (found.low, found.why, found.is_weak) == (None, FEW_FOR_INTERVAL, True)


def test_tasks_of_one_week_have_no_drift() -> None:
    assert drift("drift", Shares([1] * 9), weeks((1, 9)), SAMPLING).why == ONE_WEEK
    assert drift("drift", Shares([]), np.zeros(0, np.int64), SAMPLING).why == NO_WEEK
    assert drift("drift", Shares([1]), np.array([-1]), SAMPLING).why == NO_WEEK


def test_an_undefined_half_has_no_difference() -> None:
    some = Shares([1, 1])(np.ones(2, np.bool_))[0]
    none = Shares([])(np.zeros(0, np.bool_))[0]
    found = difference("drift", some, none, SAMPLING, basis=Basis(tasks=2))
    assert (found.value, found.why) == (None, NO_VARIATION)


def test_a_half_in_which_nobody_met_says_so() -> None:
    def part(chosen: Bools) -> tuple[Estimator, Basis]:
        met = np.flatnonzero(chosen[20:])
        basis = Basis(ratings=2 * int(chosen.sum()), tutors=2, overlap=len(met) / 40)
        return ratio(met, np.ones_like(met), np.ones_like(met)), basis

    assert drift("drift", part, weeks((1, 20), (2, 20)), SAMPLING).why == NO_OVERLAP


def test_order_of_tasks_changes_no_byte() -> None:
    alike = [index % 3 % 2 for index in range(60)]
    week = weeks((1, 20), (2, 25), (3, 15))
    order = random.Random(1).sample(range(60), 60)
    moved = drift("drift", Shares([alike[i] for i in order]), week[order], SAMPLING)
    assert to_json(moved, {}) == to_json(drift("drift", Shares(alike), week, SAMPLING), {})


def test_a_task_is_of_the_week_of_its_last_judgment() -> None:
    found = week_of_tasks(np.array([0, 2, 0]), np.array([5, 3, 4]), 3)
    assert found.tolist() == [5, -1, 3]
