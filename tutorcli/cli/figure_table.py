"""A table of figures with a row for each tutor or week, before it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

from tutorcli.cli.figure_columns import Grid
from tutorcli.cli.figure_names import Unit, number, sentence
from tutorcli.cli.figure_rows import Basis
from tutorcli.cli.output import cut
from tutorcli.core.text import safe_line
from tutorcli.i18n import tr, translate

WEAK = "~"
"""Stands before what rests on too little; colour only repeats it."""
UNDEFINED = "-"
_LABEL = 60
"""Cells of a label in a sentence."""
_CHANGES = (0.1, 0.2, 0.5, 1.0)
"""What the end of a bar of changes may mean."""


class First(StrEnum):
    """Which numbers of a column a lead looks at first."""

    LOW = "low"
    HIGH = "high"
    FAR = "far"
    """Those whose interval leaves out the mark of the column."""


class Drawn(StrEnum):
    """Where the numbers of a column are drawn beside being written."""

    NOWHERE = "nowhere"
    PAGE = "page"
    """As a chart of a page."""
    EVERYWHERE = "everywhere"
    """As bars of a terminal too."""


@dataclass(frozen=True, slots=True)
class Column:
    """What stands below one head."""

    head: str
    """As short as can be; it may be a name of somebody's own."""
    about: str = ""
    """The same in full, where the head needs it."""
    drawn: Drawn = Drawn.NOWHERE
    first: First | None = None
    mark: float | None = None
    """Where a bar has a line; at 0 the bar goes as far to both sides."""
    is_minor: bool = False
    """Whether its range is left out where there is little room."""
    is_extra: bool = False
    """Whether a narrow terminal leaves it out."""

    @property
    def label(self) -> str:
        """The head where there is room."""
        return self.about or self.head


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table."""

    value: float | None
    unit: Unit
    low: float | None = None
    high: float | None = None
    why: str = ""
    """Why there is no number, or no interval: the English sentence."""
    is_weak: bool = False
    basis: Basis = field(default_factory=Basis)
    is_span: bool = False
    """Whether ``low`` and ``high`` are tenths of what was measured and no interval."""

    def number(self, *, is_brief: bool = False) -> str:
        """The value as it is read."""
        if self.value is None:
            return UNDEFINED
        return (WEAK if self.is_weak else "") + number(self.value, self.unit, is_brief=is_brief)

    def range(self, *, is_brief: bool = False) -> str:
        """Such as ``[51.2, 60.3]``, ``(31-322)`` of a span; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        low, high = (
            number(end, self.unit, is_brief=is_brief or self.is_span).rstrip("% s")
            for end in (self.low, self.high)
        )
        return f"({low}-{high})" if self.is_span else f"[{low}, {high}]"

    @property
    def reason(self) -> str:
        """Why there is no number, or no interval, safe and in the language of the screen."""
        return translate(sentence(self.why)) if self.why else ""

    @property
    def words(self) -> str:
        """Number and range."""
        return f"{self.number()} {self.range()}".rstrip()


@dataclass(frozen=True, slots=True)
class Line:
    """A row."""

    name: str
    cells: tuple[Cell | None, ...]
    """One for each column; None: nothing is told of it."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are told the same of."""

    title: str
    """Empty: that of the report is enough."""
    head: str
    """Of the names."""
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    whole: Line | None = None
    """Of all rows together, first of all."""
    middle: Line | None = None
    """The medians of the rows, last of all."""
    reasons: tuple[str, ...] = ()
    """Why numbers or intervals are missing, each once."""
    is_weekly: bool = False

    @property
    def all_lines(self) -> list[Line]:
        """The whole, the rows, their medians."""
        return [line for line in (self.whole, *self.lines, self.middle) if line is not None]

    def cells(self, place: int) -> list[Cell]:
        """The cells of a column, without those that are not there."""
        found = [line.cells[place] for line in self.all_lines]
        return [cell for cell in found if cell is not None]

    @property
    def is_weak(self) -> bool:
        """Whether any number is weak."""
        return any(
            cell.is_weak and cell.value is not None
            for place in range(len(self.columns))
            for cell in self.cells(place)
        )

    def ends(self, place: int) -> tuple[float, float] | None:
        """What the ends of the bars of a column mean; None: its unit has no range."""
        cells = self.cells(place)
        known = [
            abs(n) if self.columns[place].mark == 0 else n
            for cell in cells
            for n in (cell.value, cell.low, cell.high)
            if n is not None
        ]
        if self.columns[place].mark == 0:
            end = next((end for end in _CHANGES if max(known, default=0) <= end), _CHANGES[-1])
            return -end, end
        if not {cell.unit for cell in cells} <= {Unit.SHARE, Unit.COEFFICIENT}:
            return None
        return (-1.0 if min(known, default=0) < 0 else 0.0), 1.0


