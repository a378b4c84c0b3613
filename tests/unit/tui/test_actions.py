"""The table of actions: keys that suffice on every keyboard, and remapping."""

import re
from itertools import product
from string import punctuation

import pytest
from textual.keys import Keys, _character_to_key

from tutorcli.errors import ConfigError
from tutorcli.tui.actions import ACTIONS, GROUPS, Action, Keymap, name_of, shown
from tutorcli.tui.screens.annotate import AnnotateScreen
from tutorcli.tui.screens.beside import Beside
from tutorcli.tui.screens.reader import Reader
from tutorcli.tui.widgets.answer_grid import SCROLLS

F_KEY = re.compile(r"f([1-9]|1[0-2])")
CTRL = re.compile(r"ctrl\+[a-z]")
SAME_AS_OTHERS = {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+c"}
"""Backspace, Tab, line feed, Enter on most terminals; interrupt."""
IN_THE_INSTRUMENTS = {"tie", "accept_line", "back", "append"}
BY_WHAT_IS_OPEN = {"close"}


def named(action_id: str) -> Action:
    return Keymap()[action_id]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_f_key_has_a_ctrl_alias(action: Action) -> None:
    if any(F_KEY.fullmatch(key) for key in action.keys):
        assert any(CTRL.fullmatch(key) for key in action.keys)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_letters_and_signs_are_the_only_way_to_what_is_rare_alone(action: Action) -> None:
    """The list of all actions leads to the rest by arrows and Enter."""
    assert "ctrl+p" in named("palette").keys
    if not action.in_bar and len(action.keys) == 1:
        return
    everywhere = {"enter", "tab", "shift+tab", "space", "backspace", "escape", "up", "down"}
    everywhere |= {"pageup", "pagedown", "home", "end"}
    assert any(
        F_KEY.fullmatch(key) or CTRL.fullmatch(key) or key in everywhere for key in action.keys
    )


def test_no_key_means_two_things() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(set(keys)) == len(keys)
    assert Keymap().actions == ACTIONS


def test_no_key_is_another_one_on_a_terminal() -> None:
    assert SAME_AS_OTHERS.isdisjoint(key for action in ACTIONS for key in action.keys)


def test_digits_belong_to_the_instrument() -> None:
    assert not any(key.isdigit() for action in ACTIONS for key in action.keys)


def test_every_key_is_one_that_textual_knows() -> None:
    known = {key.value for key in Keys} | {_character_to_key(sign) for sign in punctuation}
    for action in ACTIONS:
        for key in action.keys:
            assert key in known or (len(key) == 1 and key.isalpha()), key


def test_the_keys_that_the_design_names() -> None:
    keymap = Keymap()
    for key, action in {
        "enter": "submit",
        "equals_sign": "tie",
        "slash": "accept_line",
        "backspace": "back",
        "space": "append",
        "tab": "next_answer",
        "shift+tab": "previous_answer",
        "ctrl+q": "quit",
        "pageup": "page_up",
        "up": "up",
    }.items():
        assert keymap.action(key) == action


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_does_something_on_the_annotate_screen(action: Action) -> None:
    assert (
        hasattr(AnnotateScreen, f"action_{action.id}")
        or hasattr(Reader, f"action_{action.id}")
        or hasattr(Beside, f"action_{action.id}")
        or action.id in SCROLLS
        or action.id in IN_THE_INSTRUMENTS
        or action.id in BY_WHAT_IS_OPEN
    )


def test_the_annotate_screen_has_no_action_without_a_key() -> None:
    both = {**vars(AnnotateScreen), **vars(Reader), **vars(Beside)}
    own = {name for name in both if name.startswith("action_")}
    assert own <= {f"action_{action.id}" for action in ACTIONS}


def test_every_action_has_words_and_a_group() -> None:
    assert {action.group for action in ACTIONS} == set(GROUPS)
    assert all(str(action.title) and str(action.help).endswith(".") for action in ACTIONS)
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_the_editors_own_keys_are_not_taken_from_it() -> None:
    from tutorcli.tui.widgets.editor import AnswerEditor

    bound = {key for binding in AnswerEditor.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    assert bound.isdisjoint({"escape", "ctrl+s", "ctrl+q", "tab", "f1"})


# -- names of keys


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("f1", "F1"),
        ("ctrl+q", "Ctrl+Q"),
        ("shift+tab", "Shift+Tab"),
        ("equals_sign", "="),
        ("slash", "/"),
        ("question_mark", "?"),
        ("enter", "Enter"),
        ("E", "E"),
        ("e", "e"),
        ("pagedown", "PgDn"),
    ],
)
def test_keys_are_written_as_people_write_them(key: str, words: str) -> None:
    assert shown(key) == words


