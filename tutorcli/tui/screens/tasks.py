"""The tasks as a plain list; a judged one is reopened from it."""

from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.core.text import safe_line, short_line, title_of
from tutorcli.errors import message
from tutorcli.i18n import translate
from tutorcli.services import queueing
from tutorcli.services.queueing import Wanted
from tutorcli.tui.actions import Keymap
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.key_bar import key_row
from tutorcli.tui.screens.keyed import KeyedScreen
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.bar import Bar

if TYPE_CHECKING:
    from tutorcli.store.tasks import Listed

LISTED = 500
"""Tasks of one state that the list shows at most."""

_STATES = {
    "draft": message("draft"),
    "open": message("open"),
    "done": message("done"),
    "set-aside": message("set aside"),
    "withdrawn": message("withdrawn"),
}


class _Rows(Widget):
    """One line a task; only those on the screen are drawn."""

    DEFAULT_CSS = "_Rows { height: 1fr; }"

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: list[Listed] = []
        self.at = 0
        self._top = 0

    def move(self, step: int) -> None:
        self.at = max(min(self.at + step, len(self.rows) - 1), 0)
        height = max(self.size.height, 1)
        self._top = max(min(self._top, self.at), self.at - height + 1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        index, width = self._top + y, self.size.width
        if index >= len(self.rows):
            return Strip.blank(width, self._look.palette.background)
        row = self.rows[index]
        is_here = index == self.at
        style = self._look.chrome.active if is_here else self._look.palette.text
        cells = (
            (translate(_STATES[row.state]), 10),
            (short_line(row.domain, 40), 10),
            (short_line(row.language, 40), 7),
            (f"{row.answers:>2}", 3),
        )
        columns = " ".join(set_cell_size(text, size) for text, size in cells)
        text = f"{'>' if is_here else ' '} {columns} {safe_line(title_of(row.title))}"
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)


class TaskList(KeyedScreen[str | None]):
    """Returns the id of the task to open, or None."""

    def __init__(self, sitting: Sitting, keymap: Keymap, look: Look) -> None:
        """List what the sitting's filters let through."""
        super().__init__(keymap, look)
        self._sitting = sitting
        self._states: list[str | None] = [None, "draft", "open", "done", "set-aside"]
        self.head = Bar(look.chrome.bar)
        self.rows = _Rows(look)
        self.keys = Bar(look.chrome.bar)

    def compose(self) -> ComposeResult:
        """Counts, rows, keys."""
        yield self.head
        yield self.rows
        yield self.keys

    def on_mount(self) -> None:
        """List the tasks of every state."""
        self._list()
        hints = [
            Hint("submit", message("open")),
            Hint("next_answer", message("next state")),
            Hint("close", message("close")),
        ]
        self.keys.show(key_row(self.keymap, hints, self.app.size.width, self.look.chrome))

    def _list(self) -> None:
        wanted = Wanted(self._sitting.filters, self._states[0], limit=LISTED)
        found = queueing.overview(self._sitting.desk, wanted)
        chrome = self.look.chrome
        self.head.show(
            [
                (
                    f" {translate(title)} {found.counts.get(state, 0)} ",
                    chrome.active if state == self._states[0] else chrome.bar,
                )
                for state, title in _STATES.items()
            ]
        )
        self.rows.rows = found.tasks
        self.rows.at = 0
        shown = self._sitting.opened.task_id if self._sitting.opened else None
        self.rows.move(next((n for n, row in enumerate(found.tasks) if row.id == shown), 0))

    async def take(self, key: str, action: str | None) -> None:
        """Move, open, or go back."""
        del key
        height = max(self.rows.size.height, 1)
        steps = {"up": -1, "down": 1, "page_up": -height, "page_down": height}
        match action:
            case "up" | "down" | "page_up" | "page_down":
                self.rows.move(steps[action])
            case "top" | "bottom":
                self.rows.move(len(self.rows.rows) * (-1 if action == "top" else 1))
            case "next_answer" | "previous_answer":
                step = 1 if action == "next_answer" else -1
                self._states = self._states[step:] + self._states[:step]
                self._list()
            case "submit" if self.rows.rows:
                self.dismiss(self.rows.rows[self.rows.at].id)
            case "close" | "tasks" | "quit" | "back":
                self.dismiss(None)
