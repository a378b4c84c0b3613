"""Several texts below each other, each under a heading of its own: a chat, a prompt with passages."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from tutorcli.tui.render.document import Anchor, Document, FoldLabel
from tutorcli.tui.render.palette import Palette


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a stack."""

    text: str
    heading: str = ""
    """Safe text of one line; empty: none."""
    reasoning: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a stack that stays put when heights or the width change."""

    part: int
    anchor: Anchor | None
    """None: the heading."""


class Stack:
    """Texts as lines of one width, laid out only where they are looked at (`Document`)."""

    def __init__(
        self, parts: Sequence[Part], width: int, palette: Palette, fold_label: FoldLabel
    ) -> None:
        """``fold_label`` words the line that stands for reasoning."""
        self.width = width
        self._palette = palette
        self._parts = parts
        self._documents = [
            Document(part.text, width, palette, reasoning=part.reasoning, fold_label=fold_label)
            for part in parts
        ]
        # Most texts are one part without a heading; their rows are asked for at every paint.
        self._is_plain = len(parts) == 1 and not parts[0].heading
        self._heights = [document.height for document in self._documents]
        self._known_tops: list[int] | None = None
        self._lengths = [0, *accumulate(len(part.text) for part in parts)]

    def _above(self, index: int) -> int:
        """Lines that stand before the text of a part: a gap and its heading."""
        return bool(self._parts[index].heading) + (index > 0)

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
        if self._heights[index] != (height := self._documents[index].height):
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
        heading = self._parts[index].heading if line == -1 else ""
        text = set_cell_size(heading, self.width)
        return Strip([Segment(text, self._palette.heading)], self.width)

    def end(self, rows: int) -> int:
        """The line to scroll to for the last page of ``rows`` lines."""
        shown = 0
        for index in range(len(self._documents) - 1, -1, -1):
            if shown >= rows:
                break
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
        if not self._documents:
            return 0
        inside = 0
        if place.anchor is not None:
            inside = self._above(place.part) + self._documents[place.part].locate(place.anchor)
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

    def layout_some(self) -> bool:
        """Lay out a little of what is not yet; whether some is left."""
        for index, document in enumerate(self._documents):
            is_left = document.layout_some()
            self._looked_at(index)
            if is_left:
                return True
        return False
