"""A text of any length as lines, laid out only where it is looked at."""

from bisect import bisect_right
from collections.abc import Callable
from copy import copy
from itertools import accumulate
from typing import NamedTuple, Self

from rich.cells import cell_len
from textual.strip import Strip

from tutorcli.core.text import safe_line
from tutorcli.tui import signs
from tutorcli.tui.render.extent import Extent, extent_of
from tutorcli.tui.render.finding import Hit, Needle, Occurrence
from tutorcli.tui.render.markdown import Page, strip_of
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.pieces import Kind, Piece, cut, headings
from tutorcli.tui.render.segments import Part, Segment
from tutorcli.tui.render.thinking import reasoning_span
from tutorcli.tui.render.wrap import MIN_WIDTH, wrap

FoldLabel = Callable[[Extent, bool], str]
"""The words for the folded line: how long the reasoning is, and whether it is open."""

_SAMPLE = 2_000
_FOLD_LINE = -(1 << 40)


class Anchor(NamedTuple):
    """A place in a document that stays put when heights, width or fold change."""

    segment: int
    """Counted from the first of the answer: those of the reasoning are negative."""
    line: int
    offset: int
    """Of the source text, where the line starts."""
    width: int


class Heading(NamedTuple):
    """A heading of the answer."""

    level: int
    """1 to 6."""
    title: str
    """Source text made safe, on one line."""
    anchor: Anchor


def _bar() -> str:
    """What stands before each line of reasoning."""
    return f"{signs.now().aside} "


def default_fold_label(extent: Extent, is_open: bool) -> str:
    """English words for the folded line."""
    sign = signs.now().opened if is_open else signs.now().closed
    return f"{sign} reasoning, {extent.n:,} {'words' if extent.is_words else 'characters'}"


