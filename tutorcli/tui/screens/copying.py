"""A text out of the screen: to the clipboard, or to a file."""

from typing import TYPE_CHECKING, Protocol

from tutorcli.core.text import safe
from tutorcli.errors import message
from tutorcli.services.copying import copy_out
from tutorcli.tui.rows import Note

if TYPE_CHECKING:
    from textual.app import App

    from tutorcli.tui.actions import Keymap
    from tutorcli.tui.sitting import Sitting
    from tutorcli.tui.widgets.answer_grid import AnswerGrid


class Desk(Protocol):
    """What copying needs of the screen."""

    sitting: "Sitting"
    keymap: "Keymap"
    prompt: "AnswerGrid"
    app: "App[object]"

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""


def copy(screen: Desk, reading: "AnswerGrid") -> None:
    """Hand the text that is read to the terminal's clipboard (OSC 52), as the screen shows it.

    Control characters come as their pictures: pasted into a shell they would act.
    """
    text = _text(reading)
    screen.app.copy_to_clipboard(safe(text.replace("\r\n", "\n")))
    key, count = screen.keymap.key("write_out"), f"{len(text):,}"
    if reading is screen.prompt:
        what = message(
            "the prompt went to the clipboard ({n} characters), if the terminal lets it; {key}: a file",
            n=count,
            key=key,
        )
    else:
        what = message(
            "answer {number} went to the clipboard ({n} characters), if the terminal lets it;"
            " {key}: a file",
            number=reading.active + 1,
            n=count,
            key=key,
        )
    screen.say(Note(what))


def write_out(screen: Desk, reading: "AnswerGrid") -> None:
    """Write the text that is read, exactly, to a new file in the home.

    Its name has the number under which the answer is shown, never a model.

    Raises:
        StoreError: It cannot be written.
    """
    opened = screen.sitting.opened
    if opened is None:
        return
    name = "prompt" if reading is screen.prompt else f"answer-{reading.active + 1}"
    path = copy_out(screen.sitting.desk, opened.task_id, name, _text(reading))
    screen.say(Note(message("written to {path}", path=path)))


def _text(reading: "AnswerGrid") -> str:
    return reading.texts[reading.active].whole
