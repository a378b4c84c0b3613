"""Wrapping of styled text to a width in terminal cells, exact for wide characters.

Widths are those of ``rich.cells``, which Textual measures with.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size, split_graphemes
from rich.segment import Segment
from rich.style import Style

from tutorcli.core.text import graphemes, is_closing, is_opening, is_wide_script
from tutorcli.tui import signs, widths

Run = tuple[str, Style]
"""Text without newline or tab, in one style."""

Span = tuple[int, int, int]
"""Start, end (code points) and width (cells) of one line of a text."""

MIN_WIDTH = 2
"""A wide character needs two cells."""

INDENT = 2
"""Cells of the sign before what a long line of code goes on with."""


class Line(NamedTuple):
    """One line as it will stand on the screen, not yet padded."""

    segments: list[Segment]
    cells: int
    """Width of the segments."""
    fill: Style | None = None
    """Style of the blank cells to the right; None means the background."""


# Characters known to take one cell; a text of these alone has as many cells as characters.
_NARROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u0384-\u0482\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20bf\u2100-\u2189\u2500-\u25fc\u2800-\u28ff]*"
)

_CURRENCY = "(?:(?:R|US|C|A|HK)?[$]|[€£¥₹₩₽]|EUR|USD|BRL|CNY|RMB|GBP|CHF|CAD|JPY|INR)"
_MEASURE = "(?:[nµμmcdkMGT]?(?:g|m|l|L|s|Pa|Hz|Wh?|J|V|A|Eq|mol|bar|B)|k?cal|mmHg|h|min|UI|IU|U)"
_NUMBER = "(?:[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+)(?:[.,][0-9]+)*"
_AMOUNT = re.compile(
    f"(?<![\\w$])(?:{_CURRENCY} )?[-+−±<>≤≥~]?{_NUMBER}"
    f"(?: (?:[%‰°]|°[CF]|{_CURRENCY}|{_MEASURE}[²³]?(?:/{_MEASURE}|/d)?)(?![\\w]))?"
)
"""A number with the blanks between its thousands and those to its currency or unit."""

_PRICED = re.compile("[0-9][ \u00a0\u202f]?[$€£¥₹₩₽]$")

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
"""Regional indicators: two of them are one flag, each takes a cell."""

_WIDE, _CLOSING, _OPENING = 1, 2, 4


class _Widths(dict[str, int]):
    def __missing__(self, character: str) -> int:
        # Lone zero-width characters and selectors are told apart by 0.
        self[character] = width = get_character_cell_size(character)
        return width


class _Kinds(dict[str, int]):
    def __missing__(self, character: str) -> int:
        self[character] = kind = (
            _WIDE * is_wide_script(character)
            + _CLOSING * is_closing(character)
            + _OPENING * is_opening(character)
        )
        return kind


_widths = _Widths()
_kinds = _Kinds()


def is_narrow(text: str) -> bool:
    """Whether every character certainly takes one cell."""
    return text.isascii() or (not widths.is_wide() and _NARROW.fullmatch(text) is not None)


def _may_stand_apart(text: str, index: int) -> bool:
    """Whether no mark forbids that a line ends before ``index``."""
    return not (_kinds[text[index]] & _CLOSING) and not (_kinds[text[index - 1]] & _OPENING)


def _may_break_at_space(text: str, index: int) -> bool:
    """Whether the space at ``index`` may end a line: French puts one before ``!`` and ``:``."""
    after = text[index + 1 : index + 2]
    if after and _kinds[after] & _CLOSING:
        return False
    # A currency sign opens an amount, but after its number it ends one.
    return not _kinds[text[index - 1]] & _OPENING or bool(_PRICED.search(text[:index][-3:]))


def _narrow_spans(text: str, width: int) -> Iterator[Span]:
    start, length = 0, len(text.rstrip(" "))
    while length - start > width:
        limit = start + width
        stop = limit if text[limit] == " " else text.rfind(" ", start, limit)
        while stop > start and not _may_break_at_space(text, stop):
            stop = text.rfind(" ", start, stop)
        if stop <= start or not text[start:stop].strip(" "):
            apart = (index for index in range(limit, start, -1) if _may_stand_apart(text, index))
            stop = next(apart, limit)
        end = start + len(text[start:stop].rstrip(" "))
        yield start, end, end - start
        start = stop
        while start < length and text[start] == " ":
            start += 1
    yield start, max(length, start), max(length - start, 0)


# The runs of a line and its breaks ask for the same.
@lru_cache(maxsize=2)
def _clusters(text: str) -> tuple[Sequence[int], list[int]]:
    """Where each cluster starts (and the end of the text), and the cells before each of these."""
    widths = [_widths[character] for character in text]
    if 0 not in widths:
        return range(len(text) + 1), [0, *accumulate(widths)]
    spans, _ = split_graphemes(text)
    cells = [0, *accumulate(span[2] for span in spans)]
    return [*(span[0] for span in spans), len(text)], cells


def _may_break(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if after == " ":
        return _may_break_at_space(text, index)
    return bool((_kinds[before] | _kinds[after]) & _WIDE) and _may_stand_apart(text, index)


def _ends(text: str, starts: Sequence[int], first: int, limit: int) -> list[int]:
    """The clusters up to ``limit`` at which a character as a reader sees it ends, last first."""
    window = text[starts[first] : starts[limit] + 1]
    stops = list(range(limit, first, -1))
    if isinstance(starts, range) and not _FLAG.search(window):
        return stops
    ends = set(accumulate(map(len, graphemes(window)), initial=starts[first]))
    return [stop for stop in stops if starts[stop] in ends] or [limit]


def _stop(text: str, starts: Sequence[int], first: int, limit: int) -> int:
    """The cluster that begins the next line, when those before ``limit`` fit on this one."""
    for stop in range(limit, first, -1):
        if _may_break(text, starts[stop]) and text[starts[first] : starts[stop]].strip(" "):
            return stop
    ends = _ends(text, starts, first, limit)
    return next((stop for stop in ends if _may_stand_apart(text, starts[stop])), ends[0])


def _wide_spans(text: str, width: int) -> Iterator[Span]:
    text = text.rstrip(" ")
    starts, cells = _clusters(text)
    first, last = 0, len(starts) - 1
    while cells[last] - cells[first] > width and last - first > 1:
        limit = max(bisect_right(cells, cells[first] + width) - 1, first + 1)
        stop = _stop(text, starts, first, min(limit, last - 1))
        end = stop
        while end > first and text[starts[end - 1] : starts[end]] == " ":
            end -= 1
        yield starts[first], starts[end], cells[end] - cells[first]
        first = stop
        while first < last and text[starts[first] : starts[first + 1]] == " ":
            first += 1
    yield starts[first], starts[last], cells[last] - cells[first]


def _chopped_spans(text: str, width: int) -> Iterator[Span]:
    if is_narrow(text):
        for start in range(0, len(text) or 1, width):
            end = min(start + width, len(text))
            yield start, end, end - start
        return
    starts, cells = _clusters(text)
    first, last = 0, len(starts) - 1
    while cells[last] - cells[first] > width:
        limit = max(bisect_right(cells, cells[first] + width) - 1, first + 1)
        stop = _ends(text, starts, first, min(limit, last))[0]
        yield starts[first], starts[stop], cells[stop] - cells[first]
        first = stop
    yield starts[first], len(text), cells[last] - cells[first]


def glued(text: str, width: int) -> str:
    """The text with no-break spaces within amounts (``R$ 3.000,00``, ``3 000 €``) of that many cells."""

    def whole(amount: re.Match[str]) -> str:
        return amount[0].replace(" ", "\u00a0") if cell_len(amount[0]) <= width else amount[0]

    return _AMOUNT.sub(whole, text) if " " in text else text


def spans(text: str, width: int) -> list[Span]:
    """Where the lines of a text without newlines lie when it is wrapped by words.

    Lines break at spaces and on either side of Han and kana, but not before closing or after
    opening punctuation; a word longer than a line is split between grapheme clusters. The
    blanks at a break belong to no line.

    Args:
        text: No newline, no tab.
        width: Cells, at least ``MIN_WIDTH``.

    Returns:
        At least one span; no span is wider than ``width``.
    """
    width = max(width, MIN_WIDTH)
    if is_narrow(text):
        return list(_narrow_spans(text, width))
    return list(_wide_spans(text, width))


def _owned(runs: Sequence[Run]) -> list[Run]:
    """The runs, with a mark that modifies the character before it in that character's run.

    Textual measures segment by segment: a selector that starts one would not widen its emoji.
    """
    starts, _ = _clusters("".join(text for text, _ in runs))
    if isinstance(starts, range):
        return list(runs)
    whole = "".join(text for text, _ in runs)
    owned: list[Run] = []
    begin = position = 0
    for text, style in runs:
        position += len(text)
        end = starts[min(bisect_right(starts, position - 1), len(starts) - 1)]
        if end > begin:
            owned.append((whole[begin:end], style))
            begin = end
    return owned


def _sliced(runs: Sequence[Run], lines: Sequence[Span]) -> list[Line]:
    pieces = iter(runs)
    text, style = next(pieces)
    offset = 0
    sliced = []
    for start, end, cells in lines:
        segments = []
        at = start
        while at < end:
            while offset + len(text) <= at:
                offset += len(text)
                text, style = next(pieces)
            taken = text[at - offset : end - offset]
            segments.append(Segment(taken, style))
            at += len(taken)
        sliced.append(Line(segments, cells))
    return sliced


def _laid(runs: Sequence[Run], width: int, *, chopped: bool, is_cell: bool = False) -> list[Line]:
    runs = [run for run in runs if run[0]]
    if not runs:
        return [Line([], 0)]
    text = runs[0][0] if len(runs) == 1 else "".join(run[0] for run in runs)
    width = max(width, MIN_WIDTH)
    narrow = is_narrow(text)
    if narrow and len(text) <= width:
        return [Line([Segment(*run) for run in runs], len(text))]
    if not narrow and len(runs) > 1:
        runs = _owned(runs)
    if chopped:
        return _sliced(runs, list(_chopped_spans(text, width)))
    spans_of = _narrow_spans if narrow else _wide_spans
    # The blanks keep their places and widths: what is shown is the text as it is.
    return _sliced(runs, list(spans_of(glued(text, width) if is_cell else text, width)))


def wrap(runs: Sequence[Run], width: int, *, is_cell: bool = False) -> list[Line]:
    """Styled text broken by words as ``spans`` does; at least one line, maybe empty.

    Args:
        runs: No newline, no tab in any of them.
        width: Cells, at least ``MIN_WIDTH``.
        is_cell: Whether an amount that fits on a line stays on one.
    """
    return _laid(runs, width, chopped=False, is_cell=is_cell)


def chop(runs: Sequence[Run], width: int, mark: Style | None = None) -> list[Line]:
    """Code: a line that fits keeps its blanks; a longer one goes on below, at a blank if it has one.

    Args:
        runs: No newline, no tab in any of them.
        width: Cells, at least ``MIN_WIDTH``.
        mark: The style of the mark that starts each line after the first; None for no mark.
    """
    indent = INDENT
    if mark is None or width < indent + MIN_WIDTH:
        return _laid(runs, width, chopped=True)
    if sum(cell_len(text) for text, _ in runs) <= width:
        return _laid(runs, width, chopped=True)
    # Contracts come in fences too: prose cut inside its words cannot be read.
    lines = _laid(runs, width - indent, chopped=False)
    sign = Segment(f"{signs.now().goes_on} ", mark)
    return [
        lines[0],
        *(Line([sign, *line.segments], line.cells + indent) for line in lines[1:]),
    ]
