"""What Enter does: complete the ranking, say what is missing, or commit and go on."""

from typing import TYPE_CHECKING, Protocol

from tutorcli.core.draft import Operation, entry_of
from tutorcli.core.judgment import SET_ASIDE
from tutorcli.errors import message
from tutorcli.services.closing import copies
from tutorcli.services.judging import Ending, NotReady, Submitted
from tutorcli.store.closing import closes
from tutorcli.tui.instruments.rank import changes
from tutorcli.tui.instruments.seat import Seat
from tutorcli.tui.rows import Note

if TYPE_CHECKING:
    from tutorcli.tui.actions import Keymap
    from tutorcli.tui.sitting import Sitting


class Desk(Protocol):
    """What submitting needs of the screen that it happens on."""

    sitting: "Sitting"
    keymap: "Keymap"

    def record(self, operations: list[Operation]) -> None:
        """Log what a key did."""

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""

    def show_task(self, note: Note | None = None) -> None:
        """Draw the open task from its beginning."""


class Submitting:
    """Asks once where answers have no place; the next Enter means it."""

    def __init__(self, screen: Desk) -> None:
        """Submit what is on ``screen``."""
        self._screen = screen
        self.is_asked = False

    def enter(self, seat: Seat) -> None:
        """Submit, or say what is missing and go there."""
        if not self._may_leave_out(seat):
            return
        entry = entry_of(seat.draft)
        # What was filled in tentatively is meant from now on.
        self._screen.record(changes(entry, entry.filled(seat.answers)))
        try:
            self.end(Ending())
        except NotReady as not_ready:
            fault = not_ready.faults[0]
            lacking = [item.kind for item in seat.assigned.instruments if fault.field in item.fills]
            if lacking and lacking[0] not in {seat.instrument.kind, "edit"}:
                self._screen.record([["at", "instrument", lacking[0]]])
            self._screen.say(Note(fault.what, is_warning=True))

    def _may_leave_out(self, seat: Seat) -> bool:
        entry = entry_of(seat.draft)
        left = len(entry.filled(seat.answers).unranked(seat.answers))
        if not entry.tiers or not left or self.is_asked:
            return True
        self.is_asked = True
        what = message("{n} answers have no place; Enter again submits without them", n=left)
        self._screen.say(Note(what, is_warning=True))
        return False

    def end(self, ending: Ending) -> None:
        """Commit the judgment and show the next task.

        Raises:
            NotReady: Something is missing or wrong.
            StoreError: It could not be committed; the draft is kept.
        """
        self._screen.record([])
        submitted = self._screen.sitting.submit(ending)
        self._screen.sitting.advance()
        note = self._said(submitted)
        self._screen.show_task(note)
        judgment = submitted.frozen.judgment
        if note.is_warning and closes(judgment.disposition, judgment.reason):
            # Copies must be named also where no task is left.
            self._screen.say(note)

    def undo(self) -> None:
        """Reopen the task judged last."""
        if not self._screen.sitting.undo():
            self._screen.say(Note(message("nothing was submitted here yet")))
            return
        opened = self._screen.sitting.opened
        if opened is not None and opened.judged and opened.judged.disposition == "withdrawn":
            self._screen.show_task(Note(message("taken back; the task is open again")))
        else:
            what = message("reopened; what was submitted stands until you submit again")
            self._screen.show_task(Note(what))

    def _said(self, submitted: Submitted) -> Note:
        if submitted.warnings:
            what = message("submitted; {warning}", warning=submitted.warnings[0])
            return Note(what, is_warning=True)
        judgment, key = submitted.frozen.judgment, self._screen.keymap.key("undo")
        disposition = judgment.disposition
        if closes(disposition, judgment.reason):
            if where := copies(self._screen.sitting.desk, judgment):
                what = message("closed; {copies}; {key} undoes", copies=where, key=key)
                return Note(what, is_warning=True)
            return Note(
                message("closed: its text is shown nowhere any more; {key} undoes", key=key)
            )
        if disposition in SET_ASIDE:
            return Note(message("set aside; {key} undoes", key=key))
        if disposition == "withdrawn":
            return Note(message("taken back; the task is open again"))
        return Note(message("submitted; {key} undoes", key=key))
