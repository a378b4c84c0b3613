"""A leaderboard as text for a terminal: standings with their intervals drawn, and who beat whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutorcli.cli.board_rows import Board, Standing, board_of, boards_in, is_board, score_text
from tutorcli.cli.figure_bars import Look, bar
from tutorcli.cli.figure_table import WEAK
from tutorcli.cli.figures_text import closing, figure_lines, legend, told_notes
from tutorcli.cli.name_cells import apart
from tutorcli.cli.output import padded, width_of, wrapped
from tutorcli.core.text import safe_line
from tutorcli.i18n import tr

_NAME = 26
_GAP = "  "
_SHARE = 5
"""Cells of a column of the matrix of wins."""
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class _Widths:
    place: int
    model: int
    score: int
    bar: int
    interval: int
    comparisons: int


def boards_text(found: Mapping[str, Any], look: Look) -> str:
    """The leaderboards of an object as text, below one another; only its notes where there is none."""
    return "\n\n".join(
        board_text(board, look) if is_board(board) else "\n".join(told_notes(board, look))
        for board in boards_in(found)
    )


def board_text(board: Mapping[str, Any], look: Look) -> str:
    """The leaderboard as lines of at most ``look.width`` cells, without a newline at the end.

    Args:
        board: The JSON object of a leaderboard; its texts may be hostile.
        look: What can be shown.
    """
    found = board_of(board)
    lines = [*map(look.bold, wrapped(found.title, look.width)), *wrapped(found.size, look.width)]
    for block in (
        [*_standings(found, look)],
        [*_unranked(found, look)],
        [*figure_lines(found.figures, look)],
        [*_matrix(found, look)],
    ):
        lines += ["", *block] if block else []
    return "\n".join([*lines, "", *closing(board, look, _read(found, look))])


def _standings(found: Board, look: Look) -> Iterator[str]:
    if not found.ranked:
        return
    heads = [tr("Place"), tr("Model"), tr("Score"), tr("Interval"), tr("Pairs")]
    widths = _widths(found, heads, look.width)
    blank = padded("", widths.bar)
    yield look.bold(_line(" ", [heads[0], heads[1], heads[2], blank, *heads[3:]], widths))
    names = apart([standing.model for standing in found.ranked], widths.model)
    for standing, name in zip(found.ranked, names, strict=True):
        line = _line(
            WEAK if standing.is_provisional else " ",
            [
                standing.places,
                name,
                score_text(standing.score),
                _bar(standing, found.ends, widths.bar, look),
                standing.interval,
                str(standing.comparisons),
            ],
            widths,
        )
        yield look.grey(line) if standing.is_provisional else line
        if standing.reason:
            yield from _indented(standing.reason, look)


def _unranked(found: Board, look: Look) -> Iterator[str]:
    if found.unranked:
        yield look.bold(tr("Not estimable"))
    for standing in found.unranked:
        model = padded(safe_line(standing.model), _NAME * 2).rstrip()
        yield from wrapped(
            tr("{model}, comparisons: {n}", model=model, n=standing.comparisons), look.width
        )
        yield from _indented(standing.reason, look)


def _indented(sentence: str, look: Look) -> Iterator[str]:
    for line in wrapped(sentence, look.width - len(_INDENT)):
        yield look.grey(_INDENT + line)


def _widths(found: Board, heads: Sequence[str], width: int) -> _Widths:
    def widest(head: str, cells: Sequence[str]) -> int:
        return max(map(width_of, [head, *cells]))

    ranked = found.ranked
    place = widest(heads[0], [each.places for each in ranked])
    model = min(widest(heads[1], [safe_line(each.model) for each in ranked]), _NAME)
    score = widest(heads[2], [score_text(each.score) for each in ranked])
    interval = widest(heads[3], [each.interval for each in ranked])
    comparisons = widest(heads[4], [str(each.comparisons) for each in ranked])
    taken = len(WEAK) + 1 + place + model + score + interval + comparisons + 5 * len(_GAP)
    return _Widths(place, model, score, max(width - taken, 8), interval, comparisons)


def _line(mark: str, cells: Sequence[str], widths: _Widths) -> str:
    place, model, score, drawn, interval, comparisons = cells
    parts = [
        padded(place, widths.place, right=True),
        padded(model, widths.model),
        padded(score, widths.score, right=True),
        drawn,
        padded(interval, widths.interval),
        padded(comparisons, widths.comparisons, right=True),
    ]
    return f"{mark} {_GAP.join(parts)}".rstrip()


def _bar(standing: Standing, ends: tuple[float, float], cells: int, look: Look) -> str:
    """An interval that is open goes to the end of the bar."""
    low, high = standing.low, standing.high
    is_known = low is not None or high is not None
    interval = (ends[0] if low is None else low, ends[1] if high is None else high)
    return bar(standing.score or 0.0, interval if is_known else None, ends, cells, look)


def _matrix(found: Board, look: Look) -> Iterator[str]:
    """How often the model of a line was better than that of a column."""
    models = [standing.model for standing in found.standings]
    number = len(str(len(models)))
    names = min(max((width_of(safe_line(model)) for model in models), default=0), _NAME)
    if len(models) < 2:
        return
    if number + 1 + names + _SHARE * len(models) > look.width:
        yield from wrapped(
            tr(
                "wins of each model over each of {n} do not fit here; see: tutorcli report",
                n=len(models),
            ),
            look.width,
        )
        return
    title = tr("how often the model of a line was better than that of a column, ties half")
    yield from map(look.bold, wrapped(title, look.width))
    heads = "".join(f"{place:>{_SHARE}}" for place in range(1, len(models) + 1))
    yield " " * (number + 1 + names) + heads
    shown = apart(models, names)
    for place, (model, shares) in enumerate(zip(shown, found.matrix(models), strict=True), 1):
        cells = "".join(
            f"{'' if share is None else f'{share * 100:.0f}%':>{_SHARE}}" for share in shares
        )
        yield f"{place:>{number}} {padded(model, names)}{cells}".rstrip()


def _read(found: Board, look: Look) -> list[str]:
    """How the text is read: only what stands in it."""
    lines = []
    if any(standing.last_place > standing.place for standing in found.ranked):
        lines.append(
            tr("place 2-4: between 2 and 4; models with the same first number cannot be told apart")
        )
    if any(standing.is_provisional for standing in found.ranked):
        lines.append(tr("{mark} provisional: too few comparisons", mark=WEAK))
    if found.ranked:
        low, high = map(score_text, found.ends)
        lines.append(
            tr("bars of scores from {low} to {high}; 1000 is the mean", low=low, high=high)
        )
    return lines + legend(found.figures, look)
