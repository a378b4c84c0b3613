"""Figures as the cells of a table, where Markdown and pages have room for one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tutorcli.cli.figure_names import scope_of
from tutorcli.cli.figure_rows import Row, Section
from tutorcli.i18n import tr, translate


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, not yet escaped."""

    head: list[str]
    rows: list[list[str]]
    named: int = 0
    """The column that names the row."""
    names: frozenset[int] = frozenset()
    """Columns of names of somebody's own."""
    right: frozenset[int] = frozenset()
    """Columns of numbers."""


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    cells: list[str]
    is_name: bool = False
    is_number: bool = False


def by_kind(found: Iterable[Section]) -> dict[str, list[Section]]:
    """Sections of each way of judging, in the order in which each came first."""
    kinds: dict[str, list[Section]] = {}
    for section in found:
        kinds.setdefault(section.kind, []).append(section)
    return kinds


def remark(row: Row) -> str:
    """Why there is no number or interval; that it is weak, where nothing else says so."""
    return row.reason or (tr("too little to rely on") if row.is_weak else "")


def grid(found: Sequence[Section]) -> Grid:
    """A row for each figure, a column for each key of a scope and for what there is to tell."""
    rows = [row for section in found for row in section.rows]
    columns = [
        *_scope_columns(found),
        _Column(tr("Figure"), [row.label for row in rows]),
        *filter(lambda column: any(column.cells), _number_columns(rows)),
    ]
    return Grid(
        [column.head for column in columns],
        [list(cells) for cells in zip(*(column.cells for column in columns), strict=True)],
        sum(column.is_name for column in columns),
        frozenset(place for place, column in enumerate(columns) if column.is_name),
        frozenset(place for place, column in enumerate(columns) if column.is_number),
    )


def _scope_columns(found: Sequence[Section]) -> list[_Column]:
    keys = dict.fromkeys(key for section in found for key, _ in section.scope)
    columns = {
        key: [dict(section.scope).get(key, "") for section in found for _ in section.rows]
        for key in keys
    }
    return [
        _Column(translate(scope_of(key)), cells, is_name=True) for key, cells in columns.items()
    ]


def _number_columns(rows: Sequence[Row]) -> list[_Column]:
    def numbers(head: str, cells: Iterable[str]) -> _Column:
        return _Column(head, list(cells), is_number=True)

    return [
        numbers(tr("Value"), (row.number for row in rows)),
        numbers(tr("Interval"), (row.interval for row in rows)),
        numbers(tr("Tasks"), (_count(row.basis.tasks) for row in rows)),
        numbers(tr("Ratings"), (_count(row.basis.ratings) for row in rows)),
        numbers(tr("Tutors"), (_count(row.basis.tutors) for row in rows)),
        numbers(tr("Overlap"), (row.basis.share for row in rows)),
        _Column(tr("Remark"), [remark(row) for row in rows]),
    ]


def _count(n: int) -> str:
    return str(n) if n else ""
