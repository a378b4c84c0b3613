"""Strengths of models from comparisons: Davidson's model, and Bradley and Terry's."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tutorcli.stats.arrays import Floats
from tutorcli.stats.bootstrap import Sample, Sampling, draws
from tutorcli.stats.estimable import is_limited
from tutorcli.stats.likelihood import Chances, Counted, Likelihood
from tutorcli.stats.meetings import LOST, TIED, WON, Meetings

ModelKind = Literal["davidson", "bradley-terry"]

_STEPS = 200
"""Newton steps at most; about six are usual."""
_EXACT = 1e-7
"""A fit ends when no parameter moves by more: the next step would be its square."""
_LONGEST = 1.0
"""No parameter moves by more in one step: Newton's step may overshoot where chances are near 0."""
_VAGUE = 1e4
"""A variance above it means that the comparisons do not determine the parameter."""
_CLOSE = 0.03
"""A draw ends when no parameter moves by more: half its square is left, 0.1 on the scale of 400."""
_DRAW_STEPS = 60
_RIDGE = 1e-4
"""Pulls each parameter of a draw to that of all tasks, so weakly that only parameters of which
the draw says nothing are held: 1 unit of strength costs as much as 0.0001 comparisons."""
_INNER = 0.02
"""A Newton step of a draw is solved to this share of its first residual."""
_INNER_STEPS = 40
_AT_ONCE = 250_000
"""Cells of draws at once: arrays of 2 MB, of which about a dozen live together."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Strengths of models that are all connected, see `estimable`."""

    likelihood: Likelihood
    parameters: Floats
    """Strengths as natural logarithms, log nu when ties are modelled, effects of covariates."""
    covariance: Floats
    """Inverse of the information matrix; differences of strengths have meaning, levels have not."""
    is_determined: bool
    """False when covariates and strengths cannot be told apart, or foretell each outcome."""

    @property
    def strengths(self) -> Floats:
        """Shape (models,): natural logarithms, `centred`."""
        strengths = self.parameters[None, : self.likelihood.models]
        found: Floats = centred(strengths, self.likelihood.meetings)[0]
        return found

    @property
    def tie_parameter(self) -> float:
        """Davidson's nu: 1 when a tie is as likely as either of two equals; 0 without ties."""
        models = self.likelihood.models
        return math.exp(self.parameters[models]) if self.likelihood.has_ties else 0.0

    @property
    def effects(self) -> Floats:
        """Shape (covariates,): change of the log odds by one unit of a difference."""
        found: Floats = self.parameters[self.likelihood.base :]
        return found


def fit(meetings: Meetings, kind: ModelKind = "davidson") -> Fit:
    """The strengths that make the comparisons most likely, by Newton's method.

    Args:
        meetings: Comparisons of at least two models, connected as `estimable` says.
        kind: Davidson's model, in which ties tell how alike two models are and how apt tutors are
            to tie; or Bradley and Terry's, in which a tie is half a win for each.

    Returns:
        The fit. Where every comparison is a tie all strengths are alike. Where none is one,
        Davidson's model is that of Bradley and Terry.

    Source:
        See `likelihood`; ties as half wins as LMArena does: Chiang et al. 2024, arXiv:2403.04132.
    """
    lost, tied, won = meetings.counts.sum(axis=0).tolist()
    has_ties = kind == "davidson" and tied > 0 and lost + won > 0
    likelihood = Likelihood.of(meetings, has_ties=has_ties)
    start = np.zeros((1, likelihood.parameters))
    if has_ties:
        start[0, likelihood.models] = math.log(2 * tied / (lost + won))
    return _newton(likelihood, start)


def _newton(likelihood: Likelihood, start: Floats) -> Fit:
    counts = likelihood.meetings.counts.reshape(1, -1).astype(np.float64)
    counted, now = likelihood.counted(counts), start
    for _ in range(_STEPS):
        chances = likelihood.chances(now)
        information = likelihood.information(likelihood.curvature(counted, chances))
        information = _invertible(information)
        step = np.linalg.solve(information, likelihood.slope(counted, chances)[0])
        now = now + _shortened(step[None, :])
        has_ended = bool(np.abs(step).max() < _EXACT)
        if has_ended:
            break
    covariance: Floats = np.linalg.inv(information).astype(np.float64)
    is_determined = has_ended and float(np.diag(covariance).max()) < _VAGUE
    return Fit(likelihood, now[0], covariance, is_determined)


def _invertible(information: Floats) -> Floats:
    # Covariates that are collinear make it singular; the fit is told to be undetermined then.
    found: Floats = information + 1e-9 * np.eye(len(information))
    return found


def _shortened(steps: Floats) -> Floats:
    """Steps of shape (draws, parameters), none longer than `_LONGEST`."""
    longest = np.abs(steps).max(axis=1, keepdims=True)
    found: Floats = steps * (_LONGEST / np.maximum(longest, _LONGEST))
    return found


