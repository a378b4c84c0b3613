"""Rows below each other with a cursor, drawn as they are scrolled to."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.tui.themes import Look

Item = TypeVar("Item")


class Listing(Widget, Generic[Item]):
    """One line a row; only those on the screen are drawn."""

    ALLOW_SELECT = False

    # Textual would lay out the whole screen a second time each time the size changes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, look: Look) -> None:
        """Nothing is listed before `show`."""
        super().__init__()
        # CSS of a new class would have all of it parsed anew while the tutor waits.
        self.styles.height = "1fr"
        self._look = look
        self.rows: Sequence[Item] = ()
        self.at = 0
        """The row under the cursor."""
        self.has_cursor = True
        """Whether a key acts on the row under the cursor: a line of search does not have them."""
        self._top = 0

    @property
    def current(self) -> Item | None:
        """The row under the cursor."""
        return self.rows[self.at] if self.at < len(self.rows) else None

    def show(self, rows: Sequence[Item], at: int = 0) -> None:
        """List these from now on."""
        self.rows = rows
        self.at, self._top = 0, 0
        self.move(at)

    def move(self, step: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        self.at = max(min(self.at + step, len(self.rows) - 1), 0)
        self._top = max(min(self._top, self.at), self.at - self.page + 1)
        self.refresh()

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self.move(0)

    @property
    def page(self) -> int:
        """Rows on the screen."""
        return max(self.size.height, 1)

    def render_line(self, y: int) -> Strip:
        """One row."""
        index, width = self._top + y, self.size.width
        if index >= len(self.rows):
            return Strip.blank(width, self._look.palette.background)
        segments = self.drawn(self.rows[index], is_here=index == self.at and self.has_cursor)
        return Strip(segments).adjust_cell_length(width, segments[-1].style)

    def drawn(self, row: Item, *, is_here: bool) -> list[Segment]:
        """The text of a row; the style of its end fills the line."""
        raise NotImplementedError
