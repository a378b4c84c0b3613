"""Places in the texts: where reading stopped, and marks; both lie in the draft's places."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from tutorcli.core.canonical import Json
from tutorcli.core.draft import READ, Operation
from tutorcli.errors import message
from tutorcli.services.judging import Opened
from tutorcli.tui.render.document import Anchor
from tutorcli.tui.render.stack import Place
from tutorcli.tui.rows import Note

if TYPE_CHECKING:
    from tutorcli.tui.sitting import Sitting
    from tutorcli.tui.widgets.answer_grid import AnswerGrid

SCROLL = "scroll"
"""Name of a place: text to where it was left; the text of the prompt is the empty one."""
MARKS = "marks"
"""Name of a place: letter to text and place."""
PROMPT = ""


class Desk(Protocol):
    """What places need of the screen."""

    sitting: "Sitting"
    prompt: "AnswerGrid"
    grid: "AnswerGrid"

    def record(self, operations: list[Operation]) -> None:
        """Log what a key did."""

    def say(self, note: Note | None) -> None:
        """Draw everything that may have changed, and a note."""

    def show_state(self) -> None:
        """Draw what has been said so far."""


def place_to_json(place: Place) -> Json:
    """The place as a list of numbers."""
    return [place.part, *(place.anchor or ())]


def place_from_json(value: Json) -> Place | None:
    """The place again; None for what is none, such as that of a text that has changed its shape."""
    if not isinstance(value, list) or not all(type(number) is int for number in value):
        return None
    match value:
        case [part]:
            return Place(part, None)
        case [part, segment, line, offset, width]:
            return Place(part, Anchor(segment, line, offset, width))
    return None


class Places:
    """Remembers where reading stopped, and goes to marks."""

    def __init__(self, screen: Desk, focus: "Callable[[AnswerGrid, int], None]") -> None:
        """``focus`` gives a text the focus: the widget, and the text's index in it."""
        self._screen, self._focus = screen, focus
        self._pending: str | None = None
        # A task of which nothing was said has no draft that could keep it.
        self._left: dict[str, list[Operation]] = {}

    # -- where reading stopped

    def resume(self, opened: Opened) -> None:
        """Show the texts where they were left; to be called before they are drawn."""
        if opened.task_id in self._left and not opened.is_stored:
            for operation in self._left.pop(opened.task_id):
                opened.draft.apply(operation)
                opened.looked.append(operation)
        stored = opened.draft.place.get(SCROLL)
        places = stored if isinstance(stored, dict) else {}
        read = opened.draft.rows.get(READ, {})
        for grid, index, text_id in self._texts():
            share = read.get(text_id, 0)
            place = place_from_json(places.get(text_id))
            grid.resume(index, place, float(share) if isinstance(share, int | float) else 0)

    def scrolled(self) -> list[Operation]:
        """The operation that says where each text stands, if that has changed."""
        opened = self._screen.sitting.opened
        if opened is None:
            return []
        places = {
            text_id: place_to_json(place)
            for grid, index, text_id in self._texts()
            if (place := grid.place(index)) is not None
        }
        changed: list[Operation] = []
        if places != opened.draft.place.get(SCROLL, {}):
            changed.append(["at", SCROLL, places or None])
        if not opened.is_stored:
            at = {**opened.draft.place, SCROLL: places}
            self._left[opened.task_id] = [
                ["at", name, at[name]] for name in (SCROLL, MARKS) if at.get(name)
            ]
        return changed

    def _texts(self) -> "list[tuple[AnswerGrid, int, str]]":
        screen = self._screen
        texts = [(screen.prompt, index, PROMPT) for index, _ in enumerate(screen.prompt.texts[:1])]
        return texts + [
            (screen.grid, index, text.id) for index, text in enumerate(screen.grid.texts)
        ]

    # -- marks

    @property
    def is_pending(self) -> bool:
        """Whether the letter of a mark is awaited."""
        return self._pending is not None

    def ask(self, what: str) -> None:
        """Wait for a letter.

        Args:
            what: "set" or "go".
        """
        self._pending = what
        if what == "set":
            self._screen.say(Note(message("mark this place with which letter?")))
        elif marks := self._marks():
            letters = " ".join(sorted(marks))
            self._screen.say(Note(message("go to which mark? {letters}", letters=letters)))
        else:
            self._pending = None
            self._screen.say(Note(message("no place is marked here")))

    def take(self, key: str, reading: "AnswerGrid") -> None:
        """Take the letter that was awaited; another key leaves it."""
        pending, self._pending = self._pending, None
        if not (len(key) == 1 and key.isascii() and key.isalpha()):
            self._screen.say(None)
        elif pending == "set":
            self._set(key, reading)
        else:
            self._go(key)

    def _marks(self) -> Mapping[str, Json]:
        opened = self._screen.sitting.opened
        stored = opened.draft.place.get(MARKS) if opened else None
        return stored if isinstance(stored, dict) else {}

    def _set(self, letter: str, reading: "AnswerGrid") -> None:
        place = reading.place(reading.active) or Place(0, None)
        text_id = PROMPT if reading is self._screen.prompt else reading.texts[reading.active].id
        marks = {**self._marks(), letter: [text_id, place_to_json(place)]}
        self._screen.record([["at", MARKS, marks]])
        self._screen.say(Note(message("place {letter} is marked", letter=letter)))

    def _go(self, letter: str) -> None:
        match self._marks().get(letter):
            case [str(text_id), place_json]:
                place = place_from_json(place_json)
            case _:
                text_id, place = PROMPT, None
        found = [(grid, index) for grid, index, known in self._texts() if known == text_id]
        if place is None or not found:
            what = message("there is no mark {letter} here", letter=letter)
            self._screen.say(Note(what, is_warning=True))
            return
        grid, index = found[0]
        self._screen.record([])
        self._focus(grid, index)
        grid.jump(index, grid.stack(index).locate(place))
        self._screen.say(None)
