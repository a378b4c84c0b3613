"""How likely comparisons are at given strengths: slopes and curvatures, for many draws at once.

A row is a pair of models with their differences. With d = strength of the first - strength of the
second + differences @ effects, and the tie parameter nu,

    P(first better) : P(tie) : P(second better) = exp(d / 2) : nu : exp(-d / 2).

Davidson estimates nu. Bradley and Terry's model is nu = 0, with a tie as half a win for each. With
s = 1/2, 0, -1/2 for won, tied, lost it is an exponential family of s and of the number of ties, so
slopes are what was counted minus what is expected, and curvatures are covariances.

Parameters stand in one array: strengths, the logarithm of nu when it is estimated, effects.

Source:
    Davidson 1970, JASA 65, equations 2.3 and 2.4; Bradley and Terry 1952, Biometrika 39.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.meetings import LOST, TIED, WON, Meetings


@dataclass(frozen=True, slots=True)
class Incidence:
    """Adds up numbers of rows for each model; nothing but sums over neighbours in memory."""

    models: int
    pair_starts: Ints
    """Shape (pairs,): the first row of each pair of models."""
    firsts: Ints
    """The models that are first in some pair, each once; then where their pairs start."""
    first_starts: Ints
    seconds: Ints
    second_starts: Ints
    by_second: Ints
    """Shape (pairs,): the pairs in order of their second model."""

    @classmethod
    def of(cls, meetings: Meetings) -> Self:
        """For rows sorted by first, then second."""
        models = len(meetings.models)
        _, starts = np.unique(meetings.first * models + meetings.second, return_index=True)
        first, second = meetings.first[starts], meetings.second[starts]
        by_second = np.argsort(second, kind="stable")
        firsts, first_starts = np.unique(first, return_index=True)
        seconds, second_starts = np.unique(second[by_second], return_index=True)
        return cls(models, starts, firsts, first_starts, seconds, second_starts, by_second)

    def pairs(self, rows: Floats) -> Floats:
        """Shape (draws, rows) to (draws, pairs)."""
        if len(self.pair_starts) == rows.shape[1]:
            return rows
        return np.add.reduceat(rows, self.pair_starts, axis=1)

    def net(self, rows: Floats) -> Floats:
        """What each model has as the first minus what it has as the second: (draws, models)."""
        pairs = self.pairs(rows)
        return self.both(pairs, -pairs)

    def gross(self, rows: Floats) -> Floats:
        """What each model has as the first plus what it has as the second: (draws, models)."""
        pairs = self.pairs(rows)
        return self.both(pairs, pairs)

    def both(self, of_first: Floats, of_second: Floats) -> Floats:
        """Numbers of pairs for their first model, and others for the second: (draws, models)."""
        found = np.zeros((len(of_first), self.models))
        found[:, self.firsts] = np.add.reduceat(of_first, self.first_starts, axis=1)
        swapped = of_second[:, self.by_second]
        found[:, self.seconds] += np.add.reduceat(swapped, self.second_starts, axis=1)
        return found


@dataclass(frozen=True, slots=True)
class Counted:
    """What draws of comparisons say."""

    times: Floats
    """Shape (draws, rows): comparisons of each row."""
    sums: Floats
    """Shape (draws, parameters): sums of s for each model, ties, sums of s times differences."""

    def only(self, draws: Ints) -> "Counted":
        """Some of the draws."""
        return Counted(self.times[draws], self.sums[draws])


@dataclass(frozen=True, slots=True)
class Chances:
    """What is expected of a row at given parameters; shapes (draws, rows)."""

    mean: Floats
    """Of s, -1/2 to 1/2."""
    tie: Floats
    """Chance of a tie."""


@dataclass(frozen=True, slots=True)
class Curvature:
    """Covariances of s and ties, times how often a row comes."""

    spread: Floats
    """Shape (draws, rows): of s with itself."""
    cross: Floats
    """Shape (draws, rows): of s with ties, the sign turned."""
    ties: Floats
    """Shape (draws,): of ties with themselves, summed over rows."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The model of some rows."""

    meetings: Meetings
    incidence: Incidence
    columns: Floats
    """Shape (covariates, rows): the differences."""
    has_ties: bool
    """Whether nu is estimated."""

    @classmethod
    def of(cls, meetings: Meetings, *, has_ties: bool) -> Self:
        """The model; there has to be at least one row."""
        columns = np.ascontiguousarray(meetings.differences.T)
        return cls(meetings, Incidence.of(meetings), columns, has_ties)

    @property
    def models(self) -> int:
        """How many strengths there are."""
        return len(self.meetings.models)

    @property
    def base(self) -> int:
        """Where the effects of the covariates begin."""
        return self.models + self.has_ties

    @property
    def parameters(self) -> int:
        """How many there are."""
        return self.base + len(self.columns)

    def counted(self, counts: Floats) -> Counted:
        """What is needed of counts of meetings, shape (draws, 3 * rows)."""
        lost, tied, won = counts[:, LOST::3], counts[:, TIED::3], counts[:, WON::3]
        lead = (won - lost) / 2
        return Counted(lost + tied + won, self._summed(lead, tied.sum(axis=1)))

    def chances(self, parameters: Floats) -> Chances:
        """Of each row, for parameters of shape (draws, parameters)."""
        d = self._contrast(parameters)
        # One exponential a row, of a number that is not positive, so that nothing overflows.
        a = np.exp(-np.abs(d) / 2)
        if not self.has_ties:
            stronger = 1 / (1 + a * a)
            return Chances(np.copysign(stronger - 0.5, d), np.zeros_like(d))
        ties = np.exp(parameters[:, self.models, None]) * a
        stronger = 1 / (1 + ties + a * a)
        return Chances(np.copysign(stronger * (1 - a * a) / 2, d), ties * stronger)

    def slope(self, counted: Counted, chances: Chances) -> Floats:
        """Derivative of the logarithm of the likelihood, shape (draws, parameters)."""
        times = counted.times
        ties = np.einsum("dr,dr->d", times, np.broadcast_to(chances.tie, times.shape))
        return counted.sums - self._summed(times * chances.mean, ties)

    def curvature(self, counted: Counted, chances: Chances) -> Curvature:
        """What the information matrices of draws are made of."""
        mean, tie, times = chances.mean, chances.tie, counted.times
        tied = times * tie
        return Curvature(
            spread=times * ((1 - tie) / 4 - mean * mean),
            cross=tied * mean,
            ties=tied.sum(axis=1) - np.einsum("dr,dr->d", tied, tie),
        )

    def curved(self, curvature: Curvature, along: Floats) -> Floats:
        """The information matrix of each draw times a vector each, (draws, parameters)."""
        d = self._contrast(along)
        moved = curvature.spread * d
        if not self.has_ties:
            return self._summed(moved, curvature.ties)
        log_nu = along[:, self.models]
        tied = curvature.ties * log_nu - np.einsum("dr,dr->d", curvature.cross, d)
        moved -= curvature.cross * log_nu[:, None]
        return self._summed(moved, tied)

    def information(self, curvature: Curvature) -> Floats:
        """The information matrix of one draw, shape (parameters, parameters).

        A ridge along equal strengths, which no comparison tells of, keeps it invertible.
        """
        found = np.zeros((self.parameters, self.parameters))
        at, spread, cross = self.models, curvature.spread, curvature.cross
        pairs = self.incidence.pairs(spread)[0]
        first = self.meetings.first[self.incidence.pair_starts]
        second = self.meetings.second[self.incidence.pair_starts]
        found[first, second] = found[second, first] = -pairs
        found[np.arange(at), np.arange(at)] = self.incidence.gross(spread)[0]
        found[:at, :at] += self.meetings.times.sum() / at**2
        if self.has_ties:
            found[:, at] = found[at, :] = self._summed(-cross, curvature.ties)[0]
        for place, column in enumerate(self.columns, self.base):
            summed = self._summed(spread * column, -(cross @ column))[0]
            found[:, place] = found[place, :] = summed
        return found

    def _contrast(self, parameters: Floats) -> Floats:
        """The d of each row, shape (draws, rows)."""
        found: Floats = parameters[:, self.meetings.first] - parameters[:, self.meetings.second]
        # Not as a product of matrices: BLAS splits these thin ones among threads that then wait.
        for place, column in enumerate(self.columns, self.base):
            found += parameters[:, place, None] * column
        return found

    def _summed(self, s: Floats, ties: Floats) -> Floats:
        """Numbers of rows for s, shape (draws, rows), and a sum for ties, by parameters."""
        parts = [self.incidence.net(s)]
        if self.has_ties:
            parts.append(ties[:, None])
        parts += [np.einsum("dr,r->d", s, column)[:, None] for column in self.columns]
        return np.concatenate(parts, axis=1)
