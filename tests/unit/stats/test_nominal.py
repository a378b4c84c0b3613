"""Agreement from counts: in percent, corrected for chance, with the others."""

from collections.abc import Callable
from itertools import permutations
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
from tutorcli.stats.bootstrap import Estimator, Sampling, interval
from tutorcli.stats.figure import NO_OVERLAP, NO_VARIATION, figure
from tutorcli.stats.nominal import ac, brennan_prediger, fleiss, leave_one_out, percent, scott
from tutorcli.stats.patterns import Patterns, basis_of, patterns_of
from tutorcli.stats.weights import Weights

Coefficient = Callable[[Patterns, Weights], Estimator]
PUBLISHED: dict[str, Coefficient] = {
    "gwet_ac": ac,
    "percent_agreement": percent,
    "brennan_prediger": brennan_prediger,
    "randolph_kappa_free": brennan_prediger,
    "fleiss_kappa": fleiss,
    "fleiss_kappa_generalised": fleiss,
    "scott_pi": scott,
}
COEFFICIENTS = [percent, ac, fleiss, brennan_prediger]
WEIGHTS: tuple[Weights, ...] = get_args(Weights)
every_coefficient = pytest.mark.parametrize("coefficient", COEFFICIENTS)


@pytest.mark.parametrize(("name", "row"), list(published(*PUBLISHED)))
def test_published_coefficients(name: str, row: Any) -> None:
    patterns = patterns_of(rated(*units_of(case(name))))
    found = PUBLISHED[row["stat"]](patterns, row.get("weights", "identity")).value()
    assert found == pytest.approx(row["value"], abs=row["tol"])


@every_coefficient
@pytest.mark.parametrize("weights", WEIGHTS)
@given(units=TABLES)
@settings(max_examples=10)
def test_coefficients_are_their_definitions(
    coefficient: Coefficient, weights: Weights, units: Units
) -> None:
    scale = [1, 2, 3, 5]
    found = coefficient(patterns_of(rated(units, scale)), weights).value()
    assert found == pytest.approx(by_definition(coefficient, weights, units, scale), nan_ok=True)


def by_definition(
    coefficient: Coefficient, weights: Weights, units: Units, scale: list[int]
) -> float:
    """With a table of weights, as Gwet 2014 writes it."""
    weight = np.array([[of_pair(weights, a, b, scale) for b in scale] for a in scale])
    counts = np.array([[unit.count(value) for value in scale] for unit in map(list, units)])
    size, values = counts.sum(axis=1), len(scale)
    if not (size >= 2).any():
        return float("nan")
    pairs = counts[size >= 2]
    many = pairs.sum(axis=1)
    agreed = ((pairs * (pairs @ weight - 1)).sum(axis=1) / (many * (many - 1))).mean()
    shares = (counts[size >= 1] / size[size >= 1, None]).mean(axis=0)
    if coefficient is percent:
        return float(agreed)
    if coefficient is ac:
        chance = weight.sum() * (shares * (1 - shares)).sum() / (values * (values - 1))
    elif coefficient is fleiss:
        chance = shares @ weight @ shares
    else:
        chance = weight.sum() / values**2
    return float((agreed - chance) / (1 - chance)) if chance < 1 - 1e-12 else float("nan")


def of_pair(weights: Weights, first: int, second: int, scale: list[int]) -> float:
    distance = abs(first - second) / (max(scale) - min(scale))
    steps = abs(scale.index(first) - scale.index(second))
    match weights:
        case "identity":
            return float(first == second)
        case "linear":
            return 1 - distance
        case "quadratic":
            return 1 - distance**2
        case "ordinal":
            return 1 - (steps + 1) * steps / (len(scale) * (len(scale) - 1))


def test_leave_one_out_as_published() -> None:
    (name, row) = next(published("leave_one_out_mode_agreement"))
    ratings = rated(*units_of(case(name)))
    assert basis_of(ratings).ratings == row["n"]
    assert leave_one_out(patterns_of(ratings)).value() == pytest.approx(row["value"], abs=1e-12)


@given(units=TABLES)
@settings(max_examples=40)
def test_leave_one_out_is_its_definition(units: Units) -> None:
    shared, skipped = [], []
    for unit in units:
        known = [value for value in unit if value is not None]
        for place, value in enumerate(known):
            others = known[:place] + known[place + 1 :]
            modes = {one for one in others if others.count(one) == max(map(others.count, others))}
            if others:
                shared.append((value in modes) / len(modes))
            if len(modes) == 1:
                skipped.append(float(value in modes))
    patterns = patterns_of(rated(units))
    for rule, expected in (("share", shared), ("skip", skipped)):
        found = leave_one_out(patterns, rule).value()  # type: ignore[arg-type]
        assert found == pytest.approx(np.mean(expected) if expected else np.nan, nan_ok=True)


