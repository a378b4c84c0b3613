"""The lesson played by keys, without a terminal: it shows each step, and tests them all."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tutorcli.core.settings import Settings
from tutorcli.services.desk import open_desk
from tutorcli.store.tasks import Filters
from tutorcli.tui.actions import Keymap, shown
from tutorcli.tui.classroom import LessonApp
from tutorcli.tui.learning import WORD, Lesson, Step
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import look_for

SIZE = (100, 30)
_ENTER_S = 0.04
"""A person's Enter comes later than the guard against pasted line breaks."""
_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of one step."""

    step: Step
    keys: tuple[str, ...]
    """As people write them."""
    is_done: bool


def rehearse(settings: Settings, themes: list[Path]) -> list[Rehearsed]:
    """Do every step of the lesson by its keys; ends at the first that is not reached.

    Args:
        settings: Where the home is; its tasks are judged.
        themes: Folders of theme files.

    Raises:
        ConfigError: The theme or a key of the settings is wrong.
    """
    keymap = Keymap.load(settings.keymap, settings.keys)
    look = look_for(settings.theme, themes, color=settings.color)
    with open_desk(settings) as desk:
        sitting = Sitting(desk, Filters(), settings.idle_s * 1000)
        sitting.start()
        lesson = Lesson.begin(keymap)
        return asyncio.run(_rehearse(LessonApp(lesson, sitting, keymap, look, settings), lesson))


async def _rehearse(app: LessonApp, lesson: Lesson) -> list[Rehearsed]:
    found: list[Rehearsed] = []
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        while (step := lesson.step) is not None:
            before = lesson.done
            keys = [part for name in step.keys for part in _keys_of(name, app)]
            await _press(pilot, keys, lesson.keymap)
            is_done = lesson.done > before
            found.append(Rehearsed(step, tuple(map(shown, keys)), is_done))
            if not is_done:
                break
    return found


def _keys_of(name: str, app: LessonApp) -> Iterator[str]:
    keymap = app.annotate.keymap
    if name == WORD:
        yield from _word(app)
    elif keymap.action_named(name):
        yield from keymap[name].keys[0].split()
    else:
        yield name


def _word(app: LessonApp) -> str:
    """The first letters or Chinese characters of an answer."""
    opened = app.sitting.opened
    text = opened.assigned.task.answers[0].text if opened else ""
    words = re.search(rf"[^\W\d_]{{{_LETTERS}}}", text)
    return words[0].lower() if words else "a"


async def _press(pilot: Pilot[None], keys: list[str], keymap: Keymap) -> None:
    for key in keys:
        if keymap.action(key) == "submit":
            await asyncio.sleep(_ENTER_S)
        await pilot.press(key)
        if keymap.action(key) in {"edit", "find"}:
            await pilot.pause(_ENTER_S)
    await pilot.pause()
