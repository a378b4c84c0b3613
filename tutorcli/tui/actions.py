"""Every action of the screens and its keys: the key bar, help, docs and remapping read this."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase, punctuation

from tutorcli.core.text import narrow
from tutorcli.errors import ConfigError, Message, message, near


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does."""

    id: str
    title: Message
    """As in the key bar: a word or two."""
    help: Message
    """One sentence."""
    keys: tuple[str, ...]
    """Names of keys, the one that is shown first; each F-key has a Ctrl twin."""
    group: str
    """judge, read, task or program: the part of help in which it stands."""
    in_bar: bool = False
    """Whether the key bar shows it when there is room."""


def _action(
    action_id: str, group: str, keys: str, title: Message, text: Message, *, in_bar: bool = False
) -> Action:
    return Action(action_id, title, text, tuple(keys.split()), group, in_bar)


ACTIONS: tuple[Action, ...] = (
    _action(
        "submit",
        "judge",
        "enter",
        message("submit"),
        message("Submit the judgment and go on to the next task."),
        in_bar=True,
    ),
    _action(
        "tie",
        "judge",
        "equals_sign f9 ctrl+a",
        message("tie"),
        message("Tie the next answer with the one before."),
        in_bar=True,
    ),
    _action(
        "accept_line",
        "judge",
        "slash f10 ctrl+b",
        message("accept line"),
        message(
            "Draw the line below which no answer is acceptable; before any answer: all are bad."
        ),
        in_bar=True,
    ),
    _action(
        "back",
        "judge",
        "backspace",
        message("take back"),
        message("Take back the last key of the ranking, the rating or the choice."),
        in_bar=True,
    ),
    _action(
        "append",
        "judge",
        "space",
        message("rank this"),
        message("Rank the answer that has the focus next; the way beyond nine answers."),
    ),
    _action(
        "help",
        "program",
        "f1 ctrl+d question_mark h",
        message("help"),
        message("Show every key."),
        in_bar=True,
    ),
    _action(
        "instrument",
        "judge",
        "f6 ctrl+r r",
        message("ratings"),
        message("Go to the next way of judging: ranking, ratings, strength."),
        in_bar=True,
    ),
    _action(
        "edit",
        "judge",
        "f4 ctrl+e e",
        message("edit"),
        message("Edit the answer that has the focus."),
        in_bar=True,
    ),
    _action(
        "external_edit",
        "judge",
        "ctrl+x E",
        message("in $EDITOR"),
        message("Edit the answer that has the focus in the editor of the settings."),
    ),
    _action(
        "comment",
        "judge",
        "f3 ctrl+n n",
        message("comment"),
        message("Write a comment on the task."),
        in_bar=True,
    ),
    _action(
        "confidence",
        "judge",
        "f7 ctrl+f c",
        message("confidence"),
        message("Say how sure you are, 1 a guess to 5 certain."),
    ),
    _action(
        "set_aside",
        "task",
        "f5 ctrl+k s",
        message("set aside"),
        message("Skip, refer, report or give up the task, or declare a conflict of interest."),
        in_bar=True,
    ),
    _action(
        "undo",
        "task",
        "f8 ctrl+z u",
        message("undo"),
        message(
            "Reopen the task that was judged last; what was submitted stays until you submit again."
        ),
        in_bar=True,
    ),
    _action(
        "tasks",
        "task",
        "f11 ctrl+t l",
        message("tasks"),
        message("List the tasks; a judged one can be reopened there."),
        in_bar=True,
    ),
    _action(
        "next_answer",
        "read",
        "tab",
        message("next answer"),
        message("Move the focus to the next answer."),
    ),
    _action(
        "previous_answer",
        "read",
        "shift+tab",
        message("previous answer"),
        message("Move the focus to the previous answer."),
    ),
    _action(
        "prompt",
        "read",
        "f12 ctrl+o o",
        message("prompt"),
        message("Enlarge the prompt and scroll it; again: go back to the answers."),
        in_bar=True,
    ),
    _action(
        "reasoning",
        "read",
        "ctrl+g t",
        message("reasoning"),
        message("Fold or unfold the reasoning of the answer that has the focus."),
    ),
    _action("up", "read", "up k", message("up"), message("Scroll up one line.")),
    _action("down", "read", "down j", message("down"), message("Scroll down one line.")),
    _action("page_up", "read", "pageup", message("page up"), message("Scroll up one page.")),
    _action(
        "page_down", "read", "pagedown", message("page down"), message("Scroll down one page.")
    ),
    _action("top", "read", "home", message("top"), message("Scroll to the beginning.")),
    _action("bottom", "read", "end", message("end"), message("Scroll to the end.")),
    _action(
        "guideline",
        "program",
        "f2 ctrl+l g",
        message("guideline"),
        message("Read the guideline of the specialty."),
        in_bar=True,
    ),
    _action(
        "close",
        "program",
        "escape ctrl+w",
        message("close"),
        message("Close what is open: a choice, an editor, the guideline, this help."),
    ),
    _action(
        "quit",
        "program",
        "ctrl+q",
        message("quit"),
        message("Leave; the draft is kept."),
        in_bar=True,
    ),
)
"""The table; `Keymap` turns it round."""

