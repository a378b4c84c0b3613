"""Tables of tutors and weeks on an HTML page, with charts of what they hold."""

from collections.abc import Iterator, Sequence

from tutorcli.cli.figure_names import Unit
from tutorcli.cli.figure_table import (
    UNDEFINED,
    Cell,
    Column,
    Drawn,
    Line,
    Table,
    below,
)
from tutorcli.cli.name_cells import apart
from tutorcli.cli.output import cut
from tutorcli.cli.page_charts import LABEL_CELLS, Axis, Mark, marks_plot, week_plot
from tutorcli.cli.page_html import Html, bullets, joined, name, scrolling, tag, text
from tutorcli.cli.table_first import first, mark_words, ranked
from tutorcli.core.text import safe_line
from tutorcli.i18n import tr

_MOST_LINES = 40
"""Rows in one chart; the table has all."""
_MOST_WEEKLY = 8
"""Charts of weeks; the tables have all."""
_NAME = 36


def tables_html(heading: str, tables: Sequence[Table]) -> Iterator[Html]:
    """Each table with what to look at first, its charts, and why numbers are missing."""
    left = _MOST_WEEKLY
    for found in tables:
        title = found.title or heading
        if found.title:
            yield tag("h3", text(title))
        yield from _first(found)
        if found.is_weekly:
            yield from _weeks(found, title, left)
            left = max(left - len(_drawn(found)), 0)
        else:
            yield from _charts(found)
        if found.columns:
            yield _table(found, title)
        if told := below(found):
            yield tag("div", bullets(map(text, told)), class_="soft")


def _first(found: Table) -> Iterator[Html]:
    names = [cut(safe_line(line.name), _NAME) for line in found.lines]
    if told := first(found, names):
        head = tag("strong", text(tr("To look at first")))
        yield tag("div", head, bullets(map(text, told)), class_="first")


def _drawn(found: Table) -> list[int]:
    """Places of the columns that have charts."""
    return [
        place
        for place, column in enumerate(found.columns)
        if column.drawn is not Drawn.NOWHERE and found.lines
    ]


def _figure(chart: Html, caption: str) -> Html:
    return tag("figure", chart, tag("figcaption", text(caption)))


def _charts(found: Table) -> Iterator[Html]:
    """A chart for each column that has one: a line for each row, in the order of the numbers."""
    for place in _drawn(found):
        column, ends = found.columns[place], found.ends(place)
        order = ranked(found, place)
        chosen = sorted(order[:_MOST_LINES])
        names = apart([found.lines[line].name for line in chosen], LABEL_CELLS)
        marks = [
            _mark(found.lines[line], place, label)
            for line, label in zip(chosen, names, strict=True)
        ]
        if column.first is not None:
            marks.sort(key=lambda mark: mark.numbers[0])
        if found.whole is not None:
            marks.insert(0, _mark(found.whole, place, found.whole.name))
        if ends is None:
            continue
        caption = _caption(found, place, len(chosen), len(order))
        about = tr("One line a row: a point for the value, a bar for the interval.")
        axis = Axis(ends, column.mark, is_share=_is_share(found, place))
        yield _figure(marks_plot(caption, about, [("", marks)], axis), caption)


def _is_share(found: Table, place: int) -> bool:
    return {cell.unit for cell in found.cells(place)} == {Unit.SHARE}


def _caption(found: Table, place: int, shown: int, of: int) -> str:
    column = found.columns[place]
    caption = safe_line(column.label)
    if column.mark:
        mark = mark_words(found, place)
        caption = tr("{caption}, with a line at {mark}", caption=caption, mark=mark)
    if shown == of:
        return caption
    return tr(
        "{caption}; the {n} of {all} to look at first, the table has the others",
        caption=caption,
        n=shown,
        all=of,
    )


def _weeks(found: Table, title: str, most: int) -> Iterator[Html]:
    """A chart for each column from week to week, but not more than so many."""
    places = _drawn(found)
    for place in places[:most]:
        label = safe_line(found.columns[place].label)
        caption = tr("{kind}: {figure} by week", kind=title, figure=label)
        about = tr("A point for each week, a bar for its interval; the table has the numbers.")
        marks = [_mark(line, place, line.name) for line in found.lines]
        axis = Axis(found.ends(place), is_share=_is_share(found, place))
        yield _figure(week_plot(caption, about, marks, axis), caption)
    if most < len(places):
        told = tr("{n} of {all} figures have a chart, the table has all", n=most, all=len(places))
        yield tag("p", text(told), class_="soft")


def _mark(line: Line, place: int, label: str) -> Mark:
    cell = line.cells[place]
    if cell is None:
        return Mark(label, None, None, None, "")
    return Mark(label, cell.value, cell.low, cell.high, cell.words, cell.is_weak)


def _table(found: Table, caption: str) -> Html:
    heads = [tag("th", text(found.head), scope="col")]
    heads += [tag("th", name(column.label), scope="col", class_="n") for column in found.columns]
    body = [_row(found, line) for line in found.all_lines]
    parts = [
        tag("caption", text(caption)),
        tag("thead", tag("tr", *heads)),
        tag("tbody", joined(body)),
    ]
    return scrolling(caption, tag("table", *parts, class_="tight"))


def _row(found: Table, line: Line) -> Html:
    cells = map(_cell, line.cells, found.columns)
    is_one = line is not found.whole and line is not found.middle
    head = tag("th", name(line.name), scope="row")
    return tag("tr", head, *cells, class_=None if is_one else "whole")


def _cell(cell: Cell | None, column: Column) -> Html:
    """The number with its range below; what it rests on shows where one points at it."""
    if cell is None:
        return tag("td")
    style = "n weak" if cell.is_weak else "n"
    if cell.value is None:
        return tag("td", text(UNDEFINED), class_=style, title=cell.reason or None)
    inside = [text(cell.number())]
    if cell.range() and not column.is_minor:
        inside.append(tag("small", text(cell.range())))
    about = tr("; ").join(filter(None, [cell.words, cell.basis.words()]))
    return tag("td", *inside, class_=style, title=about)
