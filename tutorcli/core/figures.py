"""The JSON objects of statistics, as commands print them and as a server sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

Number = int | float | None

_STRICT = {"strict": True, "extra": "forbid"}
_SCOPED = {"strict": True, "extra": "allow"}


@dataclass(frozen=True)
class FigureObject:
    """One figure; any further member is of its scope: domain, criterion, tutor, week, ..."""

    __pydantic_config__: ClassVar[Any] = _SCOPED

    figure: str
    """Its name, explained in docs/statistics.md."""
    value: Number
    low: Number
    """Ends of the interval."""
    high: Number
    why: str | None
    """Why there is no number, or no interval."""
    weak: bool
    """Whether there is too little to rely on."""
    tasks: int
    units: int
    """What is rated one by one: tasks, pairs of answers, answers, criteria of answers."""
    ratings: int
    tutors: int
    overlap: Number
    """Share of the units that two tutors judged; null: it does not apply."""
    kind: str = ""
    """The way of judging, or what is told of a tutor; absent in a leaderboard."""


_MEMBERS = frozenset(item.name for item in fields(FigureObject))


def scope_in(figure: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a figure's object that are its scope, such as ``{"domain": "law"}``."""
    return {key: value for key, value in figure.items() if key not in _MEMBERS}


@dataclass(frozen=True, slots=True)
class ReportObject:
    """What ``tutorcli stats`` says."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    schema: Literal["tutorcli.stats/1"]
    what: Literal["agreement", "tutors", "gold", "bias", "time"]
    seed: int
    ci: float
    """Level of the intervals."""
    resamples: int
    judgments: int
    """That count: current, of people, labels, done."""
    tasks: int
    tutors: int
    notes: list[str]
    """What the reader has to know, such as versions of a guideline that are taken together."""
    figures: list[FigureObject]
    names: dict[str, str] = field(default_factory=dict)
    """Names of tutors by id, with ``--names``."""


@dataclass(frozen=True, slots=True)
class StandingObject:
    """One model of a leaderboard."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    model: str
    place: int | None
    """1 + the models that are surely better; null: there is no interval to tell by."""
    last_place: int | None
    """The models that are not surely worse, itself included."""
    score: Number
    """1000 + 400 / ln 10 times the strength; null: not estimable."""
    low: Number
    """Ends of the interval of the score; null: open, or unknown."""
    high: Number
    strength: Number
    """Log odds."""
    why: str | None
    """Why there is no strength, or no interval."""
    provisional: bool
    """Fewer than 30 comparisons."""
    comparisons: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    """Comparisons in which neither answer was acceptable; these count among the others too."""
    both_bad_rate: Number


@dataclass(frozen=True, slots=True)
class MeetingObject:
    """What came of the comparisons of two models."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    first: str
    second: str
    wins: int
    """Of the first."""
    losses: int
    ties: int
    both_bad: int


@dataclass(frozen=True, slots=True)
class BoardObject:
    """One leaderboard."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    schema: Literal["tutorcli.leaderboard/1"]
    model: Literal["davidson", "bradley-terry"]
    seed: int
    ci: float
    resamples: int
    tasks: int
    comparisons: int
    tutors: int
    notes: list[str]
    standings: list[StandingObject]
    """The strongest first, those without strength last."""
    figures: list[FigureObject]
    """Tie parameter, effects of covariates, share of neither acceptable."""
    meetings: list[MeetingObject]
    """Of every two models that met."""
    scope: dict[str, str] = field(default_factory=dict)
    """Of which comparisons, with ``--by``."""


@dataclass(frozen=True, slots=True)
class BoardsObject:
    """What ``tutorcli leaderboard`` says."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    schema: Literal["tutorcli.leaderboards/1"]
    boards: list[BoardObject]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class PageObject:
    """What ``tutorcli report`` is made of."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    schema: Literal["tutorcli.report/1"]
    parts: list[ReportObject | BoardsObject]
    sheet: dict[str, list[str] | list[FigureObject] | dict[str, int]]
    """The data sheet: sources, licences, domains, languages, qualifications, protocols, guidelines,
    agreement (figures), gaps."""
    file: str | None = None
    """Where the page was written."""