@pytest.mark.parametrize(
    ("character", "key"),
    [
        ("１", "1"),
        ("９", "9"),
        ("＝", "equals_sign"),
        ("／", "slash"),
        ("？", "question_mark"),
        ("\u3000", "space"),
        ("ｅ", "e"),
        ("Ｅ", "E"),
    ],
)
def test_full_width_signs_count_as_their_narrow_twins(character: str, key: str) -> None:
    assert name_of("whatever_textual_calls_it", character) == key


@pytest.mark.parametrize(
    ("key", "character"), [("f1", None), ("a", "a"), ("enter", "\r"), ("slash", "/"), ("x", "ab")]
)
def test_other_keys_keep_their_names(key: str, character: str | None) -> None:
    assert name_of(key, character) == key


# -- remapping


def test_an_action_gets_other_keys_and_loses_its_own() -> None:
    keymap = Keymap({"tie": "ctrl+y,f9"})
    assert (keymap.action("ctrl+y"), keymap.action("f9")) == ("tie", "tie")
    assert keymap.action("equals_sign") is None
    assert keymap.key("tie") == "Ctrl+Y"
    assert keymap.action("f4") == "edit"


def test_signs_may_be_written_as_they_are() -> None:
    keymap = Keymap({"accept_line": "=", "tie": "/"})
    assert (keymap.action("equals_sign"), keymap.action("slash")) == ("accept_line", "tie")


def test_two_actions_can_change_their_keys() -> None:
    keymap = Keymap({"edit": "f3", "comment": "f4"})
    assert (keymap.action("f3"), keymap.action("f4")) == ("edit", "comment")


def test_one_key_for_two_actions_is_refused_and_both_are_named() -> None:
    with pytest.raises(ConfigError) as caught:
        Keymap({"edit": "f3"})
    words = str(caught.value.what)
    assert "f3" in words
    assert "edit" in words
    assert "comment" in words


def test_an_unknown_action_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as caught:
        Keymap({"sumbit": "f5"})
    assert (str(caught.value.what), str(caught.value.hint)) == (
        'there is no action "sumbit" to give a key',
        'did you mean "submit"?',
    )


@pytest.mark.parametrize("keys", ["", " , ", "ctl+s", "f13x", "no such key", "1", "９"])
def test_what_is_no_key_for_an_action_is_refused(keys: str) -> None:
    with pytest.raises(ConfigError, match="submit"):
        Keymap({"submit": keys})


@pytest.mark.parametrize("keys", ["ctrl+s", "alt+enter", "f5", "x", "X", "escape", "shift+f2", "=", "ctrl+shift+x"])  # fmt: skip
def test_every_key_of_a_terminal_can_be_given(keys: str) -> None:
    free = {"set_aside": "f20", "close": "f21", "external_edit": "f22", "documents": "f19"}
    assert Keymap(free | {"tie": keys}).action(Keymap(free | {"tie": keys})["tie"].keys[0]) == "tie"


def without_signs() -> dict[str, str]:
    """Keys with which no action has a sign."""
    signs = {_character_to_key(sign) for sign in punctuation}
    free = product(("alt", "super", "shift"), range(1, 25))
    return {
        action.id: ",".join(kept) or f"{modifier}+f{number}"
        for (modifier, number), action in zip(free, ACTIONS, strict=False)
        if (kept := [key for key in action.keys if key not in signs]) != list(action.keys)
    }


@pytest.mark.parametrize("sign", punctuation)
def test_a_sign_has_the_name_that_textual_gives_it(sign: str) -> None:
    if sign == ",":  # it stands between keys
        return
    keymap = Keymap(without_signs() | {"confidence": sign})
    assert keymap["confidence"].keys == (_character_to_key(sign),)
    wide = chr(ord(sign) + 0xFEE0)
    assert keymap.action(name_of("x", wide)) == "confidence"
