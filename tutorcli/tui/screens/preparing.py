"""What is made ready while no key comes: the next tasks, then the editor, the list of tasks."""

import sys
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from tutorcli.tui.ahead import Ahead

if TYPE_CHECKING:
    from textual.timer import Timer

PREPARE_AFTER_S = 0.05
"""The next tasks are laid out once no key came for so long."""
EDITOR_AFTER_S = 0.3
"""The editor is made ready once no key came for so long, in steps of a few milliseconds."""
EDITOR_STEPS = (
    "tutorcli.tui.widgets.diff_view",
    "textual.widgets._text_area",
    "wcwidth",
    "tutorcli.tui.widgets.editor_layout",
    "tutorcli.tui.widgets.editor",
)
"""Modules that it is made of, imported in turns: all at once they would delay a key by 50 ms."""
LIST_STEPS = ("tutorcli.services.browsing", "tutorcli.tui.screens.tasks")
"""Modules of the list of tasks: importing them would delay the key that opens it."""


class Desk(Protocol):
    """What preparing needs of the screen."""

    @property
    def has_editor(self) -> bool:
        """Whether the editor is made."""

    def editor(self) -> Awaitable[object]:
        """Make the editor."""

    def set_timer(self, delay: float, callback: Callable[[], object]) -> "Timer":
        """Call something after so many seconds."""

    def call_later(self, callback: Callable[[], object]) -> bool:
        """Call something when the keys before it have been taken."""


class Preparing:
    """One step at a time; a key puts the next one off."""

    def __init__(self, screen: Desk, ahead: Ahead) -> None:
        """Prepare for ``screen``; the next tasks by ``ahead``."""
        self._screen, self._ahead = screen, ahead
        self._timer: Timer | None = None

    def soon(self) -> None:
        """Go on once no key came for a while."""
        self._in(PREPARE_AFTER_S, self._step)

    def _in(self, delay_s: float, step: Callable[[], object]) -> None:
        if self._timer is not None:
            self._timer.stop()
        # A timer calls back beside the keys, in a task that stopping it cuts off: a key would meet
        # an editor that is half made.
        self._timer = self._screen.set_timer(delay_s, partial(self._screen.call_later, step))

    def _step(self) -> None:
        if self._ahead.step():
            self.soon()
        elif not self._screen.has_editor:
            self._in(EDITOR_AFTER_S, self._editor_step)

    async def _editor_step(self) -> None:
        missing = [name for name in (*EDITOR_STEPS, *LIST_STEPS) if name not in sys.modules]
        if missing:
            import_module(missing[0])
            self._in(PREPARE_AFTER_S, self._editor_step)
        else:
            await self._screen.editor()
