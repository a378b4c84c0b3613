"""Comparisons of models: those of published cases, and simulated ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tutorcli.stats.comparisons import Comparisons

CASES = Path(__file__).parents[2] / "data" / "statistics" / "strengths.json"
Row = tuple[int, int, int, int]
"""Task, left model, right model, outcome."""


def case(name: str) -> Any:
    """A published case."""
    return next(c for c in json.loads(CASES.read_text("utf-8"))["cases"] if c["id"] == name)


def expected(name: str, stat: str) -> tuple[Any, float]:
    """A published value and how near to it is near enough."""
    row = next(row for row in case(name)["expected"] if row["stat"] == stat)
    return row["value"], row["tol"]


def rows(*told: Row, models: Sequence[str] = "abcdef", **more: Any) -> Comparisons:
    """Comparisons written one by one."""
    columns = np.array(told, np.int64).reshape(-1, 4).T
    return Comparisons.of(list(models), *columns, **more)


def counted(models: Sequence[str], counts: Sequence[tuple[int, int, int, int, int]]) -> Comparisons:
    """A task for each comparison; counts are first, second, wins, losses, ties."""
    told = [
        (a, b, outcome)
        for a, b, wins, losses, ties in counts
        for outcome, times in ((1, wins), (-1, losses), (0, ties))
        for _ in range(times)
    ]
    return rows(*((task, *row) for task, row in enumerate(told)), models=models)


def puddings() -> Comparisons:
    """Six chocolate puddings, Davidson 1970."""
    found = case("davidson1970_puddings")
    return counted(found["items"], found["data"])


def citations() -> Comparisons:
    """Four journals of statistics, Agresti 2002; no ties."""
    found = case("agresti_citations")
    table = found["data"]
    pairs = [(a, b) for a in range(4) for b in range(a)]
    return counted(found["items"], [(a, b, table[a][b], table[b][a], 0) for a, b in pairs])


def food() -> Comparisons:
    """Five dishes, a few ties."""
    found = case("evalica_food")
    outcome = {"left": 1, "right": -1, "tie": 0}
    place = {name: index for index, name in enumerate(found["items"])}
    told = [(place[a], place[b], outcome[won]) for a, b, won in found["data"]]
    return rows(*((task, *row) for task, row in enumerate(told)), models=found["items"])


def simulated(
    size: int,
    models: int,
    *,
    seed: int = 0,
    per_task: int = 1,
    effects: Sequence[float] = (),
    nu: float = 0.8,
) -> Comparisons:
    """Comparisons that follow Davidson's model; strengths rise from -1 to 1 with the name.

    Args:
        size: How many comparisons.
        models: How many models.
        seed: Of the random numbers.
        per_task: Comparisons in one task.
        effects: True effects of covariates; the first is a position, the others are normal.
        nu: The true tie parameter.
    """
    random = np.random.default_rng(seed)
    strengths = np.linspace(-1, 1, models)
    left = random.integers(0, models, size)
    right = (left + random.integers(1, models, size)) % models
    differences = random.normal(size=(size, len(effects)))
    differences[:, :1] = np.sign(differences[:, :1])
    d = strengths[left] - strengths[right] + differences @ np.array(effects, float)
    odds = np.column_stack([np.exp(-d / 2), np.full(size, nu), np.exp(d / 2)]).cumsum(axis=1)
    outcome = (random.random(size)[:, None] * odds[:, 2:] > odds).sum(axis=1) - 1
    return Comparisons.of(
        [f"m{index:03}" for index in range(models)],
        np.arange(size) // per_task,
        left,
        right,
        outcome,
        covariates=("position", "length", "lists", "headings", "bold")[: len(effects)],
        differences=differences,
    )
