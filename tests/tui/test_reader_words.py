"""Words are found, answers compared and copied, by keys."""

from pathlib import Path

import pytest
from textual import events

from tests.tui.texts_read import PLAIN, body, share, told
from tests.tui.tutoring import CHINESE, Home


def files(folder: Path) -> list[Path]:
    """What was written there."""
    return list(folder.glob("*.md"))


async def test_words_are_counted_as_they_are_typed_and_gone_through(work: Home) -> None:
    texts = (f"{PLAIN}\n\nKnee pain.", "No knee.", "Nothing.")
    work.fill([told(1, *texts, prompt="Which knee?")])
    async with work.tutor(size=(130, 24)) as tutor:
        first, second = (tutor.answers.index(key) + 1 for key in "ab")
        await tutor.press("f", *"kne")
        assert f"Answer {first} · 1" in tutor.screen
        assert f"Answer {second} · 1" in tutor.screen
        assert "find: kne_  0 of 3, 1 in the prompt" in tutor.strip
        assert tutor.strip.startswith(" - ")
        await tutor.press("x")
        assert "nothing found" in tutor.strip
        await tutor.press("backspace", "e", "enter")
        assert ("2 of 3" in tutor.strip, tutor.focus) == (True, min(first, second))
        await tutor.press("enter")
        assert ("3 of 3" in tutor.strip, tutor.focus) == (True, max(first, second))
        assert "Knee pain." in body(tutor)
        await tutor.press("enter")
        assert "1 of 3" in tutor.strip
        await tutor.press("up", "tab", "1")
        assert not work.judged("t1")
        assert tutor.strip.startswith(" 1 ")
        assert "3 of 3" in tutor.strip
        assert "· 1" in tutor.screen
        await tutor.press(",")
        assert ("2 of 3" in tutor.strip, tutor.focus) == (True, min(first, second))
        await tutor.press(".", ".", "escape")
        assert "· 1" not in tutor.screen
        assert "find:" not in tutor.strip
        await tutor.press(".")
        assert "of 3" in tutor.strip


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_words_are_found_in_documents_and_the_reference_which_open_there(
    work: Home, size: tuple[int, int]
) -> None:
    context = [{"title": "Label", "text": "No."}, {"title": "Trial", "text": f"{PLAIN}\n\nKnee."}]
    fields = {"prompt": "Which knee?", "context": context, "reference": "The left knee."}
    work.fill([told(1, "Knee pain.", "Nothing.", **fields)])
    async with work.tutor(size=size) as tutor:
        await tutor.press("f", *"knee")
        assert "0 of 4, 1 in the prompt, 2 in documents" in tutor.strip
        assert not tutor.app.annotate.face.documents.display
        await tutor.press("up")
        assert "3 of 4" in tutor.strip
        documents = tutor.app.annotate.face.documents
        assert (documents.display, documents.active) == (True, 2)
        assert "The left knee." in tutor.screen
        assert tutor.app.annotate.grid.display is (size[0] > 80)
        await tutor.press("up")
        assert (documents.active, documents.takes_keys) == (1, True)
        assert "Knee." in tutor.screen
        assert "Line 59." in tutor.screen
        await tutor.press("enter", "enter")
        assert "4 of 4" in tutor.strip
        assert "Knee pain." in body(tutor)
        assert (documents.display, documents.takes_keys) == (size[0] > 80, False)
        await tutor.press("escape", "f", *"left")
        assert "0 of 1, 1 in documents" in tutor.strip


async def test_a_jump_reads_nothing_of_what_it_passes(work: Home) -> None:
    work.fill([told(1, f"{PLAIN}\n\nThe needle.", f"{PLAIN}\n\nThe needle.")])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f", *"needle", "enter", "escape")
        assert "The needle." in body(tutor)
        assert share(tutor) < 0.6
        await tutor.press("home", "end")
        assert share(tutor) == 1


async def test_chinese_is_found_without_word_boundaries_and_a_paste_is_looked_for(
    work: Home,
) -> None:
    work.fill([told(1, "患者血压升高。", "血压下降，ＢＰ升高。", prompt="血压？")])
    async with work.tutor(size=(80, 24), look=CHINESE) as tutor:
        await tutor.press("f", *"血压")
        assert " 3" in tutor.strip
        await tutor.press("escape", "ｆ")
        await tutor.post(events.Paste("bp升\n"))
        assert "bp升_" in tutor.strip
        assert " 1" in tutor.strip
        await tutor.press("escape")
        await tutor.post(events.Paste("1\n"))
        assert not work.judged("t1")


