"""Answers and the comment are edited on the screen, and kept exactly as typed."""

from pathlib import Path

import pytest
from textual import events

from tests.screens import question
from tests.tui.tutoring import Home, asked
from tutorcli.core.canonical import digest
from tutorcli.core.draft import EDIT
from tutorcli.errors import ConfigError, message


async def test_an_edit_in_place_shows_the_difference_and_asks_why(work: Home) -> None:
    work.fill([asked(1), question(2)])
    async with work.tutor() as tutor:
        edited = tutor.answers[1]
        base = f"Answer {edited} of 1.\n\nIt is a move."
        await tutor.press("1", "2", "tab", "f4")
        assert "Editing answer 2" in tutor.screen
        assert "Ctrl+S done" in tutor.keys
        await tutor.press("delete", "B")
        await tutor.until(f"[-Answer-]{{+Bnswer+}} {edited} of 1.")
        await tutor.press("ctrl+s")
        assert "Why did you edit answer 2?" in tutor.panel
        assert "edited" in tutor.screen
        await tutor.press("1", "3", "1", "space")
        assert "2/2" in tutor.panel
        await tutor.press("9")
        assert "[x] Refusal without need" in tutor.panel
        await tutor.press("space")
        assert "3 [x] Unit or conversion error" in tutor.panel
        assert "1 [ ] " in tutor.panel
        await tutor.press("enter")
        assert (tutor.task, tutor.panel) == ("t1", "")
        assert tutor.strip.strip() == "1 > 2 (> 3) · edited 2"
        await tutor.press("enter")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    (edit,) = stored.edits
    assert (edit.answer, edit.text) == (edited, "B" + base[1:])
    assert edit.base_sha256 == digest(base)
    assert edit.reasons == ("unit_error", "unhelpful_refusal")


async def test_an_edit_without_change_is_dropped_with_its_reasons(work: Home) -> None:
    work.fill([asked(1)])
    async with work.tutor() as tutor:
        await tutor.press("f4", "x", "escape", "2", "enter")
        assert "edited 1" in tutor.strip
        await tutor.press("ctrl+e", "delete", "ctrl+s")
        assert "the edit changes nothing and was dropped" in tutor.strip
        assert "edited" not in tutor.screen
        assert tutor.instrument == "rank"
        await tutor.press("1", "2", "enter")
    (stored,) = work.judged("t1")
    assert stored.edits == ()


async def test_several_answers_are_edited_and_reasons_belong_to_each(work: Home) -> None:
    work.fill([asked(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("f4", "x", "ctrl+s", "2", "tab")
        assert "Why did you edit" not in tutor.panel
        await tutor.press("tab", "f4", "y", "ctrl+s", "1", "2", "shift+tab", "shift+tab")
        assert "2 [x]" in tutor.panel
        assert "1 [ ]" in tutor.panel
        await tutor.press("enter", "3", "2", "enter")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    shown = stored.shown_order
    assert [(shown.index(edit.answer) + 1, len(edit.reasons)) for edit in stored.edits] == [
        *((1, 1), (3, 2))
    ]


async def test_text_comes_back_code_point_for_code_point(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        edited = tutor.answers[0]
        await tutor.press("f4")
        await tutor.post(events.Paste("用量：5 mg\u2028\tà\n"))
        await tutor.type("é，好\n ok")
        await tutor.press("x", "backspace", "left", "end", "down", "home", "delete")
        await tutor.press("ctrl+s", "1", "2", "enter")
        assert tutor.task == "t2"
    (edit,) = work.judged("t1")[0].edits
    assert edit.text == f"用量：5 mg\u2028\tà\né，好\n okAnswer {edited} of 1.\nIt is a move."


async def test_a_comment_is_typed_kept_and_can_be_emptied(work: Home) -> None:
    work.fill([question(1), question(2), question(3)])
    async with work.tutor() as tutor:
        await tutor.press("1", "2", "f3")
        assert "Comment" in tutor.screen
        await tutor.type("12= /?\nq")
        await tutor.press("escape")
        assert tutor.strip.strip() == "1 > 2 (> 3) · comment"
        await tutor.press("enter", "1", "2", "ctrl+n", "x", "backspace", "ctrl+s")
        assert "comment" not in tutor.strip
        await tutor.press("enter")
        assert tutor.task == "t3"
    assert [work.judged(f"t{n}")[0].comment for n in (1, 2)] == ["12= /?\nq", None]


@pytest.mark.parametrize("start", ["ctrl+e", "ctrl+n"])
async def test_keys_that_come_in_one_packet_with_the_opening_one_are_typed(
    work: Home, start: str
) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press_at_once(start, *"12=hi", "ctrl+s", "2", "1")
        assert "2 > 1 (> 3)" in tutor.strip
        text_id = EDIT + tutor.answers[0] if start == "ctrl+e" else "comment"
        assert (tutor.opened.draft.text(text_id) or "").startswith("12=hi")


async def test_enter_that_comes_with_the_reason_ends_the_giving_of_reasons_and_submits_nothing(
    work: Home,
) -> None:
    work.fill([asked(1)])
    async with work.tutor() as tutor:
        await tutor.press("ctrl+e", "x", "ctrl+s")
        await tutor.press_at_once("1", "enter", "2", "1", "enter", after_s=0.001)
        assert tutor.panel == ""
        assert "2 > 1" in tutor.strip
        assert "Enter came within a paste" in tutor.strip
        assert len(tutor.opened.draft.rows["edit_reasons"][tutor.answers[0]]) == 1
    assert not work.judged("t1")


async def test_an_answer_may_be_edited_in_another_program(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.fill([question(1), question(2)])
    asked_for = []

    def edit_outside(app: object, command: str, text: str, file: Path) -> str:
        assert file.read_text("utf-8") == text
        asked_for.append((command, text))
        if len(asked_for) > 3:
            raise ConfigError(message("the editor {name} is not there", name="vi"))
        return text if len(asked_for) == 1 else text + f" {len(asked_for)}"

    monkeypatch.setattr("tutorcli.tui.external.edit_outside", edit_outside)
    async with work.tutor() as tutor:
        text = f"Answer {tutor.answers[0]} of 1.\n\nIt is a move."
        await tutor.press("ctrl+x")
        assert "the edit changes nothing" in tutor.strip
        await tutor.press("E", "ctrl+x")
        assert "edited 1" in tutor.strip
        await tutor.press("ctrl+x")
        assert "the editor vi is not there" in tutor.strip
        await tutor.press("1", "2", "enter")
    assert asked_for == [("vi", text), ("vi", text), ("vi", f"{text} 2"), ("vi", f"{text} 2 3")]
    assert work.judged("t1")[0].edits[0].text == f"{text} 2 3"


async def test_an_edit_that_a_protocol_requires_is_asked_for(work: Home) -> None:
    work.fill([asked(1, "ab", protocol="medicine-edit"), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("1", "enter")
        assert "the accept line is not drawn yet" in tutor.strip
        await tutor.press("slash", "enter")
        assert "no answer has been edited yet" in tutor.strip
        await tutor.press("f4", "x", "ctrl+s", "1", "enter", "enter")
        assert tutor.task == "t2"


async def test_ctrl_q_leaves_from_within_the_editor_and_keeps_the_text(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        edited = tutor.answers[0]
        await tutor.press("f4", "h", "i", "ctrl+q")
        assert not tutor.app.is_running
    draft = work.draft("t1")
    assert draft is not None
    assert (draft.text(EDIT + edited) or "").startswith("hiAnswer")
