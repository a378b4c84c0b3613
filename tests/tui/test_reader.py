"""Width, headings, marks, places: reading beyond scrolling, by keys."""

import pytest

from tests.screens import question
from tests.tui.texts_read import PLAIN, body, share, told
from tests.tui.tutoring import Home

HEADED = "\n\n".join(f"# Part {n}\n\n" + "Some words.\n\n" * 9 for n in range(5))


async def test_an_answer_is_widened_and_put_back_where_it_was(work: Home) -> None:
    table = "| A | B |\n|---|---|\n" + "\n".join(f"| {'left ' * 9}| {'right ' * 9}|" for _ in "12")
    work.fill([told(1, f"{PLAIN}\n\n{table}", PLAIN)])
    async with work.tutor(size=(120, 30)) as tutor:
        await tutor.press("tab", "tab", "pagedown", "down")
        before = body(tutor)
        place = next(row for row in before.splitlines() if "Line" in row)[:10]
        await tutor.press("w")
        assert place in body(tutor)
        assert "│" not in body(tutor).splitlines()[1]
        await tutor.press("w")
        assert body(tutor) == before
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("w")
        assert "all the width already" in tutor.strip


async def test_headings_are_gone_through_and_listed(work: Home) -> None:
    work.fill([told(1, HEADED, HEADED)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("]")
        assert "heading 2 of 5: Part 1" in tutor.strip
        assert "Part 1" in body(tutor).splitlines()[1]
        await tutor.press("]", "]", "]")
        assert "heading 5 of 5: Part 4" in tutor.strip
        await tutor.press("]")
        assert "no heading follows" in tutor.strip
        await tutor.press("[")
        assert "heading 4 of 5: Part 3" in tutor.strip
        await tutor.press("down", "[")
        assert "heading 4 of 5: Part 3" in tutor.strip
        await tutor.press("#")
        assert "Part 2" in tutor.panel
        await tutor.press("1")
        assert "Part 0" in body(tutor).splitlines()[1]
        await tutor.press("[")
        assert "no heading comes before" in tutor.strip
        await tutor.press("o", "]")
        assert "there is no heading here" in tutor.strip


async def test_the_next_task_is_gone_through_from_its_own_beginning(work: Home) -> None:
    short = "\n\n".join(f"# Part {n}" for n in range(4))
    work.fill([told(1, short, short), told(2, short, short)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("]", "]", "1", "2", "enter")
        assert tutor.task == "t2"
        await tutor.press("]")
        assert "heading 2 of 4" in tutor.strip


async def test_marks_lead_back_and_are_kept_with_the_draft(work: Home) -> None:
    work.fill([told(1, PLAIN, PLAIN), question(2)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("'")
        assert "no place is marked" in tutor.strip
        await tutor.press("1", "pagedown", "pagedown", "m", "ａ")
        marked = body(tutor)
        assert "place a is marked" in tutor.strip
        await tutor.press("home", "tab", "'")
        assert "go to which mark? a" in tutor.strip
        await tutor.press("a")
        assert (tutor.focus, body(tutor)) == (1, marked)
        await tutor.press("'", "b")
        assert "there is no mark b here" in tutor.strip
        await tutor.press("m", "1")
        assert tutor.strip.startswith(" 1 ")
        await tutor.press("tab")
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("home", "'", "a")
        assert body(tutor) == marked


@pytest.mark.parametrize("size", [(80, 24), (110, 30)])
async def test_reading_goes_on_where_it_stopped(work: Home, size: tuple[int, int]) -> None:
    long = "\n\n".join(f"Paragraph {n}: {'many words ' * 12}" for n in range(30))
    work.fill([told(1, long, long, prompt=PLAIN), question(2)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("1", "pagedown", "pagedown", "pagedown", "o", "pagedown", "o")
        place = next(row for row in body(tutor).splitlines() if "Paragraph" in row)[:14]
        prompt = tutor.app.annotate.prompt.top
        read = share(tutor)
        await tutor.press("ctrl+q")
    async with work.tutor(size=size) as tutor:
        assert place in body(tutor)
        assert tutor.app.annotate.prompt.top == prompt > 0
        await tutor.press("down")
        assert read <= share(tutor) < read + 0.2
        if size == (80, 24):
            await tutor.press("end")
            assert share(tutor) == 1


async def test_a_task_left_without_a_word_is_where_it_was_when_it_comes_back(work: Home) -> None:
    work.fill([told(1, PLAIN, PLAIN), question(2)])
    async with work.tutor(task="t1", size=(80, 24)) as tutor:
        await tutor.press("pagedown", "pagedown")
        before = body(tutor)
        await tutor.press("tab", "shift+tab")
        tutor.app.annotate.record(tutor.app.annotate.reader.left())
        tutor.app.annotate._go_to("t2")
        await tutor.pilot.pause()
        tutor.app.annotate._go_to("t1")
        await tutor.pilot.pause()
        assert body(tutor) == before
    assert work.draft("t1") is None
