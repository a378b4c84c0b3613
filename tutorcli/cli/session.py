"""What one run of the program was told: the flags that hold for every command, and its settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tutorcli.core.settings import Settings, Value

_SHORT = {"-v": "--verbose"}
_EVERYWHERE = ("--no-color", "--debug", "--verbose")


@dataclass(slots=True)
class Session:
    """One run; every command may ask it."""

    debug: bool = False
    """Whether a traceback goes to stderr."""
    verbose: bool = False
    """Whether the log goes to stderr too."""
    typed: "dict[str, Value]" = field(default_factory=dict)
    """Settings that were typed as flags."""
    _settings: "Settings | None" = None

    def settings(self) -> "Settings":
        """The settings of this run; opens the log and chooses the language at the first call.

        Raises:
            ConfigError: A file, a variable or a flag is wrong.
        """
        if self._settings is None:
            from tutorcli import config, i18n
            from tutorcli.cli import log

            self._settings = config.load(self.typed)
            i18n.activate(self._settings.language)
            log.start(self._settings.logs, verbose=self.verbose)
        return self._settings

    def forget(self) -> None:
        """Read the settings anew when they are next asked for."""
        self._settings = None

    def log_file(self) -> "Path":
        """Where the log goes, also when the settings cannot be read."""
        from tutorcli import config
        from tutorcli.cli import log

        return log.path(config.locations().logs)


_session = Session()


def start(argv: Sequence[str]) -> list[str]:
    """Begin a run: take the flags that hold everywhere out of the arguments and return the rest.

    They may stand before or behind the command; after ``--`` nothing is a flag.
    """
    global _session  # noqa: PLW0603 - one run a process
    end = list(argv).index("--") if "--" in argv else len(argv)
    given = {_SHORT.get(item, item) for item in argv[:end]}
    _session = Session(debug="--debug" in given, verbose="--verbose" in given)
    if "--no-color" in given:
        _session.typed["color"] = "never"
    kept = [item for item in argv[:end] if _SHORT.get(item, item) not in _EVERYWHERE]
    return [*kept, *argv[end:]]


def this() -> Session:
    """The run that is going on."""
    return _session


def again() -> None:
    """Forget the settings: the home has moved."""
    _session.forget()


def settings() -> "Settings":
    """The settings of this run; see `Session.settings`."""
    return _session.settings()
