"""The document under the editor: exact text below, one drawn character for each above."""

from collections.abc import Callable

from textual.document._document import Document, EditResult

from tutorcli.core.splice import Location, TextBuffer
from tutorcli.core.text import pictures

Spliced = Callable[[Location, Location, str], None]
"""Called with the start and the end of what goes, and the text that comes."""


class ExactDocument(Document):
    r"""A document whose lines end at "\n" only and whose text is never normalised.

    ``lines`` are what is drawn: control and bidi characters are pictures of one cell there, so
    that every offset is an offset of the exact text, which ``text`` and ``get_text_range`` give.
    """

    def __init__(self, text: str, before: Spliced, after: Spliced) -> None:
        """Hold ``text``; ``before`` and ``after`` are called around every change.

        When ``before`` raises, nothing is changed.
        """
        super().__init__("")
        self._exact = TextBuffer(text)
        self._lines = pictures(text).split("\n")
        self._before = before
        self._after = after

    @property
    def text(self) -> str:
        """The exact text."""
        return self._exact.text

    def column_end(self, row: int) -> int:
        r"""The last column of a row where text may be typed: before the ``\r`` of a ``\r\n``."""
        line = self._exact.lines[row]
        return len(line) - (row < len(self._exact.lines) - 1 and line.endswith("\r"))

    def line_break(self, row: int) -> str:
        """How that row ends, for a row inserted after it."""
        return "\r\n" if self._exact.lines[row].endswith("\r") else "\n"

    def get_text_range(self, start: Location, end: Location) -> str:
        """The exact text between two places in any order."""
        first, last = sorted((self._clamped(start), self._clamped(end)))
        return self._exact.between(*first, *last)

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Put ``text`` between two places; the only way in which the document changes."""
        first, last = sorted((self._clamped(start), self._clamped(end)))
        rows = text.split("\n")
        column = len(rows[-1]) + (first[1] if len(rows) == 1 else 0)
        result = EditResult((first[0] + len(rows) - 1, column), self._exact.between(*first, *last))
        if text or first != last:
            self._before(first, last, text)
            self._exact.splice(*first, *last, text)
            self._draw(first, last, result.end_location)
            self._after(first, last, text)
        return result

    def _draw(self, start: Location, old_end: Location, new_end: Location) -> None:
        # How a character is drawn depends on the one before it, so one more on either side.
        known = min(start[1], 1)
        beyond = min(new_end[1] + 1, len(self._exact.lines[new_end[0]]))
        near = self._exact.between(start[0], start[1] - known, new_end[0], beyond)
        drawn = pictures(near)[known:].split("\n")
        drawn[0] = self._lines[start[0]][: start[1]] + drawn[0]
        drawn[-1] += self._lines[old_end[0]][old_end[1] + 1 :]
        self._lines[start[0] : old_end[0] + 1] = drawn

    def _clamped(self, place: Location) -> Location:
        row, column = place
        if row >= len(self._lines):
            return self._exact.end
        return row, min(column, len(self._lines[row]))
