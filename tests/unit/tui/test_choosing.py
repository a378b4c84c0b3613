"""Questions with numbered answers."""

import pytest

from tutorcli import i18n
from tutorcli.tui.actions import Keymap
from tutorcli.tui.choosing import PAGE, Choice, Option
from tutorcli.tui.presets import preset_names


def ask(count: int) -> tuple[Choice, list[str]]:
    chosen: list[str] = []
    options = [Option(f"o{n}", f"Option {n}") for n in range(1, count + 1)]
    return Choice("Why?", options, chosen.append), chosen


def lines(choice: Choice) -> list[str]:
    return [text for _, text in choice.lines()]


def test_a_digit_answers() -> None:
    choice, chosen = ask(3)
    assert choice.press("2", None)
    assert chosen == ["o2"]


def test_a_digit_without_an_option_changes_nothing() -> None:
    choice, chosen = ask(3)
    before = lines(choice)
    for key in ("4", "9", "0"):
        assert not choice.press(key, None)
    assert chosen == []
    assert lines(choice) == before


def test_arrows_and_enter_answer_too() -> None:
    choice, chosen = ask(3)
    for action in ("up", "down", "down", "down", "up"):
        assert not choice.press("x", action)
    assert choice.press("enter", "submit")
    assert chosen == ["o2"]


def test_leaving_chooses_nothing() -> None:
    for action in ("close", "back"):
        choice, chosen = ask(3)
        assert choice.press("x", action)
        assert chosen == []


def test_other_keys_mean_nothing() -> None:
    choice, chosen = ask(3)
    for action in (None, "undo", "edit", "quit", "tie"):
        assert not choice.press("x", action)
    assert chosen == []


@pytest.mark.parametrize("keymap", preset_names())
def test_the_key_that_is_named_shows_more_in_every_keymap(keymap: str) -> None:
    choice, chosen = ask(PAGE + 3)
    assert lines(choice)[-1].endswith("Tab shows more")
    choice.press("tab", Keymap.load(keymap).action("tab"))
    assert (lines(choice)[0], chosen) == ("Why?  2/2", [])


def test_more_than_nine_options_come_by_pages() -> None:
    choice, chosen = ask(PAGE + 3)
    assert lines(choice)[0] == "Why?  1/2"
    assert lines(choice)[1] == ">1  Option 1"
    assert lines(choice)[9] == " 9  Option 9"
    choice.press("space", "append")
    assert lines(choice)[0] == "Why?  2/2"
    assert [line.strip() for line in lines(choice)[1:4]] == ["1  Option 10", "2  Option 11", "3  Option 12"] or lines(choice)[1] == ">1  Option 10"  # fmt: skip
    assert not choice.press("4", None)
    assert choice.press("3", None)
    assert chosen == ["o12"]


def test_pages_go_round_in_both_directions() -> None:
    choice, _ = ask(2 * PAGE + 1)
    for action, page in (
        ("append", "2/3"),
        ("page_down", "3/3"),
        ("next_answer", "1/3"),
        ("previous_answer", "3/3"),
        ("page_up", "2/3"),
    ):
        choice.press("x", action)
        assert lines(choice)[0].endswith(page)


def test_the_cursor_is_on_the_first_option_of_a_new_page() -> None:
    choice, chosen = ask(PAGE + 2)
    for action in ("down", "down", "append", "submit"):
        choice.press("x", action)
    assert chosen == [f"o{PAGE + 1}"]


def test_one_page_tells_no_pages() -> None:
    choice, _ = ask(PAGE)
    assert lines(choice)[0] == "Why?"
    assert "Space" not in lines(choice)[-1]
    assert len(lines(choice)) == PAGE + 2


def test_how_to_answer_is_told_in_the_tutors_language() -> None:
    i18n.activate("zh-Hans")
    choice, _ = ask(PAGE + 1)
    assert "digit" not in lines(choice)[-1]
