"""The program on the terminal: opens the desk, shows the screen, leaves nothing behind."""

import gc
import os
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Timer
from typing import ClassVar

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from tutorcli import i18n
from tutorcli.core.settings import Settings
from tutorcli.errors import InputError, StoreError, TutorError, message
from tutorcli.services.desk import open_desk
from tutorcli.services.queueing import no_such
from tutorcli.store.connection import explain
from tutorcli.store.db import Queue
from tutorcli.store.locks import FileLock
from tutorcli.store.tasks import Filters
from tutorcli.tui import terminal, typeahead
from tutorcli.tui.actions import Keymap
from tutorcli.tui.idling import IdleLock
from tutorcli.tui.overlays import Overlays
from tutorcli.tui.restyling import Change
from tutorcli.tui.retheming import POLL_S, Wardrobe, dress
from tutorcli.tui.screens.annotate import AnnotateScreen
from tutorcli.tui.screens.background import Outside
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Look, look_for, textual_theme

FREEZE_AFTER_S = 1.0
SWEEP_AFTER_S = 2.0
"""What a killed process left is removed once the first screen stands."""


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


def _sweep(data: Path) -> None:
    """Remove what a process that died left behind; the next import or sync does so as well."""
    from tutorcli.store.sweeping import sweep
    from tutorcli.store.withdrawing import erase_drafts

    with suppress(TutorError), closing(Queue.open(data)) as queue:
        erase_drafts(queue)
        sweep(queue)


Kind = Callable[[Sitting, Keymap, Look, Settings], TutorApp]
"""What makes the program."""


def run(
    settings: Settings,
    themes: list[Path],
    task: str | None,
    filters: Filters,
    kind: Kind = TutorApp,
) -> None:
    """Annotate until the tutor leaves.

    Args:
        settings: Where the home is, and how it is to look.
        themes: Folders of theme files, the user's own last.
        task: The task to begin with; None: the last draft, else the first open one.
        filters: Which tasks come.
        kind: The program itself, or one with more on its screen.

    Raises:
        StoreError: The store cannot be used, or another screen is open on this home.
        InputError: The task named does not exist, or no task has the domain or language named.
        ConfigError: The theme or a key of the settings is wrong.
    """
    # Collections while everything is imported and drawn first cost 30 to 40 ms.
    gc.disable()
    keymap = Keymap.load(settings.keymap, settings.keys)
    look = look_for(settings.theme, themes, color=settings.color)
    suit(settings)
    with the_only_screen(settings.data), open_desk(settings) as desk:
        if unknown := no_such(desk, filters):
            raise InputError(unknown[0], hint=unknown[1])
        sitting = Sitting(desk, filters, settings.idle_s * 1000)
        sitting.start(task)
        app = kind(sitting, keymap, look, settings)
        app.wardrobe.folders = themes if settings.color else []
        if not terminal.is_wanted(settings.terminal):
            typeahead.release()
        sweeping = Timer(SWEEP_AFTER_S, _sweep, [settings.data])
        sweeping.daemon = True
        sweeping.start()
        app.run()
        sweeping.cancel()
        if app._exception is not None:  # noqa: SLF001 - Textual has no other way to ask
            raise app._exception  # noqa: SLF001


def suit(settings: Settings) -> None:
    """Make everything that draws heed what the terminal can show; before anything is drawn."""
    # Textual reads it, where it stands for no colour even when it is empty, and so do programs
    # that the screen starts.
    if settings.color:
        os.environ.pop("NO_COLOR", None)
    else:
        os.environ["NO_COLOR"] = "1"
    if settings.ambiguous == "wide":
        from tutorcli.tui.widths import draw_wide

        draw_wide()


def the_only_screen(home: Path) -> FileLock:
    """Hold the lock of the screen of a home.

    Raises:
        StoreError: Another process has it, its number is named; or the home cannot be made.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise explain(error.strerror or error, home) from error
    lock = FileLock(home / "screen.lock")
    if not lock.acquire():
        raise StoreError(
            message("another screen is open on this home (process {pid})", pid=lock.owner() or "?"),
            hint=message("close it there with Ctrl+Q; two screens would write one draft"),
        )
    return lock
