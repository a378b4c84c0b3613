"""The documents of a task beside its answers: one at a time, each with its own scroll."""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.core.text import safe_line
from tutorcli.tui import signs
from tutorcli.tui.restyling import Change
from tutorcli.tui.widgets.answer_grid import AnswerGrid
from tutorcli.tui.widgets.grid_shape import Shape, shape_of


class Documents(AnswerGrid):
    """One text on all the width, its title and number above it."""

    takes_keys = False
    """Whether the scrolling keys move these texts."""

    def _shape_for(self, count: int) -> Shape:
        size = self.outer_size
        return shape_of(size.width, size.height, count, has_heads=True, is_wide=True)

    def _head_row(self) -> list[Segment]:
        """The title, which document of how many, and how far it was scrolled."""
        if not self._columns:
            return []
        chrome, number = self._look.chrome, f"{self.active + 1}/{len(self._columns)}"
        style = chrome.active if self.takes_keys else chrome.head
        end = f" {number} {self._share(self.active)}".rstrip() + " "
        title = f"{'>' if self.takes_keys else ' '} {safe_line(self._heads[self.active])}"
        room = max(self._at.width - cell_len(end), 1)
        return [Segment(set_cell_size(title, room), style), Segment(end, style)]

    def _tabs(self) -> list[Segment]:
        return self._head_row()

    def give_keys(self, *, take: bool) -> None:
        """Let the scrolling keys move these texts, or others."""
        self.takes_keys = take
        self._refresh_heads()


class Rule(Widget):
    """A line from top to bottom."""

    DEFAULT_CSS = "Rule { width: 1; height: 1fr; display: none; }"
    ALLOW_SELECT = False

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, style: Style) -> None:
        """Drawn in ``style``."""
        super().__init__()
        self._style = style

    def restyle(self, change: Change) -> None:
        """Draw in the style that took the old one's place."""
        self._style = change.of(self._style)

    def render_line(self, y: int) -> Strip:
        """One sign."""
        del y
        return Strip([Segment(signs.now().rule, self._style)], 1)


class Row(Widget):
    """Widgets side by side."""

    DEFAULT_CSS = """
    Row { layout: horizontal; height: 1fr; }
    Row > AnswerGrid { width: 2fr; }
    Row > Documents { width: 1fr; display: none; }
    Row > EditPane { width: 2fr; }
    """
    ALLOW_SELECT = False

    # Textual would lay out the whole screen a second time each time the size changes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
