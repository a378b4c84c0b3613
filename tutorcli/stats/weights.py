"""Named disagreements of two values, from 0 to 1, without a table of all pairs of values."""

from dataclasses import dataclass
from typing import Literal, Self, assert_never

import numpy as np

from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.patterns import Patterns

Weights = Literal["identity", "linear", "quadratic", "ordinal"]
"""How far two values disagree: at all; by their distance; by its square; by how many pairs of
values lie within it (Gwet's, not Krippendorff's)."""

_HUGE = 1e100
"""The square of a larger number may not be one."""
_ROUNDING = 1e-24
"""Share of the largest squared distance that is only rounding."""


def positions(values: tuple[float, ...] | tuple[str, ...]) -> Floats:
    """Where values lie: numbers where they are, up to a factor; others at 0, 1, 2 ...

    Returns:
        Shape (values,); nan everywhere when one of them is no finite number.
    """
    if values and isinstance(values[0], str):
        return np.arange(len(values), dtype=np.float64)
    places = np.array(values, np.float64)
    largest = np.abs(places).max(initial=0.0)
    if not np.isfinite(largest):
        return np.full(len(places), np.nan)
    return places / largest if largest > _HUGE else places


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far two values of a scale disagree: 0 they are equal, 1 they lie farthest apart.

    Source:
        Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., tables 3.6 to 3.8: each is 1 minus
        the weight there.
    """

    weights: Weights
    place: Floats
    """Shape (values,), ascending: where the values lie, from 0 to 1."""
    steps: int
    """From the lowest value of the scale to the highest."""

    @classmethod
    def of(cls, weights: Weights, values: tuple[float, ...] | tuple[str, ...]) -> Self:
        """On a scale with these values; "ordinal" takes their order alone."""
        places = positions(values)
        if weights == "ordinal":
            places = np.arange(len(values), dtype=np.float64)
        low, high = places.min(initial=np.inf), places.max(initial=-np.inf)
        places = (places - low) / (high - low) if high != low else np.zeros(len(places))
        return cls(weights, places, max(len(values) - 1, 1))

    def only(self, used: Ints) -> Self:
        """For some of the values; their disagreements stay what they are on the whole scale."""
        return type(self)(self.weights, self.place[used], self.steps)

    def between(self, first: Ints, second: Ints) -> Floats:
        """Of two values, given by their indexes; the shapes of all are the same."""
        distance = np.abs(self.place[first] - self.place[second])
        match self.weights:
            case "identity":
                return np.not_equal(first, second).astype(np.float64)
            case "linear":
                return distance
            case "quadratic":
                return distance * distance
            case "ordinal":
                return self._ordinal(distance, distance * distance)
            case _:
                assert_never(self.weights)

    def across(self, first: Floats, second: Floats) -> Floats:
        """Sum over all pairs of a value of the first and one of the second, times their masses.

        Args:
            first: Masses of the values, at least 0, shape (..., values).
            second: The same of somebody else.

        Returns:
            Shape (...).
        """
        match self.weights:
            case "identity":
                return _identity(first, second)
            case "linear":
                return self._linear(first, second)
            case "quadratic":
                return self._quadratic(first, second)
            case "ordinal":
                return self._ordinal(self._linear(first, second), self._quadratic(first, second))
            case _:
                assert_never(self.weights)

    def within(self, patterns: Patterns) -> Floats:
        """Sum over the ordered pairs of ratings of a unit, shape (patterns,)."""
        size, count = patterns.size.astype(np.float64), patterns.count
        place = self.place[patterns.value]
        match self.weights:
            case "identity":
                return size * size - patterns.sums(count * count)
            case "linear":
                return _linear_within(patterns, place)
            case "quadratic":
                return 2 * size * squares_within(patterns, place)
            case "ordinal":
                squared = 2 * size * squares_within(patterns, place)
                return self._ordinal(_linear_within(patterns, place), squared)
            case _:
                assert_never(self.weights)

    def total(self) -> float:
        """Sum over all ordered pairs of values."""
        each = np.ones(len(self.place))
        return float(self.across(each, each))

    def _ordinal(self, linear: Floats, squared: Floats) -> Floats:
        # C(d + 1, 2) / C(K, 2) for d steps, where linear is d / (K - 1).
        return (squared * self.steps + linear) / (self.steps + 1)

    def _linear(self, first: Floats, second: Floats) -> Floats:
        gaps = np.diff(self.place)
        below, under = np.cumsum(first, axis=-1), np.cumsum(second, axis=-1)
        above, over = below[..., -1:] - below, under[..., -1:] - under
        found: Floats = ((below * over + above * under)[..., :-1] * gaps).sum(axis=-1)
        return found

    def _quadratic(self, first: Floats, second: Floats) -> Floats:
        mass, other = first.sum(axis=-1), second.sum(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = ((first + second) @ self.place) / (mass + other)
        place = self.place - np.nan_to_num(mean)[..., None]
        moment, other_moment = (first * place).sum(axis=-1), (second * place).sum(axis=-1)
        squares, other_squares = (first * place**2).sum(axis=-1), (second * place**2).sum(axis=-1)
        found = other * squares + mass * other_squares - 2 * moment * other_moment
        return np.where(found > _ROUNDING * mass * other, found, 0.0)


def or_nan(numbers: Floats) -> Floats:
    """Divisors: nan where they are not above 0, so that a quotient is undefined and not infinite."""
    return np.where(numbers > 0, numbers, np.nan)


def squares_within(patterns: Patterns, place: Floats) -> Floats:
    """Sum of the squared distances of a unit's ratings from their mean, shape (patterns,).

    Args:
        patterns: Of the units.
        place: Where the value of each cell lies, shape (cells,).
    """
    mean = patterns.sums(patterns.count * place) / patterns.size
    # Of equal values the mean may be off in its last digit, and they would disagree.
    distance = np.where(_is_alone(patterns), 0.0, place - mean[patterns.pattern])
    return patterns.sums(patterns.count * distance * distance)


def _is_alone(patterns: Patterns) -> Bools:
    return np.equal(patterns.count, patterns.size[patterns.pattern])


def _identity(first: Floats, second: Floats) -> Floats:
    found: Floats = first.sum(axis=-1) * second.sum(axis=-1) - (first * second).sum(axis=-1)
    return found


def _linear_within(patterns: Patterns, place: Floats) -> Floats:
    upto = np.cumsum(patterns.count)
    before = np.cumsum(patterns.size) - patterns.size
    below = upto - patterns.count - before[patterns.pattern]
    above = patterns.size[patterns.pattern] - patterns.count - below
    return 2 * patterns.sums(patterns.count * (below - above) * place)