@every_coefficient
@given(units=TABLES, seed=st.integers(0, 9), weights=st.sampled_from(WEIGHTS))
@settings(max_examples=12)
def test_order_changes_no_byte(
    coefficient: Coefficient, units: Units, seed: int, weights: Weights
) -> None:
    ratings = rated(units, [1, 2, 3, 5], [number // 2 for number in range(len(units))])
    first, second = (
        coefficient(patterns_of(found), weights) for found in (ratings, shuffled(ratings, seed))
    )
    assert first.sample.digest() == second.sample.digest()
    few = Sampling(resamples=20)
    assert interval("x", first, few, 1.0) == interval("x", second, few, 1.0)


@every_coefficient
@given(units=TABLES)
@settings(max_examples=12)
def test_renaming_labels_changes_no_value(coefficient: Coefficient, units: Units) -> None:
    scale = [1, 2, 3, 5]
    expected = coefficient(patterns_of(rated(units, scale)), "identity").value()
    for names in list(permutations("abcd"))[::7]:
        other = [[None if v is None else names[scale.index(v)] for v in unit] for unit in units]
        found = coefficient(patterns_of(rated(other, "abcd")), "identity").value()
        assert found == pytest.approx(expected, nan_ok=True)


@every_coefficient
@given(units=TABLES)
@settings(max_examples=12)
def test_missing_equals_absent(coefficient: Coefficient, units: Units) -> None:
    gaps = [unit for found in units for unit in (found, [None] * 3)]
    first, second = (
        coefficient(patterns_of(rated(found, [1, 2, 3, 5])), "linear") for found in (units, gaps)
    )
    assert first.sample.digest() == second.sample.digest()


@pytest.mark.parametrize("weights", WEIGHTS)
@every_coefficient
def test_a_tutor_with_a_copy_of_himself_is_one(coefficient: Coefficient, weights: Weights) -> None:
    patterns = patterns_of(rated([(1, 1), (2, 2), (5, 5), (2, 2)]))
    assert coefficient(patterns, weights).value() == 1.0
    assert leave_one_out(patterns).value() == 1.0


def test_one_value_is_full_agreement_but_nothing_beyond_chance() -> None:
    ratings = rated([(1, 1)] * 12)
    for coefficient in (ac, fleiss, brennan_prediger):
        found = figure("x", coefficient(patterns_of(ratings)), basis_of(ratings), Sampling())
        assert (found.value, found.why) == (None, NO_VARIATION)
    found = figure("x", percent(patterns_of(ratings)), basis_of(ratings), Sampling())
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_ac1_is_one_when_all_choose_one_of_two_values() -> None:
    assert ac(patterns_of(rated([(1, 1)] * 3, [1, 2]))).value() == 1.0


@pytest.mark.parametrize("coefficient", [*COEFFICIENTS, leave_one_out])
def test_no_overlap_says_so(coefficient: Callable[[Patterns], Estimator]) -> None:
    ratings = rated([(1, None), (None, 2)])
    found = figure("x", coefficient(patterns_of(ratings)), basis_of(ratings), Sampling())
    assert (found.value, found.why) == (None, NO_OVERLAP)


@pytest.mark.parametrize("coefficient", [*COEFFICIENTS, leave_one_out])
def test_without_ratings_there_is_no_number(coefficient: Callable[[Patterns], Estimator]) -> None:
    assert np.isnan(coefficient(patterns_of(rated([]))).value())


def test_scott_is_for_two_tutors() -> None:
    assert np.isnan(scott(patterns_of(rated([(1, 2, 2), (1, 1, None)]))).value())


@pytest.mark.parametrize("weights", WEIGHTS)
def test_five_thousand_labels_are_no_trouble(weights: Weights) -> None:
    ratings = nearly_equal(values=5000, units=150)
    few = Sampling(resamples=100)
    for coefficient in COEFFICIENTS:
        found = coefficient(patterns_of(ratings), weights)
        assert found.value() == pytest.approx(0.2 if weights == "identity" else 1.0, abs=0.1)
        assert interval("x", found, few) is not None
