"""Tables fitted to a width: columns shrink and their cells wrap, or rows become lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tutorcli.tui import signs
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.wrap import Line, Run, glued, is_narrow, wrap

Cell = list[Run]

_MIN_COLUMN = 6
_MAX_WORD = 14
"""Words and amounts up to this width are kept whole where the table's width allows it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read; short rows are as short here."""

    rows: list[list[Cell]]
    """The first is the header."""
    alignments: list[str]
    """One a column of the header: left, center, right or empty."""


def _text(cell: Cell) -> str:
    return "".join(text for text, _ in cell)


def _word_width(text: str) -> int:
    if not is_narrow(text):
        return _MIN_COLUMN
    return min(max(map(len, glued(text, _MAX_WORD).split(" "))), _MAX_WORD)


def _shared(natural: Sequence[int], floors: Sequence[int], available: int) -> list[int] | None:
    """Widths in proportion to the natural ones, none under its floor; None if these are too much."""
    if sum(floors) > available:
        return None
    widths = list(natural)
    wide = set(range(len(widths)))
    rest = available
    while narrow := {i for i in wide if natural[i] <= max(floors[i], rest // len(wide))}:
        # A column that needs less than its share, or whose share is under its floor, leaves first.
        for i in narrow:
            widths[i] = min(natural[i], max(floors[i], rest // len(wide)))
        rest -= sum(widths[i] for i in narrow)
        wide -= narrow
        if not wide:
            return widths
    total = sum(natural[i] for i in wide)
    for i in wide:
        widths[i] = max(floors[i], natural[i] * rest // total)
    return _trimmed(widths, floors, available)


def _trimmed(widths: list[int], floors: Sequence[int], available: int) -> list[int]:
    columns = range(len(widths))
    while (excess := sum(widths) - available) > 0:
        widest = max(columns, key=lambda i: widths[i] - floors[i])
        widths[widest] -= min(excess, widths[widest] - floors[widest])
    return widths


def column_widths(natural: Sequence[int], words: Sequence[int], available: int) -> list[int] | None:
    """How wide each column is drawn.

    Args:
        natural: The width of the widest cell of each column.
        words: The width of the longest word of each column.
        available: Cells for all columns together, rules not counted.

    Returns:
        Widths whose sum is at most ``available``; None if no column would be readable.
    """
    if sum(natural) <= available:
        return list(natural)
    floors = [min(width, _MIN_COLUMN) for width in natural]
    kept = [
        min(width, max(floor, word))
        for width, floor, word in zip(natural, floors, words, strict=True)
    ]
    return _shared(natural, kept, available) or _shared(natural, floors, available)


def _padded(line: Line, width: int, alignment: str, style: Style) -> list[Segment]:
    blank = width - line.cells
    if blank <= 0:
        return line.segments
    left = {"right": blank, "center": blank // 2}.get(alignment, 0)
    before = [Segment(" " * left, style)] if left else []
    after = [Segment(" " * (blank - left), style)] if blank > left else []
    return [*before, *line.segments, *after]


class _Grid:
    """Draws the rows of a table whose column widths are known."""

    __slots__ = ("_alignments", "_bar", "_palette", "_widths")

    def __init__(self, widths: list[int], gap: int, table: Table, palette: Palette) -> None:
        self._widths = widths
        self._alignments = table.alignments + [""] * (len(widths) - len(table.alignments))
        self._bar = Segment(signs.now().rule.center(gap), palette.table_rule)
        self._palette = palette

    def rule(self) -> Line:
        joint = self._bar.text.replace(" ", signs.now().line).replace(
            signs.now().rule, signs.now().crossing
        )
        text = joint.join(signs.now().line * width for width in self._widths)
        return Line([Segment(text, self._palette.table_rule)], len(text))

    def row(self, row: list[Cell]) -> list[Line]:
        cells = [
            wrap(cell, width, is_cell=True) for cell, width in zip(row, self._widths, strict=True)
        ]
        lines = []
        for index in range(max(map(len, cells))):
            segments: list[Segment] = []
            for column, lines_of in enumerate(cells):
                line = lines_of[index] if index < len(lines_of) else Line([], 0)
                if column:
                    segments.append(self._bar)
                alignment = self._alignments[column]
                segments += _padded(line, self._widths[column], alignment, self._palette.background)
            lines.append(Line(segments, self._cells))
        return lines

    @property
    def _cells(self) -> int:
        return sum(self._widths) + len(self._bar.text) * (len(self._widths) - 1)

    def draw(self, rows: list[list[Cell]]) -> list[list[Line]]:
        """The lines of each row; rows are ruled off when one of them takes several lines."""
        header, *body = [self.row(row) for row in rows]
        drawn = [[*header, self.rule()], *body]
        if any(len(lines) > 1 for lines in body):
            for lines in drawn[1:-1]:
                lines.append(self.rule())
        return drawn


def _listed(rows: list[list[Cell]], width: int, palette: Palette) -> list[list[Line]]:
    """Each row as lines of ``header: value``, for a width that has no room for columns."""
    header, *body = rows
    if not body:
        return [[line for cell in header for line in wrap(cell, width)]]
    drawn: list[list[Line]] = []
    for row in body:
        lines: list[Line] = []
        for name, cell in zip(header, row, strict=True):
            title = [*name, (": ", palette.table_rule)] if _text(name) else []
            if title or _text(cell):
                lines += wrap([*title, *cell], width, is_cell=True)
        drawn.append(lines)
    rule = Line([Segment(signs.now().line * width, palette.table_rule)], width)
    return [[], *([*lines, rule] for lines in drawn[:-1]), drawn[-1]]


def _column(rows: list[list[Cell]], index: int) -> tuple[int, int]:
    texts = [_text(row[index]) for row in rows]
    return max(map(cell_len, texts)) or 1, max(map(_word_width, texts))


def draw(table: Table, width: int, palette: Palette) -> list[list[Line]]:
    """The lines of each row of a table, none wider than ``width`` cells.

    Every cell is shown, those beyond the header's last column too.
    """
    columns = max(map(len, table.rows))
    rows = [row + [[] for _ in range(columns - len(row))] for row in table.rows]
    sizes = [_column(rows, index) for index in range(columns)]
    natural, words = [size[0] for size in sizes], [size[1] for size in sizes]
    gap = 3 if sum(natural) + 3 * (columns - 1) <= width else 1
    widths = column_widths(natural, words, width - gap * (columns - 1))
    if widths is None:
        return _listed(rows, width, palette)
    return _Grid(widths, gap, table, palette).draw(rows)
