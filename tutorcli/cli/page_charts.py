"""Charts of an HTML report as SVG that stands in the page: nothing is loaded, no script runs."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tutorcli.cli.figure_names import name_of
from tutorcli.cli.figure_rows import Row
from tutorcli.cli.output import cut
from tutorcli.cli.page_html import Html, tag, text
from tutorcli.core.text import safe_line

LABEL_CELLS = 30
"""Of a name beside a line."""
_WIDTH = 800.0
_LINE = 24.0
_LEFT, _RIGHT = 232.0, 622.0
_AXIS = 26.0
_TICKS = 4
_WEEKS_SHOWN = 8
_MATRIX_LEFT = 190.0
_CELL = 46.0


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of an interval plot under one heading."""

    title: str
    """Empty: no heading."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where a chart goes."""

    ends: tuple[float, float] | None
    """The last is greater; None: from 0 to above the greatest number."""
    mark: float | None = None
    """Where a line stands out, if anywhere but at 0."""
    is_share: bool = False
    """Whether its numbers are written in percent."""

    def words(self, tick: float) -> str:
        """A number of the axis."""
        return f"{tick * 100:g}%" if self.is_share else f"{tick:g}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A number with its interval on a chart."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    """The numbers as they are read."""
    is_weak: bool = False

    @property
    def numbers(self) -> list[float]:
        """Those that there are."""
        return [item for item in (self.value, self.low, self.high) if item is not None]


def _mark_of(row: Row) -> Mark:
    words = f"{row.number} {row.interval}".rstrip()
    return Mark(row.label, row.value, row.low, row.high, words, row.is_weak)


def interval_plot(title: str, about: str, groups: Sequence[Group]) -> Html | None:
    """Figures that have a range as points with their intervals; None where there are none.

    The axis is 0 to 1, or -1 to 1 where a number is below 0.
    """
    shown = [
        (group.title, [_mark_of(row) for row in group.rows if _has_range(row)]) for group in groups
    ]
    shown = [(head, marks) for head, marks in shown if marks]
    axis = Axis(common_ends(mark for _, marks in shown for mark in marks))
    return marks_plot(title, about, shown, axis) if shown else None


def marks_plot(
    title: str,
    about: str,
    groups: Sequence[tuple[str, Sequence[Mark]]],
    axis: Axis,
) -> Html:
    """Points with their intervals, a line each."""
    ends = axis.ends or _open_ends([mark for _, marks in groups for mark in marks])
    parts: list[Html] = []
    y = _AXIS
    for head, marks in groups:
        if head:
            parts.append(_text(4, y + 16, cut(safe_line(head), 100), class_="head"))
            y += _LINE
        for mark in marks:
            parts += _line_of(mark, y, ends)
            y += _LINE
    return _svg(title, about, (_WIDTH, y + 8), [*_axis(axis, ends, y), *parts])


def common_ends(marks: Iterable[Mark]) -> tuple[float, float]:
    """0 to 1, or -1 to 1 where a number is below 0."""
    return (-1.0 if any(n < 0 for mark in marks for n in mark.numbers) else 0.0, 1.0)


def _open_ends(marks: Sequence[Mark]) -> tuple[float, float]:
    known = [n for mark in marks for n in mark.numbers]
    low, high = min(known, default=0.0), max(known, default=0.0)
    room = max(high - min(low, 0.0), 1.0) * 0.1
    return (0.0 if low >= 0 else low - room, high + room)


