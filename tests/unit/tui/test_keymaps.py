"""Keymaps as data: each is complete, and remapping stands above them."""

from collections.abc import Iterable
from pathlib import Path

import pytest

import tutorcli
from tutorcli.errors import ConfigError
from tutorcli.tui import presets
from tutorcli.tui.actions import ACTIONS, Keymap
from tutorcli.tui.key_names import F_KEYS, shown
from tutorcli.tui.presets import Preset, preset_names, read_preset
from tutorcli.tui.sheet import digits_row, sheet

LEFT = {*"12345qwertasdfgzxcvb", *"QWERTASDFGZXCVB", "tab", "shift+tab", "space", "escape"}
LEFT |= {f"f{number}" for number in range(1, 6)} | {
    f"ctrl+{letter}" for letter in "qwertasdfgzxcvb"
}
HOT = {
    *("submit", "tie", "accept_line", "back", "append", "next_answer", "previous_answer"),
    *("up", "down", "page_up", "page_down", "top", "bottom", "instrument", "edit", "comment"),
    *("set_aside", "undo", "help", "guideline", "tasks", "palette", "close", "quit"),
}


def test_the_keymaps_that_ship_lie_in_the_package() -> None:
    assert preset_names() == ["default", "azerty", "left_hand", "vim"]
    assert Path(tutorcli.__file__).parent in presets.FOLDER.parents


def beyond_letters(keys: Iterable[str]) -> set[str]:
    """Those that no input method swallows."""
    return {key for key in keys if key in F_KEYS or "+" in key or len(key) > 2}


@pytest.mark.parametrize("name", preset_names())
def test_no_keymap_leaves_letters_as_the_only_way(name: str) -> None:
    keymap = Keymap.load(name)
    for action in ACTIONS:
        assert beyond_letters(keymap[action.id].keys) or not beyond_letters(action.keys), action.id


@pytest.mark.parametrize("name", preset_names())
def test_every_key_of_a_keymap_finds_its_action(name: str) -> None:
    keymap = Keymap.load(name)
    assert keymap.preset.about.endswith(".")
    assert all(keymap.action(key) == action.id for action in keymap.actions for key in action.keys)


@pytest.mark.parametrize("name", preset_names())
def test_digits_are_digits_in_every_keymap(name: str) -> None:
    keymap = Keymap.load(name)
    for digit in "0123456789":
        assert keymap.named(digit, digit) == digit
        assert keymap.action(digit) is None


def test_the_default_keymap_is_the_table() -> None:
    assert Keymap.load("default").actions == ACTIONS


@pytest.mark.parametrize(
    ("key", "character", "digit"),
    [
        ("ampersand", "&", "1"),
        ("é", "é", "2"),
        ("quotation_mark", '"', "3"),
        ("apostrophe", "'", "4"),
        ("left_parenthesis", "(", "5"),
        ("minus", "-", "6"),
        ("è", "è", "7"),
        ("underscore", "_", "8"),
        ("ç", "ç", "9"),
        ("à", "à", "0"),
        ("whatever", "１", "1"),
    ],
)
def test_the_signs_of_an_azerty_keyboard_are_digits(key: str, character: str, digit: str) -> None:
    keymap = Keymap.load("azerty")
    assert keymap.named(key, character) == digit
    assert keymap.action(keymap.named(key, character)) is None
    assert digits_row(keymap) == ["& é \" ' ( - è _ ç à count as 1 2 3 4 5 6 7 8 9 0."]


def test_the_left_hand_reaches_all_that_judging_takes() -> None:
    keymap = Keymap.load("left_hand")
    unreached = {action.id for action in keymap.actions if not LEFT.intersection(action.keys)}
    assert not HOT & unreached
    digits = {keymap.named(key, key) for key in LEFT if len(key) == 1}
    assert digits >= set("1234567890")


def test_vim_scrolls_as_vim_does() -> None:
    keymap = Keymap.load("vim")
    keys = {"j": "down", "k": "up", "h": "previous_answer", "l": "next_answer", "G": "bottom"}
    keys |= {"g g": "top", "ctrl+d": "page_down", "ctrl+u": "page_up", "colon": "palette"}
    assert {key: keymap.action(key) for key in keys} == keys
    assert keymap.begins("g")
    assert keymap.action("g") is None
    assert shown("g g") == "gg"


def test_an_unknown_keymap_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as caught:
        read_preset("left-hand")
    assert str(caught.value.what) == 'there is no keymap "left-hand"'
    assert str(caught.value.hint) == 'did you mean "left_hand"?'
    with pytest.raises(ConfigError) as caught:
        read_preset("../x")
    assert str(caught.value.hint) == "known: default, azerty, left_hand, vim"


def test_settings_stand_above_a_keymap() -> None:
    keymap = Keymap.load("vim", {"bottom": "end", "confidence": "G"})
    assert (keymap.action("G"), keymap.action("end")) == ("confidence", "bottom")


def test_settings_that_clash_with_a_keymap_are_refused_and_both_actions_are_named() -> None:
    with pytest.raises(ConfigError, match='"G" is given to both confidence and bottom'):
        Keymap.load("vim", {"confidence": "G"})
    with pytest.raises(ConfigError, match='"g" is given to both'):
        Keymap.load("vim", {"confidence": "g"})


def test_a_key_that_is_a_digit_in_a_keymap_is_no_key_of_an_action() -> None:
    with pytest.raises(ConfigError, match='"&" counts as 1 in the keymap azerty; tie cannot'):
        Keymap.load("azerty", {"tie": "f9,&"})


def test_a_keymap_takes_a_key_from_the_action_that_has_it_but_never_the_last_one() -> None:
    keymap = Keymap(None, Preset("x", keys={"tie": "k"}))
    assert (keymap.action("k"), keymap["up"].keys) == ("tie", ("up",))
    with pytest.raises(ConfigError, match='"submit" needs a key'):
        Keymap(None, Preset("x", keys={"tie": "enter"}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[keys]\nsumbit = 'f5'", 'no action "sumbit"'),
        ("[keys]\nsubmit = 5", "keys: a table is needed"),
        ("[digits]\na = '10'", '"a" cannot be the digit "10"'),
        ("[key]\nsubmit = 'f5'", 'unknown key "key"'),
        ("keys =", "not TOML"),
        ("[keys]\nedit = 'i'\ncomment = 'i'", "given to both edit and comment"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(
    text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presets, "FOLDER", tmp_path)
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ConfigError, match=words):
        Keymap.load("mine")


def test_the_sheet_has_every_action_once() -> None:
    rows = [row for _, group in sheet(Keymap()) for row in group]
    assert sorted(row[0] for row in rows) == sorted(action.id for action in ACTIONS)
