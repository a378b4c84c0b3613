"""Other looks: without colour, in plain signs, and one whose file changes meanwhile."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from textual.scrollbar import ScrollBarRender

from tests.tui.tutoring import ROOT, Home, Tutor, asked
from tutorcli import i18n
from tutorcli.tui import signs, widths
from tutorcli.tui.actions import Keymap
from tutorcli.tui.app import TutorApp
from tutorcli.tui.opening import suit
from tutorcli.tui.retheming import Wardrobe
from tutorcli.tui.themes import load_look, plain_look

THEME = (ROOT / "themes" / "dark.toml").read_text("utf-8")
TABLE = "| drug | dose |\n|---|---|\n| methotrexate | weekly |\n\n- one\n  - two\n\n> said\n\n---\n"
LONG = f"{TABLE}\n```\n{'x' * 90}\n```\n" + "word " * 900


@pytest.fixture
def plain_signs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    bars = [" "] * len(ScrollBarRender.VERTICAL_BARS)
    monkeypatch.setattr(ScrollBarRender, "VERTICAL_BARS", bars)
    signs.use(signs.ASCII)
    yield
    signs.use(signs.FINE)


def ambiguous(tutor: Tutor) -> set[str]:
    return {character for character in tutor.screen if east_asian_width(character) == "A"}


PLACES = {
    (160, 45): [["r", "1", "2", "equals_sign"], ["x"], ["escape", "ctrl+p"]],
    (80, 24): [
        *(["f6", "3"], ["f1"], ["pagedown"], ["escape", "f11"], ["escape", "d"]),
        *(["escape", "number_sign"], ["escape", "f7"], ["escape", "f4"], [*"abc", "end"]),
    ],
}
"""Keys from one place to the next, on wide screens and on narrow ones."""


@pytest.mark.usefixtures("plain_signs")
@pytest.mark.parametrize("size", PLACES)
async def test_every_screen_is_drawn_without_ambiguous_characters(
    work: Home, size: tuple[int, int]
) -> None:
    answers = [{"id": name, "text": LONG, "reasoning": "why\nso"} for name in "abcd"]
    context = [{"id": "c", "title": "Law", "text": LONG, "locator": "p. 3"}]
    work.fill([asked(1) | {"answers": answers, "prompt": LONG, "context": context}, asked(2)])
    async with work.tutor(size=size) as tutor:
        seen = {"": ambiguous(tutor)}
        for keys in PLACES[size]:
            before = tutor.screen
            await tutor.press(*keys)
            assert tutor.screen != before, keys
            seen[" ".join(keys)] = ambiguous(tutor)
        if pane := tutor.app.annotate._pane:
            pane._compare()
        await tutor.pilot.pause()
        seen["compared"] = ambiguous(tutor)
        assert ("{+abc+}" in tutor.screen) is (size == (80, 24))
    assert {place: found for place, found in seen.items() if found} == {}


async def test_fine_signs_are_drawn_elsewhere(work: Home) -> None:
    work.fill([asked(1)])
    async with work.tutor(size=(160, 45)) as tutor:
        assert {"│", "·"} <= ambiguous(tutor)


async def test_without_colour_nothing_is_coloured_and_cursor_and_focus_are_seen(work: Home) -> None:
    work.fill([asked(1)])
    i18n.activate("en")
    with work.sitting() as sitting:
        app = TutorApp(sitting, Keymap(), plain_look(), replace(work.settings, color=False))
        async with app.run_test(size=(120, 40)) as pilot:
            tutor = Tutor(app, pilot, work.clock)
            await tutor.press("1", "f4", "x")
            drawn = [
                segment.style
                for strip in app.screen._compositor.render_strips()
                for segment in strip
                if segment.style is not None
            ]
    assert all(
        colour is None or colour.is_default
        for style in drawn
        for colour in (style.color, style.bgcolor)
    )
    assert any(style.reverse for style in drawn)


def test_what_the_terminal_can_show_is_heeded_before_anything_is_drawn(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_wide = []
    monkeypatch.setattr(widths, "draw_wide", lambda: drawn_wide.append(True))
    monkeypatch.setenv("NO_COLOR", "")
    suit(work.settings)
    assert ("NO_COLOR" in os.environ, drawn_wide) == (False, [])
    suit(replace(work.settings, color=False, ambiguous="narrow"))
    assert (os.environ["NO_COLOR"], drawn_wide) == ("1", [])
    suit(replace(work.settings, ambiguous="wide"))
    assert drawn_wide == [True]


def ground(tutor: Tutor) -> set[str]:
    """The backgrounds on the screen."""
    strips = tutor.app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip]
    return {
        style.bgcolor.get_truecolor().hex for style in styles if style is not None and style.bgcolor
    }


def write(file: Path, text: str, at_s: int) -> None:
    """Write a theme at a time of its own, whatever the clock of the disk can tell apart."""
    file.write_text(text, "utf-8")
    os.utime(file, (at_s, at_s))


@asynccontextmanager
async def wearing_a_file(work: Home, width: int = 120) -> AsyncIterator[tuple[Tutor, Path]]:
    """Somebody at the program in a theme of their own, and its file."""
    work.fill([asked(1)])
    file = work.folder / "themes" / "mine.toml"
    file.parent.mkdir(parents=True)
    write(file, THEME, 1)
    look = load_look("mine", [file.parent])
    i18n.activate("en")
    with work.sitting() as sitting:
        app = TutorApp(sitting, Keymap(), look, work.settings)
        app.wardrobe = Wardrobe(look, [file.parent])
        async with app.run_test(size=(width, 40)) as pilot:
            app.look_again()
            yield Tutor(app, pilot, work.clock), file


@pytest.mark.parametrize("keys", [[], ["f1"], ["f7"], ["f4", "x"]])
async def test_a_theme_that_is_written_is_worn_at_once(work: Home, keys: list[str]) -> None:
    async with wearing_a_file(work) as (tutor, file):
        await tutor.press(*keys)
        assert {"#14181d", "#232a32"} <= ground(tutor)
        changed = THEME.replace("#14181d", "#101112").replace("#232a32", "#202122")
        write(file, changed.replace("#1f262d", "#202125"), 2)
        tutor.app.look_again()
        await tutor.pilot.pause()
        assert {"#101112", "#202122"} <= ground(tutor)
        assert not {"#14181d", "#232a32", "#1f262d"} & ground(tutor)


async def test_a_wrong_colour_keeps_the_old_look_and_is_named(work: Home) -> None:
    async with wearing_a_file(work, width=160) as (tutor, file):
        before = ground(tutor)
        write(file, THEME.replace("#14181d", "#14181"), 2)
        tutor.app.look_again()
        await tutor.pilot.pause()
        assert ground(tutor) == before
        assert '  mine.toml: text: background: "#14181" is no colour' in tutor.strip
        write(file, "", 3)
        tutor.app.look_again()
        file.unlink()
        tutor.app.look_again()
        await tutor.pilot.pause()
        assert ground(tutor) == before
