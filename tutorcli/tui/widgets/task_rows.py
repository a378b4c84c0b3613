"""Tasks one below the other, drawn as they are scrolled to."""

from collections.abc import Sequence

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.core.text import short_line
from tutorcli.errors import message
from tutorcli.i18n import translate
from tutorcli.services.closing import named
from tutorcli.store.tasks import Listed
from tutorcli.tui.themes import Look

STATES = {
    "draft": message("draft"),
    "open": message("open"),
    "done": message("done"),
    "set-aside": message("set aside"),
    "withdrawn": message("withdrawn"),
}
DISPOSITIONS = {
    "skip": message("skipped"),
    "refer": message("referred"),
    "bad_task": message("bad task"),
    "give_up": message("given up"),
    "conflict": message("conflict"),
}
_LONGEST = 40
"""Characters of a word that are looked at."""
_WIDE = 100
"""Cells from which on ids are shown."""


class TaskRows(Widget):
    """One line a task; only those on the screen are drawn."""

    DEFAULT_CSS = "TaskRows { height: 1fr; }"
    ALLOW_SELECT = False

    def __init__(self, look: Look) -> None:
        """Nothing is listed before `show`."""
        super().__init__()
        self._look = look
        self.rows: Sequence[Listed] = ()
        self.at = 0
        """The row under the cursor."""
        self.has_cursor = True
        """Whether a key acts on the row under the cursor: the line of search does not have them."""
        self._top = 0

    @property
    def current(self) -> Listed | None:
        """The task under the cursor."""
        return self.rows[self.at] if self.at < len(self.rows) else None

    def show(self, rows: Sequence[Listed], at: int = 0) -> None:
        """List these tasks from now on."""
        self.rows = rows
        self.at, self._top = 0, 0
        self.move(at)

    def exchange(self, rows: Sequence[Listed]) -> None:
        """List these tasks, the one under the cursor staying where it is on the screen."""
        task, below = self.current, self.at - self._top
        at = next((n for n, row in enumerate(rows) if task and row.id == task.id), 0)
        self.rows, self.at, self._top = rows, at, max(at - below, 0)
        self.move(0)

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
        """One task."""
        index, width = self._top + y, self.size.width
        if index >= len(self.rows):
            return Strip.blank(width, self._look.palette.background)
        is_here = index == self.at and self.has_cursor
        style = self._look.chrome.active if is_here else self._look.palette.text
        text = f"{'>' if is_here else ' '} {_line(self.rows[index], width)}"
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)


def state_of(task: Listed) -> str:
    """Where a task stands, in words; of one set aside, how."""
    if task.state == "set-aside" and task.disposition in DISPOSITIONS:
        return translate(DISPOSITIONS[task.disposition])
    return translate(STATES[task.state])


def _line(task: Listed, width: int) -> str:
    cells = [
        (state_of(task), 10),
        (short_line(task.domain, _LONGEST), 10),
        (short_line(task.language, _LONGEST), 7),
        (f"{task.answers:>2}", 3),
    ]
    if width >= _WIDE:
        cells.insert(0, (short_line(task.id, _LONGEST), 16))
    columns = " ".join(set_cell_size(text, size) for text, size in cells)
    return f"{columns} {named(task)}"
