"""Which rows of a table a lead looks at first."""

from collections.abc import Callable, Sequence

from tutorcli.cli.figure_names import Unit, number
from tutorcli.cli.figure_table import Cell, Column, First, Table, short_label
from tutorcli.i18n import tr

_MOST_FIRST = 3
"""Rows that are named as the first to look at, of each column."""
_FEW = 5
"""Rows of a table that needs no such help."""


def first(found: Table, names: Sequence[str]) -> list[str]:
    """What a lead looks at first, a sentence a column; nothing of a short table.

    Weak numbers are left out, and those that could not be better.

    Args:
        found: The table.
        names: Of its lines, as they are to be shown.
    """
    if len(found.lines) <= _FEW:
        return []
    return [
        text
        for place, column in enumerate(found.columns)
        if column.first is not None and (text := _first(found, place, names))
    ]


def _first(found: Table, place: int, names: Sequence[str]) -> str:
    column = found.columns[place]
    chosen = [
        line
        for line in ranked(found, place)
        if (cell := found.lines[line].cells[place])
        and not cell.is_weak
        and _stands_out(cell, column)
    ]
    if not chosen:
        return ""
    items = [
        f"{names[line]} {cell.number()}"
        for line in chosen[:_MOST_FIRST]
        if (cell := found.lines[line].cells[place])
    ]
    told = {"figure": short_label(column.label), "names": tr(", ").join(items)}
    match column.first:
        case First.LOW:
            return tr("{figure}, lowest: {names}", **told)
        case First.HIGH:
            return tr("{figure}, highest: {names}", **told)
    mark = mark_words(found, place)
    return tr("{figure}, apart from {mark} ({n}): {names}", mark=mark, n=len(chosen), **told)


def mark_words(found: Table, place: int) -> str:
    """The mark of a column as it is read: ``50%``, ``0``."""
    mark = found.columns[place].mark or 0.0
    is_share = any(cell.unit is Unit.SHARE for cell in found.cells(place))
    return number(mark, Unit.SHARE, is_brief=True) if is_share else f"{mark:g}"


def ranked(found: Table, place: int) -> list[int]:
    """Lines that have a number in a column, those to be looked at first at the front, weak ones last."""
    column = found.columns[place]
    signs: dict[First, Callable[[float], float]] = {
        First.LOW: lambda value: value,
        First.HIGH: lambda value: -value,
        First.FAR: lambda value: -abs(value - (column.mark or 0.0)),
    }
    sign = signs[column.first or First.LOW]
    keys = [
        (cell.is_weak, sign(cell.value), line)
        for line, row in enumerate(found.lines)
        if (cell := row.cells[place]) and cell.value is not None
    ]
    return [line for *_, line in sorted(keys)]


def _stands_out(cell: Cell, column: Column) -> bool:
    if cell.value is None:
        return False
    match column.first:
        case First.LOW:
            return cell.value < 1
        case First.HIGH:
            return cell.value > 0
    if cell.low is None or cell.high is None or column.mark is None:
        return False
    return not cell.low <= column.mark <= cell.high
