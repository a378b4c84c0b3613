"""Keys typed before the screen stands: kept as they were typed, and not echoed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_before: list[Any] | None = None


def before() -> list[Any] | None:
    """The terminal's attributes before keys were kept; None: they are not being kept."""
    return _before


@contextmanager
def kept() -> Iterator[None]:
    """Have the terminal pass keys on as they are; in the end it is as it was.

    A terminal in its usual mode would echo them, turn Enter into another key and take Backspace
    for itself. Ctrl+C goes on ending the program until the screen stands.
    """
    global _before  # noqa: PLW0603 - one terminal a process
    try:
        import termios

        fd = sys.stdin.fileno()
        _before = termios.tcgetattr(fd)
    except (ImportError, OSError, ValueError):
        yield
        return
    except termios.error:
        yield
        return
    try:
        _set(fd, _raw(_before))
        yield
    finally:
        release()


def release() -> None:
    """Give the terminal back now, to what does not know of this."""
    global _before  # noqa: PLW0603 - as above
    if _before is not None:
        _set(sys.stdin.fileno(), _before)
        _before = None


def _raw(attributes: list[Any]) -> list[Any]:
    import termios

    changed = list(attributes)
    changed[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
    changed[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    return changed


def _set(fd: int, attributes: list[Any]) -> None:
    import termios

    try:
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
    except termios.error:
        # The terminal is gone.
        return
