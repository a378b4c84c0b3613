"""Kendall's W, tau-b and agreement on the best, against published numbers and by their rules."""

import math
import random
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.ranked import Tiers, case, expected, rankings
from tutorcli.stats import concordance
from tutorcli.stats.bootstrap import Estimator, Sampling, interval
from tutorcli.stats.concordance import Alike, alike, kendall_w, tau_b, top_agreement
from tutorcli.stats.ranked import Ranked

COEFFICIENTS = (kendall_w, tau_b, top_agreement)
Coefficient = Callable[[tuple[Alike, ...]], Estimator]


def value(coefficient: Coefficient, told: Ranked) -> float:
    return coefficient(alike(told.ways())).value()


def by_value(given_values: list[int]) -> Tiers:
    return [
        [unit for unit, value in enumerate(given_values) if value == level]
        for level in sorted(set(given_values))
    ]


def anxiety() -> Ranked:
    """Three tutors rank twenty answers of one task by their ratings."""
    data = case("irr_anxiety_20x3")
    return rankings([{f"t{n}": by_value(row) for n, row in enumerate(data)}], answers=20)


def test_w_with_ties_is_that_of_the_published_ratings() -> None:
    published, tolerance = expected("irr_anxiety_20x3", "kendall_w", ties_corrected=True)
    assert value(kendall_w, anxiety()) == pytest.approx(published, abs=tolerance)


def test_tau_b_is_that_of_the_published_ratings() -> None:
    published, tolerance = expected("irr_anxiety_20x3", "mean_kendall_tau_b")
    assert value(tau_b, anxiety()) == pytest.approx(published, abs=tolerance)


def test_w_of_hundreds_of_viewers_is_the_published_one() -> None:
    said = [order for times, order in case("preflib_netflix_pl") for _ in range(times)]
    told = {f"t{n:03}": [[answer] for answer in order] for n, order in enumerate(said)}
    published, tolerance = expected("preflib_netflix_pl", "kendall_w")
    assert value(kendall_w, rankings([told], answers=4)) == pytest.approx(published, abs=tolerance)


def test_w_leaves_out_rankings_of_a_part_of_the_answers() -> None:
    whole = [{"a": [[0], [1], [2]], "b": [[0], [2], [1]]}]
    with_part = [{**whole[0], "c": [[2], [1]]}]
    assert value(kendall_w, rankings(with_part)) == value(kendall_w, rankings(whole))


def test_only_tasks_that_two_tutors_ranked_wholly_count_for_w() -> None:
    told = [
        {"a": [[0], [1], [2]], "b": [[0], [1], [2]]},
        {"a": [[0], [1], [2]], "b": [[0], [1]]},
        {"a": [[0, 1, 2]], "b": [[0, 1, 2]]},
        {"a": [[0], [1], [2]]},
    ]
    found = kendall_w(alike(rankings(told).ways()))
    assert (found.sample.tasks, found.value()) == (1, 1.0)


def test_w_of_a_tutor_who_ties_all_beside_one_who_orders_is_a_half() -> None:
    # m = 2, n = 3: S = 2, L = 24, so W = 12 * 2 / (4 * 24 - 2 * 24) = 0.5.
    assert value(kendall_w, rankings([{"a": [[0], [1], [2]], "b": [[0, 1, 2]]}])) == 0.5


def test_tau_b_compares_what_both_ranked() -> None:
    told = [{"a": [[0], [1], [2], [3]], "b": [[3], [0]], "c": [[1]]}]
    assert value(tau_b, rankings(told, answers=4)) == -1


def test_tau_b_with_one_tie_is_the_root_of_two_thirds() -> None:
    assert value(tau_b, rankings([{"a": [[0], [1], [2]], "b": [[0], [1, 2]]}])) == pytest.approx(
        math.sqrt(2 / 3), abs=1e-15
    )


def test_every_task_weighs_the_same() -> None:
    agreed = {tutor: [[0], [1], [2]] for tutor in "abcdef"}
    told = rankings([agreed, {"a": [[0], [1], [2]], "b": [[2], [1], [0]]}])
    assert value(tau_b, told) == 0
    assert value(top_agreement, told) == 0.5
    assert value(kendall_w, told) == 0.5


def test_the_top_is_shared_as_far_as_the_tied_best_are() -> None:
    assert value(top_agreement, rankings([{"a": [[0, 1], [2]], "b": [[1], [0]]}])) == 2 / 3
    assert value(top_agreement, rankings([{"a": [[0, 1]], "b": [[1, 2]]}])) == 0.5
    assert value(top_agreement, rankings([{"a": [[0, 1]], "b": [[2]]}])) == 0
    assert value(top_agreement, rankings([{"a": [[0, 1]], "b": [[1, 0]]}])) == 1


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@pytest.mark.parametrize(
    "told",
    [
        [],
        [{}],
        [{"a": [[0], [1], [2]]}],
        [{"a": [[0], [1], [2]]}, {"b": [[0], [1], [2]]}],
    ],
    ids=["nothing", "no ranking", "one tutor", "no overlap"],
)
def test_without_two_rankings_of_a_task_there_is_no_number(
    coefficient: Coefficient, told: list[dict[str, Tiers]]
) -> None:
    found = coefficient(alike(rankings(told).ways()))
    assert math.isnan(found.value())
    assert found.sample.tasks == 0


