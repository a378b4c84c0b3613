"""Coefficients of agreement beside other libraries: how fast, and whether intervals cover.

Each library gets the ratings in the form that it takes, made beforehand; ours starts from codes.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import evalica
import krippendorff
import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

from benchmarks.figures import RUNS, Figure
from tutorcli.stats.alpha import Level, alpha
from tutorcli.stats.bootstrap import Sampling, interval
from tutorcli.stats.kappa import all_pairs
from tutorcli.stats.patterns import patterns_of
from tutorcli.stats.ratings import Ratings

SIZES = (10_000, 100_000, 1_000_000)
DESIGNS = {"5 tutors": (5, None), "50 tutors": (50, None), "50 tutors, 3 a unit": (50, 3)}
"""How many tutors, and how many of them rate a unit; None: 7 of 10 on the average."""
VALUES = 5
LONG_S = 10
"""What takes longer is run once."""
AT_LEAST_MS = 20
"""What is shorter is repeated until it takes so long."""
TASKS = (20, 50, 200)
SETS = 1000
"""Simulated sets of ratings whose interval may cover the true value or not."""
POPULATION = 2_000_000


def figures(folder: Path) -> list[Figure]:  # noqa: ARG001 - the same for all themes
    """Alpha, its interval, kappa of all pairs, and the share of intervals that cover."""
    return [*_points(), *_intervals(), *_kappas(), *_coverage()]


def drawn(ratings: int, tutors: int, per_unit: int | None, seed: int = 1) -> Ratings:
    """Ratings of units by tutors who err by a step or two."""
    random = np.random.default_rng(seed)
    units = ratings // per_unit if per_unit else int(ratings / tutors / 0.7)
    if per_unit:
        first = random.integers(0, tutors, (units, 1))
        steps = random.integers(1, tutors // per_unit + 1, (units, per_unit))
        unit = np.repeat(np.arange(units), per_unit)
        tutor = ((first + steps.cumsum(axis=1)) % tutors).ravel()
    else:
        unit, tutor = map(np.ascontiguousarray, np.nonzero(random.random((units, tutors)) < 0.7))
    truth = random.integers(0, VALUES, units)[unit]
    value = np.clip(truth + np.rint(random.normal(0, 0.8, len(unit))), 0, VALUES - 1)
    return Ratings(
        unit,
        tutor,
        value.astype(np.int64),
        np.arange(units),
        tuple(f"t{number:02}" for number in range(tutors)),
        tuple(float(number) for number in range(1, VALUES + 1)),
    )


def _points() -> Iterator[Figure]:
    for design, size, ratings in _designs(SIZES):
        table, frame = _as_peers_take(ratings)
        for level in ("nominal", "ordinal"):
            ours, krippendorffs, evalicas = _in_turns(
                lambda: alpha(patterns_of(ratings), level).value(),  # noqa: B023
                lambda: krippendorff.alpha(reliability_data=table, level_of_measurement=level),  # noqa: B023
                lambda: evalica.alpha(frame, distance=level).alpha,  # noqa: B023
            )
            name = f"alpha {level}, {design}, {size:,}"
            yield Figure(f"{name}: krippendorff", ours, krippendorffs, 1 / 3, "ms", "ratio")
            yield Figure(f"{name}: evalica", ours, evalicas, 1, "ms", "ratio")


def _intervals() -> Iterator[Figure]:
    for design, size, ratings in _designs(SIZES[:2]):
        _, frame = _as_peers_take(ratings)
        ours, evalicas = _in_turns(
            lambda: interval("alpha", alpha(patterns_of(ratings), "ordinal"), Sampling()),  # noqa: B023
            lambda: evalica.alpha_bootstrap(frame, distance="ordinal", n_resamples=1000),  # noqa: B023
        )
        bound = 1 / 5 if size == SIZES[0] else 1 / 20
        yield Figure(f"interval, {design}, {size:,}: evalica", ours, evalicas, bound, "ms", "ratio")


def _kappas() -> Iterator[Figure]:
    for design, size, ratings in _designs(SIZES[1:2]):
        if len(ratings.tutors) < 50:
            continue
        table, _ = _as_peers_take(ratings)
        ours, loop = _in_turns(
            lambda: all_pairs(ratings, "quadratic"),  # noqa: B023
            lambda: _sklearn_loop(table),  # noqa: B023
        )
        name = f"kappa of all pairs, {design}, {size:,}: sklearn"
        yield Figure(name, ours, loop, 1 / 50, "ms", "ratio")


def _designs(sizes: tuple[int, ...]) -> Iterator[tuple[str, int, Ratings]]:
    for name, (tutors, per_unit) in DESIGNS.items():
        for size in sizes:
            yield name, size, drawn(size, tutors, per_unit)


def _as_peers_take(ratings: Ratings) -> tuple[Any, pd.DataFrame]:
    """The table of tutors and units that krippendorff takes, and evalica's frame."""
    table = np.full((len(ratings.tutors), len(ratings.task)), np.nan)
    table[ratings.tutor, ratings.unit] = np.array(ratings.values)[ratings.value]
    return table, pd.DataFrame(table)


