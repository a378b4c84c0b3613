"""Criteria met or not: agreement and scores as HealthBench has them."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.ranked import case, expected, ratings
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.rubric import (
    MET,
    Rubric,
    balanced_f1,
    decided,
    f1_met,
    f1_not_met,
    healthbench_score,
    pair_agreement,
    pair_counts,
    scores,
)
from tutorcli.stats.scales import mean_difference

Told = list[dict[str, str]]
FIGURES = {
    "pair_agreement": pair_agreement,
    "f1_pos": f1_met,
    "f1_neg": f1_not_met,
    "f1_balanced": balanced_f1,
}
TEST_POINTS = [7.0, 5.0, 10.0, -6.0]
"""Of openai/simple-evals, healthbench_eval_test.py."""


def marks(told: Told, task: list[int] | None = None) -> Ratings:
    return ratings(told, task, MET)


def one_answer(told: Told) -> tuple[Ratings, Rubric]:
    """Marks of the four criteria of one answer."""
    return marks(told, [0, 0, 0, 0]), Rubric(np.zeros(4, np.int64), np.array(TEST_POINTS))


def values(told: Told, figure: str) -> float:
    return FIGURES[figure](pair_counts(decided(marks(told)))).value()


@pytest.mark.parametrize("figure", FIGURES)
def test_agreement_is_that_of_healthbench(figure: str) -> None:
    told = [
        {f"t{n}": "yes" if met else "no" for n, met in enumerate(unit)}
        for unit in case("healthbench_pairwise_f1")
    ]
    published, tolerance = expected("healthbench_pairwise_f1", figure)
    assert values(told, figure) == pytest.approx(published, abs=tolerance)


def test_marks_that_decide_nothing_are_left_out() -> None:
    told: Told = [{"a": "yes", "b": "na", "c": "unsure"}, {"a": "no", "b": "unsure"}]
    found = decided(marks(told))
    assert found.value.tolist() == [1, 0]
    assert found.values == (0.0, 1.0)


def test_balanced_f1_needs_both_met_and_not_met() -> None:
    told: Told = [{"a": "yes", "b": "yes"}]
    assert values(told, "f1_pos") == 1
    assert math.isnan(values(told, "f1_neg"))
    assert math.isnan(values(told, "f1_balanced"))


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(
    "told", [[], [{"a": "yes"}], [{"a": "yes"}, {"b": "no"}], [{"a": "na", "b": "yes"}]]
)
def test_without_two_decisions_on_a_criterion_there_is_no_number(told: Told, figure: str) -> None:
    assert math.isnan(values(told, figure))


def test_a_score_is_the_points_reached_of_those_there_are() -> None:
    # 7 + 0 + 10 - 6 of 7 + 5 + 10: test_calculate_score of openai/simple-evals.
    told: Told = [{"a": "yes"}, {"a": "no"}, {"a": "yes"}, {"a": "yes"}]
    found = scores(*one_answer(told))
    assert found.values == (11 / 22,)


def test_a_score_may_be_below_zero_and_only_the_mean_is_clipped() -> None:
    told: Told = [{"a": "no"}, {"a": "no"}, {"a": "no"}, {"a": "yes"}]
    found = scores(*one_answer(told))
    assert found.values == (-6 / 22,)
    assert healthbench_score(found).value() == 0


def test_criteria_that_do_not_apply_take_their_points_along() -> None:
    told: Told = [{"a": "yes"}, {"a": "no"}, {"a": "na"}, {"a": "na"}]
    assert scores(*one_answer(told)).values == (7 / 12,)


def test_a_tutor_who_left_something_open_gives_no_score() -> None:
    told: Told = [
        {"a": "yes", "b": "yes", "c": "na"},
        {"a": "no", "c": "na"},
        {"a": "unsure", "b": "yes", "c": "na"},
        {"a": "no", "b": "no", "c": "yes"},
    ]
    found = scores(*one_answer(told))
    assert not len(found.unit)
    assert math.isnan(healthbench_score(found).value())
    assert math.isnan(mean_difference(found).value())


def test_the_mean_is_over_answers_and_not_over_tutors() -> None:
    told: Told = [{"a": "yes", "b": "yes", "c": "no"}, {"a": "no"}]
    rubric = Rubric(np.array([0, 1]), np.array([3.0, 2.0]))
    found = scores(marks(told, [4, 7]), rubric)
    assert healthbench_score(found).value() == pytest.approx((2 / 3 + 0) / 2)
    assert mean_difference(found).value() == pytest.approx(2 / 3)
    assert found.task.tolist() == [4, 7]


def test_no_marks_give_no_scores() -> None:
    found = scores(marks([]), Rubric(np.zeros(0, np.int64), np.zeros(0)))
    assert not len(found.unit)
    assert math.isnan(healthbench_score(found).value())


said = st.dictionaries(st.sampled_from("abc"), st.sampled_from(MET), max_size=3)
many_told = st.lists(said, max_size=9)


@settings(max_examples=50, deadline=None)
@given(many_told, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_units_changes_no_bit(told: Told, chance: random.Random) -> None:
    order = chance.sample(range(len(told)), len(told))
    task, answer = np.arange(len(told)) // 6, np.arange(len(told)) // 3
    points = np.array([0.1, 0.2, 0.7, -0.3, 0.1, 0.2, 0.7, 1.1, 0.3])[: len(told)]
    plain = marks(told, task.tolist())
    mixed = ratings(
        [told[unit] for unit in order],
        [task[unit] for unit in order],
        MET,
        lambda n: chance.sample(range(n), n),
    )
    one, other = (pair_counts(decided(found)) for found in (plain, mixed))
    assert one.digest() == other.digest()
    first = scores(plain, Rubric(answer, points))
    second = scores(mixed, Rubric(answer[order], points[order]))
    assert first.values == second.values
    for figure in (healthbench_score(first), healthbench_score(second)):
        assert figure.sample.digest() == healthbench_score(first).sample.digest()


@settings(max_examples=50, deadline=None)
@given(many_told)
def test_a_copy_decides_the_same(told: Told) -> None:
    doubled = [{"x": given_by["a"], "y": given_by["a"]} for given_by in told if "a" in given_by]
    for figure in FIGURES:
        assert values(doubled, figure) == 1 or math.isnan(values(doubled, figure))
