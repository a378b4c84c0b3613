"""The beginning of what is asked, drawn while the screen is still being imported.

It stands where the screen will draw it, as far as that is known before Markdown is read.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tutorcli.core.text import safe
from tutorcli.services.judging import Opened
from tutorcli.tui.render.wrap import spans
from tutorcli.tui.widgets.grid_shape import prompt_rows, shape_of

_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[?25h\x1b[?1049l"
_TAB = 4
_MOST = 20_000
"""Characters of a prompt that are looked at: more than any screen shows."""


@contextmanager
def shown(opened: Opened | None, setting: str) -> Iterator[None]:
    """Show what is asked, and leave it for the screen to draw over; an error takes it away.

    Args:
        opened: The task; None: nothing is shown.
        setting: "fast"; any other leaves the terminal to Textual alone.
    """
    terminal = _terminal() if setting == "fast" else None
    rows = _rows(opened, *os.get_terminal_size(terminal.fileno())) if opened and terminal else []
    if terminal is None or not rows:
        yield
        return
    drawn = (f"\x1b[{y};1H{row}" for y, row in rows)
    _write(terminal, _ENTER + "".join(drawn))
    try:
        yield
    except BaseException:
        _write(terminal, _LEAVE)
        raise


def _terminal() -> TextIO | None:
    """What Textual draws on, where no other driver is named."""
    found = sys.__stderr__
    if found is None or "TEXTUAL_DRIVER" in os.environ or not found.isatty():
        return None
    return found


def _write(terminal: TextIO, text: str) -> None:
    terminal.write(text)
    terminal.flush()


def _rows(opened: Opened, width: int, height: int) -> list[tuple[int, str]]:
    """Numbers of rows, from 1, and what they show."""
    # One that was begun is shown where it was left.
    if opened.draft.place:
        return []
    room, task = prompt_rows(height), opened.assigned.task
    column = shape_of(width, room, 1, has_heads=False).column
    if task.prompt is not None:
        lines = _lines(task.prompt[:_MOST], column)[:room]
    else:
        lines = _lines(task.opening[-_MOST:], column)[-room:]
    return list(enumerate(lines, 2))


def _lines(text: str, width: int) -> list[str]:
    found = []
    for line in safe(text).expandtabs(_TAB).split("\n"):
        found += [line[start:end] for start, end, _ in spans(line, width)]
    return found
