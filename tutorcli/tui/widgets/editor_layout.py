"""Where the text under the editor stands on the screen; laid out only as far as it is looked at."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice

from rich.cells import cell_len
from textual.document._document import Location
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset

from tutorcli.core.text import graphemes
from tutorcli.tui.widgets.editor_breaks import next_break, reach
from tutorcli.tui.widgets.exact_document import ExactDocument

Rows = tuple[int, int | None]
"""First row that looks different and the one after the last; None: all below do."""

_FIRST = 60
"""Rows laid out at once: as many as most screens show."""
_STEP = 200
"""Rows laid out at a time on the way to one that is looked at."""
_LINES = 20
"""Lines of one row that cost as much as a row of a long one."""
_ROWS = 100
"""Rows of one line laid out at a key; below them the line keeps the rows it had."""
_LONG = 10_000
"""Code points of changed lines that are not all laid out at a key."""
_DRAWN = 2_000
"""Code points of a long line that are drawn at a time to be laid out."""


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


def _width(text: str) -> int:
    # rich counts what follows a joiner as part of it, also where they are no one character.
    return sum(map(cell_len, graphemes(text))) if "\u200d" in text else cell_len(text)


class Layout(WrappedDocument):
    """The rows of a document at a width; 0 means one row for each line.

    Rows are laid out from the top: a few at first, more when they are looked at, the rest by
    `lay_out` when there is time. What was laid out is exact.
    """

    document: ExactDocument
    _wrap_offsets: list[list[int]]
    """Where the rows of each line end, but for its last; the last of these lines may go on."""
    _tops: list[int]
    """The first row of each line that is laid out, and the number of rows."""
    _next: Location | None
    """Where the first row starts that is not laid out; None: all are."""
    _done: int
    """Code points that are laid out, a line break counting as one."""
    _all: int
    """Code points of the text."""

    @property
    def height(self) -> int:
        """Number of rows; an estimate until all are laid out."""
        if self._next is None:
            return self._tops[-1]
        # Rows by characters as above, a line break counting as one.
        left = (self._all - self._done) * self._tops[-1] // max(self._done, 1)
        return self._tops[-1] + max(left, 1)

    @property
    def is_complete(self) -> bool:
        """Whether every row is laid out."""
        return self._next is None

    @property
    def is_sized(self) -> bool:
        """Whether the width is known: before that a row may hold a million characters."""
        return self._width > 0

    def fits(self, width: int, tab_width: int) -> bool:
        """Whether it is laid out like that already."""
        return (self._width, self._tab_width) == (width, tab_width)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Lay out the first rows anew."""
        self._width = width
        self._tab_width = tab_width or self._tab_width
        self._wrap_offsets, self._tops, self._next = [], [0], (0, 0)
        self._estimate()
        self.lay_out(_FIRST)

    # -- laying out

    def lay_out(self, rows: int) -> bool:
        """Lay out about so many rows more; False when none is left."""
        if self._next is None:
            return False
        line, column = self._next
        lines, left = self.document.exact_lines, rows * _LINES
        while left > 0 and line < len(lines):
            if not column and self._is_one_row(lines[line]):
                self._wrap_offsets.append([])
                self._tops.append(self._tops[-1] + 1)
                self._done += len(lines[line]) + 1
                left -= 1
            else:
                before = self._tops[-1], column
                column = self._lay_out_line(line, column, left // _LINES + 1)
                left -= (self._tops[-1] - before[0]) * _LINES
                self._done += (column or len(lines[line]) + 1) - before[1]
            line += column == 0
        self._go_on_at(line, column)
        return self._next is not None

    def _go_on_at(self, line: int, column: int) -> None:
        self._next = (line, column) if line < self.document.line_count else None

    def _is_one_row(self, line: str) -> bool:
        return not self._width or (len(line) <= self._width and line.isascii() and "\t" not in line)

    def _lay_out_line(self, line: int, column: int, most: int) -> int:
        """Lay out up to ``most`` rows of a line; the column where the next one starts, 0: none."""
        if not column:
            self._wrap_offsets.append([])
            self._tops.append(self._tops[-1])
        new = list(islice(self._breaks(line, column), most))
        self._wrap_offsets[line] += new
        is_whole = len(new) < most
        self._tops[-1] += len(new) + is_whole
        return 0 if is_whole else new[-1]

    def _breaks(self, line: int, start: int) -> Iterator[int]:
        """Where the rows of a line end, from the one that starts at a column on."""
        length, beyond = self.document.length(line), reach(self._width) + 2
        while self._width:
            text = self.document.shown(line, start, start + _DRAWN + 2 * beyond)
            is_last = start + len(text) >= length
            most = len(text) if is_last else len(text) - beyond
            at = 0
            while at <= most:
                stop = next_break(text, at, self._width, self._tab_width)
                if stop is None:
                    return
                yield start + stop
                at = stop
            start += at

    def _estimate(self) -> None:
        lines = self.document.exact_lines
        line, column = self._next or (len(lines), 0)
        self._done = sum(map(len, islice(lines, line))) + line + column
        self._all = (
            self._done + sum(map(len, islice(lines, line, None))) + len(lines) - line - column
        )

    def reach_row(self, row: int) -> bool:
        """Lay out down to a row, if there are so many; whether that had still to be done."""
        is_new = self._next is not None and row >= self._tops[-1]
        while self._next is not None and row >= self._tops[-1]:
            self.lay_out(_STEP)
        return is_new

    def _reach(self, place: Location) -> None:
        while self._next is not None and place >= self._next:
            self.lay_out(_STEP)

    # -- changes

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Nothing: `splice` has laid out each change already."""

    def splice(self, start: Location, old_end: Location, new_end: Location) -> Rows:
        """Lay out again after a change of the document.

        Returns:
            The rows that look different.
        """
        if self._next is not None and old_end >= self._next:
            return self._start_over(start)
        if start[0] == old_end[0] == new_end[0]:
            return self._splice_line(start[0], start[1], old_end[1], new_end[1])
        return self._splice_lines(start, old_end[0], new_end[0])

    def _start_over(self, start: Location) -> Rows:
        """Forget all rows that a change at a place may have changed, and lay out some of them."""
        row = start[0]
        if row < len(self._wrap_offsets):
            breaks = self._wrap_offsets[row]
            kept = breaks[: bisect_right(breaks, start[1] - reach(self._width))]
            del self._wrap_offsets[row:], self._tops[row + 1 :]
            self._next = (row, 0)
            if kept:
                self._wrap_offsets.append(kept)
                self._tops.append(self._tops[-1] + len(kept))
                self._next = (row, kept[-1])
        top = self._tops[-1]
        self._estimate()
        self.lay_out(_FIRST)
        return top, None

    def _splice_lines(self, start: Location, old_end: int, new_end: int) -> Rows:
        row = start[0]
        if sum(map(self.document.length, range(row, new_end + 1))) > _LONG:
            return self._start_over(start)
        top, bottom, height = self._tops[row], self._tops[old_end + 1], self._tops[-1]
        self._wrap_offsets[row : old_end + 1] = [
            list(self._breaks(line, 0)) for line in range(row, new_end + 1)
        ]
        if self._next is not None:
            line, column = self._next
            if line > old_end:
                self._go_on_at(line + new_end - old_end, column)
            else:
                self._go_on_at(new_end + 1, 0)
        self._measure()
        return top, bottom if self._tops[-1] == height else None

    def _splice_line(self, row: int, start: int, old_end: int, new_end: int) -> Rows:
        old = self._wrap_offsets[row]
        kept = bisect_right(old, start - reach(self._width))
        new = old[:kept]
        shift = new_end - old_end
        went_on = goes_on = self._next is not None and self._next[0] == row
        for stop in self._breaks(row, new[-1] if new else 0):
            new.append(stop)
            if stop < new_end:
                continue
            synced = bisect_left(old, stop - shift)
            if goes_on and synced == len(old):
                break
            if len(new) - kept > _ROWS and synced < len(old):
                # A row cut short far below costs less than laying out a million characters.
                new.append(old[synced] + shift)
                break
            if synced < len(old) and old[synced] == stop - shift:
                break
        else:
            synced, goes_on = len(old), False
        bottom = len(new) + (synced == len(old))
        new += [stop + shift for stop in old[synced + 1 :]]
        first = kept
        while first < min(len(old), len(new)) and old[first] == new[first] <= start:
            first += 1
        self._wrap_offsets[row] = new
        if went_on:
            self._go_on_at(*((row, new[-1]) if goes_on else (row + 1, 0)))
        top = self._tops[row]
        if len(new) == len(old) and goes_on == went_on:
            return top + first, top + bottom
        self._measure()
        return top + first, None

    def _measure(self) -> None:
        heights = (len(breaks) + 1 for breaks in self._wrap_offsets)
        self._tops = list(accumulate(heights, initial=0))
        if self._next is not None:
            self._tops[-1] -= self._next[1] > 0
            self._estimate()

    # -- places

    def get_offsets(self, line_index: int) -> list[int]:
        """Where the rows of a line end, but for its last; lays all of it out."""
        self._reach((line_index, self.document.length(line_index)))
        return super().get_offsets(line_index)

    def section(self, row: int) -> tuple[int, int, int]:
        """The line that a row shows, and from which to which column of it."""
        self.reach_row(row)
        line = bisect_right(self._tops, row) - 1
        breaks, index = self._wrap_offsets[line], row - self._tops[line]
        start = breaks[index - 1] if index else 0
        return line, start, breaks[index] if index < len(breaks) else self.document.length(line)

    def location_to_offset(self, location: Location) -> Offset:
        """Cell and row of a place; of one beyond the text, of its last line."""
        self._reach(location)
        # While a change is laid out Textual may still ask for the cursor of the text before.
        line, column = min(location[0], len(self._wrap_offsets) - 1), location[1]
        breaks = self._wrap_offsets[line]
        index = bisect_right(breaks, column)
        start = breaks[index - 1] if index else 0
        shown = self.document.shown(line, start, column)
        return Offset(_width(expanded(shown, 0, self._tab_width)), self._tops[line] + index)

    def offset_to_location(self, offset: Offset) -> Location:
        """The place at a cell of a row, or the nearest; never inside a character."""
        x, y = offset
        self.reach_row(y)
        row = min(max(y, 0), self.height - 1)
        line, start, end = self.section(row)
        column = last = at = 0
        for cluster in graphemes(self.document.shown(line, start, end)):
            last = column
            at += self._tab_width - at % self._tab_width if cluster == "\t" else cell_len(cluster)
            if at > x:
                return line, start + column
            column += len(cluster)
        # A row may end where its line does and yet an empty one follow, for the cursor.
        goes_on = self._next is not None and self._next[0] == line
        is_last = row + 1 == self._tops[line + 1] and not goes_on
        return line, start + (column if is_last else last)
