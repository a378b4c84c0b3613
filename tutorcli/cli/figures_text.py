"""A statistics report as text for a terminal: tables of tutors and weeks, or a line a figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutorcli.cli.figure_bars import Look, bar, ink
from tutorcli.cli.figure_names import Unit, name_of
from tutorcli.cli.figure_rows import Row, Section, by_basis
from tutorcli.cli.figure_table import WEAK
from tutorcli.cli.figure_words import headline, how_sampled, notes_of
from tutorcli.cli.output import padded, width_of, wrapped
from tutorcli.cli.report_tables import tables_of
from tutorcli.cli.table_text import scales, table_lines
from tutorcli.i18n import tr

_LABEL = 28
_GAP = "  "


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cells of each column, the same in the whole report."""

    label: int
    value: int
    interval: int
    bar: int

    @property
    def rest(self) -> int:
        """Cells of bar and interval together: there a sentence stands where they are not."""
        return self.bar + len(_GAP) + self.interval

    @property
    def before(self) -> int:
        """Cells before them."""
        return len(WEAK) + 1 + self.label + len(_GAP) + self.value + len(_GAP)


def report_text(report: Mapping[str, Any], look: Look) -> str:
    """The report as lines of at most ``look.width`` cells, without a newline at the end.

    Args:
        report: The JSON object of a statistics command; its texts may be hostile.
        look: What can be shown.
    """
    tables, left = tables_of(report)
    rows = [row for section in left for row in section.rows]
    lines = [*map(look.bold, wrapped(headline(report), look.width))]
    for table in tables:
        lines += ["", *table_lines(table, look)]
    columns = _columns(rows, look)
    for section in left:
        lines += ["", *_section(section, columns, look)]
    is_weak = any(table.is_weak for table in tables)
    read = legend(rows, look, scales(tables, look), is_weak=is_weak)
    return "\n".join([*lines, "", *closing(report, look, read)])


def closing(report: Mapping[str, Any], look: Look, read: Sequence[str]) -> Iterator[str]:
    """Notes, how the text is read, and as the last line how the intervals were made."""
    yield from told_notes(report, look)
    for line in read:
        yield from map(look.grey, wrapped(line, look.width))
    yield from wrapped(how_sampled(report), look.width)


def told_notes(report: Mapping[str, Any], look: Look) -> Iterator[str]:
    """What the reader has to know."""
    for note in notes_of(report):
        yield from wrapped(tr("note: {text}", text=note), look.width)


def _columns(rows: Sequence[Row], look: Look) -> _Columns:
    label = min(max((width_of(row.label) for row in rows), default=0), _LABEL)
    value = max((len(row.number) for row in rows), default=0)
    interval = max((len(row.interval) for row in rows), default=0)
    taken = len(WEAK) + 1 + label + value + interval + 3 * len(_GAP)
    return _Columns(label, value, interval, max(look.width - taken, 8))


def _section(section: Section, columns: _Columns, look: Look) -> Iterator[str]:
    yield from map(look.bold, wrapped(section.title, look.width))
    yield from _figures(section.rows, columns, look)


def figure_lines(rows: Sequence[Row], look: Look) -> Iterator[str]:
    """Figures that stand by themselves, in columns of their own."""
    yield from _figures(rows, _columns(rows, look), look)


def _figures(figures: Sequence[Row], columns: _Columns, look: Look) -> Iterator[str]:
    for basis, rows in by_basis(figures).items():
        words = basis.words()
        if words:
            yield from map(look.grey, wrapped(words, look.width))
        for row in rows:
            yield from _row(row, columns, look)


def _row(row: Row, columns: _Columns, look: Look) -> Iterator[str]:
    mark = WEAK if row.is_weak else " "
    label = padded(row.label, columns.label)
    start = f"{mark} {label}{_GAP}{padded(row.number, columns.value, right=True)}{_GAP}"
    rest = [_drawn(row, columns, look)] if row.interval or not row.why else []
    if row.why:
        rest += wrapped(row.reason, columns.rest)
    first, *more = rest
    paint = look.grey if row.is_weak else str
    yield paint((start + first).rstrip())
    for line in more:
        yield paint(" " * columns.before + line)


def _drawn(row: Row, columns: _Columns, look: Look) -> str:
    ends = name_of(row.figure).ends
    drawn = " " * columns.bar
    if ends is not None and row.value is not None:
        interval = None if row.low is None or row.high is None else (row.low, row.high)
        drawn = bar(row.value, interval, ends, columns.bar, look)
    return f"{drawn}{_GAP}{row.interval}"


def legend(
    rows: Sequence[Row], look: Look, scales: Sequence[str] = (), *, is_weak: bool = False
) -> list[str]:
    """How the text is read: only what stands in it.

    Args:
        rows: Figures that stand a line each.
        look: What can be shown.
        scales: What other bars go from and to.
        is_weak: Whether anything else is weak.
    """
    lines = []
    if is_weak or any(row.is_weak for row in rows):
        lines.append(tr("{mark} too little to rely on", mark=WEAK))
    units = {name_of(row.figure).unit for row in rows if row.value is not None}
    signs = ink(look)
    found = [
        tr("shares 0 to 100%") if Unit.SHARE in units else "",
        tr("coefficients -1 to 1 with 0 at {zero}", zero=signs.zero)
        if Unit.COEFFICIENT in units
        else "",
        tr("changes -100% to 100%") if Unit.CHANGE in units else "",
    ]
    parts = list(dict.fromkeys([*scales, *filter(None, found)]))
    if parts:
        about = tr("{point} value, {interval} interval", point=signs.point, interval=signs.interval)
        lines.append(tr("; ").join([about, *parts]))
    return lines
