"""A measured bound, and the statistics of several runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal

RUNS = 5
"""How often each figure and its floor are taken, in turns; the median of them counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One bound: what was measured, what it is measured against, what it may be."""

    name: str
    ours: float
    floor: float
    """The same of the least program that could do it, taken in the same run; 0: there is none."""
    bound: float
    unit: str
    kind: Literal["ratio", "plus"] = "plus"
    """Whether the bound is on ours / floor or on ours - floor."""

    @property
    def distance(self) -> float:
        """What the bound is on."""
        return self.ours / self.floor if self.kind == "ratio" else self.ours - self.floor

    @property
    def is_kept(self) -> bool:
        """Whether the figure lies within its bound."""
        return self.distance <= self.bound

    def __str__(self) -> str:
        said, mark = ("ok" if self.is_kept else "MISSED"), "x" if self.kind == "ratio" else "+"
        unit = "" if self.kind == "ratio" else f" {self.unit}"
        return (
            f"{self.name:<52} {self.ours:9.2f} {self.unit:<3} floor {self.floor:8.2f}  "
            f"{mark}{self.distance:.2f}{unit} (at most {mark}{self.bound:g}{unit})  {said}"
        )


Taken = dict[str, float]
"""Figures of one run by name."""


def medians(runs: Sequence[Taken]) -> Taken:
    """The median of each figure over the runs."""
    return {name: median(run[name] for run in runs) for name in runs[0]}


def in_turns(*measures: Callable[[], Taken], runs: int = RUNS) -> list[Taken]:
    """Take each measure once in every run, in turns; the medians of each measure.

    One further run goes first and is thrown away: it fills the caches.
    """
    taken = [[measure() for measure in measures] for _ in range(runs + 1)][1:]
    return [medians(column) for column in zip(*taken, strict=True)]


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1]


def p99(values: Sequence[float]) -> float:
    """The 99th percentile."""
    return quantiles(values, n=100, method="inclusive")[-1]
