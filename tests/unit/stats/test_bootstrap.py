"""Intervals from draws of whole tasks."""

import numpy as np
import pytest

from tutorcli.stats import multisets
from tutorcli.stats.arrays import Floats
from tutorcli.stats.bootstrap import Cells, Estimator, Sample, Sampling, draws, interval


def mean(sums: Floats) -> Floats:
    found: Floats = sums[:, 0] / sums[:, 1]
    return found


def made(tasks: int, values: int = 7) -> Floats:
    drawn = np.random.default_rng(1).integers(0, values, tasks)
    return np.stack([drawn, np.ones(tasks)], axis=1).astype(np.float64)


def test_order_of_the_tasks_changes_no_byte_of_a_sample() -> None:
    sums = np.random.default_rng(2).normal(size=(200, 3)).round(1)
    first, second = Sample.of(sums), Sample.of(sums[::-1])
    assert first.rows.tobytes() == second.rows.tobytes()
    assert first.times.tobytes() == second.times.tobytes()
    assert first.digest() == second.digest()


def test_tasks_that_are_alike_are_put_together() -> None:
    found = Sample.of(np.array([[1.0, 2.0], [0.0, -0.0], [1.0, 2.0], [0.0, 0.0]]))
    assert sorted(zip(found.rows.tolist(), found.times.tolist(), strict=True)) == [
        ([0.0, 0.0], 2),
        ([1.0, 2.0], 2),
    ]


def test_rows_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multisets, "_hashes", lambda rows: np.zeros(len(rows), np.uint64))
    sums = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0]])
    assert Sample.of(sums).times.tolist() == [1, 2] or Sample.of(sums).times.tolist() == [2, 1]
    assert Sample.of(sums).rows.tobytes() == Sample.of(sums[::-1]).rows.tobytes()


def test_rows_that_stand_for_several_tasks_count_so_often() -> None:
    found = Sample.of(np.array([[1.0], [2.0], [1.0]]), np.array([3, 1, 4]))
    assert dict(zip(found.rows[:, 0], found.times.tolist(), strict=True)) == {1.0: 7, 2.0: 1}


@pytest.mark.parametrize("tasks", [12, 300, 5000])
def test_every_draw_has_as_many_tasks_as_there_are(tasks: int) -> None:
    # Few patterns are drawn as counts, many one by one, and some of each in between.
    for values in (2, 40, 4000):
        sums = made(tasks, values)
        drawn = np.concatenate(list(draws("x", Sample.of(sums), Sampling(resamples=50))))
        assert (drawn[:, 1] == tasks).all()


@pytest.mark.parametrize("values", [3, 4000])
def test_interval_is_as_wide_as_theory_says(values: int) -> None:
    sums = made(4000, values)
    low, high = interval("x", Estimator(Sample.of(sums), mean), Sampling(resamples=2000)) or (0, 0)
    width = 2 * 1.96 * sums[:, 0].std() / np.sqrt(4000)
    assert high - low == pytest.approx(width, rel=0.08)


def test_cells_draw_the_same_as_sums_with_their_zeros() -> None:
    random = np.random.default_rng(3)
    dense = random.integers(0, 3, (30, 8)).astype(np.float64)
    row, column = np.nonzero(dense)
    cells = Cells(row, column, dense[row, column], 8)
    weights = random.integers(0, 4, (5, 30)).astype(np.float64)
    head, times = np.ones((30, 1)), np.arange(1, 31)
    sparse, full = Sample(head, times, cells), Sample(np.hstack([head, dense]), times)
    assert (sparse.sums(weights) == full.sums(weights)).all()
    assert (sparse.total() == full.total()).all()
    assert sparse.width == full.width == 9


def test_same_seed_gives_the_same_interval_another_seed_another() -> None:
    found = Estimator(Sample.of(made(100)), mean)
    assert interval("x", found, Sampling(seed=1)) == interval("x", found, Sampling(seed=1))
    assert interval("x", found, Sampling(seed=1)) != interval("x", found, Sampling(seed=2))


def test_there_is_no_interval_when_too_many_draws_are_undefined() -> None:
    def seldom(sums: Floats) -> Floats:
        return np.where(np.arange(len(sums)) % 2, 1.0, np.nan)

    assert interval("x", Estimator(Sample.of(made(20)), seldom), Sampling()) is None
