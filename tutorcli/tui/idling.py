"""How long no key came, and the lock of the screen once that is too long."""

import time

from textual.app import App

from tutorcli.tui.screens.keyed import KeyedScreen

LOOK_EVERY_S = 5.0


class IdleLock:
    """Covers the screen once no key came for so long."""

    def __init__(self, app: App[None], after_min: int) -> None:
        """``after_min``: minutes without a key; 0: never."""
        self._app, self._after_s = app, after_min * 60
        self.stir()

    def start(self) -> None:
        """Watch from now on."""
        self.stir()
        if self._after_s:
            self._app.app_resume_signal.subscribe(self._app, self.stir)
            # A timer's callback runs beside the keys.
            self._app.set_interval(LOOK_EVERY_S, lambda: self._app.call_later(self.look))

    def stir(self, _: object = None) -> None:
        """A key came, or the tutor came back from another program."""
        # The monotonic clock may stand still while the machine sleeps, the other may be set back.
        self._last = (time.monotonic(), time.time())

    async def look(self) -> None:
        """Cover the screen when it is time to."""
        now, top = (time.monotonic(), time.time()), self._app.screen
        idle_s = max(after - before for after, before in zip(now, self._last, strict=True))
        if idle_s >= self._after_s and isinstance(top, KeyedScreen) and not top.is_locked:
            await top.action_lock()