class Document:
    """An answer, prompt or passage as lines of one width.

    The text is cut at once, which is cheap; a segment of it is laid out when one of its lines
    is asked for. Until then its height is an estimate, so ``height`` and the lines below may
    shift when something above is laid out: keep an ``Anchor``, not a line number.

    Reasoning (the field, and ``<think>`` at the start of the text) is one folded line.

    Args:
        text: As stored.
        width: Cells, at least 2.
        palette: The styles; strips need no others.
        reasoning: The answer's reasoning, as stored.
        fold_open: Whether the reasoning is shown.
        fold_label: The words of the line that folds it.
    """

    def __init__(
        self,
        text: str,
        width: int,
        palette: Palette,
        *,
        reasoning: str | None = None,
        fold_open: bool = False,
        fold_label: FoldLabel = default_fold_label,
    ) -> None:
        self.width = max(width, MIN_WIDTH)
        """Cells of every strip."""
        self.fold_open = fold_open
        """Whether the reasoning is shown; ``toggle_fold`` changes it."""
        self._palette = palette
        self._fold_label = fold_label
        self._length = len(text)
        self._shown_text = text.replace("\r\n", "\n")
        self._thoughts: list[Part] = []
        self._answer = self._read(reasoning or "")
        self._extent = extent_of([part.text for part in self._thoughts])
        self._cells_a_character = cell_len(text[:_SAMPLE]) / max(len(text[:_SAMPLE]), 1)
        self._build()

    def _read(self, reasoning: str) -> Part:
        text = self._shown_text
        if reasoning.strip():
            self._thoughts.append(Part(reasoning.replace("\r\n", "\n"), 0, False, _bar(), []))
        start = 0
        if span := reasoning_span(text):
            begin, end, start = span
            if text[begin:end].strip():
                self._thoughts.append(Part(text[begin:end], begin, True, _bar(), []))
        answer = text[start:] if start else text
        return Part(answer, start, True, "", cut(answer))

    def _height_of(self, part: Part, piece: Piece) -> int:
        cells = int((piece.shown - piece.start) * self._cells_a_character)
        newlines = part.text.count("\n", piece.start, piece.shown)
        return max(1, newlines + cells // self.width) + piece.gap

    def _segments_of(self, part: Part, *, is_last: bool) -> list[Segment]:
        if not part.pieces and part.text:
            part.pieces.extend(cut(part.text))
        segments = [
            Segment(part, piece, self._height_of(part, piece), gap=piece.gap)
            for piece in part.pieces
        ]
        if segments:
            segments[-1].gap = not is_last
        return segments

    def _build(self) -> None:
        self._fold: list[Strip] = []
        self._segments: list[Segment] = []
        if self._thoughts:
            self._fold = self._fold_strips()
            if self.fold_open:
                has_answer = bool(self._answer.text.strip())
                for part in self._thoughts:
                    self._segments += self._segments_of(part, is_last=False)
                self._segments[-1].gap = has_answer
        self._first = len(self._segments)
        self._segments += self._segments_of(self._answer, is_last=True)
        self._next = 0
        self._cached_tops: list[int] | None = None

    def _fold_strips(self) -> list[Strip]:
        label = self._fold_label(self._extent, self.fold_open)
        lines = wrap([(label, self._palette.fold)], self.width)
        return [strip_of(line, self.width, self._palette) for line in lines]

    @property
    def _tops(self) -> list[int]:
        """The first line of each segment, and the height of all."""
        if self._cached_tops is None:
            heights = (segment.height for segment in self._segments)
            self._cached_tops = list(accumulate(heights, initial=len(self._fold)))
        return self._cached_tops

    def _render(self, index: int) -> Page:
        segment = self._segments[index]
        if not segment.is_rendered:
            height = segment.height
            segment.render(self.width, self._palette)
            if segment.height != height:
                self._cached_tops = None
        return segment.render(self.width, self._palette)

    def _find(self, y: int) -> tuple[int, int] | None:
        """The segment of a laid out line, and the line within it; None outside the segments."""
        tops = self._tops
        if y < tops[0] or y >= tops[-1]:
            return None
        index = bisect_right(tops, y) - 1
        return index, y - tops[index]

    @property
    def height(self) -> int:
        """Lines of the document: an estimate until all of it is laid out."""
        return self._tops[-1]

    @property
    def is_complete(self) -> bool:
        """Whether everything is laid out, and ``height`` exact."""
        return self.rendered_segments == len(self._segments)

    @property
    def rendered_segments(self) -> int:
        """How many segments are laid out."""
        return sum(segment.is_rendered for segment in self._segments)

    def ensure(self, first: int, end: int) -> None:
        """Lay out what lines ``first`` to ``end`` (not included) show; ``height`` may change."""
        tops = self._tops
        index = max(bisect_right(tops, first) - 1, 0)
        y = tops[index]
        while index < len(self._segments) and y < end:
            self._render(index)
            y += self._segments[index].height
            index += 1

    def line(self, y: int) -> Strip:
        """Line ``y`` as a strip of exactly ``width`` cells; blank below the end."""
        return self.lines(y, y + 1)[0]

    def lines(self, first: int, end: int) -> list[Strip]:
        """Lines ``first`` to ``end`` (not included); blank ones below the end."""
        self.ensure(first, end)
        return [self._strip(y) for y in range(first, end)]

    def _strip(self, y: int) -> Strip:
        if 0 <= y < len(self._fold):
            return self._fold[y]
        found = self._find(y)
        if found is None:
            return Strip.blank(self.width, self._palette.background)
        index, line = found
        return self._segments[index].strip(line, self.width, self._palette)

    def end(self, rows: int) -> int:
        """The line to scroll to for the last page of ``rows`` lines; lays out only that page."""
        shown = 0
        for index in range(len(self._segments) - 1, -1, -1):
            if shown >= rows:
                break
            self._render(index)
            shown += self._segments[index].height
        return max(0, self.height - rows)

    def layout_some(self, segments: int = 1) -> bool:
        """Lay out the next ``segments`` that are not yet, from the top; for idle time.

        Returns:
            Whether some are left.
        """
        while self._next < len(self._segments) and segments > 0:
            if not self._segments[self._next].is_rendered:
                self._render(self._next)
                segments -= 1
            self._next += 1
        return self._next < len(self._segments)

    def _scaled(self, offset: int) -> int:
        """An offset of the text as stored: shown text lacks its carriage returns."""
        if self._length == len(self._shown_text):
            return offset
        return offset * self._length // max(len(self._shown_text), 1)

    def offset_at(self, y: int) -> int:
        """How many characters of the text are shown by the end of line ``y``.

        Never falls as ``y`` rises; exact at the ends of blocks, in proportion inside them. A
        folded reasoning counts as shown; the reasoning field is not part of the text.
        """
        if y < 0:
            return 0
        if y < len(self._fold):
            return 0 if self.fold_open else self._scaled(self._answer.offset)
        self.ensure(y, y + 1)
        found = self._find(y)
        if found is None:
            return self._length
        index, line = found
        return self._scaled(self._segments[index].ends(self._render(index))[line])

    def anchor(self, y: int) -> Anchor:
        """The place that line ``y`` shows; see ``locate``."""
        self.ensure(y, y + 1)
        if y < len(self._fold):
            return Anchor(_FOLD_LINE, max(y, 0), 0, self.width)
        index, line = self._find(y) or self._find(self.height - 1) or (0, 0)
        if not self._segments:
            return Anchor(0, 0, 0, self.width)
        segment = self._segments[index]
        ends = segment.ends(self._render(index))
        begin = segment.part.offset + segment.piece.start * segment.part.counts
        return Anchor(index - self._first, line, ends[line - 1] if line else begin, self.width)

    def locate(self, anchor: Anchor) -> int:
        """The line that shows the place of an anchor, made by this document or its like.

        Like are documents of the same text with another width, palette or fold.
        """
        if anchor.segment == _FOLD_LINE:
            return min(anchor.line, max(len(self._fold) - 1, 0))
        index = anchor.segment + self._first
        if index < 0 or not self._segments:
            return 0
        index = min(index, len(self._segments) - 1)
        page = self._render(index)
        segment = self._segments[index]
        line = anchor.line
        if anchor.width != self.width:
            line = bisect_right(segment.ends(page), anchor.offset)
        return self._tops[index] + max(0, min(line, segment.height - 1))

    def headings(self) -> list[Heading]:
        """The ``#`` headings of the answer in order; nothing is laid out for it."""
        part = self._answer
        found = []
        for index, piece in enumerate(part.pieces):
            if piece.kind is Kind.MARKDOWN:
                for at, level, title in headings(part.text, piece):
                    place = Anchor(index, 0, part.offset + at, 0)
                    found.append(Heading(level, safe_line(title), place))
        return found

    def hits(self, needle: Needle) -> list[Hit]:
        """Where a needle stands in what is not folded, in order; nothing is laid out for it."""
        found: list[Hit] = []
        for index, segment in enumerate(self._segments, -self._first):
            offsets = needle.offsets(segment.part.text, segment.piece)
            begin, count = segment.part.offset, len(offsets)
            found += [Hit(index, begin + at, n, count) for n, at in enumerate(offsets)]
        return found

    def occurrence(self, hit: Hit, needle: Needle) -> tuple[int, int]:
        """The line of a hit, and its number among the occurrences of its segment; -1: not drawn."""
        index = hit.segment + self._first
        page = self._render(index)
        segment, top = self._segments[index], self._tops[index]
        shown = needle.occurrences(segment)
        if len(shown) == hit.of:
            return top + shown[hit.number][0][0], hit.number
        # Some of the source is not drawn as it stands: the nearest one, by where its line lies.
        line = min(bisect_right(segment.ends(page), hit.offset), max(segment.height - 1, 0))
        near = min(range(len(shown)), key=lambda n: abs(shown[n][0][0] - line), default=-1)
        return top + (shown[near][0][0] if near >= 0 else line), near

    def occurrences(self, y: int, needle: Needle) -> tuple[int, int, list[Occurrence]]:
        """What of a needle line ``y`` may show: segment, line in it, occurrences of the segment."""
        found = self._find(y)
        if found is None:
            return _FOLD_LINE, 0, []
        index, line = found
        self._render(index)
        return index - self._first, line, needle.occurrences(self._segments[index])

    @property
    def reasoning_length(self) -> int:
        """Characters of the reasoning; 0 if there is none."""
        return sum(len(part.text) for part in self._thoughts)

    def toggle_fold(self) -> None:
        """Show or fold the reasoning; the answer's segments stay laid out."""
        answer = self._segments[self._first :]
        self.fold_open = not self.fold_open
        self._build()
        self._segments[self._first :] = answer

    def _variant(self, width: int, palette: Palette) -> Self:
        variant = copy(self)
        variant._restyle(width, palette)  # noqa: SLF001 - its own copy
        return variant

    def _restyle(self, width: int, palette: Palette) -> None:
        self.width = max(width, MIN_WIDTH)
        self._palette = palette
        self._build()

    def resized(self, width: int) -> Self:
        """The same text at another width; anchors of this document are understood by it."""
        return self._variant(width, self._palette)

    def recoloured(self, palette: Palette) -> Self:
        """The same text in other styles; anchors of this document are understood by it."""
        return self._variant(self.width, palette)
