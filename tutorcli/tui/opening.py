"""From the command to the screen: what is read first stands before the rest is imported."""

import gc
import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from tutorcli.core.settings import Settings
from tutorcli.errors import InputError, StoreError, TutorError, message
from tutorcli.services.desk import open_desk
from tutorcli.services.queueing import no_such
from tutorcli.store.connection import explain
from tutorcli.store.db import Queue
from tutorcli.store.locks import FileLock
from tutorcli.tui import first_look, typeahead
from tutorcli.tui.actions import Keymap
from tutorcli.tui.sitting import Sitting

if TYPE_CHECKING:
    from tutorcli.store.tasks import Filters
    from tutorcli.tui.app import TutorApp
    from tutorcli.tui.themes import Look

SWEEP_AFTER_S = 2.0
"""What a killed process left is removed once the first screen stands."""

Kind = Callable[[Sitting, Keymap, "Look", Settings], "TutorApp"]
"""What makes the program."""


def run(
    settings: Settings,
    themes: list[Path],
    task: str | None,
    filters: "Filters",
    kind: Kind | None = None,
) -> None:
    """Annotate until the tutor leaves.

    Args:
        settings: Where the home is, and how it is to look.
        themes: Folders of theme files, the user's own last.
        task: The task to begin with; None: the last draft, else the first open one.
        filters: Which tasks come.
        kind: A program with more on its screen than the usual one; it has no first look.

    Raises:
        StoreError: The store cannot be used, or another screen is open on this home.
        InputError: The task named does not exist, or no task has the domain or language named.
        ConfigError: The theme or a key of the settings is wrong.
    """
    # Collections while everything is imported and drawn first cost 30 to 40 ms.
    gc.disable()
    keymap = Keymap.load(settings.keymap, settings.keys)
    suit(settings)
    with the_only_screen(settings.data), open_desk(settings) as desk:
        if unknown := no_such(desk, filters):
            raise InputError(unknown[0], hint=unknown[1])
        sitting = Sitting(desk, filters, settings.idle_s * 1000)
        sitting.start(task)
        with first_look.shown(None if kind else sitting.opened, settings.terminal):
            app = _made(settings, themes, sitting, keymap, kind)
        sweeping = Timer(SWEEP_AFTER_S, _sweep, [settings.data])
        sweeping.daemon = True
        sweeping.start()
        app.run()
        sweeping.cancel()
        if app._exception is not None:  # noqa: SLF001 - Textual has no other way to ask
            raise app._exception  # noqa: SLF001


def _made(
    settings: Settings,
    themes: list[Path],
    sitting: Sitting,
    keymap: Keymap,
    kind: Kind | None,
) -> "TutorApp":
    """The program; with it comes Textual, which takes most of the time of a start."""
    from tutorcli.tui import terminal
    from tutorcli.tui.app import TutorApp
    from tutorcli.tui.themes import look_for

    look = look_for(settings.theme, themes, color=settings.color)
    app = (kind or TutorApp)(sitting, keymap, look, settings)
    app.wardrobe.folders = themes if settings.color else []
    if not terminal.is_wanted(settings.terminal):
        typeahead.release()
    return app


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


def _sweep(data: Path) -> None:
    """Remove what a process that died left behind; the next import or sync does so as well."""
    from tutorcli.store.sweeping import sweep
    from tutorcli.store.withdrawing import erase_drafts

    with suppress(TutorError), closing(Queue.open(data)) as queue:
        erase_drafts(queue)
        sweep(queue)
