"""Documents beside the answers, folded turns and formulae are read by keys."""

import re

import pytest

from tests.screens import question
from tests.tui.tutoring import CHINESE, Home, Tutor

LINES = "\n\n".join(f"Line {n}." for n in range(100))
CONTEXT = [
    {"title": "Label", "locator": "p. 3", "text": LINES},
    {"title": "Tri\x1b[31mal", "text": "患者应低盐饮食。" * 20},
]


def with_documents() -> dict[str, object]:
    return question(1, "abc") | {"context": CONTEXT, "reference": "Four grams a day."}


def head_of_documents(tutor: Tutor) -> str:
    row = next(row for row in tutor.rows if re.search(r" [1-3]/3", row))
    return row[row.index("Context") if "Context" in row else row.index("Reference") :]


async def test_documents_open_beside_the_answers_and_scroll_alone(work: Home) -> None:
    work.fill([with_documents()])
    async with work.tutor(size=(160, 45)) as tutor:
        assert "x 3 documents" in tutor.head
        answers = tutor.app.annotate.grid.size.width
        await tutor.press("x")
        assert tutor.app.annotate.grid.size.width < answers
        assert "Context: Label · p. 3" in head_of_documents(tutor)
        assert "Line 0." in tutor.screen
        await tutor.press("end")
        assert "Line 99." in tutor.screen
        assert "Answer 1" in tutor.screen
        await tutor.press("1")
        assert tutor.strip.strip() == "1"
        await tutor.press("tab")
        assert "␛" in head_of_documents(tutor)
        assert "2/3" in head_of_documents(tutor)
        await tutor.press("tab")
        assert "Four grams a day." in tutor.screen
        assert "3/3" in head_of_documents(tutor)


async def test_the_keys_go_back_to_the_answers_and_the_documents_stay(work: Home) -> None:
    work.fill([with_documents(), question(2) | {"context": CONTEXT}, question(3)])
    async with work.tutor(size=(160, 45)) as tutor:
        await tutor.press("x", "escape", "tab")
        assert tutor.focus == 2
        assert "Line 0." in tutor.screen
        await tutor.press("x", "pagedown", "x")
        assert "Line 30." not in tutor.screen
        await tutor.press("x")
        assert "Line 30." in tutor.screen
        await tutor.press("escape", "1", "2", "3", "enter", "enter")
        assert "Line 0." in tutor.screen
        await tutor.press("1", "2", "enter", "enter")
        assert "Line 0." not in tutor.screen
        await tutor.press("x")
        assert "this task has no documents" in tutor.strip


async def test_where_they_cover_the_answers_nothing_is_judged(work: Home) -> None:
    work.fill([with_documents()])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("x")
        assert "is a move" not in tutor.screen
        assert "1/3" in head_of_documents(tutor)
        await tutor.press("1", "=")
        assert tutor.strip.startswith(" -")
        await tutor.press("pagedown")
        assert "Line 0." not in tutor.screen
        await tutor.press("escape", "1")
        assert "is a move" in tutor.screen
        assert tutor.strip.strip() == "1"
        await tutor.press("x")
        await tutor.resize(160, 45)
        assert "Answer 1" in tutor.screen
        assert "1/3" in head_of_documents(tutor)
        await tutor.resize(80, 24)
        assert "is a move" not in tutor.screen


@pytest.mark.parametrize("width", [80, 160])
async def test_an_answer_is_edited_beside_the_documents(work: Home, width: int) -> None:
    work.fill([with_documents()])
    async with work.tutor(size=(width, 45)) as tutor:
        await tutor.press("x", "f4", "A")
        assert ("Line 1." in tutor.screen) == (width == 160)
        await tutor.press("ctrl+s")
        assert tutor.opened.draft.texts
        assert "Line 1." in tutor.screen


async def test_earlier_turns_of_a_long_chat_are_a_line_each_until_unfolded(work: Home) -> None:
    turns = [{"role": "user", "content": LINES}, {"role": "assistant", "content": "低盐。" * 100}]
    chat = question(1) | {"messages": [*turns, {"role": "user", "content": "And now?"}]}
    del chat["prompt"]
    work.fill([chat])
    async with work.tutor(size=(80, 24)) as tutor:
        assert "+ user, 200 words: Line 0." in tutor.screen
        assert "+ assistant, 300 characters: 低盐" in tutor.screen
        assert "And now?" in tutor.screen
        assert "z 2 earlier turns" in tutor.head
        await tutor.press("z", "f12", "home")
        assert "Line 4." in tutor.screen
        assert "earlier" not in tutor.head
        await tutor.press("z")
        assert "+ user, 200 words" in tutor.screen
        assert "And now?" in tutor.screen


async def test_formulae_are_readable_and_a_key_shows_them_as_written(work: Home) -> None:
    formula = r"\(\frac{a+b}{2} \le x_1\)"
    task = question(1, "ab") | {"prompt": f"Is {formula}?"}
    task["answers"][0]["text"] = f"{LINES}\n\nYes, {formula}."
    work.fill([task, question(2, "ab") | {"prompt": formula}])
    async with work.tutor(size=(120, 40)) as tutor:
        await tutor.press("end")
        assert tutor.screen.count("(a+b)/2 ≤ x₁") == 2
        await tutor.press("v")
        assert tutor.screen.count(formula) == 2
        assert "Line 99." in tutor.screen
        await tutor.press("1", "enter", "enter")
        assert tutor.task == "t2"
        assert formula in tutor.screen
        await tutor.press("v")
        assert "(a+b)/2 ≤ x₁" in tutor.screen


async def test_the_editor_shows_the_source_of_a_formula(work: Home) -> None:
    task = question(1, "a")
    task["answers"][0]["text"] = r"Take \(x_1\)."
    work.fill([task])
    async with work.tutor() as tutor:
        assert "Take x₁." in tutor.screen
        await tutor.press("f4")
        assert r"Take \(x_1\)." in tutor.screen


async def test_documents_keep_their_columns_straight_in_chinese(work: Home) -> None:
    work.fill([with_documents()])
    async with work.tutor(size=(140, 40), look=CHINESE) as tutor:
        await tutor.press("ｘ", "tab")
        body = [row for row in tutor.rows if "患者" in row or "低盐" in row]
        columns = {len(row[: row.index("│")].encode("gb18030")) for row in body if "│" in row}
        assert len(columns) == 1
