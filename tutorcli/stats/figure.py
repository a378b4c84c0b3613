"""A figure: one number with its interval and what it rests on, or a sentence why there is none."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tutorcli.errors import Message, message
from tutorcli.stats.bootstrap import Estimator, Sampling, interval

DECIMALS = 10
"""Digits behind the point that leave the program; the last ones differ between machines."""
FEW_TASKS = 10
"""Below so many tasks no interval is given: the draws would be too much alike."""
FEW_UNITS = 20
"""Below so many units that two tutors judged, and..."""
FEW_PAIRS = 50
"""...below so many pairs of ratings, a coefficient is marked as weak."""

NO_RATINGS = message("there are no ratings")
NO_TIME = message("the active time was not recorded")
ONE_TUTOR = message("only one tutor has judged")
NO_OVERLAP = message("no two tutors judged the same")
NO_VARIATION = message("every rating has the same value, so agreement beyond chance is undefined")
UNDEFINED = message("undefined for these ratings")
FEW_FOR_INTERVAL = message("fewer than {n} tasks: no interval", n=FEW_TASKS)
TOO_MANY_VALUES = message("too many distinct values: no interval")
SELDOM_DEFINED = message("undefined in too many of the draws: no interval")
MOST_UNDEFINED = 0.1
"""Share of the draws that may be undefined."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure rests on."""

    tasks: int = 0
    units: int = 0
    """What is rated one by one: tasks, pairs of answers, answers, criteria of answers."""
    ratings: int = 0
    tutors: int = 0
    overlap: float | None = None
    """Share of the units that at least two tutors judged, 0 to 1; None: it does not apply."""
    pairs: int = 0
    """Pairs of ratings of one unit by two tutors."""

    @property
    def is_weak(self) -> bool:
        """Whether there is too little for a coefficient that is to be relied on."""
        if self.overlap is None:
            return self.tasks < FEW_UNITS
        return self.units * self.overlap < FEW_UNITS or self.pairs < FEW_PAIRS

    @property
    def why_not(self) -> Message | None:
        """Why no agreement can be computed; None when it can."""
        if not self.ratings:
            return NO_RATINGS
        if self.overlap is None:
            return None
        if self.tutors < 2:
            return ONE_TUTOR
        return None if self.overlap else NO_OVERLAP


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about judgments."""

    name: str
    """Stable word of the JSON, such as ``alpha_ordinal``."""
    value: float | None
    basis: Basis
    low: float | None = None
    """Lower end of the interval."""
    high: float | None = None
    why: Message | None = None
    """Why there is no number, or no interval."""
    is_weak: bool = False
    """Too little to rely on; shown grey."""


def undefined(name: str, basis: Basis, why: Message) -> Figure:
    """A figure that cannot be computed."""
    return Figure(name, None, basis, why=why, is_weak=True)


def count(name: str, value: float, basis: Basis | None = None) -> Figure:
    """A number that is counted and not estimated: it has no interval."""
    return Figure(name, value, basis or Basis())


def figure(
    name: str,
    estimator: Estimator,
    basis: Basis,
    sampling: Sampling,
    why_nan: Message = NO_VARIATION,
) -> Figure:
    """What an estimator says, with its interval.

    Args:
        name: Of the figure.
        estimator: The sums of each task, and what becomes of them.
        basis: What it rests on.
        sampling: Of the interval.
        why_nan: Why it is undefined when the sums of all tasks give nan.

    Returns:
        The number; the percentile interval over draws of whole tasks, unless the tasks are few.
    """
    value = estimator.value()
    if not math.isfinite(value):
        return undefined(name, basis, basis.why_not or estimator.why or why_nan)
    found = Figure(name, value, basis, is_weak=basis.is_weak)
    if estimator.sample.tasks < FEW_TASKS:
        return replace(found, why=FEW_FOR_INTERVAL, is_weak=True)
    if estimator.why is not None:
        return replace(found, why=estimator.why)
    ends = interval(name, estimator, sampling, most_undefined=MOST_UNDEFINED)
    if ends is None:
        return replace(found, why=SELDOM_DEFINED)
    return replace(found, low=ends[0], high=ends[1])


def to_json(found: Figure, scope: Mapping[str, str]) -> dict[str, Any]:
    """The figure as a flat JSON object; numbers rounded to `DECIMALS`."""
    basis = found.basis
    return {
        **scope,
        "figure": found.name,
        "value": rounded(found.value),
        "low": rounded(found.low),
        "high": rounded(found.high),
        "why": None if found.why is None else str(found.why),
        "weak": bool(found.is_weak),
        "tasks": basis.tasks,
        "units": basis.units,
        "ratings": basis.ratings,
        "tutors": basis.tutors,
        "overlap": rounded(basis.overlap),
    }


def rounded(value: float | None) -> float | int | None:
    """A number as it leaves the program."""
    if value is None:
        return None
    number = round(float(value), DECIMALS)
    return int(number) if number.is_integer() else number
