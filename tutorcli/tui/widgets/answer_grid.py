"""Texts beside each other, each with its own scroll: one widget, drawn line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.events import Resize
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.tui.render.stack import Part, Stack
from tutorcli.tui.themes import Look

COLUMNS_FROM = 130
"""Cells from which on as many columns stand side by side as fit."""
TWO_FROM = 90
"""Cells from which on two columns stand side by side."""
NARROWEST = 36
"""Cells that a column has at least where more than two stand side by side."""

SCROLLS = frozenset({"up", "down", "page_up", "page_down", "top", "bottom"})
"""Actions that scroll."""


@dataclass(frozen=True, slots=True)
class Text:
    """What one column shows."""

    id: str
    parts: tuple[Part, ...]
    length: int
    """Code points of the text, for the fraction read."""
    opens_at_end: bool = False
    """Whether its end matters most: the last turn of a chat."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where things stand: computed once for a size and a number of texts, read at every row."""

    width: int
    height: int
    side_by_side: int
    column: int
    """Cells of one column's text."""
    heads: int
    """Rows of heads."""

    @property
    def body(self) -> int:
        """Rows of text."""
        return max(self.height - self.heads, 0)


def shape_of(width: int, height: int, count: int, *, has_heads: bool) -> Shape:
    """The shape for ``count`` texts on ``width`` by ``height`` cells."""
    fits = 1 if width < TWO_FROM else 2 if width < COLUMNS_FROM else width // NARROWEST
    side_by_side = max(min(fits, count), 1)
    column = max((width - (side_by_side - 1)) // side_by_side - 1, 1)
    heads = (2 if 1 < side_by_side < count else 1) if has_heads else 0
    return Shape(width, height, side_by_side, column, heads)


@dataclass(slots=True)
class Column:
    """A text with its place on the screen."""

    text: Text
    document: Stack | None = None
    top: int = 0
    seen: int = 0
    """The furthest character that was on the screen."""


class AnswerGrid(Widget):
    """Columns of text; at most as many side by side as are readable, the others a Tab away."""

    DEFAULT_CSS = "AnswerGrid { height: 1fr; }"
    ALLOW_SELECT = False

    # Textual would lay out the whole screen a second time each time the size changes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(
        self,
        look: Look,
        fold_label: Callable[[int, bool], str],
        *,
        has_heads: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """``fold_label`` words the line that stands for reasoning: (characters, is it open)."""
        super().__init__(id=id)
        self._look = look
        self._fold_label = fold_label
        self._has_heads = has_heads
        self._columns: list[Column] = []
        self._heads: list[str] = []
        self._badges: list[str] = []
        self._shape: Shape | None = None
        self._made: dict[int, tuple[Text, Stack]] = {}
        self.active = 0

    # -- what is shown

    def show(self, texts: Sequence[Text], active: int = 0) -> None:
        """Show other texts, from their beginnings."""
        self._columns = [Column(text, self._ready(text)) for text in texts]
        self._heads = [text.id for text in texts]
        self._badges = [""] * len(texts)
        self.active = min(active, max(len(texts) - 1, 0))
        self._shape = None
        self.refresh()

    def name_columns(self, heads: Sequence[str], badges: Sequence[str]) -> None:
        """Give the columns heads and badges; only the heads are drawn again."""
        if (list(heads), list(badges)) == (self._heads, self._badges):
            return
        self._heads, self._badges = list(heads), list(badges)
        self._refresh_heads()

    def focus_column(self, index: int) -> None:
        """Give a column the focus, turning the page if it is not on the screen."""
        if not self._columns or index == self.active:
            return
        page = self._page()
        self.active = index % len(self._columns)
        if self._page() == page:
            self._refresh_heads()
        else:
            self.refresh()

    def prepare(self, text: Text, count: int) -> bool:
        """Lay out the first screen of a text that will be shown later beside ``count`` - 1 others.

        Returns:
            False when it was laid out before.
        """
        if not self.size.width or id(text) in self._made:
            return False
        shape = self._shape_for(count)
        document = self._make(text, shape.column)
        document.ensure(0, shape.body)
        self._made[id(text)] = (text, document)
        return True

    def _ready(self, text: Text) -> Stack | None:
        made = self._made.pop(id(text), None)
        return made[1] if made is not None else None

    # -- scrolling

    def show_ends(self) -> None:
        """Scroll the texts that open at their end there; to be called once the height is known."""
        for column in self._columns:
            if column.text.opens_at_end and self.size.height:
                column.top = self._document(column).end(self._at.body)
        self.refresh()

    def scroll_by_action(self, action: str) -> None:
        """Scroll the column that has the focus by one of `SCROLLS`."""
        if not self._columns:
            return
        column, page = self._columns[self.active], max(self._at.body - 1, 1)
        match action:
            case "up" | "down":
                self._go_to_line(column.top + (1 if action == "down" else -1))
            case "page_up" | "page_down":
                self._go_to_line(column.top + (page if action == "page_down" else -page))
            case "top":
                self._go_to_line(0)
            case "bottom":
                self._go_to_line(self._document(column).end(self._at.body))

    def wanted_height(self, width: int, most: int) -> int:
        """Rows that would show everything at a width, heads included; exact up to ``most``.

        It may be asked before the first layout, which then has the right height at once.
        """
        shape = shape_of(width, most, len(self._columns), has_heads=self._has_heads)
        tallest = 1
        for column in self._columns[: shape.side_by_side]:
            document = self._fitted(column, shape.column)
            document.ensure(0, most)
            tallest = max(tallest, document.height)
        return shape.heads + tallest

    def _go_to_line(self, top: int) -> None:
        column = self._columns[self.active]
        document, height = self._document(column), self._at.body
        document.ensure(max(top, 0), max(top, 0) + height)
        top = max(min(top, document.height - height), 0)
        document.ensure(top, top + height)
        if top != column.top:
            column.top = top
            self._refresh_column(self.active)
            self._refresh_heads()

    def toggle_fold(self) -> bool:
        """Fold or unfold the reasoning in the column that has the focus; False without any."""
        if not self._columns:
            return False
        if not self._document(self._columns[self.active]).toggle_fold():
            return False
        self.refresh()
        return True

    # -- how far was read

    def read(self) -> dict[str, float]:
        """Text id to the fraction that has been on the screen, for the texts on this page."""
        fractions = {}
        height = self._at.body
        if not self.display or height <= 0:
            return {}
        for index in self._visible():
            column = self._columns[index]
            if column.document is None:
                continue
            length = column.text.length
            bottom = column.top + height - 1
            column.document.ensure(column.top, bottom + 1)
            at_end = bottom >= column.document.height - 1
            seen = length if at_end else min(column.document.offset_at(bottom), length)
            column.seen = max(column.seen, seen)
            fractions[column.text.id] = column.seen / length if length else 1.0
        return fractions

    # -- geometry

    @property
    def _at(self) -> Shape:
        # The outer size is the size here, and asking for it costs nothing.
        shape, size = self._shape, self.outer_size
        if shape is None or shape.width != size.width or shape.height != size.height:
            self._shape = shape = self._shape_for(len(self._columns))
        return shape

    def _shape_for(self, count: int) -> Shape:
        size = self.outer_size
        return shape_of(size.width, size.height, count, has_heads=self._has_heads)

    def _page(self) -> int:
        return self.active // self._at.side_by_side

    def _visible(self) -> range:
        count = self._at.side_by_side
        first = self._page() * count
        return range(first, min(first + count, len(self._columns)))

    def below(self, index: int = 0) -> int:
        """Lines of a text that lie below the screen; an estimate while they are not laid out."""
        if index >= len(self._columns) or not self.size.height:
            return 0
        column = self._columns[index]
        return max(self._document(column).height - column.top - self._at.body, 0)

    def _place(self, index: int) -> str:
        """How much of a text that is longer than the screen lies above the screen's end."""
        column, height = self._columns[index], self._at.body
        document = self._document(column)
        # Before that its height is a guess, and the heads are not drawn again by themselves.
        document.ensure(column.top, column.top + height)
        total = document.height
        if total <= height:
            return ""
        return f"{min(100 * (column.top + height) // total, 100)}%"

    def _refresh_heads(self) -> None:
        self.refresh(Region(0, 0, self._at.width, self._at.heads))

    def _refresh_column(self, index: int) -> None:
        at, slot = self._at, index - self._visible().start
        self.refresh(Region(slot * (at.column + 2), at.heads, at.column, at.body))

    def on_resize(self, event: Resize) -> None:
        """Lay out for the new width, each column where it was."""
        del event
        self._shape = None
        for column in self._columns:
            if column.document is not None:
                self._document(column)
        self._made.clear()

    # -- drawing

    def _make(self, text: Text, width: int) -> Stack:
        return Stack(text.parts, width, self._look.palette, self._fold_label)

    def _document(self, column: Column) -> Stack:
        return self._fitted(column, self._at.column)

    def _fitted(self, column: Column, width: int) -> Stack:
        """The column's text at a width, scrolled to where it was at another one."""
        old = column.document
        if old is None or old.width != width:
            column.document = new = self._make(column.text, width)
            if old is not None:
                column.top = new.locate(old.anchor(column.top))
            return new
        return old

    def render_line(self, y: int) -> Strip:
        """One row of the heads or of all columns side by side."""
        at = self._at
        if y < at.heads:
            is_tabs = y == 0 and at.side_by_side < len(self._columns)
            row = self._tabs(at.width) if is_tabs else self._head_row()
            return Strip(row).adjust_cell_length(at.width, self._look.chrome.head)
        row = self._body_row(y - at.heads)
        return Strip(row).adjust_cell_length(at.width, self._look.palette.background)

    def _body_row(self, y: int) -> list[Segment]:
        segments: list[Segment] = []
        blank = self._look.palette.background
        rule = Segment("│", self._look.chrome.rule)
        width = self._at.column
        for slot, index in enumerate(self._visible()):
            if slot:
                segments += (Segment(" ", blank), rule)
            column = self._columns[index]
            document = self._document(column)
            document.ensure(column.top + y, column.top + y + 1)
            if column.top + y < document.height:
                strip = document.line(column.top + y)
                segments += strip
                left = width - strip.cell_length
            else:
                left = width
            if left > 0:
                segments.append(Segment(" " * left, blank))
        return segments

    def _head_row(self) -> list[Segment]:
        segments: list[Segment] = []
        chrome = self._look.chrome
        width = self._at.column
        for slot, index in enumerate(self._visible()):
            is_active = index == self.active
            style = chrome.active if is_active else chrome.head
            badge = f" {self._badges[index]} {self._place(index)}".rstrip() + " "
            mark = ">" if is_active else " "
            name = set_cell_size(
                f"{mark} {self._heads[index]}", max(width + 1 - cell_len(badge), 1)
            )
            if slot:
                segments.append(Segment("│", chrome.rule))
            segments.append(Segment(name, style))
            segments.append(Segment(badge, style if is_active else chrome.badge))
        return segments

    def _tabs(self, width: int) -> list[Segment]:
        """A label for each answer; of those that do not fit all, the ones up to the active one."""
        chrome = self._look.chrome
        place = self._place(self.active) if self._at.side_by_side == 1 else ""
        labels = [
            f"{'>' if index == self.active else ' '}{index + 1}{' ' + badge if badge else ''} "
            for index, badge in enumerate(self._badges)
        ]
        first, room = 0, width - len(place) - 2
        while first < self.active and sum(map(cell_len, labels[first : self.active + 1])) > room:
            first += 1
        segments = [Segment("…", chrome.head)] if first else []
        used = len(segments)
        for index, label in enumerate(labels[first:], first):
            used += cell_len(label)
            if used > room + 1:
                used -= cell_len(label)
                break
            segments.append(Segment(label, chrome.active if index == self.active else chrome.head))
        gap = max(width - used - len(place) - 1, 0)
        return [*segments, Segment(" " * gap + place, chrome.head)]
