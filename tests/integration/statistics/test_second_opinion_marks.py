"""Spans, steps, edits and shares as other libraries compute them."""

import itertools
import random

import numpy as np
import pytest
from krippendorff import alpha
from rapidfuzz.distance import Levenshtein
from scipy.stats import scoreatpercentile
from sklearn.metrics import f1_score, precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint

from tests.unit.stats.test_edits import prose, scattered
from tests.unit.stats.test_spans import Mark, spans
from tutorcli.stats.edits import similarity
from tutorcli.stats.rates import quantiles_of, wilson
from tutorcli.stats.spans import exact_f1, overlap_f1, overlap_f1_by_label, overlap_f1_by_severity
from tutorcli.stats.steps import Steps, step_ratings

pytestmark = pytest.mark.integration


def marks(seed: int, tutors: int = 2) -> list[Mark]:
    """Spans that do not overlap those of the same tutor."""
    random_ = random.Random(seed)
    found = []
    for unit, tutor in itertools.product(range(20), range(tutors)):
        for place in range(random_.randint(0, 6)):
            start = place * 10 + random_.randint(0, 2)
            size = random_.randint(1, 3) * 2
            label, severity = random_.randint(0, 1), random_.randint(1, 4)
            found.append(Mark(unit, tutor, start, start + size, label, severity))
    return found


def painted(told: list[Mark], tutor: int) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """Whether the tutor marked each character, texts by characters."""
    grid = np.zeros((20, 70), np.int64)
    for mark in told:
        if mark.tutor == tutor:
            grid[mark.unit, mark.start : mark.end] = 1
    return grid


EVERYBODY = [(unit, tutor) for unit in range(20) for tutor in range(2)]


@pytest.mark.parametrize("seed", range(5))
def test_overlap_f1_is_that_of_sklearn_over_characters(seed: int) -> None:
    told = marks(seed)
    one, other = painted(told, 0).ravel(), painted(told, 1).ravel()
    expected = f1_score(one, other)
    assert overlap_f1(spans(told, EVERYBODY)).value() == pytest.approx(expected, abs=1e-12)
    for name, found in overlap_f1_by_label(spans(told, EVERYBODY)).items():
        some = [mark for mark in told if "xyz"[mark.label] == name]
        expected = f1_score(painted(some, 0).ravel(), painted(some, 1).ravel())
        assert found.value() == pytest.approx(expected, abs=1e-12)
    for level, found in overlap_f1_by_severity(spans(told, EVERYBODY)).items():
        some = [mark for mark in told if mark.severity == level]
        expected = f1_score(painted(some, 0).ravel(), painted(some, 1).ravel())
        assert found.value() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_exact_f1_is_that_of_sklearn_over_ordered_pairs_of_tutors(seed: int) -> None:
    told = marks(seed, tutors=4)
    said = [{m._replace(tutor=0, severity=0) for m in told if m.tutor == t} for t in range(4)]
    first, second = [], []
    for one, other in itertools.permutations(said, 2):
        every = sorted(one | other)
        first += [span in one for span in every]
        second += [span in other for span in every]
    precision, recall, f1, _ = precision_recall_fscore_support(first, second, average="binary")
    everybody = [(unit, tutor) for unit in range(20) for tutor in range(4)]
    found = exact_f1(spans(told, everybody)).value()
    assert (found, found, found) == pytest.approx((precision, recall, f1), abs=1e-12)


def test_wilson_is_that_of_statsmodels() -> None:
    for n in (1, 2, 7, 50, 12_345):
        for successes in {0, 1, n // 3, n - 1, n}:
            for level in (0.8, 0.95, 0.99):
                expected = proportion_confint(successes, n, 1 - level, "wilson")
                assert wilson(successes, n, level) == pytest.approx(expected, abs=1e-12)


def test_quantiles_are_those_of_scipy() -> None:
    values = np.random.default_rng(1).lognormal(size=777)
    found = {each.name: each.value for each in quantiles_of("t", values)}
    for name, percent in (("t_median", 50), ("t_p10", 10), ("t_p90", 90)):
        assert found[name] == pytest.approx(scoreatpercentile(values, percent), abs=1e-12)


def test_similarity_is_that_of_rapidfuzz_without_bounds() -> None:
    for seed in range(20):
        one = prose(400, seed)
        other = scattered(one, 5 * seed + 1, seed)[seed * 20 :]
        expected = Levenshtein.normalized_similarity(one, other)
        assert similarity(one, other, "character") == pytest.approx(expected, abs=1e-12)
        expected = Levenshtein.normalized_similarity(one.split(), other.split())
        assert similarity(one, other, "token") == pytest.approx(expected, abs=1e-12)


def test_step_labels_reach_krippendorff_as_the_matrix_that_they_are() -> None:
    random_ = np.random.default_rng(3)
    table = random_.integers(-1, 3, (3, 40))
    tutor, step = np.indices(table.shape)
    told = Steps(
        step.ravel() // 8,
        step.ravel() % 8,
        tutor.ravel(),
        table.ravel(),
        np.arange(5),
        tuple("abc"),
    )
    ratings = step_ratings(told)
    matrix = np.full((3, len(ratings.task)), np.nan)
    matrix[ratings.tutor, ratings.unit] = np.array(ratings.values)[ratings.value]
    given = np.where(table == 2, np.nan, table)
    expected = alpha(reliability_data=given, level_of_measurement="ordinal")
    assert alpha(reliability_data=matrix, level_of_measurement="ordinal") == pytest.approx(expected)
