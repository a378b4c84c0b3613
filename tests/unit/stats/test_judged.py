"""Ratios over the pairs of tutors who judged the same."""

import math
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tutorcli.stats.bootstrap import Sampling, interval
from tutorcli.stats.judged import judged, ratio, ratios, shared_tasks


def test_who_judged_is_told_once_however_often_it_is_named() -> None:
    found = judged(np.array([2, 0, 2, 0]), np.array([1, 1, 1, 0]), np.array([0, 0, 5]))
    assert (found.unit.tolist(), found.tutor.tolist()) == ([0, 0, 2], [0, 1, 1])
    assert found.times.tolist() == [2, 0, 1]
    assert shared_tasks(found).tolist() == [True, False, False, False, False, False]


def test_the_basis_counts_what_was_judged() -> None:
    found = judged(np.array([0, 0, 0, 1]), np.array([0, 1, 4, 1]), np.array([0, 0, 3])).basis()
    assert (found.tasks, found.units, found.ratings, found.tutors) == (1, 2, 4, 3)
    assert (found.overlap, found.pairs) == (0.5, 3)


def test_the_basis_of_nothing_has_no_overlap() -> None:
    none = np.zeros(0, np.int64)
    assert judged(none, none, none).basis().overlap is None


def test_a_ratio_is_of_sums_and_not_of_shares() -> None:
    found = ratio(np.array([4, 4, 9]), np.array([1, 2, 0]), np.array([2, 2, 6]))
    assert found.value() == 3 / 10
    assert found.sample.tasks == 2


def test_a_ratio_over_nothing_is_undefined() -> None:
    assert math.isnan(ratio(np.array([0]), np.array([0]), np.array([0])).value())


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), max_size=30), st.randoms())
def test_the_order_of_floats_changes_no_bit(
    rows: list[tuple[int, float]], shuffle: random.Random
) -> None:
    moved = shuffle.sample(rows, len(rows))
    found = [
        ratio(
            np.array([task for task, _ in some], np.int64),
            np.array([value for _, value in some], np.float64),
            np.ones(len(some), np.int64),
        )
        for some in (rows, moved)
    ]
    assert found[0].sample.digest() == found[1].sample.digest()


counted = st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 4), st.integers(0, 4))


@settings(max_examples=50, deadline=None)
@given(st.lists(counted, max_size=30))
def test_tasks_without_rows_of_a_key_count_as_if_their_sums_were_written_out(
    rows: list[tuple[int, int, int, int]],
) -> None:
    key, task, top, bottom = np.array(rows, np.int64).reshape(-1, 4).T
    found = dict(ratios(key, task, top, bottom + top, 10))
    assert list(found) == np.unique(key[bottom + top > 0]).tolist()
    zeros = np.zeros(10, np.int64)
    for one, sparse in found.items():
        some = key == one
        written = ratio(
            np.concatenate([task[some], np.arange(10)]),
            np.concatenate([top[some], zeros]),
            np.concatenate([(bottom + top)[some], zeros]),
        )
        sampling = Sampling(resamples=20)
        assert interval("r", sparse, sampling, 1) == interval("r", written, sampling, 1)
