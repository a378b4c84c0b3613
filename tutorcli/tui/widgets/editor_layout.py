"""Where the text under the editor stands on the screen; a key lays out only the lines near it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from rich.cells import cell_len
from textual.document._document import Location
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset

from tutorcli.core.text import graphemes, is_closing, is_opening, is_wide_script

Rows = tuple[int, int | None]
"""First row that looks different and the one after the last; None: all below do."""


def reach(width: int) -> int:
    """Code points after the start of a row that can decide where it ends."""
    return 4 * width + 64


def expanded(text: str, x: int, tab: int) -> str:
    """The text with spaces for tabs, when it starts at cell ``x`` of a row."""
    *before, last = text.split("\t")
    parts = []
    for part in before:
        x += cell_len(part)
        gap = tab - x % tab
        x += gap
        parts.append(part + " " * gap)
    return "".join([*parts, last])


# Characters that take a cell or two whatever stands beside them.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u2010-\u2027\u2030-\u203b\u3000-\u3029"
    "\u3041-\u3096\u30a1-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)


_ROWS = 400
"""Rows of one line laid out at a key; below them the line keeps the rows it had."""


def _width(text: str) -> int:
    # rich counts what follows a joiner as part of it, also where they are no one character.
    return sum(map(cell_len, graphemes(text))) if "\u200d" in text else cell_len(text)


class _Cells(dict[str, int]):
    def __missing__(self, cluster: str) -> int:
        self[cluster] = cells = cell_len(cluster)
        return cells


_cells = _Cells()


@lru_cache(maxsize=4096)
def _may_break(before: str, after: str) -> bool:
    wide = is_wide_script(before) or is_wide_script(after)
    return wide and not is_closing(after) and not is_opening(before)


def next_break(text: str, start: int, width: int, tab: int) -> int | None:
    """Where the row that starts at ``start`` ends; None when the text does.

    Rows break after blanks, on either side of Han and kana but not before closing or after
    opening marks, else between characters. One blank may stand in the cell kept for the cursor.

    Args:
        text: Without newlines.
        start: A place in it.
        width: Cells, at least 1; a character wider than that gets a row all the same.
        tab: Cells between tab stops.
    """
    window = text[start : start + width + 1]
    if window.isascii() and "\t" not in window:
        if len(window) <= width:
            return None
        return start + (window.rfind(" ") + 1 or width)
    clusters: Sequence[str] = window
    if not _PLAIN.fullmatch(window):
        window = text[start : start + reach(width)]
        clusters = list(graphemes(window))
    fitting = _fitting(clusters, width, tab)
    if fitting is not None:
        return start + sum(map(len, clusters[: _stop(clusters, fitting)]))
    end = start + len(window)
    return end if end < len(text) else None


def _fitting(clusters: Sequence[str], width: int, tab: int) -> int | None:
    """How many fit; None when all do."""
    x = 0
    for index, cluster in enumerate(clusters):
        x += tab - x % tab if cluster == "\t" else _cells[cluster]
        if x > width:
            return index
    return None


def _stop(clusters: Sequence[str], fitting: int) -> int:
    if clusters[fitting] == " ":
        return fitting + 1
    for stop in range(fitting, 0, -1):
        before = clusters[stop - 1]
        if before in {" ", "\t"} or _may_break(before[0], clusters[stop][0]):
            return stop
    return max(fitting, 1)


def _breaks(text: str, start: int, width: int, tab: int) -> Iterator[int]:
    while (stop := next_break(text, start, width, tab) if width else None) is not None:
        yield stop
        start = stop


class Layout(WrappedDocument):
    """The rows of a document at a width; 0 means one row for each line."""

    _tops: list[int]
    """The first row of each line, and the number of rows."""

    @property
    def height(self) -> int:
        """Number of rows."""
        return self._tops[-1]

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Lay out every line."""
        self._width = width
        self._tab_width = tab_width or self._tab_width
        self._wrap_offsets = [
            list(_breaks(line, 0, width, self._tab_width)) for line in self.document.lines
        ]
        self._measure()

    @property
    def is_sized(self) -> bool:
        """Whether the width is known: before that a row may hold a million characters."""
        return self._width > 0

    def fits(self, width: int, tab_width: int) -> bool:
        """Whether it is laid out like that already."""
        return (self._width, self._tab_width) == (width, tab_width)

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Nothing: `splice` has laid out each change already."""

    def splice(self, start: Location, old_end: Location, new_end: Location) -> Rows:
        """Lay out again after a change of the document.

        Returns:
            The rows that look different.
        """
        row = start[0]
        if row == old_end[0] == new_end[0]:
            return self._splice_line(row, start[1], old_end[1], new_end[1])
        lines = self.document.lines[row : new_end[0] + 1]
        self._wrap_offsets[row : old_end[0] + 1] = [
            list(_breaks(line, 0, self._width, self._tab_width)) for line in lines
        ]
        top, height = self._tops[row], self.height
        bottom = self._tops[old_end[0] + 1]
        self._measure()
        return top, bottom if self.height == height else None

    def _splice_line(self, row: int, start: int, old_end: int, new_end: int) -> Rows:
        old = self._wrap_offsets[row]
        kept = bisect_right(old, start - reach(self._width))
        new = old[:kept]
        shift = new_end - old_end
        line = self.document[row]
        for stop in _breaks(line, new[-1] if new else 0, self._width, self._tab_width):
            new.append(stop)
            if stop < new_end:
                continue
            synced = bisect_left(old, stop - shift)
            if len(new) - kept > _ROWS and synced < len(old):
                # A row cut short far below costs less than laying out a million characters.
                new.append(old[synced] + shift)
                break
            if synced < len(old) and old[synced] == stop - shift:
                break
        else:
            synced = len(old)
        bottom = len(new) + (synced == len(old))
        new += [stop + shift for stop in old[synced + 1 :]]
        first = kept
        while first < min(len(old), len(new)) and old[first] == new[first] <= start:
            first += 1
        self._wrap_offsets[row] = new
        top = self._tops[row]
        if len(new) == len(old):
            return top + first, top + bottom
        self._measure()
        return top + first, None

    def _measure(self) -> None:
        heights = (len(breaks) + 1 for breaks in self._wrap_offsets)
        self._tops = list(accumulate(heights, initial=0))

    def section(self, row: int) -> tuple[int, int, int]:
        """The line that a row shows, and from which to which column of it."""
        line = bisect_right(self._tops, row) - 1
        breaks, index = self._wrap_offsets[line], row - self._tops[line]
        start = breaks[index - 1] if index else 0
        return line, start, breaks[index] if index < len(breaks) else len(self.document[line])

    def location_to_offset(self, location: Location) -> Offset:
        """Cell and row of a place; of one beyond the text, of its last line."""
        # While a change is laid out Textual may still ask for the cursor of the text before.
        line, column = min(location[0], len(self._wrap_offsets) - 1), location[1]
        breaks = self._wrap_offsets[line]
        index = bisect_right(breaks, column)
        start = breaks[index - 1] if index else 0
        x = _width(expanded(self.document[line][start:column], 0, self._tab_width))
        return Offset(x, self._tops[line] + index)

    def offset_to_location(self, offset: Offset) -> Location:
        """The place at a cell of a row, or the nearest; never inside a character."""
        x, y = offset
        row = min(max(y, 0), self.height - 1)
        line, start, end = self.section(row)
        text = self.document[line][start:end]
        column = last = at = 0
        for cluster in graphemes(text):
            last = column
            at += self._tab_width - at % self._tab_width if cluster == "\t" else cell_len(cluster)
            if at > x:
                return line, start + column
            column += len(cluster)
        # A row may end where its line does and yet an empty one follow, for the cursor.
        is_last = row + 1 == self._tops[line + 1]
        return line, start + (column if is_last else last)
