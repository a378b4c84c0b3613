"""How a figure moves over the weeks.

Drift is the figure of the later half of the tasks minus that of the earlier half. A slope over
weekly values would rest on weeks with few tasks, in which a coefficient is erratic or undefined,
and on a straight line; two halves are two ordinary figures, whatever the figure is. A drift of
0.1 from the first week to the last, when steady, shows as 0.05 between the halves.

Source:
    The interval of a difference of two independent samples, each drawn by itself: Efron and
    Tibshirani 1993, An Introduction to the Bootstrap, section 8.3.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.bootstrap import Estimator, Sampling, ends, figures
from tutorcli.stats.figure import (
    FEW_FOR_INTERVAL,
    FEW_TASKS,
    MOST_UNDEFINED,
    NO_VARIATION,
    SELDOM_DEFINED,
    Basis,
    Figure,
    figure,
    undefined,
)

Part = Callable[[Bools], tuple[Estimator, Basis]]
"""The figure of some tasks, shape (tasks,): whether each takes part; and what it rests on."""

NO_WEEK = message("of no judgment is it known when it was made")
ONE_WEEK = message("all tasks are of one week")


def by_week(
    name: str, part: Part, week: Ints, sampling: Sampling, why_nan: Message = NO_VARIATION
) -> dict[int, Figure]:
    """The figure of the tasks of each week.

    Args:
        name: Of the figure.
        part: The figure of some of the tasks.
        week: Shape (tasks,): a number that grows with time, such as 202637; a negative one: a
            task without a week, which is left out.
        sampling: Of the intervals.
        why_nan: Why a figure is undefined although there are tasks.

    Returns:
        A figure for each week, earliest first.
    """
    return {
        one: figure(name, *part(week == one), sampling, why_nan)
        for one in np.unique(week[week >= 0]).tolist()
    }


def drift(
    name: str, part: Part, week: Ints, sampling: Sampling, why_nan: Message = NO_VARIATION
) -> Figure:
    """The figure of the later half of the tasks minus that of the earlier half.

    Whole weeks go to one half: the earlier one takes weeks until it has half of the tasks, but
    never the last week.

    Args:
        name: Of the figure of the difference.
        part: The figure of some of the tasks.
        week: Shape (tasks,), as in `by_week`.
        sampling: Of the interval.
        why_nan: Why it is undefined although there are ratings to compare in both halves.

    Returns:
        The difference, above 0 where the figure grew, in its unit. Undefined where all tasks are
        of one week or the figure of a half is undefined.
    """
    known = week >= 0
    found, times = np.unique(week[known], return_counts=True)
    basis = part(known)[1]
    if len(found) < 2:
        return undefined(name, basis, ONE_WEEK if len(found) else NO_WEEK)
    half = np.searchsorted(np.cumsum(times) * 2, times.sum())
    last = found[min(int(half), len(found) - 2)]
    later, of_later = part(known & (week > last))
    earlier, of_earlier = part(known & (week <= last))
    why_nan = of_later.why_not or of_earlier.why_not or why_nan
    return difference(name, later, earlier, sampling, basis=basis, why_nan=why_nan)


def difference(
    name: str,
    later: Estimator,
    earlier: Estimator,
    sampling: Sampling,
    *,
    basis: Basis,
    why_nan: Message = NO_VARIATION,
) -> Figure:
    """One figure minus another of other tasks, with the interval of the difference.

    Args:
        name: Of the difference.
        later: What is subtracted from.
        earlier: What is subtracted; of none of the same tasks.
        sampling: Of the interval.
        basis: What the difference rests on.
        why_nan: Why it is undefined.

    Returns:
        The difference. No interval where either has fewer than `FEW_TASKS` tasks, or is undefined in more than a
        tenth of the draws.
    """
    value = later.value() - earlier.value()
    if not math.isfinite(value):
        return undefined(name, basis, why_nan)
    whole = Figure(name, value, basis, is_weak=basis.is_weak)
    if min(later.sample.tasks, earlier.sample.tasks) < FEW_TASKS:
        return replace(whole, why=FEW_FOR_INTERVAL, is_weak=True)
    drawn = [
        figures(f"{name} {half}", estimator, sampling)
        for half, estimator in (("later", later), ("earlier", earlier))
    ]
    found = ends(drawn[0] - drawn[1], sampling.level, MOST_UNDEFINED)
    if found is None:
        return replace(whole, why=SELDOM_DEFINED)
    return replace(whole, low=found[0], high=found[1])


def week_of_tasks(task: Ints, week: Ints, tasks: int) -> Ints:
    """The week of each task's last judgment: only then its agreement is known.

    Args:
        task: Shape (judgments,).
        week: Shape (judgments,): not negative.
        tasks: How many tasks there are.

    Returns:
        Shape (tasks,): -1 for a task without a judgment.
    """
    last = np.full(tasks, -1, np.int64)
    np.maximum.at(last, task, week)
    return last
