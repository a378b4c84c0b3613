"""The way to the screens, without the command line parser: every millisecond counts there."""

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tutorcli.errors import ConfigError, message

if TYPE_CHECKING:
    from tutorcli.core.settings import Settings

_VALUES = {"--domain": "domain", "--language": "language", "--tag": "tag"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `annotate` was asked for."""

    task: str | None = None
    domain: str | None = None
    language: str | None = None
    tag: str | None = None
    plain: bool = False
    """Lines on stdin and stdout instead of the screen."""
    bare: bool = False
    """The program was started without any argument: the queue may come first."""


def wanted(argv: Sequence[str]) -> Wanted | None:
    """What the arguments ask the screens for; None when they ask for something else.

    Whatever is not plainly right is left to the parser, which knows how to say so.
    """
    if "_TUTORCLI_COMPLETE" in os.environ:
        return None
    if not argv:
        return Wanted(bare=True) if is_terminal() else None
    if argv[0] != "annotate":
        return None
    given: dict[str, str] = {}
    plain, rest = False, list(argv[1:])
    while rest:
        item = rest.pop(0)
        name, equals, value = item.partition("=")
        if name in _VALUES and (equals or rest):
            given[_VALUES[name]] = value if equals else rest.pop(0)
        elif item == "--plain":
            plain = True
        elif not item.startswith("-") and "task" not in given:
            given["task"] = item
        else:
            return None
    return Wanted(
        given.get("task"), given.get("domain"), given.get("language"), given.get("tag"), plain
    )


def is_terminal() -> bool:
    """Whether a person can type and read here."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def show(asked: Wanted) -> int:
    """Open the screens and return the exit code when they close.

    Raises:
        ConfigError: There is no terminal, or one that cannot show a screen.
        TutorError: What opening the home raises.
    """
    if asked.plain:
        _open(asked)
        return 0
    require_terminal()
    from tutorcli.tui import typeahead

    with typeahead.kept():
        _open(asked)
    return 0


def _open(asked: Wanted) -> None:
    from tutorcli.cli import session

    settings = session.settings()
    from tutorcli.store.tasks import Filters

    filters = Filters(asked.domain, asked.language, asked.tag)
    if asked.plain:
        from tutorcli.cli import plain

        plain.run(settings, asked.task, filters)
    else:
        from tutorcli.cli import ambiguous

        settings = ambiguous.settled(settings)
        # Collections while all of this is imported cost 27 of 470 ms; the screen has them run again.
        gc.disable()
        from tutorcli.tui import opening

        opening.run(settings, theme_folders(settings), asked.task, filters)


def theme_folders(settings: "Settings") -> list[Path]:
    """Folders of themes: the shipped ones, then the user's own."""
    from tutorcli import config

    own = settings.config / "themes"
    return [config.find_resource("themes"), *([own] if own.is_dir() else [])]


def require_terminal() -> None:
    """Refuse what cannot show a screen.

    Raises:
        ConfigError: Stdin or stdout is no terminal, or the terminal is dumb.
    """
    if not is_terminal():
        raise ConfigError(
            message("the screen needs a terminal"),
            hint=message("without one: tutorcli annotate --plain, or: tutorcli judge TASK"),
        )
    if os.environ.get("TERM") == "dumb":
        raise ConfigError(
            message("TERM=dumb cannot show the screen"),
            hint=message("without one: tutorcli annotate --plain, or: tutorcli judge TASK"),
        )
