"""The JSON object of a leaderboard as rows that can be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutorcli.cli.figure_columns import Grid
from tutorcli.cli.figure_names import Unit, number, sentence
from tutorcli.cli.figure_rows import Row, float_of, row_of, scope_words, whole
from tutorcli.i18n import ntr, tr, translate


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one model."""

    model: str
    place: int
    """0: it has none."""
    last_place: int
    score: float | None
    low: float | None
    high: float | None
    """One end may be open, and then is None."""
    why: str
    is_provisional: bool
    comparisons: int
    wins: int
    losses: int
    ties: int
    both_bad: float | None
    """Share of the comparisons, 0 to 1."""

    @property
    def places(self) -> str:
        """Such as ``2`` or ``2-4``; empty where there is none."""
        if not self.place:
            return ""
        return (
            f"{self.place}-{self.last_place}" if self.last_place > self.place else f"{self.place}"
        )

    @property
    def interval(self) -> str:
        """Such as ``[1190, 1240]``, ``[1190, -]`` where it is open; empty where there is none."""
        if self.low is None and self.high is None:
            return ""
        return f"[{score_text(self.low)}, {score_text(self.high)}]"

    @property
    def remark(self) -> str:
        """That it is provisional, and why something is missing."""
        parts = [tr("provisional") if self.is_provisional else "", self.reason]
        return tr("; ").join(part for part in parts if part)

    @property
    def reason(self) -> str:
        """Why there is no score, no interval, or no end of one."""
        return translate(sentence(self.why)) if self.why else ""


@dataclass(frozen=True, slots=True)
class Board:
    """A leaderboard."""

    title: str
    size: str
    """Model of strengths, comparisons, tasks and tutors, in words."""
    standings: tuple[Standing, ...]
    figures: tuple[Row, ...]
    shares: Mapping[tuple[str, str], float]
    """How often the first model was better than the second, ties half; 0 to 1."""

    @property
    def ranked(self) -> list[Standing]:
        """Models that have a score, the strongest first."""
        return [standing for standing in self.standings if standing.score is not None]

    @property
    def unranked(self) -> list[Standing]:
        """Models whose strength cannot be estimated."""
        return [standing for standing in self.standings if standing.score is None]

    @property
    def ends(self) -> tuple[float, float]:
        """Round numbers between which all scores and intervals lie."""
        known = [
            n for each in self.ranked for n in (each.score, each.low, each.high) if n is not None
        ]
        low = min(known, default=0.0) // _STEP * _STEP
        return low, max((max(known, default=0.0) // _STEP + 1) * _STEP, low + _STEP)

    def matrix(self, models: Sequence[str]) -> list[list[float | None]]:
        """Shares of the wins of each of these models over each; None where they never met."""
        return [[self.shares.get((row, column)) for column in models] for row in models]


_STEP = 50.0


def score_text(score: float | None) -> str:
    """A score as it is read; a dash where it is open or unknown."""
    return "-" if score is None else number(score, Unit.SCORE)


def is_board(part: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a leaderboard."""
    return "standings" in part


def boards_in(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The leaderboards of an object that holds several; the notes on all stand with the first.

    Where there is none the notes stand alone.
    """
    boards, notes = list(found.get("boards") or ()), list(found.get("notes") or ())
    if not boards:
        return [{"notes": notes}] if notes else []
    first = boards[0]
    return [{**first, "notes": [*(first.get("notes") or ()), *notes]}, *boards[1:]]


def board_of(board: Mapping[str, Any]) -> Board:
    """A leaderboard's JSON object; ``scope``, if it has one, tells of what comparisons it is."""
    scope = tuple((str(key), str(value)) for key, value in (board.get("scope") or {}).items())
    title = tr("Leaderboard")
    if scope:
        title = tr("{kind}: {scope}", kind=title, scope=scope_words(scope))
    return Board(
        title=title,
        size=_size(board),
        standings=tuple(map(_standing, board.get("standings", ()))),
        figures=tuple(map(row_of, board.get("figures", ()))),
        shares=_shares(board.get("meetings", ())),
    )


def standings_grid(found: Board) -> Grid:
    """A row for each model."""
    head = [
        tr("Place"),
        tr("Model"),
        tr("Score"),
        tr("Interval"),
        tr("Comparisons"),
        tr("Wins"),
        tr("Losses"),
        tr("Ties"),
        tr("Neither acceptable"),
        tr("Remark"),
    ]
    rows = [
        [
            each.places,
            each.model,
            score_text(each.score),
            each.interval,
            *map(str, (each.comparisons, each.wins, each.losses, each.ties)),
            "" if each.both_bad is None else number(each.both_bad, Unit.SHARE),
            each.remark,
        ]
        for each in found.standings
    ]
    if not any(row[-1] for row in rows):
        head, rows = head[:-1], [row[:-1] for row in rows]
    return Grid(head, rows, named=1, names=frozenset({1}), right=frozenset({0, *range(2, 9)}))


def _size(board: Mapping[str, Any]) -> str:
    kinds = {
        "davidson": tr("Davidson's model"),
        "bradley-terry": tr("Bradley and Terry's model, a tie as half a win for each"),
    }
    known = str(board.get("model", ""))
    return tr(
        "{comparisons} of {tasks} by {tutors}; {model}",
        comparisons=ntr("{n} comparison", "{n} comparisons", whole(board.get("comparisons"))),
        tasks=ntr("{n} task", "{n} tasks", whole(board.get("tasks"))),
        tutors=ntr("{n} tutor", "{n} tutors", whole(board.get("tutors"))),
        model=kinds.get(known) or translate(sentence(known)),
    )


def _standing(standing: Mapping[str, Any]) -> Standing:
    return Standing(
        model=str(standing.get("model", "")),
        place=whole(standing.get("place")),
        last_place=whole(standing.get("last_place")),
        score=float_of(standing.get("score")),
        low=float_of(standing.get("low")),
        high=float_of(standing.get("high")),
        why=str(standing.get("why") or ""),
        is_provisional=bool(standing.get("provisional")),
        comparisons=whole(standing.get("comparisons")),
        wins=whole(standing.get("wins")),
        losses=whole(standing.get("losses")),
        ties=whole(standing.get("ties")),
        both_bad=float_of(standing.get("both_bad_rate")),
    )


def _shares(meetings: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], float]:
    found = {}
    for pair in meetings:
        wins, losses, ties = (whole(pair.get(key)) for key in ("wins", "losses", "ties"))
        if together := wins + losses + ties:
            first, second = str(pair.get("first", "")), str(pair.get("second", ""))
            found[first, second] = (wins + ties / 2) / together
            found[second, first] = (losses + ties / 2) / together
    return found
