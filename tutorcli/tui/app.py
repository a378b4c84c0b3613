"""The program on the terminal: one screen on a sitting."""

import gc
import time
from typing import ClassVar

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from tutorcli import i18n
from tutorcli.core.settings import Settings
from tutorcli.tui import terminal
from tutorcli.tui.actions import Keymap
from tutorcli.tui.idling import IdleLock
from tutorcli.tui.overlays import Overlays
from tutorcli.tui.restyling import Change
from tutorcli.tui.retheming import POLL_S, Wardrobe, dress
from tutorcli.tui.screens.annotate import AnnotateScreen
from tutorcli.tui.screens.background import Outside
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Look, textual_theme

FREEZE_AFTER_S = 1.0


class TutorApp(App[None], inherit_bindings=False):
    """One screen on a sitting."""

    TITLE = "tutorcli"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    CSS: ClassVar[str] = "Screen { background: $background; }"

    def __init__(self, sitting: Sitting, keymap: Keymap, look: Look, settings: Settings) -> None:
        """Every key comes from ``keymap``, every colour from ``look``."""
        self._picture = terminal.Picture() if terminal.is_wanted(settings.terminal) else None
        super().__init__(
            driver_class=_driver_class() if self._picture else None, ansi_color=look.is_ansi
        )
        self.animation_level = "none"
        self.overlays = Overlays()
        self.sitting = sitting
        self.settings = settings
        self.idle = IdleLock(self, settings.lock_min)
        ways = Outside(settings.editor, settings.sync_min)
        self.annotate = AnnotateScreen(sitting, keymap, look, i18n.language(), ways)
        theme = textual_theme(look)
        self.register_theme(theme)
        self.theme = theme.name
        self.wardrobe = Wardrobe(look, [])

    def get_default_screen(self) -> AnnotateScreen:
        """The annotate screen is the first and only one at the start."""
        return self.annotate

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write what changed."""
        if self._picture is not None:
            renderable = terminal.only_changes(self._picture, screen, renderable)
        super()._display(screen, renderable)

    def on_resize(self) -> None:
        """The terminal may show anything now, also where it has its old size again."""
        self.redraw()

    def redraw(self, _: object = None) -> None:
        """Write the whole screen anew."""
        if self._picture is not None:
            self._picture.forget()
        self.refresh()

    async def on_event(self, event: events.Event) -> None:
        """Note that the tutor is there."""
        if isinstance(event, (events.Key, events.Paste)):
            self.idle.stir()
        await super().on_event(event)

    def on_app_blur(self) -> None:
        """The terminal lost the focus: the time stops. No screen is told of it by Textual."""
        self.sitting.leave(time.monotonic() * 1000)

    def on_app_focus(self) -> None:
        """The terminal has the focus again."""
        if not getattr(self.screen, "is_locked", False):
            self.sitting.sign(time.monotonic() * 1000)

    def _fatal_error(self) -> None:
        """End without Textual's traceback, which prints the values of variables: task text."""
        self._close_messages_no_wait()

    def on_mount(self) -> None:
        """Let the collector run again once the screen stands."""
        self.app_resume_signal.subscribe(self, self.redraw)
        self.idle.start()
        self.set_timer(FREEZE_AFTER_S, _freeze)
        if self.wardrobe.folders:
            self.set_interval(POLL_S, self.look_again)

    def look_again(self) -> None:
        """Take the theme anew where its file was written, or say what is wrong in it."""
        said = self.wardrobe.poll()
        if isinstance(said, Change):
            dress(self, said, self.wardrobe.look)
            self.redraw()
        elif said is not None:
            self.annotate.say(said)


def _driver_class() -> type[Driver] | None:
    from tutorcli.tui.driver import driver_class

    return driver_class()


def _freeze() -> None:
    """What was imported stays for good: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.enable()
