"""Editing in a program of the tutor's choice, the screen set aside meanwhile."""

from textual.app import App, SuspendNotSupported

from tutorcli.errors import ConfigError, message
from tutorcli.services.outside import edited


def edit_outside(app: App[object], command: str, text: str) -> str:
    """Let the tutor edit ``text`` and return it as the program left it.

    Raises:
        ConfigError: The program is not there or failed; the text is as it was.
    """
    try:
        return edited(command, text, app.suspend())
    except SuspendNotSupported:
        raise ConfigError(message("this terminal cannot be left to another program")) from None
