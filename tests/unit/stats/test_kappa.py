"""Kappa of pairs of tutors, and of several."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.rated import (
    TABLES,
    Units,
    case,
    nearly_equal,
    published,
    rated,
    shuffled,
    units_of,
)
from tutorcli.stats import kappa
from tutorcli.stats.bootstrap import Sampling, interval
from tutorcli.stats.figure import figure
from tutorcli.stats.kappa import TOO_MANY_FOR_CONGER, Kappas, all_pairs, conger, pair
from tutorcli.stats.patterns import basis_of
from tutorcli.stats.weights import Weights

WEIGHTS: tuple[Weights, ...] = get_args(Weights)
WAYS = [
    {},
    {"_WAIT": -1e9},
    {"_WAIT": -1e9, "_AT_ONCE": 40},
    {"_MOST_CODES": 0},
    {"_MOST_CODES": 0, "_AT_ONCE": 1},
]
"""Constants that choose how all pairs are counted."""


@pytest.mark.parametrize(("name", "row"), list(published("cohen_kappa")))
def test_published_kappa_of_a_table(name: str, row: Any) -> None:
    ratings = rated(*units_of(case(name)))
    found = pair(ratings, 0, 1, row["weights"]).value()
    assert found == pytest.approx(row["value"], abs=row["tol"])
    assert all_pairs(ratings, row["weights"]).kappa[0, 1] == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize(("name", "row"), list(published("cohen_kappa_pair")))
def test_published_kappa_of_two_of_several(name: str, row: Any) -> None:
    first, second = row["pair"]
    units, _ = units_of(case(name))
    # R irr takes the values that one of the two used, one step from each other: words do so here.
    words = [(str(unit[first]), str(unit[second])) for unit in units]
    assert pair(rated(words), 0, 1, row["weights"]).value() == pytest.approx(
        row["value"], abs=row["tol"]
    )


@pytest.mark.parametrize(("name", "row"), list(published("conger_kappa")))
def test_published_conger_kappa(name: str, row: Any) -> None:
    found = conger(rated(*units_of(case(name)))).value()
    assert found == pytest.approx(row["value"], abs=row["tol"])


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("weights", WEIGHTS)
@given(units=TABLES)
@settings(max_examples=6)
def test_all_pairs_are_their_definition_however_counted(
    way: dict[str, float], weights: Weights, units: Units
) -> None:
    ratings = rated(units, [1, 2, 3, 5])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in way.items():
            patch.setattr(kappa, name, value)
        found = all_pairs(ratings, weights)
    expected = by_definition(units, weights)
    assert found.units.tolist() == expected.units.tolist()
    np.testing.assert_allclose(found.kappa, expected.kappa, atol=1e-12)
    np.testing.assert_array_equal(found.kappa, found.kappa.T)


def by_definition(units: Units, weights: Weights) -> Kappas:
    """Pair by pair, unit by unit, as Cohen 1968 writes it."""
    values, common = np.full((3, 3), np.nan), np.zeros((3, 3), np.int64)
    for first, second in np.ndindex(3, 3):
        both = [(u[first], u[second]) for u in units if None not in (u[first], u[second])]
        common[first, second] = len(both)
        observed = sum(apart(weights, a, b) for a, b in both)
        chance = sum(apart(weights, a, b) for a, _ in both for _, b in both)
        if chance:
            values[first, second] = 1 - observed * len(both) / chance
    return Kappas(values, common)


def apart(weights: Weights, first: int, second: int) -> float:
    steps = abs([1, 2, 3, 5].index(first) - [1, 2, 3, 5].index(second))
    match weights:
        case "identity":
            return float(first != second)
        case "linear":
            return abs(first - second)
        case "quadratic":
            return (first - second) ** 2
        case "ordinal":
            return steps * (steps + 1)


@pytest.mark.parametrize("weights", WEIGHTS)
@given(units=TABLES)
@settings(max_examples=12)
def test_a_pair_is_what_all_pairs_say(weights: Weights, units: Units) -> None:
    ratings = rated(units)
    matrix = all_pairs(ratings, weights)
    found = pair(ratings, 0, 2, weights)
    assert found.sample.tasks == matrix.units[0, 2]
    assert found.value() == pytest.approx(matrix.kappa[0, 2], nan_ok=True)


@given(units=TABLES, seed=st.integers(0, 9), weights=st.sampled_from(WEIGHTS))
@settings(max_examples=25)
def test_order_changes_no_byte(units: Units, seed: int, weights: Weights) -> None:
    ratings = rated(units, task=[number // 2 for number in range(len(units))])
    same = shuffled(ratings, seed, tutors_too=False)
    few = Sampling(resamples=20)
    for first, second in (
        (pair(ratings, 0, 1, weights), pair(same, 0, 1, weights)),
        (conger(ratings, weights), conger(same, weights)),
    ):
        assert first.sample.digest() == second.sample.digest()
        assert interval("x", first, few, 1.0) == interval("x", second, few, 1.0)
    assert all_pairs(ratings, weights).kappa.tobytes() == all_pairs(same, weights).kappa.tobytes()


@given(units=TABLES, seed=st.integers(0, 9), weights=st.sampled_from(WEIGHTS))
@settings(max_examples=25)
def test_order_of_the_tutors_changes_no_value(units: Units, seed: int, weights: Weights) -> None:
    ratings = rated(units)
    other = shuffled(ratings, seed)
    first, second = (conger(found, weights).value() for found in (ratings, other))
    assert first == pytest.approx(second, nan_ok=True)
    values = [np.sort(all_pairs(found, weights).kappa, axis=None) for found in (ratings, other)]
    np.testing.assert_allclose(values[0], values[1], atol=1e-12)


@given(units=TABLES)
@settings(max_examples=25)
def test_renaming_labels_changes_no_value(units: Units) -> None:
    names = {None: None, 1: "z", 2: "a", 3: "m", 5: "b"}
    ratings, other = rated(units), rated([[names[value] for value in unit] for unit in units])
    np.testing.assert_allclose(all_pairs(ratings).kappa, all_pairs(other).kappa, atol=1e-12)
    assert conger(ratings).value() == pytest.approx(conger(other).value(), nan_ok=True)


@given(units=TABLES, weights=st.sampled_from(WEIGHTS))
@settings(max_examples=25)
def test_missing_equals_absent(units: Units, weights: Weights) -> None:
    gaps = [unit for found in units for unit in (found, [None] * 3)]
    first, second = rated(units), rated(gaps)
    assert all_pairs(first, weights).kappa.tobytes() == all_pairs(second, weights).kappa.tobytes()
    for estimators in (
        (pair(first, 0, 1, weights), pair(second, 0, 1, weights)),
        (conger(first, weights), conger(second, weights)),
    ):
        assert estimators[0].sample.digest() == estimators[1].sample.digest()


@pytest.mark.parametrize("weights", WEIGHTS)
def test_a_tutor_with_a_copy_of_himself_is_one(weights: Weights) -> None:
    ratings = rated([(1, 1), (2, 2), (5, 5), (2, 2)])
    assert (all_pairs(ratings, weights).kappa == 1.0).all()
    assert pair(ratings, 0, 1, weights).value() == conger(ratings, weights).value() == 1.0


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize(
    "units", [[(1, 1)] * 3, [(1, None), (None, 2)], [(None, None)], [(1,), (2,)], []]
)
def test_without_overlap_or_variation_there_is_no_number(units: Units, weights: Weights) -> None:
    ratings = rated(units)
    assert np.isnan(conger(ratings, weights).value())
    off_diagonal = all_pairs(ratings, weights).kappa[~np.eye(len(ratings.tutors), dtype=bool)]
    assert np.isnan(off_diagonal).all()
    if len(ratings.tutors) > 1:
        assert np.isnan(pair(ratings, 0, 1, weights).value())


def test_two_constant_tutors_who_never_agree_are_at_chance() -> None:
    ratings = rated([(1, 2)] * 4)
    assert all_pairs(ratings).kappa[0, 1] == pair(ratings, 0, 1).value() == 0.0


def test_tutors_without_a_common_unit_have_no_kappa_but_others_have() -> None:
    found = all_pairs(rated([(1, 1, None), (2, 2, None), (1, None, 1)]))
    assert found.kappa[0, 1] == 1.0
    assert np.isnan(found.kappa[1, 2])
    assert found.units.tolist() == [[3, 2, 1], [2, 2, 0], [1, 0, 1]]


@pytest.mark.parametrize("weights", WEIGHTS)
def test_many_values_are_no_trouble(weights: Weights) -> None:
    ratings = nearly_equal(values=10**5, units=2000)
    expected = pytest.approx(0.2 if weights == "identity" else 1.0, abs=0.05)
    assert all_pairs(ratings, weights).kappa[0, 1] == expected
    found = pair(ratings, 0, 1, weights)
    assert found.value() == expected
    assert interval("x", found, Sampling(resamples=10)) is not None


def test_too_many_values_for_several_tutors_are_no_number() -> None:
    ratings = nearly_equal(values=3 * 10**6, units=50)
    found = figure("x", conger(ratings), basis_of(ratings), Sampling())
    assert (found.value, found.why) == (None, TOO_MANY_FOR_CONGER)