def week_plot(title: str, about: str, marks: Sequence[Mark], axis: Axis) -> Html:
    """A figure from week to week; the line breaks where it is undefined."""
    ends = axis.ends or _open_ends(marks)
    left, right, top, bottom = 48.0, _WIDTH - 40, 14.0, 190.0
    step = (right - left) / max(len(marks) - 1, 1)
    every = -(-len(marks) // _WEEKS_SHOWN)

    def x_of(place: int) -> float:
        return (left + right) / 2 if len(marks) == 1 else left + place * step

    def y_of(value: float) -> float:
        return bottom - _share(value, ends) * (bottom - top)

    parts: list[Html] = []
    for tick in _ticks(ends):
        parts.append(_stroke("zero" if tick == 0 else "grid", left, y_of(tick), right, y_of(tick)))
        parts.append(_text(left - 8, y_of(tick) + 4, axis.words(tick), "end", class_="dim"))
    for run in _runs(marks):
        points = " ".join(f"{_f(x_of(place))},{_f(y_of(value))}" for place, value in run)
        parts.append(tag("polyline", class_="line", points=points))
    for place, mark in enumerate(marks):
        x = x_of(place)
        if mark.low is not None and mark.high is not None:
            parts.append(_stroke("range", x, y_of(mark.low), x, y_of(mark.high)))
        if mark.value is not None:
            parts.append(_point(mark, x, y_of(mark.value)))
        if place % every == 0:
            shown = cut(safe_line(mark.label), 10)
            parts.append(_text(x, bottom + 20, shown, "middle", class_="dim"))
    return _svg(title, about, (_WIDTH, bottom + 32), parts)


def heat_map(
    title: str, about: str, names: Sequence[str], shares: Sequence[Sequence[float | None]]
) -> Html:
    """How often the model of a row was better than that of a column, from 0 to 1; None is empty."""
    parts: list[Html] = []
    for place, name in enumerate(names):
        y = _AXIS + place * _CELL
        parts.append(_text(_MATRIX_LEFT - 10, y + 28, _numbered(place, name), "end"))
        parts.append(
            _text(_MATRIX_LEFT + (place + 0.5) * _CELL, 17, str(place + 1), "middle", class_="dim")
        )
        parts += [_cell(share, column, y) for column, share in enumerate(shares[place])]
    width = max(_MATRIX_LEFT + len(names) * _CELL + 8, _WIDTH)
    return _svg(title, about, (width, _AXIS + len(names) * _CELL + 8), parts)


def _cell(share: float | None, column: int, y: float) -> Html:
    x = _MATRIX_LEFT + column * _CELL
    box = {"x": x + 1, "y": y + 1, "width": _CELL - 2, "height": _CELL - 2, "rx": 3}
    if share is None:
        return tag("rect", class_="empty", **box)
    number = _text(x + _CELL / 2, y + 28, f"{share * 100:.0f}%", "middle")
    heat = tag("rect", class_="heat", fill_opacity=f"{0.04 + 0.5 * share:.3f}", **box)
    return tag("g", heat, number)


def _numbered(place: int, name: str) -> str:
    return f"{cut(safe_line(name), 20)}  {place + 1}"


def _has_range(row: Row) -> bool:
    return name_of(row.figure).ends is not None and row.value is not None


def _line_of(mark: Mark, y: float, ends: tuple[float, float]) -> list[Html]:
    """One line of an interval plot."""
    middle = y + _LINE / 2

    def x_of(value: float) -> float:
        return _LEFT + _share(value, ends) * (_RIGHT - _LEFT)

    label = cut(safe_line(mark.label), LABEL_CELLS)
    parts = [_text(_LEFT - 12, middle + 4, label, "end", class_="dim" if mark.is_weak else None)]
    if mark.low is not None and mark.high is not None:
        parts.append(_stroke("range", x_of(mark.low), middle, x_of(mark.high), middle))
    if mark.value is not None:
        parts.append(_point(mark, x_of(mark.value), middle))
    parts.append(_text(_RIGHT + 14, middle + 4, mark.words, class_="dim" if mark.is_weak else None))
    return parts


def _axis(axis: Axis, ends: tuple[float, float], bottom: float) -> list[Html]:
    parts = []
    for tick in _ticks(ends):
        x = _LEFT + _share(tick, ends) * (_RIGHT - _LEFT)
        style = "zero" if tick == 0 else "grid"
        style = "mark" if tick == axis.mark else style
        parts.append(_stroke(style, x, _AXIS - 4, x, bottom))
        parts.append(_text(x, 14, axis.words(tick), "middle", class_="dim"))
    return parts


def _ticks(ends: tuple[float, float]) -> list[float]:
    """Quarters of an axis of coefficients; about five round numbers of one of scores."""
    low, high = ends
    if high - low <= 2:
        return [low + (high - low) * place / _TICKS for place in range(_TICKS + 1)]
    size = 10 ** math.floor(math.log10((high - low) / _TICKS))
    step = next(size * n for n in (1, 2, 5, 10) if (high - low) / (size * n) <= _TICKS + 2)
    return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _share(value: float, ends: tuple[float, float]) -> float:
    return min(max((value - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0)


def _runs(marks: Sequence[Mark]) -> list[list[tuple[int, float]]]:
    """Places and values of neighbours that all have one; two or more."""
    runs: list[list[tuple[int, float]]] = [[]]
    for place, mark in enumerate(marks):
        if mark.value is None:
            runs.append([])
        else:
            runs[-1].append((place, mark.value))
    return [run for run in runs if len(run) > 1]


def _point(mark: Mark, x: float, y: float) -> Html:
    style = "hollow" if mark.is_weak else "point"
    return tag("circle", class_=style, cx=_f(x), cy=_f(y), r="4.5")


def _stroke(style: str, x1: float, y1: float, x2: float, y2: float) -> Html:
    return tag("line", class_=style, x1=_f(x1), y1=_f(y1), x2=_f(x2), y2=_f(y2))


def _text(
    x: float, y: float, words: str, anchor: str | None = None, *, class_: str | None = None
) -> Html:
    return tag("text", text(words), x=_f(x), y=_f(y), text_anchor=anchor, class_=class_)


def _svg(title: str, about: str, size: tuple[float, float], parts: Sequence[Html]) -> Html:
    """A picture with a title and a description for those who hear it."""
    width, height = size
    head = [tag("title", text(title)), tag("desc", text(about))]
    return tag(
        "svg",
        *head,
        *parts,
        viewBox=f"0 0 {_f(width)} {_f(height)}",
        role="img",
        aria_label=title,
        style=f"max-width:{_f(width)}px",
    )


def _f(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
