"""Several texts below each other, each under a heading of its own: a chat, a prompt with passages."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from tutorcli.tui.render.document import Anchor, Document, FoldLabel
from tutorcli.tui.render.finding import Hit, Needle
from tutorcli.tui.render.palette import Palette


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a stack."""

    text: str
    heading: str = ""
    """Safe text of one line; empty: none."""
    reasoning: str | None = None
    folded: str = ""
    """Safe text of one line that stands for heading and text; empty: they are always shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a stack that stays put when heights or the width change."""

    part: int
    anchor: Anchor | None
    """None: the heading."""


@dataclass(frozen=True, slots=True)
class Title:
    """A heading in a stack: one of a text, or that above a text."""

    level: int
    """1 to 6."""
    text: str
    """Safe text of one line."""
    place: Place


Found = tuple[int, Hit]
"""A hit in the text of a part."""
Spot = tuple[int, int, int]
"""Part, segment, and number of an occurrence in it: which one is the current one."""


class Stack:
    """Texts as lines of one width, laid out only where they are looked at (`Document`)."""

    def __init__(
        self, parts: Sequence[Part], width: int, palette: Palette, fold_label: FoldLabel
    ) -> None:
        """``fold_label`` words the line that stands for reasoning."""
        self.width = width
        self.is_unfolded = False
        """Whether the parts that can be folded are shown; `toggle_parts` changes it."""
        self._palette = palette
        self._parts = parts
        self._documents = [
            Document(part.text, width, palette, reasoning=part.reasoning, fold_label=fold_label)
            for part in parts
        ]
        # Most texts are one part without a heading; their rows are asked for at every paint.
        self._is_plain = len(parts) == 1 and not parts[0].heading and not parts[0].folded
        self._heights = list(map(self._height_of, range(len(parts))))
        self._known_tops: list[int] | None = None
        self._lengths = [0, *accumulate(len(part.text) for part in parts)]

    def _above(self, index: int) -> int:
        """Lines before the text of a part: a gap, and its heading or what it is folded to.

        What is folded has no gap before or after it: rows of a prompt are dear.
        """
        is_folded = self.is_folded(index)
        has_gap = index > 0 and not is_folded and not self.is_folded(index - 1)
        return (is_folded or bool(self._parts[index].heading)) + has_gap

    def is_folded(self, index: int) -> bool:
        """Whether one line stands for a part."""
        return bool(self._parts[index].folded) and not self.is_unfolded

    def _height_of(self, index: int) -> int:
        return 0 if self.is_folded(index) else self._documents[index].height

    def _tops(self) -> list[int]:
        """The first line of each part, and the height of all."""
        if self._is_plain:
            return [0, self._documents[0].height]
        if self._known_tops is None:
            heights = (self._above(index) + height for index, height in enumerate(self._heights))
            self._known_tops = list(accumulate(heights, initial=0))
        return self._known_tops

    def _looked_at(self, index: int) -> None:
        """A part may have another height once some of it was laid out."""
        if self._heights[index] != (height := self._height_of(index)):
            self._heights[index], self._known_tops = height, None

    def _find(self, y: int, tops: Sequence[int]) -> tuple[int, int]:
        """The part of a line, and the line in its document; negative: above it."""
        index = min(max(bisect_right(tops, y) - 1, 0), len(self._documents) - 1)
        return index, y - tops[index] - self._above(index)

    @property
    def height(self) -> int:
        """Lines of the stack: an estimate until all of it is laid out."""
        return self._tops()[-1]

    def ensure(self, first: int, end: int) -> None:
        """Lay out what lines ``first`` to ``end`` (not included) show."""
        if self._is_plain:
            self._documents[0].ensure(first, end)
            return
        index = max(bisect_right(self._tops(), first) - 1, 0)
        while index < len(self._documents):
            top = self._tops()[index] + self._above(index)
            if top >= end:
                break
            if not self.is_folded(index):
                self._documents[index].ensure(max(first - top, 0), end - top)
            self._looked_at(index)
            index += 1

    def line(self, y: int) -> Strip:
        """Line ``y`` as a strip of ``width`` cells; blank below the end."""
        if self._is_plain:
            return self._documents[0].line(y)
        tops = self._tops()
        if not 0 <= y < tops[-1]:
            return Strip.blank(self.width, self._palette.background)
        index, line = self._find(y, tops)
        if line >= 0:
            strip = self._documents[index].line(line)
            self._looked_at(index)
            return strip
        part, style = self._parts[index], self._palette.heading
        heading = part.heading if line == -1 else ""
        if line == -1 and self.is_folded(index):
            heading, style = part.folded, self._palette.fold
        return Strip([Segment(set_cell_size(heading, self.width), style)], self.width)

    def end(self, rows: int) -> int:
        """The line to scroll to for the last page of ``rows`` lines."""
        shown = 0
        for index in range(len(self._documents) - 1, -1, -1):
            if shown >= rows:
                break
            if not self.is_folded(index):
                self._documents[index].end(rows - shown)
            self._looked_at(index)
            shown += self._above(index) + self._heights[index]
        return max(0, self.height - rows)

    def offset_at(self, y: int) -> int:
        """How many characters of all texts together are shown by the end of line ``y``."""
        if not self._documents:
            return 0
        index, line = self._find(y, self._tops())
        inside = self._documents[index].offset_at(line) if line >= 0 else 0
        self._looked_at(index)
        return self._lengths[index] + inside

    def anchor(self, y: int) -> Place:
        """The place that line ``y`` shows; see `locate`."""
        if not self._documents:
            return Place(0, None)
        index, line = self._find(y, self._tops())
        place = Place(index, self._documents[index].anchor(line) if line >= 0 else None)
        self._looked_at(index)
        return place

    def locate(self, place: Place) -> int:
        """The line that shows a place of this stack or of the same one at another width."""
        if not 0 <= place.part < len(self._documents):
            return 0
        inside = 0
        if place.anchor is not None:
            inside = self._above(place.part) - 1
            if not self.is_folded(place.part):
                inside += 1 + self._documents[place.part].locate(place.anchor)
            self._looked_at(place.part)
        return self._tops()[place.part] + inside

    def toggle_fold(self) -> bool:
        """Fold or unfold all reasoning; False when there is none."""
        folded = [document for document in self._documents if document.reasoning_length]
        is_open = not all(document.fold_open for document in folded)
        for index, document in enumerate(self._documents):
            if document.reasoning_length and document.fold_open != is_open:
                document.toggle_fold()
                self._looked_at(index)
        return bool(folded)

    def recolour(self, palette: Palette) -> None:
        """Draw in other styles; places stay, lines may not (`anchor`, `locate`)."""
        self._palette = palette
        self._documents = [document.recoloured(palette) for document in self._documents]
        self._heights = list(map(self._height_of, range(len(self._parts))))
        self._known_tops = None

    @property
    def folded_parts(self) -> list[int]:
        """Which parts have one line each now."""
        return [index for index in range(len(self._parts)) if self.is_folded(index)]

    def toggle_parts(self) -> bool:
        """Show the parts that can be folded, or fold them; False when there are none."""
        if not any(part.folded for part in self._parts):
            return False
        self.is_unfolded = not self.is_unfolded
        for index in range(len(self._parts)):
            self._looked_at(index)
        self._known_tops = None
        return True

    def fold_as(self, other: "Stack") -> None:
        """Unfold what is unfolded in a stack of the same texts."""
        if self.is_unfolded != other.is_unfolded:
            self.toggle_parts()
        for index, document in enumerate(self._documents):
            if document.fold_open != other.is_open(index):
                document.toggle_fold()
                self._looked_at(index)

    def is_open(self, index: int) -> bool:
        """Whether the reasoning of a part is unfolded."""
        return self._documents[index].fold_open

    def titles(self) -> list[Title]:
        """The headings in order; nothing is laid out for it."""
        found: list[Title] = []
        for index, (part, document) in enumerate(zip(self._parts, self._documents, strict=True)):
            if part.heading:
                found.append(Title(1, part.heading, Place(index, None)))
            found += [
                Title(level, title, Place(index, anchor))
                for level, title, anchor in document.headings()
            ]
        return found

    def hits(self, needle: Needle) -> list[Found]:
        """Where a needle stands in the texts, headings and folded reasoning left out."""
        return [
            (index, hit)
            for index, document in enumerate(self._documents)
            for hit in document.hits(needle)
        ]

    def spot(self, found: Found, needle: Needle) -> tuple[int, Spot]:
        """The line of a hit, and which occurrence it is there."""
        index, hit = found
        if self.is_folded(index):
            self.toggle_parts()
        line, number = self._documents[index].occurrence(hit, needle)
        self._looked_at(index)
        top = self._tops()[index] + self._above(index)
        return top + line, (index, hit.segment, number)

    def spans(self, y: int, needle: Needle) -> list[tuple[int, int, Spot]]:
        """Start, end (characters) and occurrence of what line ``y`` shows of a needle."""
        if not self._documents:
            return []
        index, inside = self._find(y, self._tops())
        if inside < 0:
            return []
        segment, line, shown = self._documents[index].occurrences(inside, needle)
        self._looked_at(index)
        return [
            (start, end, (index, segment, number))
            for number, stretches in enumerate(shown)
            for at, start, end in stretches
            if at == line
        ]

    def layout_some(self) -> bool:
        """Lay out a little of what is not yet; whether some is left."""
        for index, document in enumerate(self._documents):
            is_left = not self.is_folded(index) and document.layout_some()
            self._looked_at(index)
            if is_left:
                return True
        return False
