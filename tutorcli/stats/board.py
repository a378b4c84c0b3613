"""The leaderboard: standings of models, how apt tutors are to tie, what else moves them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.bootstrap import Sample, Sampling, ends
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.estimable import Estimable, estimable
from tutorcli.stats.figure import (
    FEW_FOR_INTERVAL,
    FEW_TASKS,
    MOST_UNDEFINED,
    SELDOM_DEFINED,
    Basis,
    Figure,
    figure,
    to_json,
    undefined,
)
from tutorcli.stats.judged import ratio
from tutorcli.stats.meetings import LOST, TIED, WON, Meetings, sample_of
from tutorcli.stats.standings import Ranked, Standing, ranked, standings, standings_to_json
from tutorcli.stats.strengths import Drawn, Fit, ModelKind, drawn, fit

SCHEMA = "tutorcli.leaderboard/1"
MOST_FOR_INTERVAL = 300
"""Models; with more, the draws would take minutes."""
MOST_ROWS = 250_000_000
"""Rows of all draws; with more, they would take minutes."""

NO_COMPARISONS = message("there are no comparisons")
NOBODY = message("no model has a strength")
HALF_WINS = message("Bradley and Terry's model has none: a tie is half a win for each")
NO_TIES = message("no comparison is a tie")
ALL_TIES = message("every comparison is a tie")
TOO_MANY_MODELS = message("more than {n} models: no interval", n=MOST_FOR_INTERVAL)
TOO_MANY_ROWS = message("too many comparisons that differ in their covariates: no interval")
OFTEN_TOO_MANY_TIES = message(
    "in too many of the draws wins are too few beside the ties: no interval; "
    "try: --model bradley-terry"
)
NO_DIFFERENCE = message("the answers compared never differ in it")
NOT_DETERMINED = message(
    "the comparisons do not tell covariates and strengths apart, or the covariates foretell "
    "every outcome: strengths are without covariates"
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What came of the comparisons of two models."""

    first: str
    second: str
    wins: int
    """How often the first was better."""
    losses: int
    """How often the second was."""
    ties: int
    both_bad: int
    """How often neither was acceptable; these count among the others too."""


@dataclass(frozen=True, slots=True)
class Board:
    """A leaderboard."""

    kind: ModelKind
    sampling: Sampling
    tasks: int
    comparisons: int
    tutors: int
    standings: tuple[Standing, ...]
    """The strongest first, those without strength last."""
    tie_parameter: Figure
    """Davidson's nu: a tie between equals is nu times as likely as a win of the one."""
    effects: tuple[Figure, ...]
    """Of covariates: log odds by one root mean square of the difference; 0 is no effect."""
    both_bad: Figure
    """Share of the comparisons in which neither answer was acceptable."""
    meetings: tuple[Meeting, ...]
    """Of every two models that met: the matrix of wins and ties."""
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fitted:
    fit: Fit
    draws: Drawn | None
    why: Message | None
    """Why there are no draws."""

    def effect(self, place: int, level: float) -> tuple[float, tuple[float, float] | None]:
        """A parameter behind the strengths, and its interval."""
        parameters = None if self.draws is None else self.draws.parameters[:, place]
        found = None if parameters is None else ends(parameters, level)
        return float(self.fit.parameters[place]), found


def board(
    comparisons: Comparisons,
    model: ModelKind = "davidson",
    sampling: Sampling = Sampling(),  # noqa: B008 - frozen
    with_covariates: Collection[str] = (),
) -> Board:
    """The leaderboard of some comparisons.

    Args:
        comparisons: Of answers of models within tasks.
        model: How ties are understood, see `strengths.fit`.
        sampling: Of the intervals, by draws of whole tasks.
        with_covariates: Names of covariates whose effect is taken out of the strengths.

    Returns:
        Standings, and what goes with them; whatever is undefined says why.
    """
    everyone = Meetings.of(comparisons.with_covariates(()))
    parts = estimable(everyone, has_tie_parameter=model == "davidson")
    kept = comparisons.among(parts.kept).with_covariates(with_covariates)
    fitted = _fitted(kept, model, sampling) if len(parts.kept) else None
    basis = _basis(comparisons)
    effects = tuple(_effect(name, kept, fitted, basis, sampling) for name in kept.covariates)
    pairs = _meetings(comparisons, everyone)
    return Board(
        kind=model,
        sampling=sampling,
        tasks=basis.tasks,
        comparisons=basis.units,
        tutors=basis.tutors,
        standings=_standings(everyone, pairs, parts, fitted, sampling.level),
        tie_parameter=_tie_parameter(everyone, model, fitted, basis, sampling.level),
        effects=effects,
        both_bad=_both_bad(comparisons, basis, sampling),
        meetings=pairs,
        notes=_notes(comparisons, fitted, kept.covariates),
    )


def _fitted(kept: Comparisons, model: ModelKind, sampling: Sampling) -> _Fitted:
    meetings = Meetings.of(kept).standardised()
    found = fit(meetings, model)
    if kept.covariates and not found.is_determined:
        return _fitted(kept.with_covariates(()), model, sampling)
    rows = len(meetings.first)
    sample = sample_of(kept.task, meetings.cell, 3 * rows)
    why = _why_no_draws(meetings, sample, sampling)
    if why is not None:
        return _Fitted(found, None, why)
    name = "\0".join(("strengths", model, *meetings.covariates))
    draws = drawn(found, sample, name, sampling).ended()
    if len(draws.parameters) < (1 - MOST_UNDEFINED) * sampling.resamples:
        return _Fitted(found, None, SELDOM_DEFINED)
    if draws.limitless > (1 - sampling.level) / 2:
        return _Fitted(found, None, OFTEN_TOO_MANY_TIES)
    return _Fitted(found, draws, None)


