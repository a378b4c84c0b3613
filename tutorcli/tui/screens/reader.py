"""Reading on the annotate screen beyond scrolling: width, words, headings, marks, copies."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from textual import events

from tutorcli.core.draft import Operation
from tutorcli.core.text import short_line
from tutorcli.errors import message
from tutorcli.i18n import tr
from tutorcli.services.judging import Opened
from tutorcli.tui.choosing import Choice, Option
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.key_names import name_of
from tutorcli.tui.render.stack import Place, Title
from tutorcli.tui.rows import Note
from tutorcli.tui.screens import copying
from tutorcli.tui.screens.finding import Finding, hints
from tutorcli.tui.screens.places import Places

if TYPE_CHECKING:
    from textual.app import App

    from tutorcli.tui.actions import Keymap
    from tutorcli.tui.face import Face
    from tutorcli.tui.sitting import Sitting
    from tutorcli.tui.themes import Look
    from tutorcli.tui.widgets.answer_grid import AnswerGrid

TITLE = 60
"""Characters of a heading that a list or a note shows."""


class Turning(Protocol):
    """Documents that may have the keys instead of the answers."""

    def turn(self, step: int) -> bool:
        """Go to another document; False when the documents do not have the keys."""

    def reach(self, grid: "AnswerGrid", index: int) -> None:
        """Open the document to which one turns, or give way to another text."""


class Desk(Protocol):
    """What reading needs of the screen."""

    sitting: "Sitting"
    keymap: "Keymap"
    look: "Look"
    app: "App[object]"
    prompt: "AnswerGrid"
    grid: "AnswerGrid"
    face: "Face"

    @property
    def beside(self) -> Turning:
        """What is opened beside the answers."""

    @property
    def reading(self) -> "AnswerGrid":
        """The texts that the scrolling keys move."""

    def call_after_refresh(self, callback: Callable[[], None]) -> bool:
        """Call something once all is laid out."""

    def ask(self, choice: Choice) -> None:
        """Open a choice."""

    def record(self, operations: list[Operation]) -> None:
        """Log what a key did."""

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""

    def show_state(self) -> None:
        """Draw what has been said so far."""

    def action_prompt(self) -> None:
        """Enlarge the prompt, or go back to the answers."""


class Reader:
    """Has the actions of reading: a method ``action_ID`` for each."""

    def __init__(self, screen: Desk) -> None:
        """Read on ``screen``."""
        self._screen = screen
        self.finding = Finding(screen, self._focus)
        self.places = Places(screen, self._focus)
        self._heading: tuple[AnswerGrid, int, int, int] | None = None
        """Where the tutor went last: widget, text, line at its top, number of the heading."""

    def handler(self, action: str | None) -> Callable[[], Awaitable[None] | None] | None:
        """What an action does here."""
        if action == "close" and not self.finding.is_shown:
            return None
        found: Callable[[], Awaitable[None] | None] | None
        found = getattr(self, f"action_{action}", None)
        return found

    # -- what the screen tells and asks

    def opened(self, opened: Opened | None) -> None:
        """Another task is on the screen, not drawn yet; or none."""
        self.finding.reset()
        self._heading = None
        if opened is not None:
            self.places.resume(opened)

    def take(self, event: events.Key) -> bool:
        """Take a key that an open line or a mark waits for; a letter that counts as a digit is one."""
        if self.places.is_pending and self._screen.keymap.action(event.key) != "quit":
            self.places.take(name_of(event.key, event.character), self._screen.reading)
            return True
        return self.finding.is_open and self.finding.take(event)

    def paste(self, text: str) -> bool:
        """Take a paste into the open line; False when none is open."""
        if self.finding.is_open:
            self.finding.paste(text)
        return self.finding.is_open

    def left(self) -> list[Operation]:
        """The operations that say where the texts are left."""
        return self.places.scrolled()

    @property
    def note(self) -> Note | None:
        """What stands in the strip as long as nothing else has to be said."""
        return self.finding.note()

    @property
    def hints(self) -> Sequence[Hint]:
        """The keys of an open line; empty: the usual ones."""
        return hints() if self.finding.is_open else ()

    def _focus(self, grid: "AnswerGrid", index: int) -> None:
        """Turn to a text; the prompt is scrolled where it is."""
        screen = self._screen
        screen.beside.reach(grid, index)
        if grid is screen.grid and index != grid.active:
            grid.focus_column(index)
            screen.record([["at", "focus", grid.texts[index].id]])

    # -- focus and width

    def action_next_answer(self) -> None:
        """Move the focus on."""
        self._shift_focus(1)

    def action_previous_answer(self) -> None:
        """Move the focus back."""
        self._shift_focus(-1)

    def _shift_focus(self, step: int) -> None:
        screen = self._screen
        grid = screen.grid
        if screen.beside.turn(step):
            return
        if screen.reading is screen.prompt:
            screen.action_prompt()
        elif grid.texts:
            # What the page showed counts as read before another page takes its place.
            screen.record(self.left())
            grid.focus_column((grid.active + step) % len(grid.texts))
            screen.record([["at", "focus", grid.texts[grid.active].id]])
            screen.show_state()

    def action_widen(self) -> None:
        """Give the answer that has the focus all the width, or put it back."""
        grid = self._screen.grid
        self._screen.record([])
        if grid.widen():
            self._screen.show_state()
        else:
            self._screen.say(Note(message("the answer has all the width already")))

    def action_reasoning(self) -> None:
        """Fold or unfold reasoning."""
        if not self._screen.reading.toggle_fold():
            self._screen.say(Note(message("there is no reasoning here")))
        elif self.finding.is_shown:
            self.finding.again()

    # -- words

    def action_find(self) -> None:
        """Open the line for words to be found."""
        self.finding.start()

    def action_find_next(self) -> None:
        """Go to the next hit."""
        self.finding.step(1)

    def action_find_previous(self) -> None:
        """Go to the hit before."""
        self.finding.step(-1)

    def action_close(self) -> None:
        """Clear what was found."""
        self.finding.clear()

    # -- headings

    def action_next_heading(self) -> None:
        """Go to the next heading."""
        self._step_heading(1)

    def action_previous_heading(self) -> None:
        """Go to the heading before."""
        self._step_heading(-1)

    def _step_heading(self, by: int) -> None:
        reading = self._screen.reading
        titles = self._titles()
        if not titles:
            return
        here = _position(reading.stack(reading.active).anchor(reading.top))
        known = self._heading
        # At its end a text cannot scroll on: the headings there are gone through all the same.
        if known is not None and known[:3] == (reading, reading.active, reading.top):
            wanted = known[3] + by
        elif by > 0:
            wanted = sum(_position(title.place) <= here for title in titles)
        else:
            wanted = sum(_position(title.place) < here for title in titles) - 1
        if 0 <= wanted < len(titles):
            self._go_to_heading(titles, wanted)
        else:
            is_end = by > 0
            what = message("no heading follows") if is_end else message("no heading comes before")
            self._screen.say(Note(what))

    def _titles(self) -> list[Title]:
        reading = self._screen.reading
        titles = reading.stack(reading.active).titles() if reading.texts else []
        if not titles:
            self._screen.say(Note(message("there is no heading here")))
        return titles

    def _go_to_heading(self, titles: Sequence[Title], number: int) -> None:
        reading = self._screen.reading
        self._screen.record([])
        line = reading.stack(reading.active).locate(titles[number].place)
        reading.jump(reading.active, line)
        self._heading = (reading, reading.active, reading.top, number)
        what = message(
            "heading {at} of {n}: {title}",
            at=number + 1,
            n=len(titles),
            title=short_line(titles[number].text, TITLE),
        )
        self._screen.say(Note(what))

    def action_headings(self) -> None:
        """List the headings."""
        titles = self._titles()
        if not titles:
            return
        least = min(title.level for title in titles)
        options = [
            Option(str(number), "  " * (title.level - least) + short_line(title.text, TITLE))
            for number, title in enumerate(titles)
        ]
        chosen = Choice(
            tr("Go to which heading?"),
            options,
            lambda number: self._go_to_heading(titles, int(number)),
        )
        self._screen.ask(chosen)

    # -- marks

    def action_mark(self) -> None:
        """Wait for the letter of a mark."""
        self.places.ask("set")

    def action_go_to_mark(self) -> None:
        """Wait for the letter of a mark to go to."""
        self.places.ask("go")

    # -- comparing, copying

    def action_compare(self) -> None:
        """Ask for two answers and show how their words differ."""
        from tutorcli.tui.screens.comparing import Asking

        grid = self._screen.grid
        if len(grid.texts) < 2:
            self._screen.say(Note(message("there are no two answers to compare")))
            return
        Asking(self._screen.ask, len(grid.texts), self._compare).start(grid.active)

    def _compare(self, first: int, second: int) -> None:
        from tutorcli.tui.screens.comparing import CompareScreen

        screen = self._screen
        texts = (screen.grid.texts[first].whole, screen.grid.texts[second].whole)
        numbers = (first + 1, second + 1)
        screen.app.push_screen(CompareScreen(numbers, texts, screen.keymap, screen.look))

    def action_copy(self) -> None:
        """Copy the text that is read."""
        copying.copy(self._screen, self._screen.reading)

    def action_write_out(self) -> None:
        """Write the text that is read to a file."""
        copying.write_out(self._screen, self._screen.reading)


def _position(place: Place) -> tuple[int, int, int]:
    """What orders places of one text; a heading above a part comes before all of it."""
    if place.anchor is None:
        return (place.part, -1 << 50, 0)
    return (place.part, place.anchor.segment, place.anchor.offset)
