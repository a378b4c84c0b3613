"""Commands about this machine: its check-up, and copies of the home."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.errors import BelowThreshold, message
from tutorcli.i18n import translate


def doctor(
    as_json: Json = False,
    keys: Annotated[
        bool, typer.Option("--keys", help="Show which keys arrive; Escape twice ends.")
    ] = False,
) -> None:
    """Look at this machine: terminal, SQLite, permissions, space.

    Exits with 7 when a problem is found. Nothing is sent anywhere.
    """
    if keys:
        _show_keys()
        return
    from tutorcli.services import doctor as checks

    found = checks.findings(session.settings(), _terminal(as_json))
    problems = [item for item in found if item.level == "problem"]
    if as_json:
        rows = [
            {"level": item.level, "name": item.name, "what": str(item.what), "run": item.run}
            for item in found
        ]
        output.emit_json({"findings": rows, "problems": len(problems)})
    else:
        for item in found:
            output.emit(f"{item.level:<8} {item.name:<12} {translate(item.what)}")
            if item.run:
                output.emit(f"{'':<21} run: {item.run}")
    if problems:
        raise BelowThreshold(message("problems found: {count}", count=len(problems)))


def _terminal(is_quiet: bool) -> Any:
    from tutorcli.cli import ambiguous, probe
    from tutorcli.services.doctor import Terminal, process_terminal

    size, encoding = process_terminal()
    cells = None if is_quiet else probe.ambiguous_cells()
    if cells is not None:
        ambiguous.remember(session.settings().state, cells)
    return Terminal(
        env=os.environ,
        size=size,
        encoding=encoding,
        ambiguous_cells=cells,
        escape_time_ms=probe.tmux_escape_ms(os.environ),
        has_screen_lock=probe.has_screen_lock(os.environ),
    )


def _show_keys() -> None:
    from tutorcli.cli.screens import require_terminal

    require_terminal()
    settings = session.settings()
    from tutorcli.tui.screens.keys import show_keys

    show_keys(settings.keymap, settings.keys)


def backup(
    target: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FOLDER", help="A new folder, or one to make it in."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Copy the queue and the drafts, also while they are in use.

    The copy is a folder, complete or absent, readable by you alone, and never written over. Its
    files put back in place of those in the home are a home again.
    """
    from tutorcli.store.backup import backup as copy

    folder = _new_folder(target or Path.cwd())
    sizes = copy(session.settings().data, folder)
    if as_json:
        output.emit_json({"folder": str(folder), "bytes": sizes})
    else:
        output.say(f"copied {', '.join(sorted(sizes))} to {folder}")


def _new_folder(target: Path) -> Path:
    """The target; below it, where it exists, a folder with the time in its name."""
    if not target.is_dir():
        return target
    import time

    return target / time.strftime("tutorcli-%Y%m%d-%H%M%S")
