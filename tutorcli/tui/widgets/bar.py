"""Lines of chrome: one or a few rows of text that are drawn without layout."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.tui import signs

if TYPE_CHECKING:
    from tutorcli.tui.restyling import Change

Run = tuple[str, Style]


class Bar(Widget):
    """Rows of styled text; what does not fit is cut, never wrapped."""

    DEFAULT_CSS = "Bar { height: 1; }"
    ALLOW_SELECT = False

    # Textual would lay out the whole screen a second time each time the size changes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, fill: Style, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """``fill`` is the style of what is left of each row."""
        super().__init__(id=id)
        self._fill = fill
        self._rows: list[list[Run]] = []

    def restyle(self, change: "Change") -> None:
        """Draw in the styles that took the old ones' places."""
        self._fill = change.of(self._fill)
        self._rows = [[(text, change.of(style)) for text, style in row] for row in self._rows]

    def show(self, *rows: Sequence[Run]) -> None:
        """Draw these rows from now on; equal ones are not drawn again."""
        new = [list(row) for row in rows]
        if new != self._rows:
            self._rows = new
            self.refresh()

    @property
    def text(self) -> str:
        """The rows as plain text."""
        return "\n".join("".join(text for text, _ in row) for row in self._rows)

    def render_line(self, y: int) -> Strip:
        """One row, cut and filled to the width."""
        width = self.size.width
        segments: list[Segment] = []
        left = width
        for words, style in self._rows[y] if y < len(self._rows) else ():
            text = signs.plain(words)
            size = cell_len(text)
            if size > left:
                segments.append(Segment(set_cell_size(text, left), style))
                left = 0
                break
            segments.append(Segment(text, style))
            left -= size
        if left:
            segments.append(Segment(" " * left, self._fill))
        return Strip(segments, width)


def fitted(groups: Sequence[Sequence[Run]], width: int) -> list[Run]:
    """As many groups of runs, in order, as fit into ``width`` cells whole."""
    row: list[Run] = []
    used = 0
    for group in groups:
        size = sum(cell_len(text) for text, _ in group)
        if used + size <= width:
            row += group
            used += size
    return row


def tail(text: str, cells: int) -> str:
    """The end of a text in so many cells."""
    while cell_len(text) > cells:
        text = text[1:]
    return text