@pytest.mark.parametrize("coefficient", [kendall_w, tau_b])
def test_tutors_who_tie_all_have_no_order_to_agree_on(coefficient: Coefficient) -> None:
    told = rankings([{"a": [[0, 1, 2]], "b": [[0, 1, 2]]}])
    assert math.isnan(value(coefficient, told))
    assert math.isnan(value(coefficient, rankings([{"a": [[0]], "b": [[0]]}], answers=1)))


def tiers_of(ranks_given: list[int]) -> Tiers:
    return [[a for a, tier in enumerate(ranks_given) if tier == n] for n in range(4)]


ranking = st.lists(st.integers(0, 3), min_size=4, max_size=4).map(tiers_of)
partial = st.lists(st.integers(0, 4), min_size=4, max_size=4).map(tiers_of)
tasks = st.lists(st.dictionaries(st.sampled_from("abcd"), partial), max_size=8)


@settings(max_examples=25, deadline=None)
@given(tasks, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_tasks_changes_no_bit(
    told: list[dict[str, Tiers]], chance: random.Random
) -> None:
    mixed = rankings(
        chance.sample(told, len(told)), answers=4, shuffle=lambda n: chance.sample(range(n), n)
    )
    for coefficient in COEFFICIENTS:
        plain = coefficient(alike(rankings(told, answers=4).ways()))
        other = coefficient(alike(mixed.ways()))
        assert plain.sample.digest() == other.sample.digest()
        assert interval("x", plain, Sampling(resamples=20)) == interval(
            "x", other, Sampling(resamples=20)
        )


@settings(max_examples=25, deadline=None)
@given(tasks)
def test_names_of_tutors_and_tasks_of_one_tutor_change_no_bit(
    told: list[dict[str, Tiers]],
) -> None:
    names = dict(zip("abcd", "zxyw", strict=True))
    renamed = [{names[tutor]: tiers for tutor, tiers in said.items()} for said in told]
    alone: list[dict[str, Tiers]] = [*renamed, {"a": [[0], [1]]}, {}]
    for coefficient in COEFFICIENTS:
        plain = coefficient(alike(rankings(told, answers=4).ways()))
        other = coefficient(alike(rankings(alone, answers=4).ways()))
        assert plain.sample.digest() == other.sample.digest()


@settings(max_examples=25, deadline=None)
@given(st.lists(ranking, min_size=1, max_size=5), st.permutations(range(4)))
def test_names_of_answers_change_no_value(said: list[Tiers], names: list[int]) -> None:
    told = {f"t{n}": tiers for n, tiers in enumerate(said)}
    renamed = {
        tutor: [[names[answer] for answer in tier] for tier in tiers]
        for tutor, tiers in told.items()
    }
    for coefficient in COEFFICIENTS:
        assert value(coefficient, rankings([told], answers=4)) == pytest.approx(
            value(coefficient, rankings([renamed], answers=4)), abs=1e-12, nan_ok=True
        )


@settings(max_examples=25, deadline=None)
@given(st.lists(ranking, min_size=1, max_size=5))
def test_a_tutor_and_a_copy_agree_wholly(said: list[Tiers]) -> None:
    told = rankings([{"a": tiers, "b": tiers} for tiers in said], answers=4)
    assert value(top_agreement, told) == 1
    has_order = any(sum(bool(tier) for tier in tiers) > 1 for tiers in said)
    for coefficient in (kendall_w, tau_b):
        assert value(coefficient, told) == 1 if has_order else math.isnan(value(coefficient, told))


@settings(max_examples=25, deadline=None)
@given(st.lists(partial, min_size=2, max_size=5))
def test_figures_are_means_over_pairs_of_tutors(said: list[Tiers]) -> None:
    told = {f"t{n}": tiers for n, tiers in enumerate(said)}
    for coefficient in (tau_b, top_agreement):
        pairs = [
            value(coefficient, rankings([{a: told[a], b: told[b]}], answers=4))
            for a, b in combinations(told, 2)
        ]
        known = [pair for pair in pairs if not math.isnan(pair)]
        assert value(coefficient, rankings([told], answers=4)) == pytest.approx(
            np.mean(known) if known else math.nan, abs=1e-12, nan_ok=True
        )


def test_many_distinct_rankings_give_the_same_in_small_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(0)
    said = [{t: tiers_of([chance.randrange(4) for _ in range(4)]) for t in "abc"} for _ in range(9)]
    told = rankings(said, answers=4)
    whole = [value(coefficient, told) for coefficient in COEFFICIENTS]
    monkeypatch.setattr(concordance, "_AT_ONCE", 1)
    assert [value(coefficient, told) for coefficient in COEFFICIENTS] == whole
