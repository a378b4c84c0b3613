"""Questions to the terminal and its surroundings, each with a time limit."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic

AMBIGUOUS = "—"
"""East Asian ambiguous: one cell in most terminals, two in some Chinese ones."""
_ANSWER_S = 0.5


def ambiguous_cells(timeout_s: float = _ANSWER_S) -> int | None:
    """Cells that an em dash takes: it is written, the cursor asked for, and the line cleared.

    Args:
        timeout_s: How long to wait for the answer.

    Returns:
        1 or 2; None where there is no terminal, it gives no answer in time, or on Windows.
    """
    if sys.platform == "win32" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor, termios.TCSANOW)
        sys.stdout.write(f"\r{AMBIGUOUS}\x1b[6n")
        sys.stdout.flush()
        column = _column(_reply(descriptor, timeout_s))
    finally:
        sys.stdout.write("\r\x1b[K")
        sys.stdout.flush()
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
    return column - 1 if column in {2, 3} else None


def is_key_waiting() -> bool:
    """Whether something was typed already: a question to the terminal would swallow it."""
    if sys.platform == "win32":
        return False
    import select

    return bool(select.select([sys.stdin.fileno()], [], [], 0)[0])


def _reply(descriptor: int, timeout_s: float) -> bytes:
    """What arrives until an ``R``, the time is over, or far too much came."""
    import select

    reply, deadline = b"", monotonic() + timeout_s
    while b"R" not in reply and len(reply) < 64 and (left := deadline - monotonic()) > 0:
        if not select.select([descriptor], [], [], left)[0]:
            break
        reply += os.read(descriptor, 32)
    return reply


def _column(reply: bytes) -> int | None:
    """The column of a cursor report such as ``ESC [ 12 ; 3 R``, counted from 1."""
    import re

    found = re.search(rb"\x1b\[\d+;(\d+)R", reply)
    return int(found[1]) if found else None


def tmux_escape_ms(env: Mapping[str, str]) -> int | None:
    """How long tmux waits after Escape, in milliseconds; None outside tmux."""
    if "TMUX" not in env:
        return None
    said = _said("tmux", "show", "-sv", "escape-time")
    return int(said) if said.isdecimal() else None


def has_screen_lock(env: Mapping[str, str]) -> bool | None:
    """Whether the desktop locks by itself; None over SSH, without one, or where it is not known."""
    if "SSH_CONNECTION" in env:
        return None
    if sys.platform == "darwin":
        said = _said("/usr/sbin/sysadminctl", "-screenLock", "status")
        return None if not said else "is off" not in said
    if not {"DISPLAY", "WAYLAND_DISPLAY"} & env.keys():
        return None
    said = _said("gsettings", "get", "org.gnome.desktop.screensaver", "lock-enabled")
    return {"true": True, "false": False}.get(said)


def _said(*command: str) -> str:
    """What a program of the system prints; empty where it is missing, fails or takes long."""
    with suppress(OSError, subprocess.SubprocessError):
        ran = subprocess.run(command, capture_output=True, text=True, timeout=2, check=False)
        if ran.returncode == 0:
            return (ran.stdout or ran.stderr).strip()
    return ""
