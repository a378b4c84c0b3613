"""What acts where a choice, the editor or a list is open: for help and for the list of actions."""

from collections.abc import Mapping
from dataclasses import dataclass

from tutorcli.errors import Message, message
from tutorcli.tui.actions import DONE_EDITING, Keymap, shown
from tutorcli.tui.instruments.seat import Seat
from tutorcli.tui.rows import NEEDS_TASK, hints_of
from tutorcli.tui.seating import rounds, view_of

EVERYWHERE = frozenset({"help", "palette", "lock"})
"""Actions that every screen has, also while a choice is open."""

_OF_INSTRUMENTS = ("tie", "accept_line", "back", "append")


@dataclass(frozen=True, slots=True)
class Act:
    """One line of help."""

    name: str
    """The id of an action, or keys as people write them."""
    words: Message | None = None
    """What it does here; None: as the table of actions says."""


@dataclass(frozen=True, slots=True)
class Context:
    """Something that is open, and what acts there."""

    title: Message
    acts: tuple[Act, ...]

    @property
    def actions(self) -> frozenset[str]:
        """Ids of the actions that act there."""
        return frozenset(act.name for act in self.acts) | EVERYWHERE

    def words(self, action_id: str) -> Message | None:
        """What an action does here; None where the table of actions says it."""
        return next((act.words for act in self.acts if act.name == action_id), None)

    def rows(self, keymap: Keymap) -> list[tuple[str, Message]]:
        """Keys and what they do; those that do the same in one row."""
        rows: dict[str, tuple[str, Message]] = {}
        for act in self.acts:
            keys, words = _row(keymap, act)
            before = f"{rows[words.text][0]}, " if words.text in rows else ""
            rows[words.text] = (before + keys, words)
        return list(rows.values())


def _row(keymap: Keymap, act: Act) -> tuple[str, Message]:
    if act.words is not None and not keymap.action_named(act.name):
        return act.name, act.words
    action = keymap[act.name]
    return ", ".join(map(shown, action.keys)), act.words or action.help


_BACK = message("Go back; nothing is changed.")
_MORE = message("Show more options.")

CHOICE = Context(
    message("An open choice"),
    (
        Act("1-9", message("Choose the option of that number.")),
        Act("up", message("Move to the option above.")),
        Act("down", message("Move to the option below.")),
        Act("submit", message("Choose the option that is marked.")),
        Act("append", _MORE),
        Act("next_answer", _MORE),
        Act("close", _BACK),
        Act("back", _BACK),
    ),
)
TASKS = Context(
    message("The list of tasks"),
    (
        Act("up", message("Move one task up.")),
        Act("down", message("Move one task down.")),
        Act("page_up", message("Move one page up.")),
        Act("page_down", message("Move one page down.")),
        Act("top", message("Move to the first task.")),
        Act("bottom", message("Move to the last task.")),
        Act("submit", message("Open the task that is marked.")),
        Act("next_answer", message("List the tasks of the next state.")),
        Act("previous_answer", message("List the tasks of the state before.")),
        Act("accept_line", message("Search the titles as you type; an id finds its task.")),
        Act("/ ... Enter", message("Search the texts, or open the task of the id typed.")),
        Act("1-4", message("Filter by state, domain, language, or how tasks were set aside.")),
        Act("0", message("List all tasks again.")),
        Act("close", message("End the search, or go back; nothing is changed.")),
        Act("tasks", _BACK),
        Act("back", _BACK),
        Act("quit", _BACK),
    ),
)

COMPARED = Context(
    message("Two answers compared"),
    (
        *map(Act, ("up", "down", "page_up", "page_down", "top", "bottom")),
        Act("next_answer", message("Swap the two answers.")),
        Act("previous_answer", message("Swap the two answers.")),
        *(Act(name, _BACK) for name in ("close", "compare", "submit", "back", "quit")),
    ),
)

_EDITING = {
    "undo": message("Undo the last change."),
    "redo": message("Do again what was undone."),
    "cursor_word_left": message("Go one word to the left."),
    "cursor_word_right": message("Go one word to the right."),
    "cursor_line_start": message("Go to the beginning of the line."),
    "cursor_line_end": message("Go to the end of the line."),
    "text_start": message("Go to the beginning of the text."),
    "text_end": message("Go to the end of the text."),
    "delete_word_left": message("Delete the word on the left."),
    "delete_word_right": message("Delete the word on the right."),
    "delete_to_start_of_line": message("Delete to the beginning of the line."),
    "delete_to_end_of_line_or_delete_line": message("Delete to the end of the line."),
    "cut": message("Cut what is marked."),
    "copy": message("Copy what is marked."),
    "paste": message("Paste what was cut or copied."),
}


def editor() -> Context:
    """The editor of an answer or of the comment."""
    from tutorcli.tui.widgets.editor_keys import KEYS

    keys = {command: bound.split(",") for bound, command in KEYS.items()}
    acts = [
        Act(f"{shown(DONE_EDITING)}, {shown('escape')}", message("End the edit; it is kept.")),
        *(
            Act(", ".join(map(shown, keys[command][:2])), words)
            for command, words in _EDITING.items()
        ),
        Act("Shift", message("Mark text: hold it down with any key that moves.")),
        Act("quit"),
    ]
    return Context(message("The editor"), tuple(acts))


def why_not(seat: Seat | None, keymap: Keymap) -> Mapping[str, Message]:
    """Actions that cannot act on a task now, and why."""
    if seat is None:
        return dict.fromkeys(NEEDS_TASK, message("no task is open"))
    reasons = {hint.key: hint.why_not for hint in hints_of(seat, keymap) if hint.why_not}
    reasons |= _of_the_instrument(seat)
    if not seat.answers:
        reasons |= dict.fromkeys(("edit", "external_edit"), message("no answer"))
    if len(rounds(seat)) < 2:
        reasons["instrument"] = message("there is no other way of judging")
    if seat.assigned.pack is None:
        reasons["guideline"] = message("this domain has no guideline")
    return reasons


def _of_the_instrument(seat: Seat) -> dict[str, Message]:
    """The instrument is asked what it would do with an action: it holds no state."""
    view = view_of(seat)
    reasons: dict[str, Message] = {}
    for action in _OF_INSTRUMENTS:
        turned = view.press(seat, "", action) if view else None
        if turned is None:
            reasons[action] = message("not in this way of judging")
        elif turned.note and not turned.operations:
            reasons[action] = turned.note
    return reasons
