"""Leaderboards as files: CSV with a row for each model, Markdown with tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tutorcli.cli.board_rows import Board, board_of, boards_in, is_board, standings_grid
from tutorcli.cli.figure_columns import Grid, grid
from tutorcli.cli.figure_rows import Section
from tutorcli.cli.figure_words import how_sampled, notes_of
from tutorcli.cli.figures_files import SAMPLING, csv_text, escaped, markdown_list, markdown_table
from tutorcli.i18n import tr

_COLUMNS = (
    *("model", "place", "last_place", "score", "low", "high", "strength", "why", "provisional"),
    *("comparisons", "wins", "losses", "ties", "both_bad", "both_bad_rate"),
)
_MOST_MODELS = 20
"""In a matrix of Markdown."""


def boards_csv(boards: Sequence[Mapping[str, Any]]) -> str:
    """Leaderboards as CSV by RFC 4180: a head, then a row for each model of each.

    Columns are each key of a scope, those of the JSON object's standings, kind (the model of
    strengths), seed, ci, resamples. Names are made safe as `figures_files` says.
    """
    keys = list(dict.fromkeys(key for board in boards for key in board.get("scope") or {}))
    rows = (
        [
            *((board.get("scope") or {}).get(key) for key in keys),
            *(standing.get(column) for column in _COLUMNS),
            *(board.get(key) for key in ("model", *SAMPLING)),
        ]
        for board in boards
        for standing in board.get("standings", ())
    )
    return csv_text([*keys, *_COLUMNS, "kind", *SAMPLING], rows)


def boards_markdown(found: Mapping[str, Any]) -> str:
    """The leaderboards of an object as Markdown; only its notes where there is none."""
    return "\n\n".join(
        board_markdown(board) if is_board(board) else markdown_list(notes_of(board))
        for board in boards_in(found)
    )


def board_markdown(board: Mapping[str, Any]) -> str:
    """A leaderboard as Markdown of GitHub's kind; lines without a newline at the end."""
    found = board_of(board)
    parts = [f"## {escaped(found.title)}", escaped(found.size)]
    parts.append(markdown_table(standings_grid(found)))
    if found.figures:
        parts.append(markdown_table(grid([Section("", (), found.figures)])))
    models = [standing.model for standing in found.standings]
    if 1 < len(models) <= _MOST_MODELS:
        parts += [escaped(matrix_title()), markdown_table(matrix_grid(found, models))]
    notes = notes_of(board)
    parts += [markdown_list(notes)] if notes else []
    return "\n\n".join([*parts, escaped(how_sampled(board))])


def matrix_title() -> str:
    """What the numbers of the matrix mean."""
    return tr("how often the model of a line was better than that of a column, ties half")


def matrix_grid(found: Board, models: Sequence[str]) -> Grid:
    """The matrix of wins; columns are numbered as the lines are."""
    numbers = [str(place) for place in range(1, len(models) + 1)]
    rows = [
        [number, model, *_percent(shares)]
        for number, model, shares in zip(numbers, models, found.matrix(models), strict=True)
    ]
    right = frozenset({0, *range(2, len(models) + 2)})
    head = [tr("Number"), tr("Model"), *numbers]
    return Grid(head, rows, named=1, names=frozenset({1}), right=right)


def _percent(shares: Iterable[float | None]) -> list[str]:
    return ["" if share is None else f"{share * 100:.0f}%" for share in shares]
