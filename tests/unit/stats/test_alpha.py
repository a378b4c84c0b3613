"""Krippendorff's alpha."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
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
from tutorcli.stats import patterns
from tutorcli.stats.alpha import TOO_MANY_FOR_RATIO, Level, alpha, alpha_by_distance
from tutorcli.stats.bootstrap import Sampling, interval
from tutorcli.stats.figure import NO_OVERLAP, NO_RATINGS, NO_VARIATION, ONE_TUTOR, Figure, figure
from tutorcli.stats.figure import TOO_MANY_VALUES as NO_INTERVAL
from tutorcli.stats.patterns import basis_of, patterns_of

LEVELS: tuple[Level, ...] = get_args(Level)


def told(units: Units, level: Level = "nominal", task: list[int] | None = None) -> Figure:
    ratings = rated(units, task=task)
    return figure("alpha", alpha(patterns_of(ratings), level), basis_of(ratings), Sampling())


@pytest.mark.parametrize(
    ("name", "row"),
    [(name, row) for name, row in published("krippendorff_alpha") if row["level"] in LEVELS],
)
def test_published_alpha(name: str, row: Any) -> None:
    found = alpha(patterns_of(rated(*units_of(case(name)))), row["level"]).value()
    assert found == pytest.approx(row["value"], abs=row["tol"])


def jaccard(first: frozenset[str], second: frozenset[str]) -> Fraction:
    return 1 - Fraction(len(first & second), len(first | second))


def masi(first: frozenset[str], second: frozenset[str]) -> Fraction:
    """Passonneau 2006: one minus Jaccard's similarity times 1, 2/3, 1/3 or 0."""
    if first == second:
        kinship = Fraction(1)
    elif first <= second or second <= first:
        kinship = Fraction(2, 3)
    else:
        kinship = Fraction(1, 3) if first & second else Fraction(0)
    return 1 - (1 - jaccard(first, second)) * kinship


@pytest.mark.parametrize(
    "row", case("alpha_masi_5x2_missing")["expected"], ids=lambda r: r["level"]
)
def test_published_alpha_of_sets(row: Any) -> None:
    data = case("alpha_masi_5x2_missing")["data"]
    units = [[None if said is None else tuple(said) for said in unit] for unit in data]
    ratings = rated([[None if s is None else "+".join(s) for s in unit] for unit in units])
    sets = [frozenset(str(value).split("+")) for value in ratings.values]
    apart = masi if row["level"] == "masi" else jaccard
    distance = np.array([[float(apart(a, b)) for b in sets] for a in sets])
    found = alpha_by_distance(patterns_of(ratings), distance).value()
    assert found == pytest.approx(row["value"], abs=row["tol"])


