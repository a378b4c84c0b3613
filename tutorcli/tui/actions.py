"""Every action of the screens and its keys: the key bar, help, docs and remapping read this."""

from collections.abc import Mapping
from typing import Self

from tutorcli.errors import Message, message
from tutorcli.tui.action import Action
from tutorcli.tui.key_names import F_KEYS, name_of, shown
from tutorcli.tui.presets import Preset, read_preset
from tutorcli.tui.remapping import by_key, remapped

__all__ = ["ACTIONS", "DONE_EDITING", "GROUPS", "Action", "Keymap", "name_of", "shown"]


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
        "personal_data",
        "task",
        "p",
        message("personal data"),
        message("Report that the task contains personal data: its text is shown nowhere any more."),
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
    _action(
        "widen",
        "read",
        "w",
        message("widen"),
        message("Give the answer that has the focus all the width; again: back."),
    ),
    _action(
        "find",
        "read",
        "f ctrl+v",
        message("find"),
        message("Find words in the prompt and all answers; Esc clears."),
    ),
    _action("find_next", "read", "full_stop", message("next hit"), message("Go to the next hit.")),
    _action(
        "find_previous",
        "read",
        "comma",
        message("previous hit"),
        message("Go to the hit before."),
    ),
    _action(
        "next_heading",
        "read",
        "right_square_bracket",
        message("next heading"),
        message("Go to the next heading."),
    ),
    _action(
        "previous_heading",
        "read",
        "left_square_bracket",
        message("previous heading"),
        message("Go to the heading before."),
    ),
    _action(
        "headings",
        "read",
        "number_sign",
        message("headings"),
        message("List the headings of the answer that has the focus and go to one."),
    ),
    _action(
        "mark",
        "read",
        "m",
        message("mark"),
        message("Mark this place with the letter typed next."),
    ),
    _action(
        "go_to_mark",
        "read",
        "apostrophe",
        message("go to mark"),
        message("Go to the place marked with the letter typed next."),
    ),
    _action(
        "compare",
        "read",
        "d",
        message("compare"),
        message("Compare two answers word by word."),
    ),
    _action(
        "copy",
        "read",
        "y",
        message("copy"),
        message("Copy the answer that has the focus to the terminal's clipboard."),
    ),
    _action(
        "write_out",
        "read",
        "Y",
        message("write to file"),
        message("Write the answer that has the focus to a file in the home."),
    ),
    _action(
        "documents",
        "read",
        "x",
        message("documents"),
        message("Open the documents of the task beside the answers and scroll them; again: close."),
    ),
    _action(
        "turns",
        "read",
        "z",
        message("unfold"),
        message("Unfold or fold the earlier turns and the documents in the prompt."),
    ),
    _action(
        "raw_formulae",
        "read",
        "v",
        message("raw formulae"),
        message("Show formulae as they are written, or readable again."),
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
        "palette",
        "program",
        "ctrl+p colon",
        message("all actions"),
        message("Find an action by a few letters of its name, and run it."),
    ),
    _action(
        "lock",
        "program",
        "ctrl+backslash",
        message("lock"),
        message("Blank the screen until the next key."),
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


class Keymap:
    """Key to action and back, after remapping."""

    def __init__(self, own: Mapping[str, str] | None = None, preset: Preset | None = None) -> None:
        """Take the table, with other keys for some actions (``{"tie": "t,f9"}``).

        Raises:
            ConfigError: An action is unknown, or two actions have the same key.
        """
        self.preset = preset or Preset()
        self.actions = tuple(remapped(ACTIONS, self.preset, own or {}))
        self._by_id = {action.id: action for action in self.actions}
        self._by_key, self._begun = by_key(self.actions)

    @classmethod
    def load(cls, preset: str, own: Mapping[str, str] | None = None) -> Self:
        """The keymap of a preset's name, with other keys for some actions.

        Raises:
            ConfigError: There is no such preset, or as the constructor.
        """
        return cls(own, read_preset(preset))

    def __getitem__(self, action_id: str) -> Action:
        return self._by_id[action_id]

    def action(self, key: str) -> str | None:
        """The id of the action of a key."""
        found = self._by_key.get(key)
        return found.id if found else None

    def begins(self, key: str) -> bool:
        """Whether a key only begins others: ``g`` of ``g g``."""
        return key in self._begun

    def named(self, key: str, character: str | None) -> str:
        """The name of a key that was pressed; a sign that counts as a digit is that digit."""
        name = name_of(key, character)
        return self.preset.digits.get(name, name)

    def action_named(self, action_id: str) -> bool:
        """Whether there is an action of that id."""
        return action_id in self._by_id

    def in_the_editor(self, action_id: str) -> list[str]:
        """The keys of an action that mean nothing to a text that is edited."""
        return [key for key in self._by_id[action_id].keys if key in F_KEYS]

    def key(self, action_id: str) -> str:
        """The key of an action as people write it."""
        return shown(self._by_id[action_id].keys[0])
