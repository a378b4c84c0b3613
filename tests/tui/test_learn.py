"""The lesson: every step is reached by its keys, told in words, and shown by what is stored."""

import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.tutoring import ENGLISH, ROOT, Home, Tutor, asked
from tutorcli.__main__ import main
from tutorcli.cli.learning import MOST, tasks_of
from tutorcli.errors import TutorError
from tutorcli.tui import learning
from tutorcli.tui.actions import Keymap
from tutorcli.tui.classroom import LessonApp
from tutorcli.tui.learning import STEPS, Lesson
from tutorcli.tui.screens import lesson as screens
from tutorcli.tui.themes import load_look

SAMPLES = ROOT / "sample_tasks"


@asynccontextmanager
async def pupil(work: Home, keymap: Keymap | None = None) -> AsyncIterator[tuple[Tutor, Lesson]]:
    """Somebody at the lesson, in English at 80 by 24."""
    keymap = keymap or Keymap()
    lesson = Lesson.begin(keymap)
    work.fill([asked(number, "abcd") for number in range(3)])
    with work.sitting() as sitting:
        look = load_look(ENGLISH[1], [ROOT / "themes"])
        app = LessonApp(lesson, sitting, keymap, look, work.settings)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            yield Tutor(app, pilot, work.clock), lesson


def title(lesson: Lesson) -> str:
    return lesson.step.id if lesson.step else "over"