GROUPS: Mapping[str, Message] = {
    "judge": message("Judging"),
    "read": message("Reading"),
    "task": message("Tasks"),
    "program": message("Program"),
}
"""Groups of actions in the order of help."""

DONE_EDITING = "ctrl+s"
"""The key that ends an edit or a comment; Escape does too."""

_NAMES = {
    "equals_sign": "=",
    "slash": "/",
    "question_mark": "?",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "backspace": "Bksp",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
}
_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_WORDS = frozenset(
    {
        *("enter", "tab", "space", "backspace", "escape", "insert", "delete"),
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    }
)
_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super"})
_F_KEYS = frozenset(f"f{number}" for number in range(1, 25))


def _sign(character: str) -> str:
    """The name that Textual gives to a character: ``=`` is ``equals_sign``."""
    if character == " ":
        return "space"
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


def shown(key: str) -> str:
    """The name of a key as people write it: ``ctrl+q`` is ``Ctrl+Q``, ``f1`` is ``F1``."""
    if key in _NAMES:
        return _NAMES[key]
    if len(key) == 1:
        return key
    return "+".join(part.capitalize() if len(part) > 1 else part.upper() for part in key.split("+"))


def name_of(key: str, character: str | None) -> str:
    """The name of a key that was pressed; full-width characters count as their narrow twins."""
    if character is not None and len(character) == 1 and not character.isascii():
        return _sign(narrow(character))
    return key


class Keymap:
    """Key to action and back, after remapping."""

    def __init__(self, remapped: Mapping[str, str] | None = None) -> None:
        """Take the table, with other keys for some actions (``{"tie": "t,f9"}``).

        Raises:
            ConfigError: An action is unknown, or two actions have the same key.
        """
        self.actions = tuple(_remapped(ACTIONS, remapped or {}))
        self._by_id = {action.id: action for action in self.actions}
        self._by_key: dict[str, Action] = {}
        for action in self.actions:
            for key in action.keys:
                other = self._by_key.setdefault(key, action)
                if other is not action:
                    raise ConfigError(
                        message(
                            'the key "{key}" is given to both {first} and {second}',
                            key=key,
                            first=other.id,
                            second=action.id,
                        )
                    )

    def __getitem__(self, action_id: str) -> Action:
        return self._by_id[action_id]

    def action(self, key: str) -> str | None:
        """The id of the action of a key."""
        found = self._by_key.get(key)
        return found.id if found else None

    def action_named(self, action_id: str) -> bool:
        """Whether there is an action of that id."""
        return action_id in self._by_id

    def key(self, action_id: str) -> str:
        """The key of an action as people write it."""
        return shown(self._by_id[action_id].keys[0])


def _remapped(actions: Iterable[Action], remapped: Mapping[str, str]) -> Iterator[Action]:
    known = [action.id for action in ACTIONS]
    for name in remapped:
        if name not in known:
            guess = near(name, known)
            raise ConfigError(
                message('there is no action "{name}" to give a key', name=name),
                hint=message('did you mean "{guess}"?', guess=guess) if guess else None,
            )
    for action in actions:
        if action.id in remapped:
            parts = [part.strip() for part in remapped[action.id].split(",")]
            yield replace(action, keys=_keys(action.id, [part for part in parts if part]))
        else:
            yield action


def _keys(action_id: str, parts: Sequence[str]) -> tuple[str, ...]:
    if not parts:
        raise ConfigError(message('the action "{name}" needs a key', name=action_id))
    keys = [_sign(part) if len(part) == 1 else part for part in parts]
    for part, key in zip(parts, keys, strict=True):
        if not _is_key(key):
            guess = near(
                key, [*_WORDS, *_F_KEYS, *(f"ctrl+{letter}" for letter in ascii_lowercase)]
            )
            raise ConfigError(
                message('"{key}" is no key that {name} could have', key=part, name=action_id),
                hint=message('did you mean "{guess}"?', guess=guess) if guess else None,
            )
    return tuple(keys)


def _is_key(key: str) -> bool:
    """Whether a terminal can send a key of that name; digits are the instruments' own."""
    *modifiers, name = key.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    is_letter = len(name) == 1 and name.isascii() and name.isalpha()
    return is_letter or name in _WORDS or name in _F_KEYS or name in map(_sign, punctuation)
