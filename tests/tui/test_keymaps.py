"""Keymaps at the real screens."""

from dataclasses import replace

import pytest

from tests.screens import question
from tests.tui.test_annotate_read import LINES
from tests.tui.tutoring import Home
from tutorcli.core.draft import EDIT


def with_keymap(work: Home, name: str) -> Home:
    return replace(work, keymap=name)


async def test_an_azerty_keyboard_ranks_without_shift(work: Home) -> None:
    work.fill([question(1, "abcd"), question(2)])
    async with with_keymap(work, "azerty").tutor(size=(80, 24)) as tutor:
        await tutor.type('"&=(')
        assert "there is no answer 5" in tutor.strip
        await tutor.type("é)'")
        assert tutor.strip.strip().startswith("3 > 1 = 2 | 4")
        await tutor.press("enter")
        assert tutor.task == "t2"


async def test_an_edit_on_an_azerty_keyboard_keeps_its_signs(work: Home) -> None:
    work.fill([question(1)])
    async with with_keymap(work, "azerty").tutor(size=(80, 24)) as tutor:
        await tutor.press("f4")
        await tutor.type("&é")
        await tutor.press("ctrl+s")
        edit = tutor.opened.draft.text(EDIT + tutor.answers[0])
        assert edit is not None
        assert edit.startswith("&é")


async def test_vim_keys_scroll_and_digits_still_rank(work: Home) -> None:
    task = question(1)
    for answer in task["answers"]:
        answer["text"] = LINES
    work.fill([task])
    async with with_keymap(work, "vim").tutor(size=(80, 24)) as tutor:
        await tutor.press("G")
        assert "Line 99." in tutor.screen
        await tutor.press("g", "g")
        assert "Line 0." in tutor.screen
        await tutor.press("l", "g", "2")
        assert (tutor.focus, tutor.strip.strip()) == (2, "2")


async def test_a_letter_that_counts_as_a_digit_is_a_mark_all_the_same(work: Home) -> None:
    work.fill([question(1)])
    async with with_keymap(work, "left_hand").tutor(size=(80, 24)) as tutor:
        await tutor.press("m", "q")
        assert "place q is marked" in tutor.strip


@pytest.mark.parametrize(
    ("keys", "hints"),
    [
        (["ctrl+p"], "Enter run  Esc close  ↑ up  ↓ down"),
        (["FIND"], "Enter next  ↑ previous  Tab read on  Esc clear"),
        (["f11", "slash"], "Enter search the texts  ↓ to the list  Esc end the search"),
    ],
)
async def test_no_letter_is_named_as_a_key_where_letters_are_typed(
    work: Home, keys: list[str], hints: str
) -> None:
    work.fill([question(1)])
    async with with_keymap(work, "left_hand").tutor(size=(100, 24)) as tutor:
        find = tutor.app.annotate.keymap["find"].keys[0]
        await tutor.press(*(find if key == "FIND" else key for key in keys))
        assert hints.split() == tutor.bars()[-1].split()[: len(hints.split())]


@pytest.mark.parametrize("keys", [["s"], ["a", "1", "s", "s"]])
async def test_the_left_hand_alone_judges(work: Home, keys: list[str]) -> None:
    work.fill([question(1, "abc"), question(2)])
    async with with_keymap(work, "left_hand").tutor(size=(80, 24)) as tutor:
        await tutor.press("3", "a", "1", "z", *keys, "2", "space")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    assert stored.disposition == "done"
