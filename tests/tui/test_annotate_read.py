"""Prompt, answers, reasoning, guideline and help are read by keys."""

import re

import pytest

from tests.screens import question
from tests.tui.tutoring import CHINESE, Home, asked
from tutorcli import i18n
from tutorcli.i18n import translate
from tutorcli.tui.actions import ACTIONS, shown

LINES = "\n\n".join(f"Line {n}." for n in range(100))


async def test_a_long_prompt_is_enlarged_and_scrolled(work: Home) -> None:
    work.fill([question(1) | {"prompt": LINES}])
    async with work.tutor(size=(80, 24)) as tutor:
        height = tutor.app.annotate.prompt.size.height
        assert height <= 24 // 4
        assert "more lines of prompt" in tutor.head
        await tutor.press("f12")
        assert height < tutor.app.annotate.prompt.size.height <= 16
        assert tutor.keys.startswith(" F12 to the answers ")
        assert "rank" not in tutor.keys
        await tutor.press("pagedown", "end")
        assert "Line 99." in tutor.screen
        assert "Answer" in tutor.screen
        await tutor.press("1", "home")
        assert "Line 0." in tutor.screen
        assert tutor.strip.strip() == "-"
        await tutor.press("tab", "1")
        assert tutor.app.annotate.prompt.size.height == height
        assert tutor.keys.startswith(" 1-3 rank ")
        assert (tutor.focus, tutor.strip.strip()) == (1, "1")


async def test_a_conversation_opens_at_its_end(work: Home) -> None:
    turns = [{"role": "user", "content": LINES}, {"role": "assistant", "content": "Reply."}]
    chat = question(1) | {"messages": [*turns, {"role": "user", "content": "And now?"}]}
    del chat["prompt"]
    work.fill([chat])
    async with work.tutor(size=(80, 24)) as tutor:
        assert "And now?" in tutor.screen
        assert "Line 20." not in tutor.screen
        await tutor.press("z", "f12")
        await tutor.press("home", "pagedown")
        assert "Line 12." in tutor.screen


async def test_the_answer_with_the_focus_scrolls_alone_and_what_was_read_is_kept(
    work: Home,
) -> None:
    task = question(1, "ab")
    for answer in task["answers"]:
        answer["text"] = LINES
    work.fill([task, question(2)])
    async with work.tutor(size=(100, 24)) as tutor:
        second = tutor.answers[1]
        await tutor.press("tab", "pagedown", "down", "up")
        body = [row for row in tutor.rows if "Line" in row]
        assert body[0].startswith("Line 0. ")
        assert "│Line 0." not in "\n".join(body)
        read = tutor.opened.draft.rows["read"]
        assert 0.1 < float(str(read[second])) < 0.5
        await tutor.press("end", "shift+tab", "1", "enter")
        assert "submitted; answer 1 was read to" in tutor.strip
    (stored,) = work.judged("t1")
    assert stored.read[second] == 1
    assert 0 < stored.read[stored.shown_order[0]] < 0.3


async def test_reasoning_is_folded_until_asked_for(work: Home) -> None:
    task = question(1, "ab")
    task["answers"][0] |= {"reasoning": "Let me see."}
    task["answers"][1]["text"] = "<think>Let me see.</think>The move."
    work.fill([task])
    async with work.tutor() as tutor:
        assert tutor.screen.count("+ reasoning, 3 words") == 2
        assert "Let me see." not in tutor.screen
        await tutor.press("ctrl+g", "tab", "t")
        assert tutor.screen.count("Let me see.") == 2
        await tutor.press("t")
        assert tutor.screen.count("Let me see.") == 1
        await tutor.press("f12", "t")
        assert "there is no reasoning here" in tutor.strip


@pytest.mark.parametrize(
    ("language", "title", "closing"),
    [("en", "Guideline: medicine", "f2"), ("zh", "医学", "escape")],
)
async def test_the_guideline_is_in_the_language_of_the_screen(
    work: Home, language: str, title: str, closing: str
) -> None:
    work.fill([asked(1), question(2)])
    async with work.tutor(look=(language, "dark"), size=(80, 24)) as tutor:
        await tutor.press("f2")
        assert title in tutor.screen
        first = tutor.screen
        await tutor.press("space", "pagedown", "end", "ctrl+home")
        assert tutor.screen != first
        await tutor.press(closing, "f5", "1", "1", "f2")
        assert i18n.tr("this domain has no guideline") in tutor.strip
        assert i18n.language() == ("en" if language == "en" else "zh_Hans")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_help_has_every_key_and_what_it_does(work: Home, language: str) -> None:
    work.fill([question(1)])
    async with work.tutor(look=(language, "dark"), size=(150, 60)) as tutor:
        await tutor.press("１", "？")
        pages = []
        for _ in range(3):
            pages.append(tutor.screen)
            await tutor.press("space")
        missing = [
            action.id
            for action in ACTIONS
            if translate(action.help) not in "".join(pages)
            or shown(action.keys[0]) not in "".join(pages)
        ]
        assert missing == []
        await tutor.press("f1")
        assert "Question 1." in tutor.screen


async def test_the_screen_speaks_chinese(work: Home) -> None:
    work.fill([asked(1)])
    async with work.tutor(look=CHINESE, size=(160, 45)) as tutor:
        await tutor.press("1", "f6", "5")
        chrome = f"{tutor.head}{tutor.strip}{tutor.panel}{tutor.keys}"
        words = re.findall("[A-Za-z]{2,}", chrome)
        # Names of keys, and what the task itself says.
        assert set(words) <= {
            "Enter",
            "Tab",
            "Esc",
            "Space",
            "Bksp",
            "Ctrl",
            "tutorcli",
            "medicine",
            "en",
        }