async def test_enter_in_the_line_never_submits_and_other_keys_act(work: Home) -> None:
    work.fill([told(1, "One.", "Two.")])
    async with work.tutor() as tutor:
        await tutor.press("1", "f", "1", "enter", "enter")
        assert tutor.task == "t1"
        await tutor.press("f1")
        assert "What they do" in tutor.screen
        await tutor.press("escape", "escape", "enter")
        assert len(work.judged("t1")) == 1


async def test_a_wide_blank_is_typed_and_a_key_without_meaning_changes_nothing(work: Home) -> None:
    work.fill([told(1, f"Knee pain.\n\n{PLAIN}", "Two.")])
    async with work.tutor(size=(80, 24)) as tutor:
        while tutor.answers[tutor.focus - 1] != "a":
            await tutor.press("tab")
        await tutor.press("f", *"Ｋnee", "\u3000", "left", "delete", *"pain")
        assert "find: Ｋnee\u3000pain_  0 of 1" in tutor.strip
        await tutor.press("pagedown", "s")
        assert "Knee pain." not in body(tutor)
        assert "nothing found" in tutor.strip
        await tutor.press("backspace", "enter")
        assert "Knee pain." in body(tutor)
        assert tutor.panel == ""


async def test_two_answers_are_compared_word_by_word(work: Home) -> None:
    work.fill([told(1, "Take 5 mg daily.", "Take 0.5 mg daily.", "每日五毫克。")])
    async with work.tutor(size=(80, 24)) as tutor:
        numbers = {key: str(tutor.answers.index(key) + 1) for key in "abc"}
        while tutor.focus != int(numbers["a"]):
            await tutor.press("tab")
        await tutor.press("d")
        assert f"Compare answer {numbers['a']} with" in tutor.panel
        await tutor.press(numbers["b"])
        assert "Take [-5-]{+0.5+} mg daily." in tutor.screen
        only = f"words only in {numbers['a']}: 1, only in {numbers['b']}: 1, in both: 4"
        assert only in tutor.screen
        await tutor.press("tab")
        assert "Take [-0.5-]{+5+} mg daily." in tutor.screen
        await tutor.press("escape", "d", numbers["a"], numbers["c"], numbers["b"])
        assert f"Answers {numbers['c']} and {numbers['b']}" in tutor.screen
        await tutor.press("d")
        assert tutor.app.screen is tutor.app.annotate
        assert tutor.strip.startswith(" - ")


async def test_where_answers_are_compared_help_and_the_list_of_actions_have_what_acts_there(
    work: Home,
) -> None:
    work.fill([told(1, "Take 5 mg.", "Take 6 mg.")])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("d", "f1")
        assert "Two answers compared" in tutor.screen
        assert "Swap the two answers." in tutor.screen
        assert "Submit the judgment" not in tutor.screen
        await tutor.press("f1")
        assert "Answers 1 and 2" in tutor.screen
        await tutor.press("ctrl+p", *"swap", "enter")
        assert "Answers 2 and 1" in tutor.screen
        await tutor.press("d")
        assert tutor.app.screen is tutor.app.annotate


async def test_with_two_answers_nothing_is_asked(work: Home) -> None:
    work.fill([told(1, "每日五毫克。", "每日十毫克。")])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("tab", "ｄ")
        assert "每日[-" in tutor.screen
        await tutor.press("pagedown", "up", "escape")
        assert tutor.focus == 2


async def test_an_answer_is_copied_and_written_out_blind(
    work: Home,
) -> None:
    task = told(1, "One \x1b[31mred\r\n中", "Two.")
    for answer in task["answers"]:
        answer["model"] = "secret-model"
    work.fill([task | {"id": "../t 1"}])
    async with work.tutor(size=(80, 24)) as tutor:
        number = tutor.answers.index("a") + 1
        if number != tutor.focus:
            await tutor.press("tab")
        await tutor.press("y")
        assert tutor.app.clipboard == "One ␛[31mred\n中"
        assert f"answer {number} went to the clipboard" in tutor.strip
        await tutor.press("Y", "Y", "o", "Y")
        assert "written to" in tutor.strip
    (folder,) = (work.settings.data / "copied").iterdir()
    written = {path.name: path for path in files(folder)}
    names = sorted(written)
    assert names == [f"answer-{number}-2.md", f"answer-{number}.md", "prompt.md"]
    assert folder.stat().st_mode & 0o077 == 0
    assert written[names[1]].read_bytes() == "One \x1b[31mred\r\n中".encode()
    assert not any("secret" in path.read_text() + path.name for path in written.values())
