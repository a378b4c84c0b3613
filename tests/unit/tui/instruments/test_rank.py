"""Ranking on the screen: keys, hints, badges, strip."""

import pytest

from tests.unit.core.made import assign, make_task
from tests.unit.tui.sitter import Sitter
from tutorcli.core.instruments import (
    Rank,
)
from tutorcli.core.rules import check


@pytest.mark.parametrize(
    ("keys", "strip"),
    [
        ("", ""),
        ("2", "2"),
        ("2 1", "2 > 1"),
        ("2 1 3", "2 > 1 > 3 (> 4)"),
        ("2 1 3 4", "2 > 1 > 3 > 4"),
        ("2 1 equals_sign", "2 > 1 ="),
        ("2 1 equals_sign 3", "2 > 1 = 3 (> 4)"),
        ("2 1 3 equals_sign", "2 > 1 > 3 (= 4)"),
        ("2 1 3 slash", "2 > 1 > 3 | (4)"),
        ("2 slash 1 3", "2 | 1 > 3 (> 4)"),
        ("2 1 3 4 slash", "2 > 1 > 3 > 4 |"),
        ("slash", "all bad |"),
        ("2 1 backspace", "2"),
        ("2 1 equals_sign backspace", "2 > 1"),
        ("2 slash backspace", "2"),
    ],
)
def test_the_strip_shows_the_ranking_as_it_stands(keys: str, strip: str) -> None:
    sitter = Sitter(Rank()).press(*keys.split())
    shown = sitter.strip
    assert shown.replace(" ", "") == strip.replace(" ", "")
    if "(" not in strip:
        assert shown == strip


def test_digits_mean_the_answers_as_shown() -> None:
    assert Sitter(Rank(), order="dcba").press("1", "4").said.ranking == (("d",), ("a",))


def test_four_keys_rank_four_answers_and_three_are_enough() -> None:
    whole = Sitter(Rank()).press("2", "1", "3", "4").said
    assert whole.ranking == Sitter(Rank()).press("2", "1", "3").said.ranking
    assert check(whole, assign(make_task("abcd"), (Rank(),))) == []


def test_two_answers_take_one_key() -> None:
    assert Sitter(Rank(), "ab").press("2").said.ranking == (("b",), ("a",))


def test_what_is_filled_in_tentatively_is_in_brackets() -> None:
    sitter = Sitter(Rank(), "abc").press("2", "3")
    assert sitter.badges == {"b": "#1", "c": "#2", "a": "(#3)"}
    sitter.press("1")
    assert sitter.badges == {"b": "#1", "c": "#2", "a": "#3"}


def test_ties_are_marked_on_their_answers() -> None:
    assert Sitter(Rank()).press("2", "equals_sign", "1").badges == {"b": "#1=", "a": "#1="}


def test_a_digit_without_an_answer_says_so() -> None:
    sitter = Sitter(Rank(), "abc").press("4")
    assert sitter.note == "there is no answer 4"
    assert sitter.press("0").note == "there is no answer 0"
    assert sitter.draft.is_empty


def test_an_answer_ranked_already_says_so() -> None:
    assert "ranked already" in Sitter(Rank()).press("2", "2").note


def test_space_ranks_the_answer_that_has_the_focus() -> None:
    answers = "abcdefghijkl"
    sitter = Sitter(Rank(), answers)
    for answer in reversed(answers):
        sitter.active = answer
        sitter.press("space")
    assert [tier[0] for tier in sitter.said.ranking] == list(reversed(answers))
    sitter.press("space")
    assert "answer 1 is ranked already" in sitter.note


def test_keys_that_cannot_act_say_why() -> None:
    empty = Sitter(Rank())
    assert empty.hints == {
        "1-4": "",
        "tie": "a tie needs an answer before it",
        "accept_line": "",
        "back": "nothing to take back",
    }
    assert empty.press("equals_sign").note == "a tie needs an answer before it"
    assert empty.press("backspace").note == "nothing to take back"
    assert set(empty.press("1").hints.values()) == {""}


def test_a_tie_right_below_the_line_says_why_not() -> None:
    sitter = Sitter(Rank()).press("1", "slash", "equals_sign")
    assert sitter.note
    assert sitter.hints["tie"]


def test_more_than_nine_answers_have_digits_for_the_first_nine() -> None:
    assert "1-9" in Sitter(Rank(), "abcdefghijkl").hints
    assert "1-2" in Sitter(Rank(), "ab").hints


def test_a_task_without_an_accept_line_has_none_and_says_so() -> None:
    sitter = Sitter(Rank(accept_line="never")).press("1", "slash")
    assert sitter.note == "this task has no accept line"
    assert sitter.said.accept_line is None
    assert sitter.hints.get("accept_line") != ""


def test_each_key_is_few_operations_and_replaying_them_is_the_same() -> None:
    sitter = Sitter(Rank()).press("2")
    assert list(sitter.last.operations) == [["set", "ranking", [["b"]]]]
    sitter.press("equals_sign")
    assert list(sitter.last.operations) == [["at", "tie_next", True]]
    sitter.press("1")
    assert list(sitter.last.operations) == [
        ["set", "ranking", [["b", "a"]]],
        ["at", "tie_next", None],
    ]