def _why_no_draws(meetings: Meetings, sample: Sample, sampling: Sampling) -> Message | None:
    if sample.tasks < FEW_TASKS:
        return FEW_FOR_INTERVAL
    if not meetings.counts[:, [LOST, WON]].any():
        return ALL_TIES
    if len(meetings.models) > MOST_FOR_INTERVAL:
        return TOO_MANY_MODELS
    return TOO_MANY_ROWS if len(meetings.first) * sampling.resamples > MOST_ROWS else None


def _basis(comparisons: Comparisons) -> Basis:
    tasks, size = len(np.unique(comparisons.task)), len(comparisons)
    return Basis(tasks=tasks, units=size, ratings=size, tutors=comparisons.tutors)


def _standings(
    everyone: Meetings,
    pairs: tuple[Meeting, ...],
    parts: Estimable,
    fitted: _Fitted | None,
    level: float,
) -> tuple[Standing, ...]:
    per_pair = np.array([pair.both_bad for pair in pairs], np.int64)
    both_bad = everyone.per_model(per_pair, per_pair)
    if fitted is None:
        return standings(everyone, both_bad, parts, np.zeros(0), None)
    strengths = fitted.fit.strengths
    places: Ranked | Message | None = fitted.why
    if fitted.draws is not None:
        places = ranked(strengths, fitted.draws, level)
    return standings(everyone, both_bad, parts, strengths, places)


def _tie_parameter(
    everyone: Meetings, model: ModelKind, fitted: _Fitted | None, basis: Basis, level: float
) -> Figure:
    name = "tie_parameter"
    if model == "bradley-terry":
        return undefined(name, basis, HALF_WINS)
    if fitted is None:
        return undefined(name, basis, NOBODY if len(everyone.cell) else NO_COMPARISONS)
    likelihood = fitted.fit.likelihood
    if not likelihood.has_ties:
        has_any = likelihood.meetings.counts[:, TIED].any()
        return undefined(name, basis, ALL_TIES if has_any else NO_TIES)
    _, found = fitted.effect(likelihood.models, level)
    low, high = (None, None) if found is None else np.exp(found).tolist()
    value = fitted.fit.tie_parameter
    return Figure(name, value, basis, low, high, why=fitted.why, is_weak=basis.is_weak)


def _effect(
    name: str, kept: Comparisons, fitted: _Fitted | None, basis: Basis, sampling: Sampling
) -> Figure:
    named = f"effect_{name}"
    if fitted is None:
        return undefined(named, basis, NOBODY if len(kept) else NO_COMPARISONS)
    likelihood = fitted.fit.likelihood
    if name in likelihood.meetings.covariates:
        place = likelihood.base + likelihood.meetings.covariates.index(name)
        value, found = fitted.effect(place, sampling.level)
        low, high = found or (None, None)
        return Figure(named, value, basis, low, high, why=fitted.why, is_weak=basis.is_weak)
    column = kept.with_covariates({name}).differences
    varies = column is not None and bool(column.any())
    return undefined(named, basis, NOT_DETERMINED if varies else NO_DIFFERENCE)


def _both_bad(comparisons: Comparisons, basis: Basis, sampling: Sampling) -> Figure:
    bad = comparisons.both_bad.astype(np.int64)
    share = ratio(comparisons.task, bad, np.ones_like(bad))
    return figure("both_bad", share, basis, sampling, NO_COMPARISONS)


def _meetings(comparisons: Comparisons, everyone: Meetings) -> tuple[Meeting, ...]:
    rows = len(everyone.first)
    bad = np.bincount(everyone.cell // 3, comparisons.both_bad, rows).astype(np.int64)
    columns = np.column_stack([everyone.first, everyone.second, everyone.counts, bad])
    names = everyone.models
    return tuple(
        Meeting(names[first], names[second], wins, losses, ties, both_bad)
        for first, second, losses, ties, wins, both_bad in columns.tolist()
    )


def _notes(
    comparisons: Comparisons, fitted: _Fitted | None, covariates: tuple[str, ...]
) -> tuple[Message, ...]:
    if not len(comparisons):
        return (NO_COMPARISONS,)
    if fitted is None:
        return (NOBODY,)
    used = fitted.fit.likelihood.meetings.covariates
    if used:
        names = ", ".join(used)
        return (message("strengths are those of answers alike in: {names}", names=names),)
    varies = len(covariates) and comparisons.with_covariates(covariates).differences
    return (NOT_DETERMINED,) if np.any(varies) else ()


def board_to_json(found: Board) -> dict[str, Any]:
    """The leaderboard as a JSON object, documented in ``docs/schema/stats.json``."""
    return {
        "schema": SCHEMA,
        "model": found.kind,
        "seed": found.sampling.seed,
        "ci": found.sampling.level,
        "resamples": found.sampling.resamples,
        "tasks": found.tasks,
        "comparisons": found.comparisons,
        "tutors": found.tutors,
        "notes": [str(note) for note in found.notes],
        "standings": standings_to_json(found.standings),
        "figures": [
            to_json(each, {}) for each in (found.tie_parameter, *found.effects, found.both_bad)
        ],
        "meetings": [_meeting_to_json(pair) for pair in found.meetings],
    }


def _meeting_to_json(pair: Meeting) -> dict[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "wins": pair.wins,
        "losses": pair.losses,
        "ties": pair.ties,
        "both_bad": pair.both_bad,
    }
