"""What a few typed letters find."""

import pytest

from tutorcli.tui.matching import distance, folded


def best(typed: str, *names: str) -> list[str]:
    found = [
        (apart, name)
        for name in names
        if (apart := distance(folded(typed), [folded(name)])) is not None
    ]
    return [name for _, name in sorted(found)]


def test_the_whole_name_goes_before_its_beginning_a_word_the_middle_and_scattered_letters() -> None:
    names = ["tie", "tier", "next tie", "necktie", "take it elsewhere"]
    assert best("tie", *reversed(names)) == names


def test_letters_that_stand_closer_go_first() -> None:
    assert best("cl", "confidence l", "close", "c_l") == ["close", "c_l", "confidence l"]


def test_what_does_not_fit_is_not_found() -> None:
    assert best("xyz", "close", "quit") == []
    assert distance("it", ["submit", "x"]) == 3


def test_every_word_must_fit_somewhere() -> None:
    assert distance("edit f4", ["edit", "f4 ctrl+e"]) == 211
    assert distance("edit f5", ["edit", "f4 ctrl+e"]) is None


def test_letters_together_in_any_name_go_before_those_that_stand_apart() -> None:
    together = distance("tie", ["并列", "tie"], names=2)
    apart = distance("tie", ["write to file", "x"], names=2)
    prose = distance("tie", ["x", "y", "tie"], names=2)
    assert together is not None
    assert apart is not None
    assert prose is not None
    assert together < apart < prose


def test_letters_stand_apart_in_the_first_fields_only() -> None:
    assert distance("sc", ["edit", "skip the comment"]) is None
    assert distance("sc", ["skip the comment", "edit"]) is not None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("提", "提交"),
        ("评判", "下一种评判方式"),
        ("ＥＤＩＴ", "edit"),
        ("editer", "Éditer"),
        ("é", "editer"),
    ],
)
def test_case_accents_and_width_do_not_matter(typed: str, name: str) -> None:
    assert best(typed, name) == [name]


def test_nothing_typed_finds_all() -> None:
    assert distance("", ["close"]) == 0
    assert distance("  ", ["close"]) == 0
