"""Mean Spearman correlation of tutors."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.ranked import case, expected, ratings
from tutorcli.stats import spearman as module
from tutorcli.stats.bootstrap import Sampling, interval
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.spearman import TOO_MANY_PAIRS, TOO_THIN, spearman

Told = list[dict[str, float]]


def anxiety() -> Ratings:
    rows = case("irr_anxiety_20x3")
    return ratings([{f"t{n}": row[unit] for n, row in enumerate(rows)} for unit in range(20)])


def dense(seed: int, tutors: int, units: int, values: int) -> Ratings:
    chance = np.random.default_rng(seed)
    unit, tutor = np.repeat(np.arange(units), tutors), np.tile(np.arange(tutors), units)
    worth = chance.integers(0, values, units)
    value = np.clip(worth[unit] + chance.integers(-1, 2, len(unit)), 0, values - 1)
    names = tuple(f"t{n:03}" for n in range(tutors))
    return Ratings(unit, tutor, value, np.arange(units), names, tuple(map(float, range(values))))


def test_it_is_that_of_the_published_ratings() -> None:
    published, tolerance = expected("irr_anxiety_20x3", "mean_spearman")
    assert spearman(anxiety()).value() == pytest.approx(published, abs=tolerance)


def test_it_is_computed_on_the_units_that_both_rated() -> None:
    told: Told = [{"a": 1, "b": 2}, {"a": 2, "b": 4}, {"a": 3, "b": 5}, {"a": 0}, {"b": 9}]
    assert spearman(ratings(told), fewest=2).value() == 1


def test_pairs_with_few_common_units_are_left_out() -> None:
    told = [{"a": n, "b": n} for n in range(4)] + [{"a": n, "c": -n} for n in range(3)]
    assert spearman(ratings(told), fewest=4).value() == 1
    assert spearman(ratings(told), fewest=3).value() == 0
    assert math.isnan(spearman(ratings(told)).value())


@pytest.mark.parametrize(
    "told",
    [[], [{"a": 1.0}], [{"a": 1.0}, {"b": 2.0}], [{"a": 1.0, "b": 2.0}] * 3],
    ids=["nothing", "one tutor", "no overlap", "no variation"],
)
def test_without_two_orders_there_is_no_number(told: Told) -> None:
    found = spearman(ratings(told), fewest=2)
    assert math.isnan(found.value())
    assert np.isnan(found.finish(np.zeros((3, found.sample.width)))).all()


def test_a_tutor_who_gives_one_value_is_left_out() -> None:
    told: Told = [{"a": n, "b": n, "c": 1} for n in range(5)]
    assert spearman(ratings(told), fewest=2).value() == 1


values = st.sampled_from([1.0, 2.0, 2.5, 4.0])
many_told = st.lists(st.dictionaries(st.sampled_from("abc"), values, max_size=3), max_size=9)


@settings(max_examples=40, deadline=None)
@given(many_told, st.randoms(use_true_random=False))
def test_the_order_of_rows_units_and_tutors_changes_no_bit(
    told: Told, chance: random.Random
) -> None:
    names = dict(zip("abc", chance.sample("xyz", 3), strict=True))
    mixed = [{names[tutor]: value for tutor, value in said.items()} for said in told]
    chance.shuffle(mixed)
    plain = spearman(ratings(told), fewest=2)
    other = spearman(ratings(mixed, shuffle=lambda n: chance.sample(range(n), n)), fewest=2)
    assert str(plain.value()) == str(other.value())


@settings(max_examples=40, deadline=None)
@given(many_told, st.randoms(use_true_random=False))
def test_the_interval_is_the_same_in_any_order(told: Told, chance: random.Random) -> None:
    mixed = chance.sample(told, len(told))
    sampling = Sampling(resamples=20)
    plain = interval("x", spearman(ratings(told), fewest=2), sampling, 1.0)
    other = interval("x", spearman(ratings(mixed), fewest=2), sampling, 1.0)
    assert plain == other


def test_a_draw_is_ranked_anew() -> None:
    # The columns of two tutors stand in the order of the first's value: one for each unit here.
    told: Told = [{"a": 1, "b": 3}, {"a": 2, "b": 1}, {"a": 3, "b": 2}, {"a": 4, "b": 4}]
    times = [0, 2, 1, 1]
    drawn = [said for said, more in zip(told, times, strict=True) for _ in range(more)]
    found = spearman(ratings(told), fewest=2).finish(np.array([times], np.float64))
    assert found.tolist() == [spearman(ratings(drawn), fewest=2).value()]


def test_sums_that_are_mostly_zero_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    told = dense(0, 4, 50, 5)
    plain = spearman(told)
    assert plain.sample.cells is None
    monkeypatch.setattr(module, "_DENSE", 0)
    sparse = spearman(told)
    assert sparse.sample.cells is not None
    assert (sparse.value(), sparse.why) == (plain.value(), None)
    first, other = (interval("x", found, Sampling()) for found in (plain, sparse))
    assert first is not None
    assert other == pytest.approx(first, abs=0.03)


def test_too_many_ratings_have_a_value_without_an_interval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = dense(0, 4, 50, 5)
    plain = spearman(told)
    monkeypatch.setattr(module, "_KEPT", 10)
    alone = spearman(told)
    assert (alone.value(), alone.why) == (plain.value(), TOO_MANY_PAIRS)
    assert alone.sample.tasks == 50


def test_a_value_of_its_own_for_every_rating_is_no_trouble() -> None:
    chance = np.random.default_rng(0)
    unit, tutor = np.repeat(np.arange(5000), 2), np.tile([0, 1], 5000)
    scale = tuple(map(float, range(10_000)))
    told = Ratings(unit, tutor, chance.permutation(10_000), np.arange(5000), ("a", "b"), scale)
    assert abs(spearman(told).value()) < 0.05


def test_tutors_who_share_few_units_of_many_have_no_interval() -> None:
    wide = dense(0, 2, 400, 5)
    group = wide.unit // 16
    pairs = np.array([f"{n:02}" for n in range(50)])
    told = Ratings(
        wide.unit, 2 * group + wide.tutor, wide.value, wide.task, tuple(pairs), wide.values
    )
    found = spearman(told)
    assert found.why == TOO_THIN
    assert 0 < found.value() < 1
    assert spearman(wide).why is None
