"""Rating on the screen: keys, hints, badges, panel."""

from dataclasses import replace
from typing import Any

from tests.unit.core.made import PACK
from tests.unit.tui.sitter import Sitter
from tutorcli import i18n
from tutorcli.core.instruments import (
    Ratings,
)
from tutorcli.core.pack import Anchor
from tutorcli.core.rules import check
from tutorcli.tui.instruments.registry import VIEWS

FULL_PACK = replace(
    PACK,
    criteria=tuple(
        replace(
            item,
            anchors=tuple(
                Anchor(value, {"en": f"{item.id} {value}", "zh_Hans": f"第 {value} 级"})
                for value in range(item.min, item.max + 1)
            ),
        )
        for item in PACK.criteria
    ),
)


def rater(answers: str = "ab", instrument: Ratings | None = None, **more: Any) -> Sitter:
    return Sitter(instrument or Ratings(), answers, pack=FULL_PACK, **more)


def test_a_digit_rates_and_goes_on_by_itself() -> None:
    sitter = rater().press("3")
    assert sitter.panel[0] == "Answer 1 · Safety"
    sitter.press("5")
    assert (sitter.active, sitter.panel[0]) == ("b", "Answer 2 · Accuracy")
    sitter.press("0", "1")
    assert sitter.last.leave
    assert [(row.answer, row.criterion, row.value) for row in sitter.said.ratings] == [
        ("a", "accuracy", 3),
        ("a", "safety", 5),
        ("b", "accuracy", 0),
        ("b", "safety", 1),
    ]
    assert sitter.strip == "ratings 4/4"


def test_nine_says_that_a_criterion_does_not_apply() -> None:
    sitter = rater().press("9")
    (rating,) = sitter.said.ratings
    assert (rating.value, rating.na) == (None, True)
    assert sitter.press("9").note == "9 is not on the scale 1-5"
    assert check(replace(sitter.said, disposition="done"), sitter.assigned) == []


def test_a_digit_off_the_scale_says_the_scale() -> None:
    sitter = rater().press("5")
    assert sitter.note == "5 is not on the scale 0-4"
    assert sitter.draft.is_empty


def test_space_leaves_a_criterion_open_and_backspace_goes_back() -> None:
    sitter = rater().press("space")
    assert sitter.panel[0] == "Answer 1 · Safety"
    sitter.press("2", "backspace")
    assert sitter.panel[0] == "Answer 1 · Safety"
    assert len(sitter.said.ratings) == 1
    sitter.press("3")
    assert [row.value for row in sitter.said.ratings] == [3]


def test_backspace_at_the_first_one_stays() -> None:
    assert rater().press("backspace").panel[0] == "Answer 1 · Accuracy"


def test_backspace_from_the_next_answer_brings_the_focus_back() -> None:
    sitter = rater().press("1", "1")
    assert sitter.active == "b"
    assert sitter.press("backspace").active == "a"


def test_tab_goes_to_what_is_open_of_the_next_answer() -> None:
    sitter = rater("abc").press("tab", "2", "tab", "shift+tab")
    assert (sitter.active, sitter.panel[0]) == ("b", "Answer 2 · Safety")
    assert sitter.press("shift+tab").active == "a"
    assert sitter.press("shift+tab").active == "c"


def test_rating_begins_at_the_answer_that_has_the_focus() -> None:
    sitter = rater("abc")
    sitter.active = "c"
    assert sitter.panel[0] == "Answer 3 · Accuracy"


def test_badges_show_each_value_and_a_dot_for_an_open_one() -> None:
    sitter = rater().press("3")
    assert sitter.badges == {"a": "3·"}
    sitter.press("space", "9")
    assert sitter.badges == {"a": "3·", "b": "-·"}


def test_the_panel_shows_the_anchors_and_marks_what_was_given() -> None:
    sitter = rater().press("3", "backspace")
    assert sitter.panel == [
        "Answer 1 · Accuracy",
        " 0  accuracy 0",
        " 1  accuracy 1",
        " 2  accuracy 2",
        ">3  accuracy 3",
        " 4  accuracy 4",
        " 9  does not apply",
    ]
    assert [line[:2] for line in rater().press("1").panel[1:]] == [" 1", " 2", " 3", " 4", " 5"]


def test_the_panel_speaks_the_tutors_language() -> None:
    i18n.activate("zh-Hans")
    seat = replace(rater().seat, language="zh_Hans")
    assert VIEWS["ratings"].panel(seat)[1] == ("text", " 0  第 0 级")


def test_the_hints_are_the_scale() -> None:
    sitter = rater()
    assert set(sitter.hints) == {"0-4", "9", "append", "back"}
    assert set(sitter.press("1").hints) == {"1-5", "append", "back"}


def test_a_task_is_rated_as_a_whole_when_the_protocol_says_so() -> None:
    sitter = rater("abc", Ratings(per="task"))
    assert sitter.panel[0] == "Accuracy"
    sitter.press("2", "3")
    assert [(row.answer, row.value) for row in sitter.said.ratings] == [(None, 2), (None, 3)]
    assert sitter.badges == {}


def test_only_the_criteria_of_the_protocol_are_asked() -> None:
    sitter = rater("ab", Ratings(criteria=("safety",))).press("1", "2")
    assert sitter.last.leave
    assert [(row.answer, row.criterion) for row in sitter.said.ratings] == [
        ("a", "safety"),
        ("b", "safety"),
    ]


def test_without_a_pack_there_is_nothing_to_rate_and_it_is_said() -> None:
    sitter = Sitter(Ratings(), "ab", pack=None)
    assert sitter.panel == ["There are no criteria for this domain."]
    assert sitter.view.press(sitter.seat, "3", None) is None
    assert (sitter.hints, sitter.badges, sitter.strip) == ({}, {}, "")
