"""Texts beside each other, each with its own scroll: one widget, drawn line by line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.events import Resize
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.tui import signs
from tutorcli.tui.render.document import FoldLabel
from tutorcli.tui.render.finding import marked
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.stack import Place, Stack
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.column import Column, Text
from tutorcli.tui.widgets.grid_heads import Head, head_row, tab_row
from tutorcli.tui.widgets.grid_shape import Shape, shape_of
from tutorcli.tui.widgets.looked import Looked

if TYPE_CHECKING:
    from tutorcli.tui.restyling import Change

__all__ = ["SCROLLS", "AnswerGrid", "Text"]

SCROLLS = frozenset({"up", "down", "page_up", "page_down", "top", "bottom"})
"""Actions that scroll."""


def steps(page: int, end: int) -> dict[str, int]:
    """How far each of `SCROLLS` goes in lines, negative up; ``end`` is no nearer than the end."""
    lines = {"up": -1, "down": 1, "page_up": -page, "page_down": page}
    return lines | {"top": -end, "bottom": end}


class AnswerGrid(Widget):
    """Columns of text; at most as many side by side as are readable, the others a Tab away."""

    DEFAULT_CSS = "AnswerGrid { height: 1fr; }"
    ALLOW_SELECT = False

    # Textual would lay out the whole screen a second time each time the size changes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(
        self,
        look: Look,
        fold_label: FoldLabel,
        *,
        has_heads: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """``fold_label`` words the line that stands for reasoning."""
        super().__init__(id=id)
        self._look = look
        self._fold_label = fold_label
        self._has_heads = has_heads
        self._columns: list[Column] = []
        self._heads: list[str] = []
        self._badges: list[str] = []
        self._shape: Shape | None = None
        self._made: dict[int, tuple[Text, Stack]] = {}
        self._looked: Looked | None = None
        self.active = 0
        self.is_wide = False
        self._is_raw = False

    # -- what is shown

    def show(self, texts: Sequence[Text], active: int = 0) -> None:
        """Show other texts, from their beginnings."""
        self._columns = [Column(text, self._ready(text)) for text in texts]
        self._heads = [text.id for text in texts]
        self._badges = [""] * len(texts)
        self.active = min(active, max(len(texts) - 1, 0))
        self.is_wide, self._looked = False, None
        self._shape = None
        self.refresh()

    def resume(self, index: int, place: Place | None, read: float) -> None:
        """A text that is shown from its beginning goes on where it was left.

        Args:
            index: Which text.
            place: Where; None: at its beginning.
            read: The fraction read before; it counts as its beginning.
        """
        self._columns[index].resume(place, read)

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
            False when it was laid out before, or would be laid out for another width now.
        """
        if not self.size.width or id(text) in self._made or self.is_wide:
            return False
        shape = self._shape_for(count)
        document = self._make(text, shape.column)
        document.ensure(0, shape.body)
        self._made[id(text)] = (text, document)
        return True

    def restyle(self, change: "Change") -> None:
        """Draw all texts in another look."""
        del change
        self._recolour()

    def show_formulae(self, *, raw: bool) -> None:
        """Draw formulae as they are written, or readable."""
        self._is_raw = raw
        self._recolour()

    def _recolour(self) -> None:
        """Draw all texts anew, each where it was."""
        self._made.clear()
        for column in self._columns:
            column.recolour(self._palette, self._at.body)
        self.refresh()

    @property
    def _palette(self) -> Palette:
        palette = self._look.palette
        return palette.with_raw_formulae() if self._is_raw else palette

    def _ready(self, text: Text) -> Stack | None:
        made = self._made.pop(id(text), None)
        return made[1] if made is not None else None

    def widen(self) -> bool:
        """Give one column all the width, or put it back; False where it makes no difference."""
        before = self._at.side_by_side
        self.is_wide = not self.is_wide
        self._shape = None
        if self._at.side_by_side == before:
            self.is_wide = False
            return False
        self.refresh()
        return True

    def look_for(self, looked: Looked | None) -> None:
        """Mark what is looked for, or nothing any more."""
        self._looked = looked
        self.refresh()

    # -- places

    @property
    def texts(self) -> list[Text]:
        """The texts in order."""
        return [column.text for column in self._columns]

    @property
    def top(self) -> int:
        """The line at the top of the column that has the focus."""
        return self._columns[self.active].top if self._columns else 0

    def stack(self, index: int) -> Stack:
        """A text as it is laid out."""
        return self._document(self._columns[index])

    def place(self, index: int) -> Place | None:
        """The place at the top of a column; None at the beginning of what needs none."""
        return self._columns[index].place()

    def jump(self, index: int, line: int, above: int = 0) -> None:
        """Bring a line of a column to the top, below ``above`` others; what is left out is unread."""
        self.focus_column(index)
        column, old = self._columns[index], self._columns[index].top
        self._go_to_line(line - above)
        if column.top != old:
            column.jumped()

    def reveal(self, index: int, line: int) -> None:
        """Bring a line of a column on the screen, if it is not there."""
        self.focus_column(index)
        top, body = self._columns[index].top, self._at.body
        if not top <= line < top + body:
            self.jump(index, line, body // 3)

    # -- scrolling

    def show_ends(self) -> None:
        """Scroll the texts that open at their end there; to be called once the height is known."""
        for column in self._columns:
            if column.text.opens_at_end and self.size.height and not column.is_resumed:
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
        before = column.top
        column.scroll_to(self._document(column), top, self._at.body)
        if column.top != before:
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

    def toggle_parts(self) -> bool:
        """Unfold or fold the parts of the text that has the focus; False when there are none."""
        self.refresh()
        return bool(self._columns) and self._columns[self.active].toggle_parts(self._at.body)

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
            self._document(column)
            fractions[column.text.id] = column.read(height)
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
        is_wide, has_heads = self.is_wide, self._has_heads
        return shape_of(size.width, size.height, count, has_heads=has_heads, is_wide=is_wide)

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

    def _share(self, index: int) -> str:
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
        return Stack(text.parts, width, self._palette, self._fold_label)

    def _document(self, column: Column) -> Stack:
        return self._fitted(column, self._at.column)

    def _fitted(self, column: Column, width: int) -> Stack:
        return column.fitted(self._make, width, self._at.body)

    def render_line(self, y: int) -> Strip:
        """One row of the heads or of all columns side by side."""
        at = self._at
        if y < at.heads:
            is_tabs = y == 0 and at.side_by_side < len(self._columns)
            row = self._tabs() if is_tabs else self._head_row()
            return Strip(row).adjust_cell_length(at.width, self._look.chrome.head)
        row = self._body_row(y - at.heads)
        return Strip(row).adjust_cell_length(at.width, self._look.palette.background)

    def _body_row(self, y: int) -> list[Segment]:
        segments: list[Segment] = []
        blank = self._look.palette.background
        rule = Segment(signs.now().rule, self._look.chrome.rule)
        width = self._at.column
        for slot, index in enumerate(self._visible()):
            if slot:
                segments += (Segment(" ", blank), rule)
            column = self._columns[index]
            document = self._document(column)
            document.ensure(column.top + y, column.top + y + 1)
            if column.top + y < document.height:
                strip = document.line(column.top + y)
                if self._looked is not None:
                    strip = marked(strip, self._looked.marks(index, document, column.top + y))
                segments += strip
                left = width - strip.cell_length
            else:
                left = width
            if left > 0:
                segments.append(Segment(" " * left, blank))
        return segments

    def _head(self, index: int) -> Head:
        found = self._looked.counts[index] if self._looked is not None else None
        is_active = index == self.active
        return Head(self._heads[index], self._badges[index], found, is_active)

    def _head_row(self) -> list[Segment]:
        heads = [(self._head(index), self._share(index)) for index in self._visible()]
        return head_row(heads, self._at.column, self._look.chrome)

    def _tabs(self) -> list[Segment]:
        share = self._share(self.active) if self._at.side_by_side == 1 else ""
        heads = [self._head(index) for index in range(len(self._columns))]
        return tab_row(heads, self.active, share, self._at.width, self._look.chrome)
