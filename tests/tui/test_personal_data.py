"""The key that reports personal data, and what is seen of the task afterwards."""

import pytest

from tests.screens import question
from tests.tui.tutoring import CHINESE, Clock, Home


@pytest.fixture(autouse=True)
def _clock(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutorcli.tui.screens.personal.time", clock)


@pytest.mark.parametrize("again", ["p", "enter", "1", "ｐ"])
async def test_it_is_asked_once_and_then_the_text_is_gone(work: Home, again: str) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("1", "f4", "x", "escape", "p")
        assert "contain personal data?" in tutor.panel
        await tutor.press(again)
        assert tutor.task == "t2"
        assert "closed: its text is shown nowhere any more; F8 undoes" in tutor.strip
        await tutor.press("f11", "end", "home")
        assert "t1: personal data" in tutor.screen
        assert "Question 1" not in tutor.screen
    (said,) = work.judged("t1")
    assert (said.disposition, said.reason, said.edits) == ("bad_task", "personal_data", ())
    assert work.draft("t1") is None


@pytest.mark.parametrize("count", [1, 2])
async def test_what_was_copied_of_it_is_named(work: Home, count: int) -> None:
    work.fill(question(n + 1) for n in range(count))
    async with work.tutor(size=(200, 24)) as tutor:
        await tutor.press("Y", "p", "p")
        folder = work.settings.data / "copied" / "t1"
        assert f"closed; delete what was copied of it: {folder}; F8 undoes" in tutor.strip
        assert len([*folder.iterdir()]) == 1


async def test_escape_leaves_all_as_it_was(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press("1", "p", "escape")
        assert (tutor.task, tutor.panel) == ("t1", "")
    assert work.judged("t1") == []
    assert work.draft("t1") is not None


@pytest.mark.parametrize("then", ["p", "1", "１"])
async def test_a_paste_that_asks_and_answers_reports_nothing(work: Home, then: str) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press("p")
        await tutor.press(then, after_s=0.001)
        assert (tutor.task, tutor.panel) == ("t1", "")
    assert work.judged("t1") == []


async def test_undo_brings_the_text_back(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("p", "p", "u")
        assert tutor.task == "t1"
        assert "Question 1" in tutor.screen
        assert "taken back; the task is open again" in tutor.strip
        assert "2 of 2 open" in tutor.head
        await tutor.press("2", "1", "enter")
    first, back, last = sorted(work.judged("t1"), key=lambda said: said.revision)
    assert [it.disposition for it in (first, back, last)] == ["bad_task", "withdrawn", "done"]
    assert last.supersedes == back.id


async def test_a_later_sitting_does_not_open_it(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("p", "p")
    async with work.tutor(look=CHINESE) as tutor:
        await tutor.press("u")
        assert tutor.task == "t2"
        assert "Question 1" not in tutor.screen
        await tutor.press("f11", "end", "home", "enter")
        assert "Question 1" not in tutor.screen


async def test_the_reason_in_the_list_of_reasons_closes_as_well(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("f5", "3", "1", "f11")
        assert "Question 1" not in tutor.screen
    assert work.judged("t1")[0].reason == "personal_data"


async def test_what_was_looked_for_in_it_is_forgotten(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("f", *"move", "enter", "escape", "p", "p")
        assert tutor.task == "t2"
        await tutor.press(".")
        assert "move" not in tutor.strip
        assert "nothing is looked for yet" in tutor.strip
