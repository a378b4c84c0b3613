"""Editing in a program of the tutor's choice, the screen set aside meanwhile."""

from pathlib import Path

from textual.app import App, SuspendNotSupported

from tutorcli.core.canonical import digest
from tutorcli.core.draft import Draft, Operation
from tutorcli.errors import ConfigError, message
from tutorcli.services.outside import edited_in, holds_more

_PLACE = "outside:"
"""Where a draft keeps the file that an editor has of a text, and the digest of what the text was."""


def edit_outside(app: App[object], command: str, text: str, file: Path) -> str:
    """Let the tutor edit a file that held ``text`` and return it as the program left it.

    Raises:
        ConfigError: The program is not there or failed; the text is as it was.
    """
    try:
        return edited_in(file, command, text, app.suspend())
    except SuspendNotSupported:
        raise ConfigError(message("this terminal cannot be left to another program")) from None


def begun(text_id: str, text: str, file: Path) -> list[Operation]:
    """The operations that make a file be found again when the program ends before the editor."""
    return [["open", text_id, text], ["at", _PLACE + text_id, [str(file), digest(text)]]]


def ended(text_id: str) -> Operation:
    """The operation after which no file is looked for."""
    return ["at", _PLACE + text_id, None]


def left(draft: Draft) -> dict[str, Path]:
    """Text ids to the files of editors that were cut off.

    None of a file that holds no more than the draft, and none of a text that was edited since.
    """
    found = {}
    for name, value in draft.place.items():
        match value:
            case [str(path), str(before)] if name.startswith(_PLACE):
                text_id, file = name.removeprefix(_PLACE), Path(path)
                text = draft.text(text_id) or ""
                if digest(text) == before and holds_more(file, text):
                    found[text_id] = file
    return found
