"""One text of the answers' widget: how it is laid out, where it is scrolled to, what of it was read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.stack import Part, Place, Stack
from tutorcli.tui.widgets.seen import Seen


@dataclass(frozen=True, slots=True)
class Text:
    """What one column shows."""

    id: str
    parts: tuple[Part, ...]
    length: int
    """Code points of the text, for the fraction read."""
    opens_at_end: bool = False
    """Whether its end matters most: the last turn of a chat."""

    @property
    def whole(self) -> str:
        """All of it as one text; a text of several parts has their headings."""
        if len(self.parts) == 1:
            return self.parts[0].text
        headed = (
            f"## {part.heading}\n\n{part.text}" if part.heading else part.text
            for part in self.parts
        )
        return "\n\n".join(headed)


Make = Callable[[Text, int], Stack]
"""Lays a text out for a width."""


@dataclass(slots=True)
class Column:
    """A text with its place on the screen."""

    text: Text
    document: Stack | None = None
    top: int = 0
    is_resumed: bool = False
    """Whether it was opened where it had been left."""
    _seen: Seen = field(default_factory=Seen)
    _since: int = 0
    """The character from which on it was scrolled without a jump."""
    _resume: Place | None = None
    """Where it was left; taken once it is laid out."""
    _before: tuple[Stack, int, int] | None = None
    """Laid out for another width: that, its top there, and the top that this became here."""

    # -- laid out

    def fitted(self, make: Make, width: int, body: int) -> Stack:
        """The text at a width, scrolled to where it was at another one."""
        document = self.document
        if document is None or document.width != width:
            self.document = document = self._refitted(make, width, body)
        if self._resume is not None:
            self.top, self._resume = document.locate(self._resume), None
            self.scroll_to(document, self.top, body)
            self.jumped()
        return document

    def _refitted(self, make: Make, width: int, body: int) -> Stack:
        old, before = self.document, self._before
        if old is None:
            return make(self.text, width)
        came_from = self.top
        is_known = before is not None and before[0].width == width
        new = before[0] if before is not None and is_known else make(self.text, width)
        new.fold_as(old)
        # Exactly back, where nothing was scrolled meanwhile: a place is only known to its block.
        is_unmoved = before is not None and is_known and before[2] == self.top
        top = before[1] if before is not None and is_unmoved else new.locate(old.anchor(self.top))
        self.scroll_to(new, top, body)
        self._before = (old, came_from, self.top)
        return new

    def toggle_parts(self, body: int) -> bool:
        """Unfold or fold the parts that can be; False when there are none."""
        document = self.document
        place = document.anchor(self.top) if document is not None else None
        if document is None or place is None or not document.toggle_parts():
            return False
        self.scroll_to(document, document.locate(place), body)
        return True

    def recolour(self, palette: Palette, body: int) -> None:
        """Draw in other styles, where it is; the lines may be others."""
        self._before = None
        if self.document is not None:
            place = self.document.anchor(self.top)
            self.document.recolour(palette)
            self.scroll_to(self.document, self.document.locate(place), body)

    # -- where it is scrolled to

    def scroll_to(self, document: Stack, top: int, body: int) -> None:
        """Scroll to a line; no blank rows come below a text that is longer than ``body`` rows."""
        document.ensure(max(top, 0), max(top, 0) + body)
        self.top = max(min(top, document.height - body), 0)
        document.ensure(self.top, self.top + body)

    def resume(self, place: Place | None, read: float) -> None:
        """Go on where it was left; the fraction that was read then counts as its beginning."""
        self._resume, self.is_resumed = place, place is not None
        self._seen.add(0, round(read * self.text.length))

    def place(self) -> Place | None:
        """The place at the top; None at the beginning of what needs none."""
        if self.document is None or self._resume is not None:
            return self._resume
        if not self.top and not self.text.opens_at_end:
            return None
        return self.document.anchor(self.top)

    # -- how far it was read

    def jumped(self) -> None:
        """What was left out on the way here is unread."""
        self._since = self._start()

    def read(self, body: int) -> float:
        """The fraction that has been on the screen, ``body`` rows being on it now."""
        document, length = self.document, self.text.length
        if document is None or not length:
            return 1.0
        bottom = self.top + body - 1
        document.ensure(self.top, bottom + 1)
        if self._since:
            self._since = min(self._since, self._start())
        at_end = bottom >= document.height - 1
        self._seen.add(self._since, length if at_end else document.offset_at(bottom))
        return min(self._seen.total, length) / length

    def _start(self) -> int:
        """The first character on the screen."""
        if self.document is None or not self.top:
            return 0
        return self.document.offset_at(self.top - 1)
