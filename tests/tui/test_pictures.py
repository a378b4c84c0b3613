"""The screens look as they did; some of these pictures stand in the docs."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot

from scripts.screenshots import DOCS, PICTURES, snapshot
from tests.tui.tutoring import Home, Tutor
from tutorcli.tui.app import TutorApp

NARROW, WIDE, LARGE = (80, 24), (120, 40), (200, 60)


@dataclass(frozen=True)
class Shot:
    """A task on a screen after some keys."""

    task: str
    keys: tuple[str, ...]
    size: tuple[int, int] = WIDE
    language: str = "en"
    theme: str = "dark"
    shows: str = ""
    """What must have been drawn; it may come later than the last key."""


JUDGED = ("1", "2", "3", "enter", "f5", "2", "2", "1", "3", "equals_sign")
FOURTH = ("tab", "tab", "tab")
TO_THOUSANDS = ("end", "left", "left", *["backspace"] * 7, *"thousand")
TEN_TIMES_LESS = ("down", "end", *["left"] * 5, *["backspace"] * 5, *"18.29")
SHOTS = {
    "annotate": Shot("sample-med-en-01", ("1", "slash", "3", "2"), (148, 36), shows="1 | 3 > 2"),
    "annotate-zh": Shot(
        "sample-law-zh-01", (*FOURTH, "4", "2", "slash", "1"), WIDE, "zh", shows="4 > 2 | 1"
    ),
    "narrow": Shot("sample-med-zh-03", ("tab", "tab", "3", "2", "slash"), NARROW, "zh", "light"),
    "ratings": Shot("sample-fin-en-01", ("2", "4", "3", "f6", "1", "3"), WIDE, "en", "light"),
    "edit": Shot(
        "sample-fin-en-01",
        (*FOURTH, "f4", "down", "down", *TO_THOUSANDS, "down", "down", *TO_THOUSANDS),
        shows="**£8,365 [-million-]{+thousand+}**",
    ),
    "edit-narrow": Shot(
        *("sample-fin-zh-01", (*FOURTH, "f4", *TEN_TIMES_LESS), NARROW, "zh", "light"),
        shows="[-182.9-]{+18.29+}",
    ),
    "tasks": Shot("sample-med-en-02", (*JUDGED, "f11"), NARROW, shows="draft 1"),
    "help": Shot("sample-med-en-01", ("f1",), NARROW, "zh"),
    "annotate-pt": Shot("sample-law-pt-01", ("2", "equals_sign", "1"), WIDE, "pt-BR", "contrast"),
    "formulae": Shot("sample-fin-fr-01", ("2", "1"), LARGE, "fr", "warm"),
    "documents": Shot("sample-law-fr-02", ("x",), (148, 36), "fr", "light"),
    "find": Shot("sample-med-en-01", ("f", *"throat"), WIDE, "en", "safe"),
    "compare": Shot("sample-fin-en-04", ("d", "2"), WIDE, "en", "terminal"),
    "palette": Shot("sample-med-en-01", ("ctrl+p", *"ti"), NARROW),
}


class Drawn(TutorApp):
    """Draws itself small, without fonts from elsewhere."""

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        del simplify
        drawn = super().export_screenshot(title=title, simplify=True)
        drawn = re.sub(r"@font-face \{[^}]*\}\s*", "", drawn)
        # Not every program that shows SVG keeps the spaces at the start of a text.
        return drawn.replace("<svg ", '<svg xml:space="preserve" ', 1)


@pytest.mark.parametrize("name", SHOTS)
def test_the_screens_look_as_they_did(
    name: str, samples: Home, snap_compare: Callable[..., bool]
) -> None:
    shot = SHOTS[name]

    async def press(pilot: Pilot[None]) -> None:
        tutor = Tutor(app, pilot, samples.clock)
        await pilot.pause()
        await tutor.press(*shot.keys)
        await tutor.until(shot.shows)

    with samples.program(shot.task, (shot.language, shot.theme), Drawn) as app:
        assert snap_compare(app, terminal_size=shot.size, run_before=press)


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_of_the_docs_are_those_of_the_tests(name: str) -> None:
    assert (DOCS / f"{name}.svg").read_bytes() == snapshot(name).read_bytes()
