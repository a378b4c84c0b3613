"""Tasks one below the other, drawn as they are scrolled to."""

from collections.abc import Sequence

from rich.cells import set_cell_size
from rich.segment import Segment

from tutorcli.core.text import short_line
from tutorcli.errors import message
from tutorcli.i18n import translate
from tutorcli.services.closing import named
from tutorcli.store.tasks import Listed
from tutorcli.tui.widgets.listing import Listing

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


class TaskRows(Listing[Listed]):
    """The tasks of a page."""

    def exchange(self, rows: Sequence[Listed]) -> None:
        """List these tasks, the one under the cursor staying where it is on the screen."""
        task, below = self.current, self.at - self._top
        at = next((n for n, row in enumerate(rows) if task and row.id == task.id), 0)
        self.rows, self.at, self._top = rows, at, max(at - below, 0)
        self.move(0)

    def drawn(self, row: Listed, *, is_here: bool) -> list[Segment]:
        """One task."""
        style = self._look.chrome.active if is_here else self._look.palette.text
        return [Segment(f"{'>' if is_here else ' '} {_line(row, self.size.width)}", style)]


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
