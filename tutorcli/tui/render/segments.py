"""One piece of a long text and its lines, laid out when they are first asked for."""

from itertools import accumulate, pairwise
from typing import NamedTuple

from textual.strip import Strip

from tutorcli.tui.render.markdown import Page, code_page, markdown_page, plain_page, strip_of
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.pieces import Kind, Piece
from tutorcli.tui.render.wrap import Line

_PAGES = {Kind.MARKDOWN: markdown_page, Kind.PLAIN: plain_page, Kind.CODE: code_page}


class Part(NamedTuple):
    """One source of segments: the answer, or reasoning."""

    text: str
    offset: int
    """Of its start in the document's text."""
    counts: bool
    """Whether its characters are characters of the document's text."""
    bar: str
    """Stands before each line; may be empty."""
    pieces: list[Piece]
    """Empty until they are needed."""


class Segment:
    """The lines of one piece, estimated until rendered."""

    __slots__ = ("_ends", "_page", "_strips", "gap", "height", "part", "piece")

    def __init__(self, part: Part, piece: Piece, height: int, *, gap: bool) -> None:
        self.part = part
        self.piece = piece
        self.height = height
        self.gap = gap
        self._page: Page | None = None
        self._strips: list[Strip | None] = []
        self._ends: list[int] | None = None

    @property
    def is_rendered(self) -> bool:
        """Whether ``height`` is exact."""
        return self._page is not None

    def render(self, width: int, palette: Palette) -> Page:
        """Lay the piece out, once; the arguments must be the same each time."""
        if self._page is None:
            part, piece = self.part, self.piece
            text = part.text[piece.start : piece.shown]
            self._page = _PAGES[piece.kind](text, width, palette, bar=part.bar)
            if self.gap and self._page.lines:
                self._page.lines.append(Line([], 0))
            self.height = len(self._page.lines)
            self._strips = [None] * self.height
        return self._page

    def strip(self, index: int, width: int, palette: Palette) -> Strip:
        """Line ``index`` of the rendered segment, exactly ``width`` cells."""
        strip = self._strips[index]
        if strip is None:
            lines = self.render(width, palette).lines
            strip = self._strips[index] = strip_of(lines[index], width, palette)
        return strip

    def texts(self) -> list[str]:
        """The characters of each line of the rendered segment."""
        lines = self._page.lines if self._page is not None else []
        return ["".join(text for text, _, _ in line.segments) for line in lines]

    def ends(self, page: Page) -> list[int]:
        """The offset in the document's text that each line ends at; exact where a block ends."""
        if self._ends is None:
            self._ends = self._computed_ends(page)
        return self._ends

    def _computed_ends(self, page: Page) -> list[int]:
        offset, piece = self.part.offset, self.piece
        if not self.part.counts:
            return [offset] * self.height
        source = self.part.text[piece.start : piece.shown]
        starts = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        ends: list[int] = []
        marks = [(0, 0), *page.marks]
        for (shown, line), (then, next_line) in pairwise(marks):
            first, last = (starts[min(at, len(starts) - 1)] for at in (line, next_line))
            count = then - shown
            ends += [first + (last - first) * (step + 1) // count for step in range(count)]
        ends += [piece.end - piece.start] * (self.height - len(ends))
        if ends:
            ends[-1] = piece.end - piece.start
        return [offset + piece.start + min(end, piece.end - piece.start) for end in ends]
