"""Cutting of long text into pieces that can be laid out one without the other.

Cuts are looked for only where a piece has grown large enough, so that the cost is a few searches
a piece and not a step a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice

from rich.cells import get_character_cell_size

from tutorcli.core.text import is_closing, is_opening

TARGET = 800
"""Characters after which a piece ends at the next blank line."""

LIMIT = 4_000
"""Characters of a paragraph, beyond which it is cut; of a line, beyond which it is plain."""

_TRIES = 200
"""Characters of a line without spaces among which a place to cut is looked for."""

LONG = 40_000
"""Characters of a list or table, beyond which it is cut."""

LONG_LINES = 400
"""Lines of a list or table, beyond which it is cut."""

FENCE_LINES = 200
"""Lines of a fence, beyond which it is cut; its pieces stay code."""

FENCE_LIMIT = 8_000
"""Characters of one piece of a long fence."""


class Kind(Enum):
    """How a piece is laid out."""

    MARKDOWN = auto()
    PLAIN = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text. The pieces of a text cover it without gaps or overlaps."""

    kind: Kind
    start: int
    shown: int
    """Where the part to lay out ends; blank lines and the end of a fence come after it."""
    end: int
    gap: bool
    """Whether a blank line stands between this piece and the next."""


_NEWLINE = re.compile("\n")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*+")
# The line after the blank one is not indented: an indented one may belong to a list item.
_BREAK = re.compile(r"\n[ \t]*\n(?=[^ \t\n])")
# A line that no table row, setext underline, fence or indented line can be.
_LINE = re.compile(r"\n(?=(?:[^\s|=\-~`>]|[-*+] )[^|\n]*+(?:\n|\Z))")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+([^\n]*)", re.MULTILINE)
_FENCE = re.compile(
    r"^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}(?=[^`\n]*$)|~{3,})", re.MULTILINE
)


_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
"""Regional indicators: two of them are one flag."""


@dataclass(frozen=True, slots=True)
class _Fence:
    start: int
    content: int
    close: int
    """Where its last line starts; the end of the text if it is not closed."""
    end: int
    nested: bool

    def is_long(self, text: str) -> bool:
        lines = text.count("\n", self.start, self.end)
        return lines > FENCE_LINES or self.end - self.start > 2 * FENCE_LIMIT


def _fence(text: str, match: re.Match[str]) -> _Fence:
    """The fence that a match of ``_FENCE`` opens."""
    marker = match[2]
    start = match.start()
    line_end = text.find("\n", match.end())
    content = at = len(text) if line_end < 0 else line_end + 1
    while (hit := text.find(marker, at)) >= 0:
        line = text.rfind("\n", at, hit) + 1 or at
        after = text.find("\n", hit)
        after = len(text) if after < 0 else after
        if not text[line:hit].strip(" \t>") and not text[hit:after].strip(" \t" + marker[0]):
            end = min(after + 1, len(text))
            return _Fence(start, content, line, end, nested=bool(match[1]))
        at = after
    return _Fence(start, content, len(text), len(text), nested=bool(match[1]))


def _fences(text: str, start: int, end: int) -> Iterator[_Fence]:
    """The fences that open between ``start``, where none is open, and ``end``."""
    if text.find("```", start, end) < 0 and text.find("~~~", start, end) < 0:
        return
    while start < end and (match := _FENCE.search(text, start, end)):
        fence = _fence(text, match)
        yield fence
        start = fence.end


def _crossing(text: str, start: int, end: int) -> _Fence | None:
    """The first fence that a piece from ``start`` to ``end`` cannot hold whole."""
    for fence in _fences(text, start, end):
        if fence.end > end or fence.is_long(text):
            return fence
    return None


def _nth_newline(text: str, start: int, count: int, end: int) -> int:
    found = islice(_NEWLINE.finditer(text, start, end), count - 1, count)
    return next((match.end() for match in found), end)


def _boundary_in_block(text: str, start: int) -> int:
    """Where a list or table that outgrew ``LIMIT`` is cut."""
    cap = min(start + LONG, len(text))
    cap = _nth_newline(text, start, LONG_LINES, cap)
    match = _BREAK.search(text, start + LIMIT, cap) or _LINE.search(text, start + LIMIT, cap)
    if match:
        return match.end()
    if cap == len(text):
        return cap
    return text.rfind("\n", start + 1, cap) + 1 or cap


