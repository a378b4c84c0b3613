"""Rankings, ratings and sets written by hand, as statistics take them."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tutorcli.stats.arrays import Ints
from tutorcli.stats.labels import LabelSets
from tutorcli.stats.ranked import Grid, Lines, Ranked
from tutorcli.stats.ratings import Ratings

CASES = Path(__file__).parents[2] / "data" / "statistics" / "ranks.json"
Tiers = Sequence[Sequence[int]]
"""Answers, best tier first."""
Shuffle = Callable[[int], Sequence[int]]
"""From how many rows there are to the order in which they come."""


def case(name: str) -> Any:
    """The data of a published case."""
    return _case(name)["data"]


def expected(name: str, stat: str, **like: Any) -> tuple[Any, float]:
    """A published value and how near to it is near enough."""
    for row in _case(name)["expected"]:
        if row["stat"] == stat and like.items() <= row.items():
            return row["value"], row["tol"]
    raise KeyError(stat)


def _case(name: str) -> Any:
    return next(c for c in json.loads(CASES.read_text())["cases"] if c["id"] == name)


def rankings(
    told: Sequence[Mapping[str, Tiers]],
    answers: int | Sequence[int] = 3,
    lines: Sequence[Mapping[str, int]] = (),
    shuffle: Shuffle = range,
) -> Ranked:
    """For each task, of so many answers, what each tutor said, and where each drew the line."""
    sizes = [answers] * len(told) if isinstance(answers, int) else answers
    tutors = sorted({tutor for said in (*told, *lines) for tutor in said})
    rows = [
        (task, tutors.index(tutor), [place.get(answer, -1) for answer in range(sizes[task])])
        for task, said in enumerate(told)
        for tutor, tiers in said.items()
        if (place := {answer: tier for tier, tied in enumerate(tiers) for answer in tied})
    ]
    drawn = [
        (task, tutors.index(tutor), line)
        for task, said in enumerate(lines)
        for tutor, line in said.items()
    ]
    grids, ends = [], []
    for size in sorted(set(sizes)):
        some = [row for row in rows if sizes[row[0]] == size]
        some = [some[index] for index in shuffle(len(some))]
        if some:
            grids.append(Grid(*(np.array(column) for column in zip(*some, strict=True))))
        at = {row[:2]: index for index, row in enumerate(some)}
        found = [(*row, at.get(row[:2], -1)) for row in drawn if sizes[row[0]] == size]
        if found:
            ends.append((size, Lines(*_columns(found, 4, shuffle))))
    return Ranked(grids, ends, len(told))


def ratings(
    told: Sequence[Mapping[str, Any]],
    task: Sequence[int] | None = None,
    values: Sequence[Any] = (),
    shuffle: Shuffle = range,
) -> Ratings:
    """For each unit what each tutor gave; each unit is a task unless said otherwise."""
    tutors = tuple(sorted({tutor for said in told for tutor in said}))
    scale = tuple(values) or tuple(sorted({value for said in told for value in said.values()}))
    rows = [
        (unit, tutors.index(tutor), scale.index(value))
        for unit, said in enumerate(told)
        for tutor, value in said.items()
    ]
    unit, tutor, value = _columns(rows, 3, shuffle)
    owners = np.array(range(len(told)) if task is None else task, np.int64)
    return Ratings(unit, tutor, value, owners, tutors, scale)


def sets(told: Sequence[Mapping[str, Sequence[str]]], shuffle: Shuffle = range) -> LabelSets:
    """For each unit, a task of its own, the labels that each tutor chose."""
    given = [(unit, tutor) for unit, said in enumerate(told) for tutor in said]
    given = [given[index] for index in shuffle(len(given))]
    tutors = tuple(sorted({tutor for _, tutor in given}))
    labels = tuple(sorted({label for said in told for chosen in said.values() for label in chosen}))
    members = [
        (index, labels.index(label))
        for index, (unit, tutor) in enumerate(given)
        for label in told[unit][tutor]
    ]
    member = _columns(members, 2, shuffle)
    return LabelSets(
        unit=np.array([unit for unit, _ in given], np.int64),
        tutor=np.array([tutors.index(tutor) for _, tutor in given], np.int64),
        set=member[0],
        label=member[1],
        task=np.arange(len(told)),
        tutors=tutors,
        labels=labels,
    )


def _columns(rows: Sequence[tuple[int, ...]], width: int, shuffle: Shuffle) -> Ints:
    return np.array(rows, np.int64).reshape(-1, width)[list(shuffle(len(rows)))].T
