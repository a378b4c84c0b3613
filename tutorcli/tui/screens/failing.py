"""What the annotate screen does when an act fails: it says why, and goes on where the task is gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from tutorcli.errors import TutorError
from tutorcli.services.judging import Purged
from tutorcli.tui.rows import Note

if TYPE_CHECKING:
    from tutorcli.tui.sitting import Sitting


class Showing(Protocol):
    """What is needed of the screen."""

    sitting: "Sitting"

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""

    def show_task(self, note: Note | None = None) -> None:
        """Draw the open task from its beginning."""


@contextmanager
def told(screen: Showing) -> Iterator[None]:
    """Say what fails in a block; a task whose text was called back makes room for the next one."""
    try:
        yield
    except TutorError as error:
        note, opened = Note(error.what, is_warning=True), screen.sitting.opened
        if isinstance(error, Purged) and opened and opened.task_id == error.task_id:
            screen.sitting.advance()
            screen.show_task(note)
        else:
            screen.say(note)
