"""Tables of figures as text that fits a terminal: the wider it is, the more of each number is told."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tutorcli.cli.figure_bars import Look, bar, ink
from tutorcli.cli.figure_names import Unit
from tutorcli.cli.figure_table import Cell, Column, Drawn, Table
from tutorcli.cli.name_cells import apart
from tutorcli.cli.output import padded, width_of, wrapped
from tutorcli.cli.table_first import first, mark_words
from tutorcli.i18n import tr

_LEAST_NAME, _SOME_NAME, _MOST_NAME = 12, 22, 36
_LEAST_BAR, _SOME_BAR, _MOST_BAR = 9, 15, 41
"""Odd, so that one half is a cell of its own."""
_MOST_HEAD = 14
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is told of a number."""

    is_brief: bool
    has_ranges: bool
    gap: int = 2
    name: int = _LEAST_NAME


_DETAILS = (
    _Detail(is_brief=False, has_ranges=True),
    _Detail(is_brief=True, has_ranges=True),
    _Detail(is_brief=True, has_ranges=True, gap=1),
    _Detail(is_brief=False, has_ranges=False),
    _Detail(is_brief=True, has_ranges=False),
    _Detail(is_brief=True, has_ranges=False, gap=1, name=8),
)
"""What is tried, the fullest first."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Number, bar and range of a column, drawn under one head."""

    place: int
    column: Column
    head: str
    number: int
    bar: int
    range: int
    ends: tuple[float, float] | None
    """Of the bar."""

    @property
    def is_single(self) -> bool:
        """Whether there is nothing but the number."""
        return not self.bar and not self.range

    @property
    def width(self) -> int:
        """Cells of all."""
        inside = [cells for cells in (self.number, self.bar, self.range) if cells]
        return max(sum(inside) + len(inside) - 1, width_of(self.head))


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a table that stand beside one another."""

    detail: _Detail
    name: int
    groups: tuple[_Group, ...]


def table_lines(found: Table, look: Look) -> Iterator[str]:
    """The table as lines of at most ``look.width`` cells: its rows, and what is told of them."""
    if found.title:
        yield from map(look.bold, wrapped(found.title, look.width))
    layouts = _layouts(found, look.width) if found.columns else []
    for number_of, layout in enumerate(layouts):
        if number_of:
            yield ""
        yield from _rows(found, layout, look)
    yield from _below(found, layouts, look)


def scales(tables: Iterable[Table], look: Look) -> list[str]:
    """What the bars of these tables mean, each once."""
    told: dict[str, None] = {}
    for found in tables:
        for place, column in enumerate(found.columns):
            ends = found.ends(place) if column.drawn is Drawn.EVERYWHERE else None
            if ends is not None:
                told[_scale(found, place, ends, ink(look).zero)] = None
    return list(told)


def _scale(found: Table, place: int, ends: tuple[float, float], zero: str) -> str:
    mark = found.columns[place].mark
    if mark == 0:
        return tr("changes {low} to {high} with 0 at {zero}", low=ends[0], high=ends[1], zero=zero)
    if mark is not None:
        middle = mark_words(found, place)
        return tr("shares 0 to 100% with {mark} at {zero}", mark=middle, zero=zero)
    if found.cells(place)[0].unit is Unit.SHARE:
        return tr("shares 0 to 100%")
    if ends[0] < 0:
        return tr("coefficients -1 to 1 with 0 at {zero}", zero=zero)
    return tr("coefficients 0 to 1")


def _layouts(found: Table, width: int) -> list[_Layout]:
    """As much detail as fits; with the least, columns that do not fit stand below the others."""
    natural = max(width_of(name) for name in _names(found, _MOST_NAME))
    for detail in _DETAILS:
        groups = _groups(found, detail)
        name = max(min(natural, detail.name), width_of(found.head))
        if name + sum(detail.gap + group.width for group in groups) <= width:
            return [_widened(_Layout(detail, name, tuple(groups)), natural, width)]
    blocks: list[list[_Group]] = [[]]
    taken = name
    for group in groups:
        if blocks[-1] and taken + detail.gap + group.width > width:
            blocks.append([])
            taken = name
        blocks[-1].append(group)
        taken += detail.gap + group.width
    return [_widened(_Layout(detail, name, tuple(block)), natural, width) for block in blocks]


def _groups(found: Table, detail: _Detail) -> list[_Group]:
    places = [
        place
        for place, column in enumerate(found.columns)
        if detail.has_ranges or not column.is_extra
    ]
    heads = apart([found.columns[place].head for place in places], _MOST_HEAD)
    return [_group(found, place, head, detail) for place, head in zip(places, heads, strict=True)]


def _group(found: Table, place: int, head: str, detail: _Detail) -> _Group:
    cells = found.cells(place)
    column = found.columns[place]
    numbers = max(len(cell.number(is_brief=detail.is_brief)) for cell in cells)
    ranges = max(len(cell.range(is_brief=detail.is_brief)) for cell in cells)
    ends = found.ends(place) if column.drawn is Drawn.EVERYWHERE else None
    return _Group(
        place,
        column,
        head,
        numbers,
        0 if ends is None else _LEAST_BAR,
        ranges if detail.has_ranges and not column.is_minor else 0,
        ends,
    )


def _widened(layout: _Layout, natural: int, width: int) -> _Layout:
    """The room that is left: some for names and bars, then for whole names, then for long bars."""
    groups, name = layout.groups, layout.name
    left = width - name - sum(layout.detail.gap + group.width for group in groups)
    bars = sum(bool(group.bar) for group in groups)
    bar_cells = _LEAST_BAR
    for most_name, most_bar in ((_SOME_NAME, _SOME_BAR), (natural, _MOST_BAR)):
        more = max(min(left, min(natural, most_name) - name), 0)
        name, left = name + more, left - more
        if bars:
            more = min(left // bars // 2 * 2, most_bar - bar_cells)
            bar_cells, left = bar_cells + more, left - more * bars
    wider = (replace(group, bar=bar_cells) if group.bar else group for group in groups)
    return _Layout(layout.detail, name, tuple(wider))


def _names(found: Table, cells: int) -> list[str]:
    return apart([line.name for line in found.all_lines], cells)


_Piece = tuple[str, Callable[[str], str]]
"""Text and its paint."""


def _rows(found: Table, layout: _Layout, look: Look) -> Iterator[str]:
    heads = [(padded(found.head, layout.name), look.bold)]
    for group in layout.groups:
        head = padded(group.head, group.width, right=group.is_single)
        heads.append((" " * layout.detail.gap + head, look.bold))
    yield _joined(heads)
    for name, line in zip(_names(found, layout.name), found.all_lines, strict=True):
        paint = look.bold if line is found.whole or line is found.middle else str
        pieces = [(padded(name, layout.name), paint)]
        for group in layout.groups:
            cell = line.cells[group.place]
            shown = _drawn(cell, group, layout.detail, look)
            weak = look.grey if cell is not None and cell.is_weak else paint
            pieces.append((" " * layout.detail.gap + padded(shown, group.width), weak))
        yield _joined(pieces)


def _drawn(cell: Cell | None, group: _Group, detail: _Detail, look: Look) -> str:
    if cell is None:
        return ""
    width = group.width if group.is_single else group.number
    parts = [padded(cell.number(is_brief=detail.is_brief), width, right=True)]
    if group.bar:
        parts.append(_bar(cell, group, look))
    if group.range:
        parts.append(cell.range(is_brief=detail.is_brief))
    return " ".join(parts)


def _bar(cell: Cell, group: _Group, look: Look) -> str:
    if cell.value is None or group.ends is None:
        return " " * group.bar
    interval = None if cell.low is None or cell.high is None else (cell.low, cell.high)
    return bar(cell.value, interval, group.ends, group.bar, look, mark=group.column.mark or 0.0)


def _joined(pieces: Sequence[_Piece]) -> str:
    """The pieces painted, without blanks at the end."""
    texts = "".join(text for text, _ in pieces)
    left = len(texts.rstrip())
    painted = []
    for text, paint in pieces:
        kept = text[: max(left, 0)]
        left -= len(text)
        painted.append(paint(kept) if kept.strip() else kept)
    return "".join(painted)


def _below(found: Table, layouts: Sequence[_Layout], look: Look) -> Iterator[str]:
    """What to look at first, why numbers are missing, and what the heads mean."""
    names = apart([line.name for line in found.lines], _MOST_NAME)
    if told := first(found, names):
        yield ""
        yield look.bold(tr("To look at first"))
        for text in told:
            yield from _hanging(text, look.width, _INDENT)
    lines = [line for reason in found.reasons for line in _hanging(f"- {reason}", look.width)]
    heads = [
        tr("{head}: {about}", head=group.head, about=group.column.about)
        for layout in layouts
        for group in layout.groups
        if group.column.about not in {"", group.head}
    ]
    if heads:
        lines += map(look.grey, wrapped(tr("; ").join(heads), look.width))
    if layouts and lines:
        yield ""
    yield from lines


def _hanging(text: str, width: int, indent: str = "") -> Iterator[str]:
    """Lines of which all but the first stand further in."""
    one, *more = wrapped(text, width - len(indent) - len(_INDENT))
    yield indent + one
    for line in more:
        yield indent + _INDENT + line
