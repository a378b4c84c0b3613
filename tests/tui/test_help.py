"""Help shows what acts where it is asked for."""

import pytest

from tests.screens import question
from tests.tui.tutoring import CHINESE, ENGLISH, Home, asked
from tutorcli import i18n
from tutorcli.core.draft import EDIT
from tutorcli.tui import contexts
from tutorcli.tui.actions import Keymap
from tutorcli.tui.presets import preset_names
from tutorcli.tui.screens.annotate import AnnotateScreen


@pytest.mark.parametrize("name", preset_names())
def test_no_key_is_told_twice(name: str) -> None:
    keymap = Keymap.load(name)
    for context in (contexts.CHOICE, contexts.TASKS, contexts.COMPARED, contexts.editor()):
        keys = [key for row, _ in context.rows(keymap) for key in row.split(", ")]
        assert len(keys) == len(set(keys)), context.title


@pytest.mark.parametrize("closing", ["f1", "escape"])
async def test_in_the_editor_help_has_the_editors_keys_and_goes_back_to_it(
    work: Home, closing: str
) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f4", "h", "?")
        assert isinstance(tutor.app.screen, AnnotateScreen)
        assert "F1 help" in tutor.keys
        await tutor.press("f1")
        assert "The editor" in tutor.screen
        assert "Delete the word on the left." in tutor.screen
        assert "Submit the judgment" not in tutor.screen
        await tutor.press(closing, "X", "ctrl+s")
        edit = tutor.opened.draft.text(EDIT + tutor.answers[0])
        assert edit is not None
        assert edit.startswith("h?X")


async def test_a_wider_window_shows_more_keys_of_a_text(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(12, 5)) as tutor:
        await tutor.press("f1")
        assert "page down" not in tutor.bars()[0]
        await tutor.resize(80, 24)
        assert "PgDn page down" in tutor.bars()[0]


async def test_in_an_open_choice_help_has_what_answers_it(work: Home) -> None:
    work.fill([asked(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f5")
        panel = tutor.panel
        await tutor.press("f1")
        assert "An open choice" in tutor.screen
        assert "Choose the option that is marked." in tutor.screen
        assert "Submit the judgment" not in tutor.screen
        await tutor.press("f1")
        assert tutor.panel == panel


@pytest.mark.parametrize("look", [ENGLISH, CHINESE])
async def test_in_the_list_of_tasks_help_has_the_lists_keys(
    work: Home, look: tuple[str, str]
) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24), look=look) as tutor:
        await tutor.press("f11")
        rows = tutor.rows
        await tutor.press("f1")
        assert i18n.translate(contexts.TASKS.title) in tutor.screen
        assert max(map(len, tutor.rows)) <= 80
        await tutor.press("escape")
        assert tutor.rows == rows
