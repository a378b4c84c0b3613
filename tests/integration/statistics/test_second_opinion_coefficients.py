"""Coefficients beside those of other libraries, on ratings with gaps."""

from typing import Any, get_args

import evalica
import krippendorff
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from tutorcli.stats.alpha import Level, alpha
from tutorcli.stats.bootstrap import Sampling, interval
from tutorcli.stats.kappa import all_pairs, pair
from tutorcli.stats.nominal import brennan_prediger, fleiss
from tutorcli.stats.patterns import patterns_of
from tutorcli.stats.ratings import Ratings

pytestmark = pytest.mark.integration

LEVELS: tuple[Level, ...] = get_args(Level)
DESIGNS = [(300, 3, 4, 0.2), (200, 12, 7, 0.6), (40, 2, 3, 0.0), (60, 30, 101, 0.3)]
"""Units, tutors, values, share that is missing."""


def drawn(units: int, tutors: int, values: int, missing: float) -> tuple[Ratings, Any]:
    """Ratings, and the same as a table of tutors and units."""
    random = np.random.default_rng(units + tutors)
    truth = random.integers(0, values, units)
    noise = np.rint(random.normal(0, values / 4, (tutors, units))).astype(np.int64)
    codes = np.clip(truth + noise, 0, values - 1)
    given = random.random((tutors, units)) >= missing
    tutor, unit = np.nonzero(given)
    used, value = np.unique(codes[given], return_inverse=True)
    ratings = Ratings(
        unit,
        tutor,
        value,
        np.arange(units),
        tuple(map(str, range(tutors))),
        tuple(float(number + 1) for number in used),
    )
    return ratings, np.where(given, codes + 1.0, np.nan)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_alpha_is_that_of_krippendorff_and_evalica(
    level: Level, design: tuple[int, int, int, float]
) -> None:
    ratings, table = drawn(*design)
    found = alpha(patterns_of(ratings), level).value()
    expected = krippendorff.alpha(reliability_data=table, level_of_measurement=level)
    assert found == pytest.approx(expected, abs=1e-12)
    assert found == pytest.approx(
        evalica.alpha(pd.DataFrame(table), distance=level).alpha, abs=1e-9
    )


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_kappa_of_all_pairs_is_that_of_sklearn(
    weights: Any, design: tuple[int, int, int, float]
) -> None:
    ratings, table = drawn(*design)
    found = all_pairs(ratings, weights)
    labels = np.array(ratings.values)
    steps = np.searchsorted(labels, np.nan_to_num(table))
    if weights != "identity" and len(labels) != labels.max() - labels.min() + 1:
        pytest.skip("sklearn takes the values as equally far from each other")
    for first, second in zip(*np.triu_indices(len(table), 1), strict=True):
        both = ~np.isnan(table[first]) & ~np.isnan(table[second])
        expected = cohen_kappa_score(
            steps[first, both],
            steps[second, both],
            labels=range(len(labels)),
            weights=None if weights == "identity" else weights,
        )
        assert found.units[first, second] == both.sum()
        assert found.kappa[first, second] == pytest.approx(expected, abs=1e-12)


def test_fleiss_and_randolph_are_those_of_statsmodels() -> None:
    ratings, table = drawn(120, 5, 4, 0.0)
    counts = np.stack([(table == value).sum(axis=0) for value in ratings.values], axis=1)
    patterns = patterns_of(ratings)
    assert fleiss(patterns).value() == pytest.approx(fleiss_kappa(counts, "fleiss"), abs=1e-12)
    free = fleiss_kappa(counts, "randolph")
    assert brennan_prediger(patterns).value() == pytest.approx(free, abs=1e-12)


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_interval_of_kappa_is_near_the_asymptotic_one(weights: Any) -> None:
    ratings, table = drawn(400, 2, 4, 0.0)
    counts = np.zeros((4, 4))
    np.add.at(counts, tuple(table.astype(np.int64) - 1), 1)
    known = cohens_kappa(counts, wt=None if weights == "identity" else weights)
    estimator = pair(ratings, 0, 1, weights)
    assert estimator.value() == pytest.approx(known.kappa, abs=1e-12)
    low, high = interval("x", estimator, Sampling(resamples=4000)) or (0.0, 0.0)
    assert (low, high) == pytest.approx((known.kappa_low, known.kappa_upp), abs=0.012)
