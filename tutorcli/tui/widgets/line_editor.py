"""A text of one line under the editor."""

from dataclasses import dataclass

from textual.events import Key
from textual.message import Message

from tutorcli.tui.widgets.editor import AnswerEditor


class LineEditor(AnswerEditor):
    """A short text, such as a comment: Enter hands it in, Escape gives it up."""

    DEFAULT_CSS = "LineEditor { height: auto; min-height: 1; max-height: 3; }"

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        editor: "LineEditor"
        text: str

    @dataclass
    class Cancelled(Message):
        """Escape was pressed."""

        editor: "LineEditor"

    async def _on_key(self, event: Key) -> None:
        if event.key not in {"enter", "escape"}:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        is_enter = event.key == "enter"
        self.post_message(self.Submitted(self, self.text) if is_enter else self.Cancelled(self))