@pytest.mark.parametrize("level", LEVELS)
@given(units=TABLES, seed=st.integers(0, 9))
@settings(max_examples=15)
def test_order_changes_no_byte(level: Level, units: Units, seed: int) -> None:
    ratings = rated(units, values=[1, 2, 3, 5], task=[number // 2 for number in range(len(units))])
    first, second = (
        alpha(patterns_of(found), level) for found in (ratings, shuffled(ratings, seed))
    )
    assert first.sample.digest() == second.sample.digest()
    assert repr(first.value()) == repr(second.value())
    few = Sampling(resamples=20)
    assert interval("x", first, few, 1.0) == interval("x", second, few, 1.0)


@given(units=TABLES)
@settings(max_examples=30)
def test_renaming_labels_changes_no_value(units: Units) -> None:
    names = {None: None, 1: "z", 2: "a", 3: "m", 5: "b"}
    other = [[names[value] for value in unit] for unit in units]
    first, second = (
        alpha(patterns_of(rated(found)), "nominal").value() for found in (units, other)
    )
    assert first == pytest.approx(second, nan_ok=True)


@pytest.mark.parametrize("level", LEVELS)
@given(units=TABLES)
@settings(max_examples=15)
def test_missing_equals_absent(level: Level, units: Units) -> None:
    gaps = [unit for found in units for unit in (found, [None] * 3)]
    first, second = (
        alpha(patterns_of(rated(found, values=[1, 2, 3, 5])), level) for found in (units, gaps)
    )
    assert first.sample.digest() == second.sample.digest()
    assert repr(first.value()) == repr(second.value())


@pytest.mark.parametrize("level", LEVELS)
@given(values=st.lists(st.sampled_from([1, 2, 3, 5]), min_size=2, max_size=9))
@settings(max_examples=15)
def test_a_tutor_with_a_copy_of_himself_is_one(level: Level, values: list[int]) -> None:
    found = alpha(patterns_of(rated([(value, value) for value in values])), level).value()
    assert found == 1.0 if len(set(values)) > 1 else np.isnan(found)


@pytest.mark.parametrize("level", LEVELS)
@given(units=TABLES)
@settings(max_examples=15)
def test_alpha_is_its_definition(level: Level, units: Units) -> None:
    found = alpha(patterns_of(rated(units)), level).value()
    assert found == pytest.approx(by_definition(units, level), nan_ok=True)


def by_definition(units: Units, level: Level) -> float:
    """Pair by pair, as Krippendorff 2011 writes it."""
    known = [[value for value in unit if value is not None] for unit in units]
    known = [unit for unit in known if len(unit) > 1]
    everything = sorted(value for unit in known for value in unit)

    def apart(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        match level:
            case "nominal":
                return float(a != b)
            case "ordinal":
                between = sum(low <= value <= high for value in everything)
                return float((between - (everything.count(low) + everything.count(high)) / 2) ** 2)
            case "interval":
                return float((a - b) ** 2)
            case "ratio":
                return float(((a - b) / (a + b)) ** 2)

    def disagreement(unit: list[int]) -> float:
        return sum(apart(a, b) for a, b in product(unit, unit) if a != b)

    number = len(everything)
    observed = sum(disagreement(unit) / (len(unit) - 1) for unit in known)
    expected = disagreement(everything)
    return 1 - (number - 1) * observed / expected if expected else float("nan")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([(1, 1)] * 3, NO_VARIATION),
        ([(1, None), (None, 2)], NO_OVERLAP),
        ([(None, None)], NO_RATINGS),
        ([], NO_RATINGS),
        ([(1,), (2,), (3,)], ONE_TUTOR),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_undefined_says_why(data: Units, why: object, level: Level) -> None:
    found = told(data, level)
    assert (found.value, found.low, found.why) == (None, None, why)


@pytest.mark.parametrize("level", LEVELS)
def test_few_tasks_have_a_number_but_no_interval(level: Level) -> None:
    found = told([(1, 1), (2, 2), (3, 3)], level)
    assert (found.value, found.low, found.is_weak) == (1.0, None, True)


@pytest.mark.parametrize("level", LEVELS)
def test_units_of_one_task_are_drawn_together(level: Level) -> None:
    units = [(1, 2), (2, 2), (3, 3), (1, 1), (5, 3)] * 20
    # Ten tasks of ten units each that are all alike: nothing varies between the draws.
    together = told(units, level, [number // 10 for number in range(100)])
    alone = told(units, level)
    assert together.value == pytest.approx(alone.value)
    assert together.low == pytest.approx(together.high)
    assert alone.low is not None
    assert alone.high is not None
    assert alone.high - alone.low > 0.1


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_sums_without_their_zeros_give_the_same(
    level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(5)
    ratings = rated(random.integers(0, 6, (40, 3)).tolist(), task=[n // 2 for n in range(40)])
    dense = alpha(patterns_of(ratings), level)
    monkeypatch.setattr(patterns, "_DENSE", 0)
    sparse = alpha(patterns_of(ratings), level)
    assert dense.sample.cells is None
    assert sparse.sample.cells is not None
    assert sparse.value() == pytest.approx(dense.value())
    monkeypatch.setattr(patterns, "_MOST_CELLS", 10)
    point = alpha(patterns_of(ratings), level)
    assert point.value() == pytest.approx(dense.value())
    found = figure("alpha", point, basis_of(ratings), Sampling())
    assert (found.low, found.why) == (None, NO_INTERVAL)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_five_thousand_values_have_an_interval(level: Level) -> None:
    ratings = nearly_equal(values=5000, units=200)
    found = figure("a", alpha(patterns_of(ratings), level), basis_of(ratings), Sampling())
    assert found.low is not None


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_a_million_values_have_a_point(level: Level) -> None:
    ratings = nearly_equal(values=10**6, units=10**5)
    found = alpha(patterns_of(ratings), level).value()
    assert found == pytest.approx(0.2 if level == "nominal" else 1.0, abs=0.01)


def test_too_many_values_for_ratio_are_no_number() -> None:
    ratings = nearly_equal(values=5000, units=200)
    found = figure("a", alpha(patterns_of(ratings), "ratio"), basis_of(ratings), Sampling())
    assert (found.value, found.why) == (None, TOO_MANY_FOR_RATIO)


@pytest.mark.parametrize("values", [(1.0, float("nan")), (1.0, float("inf"))])
@pytest.mark.parametrize("level", ["interval", "ratio"])
def test_values_that_are_no_numbers_give_none(level: Level, values: tuple[float, ...]) -> None:
    ratings = replace(rated([(1, 2), (2, 2)]), values=values)
    assert np.isnan(alpha(patterns_of(ratings), level).value())


def test_ratio_of_numbers_below_zero_is_undefined() -> None:
    assert np.isnan(alpha(patterns_of(rated([(-1, 2), (2, 2)])), "ratio").value())


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e9, 1e300])
def test_unit_of_measurement_does_not_matter(scale: float) -> None:
    units = [(1, 2), (2, 2), (3, 5), (5, 5)]
    ratings = rated(units)
    other = replace(ratings, values=tuple(float(v) * scale for v in (1, 2, 3, 5)))
    first, second = (alpha(patterns_of(found), "interval").value() for found in (ratings, other))
    assert first == pytest.approx(second)