def centred(strengths: Floats, meetings: Meetings) -> Floats:
    """Strengths, shape (draws, models), with the mean 0 of an answer that was compared.

    Each model counts with its comparisons. Were all to count alike, one model that was seldom
    compared would move the others, and widen their intervals by its own doubt.
    """
    share = meetings.per_model(meetings.times, meetings.times) / (2 * meetings.times.sum())
    found: Floats = strengths - (strengths @ share)[:, None]
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """Parameters of draws of whole tasks."""

    parameters: Floats
    """Shape (draws, parameters), strengths `centred`; nan in draws whose fit did not end."""
    never_lost: Floats
    """Shape (models,): share of the draws in which a model neither lost nor tied, or was absent."""
    never_won: Floats
    limitless: float
    """Share of the draws in which the tie parameter has no limit, see `estimable`."""

    def ended(self) -> "Drawn":
        """Without the draws whose fit did not end."""
        return replace(self, parameters=self.parameters[np.isfinite(self.parameters).all(axis=1)])


def drawn(found: Fit, sample: Sample, name: str, sampling: Sampling) -> Drawn:
    """Fits of draws of whole tasks, each by Newton's method from the fit of all tasks.

    A draw may hold models that are not connected, whose strengths have no limit, or too few wins to
    limit the tie parameter. A weak ridge towards the fit of all tasks then holds them several units
    away, and all others where they belong; the shares of such draws are told, so that an end of an
    interval can be left open.

    Args:
        found: The fit of all tasks.
        sample: What the tasks consist of.
        name: Of what is estimated: part of the seed.
        sampling: How many draws, and from which seed.

    Source:
        Davison and Hinkley 1997, Bootstrap Methods and their Application, section 3.8; the inner
        steps by conjugate gradients: Nocedal and Wright 2006, Numerical Optimization, section 7.1.
    """
    likelihood = found.likelihood
    at_fit = likelihood.chances(found.parameters[None, :])
    parameters, lost, won, limitless = [], [], [], 0
    for counts in draws(name, sample, sampling, _AT_ONCE):
        parameters.append(_fits(found, at_fit, likelihood.counted(counts)))
        tied = likelihood.incidence.pairs(counts[:, TIED::3])
        first = likelihood.incidence.pairs(counts[:, WON::3])
        second = likelihood.incidence.pairs(counts[:, LOST::3])
        if likelihood.has_ties:
            limitless += _limitless(likelihood, second, tied, first)
        won.append(likelihood.incidence.both(first + tied, second + tied) == 0)
        lost.append(likelihood.incidence.both(second + tied, first + tied) == 0)
    joined, models = np.concatenate(parameters), likelihood.models
    joined[:, :models] = centred(joined[:, :models], likelihood.meetings)
    never_lost, never_won = (np.concatenate(parts).mean(axis=0) for parts in (lost, won))
    return Drawn(joined, never_lost, never_won, limitless / max(len(joined), 1))


def _limitless(likelihood: Likelihood, lost: Floats, tied: Floats, won: Floats) -> int:
    """In how many draws the tie parameter has no limit; shapes (draws, pairs)."""
    starts = likelihood.incidence.pair_starts
    first, second = likelihood.meetings.first[starts], likelihood.meetings.second[starts]
    unsure = np.flatnonzero(~((won > 0) & (lost > 0)).any(axis=1))
    told = (np.stack([lost[draw], tied[draw], won[draw]], axis=1) for draw in unsure)
    return sum(not is_limited(first, second, counts) for counts in told)


def _fits(found: Fit, at_fit: Chances, counted: Counted) -> Floats:
    """Parameters of draws, shape (draws, parameters)."""
    likelihood = found.likelihood
    # The curvature of all tasks serves for the first step: no exponentials.
    step = likelihood.slope(counted, at_fit) @ found.covariance
    now = found.parameters + _shortened(step)
    left = np.arange(len(now))
    for _ in range(_DRAW_STEPS):
        part = counted if len(left) == len(now) else counted.only(left)
        steps = _shortened(_solved(found, part, now[left]))
        now[left] += steps
        left = left[np.abs(steps).max(axis=1) > _CLOSE]
        if not len(left):
            break
    now[left] = np.nan
    return now


def _solved(found: Fit, counted: Counted, now: Floats) -> Floats:
    """Newton's step of each draw: conjugate gradients, preconditioned by the fit of all tasks."""
    likelihood = found.likelihood
    chances = likelihood.chances(now)
    curvature = likelihood.curvature(counted, chances)
    rest = likelihood.slope(counted, chances) - _RIDGE * (now - found.parameters)
    step, near = np.zeros_like(now), rest @ found.covariance
    along, length = near, _dots(rest, near)
    enough = length * _INNER**2
    for _ in range(_INNER_STEPS):
        is_open = length > enough
        if not is_open.any():
            break
        curved = likelihood.curved(curvature, along) + _RIDGE * along
        far = np.divide(length, _dots(along, curved), where=is_open, out=np.zeros_like(length))
        step += far[:, None] * along
        rest = rest - far[:, None] * curved
        near = rest @ found.covariance
        before, length = length, np.where(is_open, _dots(rest, near), length)
        turn = np.divide(length, before, where=is_open, out=np.zeros_like(length))
        along = near + turn[:, None] * along
    return step


def _dots(first: Floats, second: Floats) -> Floats:
    found: Floats = np.einsum("dp,dp->d", first, second)
    return found
