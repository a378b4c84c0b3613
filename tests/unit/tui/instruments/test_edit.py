"""Reasons of an edit on the screen: keys, badges, panel."""

from dataclasses import replace
from typing import Any

from tests.unit.core.made import PACK
from tests.unit.tui.sitter import Sitter
from tutorcli.core.draft import EDIT
from tutorcli.core.instruments import (
    EditWithReasons,
)
from tutorcli.core.pack import Label

MANY = replace(
    PACK,
    labels=tuple(Label(f"l{n}", {"en": f"Label {n}"}) for n in range(1, 12)),
)


def editor(*changed: str, pack: Any = MANY) -> Sitter:
    sitter = Sitter(EditWithReasons(), "abc", pack=pack)
    for answer in changed:
        sitter.draft.apply(["open", EDIT + answer, "Better."])
    return sitter


def test_reasons_are_marked_and_unmarked_by_digits() -> None:
    sitter = editor("a").press("2", "1", "2")
    assert sitter.said.edits[0].reasons == ("l1",)
    assert sitter.panel[:3] == ["Why did you edit answer 1?  1/2", "1 [x] Label 1", "2 [ ] Label 2"]


def test_the_last_reason_taken_away_leaves_none() -> None:
    sitter = editor("a").press("1", "1")
    assert sitter.said.edits[0].reasons == ()
    assert sitter.draft.rows["edit_reasons"] == {}


def test_more_than_nine_reasons_come_by_pages() -> None:
    sitter = editor("a").press("space")
    assert sitter.panel == ["Why did you edit answer 1?  2/2", "1 [ ] Label 10", "2 [ ] Label 11"]
    sitter.press("2")
    assert sitter.said.edits[0].reasons == ("l11",)
    assert sitter.press("3").note == "there is no reason 3"
    assert sitter.press("space").panel[0].endswith("1/2")


def test_enter_and_escape_end_the_reasons() -> None:
    for key in ("enter", "escape"):
        assert editor("a").press(key).last.leave


def test_reasons_belong_to_the_answer_that_has_the_focus() -> None:
    sitter = editor("a", "c")
    sitter.active = "c"
    sitter.press("1")
    assert [(edit.answer, edit.reasons) for edit in sitter.said.edits] == [
        ("a", ()),
        ("c", ("l1",)),
    ]
    assert sitter.panel[0].startswith("Why did you edit answer 3?")


def test_edited_answers_are_marked() -> None:
    sitter = editor("a", "c")
    assert sitter.badges == {"a": "edited", "c": "edited"}
    assert sitter.strip == "edited 1, 3"
    assert editor().strip == ""


def test_an_unchanged_edit_has_no_reasons_to_give() -> None:
    sitter = editor()
    sitter.draft.apply(["open", EDIT + "a", "Text of a."])
    assert sitter.view.press(sitter.seat, "1", None) is None
    assert (sitter.panel, sitter.badges) == ([], {})
    assert sitter.hints == {"edit": ""}
