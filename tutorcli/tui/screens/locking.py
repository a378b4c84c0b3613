"""The blank screen of a desk that was left: nothing of a task on it, and no time counts."""

import time
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from textual import events
from textual.app import ComposeResult

from tutorcli.i18n import tr
from tutorcli.tui.screens.keyed import KeyedScreen
from tutorcli.tui.widgets.bar import Bar

if TYPE_CHECKING:
    from tutorcli.tui.sitting import Sitting


@runtime_checkable
class AtWork(Protocol):
    """A program on a sitting."""

    sitting: "Sitting"


class LockScreen(KeyedScreen[None]):
    """Covers whatever is open; any key takes it away and does nothing else."""

    is_locked: ClassVar[bool] = True

    def compose(self) -> ComposeResult:
        """One line."""
        self._line = Bar(self.look.chrome.bar)
        yield self._line

    def on_mount(self) -> None:
        """Say so, and stop the time."""
        self._line.show([(f" {tr('locked; any key goes on')}", self.look.chrome.bar)])
        if isinstance(self.app, AtWork):
            self.app.sitting.leave(time.monotonic() * 1000)

    def on_paste(self, event: events.Paste) -> None:
        """A paste opens nothing."""
        event.stop()

    async def take_event(self, event: events.Key) -> None:
        """Go away; the time counts again."""
        del event
        if isinstance(self.app, AtWork):
            self.app.sitting.sign(time.monotonic() * 1000)
        self.dismiss(None)
