"""Ratings written by hand, and published cases of agreement."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tutorcli.stats.ratings import Ratings

CASES = json.loads(
    (Path(__file__).parents[2] / "data" / "statistics" / "agreement.json").read_text("utf-8")
)["cases"]
Units = Sequence[Sequence[Any]]
"""What each tutor said of each unit, None where nothing."""
TABLES = st.lists(
    st.lists(st.sampled_from([None, 1, 2, 3, 5]), min_size=3, max_size=3), min_size=1, max_size=12
)
"""Units of three tutors."""


def rated(
    units: Units, values: Sequence[Any] | None = None, task: Sequence[int] | None = None
) -> Ratings:
    """Ratings of units; the scale is what was given, each unit a task of its own, if not said."""
    scale = tuple(sorted({value for unit in units for value in unit} - {None}))
    scale = scale if values is None else tuple(values)
    rows = np.array(
        [
            (unit, tutor, scale.index(value))
            for unit, said in enumerate(units)
            for tutor, value in enumerate(said)
            if value is not None
        ],
        np.int64,
    ).reshape(-1, 3)
    tutors = tuple(f"t{number}" for number in range(max(map(len, units), default=0)))
    tasks = np.array(range(len(units)) if task is None else task, np.int64)
    return Ratings(rows[:, 0], rows[:, 1], rows[:, 2], tasks, tutors, scale)


def case(name: str) -> Any:
    """A published case."""
    return next(found for found in CASES if found["id"] == name)


def units_of(found: Any) -> tuple[Units, Sequence[Any]]:
    """Units and scale of a published case, whatever its layout."""
    data, scale = found["data"], found.get("categories")
    match found["kind"]:
        case "ratings":
            return list(zip(*data, strict=True)), scale
        case "table":
            words = [str(number) for number in range(len(data))]
            cells = [(a, b, n) for a, row in enumerate(data) for b, n in enumerate(row)]
            return [(words[a], words[b]) for a, b, n in cells for _ in range(n)], words
        case "counts":
            return [
                [value for value, n in enumerate(row) for _ in range(n)] for row in data
            ], range(len(data[0]))
        case "ratings_by_unit":
            return data, sorted({value for unit in data for value in unit} - {None})
    raise ValueError(found["kind"])


def published(*stats: str) -> Iterator[tuple[str, Any]]:
    """Names of cases with what is expected of them, for some statistics."""
    for found in CASES:
        for row in found.get("expected", []):
            if row["stat"] in stats:
                yield found["id"], row


def shuffled(ratings: Ratings, seed: int, *, tutors_too: bool = True) -> Ratings:
    """The same ratings, with rows, tasks, units and tutors in another order."""
    mixed = random.Random(seed)

    def order(length: int) -> Any:
        return np.array(mixed.sample(range(length), length), np.int64)

    rows, units = order(len(ratings.unit)), order(len(ratings.task))
    tasks = order(int(ratings.task.max(initial=-1)) + 1)
    tutors = order(len(ratings.tutors)) if tutors_too else np.arange(len(ratings.tutors))
    task = np.empty_like(ratings.task)
    task[units] = tasks[ratings.task]
    unit, tutor = units[ratings.unit], tutors[ratings.tutor]
    return Ratings(
        unit[rows], tutor[rows], ratings.value[rows], task, ratings.tutors, ratings.values
    )


def nearly_equal(values: int, units: int) -> Ratings:
    """Two tutors on a scale of many numbers who differ by two at most, each unit elsewhere on it."""
    random = np.random.default_rng(7)
    first = random.permutation(values)[:units]
    second = np.clip(first + random.integers(-2, 3, units), 0, values - 1)
    return Ratings(
        unit=np.tile(np.arange(units), 2),
        tutor=np.repeat(np.arange(2), units),
        value=np.concatenate([first, second]),
        task=np.arange(units),
        tutors=("a", "b"),
        values=tuple(float(value) for value in range(1, values + 1)),
    )
