"""Standings: the strength of each model, its interval, and the place it may claim."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.estimable import Estimable, closure
from tutorcli.stats.figure import rounded
from tutorcli.stats.meetings import LOST, TIED, WON, Meetings
from tutorcli.stats.strengths import Drawn

MEAN_SCORE = 1000.0
POINTS = 400 / math.log(10)
"""Points of one unit of strength: with 400 more a model wins ten times as often as it loses."""
FEW_COMPARISONS = 30
"""Below so many comparisons a standing is provisional."""

OPEN_ABOVE = message("in too many of the draws never beaten or tied: no upper end")
OPEN_BELOW = message("in too many of the draws never won or tied: no lower end")
OPEN_BOTH = message("in too many of the draws never beaten, or never won: no interval")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one model."""

    model: str
    comparisons: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    """Comparisons in which neither answer was acceptable; they count among the others too."""
    strength: float | None = None
    """Natural logarithm; 0 is the mean of the answers that were compared."""
    low: float | None = None
    """Ends of the interval of `score`."""
    high: float | None = None
    place: int | None = None
    """1 + how many models are surely stronger; models of one place cannot be told apart."""
    last_place: int | None = None
    """How many models are not surely weaker, itself among them."""
    why: Message | None = None
    """Why there is no strength, or no interval."""

    @property
    def score(self) -> float | None:
        """1000 + 400 log10, the scale of chess and of LMArena."""
        return None if self.strength is None else MEAN_SCORE + POINTS * self.strength

    @property
    def both_bad_rate(self) -> float | None:
        """Share of its comparisons in which neither answer was acceptable, 0 to 1."""
        return self.both_bad / self.comparisons if self.comparisons else None

    @property
    def is_provisional(self) -> bool:
        """Whether there are too few comparisons to rely on."""
        return self.comparisons < FEW_COMPARISONS


@dataclass(frozen=True, slots=True)
class Ranked:
    """What draws say of the models that have strengths; arrays of shape (models,)."""

    low: Floats
    """Ends of the intervals of the scores; nan where one is open."""
    high: Floats
    place: Ints
    last_place: Ints


def ranked(strengths: Floats, draws: Drawn, level: float) -> Ranked:
    """Intervals and places.

    One model is surely stronger than another when the interval of the difference of their strengths
    lies above 0, that is, when it is stronger in at least 1 - (1 - level) / 2 of the draws; or when
    a chain of such models leads from the one to the other. So none is surely stronger than another
    of its place.

    Args:
        strengths: Shape (models,): of all tasks.
        draws: All of them with an end.
        level: Of the intervals, 0 to 1.

    Source:
        Places as LMArena gives them, but by intervals of differences: Chiang et al. 2024,
        arXiv:2403.04132, section 5.
    """
    drawn, tail = draws.parameters[:, : len(strengths)], (1 - level) / 2
    low, high = MEAN_SCORE + POINTS * np.quantile(drawn, [tail, 1 - tail], axis=0)
    stronger = closure(_surely(strengths, drawn, 1 - tail) | np.eye(len(strengths), dtype=bool))
    return Ranked(
        low=np.where(draws.never_won > tail, np.nan, low),
        high=np.where(draws.never_lost > tail, np.nan, high),
        place=stronger.sum(axis=0),
        last_place=len(strengths) + 1 - stronger.sum(axis=1),
    )


def _surely(strengths: Floats, drawn: Floats, share: float) -> Bools:
    """Shape (models, models): whether the one is stronger in so many draws, and on the whole."""
    columns = np.ascontiguousarray(drawn.T)
    often = [(column > columns).sum(axis=1) >= share * len(drawn) for column in columns]
    found: Bools = np.array(often, bool) & (strengths[:, None] > strengths)
    return found


def standings(
    meetings: Meetings,
    both_bad: Ints,
    parts: Estimable,
    strengths: Floats,
    places: Ranked | Message | None,
) -> tuple[Standing, ...]:
    """One standing for each model: the strongest first, then those without strength by name.

    Args:
        meetings: Of all models.
        both_bad: Shape (models,).
        parts: Which of the models have strengths.
        strengths: Of those, shape (kept,).
        places: Of those; or why there are no intervals.
    """
    won, lost = meetings.counts[:, WON], meetings.counts[:, LOST]
    wins, losses = meetings.per_model(won, lost), meetings.per_model(lost, won)
    ties = meetings.per_model(meetings.counts[:, TIED], meetings.counts[:, TIED])
    rank = {model: place for place, model in enumerate(parts.kept.tolist())}
    found = []
    for index, model in enumerate(meetings.models):
        known = rank.get(index)
        counts = (wins[index], losses[index], ties[index], both_bad[index])
        standing = _unplaced(model, *map(int, counts))
        if known is None:
            found.append(replace(standing, why=parts.why[index]))
        else:
            found.append(replace(standing, **_of_fit(known, float(strengths[known]), places)))
    return tuple(sorted(found, key=_order))


def _unplaced(model: str, wins: int, losses: int, ties: int, both_bad: int) -> Standing:
    return Standing(model, wins + losses + ties, wins, losses, ties, both_bad)


def _of_fit(index: int, strength: float, places: Ranked | Message | None) -> dict[str, Any]:
    if not isinstance(places, Ranked):
        return {"strength": strength, "why": places}
    low, high = float(places.low[index]), float(places.high[index])
    return {
        "strength": strength,
        "low": None if math.isnan(low) else low,
        "high": None if math.isnan(high) else high,
        "place": int(places.place[index]),
        "last_place": int(places.last_place[index]),
        "why": _why_open(is_below=math.isnan(low), is_above=math.isnan(high)),
    }


def _why_open(*, is_below: bool, is_above: bool) -> Message | None:
    if is_below and is_above:
        return OPEN_BOTH
    if is_below:
        return OPEN_BELOW
    return OPEN_ABOVE if is_above else None


def _order(standing: Standing) -> tuple[float, str]:
    if standing.strength is None:
        return math.inf, standing.model
    # Models that won and lost alike differ by rounding alone; their names decide.
    return -round(standing.strength, 9), standing.model


def standings_to_json(found: Sequence[Standing]) -> list[dict[str, Any]]:
    """The standings as flat JSON objects."""
    return [
        {
            "model": standing.model,
            "place": standing.place,
            "last_place": standing.last_place,
            "score": rounded(standing.score),
            "low": rounded(standing.low),
            "high": rounded(standing.high),
            "strength": rounded(standing.strength),
            "why": None if standing.why is None else str(standing.why),
            "provisional": standing.is_provisional,
            "comparisons": standing.comparisons,
            "wins": standing.wins,
            "losses": standing.losses,
            "ties": standing.ties,
            "both_bad": standing.both_bad,
            "both_bad_rate": rounded(standing.both_bad_rate),
        }
        for standing in found
    ]
