"""Counts of tasks drawn with replacement."""

import math

import numpy as np
import pytest

from tutorcli.stats.arrays import Ints
from tutorcli.stats.multinomial import counts

DRAWS = 4000


def patterns(tasks: int, times: int) -> Ints:
    """So many tasks of which a pattern is shared by so many, and a few rarer and commoner ones."""
    return np.sort([*[times] * (tasks // times), 1, 1, 2, 130, 400])


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def of_binomial(tasks: int, times: int, count: int) -> float:
    """How probable a count is of a pattern of so many tasks."""
    share = times / tasks
    return math.comb(tasks, count) * share**count * (1 - share) ** (tasks - count)


@pytest.mark.parametrize("times", [1, 3, 40, 100])
@pytest.mark.parametrize("tasks", [80, 1_200, 30_000])
def test_every_draw_has_as_many_tasks_as_there_are(tasks: int, times: int) -> None:
    there = patterns(tasks, times)
    drawn = counts(generator(), there, 20)
    assert drawn.shape == (20, len(there))
    assert (drawn.sum(axis=1) == there.sum()).all()
    assert (drawn >= 0).all()


@pytest.mark.parametrize("times", [1, 2, 7, 60])
def test_each_count_comes_as_often_as_it_should(times: int) -> None:
    there = np.full(1_260 // times, times)
    drawn = counts(generator(times), there, DRAWS)
    seen = np.bincount(drawn.astype(np.int64).ravel())
    should = [drawn.size * of_binomial(1_260, times, count) for count in range(len(seen))]
    kept = [n for n, times in enumerate(should) if times > 10]
    chi = sum((seen[n] - should[n]) ** 2 / should[n] for n in kept)
    # Counts of one draw depend on each other a little: their sum is given.
    assert chi < len(kept) + 5 * math.sqrt(2 * len(kept))
    assert seen[[n for n in range(len(seen)) if n not in kept]].sum() < 40 * len(seen)


def test_two_counts_of_a_draw_hinder_each_other_as_they_should() -> None:
    there = np.array([1] * 300 + [100] * 6)
    drawn = counts(generator(), there, 20_000)
    found = np.cov(drawn[:, -1], drawn[:, -2])
    assert found[0, 0] == pytest.approx(900 * (1 / 9) * (8 / 9), rel=0.05)
    assert found[0, 1] == pytest.approx(-900 / 81, rel=0.2)


def test_the_same_seed_draws_the_same() -> None:
    there = patterns(3_000, 2)
    one, other = (counts(generator(4), there, 30) for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert one.tobytes() != counts(generator(5), there, 30).tobytes()


def test_nothing_is_drawn_of_nothing() -> None:
    assert counts(generator(), np.zeros(0, np.int64), 3).shape == (3, 0)
