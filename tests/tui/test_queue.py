"""The queue screen: counts, filters, search, and all tasks by keys alone."""

import pytest
from textual import events

from tests.screens import question
from tests.tui.tutoring import CHINESE, Home, Tutor, asked
from tutorcli.services import browsing
from tutorcli.store.db import Queue
from tutorcli.store.titles import Titles
from tutorcli.tui.screens.tasks import TaskList
from tutorcli.tui.widgets.task_rows import TaskRows

FIRST = 4
"""The row of the first task."""


def queue(tutor: Tutor) -> TaskRows:
    screen = tutor.app.screen
    assert isinstance(screen, TaskList)
    return screen.rows


def listed(tutor: Tutor) -> list[str]:
    return [task.id for task in queue(tutor).rows]


async def test_tasks_are_counted_and_filtered_by_several_things_at_once(work: Home) -> None:
    work.fill(
        asked(n, domain="law" if n % 2 else "chess", language="fr" if n % 3 else "zh")
        for n in range(1, 13)
    )
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f5", "1", "1", "f5", "4", "1", "f11")
        await tutor.until("2 judged today")
        assert "[all 12]" in tutor.rows[0]
        assert "open 10" in tutor.rows[0]
        assert tutor.rows[1].split()[1:] == ["Domain:", "[all", "12]", "chess", "6", "law", "6"]
        assert "fr 8  zh 4" in tutor.rows[2]
        assert "skipped 1  given up 1" in tutor.rows[3]
        await tutor.press("2", "3")
        await tutor.until("fr 4  zh 2")
        assert "[law 6]" in tutor.rows[1]
        await tutor.press("3", "3")
        assert listed(tutor) == ["t3", "t9"]
        await tutor.until("2 tasks")
        await tutor.press("0", "4", "2")
        assert listed(tutor) == ["t1"]
        await tutor.until("[skipped 1]")
        await tutor.press("1", "4")
        assert "t1" not in listed(tutor)
        assert "[skipped" not in tutor.screen
        await tutor.press("0", "1", "escape", "enter")
        assert tutor.task == "t3"


async def test_letters_typed_search_the_titles_and_enter_opens_from_the_list(work: Home) -> None:
    work.fill(question(n) for n in range(1, 31))
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f11", "/", *"question 2")
        await tutor.until("12 found")
        assert not queue(tutor).has_cursor
        await tutor.press("8")
        await tutor.until("1 found")
        assert "Question 28." in tutor.rows[FIRST]
        await tutor.press("backspace", "down", "down")
        assert listed(tutor)[:3] == ["t2", "t12", "t20"]
        assert tutor.rows[FIRST + 1].startswith(">")
        await tutor.press("escape")
        assert len(listed(tutor)) == 30
        await tutor.press_at_once("/", *"question 17", "down", "enter")
        assert tutor.task == "t17"


async def test_titles_are_held_until_a_task_changes(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Titles | None] = []
    real = browsing.warm

    def warm(queue: Queue, titles: Titles | None) -> Titles | None:
        read.append(real(queue, titles))
        return read[-1]

    monkeypatch.setattr(browsing, "warm", warm)
    work.fill(question(n) for n in range(1, 5))
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f11", "/", *"question 3")
        await tutor.until("1 found")
        await tutor.pilot.pause()
        held = read[-1]
        assert isinstance(held, Titles)
        await tutor.press("x")
        await tutor.until("in no title")
        await tutor.pilot.pause()
        assert read[-1] is held
        work.fill([question(33)])
        await tutor.press("escape", "/", *"question 33")
        await tutor.until("1 found")
        await tutor.pilot.pause()
        assert read[-1] is not held
        assert listed(tutor) == ["t33"]


async def test_a_wide_blank_of_an_input_method_is_typed(work: Home) -> None:
    work.fill(question(n) for n in range(1, 4))
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f11", "/", *"question", "\u3000", "2")
        assert "question\u30002_" in tutor.screen
        await tutor.until("1 found")


async def test_a_task_is_opened_by_its_id(work: Home) -> None:
    work.fill(question(n) for n in range(1, 31))
    async with work.tutor() as tutor:
        await tutor.press_at_once("f11", "/", "t", "2", "9", "enter")
        assert tutor.task == "t29"


async def test_enter_searches_the_texts_and_escape_gives_it_up(work: Home) -> None:
    work.fill(asked(n, prompt="Case 7 here" if n == 2 else f"Case {n}") for n in range(1, 6))
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f11", "/", *"answer b of 4")
        await tutor.until("in no title; Enter searches the texts")
        await tutor.press("enter")
        await tutor.until("1 found")
        assert listed(tutor) == ["t4"]
        await tutor.press("escape", "/", *"nowhere", "enter")
        await tutor.until("0 found")
        await tutor.press("enter")
        assert isinstance(tutor.app.screen, TaskList)
        await tutor.press("escape", "escape")
        assert tutor.task == "t1"


async def test_paging_goes_through_all_tasks_and_back(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "PAGE", 20)
    monkeypatch.setattr(browsing, "KEPT", 60)
    work.fill(question(n, "ab") for n in range(1, 131))
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f11")
        rows, seen = queue(tutor), set()
        while (before := rows.current) and before.id != "t130":
            seen.add(before.id)
            await tutor.press_at_once("pagedown")
            assert rows.current != before
        assert len(rows.rows) <= browsing.KEPT
        assert len(seen) == -(-129 // rows.page)
        await tutor.press("home")
        assert tutor.rows[FIRST].startswith(">")
        assert "Question 1." in tutor.rows[FIRST]
        await tutor.press("end", "up", "enter")
        assert tutor.task == "t129"


async def test_a_paste_is_searched_for_and_never_opens_anything(work: Home) -> None:
    work.fill(question(n) for n in range(1, 5))
    async with work.tutor() as tutor:
        await tutor.press("f11")
        await tutor.post(events.Paste("question 3\n"))
        assert len(listed(tutor)) == 4
        await tutor.press("/")
        await tutor.post(events.Paste("question\n 3\n"))
        await tutor.until("1 found")
        await tutor.press("t", "3")
        await tutor.press("enter", after_s=0.001)
        await tutor.until("Enter came within a paste and was not taken")
        assert isinstance(tutor.app.screen, TaskList)


async def test_chinese_and_hostile_texts_keep_their_columns(work: Home) -> None:
    hostile = "\x1b[2J\u202e胸痛" * 9
    texts = ("患者胸痛三天，服用阿司匹林后未缓解", hostile, "x" * 500)
    work.fill(
        asked(n, prompt=text, domain=text[:60].strip() or "x", language="zh-Hans")
        for n, text in enumerate(texts, 1)
    )
    for size in ((80, 24), (120, 40)):
        async with work.tutor(size=size, look=CHINESE) as tutor:
            await tutor.press("f11", "／", "胸", "痛")
            await tutor.until("胸痛_")
            await tutor.press("tab")
            assert set(listed(tutor)) == {"t1", "t2"}
            assert "\x1b" not in tutor.screen
            assert "\u202e" not in tutor.screen
            for y in range(2):
                assert queue(tutor).render_line(y).cell_length == size[0]
            await tutor.press("2", "escape", "escape", "escape")
            assert tutor.task == "t1"
