"""The part of an HTML report that tells of a leaderboard."""

from collections.abc import Iterator

from tutorcli.cli.board_rows import Board, Standing, standings_grid
from tutorcli.cli.figure_columns import Grid, grid
from tutorcli.cli.figure_rows import Section
from tutorcli.cli.name_cells import apart
from tutorcli.cli.page_charts import LABEL_CELLS, Axis, Mark, heat_map, marks_plot
from tutorcli.cli.page_html import Html, table, tag, text
from tutorcli.i18n import tr

_MOST_LINES = 60
"""Models in the chart of scores; the table beside it has all."""
_MOST_MODELS = 30
"""Models in the matrix of wins."""


def board_html(found: Board) -> Iterator[Html]:
    """Standings as chart and table, further figures, and who beat whom."""
    if found.ranked:
        yield _scores(found)
    weak = {
        place: "weak"
        for place, each in enumerate(found.standings)
        if each.is_provisional or each.score is None
    }
    about = tr("Models with the same first place cannot be told apart; 2-4: between 2 and 4.")
    yield table(about, standings_grid(found), classes=weak)
    if found.figures:
        yield table(tr("Figures of all comparisons"), grid([Section("", (), found.figures)]))
    yield from _wins(found)


def _scores(found: Board) -> Html:
    caption = tr("Scores with their intervals")
    if len(found.ranked) > _MOST_LINES:
        caption = tr(
            "{caption}; the first {n} of {all}, the table has the others",
            caption=caption,
            n=_MOST_LINES,
            all=len(found.ranked),
        )
    about = tr("One line a model: a point for the score, a bar for the interval.")
    ranked = found.ranked[:_MOST_LINES]
    places = max((len(each.places) for each in ranked), default=0)
    names = apart([each.model for each in ranked], LABEL_CELLS - places - 2)
    marks = [_mark(*each, found.ends) for each in zip(ranked, names, strict=True)]
    chart = marks_plot(caption, about, [("", marks)], Axis(found.ends))
    return tag("figure", chart, tag("figcaption", text(caption)))


def _mark(standing: Standing, name: str, ends: tuple[float, float]) -> Mark:
    """An interval that is open goes to the end of the axis."""
    is_known = standing.low is not None or standing.high is not None
    low = ends[0] if standing.low is None else standing.low
    high = ends[1] if standing.high is None else standing.high
    return Mark(
        f"{standing.places}  {name}",
        standing.score,
        low if is_known else None,
        high if is_known else None,
        f"{standing.score:.0f} {standing.interval}",
        standing.is_provisional,
    )


def _wins(found: Board) -> Iterator[Html]:
    models = [standing.model for standing in found.standings][:_MOST_MODELS]
    if len(models) < 2:
        return
    title = tr("Wins of the model of a line over that of a column, ties half")
    if len(models) < len(found.standings):
        title = tr(
            "{caption}; the first {n} of {all}",
            caption=title,
            n=len(models),
            all=len(found.standings),
        )
    about = tr("The deeper the colour, the more often the model of the line was better.")
    chart = heat_map(title, about, models, found.matrix(models))
    yield tag("figure", chart, tag("figcaption", text(title)))
    yield tag("details", tag("summary", text(tr("The same as a table"))), _pairs(found))


def _pairs(found: Board) -> Html:
    rows = [
        [first, second, f"{share * 100:.1f}%"] for (first, second), share in found.shares.items()
    ]
    head = [tr("Model"), tr("Over"), tr("Wins, ties half")]
    content = Grid(head, rows, names=frozenset({0, 1}), right=frozenset({2}))
    return table(tr("Wins of each model over each"), content)
