"""Which tables a report of tutors, gold tasks, bias or weeks is read as."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from tutorcli.cli.figure_names import Unit, kind_of, name_of
from tutorcli.cli.figure_rows import Row, Scope, Section, sections
from tutorcli.cli.figure_table import Cell, Column, Drawn, First, Line, Table, table
from tutorcli.cli.name_cells import natural
from tutorcli.i18n import tr, translate

_Made = Callable[[Mapping[str, str]], Cell | None]
"""The cell of a scope."""
_TUTOR, _WEEK, _CRITERION = "tutor", "week", "criterion"
_ASIDE = ("skips", "referrals", "bad_tasks", "given_up", "conflicts")
_HALF = 0.5


def tables_of(report: Mapping[str, Any]) -> tuple[list[Table], list[Section]]:
    """The tables of a report, and the figures that stand in none of them.

    Tutors and weeks stand in the order of their names, ``t2`` before ``t10``: a row is found, and is
    found at the same place tomorrow.
    """
    figures = _Figures(sections(report))
    build = _BUILD.get(str(report.get("what", "")))
    tables = (
        [one for one in build(figures) if one.lines or one.whole or one.reasons] if build else []
    )
    return tables, figures.left()


class _Figures:
    """The figures of a report by what they are; what was told of is kept in mind."""

    def __init__(self, found: Sequence[Section]) -> None:
        self._found = found
        self._told: set[tuple[int, int]] = set()
        self._places = {
            (section.kind, frozenset(section.scope), row.figure): (place, index)
            for place, section in reversed([*enumerate(found)])
            for index, row in reversed([*enumerate(section.rows)])
        }

    def row(self, kind: str, figure: str, scope: Mapping[str, str]) -> Row | None:
        """A figure, if there is one; it is told of now."""
        place = self._places.get((kind, frozenset(scope.items()), figure))
        if place is None:
            return None
        self._told.add(place)
        section, index = place
        return self._found[section].rows[index]

    def names(self, *keys: str, kind: str | None = None) -> list[tuple[str, ...]]:
        """Values of the scopes that have these keys alone, in the order of appearance."""
        found = (
            tuple(dict(section.scope)[key] for key in keys)
            for section in self._found
            if {key for key, _ in section.scope} == set(keys) and kind in {None, section.kind}
        )
        return list(dict.fromkeys(found))

    def scopes(self) -> Iterator[tuple[str, Scope, str]]:
        """Kind, scope and name of each figure."""
        for section in self._found:
            for row in section.rows:
                yield section.kind, section.scope, row.figure

    def left(self) -> list[Section]:
        """The figures that were not told of."""
        rest = [
            replace(
                section,
                rows=tuple(
                    row
                    for index, row in enumerate(section.rows)
                    if (place, index) not in self._told
                ),
            )
            for place, section in enumerate(self._found)
        ]
        return [section for section in rest if section.rows]

    def one(self, kind: str, figure: str, **scope: str) -> _Made:
        """A figure as it is; ``scope`` is added to that of the line."""
        return lambda line: _cell(self.row(kind, figure, {**line, **scope}))

    def span(self, kind: str, figure: str) -> _Made:
        """The median of what was measured, with its tenths."""

        def made(line: Mapping[str, str]) -> Cell | None:
            middle, low, high = (
                self.row(kind, f"{figure}_{part}", line) for part in ("median", "p10", "p90")
            )
            cell = _cell(middle)
            if cell is None:
                return None
            ends = [row.value if row else None for row in (low, high)]
            return replace(cell, low=ends[0], high=ends[1], is_span=True)

        return made

    def total(self, kind: str, figures: Sequence[str]) -> _Made:
        """The sum of counts."""

        def made(line: Mapping[str, str]) -> Cell | None:
            rows = [self.row(kind, figure, line) for figure in figures]
            known = [row.value for row in rows if row is not None and row.value is not None]
            return Cell(sum(known), Unit.COUNT) if known else None

        return made

    def tasks(self, kind: str, figure: str) -> _Made:
        """How many tasks a figure rests on that has a number."""

        def made(line: Mapping[str, str]) -> Cell | None:
            row = self.row(kind, figure, line)
            return None if row is None or row.value is None else Cell(row.basis.tasks, Unit.COUNT)

        return made


def _cell(row: Row | None) -> Cell | None:
    if row is None:
        return None
    unit = name_of(row.figure).unit
    return Cell(row.value, unit, row.low, row.high, row.why, row.is_weak, row.basis)


_Columns = Sequence[tuple[Column, _Made]]


def _lines(key: str, names: Sequence[str], columns: _Columns) -> list[Line]:
    return [Line(name, tuple(made({key: name}) for _, made in columns)) for name in names]


def _ordered(found: Sequence[tuple[str, ...]]) -> list[str]:
    """First parts of names, each once, in natural order."""
    return sorted(dict.fromkeys(name[0] for name in found), key=lambda name: (natural(name), name))


def _label(figure: str) -> str:
    return translate(name_of(figure).label)


def _tutors(figures: _Figures) -> Iterator[Table]:
    yield _of_tutors("", figures, _working(figures), has_middle=True)
    heads = (tr("Skipped"), tr("Referred"), tr("Bad task"), tr("Given up"), tr("Conflict"))
    aside = [
        (Column(head, _label(name)), figures.one("work", name))
        for name, head in zip(_ASIDE, heads, strict=True)
    ]
    found = _of_tutors(tr("Put aside"), figures, aside)
    busy = [line for line in found.lines if any(cell and cell.value for cell in line.cells)]
    yield replace(found, lines=tuple(busy))
    yield _by_criterion(figures, "agreement_with_others", partial(Column, first=First.LOW))
    for figure, as_others in (("leniency", 0.0), ("spread", 1.0)):
        column = partial(Column, first=First.FAR, mark=as_others)
        yield _by_criterion(figures, figure, column)


def _working(figures: _Figures) -> _Columns:
    one, minor = figures.one, partial(Column, is_minor=True)
    others, right = "agreement_with_others", _label("gold_tasks")
    return [
        (minor(tr("Judged")), one("work", "judged")),
        (_time_column(Drawn.NOWHERE), figures.span("work", "active_s")),
        (Column(tr("Others"), _label(others), Drawn.PAGE, First.LOW), one("pairs", others)),
        (Column(tr("Gold"), _label("gold"), Drawn.PAGE, First.LOW), one("gold", "gold")),
        (minor(tr("All right"), right, is_extra=True), one("gold", "gold_tasks")),
        (
            minor(tr("Self"), _label("self_agreement"), first=First.LOW),
            one("work", "self_agreement"),
        ),
        (minor(tr("Ties")), one("work", "ties")),
        (
            minor(tr("Aside"), tr("Put aside (skipped, given up, ...)")),
            figures.total("work", _ASIDE),
        ),
        (minor(tr("Fast"), _label("too_fast"), first=First.HIGH), one("work", "too_fast")),
        (minor(tr("Unread"), _label("unread"), first=First.HIGH), one("work", "unread")),
        (minor(tr("Edits"), _label("edits")), one("work", "edits")),
    ]


def _time_column(drawn: Drawn) -> Column:
    return Column(tr("Time"), tr("Active time, median (fastest to slowest tenth)"), drawn)


def _of_tutors(
    title: str, figures: _Figures, columns: _Columns, *, has_middle: bool = False
) -> Table:
    lines = _lines(_TUTOR, _ordered(figures.names(_TUTOR)), columns)
    heads = [column for column, _ in columns]
    return table(title, tr("Tutor"), heads, lines, has_middle=has_middle)


def _by_criterion(figures: _Figures, figure: str, column: Callable[[str], Column]) -> Table:
    """Tutors against criteria."""
    found = figures.names(_TUTOR, _CRITERION, kind="ratings")
    columns = [
        (column(name), figures.one("ratings", figure, criterion=name))
        for name in dict.fromkeys(criterion for _, criterion in found)
    ]
    lines = _lines(_TUTOR, _ordered(found), columns)
    title = tr("{figure} by criterion", figure=_label(figure))
    return table(title, tr("Tutor"), [column for column, _ in columns], lines, has_middle=True)


def _gold(figures: _Figures) -> Iterator[Table]:
    columns = [(Column(tr("Tasks")), figures.tasks("gold", "gold"))]
    for name, head in (("gold", tr("Gold")), ("gold_tasks", tr("All right"))):
        column = Column(head, _label(name), Drawn.EVERYWHERE, First.LOW)
        columns.append((column, figures.one("gold", name)))
    yield _of_tutors("", figures, columns, has_middle=True)


def _bias(figures: _Figures) -> Iterator[Table]:
    columns = []
    for name, head in (
        ("first_shown_preferred", tr("First shown")),
        ("longer_preferred", tr("Longer")),
    ):
        column = Column(head, _label(name), Drawn.EVERYWHERE, First.FAR, mark=_HALF)
        columns.append((column, figures.one("bias", name)))
    columns.append((Column(tr("Ties")), figures.one("bias", "ties")))
    lines = _lines(_TUTOR, _ordered(figures.names(_TUTOR)), columns)
    whole = Line(tr("all"), tuple(made({}) for _, made in columns))
    heads = [column for column, _ in columns]
    yield table("", tr("Tutor"), heads, lines, whole=whole if any(whole.cells) else None)


def _time(figures: _Figures) -> Iterator[Table]:
    page, everywhere = Drawn.PAGE, Drawn.EVERYWHERE
    one, alpha = figures.one, "alpha_ordinal"
    columns = [
        (Column(tr("Judged"), drawn=page), one("work", "judged")),
        (Column(tr("Tutors"), _label("tutors_at_work"), page), one("work", "tutors_at_work")),
        (_time_column(page), figures.span("work", "active_s")),
        (Column(_label("percent"), drawn=everywhere), one("pairs", "percent")),
        (Column(tr("Alpha"), _label(alpha), everywhere), one("pairs", alpha)),
    ]
    lines = _lines(_WEEK, _ordered(figures.names(_WEEK)), columns)
    yield table("", tr("Week"), [column for column, _ in columns], lines, is_weekly=True)
    yield _weeks_by_criterion(figures, alpha)
    yield _drift(figures)


def _weeks_by_criterion(figures: _Figures, figure: str) -> Table:
    found = figures.names(_WEEK, _CRITERION, kind="ratings")
    columns = [
        (Column(name, drawn=Drawn.PAGE), figures.one("ratings", figure, criterion=name))
        for name in dict.fromkeys(criterion for _, criterion in found)
    ]
    lines = _lines(_WEEK, _ordered(found), columns)
    title = tr("{kind}: {figure}", kind=translate(kind_of("ratings")), figure=_label(figure))
    return table(title, tr("Week"), [column for column, _ in columns], lines, is_weekly=True)


def _drift(figures: _Figures) -> Table:
    """Later half of the tasks less the earlier half: a row for each figure that drifts."""
    drifting = [one for one in figures.scopes() if one[2].endswith("_drift")]
    about = tr("Later half of the tasks less the earlier half")
    columns = [Column(tr("Drift"), about, Drawn.EVERYWHERE, mark=0.0)]
    lines = [
        Line(_drifting(kind, scope, figure), (figures.one(kind, figure)(dict(scope)),))
        for kind, scope, figure in drifting
    ]
    return table(tr("Drift"), tr("Figure"), columns, lines)


def _drifting(kind: str, scope: Scope, figure: str) -> str:
    """Such as ``Ratings, accuracy: Alpha, ordinal``."""
    of = tr(", ").join([translate(kind_of(kind)), *(value for _, value in scope)])
    return tr("{kind}: {figure}", kind=of, figure=_label(figure.removesuffix("_drift")))


_BUILD: Mapping[str, Callable[[_Figures], Iterator[Table]]] = {
    "tutors": _tutors,
    "gold": _gold,
    "bias": _bias,
    "time": _time,
}
