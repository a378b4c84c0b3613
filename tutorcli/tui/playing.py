"""The screens driven by keys, without a terminal: a demonstration that is also a test."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tutorcli.core.instruments import EditWithReasons, Pair, Rank, Ratings
from tutorcli.core.judgment import Judgment
from tutorcli.core.ranking import format_ranking
from tutorcli.core.rules import rating_cells
from tutorcli.core.settings import Settings
from tutorcli.services.desk import Desk, open_desk
from tutorcli.services.judging import Opened
from tutorcli.store import judgments
from tutorcli.store.tasks import Filters
from tutorcli.tui.actions import Keymap
from tutorcli.tui.app import TutorApp
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import load_look

SIZE = (120, 40)
_SENTENCE = "Checked by a specialist. "


@dataclass(frozen=True, slots=True)
class Act:
    """One task of the demonstration."""

    title: str
    keys: tuple[str, ...]
    """What is pressed beyond what the task's protocol asks for."""
    is_first: bool = True
    """Whether these keys come before the others."""


ACTS = (
    Act("rank", ()),
    Act("tie", ("1", "equals_sign", "2")),
    Act("accept line", ("1", "slash")),
    Act("rating", ("f6", "3", "2", "4", "f6", "f6"), is_first=False),
    Act("edit", ("f4", *_SENTENCE.replace(" ", "~"), "ctrl+s", "1", "enter"), is_first=False),
    Act("skip", ("f5", "1", "1")),
    Act("undo", ("f8",)),
)
"""Six tasks; the last act takes the one that was skipped up again and judges it."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was done."""

    lines: tuple[str, ...]
    """A line for each act: its keys and what was stored."""
    screen: str
    """The last screen as text."""
    svg: str


def play(settings: Settings, themes: list[Path]) -> Played:
    """Judge six tasks of the home by keys and say what came of it.

    Args:
        settings: Where the home is.
        themes: Folders of theme files.
    """
    with open_desk(settings) as desk:
        sitting = Sitting(desk, Filters(), settings.idle_s * 1000)
        sitting.start()
        look = load_look(settings.theme, themes)
        return asyncio.run(_play(TutorApp(sitting, Keymap(), look, settings), desk))


async def _play(app: TutorApp, desk: Desk) -> Played:
    lines = []
    async with app.run_test(size=SIZE) as pilot:
        for act in ACTS:
            opened = app.sitting.opened
            if opened is None:
                break
            keys = list(_keys_of(act, opened))
            await _press(pilot, keys)
            if act.title == "undo" and (reopened := app.sitting.opened) is not None:
                more = [*_asked(reopened, set()), "enter"]
                await _press(pilot, more)
                keys += more
            lines.append(_line(act, keys, desk))
        await pilot.pause()
        return Played(tuple(lines), _screen_text(app), app.export_screenshot(title="tutorcli"))


async def _press(pilot: Pilot[None], keys: list[str]) -> None:
    for key in keys:
        if key == "enter":
            # A person's Enter comes later than the guard against pasted line breaks.
            await asyncio.sleep(0.04)
        await pilot.press(key)
        if key == "f4":
            await pilot.pause(0.05)
    await pilot.pause()


def _keys_of(act: Act, opened: Opened) -> Iterator[str]:
    keys = ["space" if key == "~" else key for key in act.keys]
    if act.title in {"skip", "undo"}:
        yield from keys
        return
    if act.is_first:
        yield from keys
    yield from _asked(opened, {key for key in keys if key.isdigit() and act.is_first})
    if not act.is_first:
        yield from keys
    yield "enter"


def _asked(opened: Opened, pressed: set[str]) -> Iterator[str]:
    """The keys that the required instruments of a task ask for, the focus moved on between."""
    for index, item in enumerate(opened.assigned.instruments):
        if not item.required and index:
            continue
        if index:
            yield from ("f6",) if not isinstance(item, EditWithReasons) else ()
        match item:
            case Rank():
                numbers = map(str, range(1, len(opened.assigned.order) + 1))
                yield from [number for number in numbers if number not in pressed][:9]
            case Pair():
                yield "2"
            case Ratings():
                yield from "3" * len(rating_cells(opened.assigned, item))
            case EditWithReasons():
                yield from ("f4", "O", "K", "ctrl+s", "enter")


def _line(act: Act, keys: list[str], desk: Desk) -> str:
    last = judgments.last_of(desk.queue)
    said = _said(last.judgment) if last else "-"
    shown = " ".join(keys)
    return f"{act.title:<12} {shown if len(shown) <= 34 else shown[:31] + '...':<34}  {said}"


def _said(judgment: Judgment) -> str:
    parts = [judgment.task]
    if judgment.disposition != "done":
        parts.append(f"{judgment.disposition}: {judgment.reason}")
    if judgment.ranking:
        parts.append(format_ranking(judgment.preference))
    if judgment.ratings:
        parts.append(f"{len(judgment.ratings)} ratings")
    if judgment.strengths:
        parts.append(f"{len(judgment.strengths)} strength")
    if judgment.edits:
        parts.append(f"{len(judgment.edits)} edit")
    if judgment.supersedes:
        parts.append(f"revision {judgment.revision}")
    return "  ".join(parts)


def _screen_text(app: TutorApp) -> str:
    width = app.size.width
    lines = app.screen._compositor.render_strips()  # noqa: SLF001 - the text of what was drawn
    return "\n".join(line.crop(0, width).text.rstrip() for line in lines)
