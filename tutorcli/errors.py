"""Errors that a person can act on.

The class carries the exit code; only ``cli/main.py`` exits.

::

    TutorError            1  unexpected; the log file is named
    ├── ConfigError       2  a flag, a variable or a config file is wrong
    ├── InputError        3  a task file is wrong, or a thing named does not exist
    ├── SyncError
    │   ├── Unreachable   4  no answer; nothing is lost, run it again
    │   └── Refused       5  not signed in, or not allowed
    ├── Mismatch          6  a chain, a digest or the audit does not verify
    ├── BelowThreshold    7  a threshold or a check was missed
    └── StoreError        8  disk full, locked, corrupt, newer schema
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for a person: an English template and the values in it.

    The template is the message id of the catalogues in ``tutorcli/locale``.
    """

    text: str
    """English template with ``{name}`` placeholders."""
    args: Mapping[str, object]
    """A value for each placeholder; a Message among them is translated too."""

    def __str__(self) -> str:
        return self.text.format_map({name: str(value) for name, value in self.args.items()})


def message(text: str, /, **args: object) -> Message:
    """Mark ``text`` for translation and bind its values."""
    return Message(text, args)


class TutorError(Exception):
    """Something a person should read; see the module for the tree."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: Message, *, hint: Message | None = None) -> None:
        """What happened, with the value that did it; ``hint`` is the next command or way out."""
        super().__init__(str(what))
        self.what = what
        self.hint = hint


class ConfigError(TutorError):
    """A flag, a variable or a config file is wrong."""

    exit_code = 2


class InputError(TutorError):
    """A task file is wrong, or a thing that was named does not exist."""

    exit_code = 3


class SyncError(TutorError):
    """The server did not take or give what was asked."""


class Unreachable(SyncError):  # noqa: N818 - the word of the exit-code table
    """No answer came; nothing is lost."""

    exit_code = 4


class Refused(SyncError):  # noqa: N818 - the word of the exit-code table
    """Not signed in, or not allowed."""

    exit_code = 5


class Mismatch(TutorError):  # noqa: N818 - the word of the exit-code table
    """A chain, a digest or the audit does not verify."""

    exit_code = 6


class BelowThreshold(TutorError):  # noqa: N818 - the word of the exit-code table
    """A check found something, or a figure lies below its threshold."""

    exit_code = 7


class StoreError(TutorError):
    """The store cannot be used: disk full, locked, corrupt, or of a newer version."""

    exit_code = 8


def near(wanted: str, known: Iterable[str]) -> str | None:
    """The known name that ``wanted`` most likely meant, if any is close or begins like it.

    >>> near("T1", ["t1", "t2"]), near("domian", ["domain"]), near("x", ["domain"])
    ('t1', 'domain', None)
    """
    from difflib import get_close_matches

    names = list(known)
    matches = [name for name in names if name.casefold() == wanted.casefold()]
    matches = matches or get_close_matches(wanted, names, n=1)
    if not matches and wanted:
        matches = [name for name in names if name.startswith(wanted)]
    return matches[0] if matches else None