def _sklearn_loop(table: Any) -> list[float]:
    given = ~np.isnan(table)
    found = []
    for first, second in zip(*np.triu_indices(len(table), 1), strict=True):
        both = given[first] & given[second]
        if both.any():
            labels = table[first, both], table[second, both]
            found.append(cohen_kappa_score(*labels, weights="quadratic"))
    return found


def _in_turns(*measures: Callable[[], object]) -> list[float]:
    """Milliseconds of each, medians of `RUNS` taken in turns after one that fills the caches."""
    firsts = [_timed(measure, 1) for measure in measures]
    taken: list[list[float]] = [[] for _ in measures]
    for _ in range(RUNS):
        for measure, first, times in zip(measures, firsts, taken, strict=True):
            if first < LONG_S * 1000:
                # What takes less than a millisecond is no more than the clock's noise.
                times.append(_timed(measure, max(int(AT_LEAST_MS / first), 1)))
    return [median(times or [first]) for first, times in zip(firsts, taken, strict=True)]


def _timed(measure: Callable[[], object], repeats: int) -> float:
    began = time.perf_counter()
    for _ in range(repeats):
        measure()
    return (time.perf_counter() - began) * 1000 / repeats


def _coverage() -> Iterator[Figure]:
    for level in ("nominal", "ordinal"):
        truth = alpha(patterns_of(_simulated(POPULATION, 0)), level).value()
        for tasks in TASKS:
            share = 100 * _covered(level, tasks, truth)
            # Between 92 and 98 is at most 3 from 95.
            name = f"coverage of the interval, {level}, {tasks} tasks: {share:.1f} %, off 95"
            yield Figure(name, abs(share - 95), 0, 3, "%", "plus")


def _covered(level: Level, tasks: int, truth: float) -> float:
    """Share of the simulated sets whose 95 % interval holds the true value."""
    hits = 0
    for seed in range(1, SETS + 1):
        estimator = alpha(patterns_of(_simulated(tasks, seed)), level)
        low, high = interval("alpha", estimator, Sampling(seed), 0.1) or (1.0, -1.0)
        hits += low <= truth <= high
    return hits / SETS


def _simulated(tasks: int, seed: int) -> Ratings:
    """Three tutors and three values; a fifth is missing, the others are right or anything."""
    random = np.random.default_rng([seed, tasks])
    truth = random.choice(3, tasks, p=[0.5, 0.3, 0.2])
    is_right = random.random((tasks, 3)) < 0.75
    value = np.where(is_right, truth[:, None], random.integers(0, 3, (tasks, 3)))
    unit, tutor = np.nonzero(random.random((tasks, 3)) >= 0.2)
    return Ratings(
        unit, tutor, value[unit, tutor], np.arange(tasks), ("a", "b", "c"), (1.0, 2.0, 3.0)
    )