def played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a lesson that the program goes through itself."""
    monkeypatch.setattr(sys, "argv", ["tutorcli", "learn", "--play"])
    code = main()
    return code, *capsys.readouterr()


@pytest.mark.integration
@pytest.mark.parametrize(
    ("language", "keymap"),
    [("en", "vim"), ("zh-Hans", "default"), ("fr", "azerty"), ("pt-BR", "left_hand")],
)
def test_the_lesson_can_be_played_in_every_language_and_with_every_keymap(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    keymap: str,
) -> None:
    monkeypatch.setenv("TUTORCLI_HOME", str(home))
    monkeypatch.setenv("TUTORCLI_LANGUAGE", language)
    monkeypatch.setenv("TUTORCLI_KEYMAP", keymap)
    code, out, err = played(monkeypatch, capsys)
    assert (code, out.count(" done\n")) == (0, len(STEPS)), out + err


def test_a_step_that_is_not_reached_ends_with_exit_code_1(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del home
    first, second, *_ = STEPS
    monkeypatch.setattr(learning, "STEPS", (first, replace(second, keys=("prompt",))))
    code, out, err = played(monkeypatch, capsys)
    assert code == TutorError.exit_code
    assert re.search(r"Read the answers +F12 +not reached", out)
    assert "answers" in err


@pytest.mark.parametrize("language", ["en", "zh_CN.UTF-8", "fr-FR", "pt-BR", "de"])
def test_the_tasks_are_of_the_tutors_language_and_allow_a_tie(language: str) -> None:
    tasks = tasks_of(SAMPLES, language)
    own = language[:2] if language != "de" else "en"
    assert {task["language"].split("-")[0] for task in tasks} == {own}
    assert len(tasks) == MOST
    assert all(len(task["answers"]) in {3, 4} and "protocol" not in task for task in tasks)


async def test_a_wrong_key_gets_a_hint_after_a_moment_and_the_right_one_takes_it_away(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "PATIENCE_S", 0.01)
    async with pupil(work) as (tutor, lesson):
        assert "Press F12" in tutor.screen
        assert "Not yet" not in tutor.screen
        await tutor.press("7")
        await tutor.until("Not yet")
        assert title(lesson) == "prompt"
        await tutor.press("f12")
        assert title(lesson) == "answers"
        assert "Not yet" not in tutor.screen


async def test_what_would_lead_away_from_a_step_waits_for_its_own(work: Home) -> None:
    async with pupil(work) as (tutor, lesson):
        task = tutor.task
        await tutor.press("1", "2", "3", "enter", "f5", "1", "1", "f8", "f11")
        assert tutor.task == task
        assert "comes later in this lesson" in tutor.screen
        assert work.judged(task) == []
        assert title(lesson) == "prompt"


async def test_each_step_is_done_only_when_the_judgment_says_so(work: Home) -> None:
    async with pupil(work) as (tutor, lesson):
        await tutor.press("f12", "f12", "tab", "f", "a", "escape")
        assert title(lesson) == "rank"
        await tutor.press("1")
        assert title(lesson) == "rank"
        await tutor.press("backspace", "2", "1")
        assert title(lesson) == "tie"
        await tutor.press("equals_sign")
        assert title(lesson) == "tie"
        await tutor.press("3", "slash")
        assert title(lesson) == "rate"
        await tutor.press("f6")
        assert title(lesson) == "rate"
        await tutor.press("3")
        first = tutor.task
        await tutor.press("enter")
        assert title(lesson) == "set_aside"
        assert [judgment.disposition for judgment in work.judged(first)] == ["done"]


async def test_the_second_task_is_set_aside_reopened_edited_and_judged(work: Home) -> None:
    async with pupil(work) as (tutor, lesson):
        lesson.done = [step.id for step in STEPS].index("set_aside")
        task = tutor.task
        for keys, then in (
            (("f5", "1", "1"), "undo"),
            (("f8",), "edit"),
            (("f4", "h", "i", "ctrl+s"), "finish"),
            (("enter", "2", "1", "3", "4", "enter"), "over"),
        ):
            await tutor.press(*keys)
            assert title(lesson) == then
        assert [one.disposition for one in work.judged(task)] == ["skip", "done"]
        assert len(work.judged(task)[-1].edits) == 1


async def test_what_the_list_of_all_actions_runs_is_seen(work: Home) -> None:
    async with pupil(work) as (tutor, lesson):
        await tutor.press(":", *"prompt", "enter")
        assert title(lesson) == "answers"


async def test_escape_closes_documents_before_it_leaves(work: Home) -> None:
    work.fill([asked(9, "abcd", context=[{"title": "Label", "text": "Take it daily."}])])
    async with pupil(work) as (tutor, _):
        await tutor.press("x")
        assert "It is a move." not in tutor.screen
        await tutor.press("escape")
        assert "It is a move." in tutor.screen
        assert "leaves the lesson" not in tutor.screen


async def test_keys_of_ones_own_are_told(work: Home) -> None:
    async with pupil(work, Keymap({"prompt": "ctrl+y"})) as (tutor, _):
        assert "Press Ctrl+Y: it gets more room" in tutor.screen


async def test_escape_leaves_at_the_second_time_and_another_key_between_takes_it_back(
    work: Home,
) -> None:
    async with pupil(work) as (tutor, _):
        await tutor.press("escape", "down", "escape")
        assert tutor.app.is_running
        assert "Esc again leaves the lesson" in tutor.screen
        await tutor.press("escape")
        assert not tutor.app.is_running or tutor.app._exit


async def test_at_the_end_it_says_what_comes_next(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "STEPS", STEPS[:1])
    async with pupil(work) as (tutor, _):
        await tutor.press("f12")
        assert "tutorcli import FILE" in tutor.screen
        assert "tutorcli login URL" in tutor.screen
        await tutor.press("escape")
        assert tutor.app._exit


def test_the_words_fit_80_columns() -> None:
    lesson = Lesson.begin(Keymap())
    for number, step in enumerate(lesson.steps, 1):
        do, why, hint = (str(lesson.worded(text)) for text in (step.do, step.why, step.hint))
        head = f"{number}/{len(lesson.steps)} {step.title}. {do}"
        assert max(map(len, (head, why, f"Not yet. {hint}"))) <= 78, step.id


def test_only_the_next_key_of_a_step_is_on_the_way() -> None:
    lesson = Lesson.begin(Keymap())
    lesson.done = [step.id for step in lesson.steps].index("rank")
    pressed = [("1", None), ("2", None), ("backspace", "back"), ("2", None), ("1", None)]
    assert [lesson.press(*key) for key in pressed] == [False, True, True, True, True]
