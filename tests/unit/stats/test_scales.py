"""Leniency, spread and distance of ratings on a scale."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.ranked import ratings
from tutorcli.stats.scales import AgainstOthers, against_others, leniency, mean_difference, spread

Told = list[dict[str, float]]


def of(told: Told, tutor: str) -> AgainstOthers:
    found = ratings(told)
    return against_others(found)[found.tutors.index(tutor)]


def test_leniency_is_the_mean_distance_from_the_mean_of_the_others() -> None:
    told: Told = [{"a": 5, "b": 3, "c": 2}, {"a": 4, "b": 4}, {"a": 1}]
    assert leniency(of(told, "a")).value() == pytest.approx((2.5 + 0) / 2)
    assert leniency(of(told, "b")).value() == pytest.approx((-0.5 + 0) / 2)
    assert leniency(of(told, "c")).value() == pytest.approx(-2)


def test_spread_is_that_of_the_others_on_the_same_units() -> None:
    told: Told = [{"a": 1, "b": 2, "c": 2}, {"a": 5, "b": 4, "c": 4}, {"b": 5, "c": 1}]
    assert spread(of(told, "a")).value() == pytest.approx(2)


def test_every_unit_weighs_the_same_in_the_spread_however_many_rated_it() -> None:
    few: Told = [{"a": 1, "b": 2}, {"a": 5, "b": 4}]
    many: Told = [{"a": 1, "b": 2, "c": 2, "d": 2}, {"a": 5, "b": 4}]
    assert spread(of(few, "a")).value() == pytest.approx(spread(of(many, "a")).value())


def test_a_tutor_who_gives_one_value_has_no_spread() -> None:
    told: Told = [{"a": 0.1, "b": 0.2}, {"a": 0.1, "b": 0.3}, {"a": 0.1, "b": 0.7}]
    assert spread(of(told, "a")).value() == 0


@pytest.mark.parametrize(
    "told",
    [[{"a": 1.0}], [{"a": 0.1, "b": 0.1}, {"a": 0.3, "b": 0.1}, {"a": 0.7, "b": 0.1}]],
    ids=["alone", "others give one value"],
)
def test_there_is_no_spread_to_compare_with(told: Told) -> None:
    assert math.isnan(spread(of(told, "a")).value())


def test_nobody_else_gives_no_leniency_and_no_difference() -> None:
    told: Told = [{"a": 1}, {"b": 2}]
    assert math.isnan(leniency(of(told, "a")).value())
    assert math.isnan(mean_difference(ratings(told)).value())
    assert math.isnan(mean_difference(ratings([])).value())
    assert against_others(ratings([])) == ()


def test_units_of_one_task_are_drawn_together() -> None:
    told: Told = [{"a": 5, "b": 3}, {"a": 4, "b": 4}, {"a": 2, "b": 1}]
    found = against_others(ratings(told, task=[0, 0, 1]))[0]
    assert found.sample.tasks == 2
    assert leniency(found).value() == pytest.approx(1)


def test_what_a_tutor_is_told_rests_on_the_ratings_of_that_tutor() -> None:
    told: Told = [{"a": 1, "b": 2, "c": 4}, {"a": 5}, {"b": 3, "c": 3}]
    basis = of(told, "a").basis
    assert (basis.tasks, basis.units, basis.ratings, basis.tutors) == (2, 2, 2, 3)
    assert (basis.overlap, basis.pairs) == (0.5, 2)


def test_difference_is_the_mean_over_pairs_of_tutors() -> None:
    told: Told = [{"a": 1, "b": 2, "c": 4}, {"a": 5, "b": 5}, {"c": 3}]
    assert mean_difference(ratings(told)).value() == pytest.approx((1 + 3 + 2 + 0) / 4)


many_told = st.lists(
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from([0.1, 0.2, 0.3, 1.7]), max_size=4),
    min_size=1,
    max_size=8,
)


@settings(max_examples=50, deadline=None)
@given(many_told, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_units_changes_no_bit(told: Told, chance: random.Random) -> None:
    order = chance.sample(range(len(told)), len(told))
    plain = ratings(told, task=[unit // 3 for unit in range(len(told))])
    mixed = ratings(
        [told[unit] for unit in order],
        task=[unit // 3 for unit in order],
        shuffle=lambda n: chance.sample(range(n), n),
    )
    assert mean_difference(plain).sample.digest() == mean_difference(mixed).sample.digest()
    for one, other in zip(against_others(plain), against_others(mixed), strict=True):
        assert one.sample.digest() == other.sample.digest()


@settings(max_examples=50, deadline=None)
@given(many_told)
def test_a_copy_is_neither_milder_nor_wider(told: Told) -> None:
    doubled = [
        {"x": said["a"], "y": said["a"]} if "a" in said else {"x": 0.1, "y": 0.1} for said in told
    ]
    for found in against_others(ratings(doubled)):
        assert leniency(found).value() == 0
        assert spread(found).value() == 1 or math.isnan(spread(found).value())
    assert mean_difference(ratings(doubled)).value() == 0


@settings(max_examples=50, deadline=None)
@given(many_told)
def test_differences_are_those_of_each_pair(told: Told) -> None:
    apart = [abs(said[a] - said[b]) for said in told for a in said for b in said if a < b]
    expected = math.fsum(apart) / len(apart) if apart else math.nan
    assert mean_difference(ratings(told)).value() == pytest.approx(expected, abs=1e-12, nan_ok=True)
