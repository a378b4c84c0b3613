"""Finding words in the prompt, the documents and all answers: the line that is typed, the hits, from one to the next."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual import events

from tutorcli.core.draft import Operation
from tutorcli.core.text import graphemes
from tutorcli.errors import message
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.key_names import shown
from tutorcli.tui.render.finding import MOST, Needle, fold, needle_of
from tutorcli.tui.render.stack import Found, Spot
from tutorcli.tui.rows import Note
from tutorcli.tui.screens.keyed import typed
from tutorcli.tui.widgets.answer_grid import SCROLLS
from tutorcli.tui.widgets.looked import Looked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutorcli.tui.actions import Keymap
    from tutorcli.tui.face import Face
    from tutorcli.tui.widgets.answer_grid import AnswerGrid


def hints() -> tuple[Hint, ...]:
    """What keys do while the line is open.

    Letters are typed there, also where a keymap has them for these actions.
    """
    return (
        Hint("enter", message("next")),
        Hint(shown("up"), message("previous")),
        Hint("tab", message("read on")),
        Hint("escape", message("clear")),
    )


class Desk(Protocol):
    """What finding needs of the screen."""

    keymap: "Keymap"
    prompt: "AnswerGrid"
    grid: "AnswerGrid"
    face: "Face"

    def call_after_refresh(self, callback: "Callable[[], None]") -> bool:
        """Call something once all is laid out."""

    def record(self, operations: list[Operation]) -> None:
        """Log what a key did."""

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""

    def show_state(self) -> None:
        """Draw what has been said so far."""


@dataclass(frozen=True, slots=True)
class Where:
    """A hit in one of the texts on the screen."""

    grid: "AnswerGrid"
    index: int
    """Of the text in its widget."""
    found: Found


class Finding:
    """What is looked for stays marked until it is cleared, also while answers are judged."""

    def __init__(self, screen: Desk, focus: "Callable[[AnswerGrid, int], None]") -> None:
        """``focus`` gives a text the focus: the widget, and the text's index in it."""
        self._screen, self._focus = screen, focus
        self.is_open = False
        self._text = self._last = ""
        self._needle: Needle | None = None
        self._hits: list[Where] = []
        self._at: int | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the line is open or something is marked."""
        return self.is_open or self._needle is not None

    @property
    def cleared(self) -> str:
        """What was looked for last, once it is cleared."""
        return "" if self.is_shown else self._last

    def note(self) -> Note | None:
        """The line, and how many hits there are."""
        if not self.is_shown:
            return None
        told = {"text": self._text + ("_" if self.is_open else "")}
        if self._needle is None:
            return Note(message("find: {text}", **told))
        if not self._hits:
            return Note(message("find: {text}  nothing found", **told), is_warning=True)
        told["at"] = "0" if self._at is None else str(self._at + 1)
        prompt, documents, _ = (sum(hit.grid is grid for hit in self._hits) for grid in self._grids)
        count = len(self._hits)
        if prompt and documents:
            what = message(
                "find: {text}  {at} of {n}, {more} in the prompt, {others} in documents",
                n=count,
                more=prompt,
                others=documents,
                **told,
            )
        elif prompt:
            what = message(
                "find: {text}  {at} of {n}, {more} in the prompt", n=count, more=prompt, **told
            )
        elif documents:
            what = message(
                "find: {text}  {at} of {n}, {more} in documents", n=count, more=documents, **told
            )
        else:
            what = message("find: {text}  {at} of {n}", n=count, **told)
        return Note(what)

    # -- the line

    def start(self) -> None:
        """Open the line."""
        self.is_open = True
        self._look_for(self._text)

    def paste(self, text: str) -> None:
        """What is pasted is looked for."""
        self._look_for(self._text + " ".join(text.split()))

    def take(self, event: events.Key) -> bool:
        """Take a key for the line; False when it means what it means without one.

        What has no meaning is left out: it must not make letters typed after it act.
        """
        action = self._screen.keymap.action(event.key)
        if (sign := typed(event)) is not None:
            self._look_for(self._text + sign)
        elif event.key in {"enter", "down"}:
            self.step(1)
        elif event.key == "up":
            self.step(-1)
        elif event.key in {"backspace", "ctrl+h"}:
            self._look_for("".join([*graphemes(self._text)][:-1]))
        elif action == "close":
            self.clear()
        elif action is not None and action not in SCROLLS:
            self.is_open = False
            self._screen.show_state()
            return event.key in {"tab", "shift+tab"}
        return action not in SCROLLS or event.key in {"up", "down"}

    def clear(self) -> None:
        """Close the line; nothing is marked any more."""
        self.reset()
        self._show(None)

    def reset(self) -> None:
        """Forget what was found; the texts have gone."""
        self._last = self._text or self._last
        self.is_open, self._text, self._needle, self._at = False, "", None, None
        self._hits = []
        fold.cache_clear()

    def forget(self) -> None:
        """Forget what was looked for as well: it may be personal data of a task that was closed."""
        self.reset()
        self._last = ""

    def _look_for(self, text: str) -> None:
        self._text = text[:MOST]
        self._needle, self._at = needle_of(self._text), None
        self.again()

    # -- the hits

    @property
    def _grids(self) -> "tuple[AnswerGrid, ...]":
        return self._screen.prompt, self._screen.face.documents, self._screen.grid

    def again(self) -> None:
        """Look anew, the texts being folded otherwise or laid out anew."""
        needle = self._needle
        self._hits = []
        for grid in self._grids if needle else ():
            for index, text in enumerate(grid.texts):
                parts = len(text.parts)
                if grid is self._screen.prompt:
                    # The documents stand below the prompt once more.
                    parts -= len(self._screen.face.documents.texts)
                hits = grid.stack(index).hits(needle) if needle else []
                self._hits += [Where(grid, index, hit) for hit in hits if hit[0] < parts]
        if self._at is not None and self._at >= len(self._hits):
            self._at = None
        self._show(None)

    def step(self, by: int) -> None:
        """Go to the next hit (1) or the one before (-1), round the end; what was cleared is found again."""
        if self._needle is None and self._last:
            self._look_for(self._last)
        if self._needle is None:
            self._screen.say(
                Note(
                    message(
                        "nothing is looked for yet; {key} finds",
                        key=self._screen.keymap.key("find"),
                    )
                )
            )
            return
        if not self._hits:
            self._screen.show_state()
            return
        self._at = self._nearest(by) if self._at is None else (self._at + by) % len(self._hits)
        where, needle = self._hits[self._at], self._needle
        self._screen.record([])
        self._focus(where.grid, where.index)
        if where.grid.size.height:
            self._reveal(where, needle)
        else:
            # Documents that were not open yet have no lines.
            self._screen.call_after_refresh(partial(self._reveal, where, needle))

    def _reveal(self, where: Where, needle: Needle) -> None:
        if needle is not self._needle or where not in self._hits:
            return
        line, spot = where.grid.stack(where.index).spot(where.found, needle)
        where.grid.reveal(where.index, line)
        self._show((where, spot))

    def _nearest(self, by: int) -> int:
        """The first hit from the top of the answer that has the focus on, or the last before it."""
        grid = self._screen.grid
        index = grid.active
        place = grid.place(index)
        anchor = place.anchor if place else None
        here = (
            index,
            place.part if place else 0,
            anchor.segment if anchor else -1 << 50,
            anchor.offset if anchor else 0,
        )
        after = [
            number
            for number, hit in enumerate(self._hits)
            if hit.grid is grid and _key(hit) >= here
        ]
        if by > 0:
            return after[0] if after else 0
        return (after[0] - 1) % len(self._hits) if after else len(self._hits) - 1

    def _show(self, current: tuple[Where, Spot] | None) -> None:
        for grid in self._grids:
            grid.look_for(self._looked(grid, current))
        self._screen.show_state()

    def _looked(self, grid: "AnswerGrid", current: tuple[Where, Spot] | None) -> Looked | None:
        if self._needle is None:
            return None
        counts = [0] * len(grid.texts)
        for hit in self._hits:
            if hit.grid is grid:
                counts[hit.index] += 1
        is_here = current is not None and current[0].grid is grid
        at = (current[0].index, current[1]) if current is not None and is_here else None
        return Looked(self._needle, counts, at)


def _key(hit: Where) -> tuple[int, int, int, int]:
    part, found = hit.found
    return hit.index, part, found.segment, found.offset