def table(
    title: str,
    head: str,
    columns: Sequence[Column],
    lines: Sequence[Line],
    *,
    whole: Line | None = None,
    has_middle: bool = False,
    is_weekly: bool = False,
) -> Table:
    """A table without the columns and rows that have no number at all; the reasons tell why.

    Args:
        title: What it is called.
        head: Of the names.
        columns: One for each cell of a line.
        lines: In their order.
        whole: Of all of them.
        has_middle: Whether a line of medians helps.
        is_weekly: Whether the rows are weeks.
    """
    rows = [line for line in (whole, *lines) if line is not None]
    shown = [
        place
        for place in range(len(columns))
        if any((cell := row.cells[place]) and cell.value is not None for row in rows)
    ]

    def kept(line: Line) -> Line:
        return Line(line.name, tuple(line.cells[place] for place in shown))

    found = tuple(
        kept(line) for line in lines if any(cell and cell.value is not None for cell in line.cells)
    )
    return Table(
        title,
        head,
        tuple(columns[place] for place in shown),
        found,
        whole and kept(whole),
        _middle(found) if has_middle and shown else None,
        tuple(_reasons(columns, rows)),
        is_weekly,
    )


def _middle(lines: Sequence[Line]) -> Line | None:
    """Medians over the rows, of the numbers that are not weak; None where the rows are two or less."""
    if len(lines) <= 2:
        return None
    return Line(
        tr("median"), tuple(map(_median, zip(*(line.cells for line in lines), strict=True)))
    )


def _median(cells: Sequence[Cell | None]) -> Cell | None:
    known = [cell for cell in cells if cell and cell.value is not None and not cell.is_weak]
    if not known:
        return None
    return Cell(median(cell.value for cell in known if cell.value is not None), known[0].unit)


def _reasons(columns: Sequence[Column], lines: Sequence[Line]) -> list[str]:
    """Why numbers or intervals are missing; columns in which the same rows lack them together."""
    rows: dict[tuple[str, int], list[int]] = {}
    for place, line in enumerate(lines):
        for column, cell in enumerate(line.cells):
            if cell is not None and cell.why:
                rows.setdefault((cell.why, column), []).append(place)
    labels: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for (why, column), places in rows.items():
        labels.setdefault((why, tuple(places)), []).append(short_label(columns[column].label))
    return [
        tr(
            "{figures}: {why} ({n} of {all})",
            figures=tr(", ").join(names),
            why=translate(sentence(why)),
            n=len(places),
            all=len(lines),
        )
        for (why, places), names in labels.items()
    ]


def below(found: Table) -> list[str]:
    """What stands below the table where nothing else tells of signs: the reasons, and what is weak."""
    weak = [tr("{mark} too little to rely on", mark=WEAK)] if found.is_weak else []
    return [*found.reasons, *weak]


def table_grid(found: Table) -> Grid:
    """The table where there is room: names and heads whole, a range behind its number."""
    rows = [
        [line.name, *("" if cell is None else cell.words for cell in line.cells)]
        for line in found.all_lines
    ]
    head = [found.head, *(column.label for column in found.columns)]
    return Grid(head, rows, names=frozenset({0}), right=frozenset(range(1, len(head))))


def short_label(label: str) -> str:
    """A label in a sentence, safe."""
    return cut(safe_line(label), _LABEL)
