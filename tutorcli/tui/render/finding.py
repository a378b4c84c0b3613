"""Words found in task text: in its source to count them, on its lines to mark them.

Case and full-width forms count as the same; a blank matches several, or a line break;
marks of emphasis between words are passed over, for no reader sees them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment as Text
from rich.style import Style
from textual.strip import Strip

from tutorcli.core.text import safe

if TYPE_CHECKING:
    from tutorcli.tui.render.pieces import Piece
    from tutorcli.tui.render.segments import Segment

MOST = 100
"""Characters of a needle."""

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Bounded, so that a text of nothing but marks costs no more than another.
_MARKS = "[*_`~]{0,3}"
# What stands before the lines that a paragraph in a list, a quote or a long line of code goes on with.
_PREFIX = " │┊↳|:>"
_WRAPPED = f"(?:\n[{_PREFIX}]{{0,40}})?"
_GAP = "(?:[^\\S\n]+\n?|\n)"


@lru_cache(maxsize=32)
def fold(text: str) -> str:
    """The text in small letters and narrow forms; offsets and length are those of ``text``."""
    if text.isascii():
        return text.lower()
    narrow = text.translate(_WIDE)
    folded = narrow.casefold()
    if len(folded) == len(narrow):
        return folded
    singles = ((character, character.casefold()) for character in narrow)
    return "".join(small if len(small) == 1 else character for character, small in singles)


class Hit(NamedTuple):
    """A needle in the source of a document."""

    segment: int
    """Counted from the first of the answer: those of the reasoning are negative."""
    offset: int
    """In the source text."""
    number: int
    """Among the hits of its segment, from 0."""
    of: int
    """Hits of its segment."""


Occurrence = tuple[tuple[int, int, int], ...]
"""A needle on the lines of a segment: line, start, end (characters) of each stretch."""


class Needle:
    """What is looked for."""

    def __init__(self, text: str) -> None:
        """``text`` holds something else than blanks."""
        self.text = text
        words = fold(safe(text[:MOST])).split()
        self._source = re.compile(f"{_MARKS}{_GAP}[^\\S\n]*{_MARKS}".join(map(_loose, words)))
        self._shown = re.compile(f"{_GAP}[{_PREFIX}]{{0,40}}".join(map(_wrapped, words)))
        self._seen: dict[Segment, list[Occurrence]] = {}

    def offsets(self, text: str, piece: "Piece") -> list[int]:
        """Where it stands in a piece of a source text."""
        found = self._source.finditer(fold(text), piece.start, piece.shown)
        return [match.start() for match in found]

    def occurrences(self, segment: "Segment") -> list[Occurrence]:
        """Where it stands on the lines of a segment that is laid out."""
        if segment not in self._seen:
            self._seen[segment] = list(self._on_lines(segment.texts()))
        return self._seen[segment]

    def _on_lines(self, lines: Sequence[str]) -> Iterator[Occurrence]:
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        line = 0
        for match in self._shown.finditer(fold("\n".join(lines))):
            while starts[line + 1] <= match.start():
                line += 1
            yield tuple(_stretches(lines, starts, line, match.span()))


def needle_of(text: str) -> Needle | None:
    """The needle of what was typed; None for blanks."""
    return Needle(text) if text.strip() else None


def _loose(word: str) -> str:
    """A word of a needle; between Chinese characters marks may stand as between words."""
    parts = [re.escape(word[:1])]
    for before, after in pairwise(word):
        is_inside = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
        parts.append(("" if is_inside else _MARKS) + re.escape(after))
    return "".join(parts)


def _wrapped(word: str) -> str:
    return _WRAPPED.join(map(re.escape, word))


def _stretches(
    lines: Sequence[str], starts: Sequence[int], line: int, span: tuple[int, int]
) -> Iterator[tuple[int, int, int]]:
    start, end = span
    while line < len(lines) and starts[line] < end:
        text = lines[line]
        goes_on = start < starts[line]
        first = len(text) - len(text.lstrip(_PREFIX)) if goes_on else start - starts[line]
        last = min(end - starts[line], len(text))
        if first < last:
            yield line, first, last
        line += 1


Mark = tuple[int, int, Style]
"""Start, end (characters) and style of a stretch of a line."""


def marked(strip: Strip, marks: Iterable[Mark]) -> Strip:
    """The strip with stretches of it in other styles; they neither overlap nor go back."""
    cuts = [(start, end, style) for start, end, style in marks if start < end]
    if not cuts:
        return strip
    segments: list[Text] = []
    at = 0
    for text, own, _ in strip:
        segments += _cut(text, own or Style(), at, cuts)
        at += len(text)
    return Strip(segments, strip.cell_length)


def _cut(text: str, own: Style, at: int, cuts: Sequence[Mark]) -> Iterator[Text]:
    done = 0
    for start, end, style in cuts:
        first, last = max(start - at, done), min(end - at, len(text))
        if first < last:
            if done < first:
                yield Text(text[done:first], own)
            yield Text(text[first:last], own + style)
            done = last
    if done < len(text):
        yield Text(text[done:], own)
