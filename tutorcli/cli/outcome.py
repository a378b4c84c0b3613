"""What becomes of a run: words on stderr and an exit code."""

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tutorcli.cli import session
from tutorcli.cli.output import say
from tutorcli.errors import StoreError, TutorError, message

if TYPE_CHECKING:
    from tutorcli.errors import Message

INTERRUPTED = 130
BROKEN_PIPE = 141
UNEXPECTED = 1

_UNWRITABLE = {
    errno.ENOSPC: message("free some space and run the command again"),
    errno.EDQUOT: message("free some space and run the command again"),
    errno.EROFS: message(
        "the disk is read-only: choose another place, or have it mounted for writing"
    ),
}
"""Errors of the disk, and the way out of each."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C in an act that says what became of it."""

    def __init__(self, what: "Message", hint: "Message") -> None:
        """What was done or not, and what to run next."""
        super().__init__(str(what))
        self.what = what
        self.hint = hint


def open_closed_streams() -> None:
    """Give a stream that the shell closed (``>&-``) to nobody, in the order of their numbers.

    Python leaves None in its place, and the next file opened would get its number.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - open to the end
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def of(act: Callable[[], int | None]) -> int:
    """Run ``act`` and return the exit code of what it did or raised."""
    _never_fail_to_write()
    try:
        code = act() or 0
        sys.stdout.flush()
    except Interrupted as stop:
        say(f"tutorcli: {_in_language(stop.what)}")
        say(f"  {_in_language(stop.hint)}")
        return INTERRUPTED
    except KeyboardInterrupt:
        say("tutorcli: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _mute(sys.stdout)
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the edge of the program
        return _failed(error)
    return code


def _never_fail_to_write() -> None:
    """A character that the locale's encoding lacks is escaped; JSON is UTF-8 all the same."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _failed(error: Exception) -> int:
    if isinstance(error, TutorError):
        return _told(error)
    if isinstance(error, OSError) and error.errno in _UNWRITABLE:
        _mute(sys.stdout)
        what = message("nothing more can be written: {reason}", reason=error.strerror)
        return _told(StoreError(what, hint=_UNWRITABLE[error.errno]))
    return _unexpected(error)


def _told(error: TutorError) -> int:
    """Data written so far comes before the words about it."""
    try:
        sys.stdout.flush()
    except OSError:
        _mute(sys.stdout)
    say_error(error)
    _trace(error)
    return error.exit_code


def say_error(error: TutorError) -> None:
    """What happened and the way out, in the language of the screens."""
    say(f"tutorcli: {_in_language(error.what)}")
    if error.hint is not None:
        say(f"  {_in_language(error.hint)}")


def _in_language(what: "Message") -> str:
    """Values may quote a task, so the sentence is made safe like any of its text."""
    from tutorcli import i18n
    from tutorcli.core.text import safe

    return safe(i18n.translate(what))


def _unexpected(error: Exception) -> int:
    from tutorcli.cli import log

    file = session.this().log_file()
    kept = log.append(file, *log.frames(error))
    where = f"see {file}" if kept else "run it again with --debug"
    say(f"tutorcli: unexpected {type(error).__name__}; {where}")
    _trace(error)
    return UNEXPECTED


def _trace(error: BaseException) -> None:
    if session.this().debug:
        import traceback

        traceback.print_exception(error)


def _mute(stream: object) -> None:
    """Nobody reads any more: what is still buffered must not complain at exit."""
    try:
        fileno = stream.fileno()  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, fileno)
    os.close(null)
