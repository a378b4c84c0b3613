"""How an answer or the comment is edited: opening, logging every change, closing."""

import time
from typing import TYPE_CHECKING, Protocol

from tutorcli.core.draft import COMMENT, EDIT, Operation
from tutorcli.errors import ConfigError, TutorError, message
from tutorcli.i18n import tr
from tutorcli.services.judging import Opened
from tutorcli.tui.rows import Note

if TYPE_CHECKING:
    from textual.app import App

    from tutorcli.tui.actions import Keymap
    from tutorcli.tui.sitting import Sitting
    from tutorcli.tui.widgets.edit_pane import EditPane

UNCHANGED = Note(message("the edit changes nothing and was dropped"), is_warning=True)


class Desk(Protocol):
    """What editing needs of the screen that it happens on."""

    sitting: "Sitting"
    keymap: "Keymap"
    app: "App[object]"

    async def editor(self) -> "EditPane":
        """The editor, made at its first use."""

    def show_editor(self, *, is_open: bool) -> None:
        """Put the editor in the answers' place, or the answers back."""

    def record(self, operations: list[Operation]) -> None:
        """Log what a key did."""

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""


class Editing:
    """One text under the editor at a time; its id stands in the draft's place."""

    def __init__(self, screen: Desk) -> None:
        """Edit on ``screen``."""
        self._screen = screen
        self.is_open = False

    async def open(self, text_id: str) -> None:
        """Open the editor on an answer (``edit:ID``) or the comment."""
        opened = self._screen.sitting.opened
        if opened is None:
            return
        base = _base(opened, text_id)
        operations: list[Operation] = [["at", "editing", text_id]]
        if text_id not in opened.draft.texts:
            operations.append(["open", text_id, base])
        self._screen.record(operations)
        self.is_open = True
        pane = await self._screen.editor()
        text = opened.draft.text(text_id) or ""
        self._screen.show_editor(is_open=True)
        is_comment = text_id == COMMENT
        pane.open(_title(opened, text_id), text, None if is_comment else base, self._spliced)
        self._screen.say(None)

    def _spliced(self, start: tuple[int, int], end: tuple[int, int], inserted: str) -> None:
        sitting = self._screen.sitting
        if sitting.opened is None:
            return
        sitting.sign(time.monotonic() * 1000)
        text_id = str(sitting.opened.draft.place["editing"])
        try:
            sitting.record([["splice", text_id, *start, *end, inserted]])
        except TutorError as error:
            self._screen.say(Note(error.what, is_warning=True))

    async def close(self) -> None:
        """Leave the editor; an edit that changes nothing is dropped, another asks for reasons."""
        opened = self._screen.sitting.opened
        self.is_open = False
        (await self._screen.editor()).close()
        self._screen.show_editor(is_open=False)
        if opened is None:
            return
        text_id = str(opened.draft.place.get("editing", ""))
        operations, note = self._ended(opened, text_id, opened.draft.text(text_id) or "")
        self._screen.record([["at", "editing", None], *operations])
        self._screen.say(note)

    @staticmethod
    def _ended(opened: Opened, text_id: str, text: str) -> tuple[list[Operation], Note | None]:
        is_edit = text_id.startswith(EDIT)
        if text == _base(opened, text_id):
            dropped: list[Operation] = [["drop", text_id]]
            if is_edit:
                dropped.append(["row", "edit_reasons", text_id.removeprefix(EDIT), None])
            return dropped, UNCHANGED if is_edit else None
        kinds = [item.kind for item in opened.assigned.instruments]
        if is_edit and "edit" in kinds and opened.assigned.pack is not None:
            return [["at", "instrument", "edit"]], None
        return [], None

    def outside(self, text_id: str, command: str) -> None:
        """Edit in a program of the tutor's choice; a file that one cut off left is gone on with.

        Raises:
            ConfigError: It is not there or failed; nothing has changed.
            StoreError: There is no place for the file that it opens.
        """
        opened = self._screen.sitting.opened
        if opened is None:
            return
        from tutorcli.services.copying import made_folder
        from tutorcli.services.outside import holds_more, laid_out, put_away
        from tutorcli.tui import external

        before = opened.draft.text(text_id)
        text = _base(opened, text_id) if before is None else before
        file = external.left(opened.draft).get(text_id)
        if file is None:
            file = laid_out(text, made_folder(self._screen.sitting.desk, opened.task_id))
        self._screen.record(external.begun(text_id, text, file))
        try:
            after = external.edit_outside(self._screen.app, command, text, file)
        except ConfigError:
            if not holds_more(file, text):
                put_away(file)
                dropped: list[Operation] = [["drop", text_id]] if before is None else []
                self._screen.record([external.ended(text_id), *dropped])
            raise
        operations, note = self._ended(opened, text_id, after)
        self._screen.record([["open", text_id, after], *operations, external.ended(text_id)])
        # Only now is the text safe without it.
        put_away(file)
        self._screen.say(note)

    def left(self) -> Note | None:
        """What an editor saved that was cut off on this task."""
        opened = self._screen.sitting.opened
        if opened is None or not any(isinstance(at, list) for at in opened.draft.place.values()):
            return None
        from tutorcli.tui.external import left

        key = self._screen.keymap.key("external_edit")
        for text_id, file in left(opened.draft).items():
            # The answers may be others by now.
            if text_id.removeprefix(EDIT) in opened.assigned.order:
                what = message(
                    "answer {n}, {key}: cut off in the editor: {file}",
                    key=key,
                    n=_number(opened, text_id),
                    file=file,
                )
                return Note(what, is_warning=True)
        return None


def _base(opened: Opened, text_id: str) -> str:
    answer = opened.assigned.task.answer(text_id.removeprefix(EDIT))
    return answer.text if answer is not None and text_id.startswith(EDIT) else ""


def _title(opened: Opened, text_id: str) -> str:
    if text_id == COMMENT:
        return tr("Comment")
    return tr("Editing answer {n}", n=_number(opened, text_id))


def _number(opened: Opened, text_id: str) -> int:
    return opened.assigned.order.index(text_id.removeprefix(EDIT)) + 1
