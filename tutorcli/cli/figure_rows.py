"""The JSON object of a statistics command as rows that can be shown.

With ``--remote`` there is nothing else, so that the same object is read for local figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tutorcli.cli.figure_names import Unit, kind_of, name_of, number, scope_of, sentence
from tutorcli.cli.output import cut
from tutorcli.core.figures import scope_in
from tutorcli.core.text import safe_line
from tutorcli.i18n import ntr, tr, translate

_GREATEST = 1e15
_LONGEST = 72
"""Cells of a name in a heading."""

Scope = tuple[tuple[str, str], ...]
"""Keys and values such as ``("domain", "law")``; empty: everything."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure rests on."""

    tasks: int = 0
    units: int = 0
    ratings: int = 0
    tutors: int = 0
    overlap: float | None = None

    @property
    def share(self) -> str:
        """The overlap in percent; empty where it is not told."""
        return "" if self.overlap is None else number(self.overlap, Unit.SHARE)

    def words(self) -> str:
        """Such as ``100 tasks, 500 ratings, 5 tutors, overlap 80%``; empty where it is not told."""
        parts = [
            ntr("{n} task", "{n} tasks", self.tasks) if self.tasks else "",
            ntr("{n} unit", "{n} units", self.units) if self.units > self.tasks else "",
            ntr("{n} rating", "{n} ratings", self.ratings) if self.ratings else "",
            ntr("{n} tutor", "{n} tutors", self.tutors) if self.tutors else "",
            tr("overlap {share}", share=self.share) if self.share else "",
        ]
        return tr(", ").join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure."""

    figure: str
    value: float | None
    low: float | None
    high: float | None
    why: str
    """Why there is no number, or no interval; empty: there are both, or none is due."""
    is_weak: bool
    basis: Basis

    @property
    def label(self) -> str:
        """What it is called, in the language of the screen."""
        return translate(name_of(self.figure).label)

    @property
    def reason(self) -> str:
        """Why there is no number, or no interval, safe and in the language of the screen."""
        return translate(sentence(self.why)) if self.why else ""

    @property
    def number(self) -> str:
        """The value as it is read; a dash where it is undefined."""
        return "-" if self.value is None else number(self.value, name_of(self.figure).unit)

    @property
    def interval(self) -> str:
        """Such as ``[0.512, 0.603]``; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        unit = name_of(self.figure).unit
        return f"[{number(self.low, unit)}, {number(self.high, unit)}]"


@dataclass(frozen=True, slots=True)
class Section:
    """Figures of one way of judging within one scope."""

    kind: str
    scope: Scope
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Such as ``Ratings: domain law, criterion accuracy``."""
        kind = translate(kind_of(self.kind))
        scope = scope_words(self.scope)
        return tr("{kind}: {scope}", kind=kind, scope=scope) if scope else kind


def scope_words(scope: Scope) -> str:
    """Such as ``domain law, criterion accuracy``; safe on one line, long names cut."""
    return tr(", ").join(
        f"{translate(scope_of(key))} {cut(safe_line(value), _LONGEST)}" for key, value in scope
    )


def sections(report: Mapping[str, Any]) -> list[Section]:
    """The figures of a report by kind and scope, in the order in which each came first."""
    found: dict[tuple[str, Scope], list[Row]] = {}
    for figure in report.get("figures", ()):
        scope = tuple((str(key), str(value)) for key, value in scope_in(figure).items())
        found.setdefault((str(figure.get("kind", "")), scope), []).append(row_of(figure))
    return [Section(kind, scope, tuple(rows)) for (kind, scope), rows in found.items()]


def by_basis(rows: Iterable[Row]) -> dict[Basis, list[Row]]:
    """Rows that rest on the same, in the order in which each basis came first."""
    found: dict[Basis, list[Row]] = {}
    for row in rows:
        found.setdefault(row.basis, []).append(row)
    return found


def scope_keys(report: Mapping[str, Any]) -> list[str]:
    """Every key of a scope in the report, in the order of appearance."""
    figures = report.get("figures", ())
    return list(dict.fromkeys(str(key) for figure in figures for key in scope_in(figure)))


def row_of(figure: Mapping[str, Any]) -> Row:
    """A figure's JSON object as a row."""
    return Row(
        str(figure.get("figure", "")),
        float_of(figure.get("value")),
        float_of(figure.get("low")),
        float_of(figure.get("high")),
        str(figure.get("why") or ""),
        bool(figure.get("weak")),
        Basis(
            tasks=whole(figure.get("tasks")),
            units=whole(figure.get("units")),
            ratings=whole(figure.get("ratings")),
            tutors=whole(figure.get("tutors")),
            overlap=float_of(figure.get("overlap")),
        ),
    )


def whole(value: object) -> int:
    """A number of the JSON object without its fraction; 0 for anything else."""
    return int(float_of(value) or 0)


def float_of(value: object) -> float | None:
    """A number of the JSON object that a column can hold; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < _GREATEST else None
