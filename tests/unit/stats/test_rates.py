"""Shares with Wilson's interval, and quantiles."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.errors import message
from tutorcli.stats.figure import Basis
from tutorcli.stats.rates import proportion, quantiles_of, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17(8), 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(
    successes: int, n: int, low: float, high: float
) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_by_hand() -> None:
    # n = 1, one success: low = 1 / (1 + z * z) with z = 1.959964.
    assert wilson(1, 1) == pytest.approx((1 / (1 + 1.9599639845**2), 1), abs=1e-10)


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.floats(0.01, 0.999))
def test_wilson_holds_the_share_and_mirrors_failures(n: int, some: int, level: float) -> None:
    successes = some % (n + 1)
    low, high = wilson(successes, n, level)
    assert 0 <= low <= successes / n <= high <= 1
    mirrored = wilson(n - successes, n, level)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_wilson_of_nothing_is_undefined() -> None:
    assert all(map(math.isnan, wilson(0, 0)))


def test_a_proportion_has_its_interval_even_if_small() -> None:
    found = proportion("gold_accuracy", 3, 4)
    assert (found.name, found.value, found.is_weak) == ("gold_accuracy", 0.75, True)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.75 < found.high
    assert not proportion("gold_accuracy", 30, 40).is_weak


def test_a_proportion_of_nothing_says_why() -> None:
    why = message("no gold task was judged")
    found = proportion("gold_accuracy", 0, 0, Basis(tasks=7), why=why)
    assert (found.value, found.why, found.basis.tasks) == (None, why, 7)


def test_quantiles_are_linear_between_two_values() -> None:
    # Of 0 to 10 in order the tenth lies at place 1, the ninth tenth at 9; 4 and 6 make 5.
    found = quantiles_of("active_s", [*range(10, -1, -1), math.nan])
    assert {each.name: each.value for each in found} == {
        "active_s_median": 5.0,
        "active_s_p10": 1.0,
        "active_s_p90": 9.0,
    }
    assert quantiles_of("t", [4, 6])[0].value == 5.0


def test_quantiles_of_one_value_are_that_value() -> None:
    assert {each.value for each in quantiles_of("t", [3.5])} == {3.5}


def test_quantiles_of_nothing_say_why() -> None:
    assert all(each.value is None and each.why for each in quantiles_of("t", [math.inf]))
