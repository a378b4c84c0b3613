"""Strength of preference on the screen: keys, strip, panel."""

from tests.unit.tui.sitter import Sitter
from tutorcli.catalog.soundness import WIDEST
from tutorcli.core.instruments import (
    Pair,
    Rank,
)
from tutorcli.core.rules import check


def test_two_answers_have_a_strength_from_one_side_to_the_other() -> None:
    for digit, value in zip("1234567", range(3, -4, -1), strict=True):
        sitter = Sitter(Pair(), "ab").press(digit)
        assert [(row.first, row.second, row.value) for row in sitter.said.strengths] == [
            ("a", "b", value)
        ]
        assert sitter.last.leave


def test_the_sign_is_that_of_the_pair_by_code_point_not_of_the_order_shown() -> None:
    (strength,) = Sitter(Pair(), "ab", order="ba").press("1").said.strengths
    assert (strength.first, strength.second, strength.value) == ("a", "b", -3)


def test_nought_says_that_both_are_bad() -> None:
    sitter = Sitter(Pair(required=True), "ab").press("0")
    assert (sitter.said.strengths[0].value, sitter.said.accept_line) == (0, 0)
    assert check(sitter.said, sitter.assigned) == []
    sitter.press("2")
    assert (sitter.said.strengths[0].value, sitter.said.accept_line) == (2, None)


def test_a_strength_can_be_taken_back() -> None:
    sitter = Sitter(Pair(), "ab").press("0", "backspace")
    assert (sitter.said.strengths, sitter.said.accept_line) == ((), None)


def test_more_answers_are_compared_as_ranked_each_with_the_next() -> None:
    sitter = Sitter(Pair(), "abc", others=(Rank(),))
    assert sitter.hints["1-7"] == "rank the answers first"
    assert sitter.view.press(sitter.seat, "1", None) is None
    sitter.draft.apply(["set", "ranking", [["c"], ["a"]]])
    assert sitter.panel[0] == "How much better: 3 or 1?"
    sitter.press("1")
    assert sitter.panel[0] == "How much better: 1 or 2?"
    sitter.press("4")
    assert sitter.last.leave
    assert [(row.first, row.second, row.value) for row in sitter.said.strengths] == [
        ("a", "c", -3),
        ("a", "b", 0),
    ]
    assert sitter.strip == "3 +3 1, 1 ±0 2"


def test_with_more_than_two_answers_nought_is_no_strength() -> None:
    sitter = Sitter(Pair(), "abc")
    sitter.draft.apply(["set", "ranking", [["a"], ["b"], ["c"]]])
    assert "scale" in sitter.press("0").note
    assert sitter.said.accept_line is None


def test_the_panel_words_every_digit() -> None:
    panel = Sitter(Pair(), "ab").press("3").panel
    assert panel == [
        "How much better: 1 or 2?",
        " 1  answer 1 is much better",
        " 2  answer 1 is better",
        ">3  answer 1 is slightly better",
        " 4  equally good",
        " 5  answer 2 is slightly better",
        " 6  answer 2 is better",
        " 7  answer 2 is much better",
        " 0  both bad",
    ]


def test_both_bad_is_marked_alone() -> None:
    marked = [line for line in Sitter(Pair(), "ab").press("0").panel if line.startswith(">")]
    assert marked == [">0  both bad"]


def test_a_smaller_scale_has_fewer_digits() -> None:
    sitter = Sitter(Pair(scale=1), "ab")
    assert set(sitter.hints) == {"1-3", "0", "back"}
    assert sitter.press("4").note == "4 is not on the scale 1-3"
    assert sitter.press("3").said.strengths[0].value == -1


def test_every_digit_of_the_widest_scale_is_worded_differently() -> None:
    panel = Sitter(Pair(scale=WIDEST), "ab").panel
    words = [line[4:] for line in panel[1:]]
    assert len(set(words)) == len(words) == 2 * WIDEST + 2
