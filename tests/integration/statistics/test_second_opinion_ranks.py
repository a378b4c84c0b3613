"""Rankings, scales and rubrics beside scipy and scikit-learn."""

import warnings
from itertools import combinations, permutations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score

from tests.unit.stats.ranked import rankings, ratings
from tutorcli.stats.concordance import alike, kendall_w, tau_b
from tutorcli.stats.labels import positive_agreement
from tutorcli.stats.rubric import balanced_f1, f1_met, f1_not_met, pair_agreement, pair_counts
from tutorcli.stats.scales import against_others, leniency, spread
from tutorcli.stats.spearman import spearman

pytestmark = pytest.mark.integration
SEEDS = range(8)


def friedman_w(values: np.ndarray) -> float:
    """W by way of Friedman's chi-square; `values` has the shape (tutors, answers)."""
    tutors, answers = values.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chi_square = stats.friedmanchisquare(*values.T).statistic
    return float(chi_square / (tutors * (answers - 1)))


def tiers(values: np.ndarray) -> list[list[int]]:
    return [np.flatnonzero(values == level).tolist() for level in np.unique(values[values >= 0])]


@pytest.mark.parametrize("seed", SEEDS)
def test_w_is_what_the_statistic_of_friedman_gives(seed: int) -> None:
    chance = np.random.default_rng(seed)
    said = chance.integers(0, 5, (20, 4, 6))
    told = rankings([{f"t{n}": tiers(row) for n, row in enumerate(task)} for task in said], 6)
    mean = np.mean([friedman_w(task) for task in said])
    assert kendall_w(alike(told.ways())).value() == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_tau_b_is_that_of_scipy_on_what_both_ranked(seed: int) -> None:
    chance = np.random.default_rng(seed)
    said = chance.integers(-1, 4, (20, 4, 6))
    told = rankings([{f"t{n}": tiers(row) for n, row in enumerate(task)} for task in said], 6)
    means = []
    for task in said:
        pairs = [np.stack(pair) for pair in combinations(task, 2)]
        shared = [pair[:, (pair >= 0).all(axis=0)] for pair in pairs]
        taus = [stats.kendalltau(*pair).statistic for pair in shared if pair.shape[1] > 1]
        means.append(np.nanmean(taus))
    assert tau_b(alike(told.ways())).value() == pytest.approx(np.mean(means), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_spearman_is_that_of_scipy_on_common_units(seed: int) -> None:
    chance = np.random.default_rng(seed)
    given = np.where(chance.random((60, 5)) < 0.7, chance.integers(1, 6, (60, 5)), 0)
    told = [{f"t{n}": int(v) for n, v in enumerate(row) if v} for row in given]
    rhos = []
    for a, b in combinations(given.T, 2):
        known = (a > 0) & (b > 0)
        rhos.append(stats.spearmanr(a[known], b[known]).statistic)
    assert spearman(ratings(told)).value() == pytest.approx(np.mean(rhos), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_leniency_and_spread_are_those_of_numpy(seed: int) -> None:
    chance = np.random.default_rng(seed)
    given = chance.integers(1, 6, (40, 4)).astype(float)
    found = against_others(ratings([dict(zip("abcd", row, strict=True)) for row in given.tolist()]))
    for tutor, sums in enumerate(found):
        others = np.delete(given, tutor, axis=1)
        offset = np.mean(given[:, tutor] - others.mean(axis=1))
        assert leniency(sums).value() == pytest.approx(offset, abs=1e-12)
        ratio = given[:, tutor].std() / others.std()
        assert spread(sums).value() == pytest.approx(ratio, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_f1_is_that_of_scikit_learn_over_ordered_pairs(seed: int) -> None:
    chance = np.random.default_rng(seed)
    given = np.where(chance.random((60, 4)) < 0.7, chance.integers(0, 2, (60, 4)), -1)
    told = [{f"t{n}": float(v) for n, v in enumerate(row) if v >= 0} for row in given]
    pairs = [
        (row[a], row[b])
        for row in given
        for a, b in permutations(range(4), 2)
        if row[a] >= 0 and row[b] >= 0
    ]
    truth, said = np.array(pairs).T
    marks = ratings(told)
    counts = pair_counts(marks)
    met, not_met = (f1_score(truth, said, pos_label=label) for label in (1, 0))
    assert f1_met(counts).value() == pytest.approx(met, abs=1e-12)
    assert positive_agreement(marks).value() == pytest.approx(met, abs=1e-12)
    assert f1_not_met(counts).value() == pytest.approx(not_met, abs=1e-12)
    assert balanced_f1(counts).value() == pytest.approx((met + not_met) / 2, abs=1e-12)
    assert pair_agreement(counts).value() == pytest.approx((truth == said).mean(), abs=1e-12)


def test_mid_ranks_are_those_of_scipy() -> None:
    values = np.array([[3, 1, 1, 0], [0, 0, 0, 2], [0, 1, 2, 3]])
    ranks = stats.rankdata(values, axis=1)
    sums = ranks.sum(axis=0)
    ties = sum(
        times**3 - times for row in values for times in np.unique(row, return_counts=True)[1]
    )
    deviation = ((sums - sums.mean()) ** 2).sum()
    expected = 12 * deviation / (9 * (64 - 4) - 3 * ties)
    told = rankings([{f"t{n}": tiers(row) for n, row in enumerate(values)}], 4)
    assert kendall_w(alike(told.ways())).value() == pytest.approx(expected, abs=1e-12)
