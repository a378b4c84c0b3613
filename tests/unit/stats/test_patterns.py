"""Patterns of ratings, and the tasks that are made of them."""

import numpy as np
import pytest

from tests.unit.stats.rated import Units, rated
from tutorcli.stats import patterns as module
from tutorcli.stats.figure import Basis
from tutorcli.stats.patterns import basis_of, patterns_of

UNITS: Units = [
    (1, 2, None),
    (2, 1, None),
    (1, 1, 1),
    (None, 3, None),
    (None, None, None),
    (1, 2, 2),
]


def test_units_with_the_same_counts_are_one_pattern() -> None:
    found = patterns_of(rated(UNITS))
    counts = {
        tuple(zip(found.value[cells].tolist(), found.count[cells].tolist(), strict=True)): units
        for pattern, units in enumerate(found.kinds.units())
        for cells in [found.pattern == pattern]
    }
    assert counts == {((0, 1), (1, 1)): 2, ((0, 3),): 1, ((2, 1),): 1, ((0, 1), (1, 2)): 1}


def test_tasks_with_the_same_patterns_are_one_kind() -> None:
    two = patterns_of(
        rated([(1, 2), (3, 3), (3, 3), (2, 1), (1, 1), (2, 2)], task=[0, 0, 1, 1, 2, 2])
    )
    assert sorted(two.kinds.times.tolist()) == [1, 2]
    assert two.kinds.units().sum() == 6


def test_only_pairable_units_and_their_tasks_are_left() -> None:
    found = patterns_of(rated(UNITS, task=[0, 0, 1, 1, 1, 2]))
    assert found.pairable().kinds.units().sum() == 4
    lonely = patterns_of(rated([(1, None), (None, 2), (1, 1)], task=[0, 0, 1]))
    assert lonely.kinds.times.sum() == 2
    assert lonely.pairable().kinds.times.tolist() == [1]


@pytest.mark.parametrize("task", [[0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 1]])
def test_sums_are_the_same_with_their_zeros_and_without(
    task: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = patterns_of(rated(UNITS, task=task))
    head, table = found.size.astype(np.float64)[:, None], found.table(found.count)
    dense = found.kinds.sample(head, table)
    monkeypatch.setattr(module, "_DENSE", 0)
    sparse = found.kinds.sample(head, table)
    assert dense.cells is None
    assert sparse.cells is not None
    weights = np.eye(len(dense.times))
    assert (dense.sums(weights) == sparse.sums(weights)).all()


def test_basis_counts_what_was_rated() -> None:
    assert basis_of(rated(UNITS, task=[0, 0, 1, 2, 3, 1])) == Basis(
        tasks=3, units=5, ratings=11, tutors=3, overlap=0.8, pairs=8
    )


def test_basis_without_ratings_is_empty() -> None:
    assert basis_of(rated([(None,)])) == Basis(overlap=0.0)
    assert basis_of(rated([])) == Basis(overlap=0.0)
