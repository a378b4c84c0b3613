"""The document under the editor: exact text below, one drawn character for each above."""

from collections.abc import Callable, Sequence
from typing import overload

from textual.document._document import Document, EditResult

from tutorcli.core.splice import Location, TextBuffer
from tutorcli.core.text import next_grapheme, pictures, previous_grapheme

Spliced = Callable[[Location, Location, str], None]
"""Called with the start and the end of what goes, and the text that comes."""

_NEAR = 64
"""Code points beside a place that decide where its character ends; `next_grapheme` sees no more."""


class ExactDocument(Document):
    r"""A document whose lines end at "\n" only and whose text is never normalised.

    What is drawn are pictures of one cell for control and bidi characters, so that every offset
    is an offset of the exact text, which ``text`` and ``get_text_range`` give. Nothing drawn is
    kept: a line may have a million characters, of which a screen shows a few thousand.
    """

    def __init__(self, text: str, before: Spliced, after: Spliced) -> None:
        """Hold ``text``; ``before`` and ``after`` are called around every change.

        When ``before`` raises, nothing is changed.
        """
        super().__init__("")
        self._exact = TextBuffer(text)
        # What asks only for lengths asks Textual's document.
        self._lines = self._exact.lines
        self._before = before
        self._after = after

    @property
    def text(self) -> str:
        """The exact text."""
        return self._exact.text

    # -- what is drawn

    @property
    def lines(self) -> list[str]:
        """All lines as drawn; costs the length of the text."""
        return pictures(self.text).split("\n")

    @overload
    def __getitem__(self, line_index: int) -> str: ...
    @overload
    def __getitem__(self, line_index: slice) -> list[str]: ...
    def __getitem__(self, line_index: int | slice) -> str | list[str]:
        """Lines as drawn; costs their length."""
        if isinstance(line_index, slice):
            return list(map(pictures, self._exact.lines[line_index]))
        return pictures(self._exact.lines[line_index])

    def get_line(self, index: int) -> str:
        """A line as drawn; costs its length."""
        return self[index]

    def shown(self, row: int, start: int, end: int) -> str:
        """A part of a line as drawn; costs the length of the part."""
        # How a character is drawn depends on the one before it.
        known = min(start, 1)
        return pictures(self._exact.lines[row][start - known : end])[known:]

    # -- places

    @property
    def exact_lines(self) -> Sequence[str]:
        """The lines as they are; never to be drawn."""
        return self._exact.lines

    def length(self, row: int) -> int:
        """Code points of a line."""
        return len(self._exact.lines[row])

    def column_end(self, row: int) -> int:
        r"""The last column of a row where text may be typed: before the ``\r`` of a ``\r\n``."""
        line = self._exact.lines[row]
        return len(line) - (row < len(self._exact.lines) - 1 and line.endswith("\r"))

    def character_end(self, row: int, column: int) -> int:
        """Where the character that starts at a column ends; the length of the line at its end."""
        return column + next_grapheme(self.shown(row, column, column + _NEAR), 0)

    def character_start(self, row: int, column: int) -> int:
        """Where the character that ends at a column starts; 0 at the start of the line."""
        start = max(column - _NEAR, 0)
        near = self.shown(row, start, column)
        return start + previous_grapheme(near, len(near))

    def line_break(self, row: int) -> str:
        """How that row ends, for a row inserted after it."""
        return "\r\n" if self._exact.lines[row].endswith("\r") else "\n"

    # -- what changes

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
            self._after(first, last, text)
        return result

    def _clamped(self, place: Location) -> Location:
        row, column = place
        if row >= self.line_count:
            return self._exact.end
        return row, min(column, self.length(row))
