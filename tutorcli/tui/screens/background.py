"""The screen's own sync: every so many minutes, in a process of its own; off by default."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.screen import Screen

from tutorcli.errors import message
from tutorcli.tui.rows import Note
from tutorcli.tui.syncing import COMMAND, Synced, sync

FIRST_S = 5.0
"""The screen stands and has been read a little before the first one begins."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The other programs that the screen starts."""

    editor: str = "vi"
    """Command line of the editor."""
    sync_min: int = 0
    """Minutes from one sync to the next; 0: none."""


class Background:
    """Begins syncs one after another, and knows how the last one ended."""

    def __init__(
        self, screen: Screen[None], every_min: int, told: Callable[[Synced | None], None]
    ) -> None:
        """Begin nothing yet.

        Args:
            screen: Beside which it runs.
            every_min: Minutes from one sync to the next; 0: none.
            told: Called when one has begun (None) and when it has ended, `note` being new.
        """
        self._screen = screen
        self._every_min = every_min
        self._told = told
        self._is_running = False
        self.note: Note | None = None
        """How the last sync ended, or that one is running."""

    def start(self) -> None:
        """Begin with the first one soon."""
        if self._every_min:
            self._screen.set_timer(FIRST_S, self._due)
            self._screen.set_interval(self._every_min * 60, self._due)

    def _due(self) -> None:
        # A timer's callback runs beside the keys.
        self._screen.call_later(self._begin)

    def _begin(self) -> None:
        if self._is_running:
            return
        self._is_running = True
        self.note = Note(message("syncing"))
        self._told(None)
        self._screen.run_worker(self._run(), name="sync")

    async def _run(self) -> None:
        self._screen.call_later(self._end, await sync(COMMAND))

    def _end(self, synced: Synced) -> None:
        self._is_running = False
        self.note = Note(synced.what, is_warning=synced.is_failure)
        self._told(synced)