def _boundary(text: str, start: int) -> int:
    """Where a piece of Markdown that begins at ``start`` may end, long lines left out."""
    length = len(text)
    if length - start <= TARGET:
        return length
    if match := _BREAK.search(text, start + TARGET, start + LIMIT):
        return match.end()
    if length - start <= LIMIT:
        return length
    if match := _LINE.search(text, start + TARGET, start + LIMIT):
        return match.end()
    line = text.rfind("\n", start, start + LIMIT) + 1 or start
    line_end = text.find("\n", start + LIMIT)
    if (length if line_end < 0 else line_end) - line > LIMIT:
        return line
    return _boundary_in_block(text, start)


def _may_cut(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if is_closing(after) or is_opening(before) or before == "\u200d":
        return False
    return get_character_cell_size(after) > 0 and not (before in _FLAGS and after in _FLAGS)


def _cut_in_line(text: str, start: int, end: int) -> int:
    """Where a piece of one line ends: at its last space, else where a line may be broken."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - LIMIT // 4, end)
    if space > start:
        return space + 1
    tries = range(end, max(start, end - _TRIES), -1)
    return next((index for index in tries if _may_cut(text, index)), end)


class _Cutter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.pieces: list[Piece] = []

    def _add(self, kind: Kind, shown: int, end: int) -> None:
        self.pieces.append(Piece(kind, self._at, shown, end, gap=False))
        self._at = end

    def _add_closed(self, kind: Kind, shown: int, end: int) -> None:
        """A piece that takes the blank lines after it along, as the gap to the next."""
        text = self._text
        blank = _BLANK_LINES.match(text, end) if text[end - 1] == "\n" else None
        end = blank.end() if blank else end
        tail = text[max(self._at, end - TARGET) : end]
        gap = tail.count("\n", len(tail.rstrip(" \t\n"))) > 1
        self.pieces.append(Piece(kind, self._at, shown, end, gap))
        self._at = end

    def _add_long_line(self) -> None:
        end = self._text.find("\n", self._at) + 1 or len(self._text)
        while end - self._at > LIMIT:
            stop = _cut_in_line(self._text, self._at, self._at + LIMIT)
            self._add(Kind.PLAIN, stop, stop)
        self._add_closed(Kind.PLAIN, end, end)

    def _code_end(self, close: int) -> int:
        cap = min(self._at + FENCE_LIMIT, close)
        stop = _nth_newline(self._text, self._at, FENCE_LINES, cap)
        if stop < cap or cap == close:
            return stop
        return self._text.rfind("\n", self._at, cap) + 1 or _cut_in_line(self._text, self._at, cap)

    def _add_code(self, fence: _Fence) -> None:
        # The first line alone is an empty fence to Markdown: its info string is shown.
        self._add(Kind.MARKDOWN, fence.content, fence.content)
        while (stop := self._code_end(fence.close)) < fence.close:
            self._add(Kind.CODE, stop, stop)
        self._add_closed(Kind.CODE, fence.close, fence.end)

    def _add_fence(self, fence: _Fence) -> None:
        if fence.start > self._at:
            self._add_closed(Kind.MARKDOWN, fence.start, fence.start)
        elif fence.is_long(self._text):
            self._add_code(fence)
        else:
            self._add_closed(Kind.MARKDOWN, fence.end, fence.end)

    def _step(self) -> None:
        text, start = self._text, self._at
        end = _boundary(text, start)
        while fence := _crossing(text, start, end):
            if not fence.nested or fence.end - start > LONG or fence.is_long(text):
                self._add_fence(fence)
                return
            end = max(_boundary(text, fence.end), fence.end)
        if end > start:
            self._add_closed(Kind.MARKDOWN, end, end)
        else:
            self._add_long_line()

    def cut(self) -> list[Piece]:
        blank = _BLANK_LINES.match(self._text)
        if blank and blank.end():
            self._add(Kind.MARKDOWN, 0, blank.end())
        while self._at < len(self._text):
            self._step()
        return self.pieces


def headings(text: str, piece: Piece) -> Iterator[tuple[int, int, str]]:
    """The ``#`` headings of a piece of Markdown as offset in the text, level 1 to 6, and title."""
    fences = list(_fences(text, piece.start, piece.shown))
    for match in _HEADING.finditer(text, piece.start, piece.shown):
        if not any(fence.start <= match.start() < fence.end for fence in fences):
            yield match.start(), len(match[1]), match[2].rstrip("# \t")


def cut(text: str) -> list[Piece]:
    r"""The pieces of a text, in order; none for an empty text.

    Cuts lie at blank lines outside fences, lists and tables, and elsewhere only in what is
    longer than the limits of this module. The cost is that of a few searches a piece.

    Args:
        text: Line ends are ``\n``.
    """
    return _Cutter(text).cut()
