"""What a tutor opens beside the answers: documents, folded turns, formulae as they are written."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from tutorcli.errors import message
from tutorcli.services.judging import Opened
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.render.stack import Part
from tutorcli.tui.rows import Note
from tutorcli.tui.texts import documents_of
from tutorcli.tui.widgets.column import Text
from tutorcli.tui.widgets.grid_shape import COLUMNS_FROM

if TYPE_CHECKING:
    from textual.app import App

    from tutorcli.tui.face import Face
    from tutorcli.tui.widgets.answer_grid import AnswerGrid


class Desk(Protocol):
    """What this needs of the screen."""

    app: "App[object]"
    face: "Face"

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""

    def show_state(self) -> None:
        """Draw what has been said so far."""

    def on_resize(self) -> None:
        """Fit everything to the size anew."""


HINTS = (
    Hint("close", message("to the answers")),
    Hint("next_answer", message("next document")),
    Hint("page_down", message("page down")),
    Hint("page_up", message("page up")),
    Hint("documents", message("close documents")),
)


class Beside:
    """Has the actions of what is opened beside the answers: a method ``action_ID`` for each."""

    def __init__(self, screen: Desk) -> None:
        """Open it on ``screen``."""
        self._screen = screen
        self._is_open = self._is_editing = self._is_raw = False

    def handler(self, action: str | None) -> Callable[[], None] | None:
        """What an action does here."""
        if action == "close" and not self._is_open:
            return None
        found: Callable[[], None] | None = getattr(self, f"action_{action}", None)
        return found

    # -- what the screen tells and asks

    def opened(self, opened: Opened | None) -> None:
        """Another task is on the screen; documents stay open where they hide nothing."""
        pages = documents_of(opened.assigned.task) if opened is not None else []
        documents = self._screen.face.documents
        documents.show(
            [
                Text(f"document {n}", (Part(page.text),), len(page.text))
                for n, page in enumerate(pages, 1)
            ]
        )
        documents.name_columns([page.heading for page in pages], [""] * len(pages))
        self._is_open = self._is_open and bool(pages) and self._fits_beside
        documents.give_keys(take=False)
        self.fit()

    @property
    def _fits_beside(self) -> bool:
        return self._screen.app.size.width >= COLUMNS_FROM

    @property
    def reading(self) -> "AnswerGrid | None":
        """The documents while the scrolling keys move them."""
        documents = self._screen.face.documents
        return documents if documents.takes_keys else None

    @property
    def covers(self) -> bool:
        """Whether the documents stand where the answers were: what is not seen is not judged."""
        return self._is_open and not self._fits_beside

    @property
    def hints(self) -> Sequence[Hint]:
        """The keys that act on the documents; empty: the usual ones."""
        return HINTS if self.reading is not None else ()

    def fit(self, *, is_editing: bool | None = None) -> None:
        """Show what is open, as the width has room for it."""
        self._is_editing = self._is_editing if is_editing is None else is_editing
        face = self._screen.face
        face.rule.display = self._is_open and self._fits_beside
        face.documents.display = self._is_open and (self._fits_beside or not self._is_editing)
        face.grid.display = not (self._is_editing or self.covers)
        if self.covers:
            face.documents.give_keys(take=True)

    def turn(self, step: int) -> bool:
        """Go to another document; False when the documents do not have the keys."""
        documents = self.reading
        if documents is not None:
            documents.focus_column((documents.active + step) % len(documents.texts))
        return documents is not None

    def reach(self, grid: "AnswerGrid", index: int) -> None:
        """Open the document to which one turns, or give way to another text."""
        documents = self._screen.face.documents
        is_document = grid is documents
        self._is_open = is_document or (self._is_open and self._fits_beside)
        documents.give_keys(take=is_document)
        if is_document:
            documents.focus_column(index)
        self.fit()

    # -- actions

    def action_documents(self) -> None:
        """Open the documents, give them the keys, or close them."""
        documents = self._screen.face.documents
        if not documents.texts:
            self._screen.say(Note(message("this task has no documents")))
            return
        self._is_open = not (self._is_open and documents.takes_keys)
        documents.give_keys(take=self._is_open)
        self.fit()
        self._screen.show_state()

    def action_close(self) -> None:
        """Give the keys back to the answers, and close the documents where they hide them."""
        self._is_open = self._fits_beside and self.reading is not None
        self._screen.face.documents.give_keys(take=False)
        self.fit()
        self._screen.show_state()

    def action_turns(self) -> None:
        """Unfold or fold what is folded in the prompt."""
        if self._screen.face.prompt.toggle_parts():
            self._screen.on_resize()
        else:
            self._screen.say(Note(message("nothing of this prompt is folded")))

    def action_raw_formulae(self) -> None:
        """Show formulae as they are written, or readable."""
        self._is_raw = not self._is_raw
        face = self._screen.face
        for grid in (face.prompt, face.grid, face.documents):
            grid.show_formulae(raw=self._is_raw)
        if self._is_raw:
            self._screen.say(Note(message("formulae are shown as they are written")))
        else:
            self._screen.say(Note(message("formulae are shown readable")))
