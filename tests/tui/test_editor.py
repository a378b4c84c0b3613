"""Editing in place keeps every code point, and tells every change before it shows."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import Key, Paste
from textual.geometry import Offset

from tutorcli.core.splice import Location, TextBuffer
from tutorcli.core.text import graphemes, is_wide_script
from tutorcli.errors import StoreError, message
from tutorcli.tui.widgets import editor_breaks, editor_layout
from tutorcli.tui.widgets.editor import WORD, AnswerEditor
from tutorcli.tui.widgets.editor_breaks import characters
from tutorcli.tui.widgets.editor_layout import Layout, expanded
from tutorcli.tui.widgets.exact_document import ExactDocument
from tutorcli.tui.widgets.line_editor import LineEditor

HOSTILE = "a \r\nb\r\n\u2028c\x0b\x0cd\x1b[31m\x85\u202ee\u202c\t👨\u200d👩\u200d👧 e\u0301\ud800。今天，的\n\n"
TEXTS = st.text(st.sampled_from("ab 中。，「\n\r\t\u2028\x1b\u202e👨\u200d\u0301🇨🇳(."), max_size=60)


class Desk(App[None]):
    ENABLE_COMMAND_PALETTE = False
    CSS = "AnswerEditor { border: none; padding: 0; }"

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.loaded = text
        self.splices: list[tuple[Location, Location, str]] = []
        self.keys: list[str] = []
        self.refused: list[str] = []
        self.is_full = False
        self.editor = AnswerEditor(on_splice=self.spliced)

    def compose(self) -> ComposeResult:
        yield self.editor

    def on_mount(self) -> None:
        self.load(self.loaded)
        self.editor.focus()

    def load(self, text: str) -> None:
        self.loaded = text
        self.splices.clear()
        self.editor.load(text)

    def spliced(self, start: Location, end: Location, inserted: str) -> None:
        if self.is_full:
            raise StoreError(message("the disk is full"))
        self.splices.append((start, end, inserted))

    def on_key(self, event: Key) -> None:
        self.keys.append(event.key)

    def on_answer_editor_refused(self, refused: AnswerEditor.Refused) -> None:
        self.refused.append(str(refused.error))

    def replayed(self) -> str:
        buffer = TextBuffer(self.loaded)
        for start, end, inserted in self.splices:
            buffer.splice(*start, *end, inserted)
        return buffer.text

    def screen_text(self) -> list[str]:
        return [
            "".join(segment.text for segment in self.editor.render_line(y)).rstrip()
            for y in range(self.editor.size.height)
        ]


async def typed(text: str, keys: Sequence[str], at: Location | None = None) -> str:
    desk = Desk(text)
    async with desk.run_test(size=(40, 12)) as pilot:
        desk.editor.move_cursor(desk.editor.document.end if at is None else at)
        await pilot.press(*keys)
        assert desk.replayed() == desk.editor.text
        return desk.editor.text


async def test_a_text_that_is_not_touched_comes_back_exactly() -> None:
    desk = Desk()
    async with desk.run_test():
        for text in (HOSTILE, "", "\n", "\r", "\r\n", "a\u2028", "\x1c\x1d\x1e\x85", "\n\n\r"):
            desk.load(text)
            assert desk.editor.text == text
        assert desk.splices == []


EDITING = ["a", "b", "中", "。", " ", "enter", "enter", "backspace", "backspace", "delete"]
EDITING += ["ctrl+w", "alt+delete", "ctrl+k", "ctrl+u", "ctrl+x", "ctrl+c", "ctrl+v"]
EDITING += ["ctrl+z", "ctrl+z", "ctrl+y"]
MOVING = ["left", "right", "up", "down", "home", "end", "ctrl+left", "ctrl+right", "ctrl+home"]
MOVING += ["shift+left", "shift+right", "shift+up", "shift+down", "ctrl+end", "pageup", "pagedown"]


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.integration) for n in (1, 2, 3))]
)
async def test_splices_replayed_are_the_text_whatever_keys_were_pressed(seed: int) -> None:
    rng = random.Random(seed)
    desk = Desk()
    async with desk.run_test(size=(24, 8)) as pilot:
        for _ in range(25):
            desk.load("".join(rng.choices(HOSTILE, k=rng.randrange(60))))
            for key in rng.choices(EDITING + MOVING, k=40):
                desk.post_message(Key(key, " " if key == " " else None))
            await pilot.pause()
            assert desk.replayed() == desk.editor.text
            assert_laid_out_afresh(desk.editor.wrapped_document)


async def test_blanks_of_every_width_are_typed() -> None:
    desk = Desk("end")
    async with desk.run_test(size=(40, 12)) as pilot:
        blanks = "\u3000\u00a0\u202f "
        for blank in blanks:
            desk.post_message(Key("a blank", blank))
        await pilot.pause()
        assert desk.editor.text == f"{blanks}end"
        assert desk.replayed() == desk.editor.text


async def test_undo_of_everything_gives_back_what_was_loaded() -> None:
    desk = Desk(HOSTILE)
    async with desk.run_test() as pilot:
        await pilot.press("x", "enter", "y", "ctrl+end", "ctrl+w", "ctrl+home", "delete", "中")
        edited = desk.editor.text
        await pilot.press(*["ctrl+z"] * 10)
        assert desk.editor.text == HOSTILE
        await pilot.press(*["ctrl+y"] * 10)
        assert desk.editor.text == edited
        assert desk.replayed() == edited


@pytest.mark.parametrize(
    "character", ["👨\u200d👩\u200d👧", "🇨🇳", "e\u0301", "葛\U000e0100", "क्ष", "\r\n"]
)
async def test_a_character_as_the_reader_sees_it_is_one_step(character: str) -> None:
    text = f"a{character}b"
    end = (1, 0) if "\n" in character else (0, 1 + len(character))
    assert await typed(text, ["backspace"], at=end) == "ab"
    assert await typed(text, ["delete"], at=(0, 1)) == "ab"
    assert await typed(text, ["left", "X"], at=end) == f"aX{character}b"
    assert await typed(text, ["right", "X"], at=(0, 1)) == f"a{character}Xb"


async def test_deleting_a_word_of_chinese_stops_at_the_punctuation() -> None:
    assert await typed("我们去公园，今天天气好", ["ctrl+w"]) == "我们去公园，"
    assert await typed("我们去公园，", ["ctrl+w"]) == "我们去公园"
    assert await typed("我们去park玩", ["ctrl+left", "ctrl+left", "X"]) == "我们去Xpark玩"
    assert await typed("我们，去", ["ctrl+right", "X"], at=(0, 0)) == "我们X，去"
    assert await typed("我们，去", ["alt+delete"], at=(0, 0)) == "，去"


async def test_a_line_of_a_crlf_text_breaks_and_ends_like_its_neighbours() -> None:
    assert await typed("one\r\ntwo\r\n", ["end", "X", "enter"], at=(0, 0)) == "oneX\r\n\r\ntwo\r\n"
    assert await typed("one\r\ntwo", ["backspace"], at=(1, 0)) == "onetwo"


async def test_a_paste_is_kept_but_for_the_breaks_that_terminals_send() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        desk.editor.post_message(Paste("one\rtwo"))
        await pilot.pause()
        assert desk.editor.text == "one\ntwo"
        desk.load("")
        desk.editor.post_message(Paste("one\r\ntwo\u2028\x1b"))
        await pilot.pause()
        assert desk.editor.text == "one\r\ntwo\u2028\x1b"
        assert desk.replayed() == desk.editor.text


async def test_hostile_characters_are_drawn_as_one_cell_each() -> None:
    desk = Desk("a\x1b]52;c;x\x07b\u202ec\x9b\ud800\ntab\tend\rx")
    async with desk.run_test(size=(40, 6)):
        assert desk.screen_text()[:2] == ["a␛]52;c;x␇b␦c␦␦", "tab end␍x"]


async def test_keys_of_the_screen_are_not_eaten() -> None:
    desk = Desk("text")
    wanted = ["ctrl+s", "escape", "tab", "ctrl+o", *[f"f{number}" for number in range(1, 13)]]
    async with desk.run_test() as pilot:
        await pilot.press(*wanted)
        assert [key for key in desk.keys if key in wanted] == wanted
        assert desk.editor.text == "text"


async def test_a_change_that_cannot_be_recorded_is_not_made() -> None:
    desk = Desk("text")
    async with desk.run_test() as pilot:
        await pilot.press("a")
        desk.is_full = True
        await pilot.press("b", "backspace", "ctrl+z", "delete")
        assert desk.editor.text == "atext"
        assert desk.refused == ["the disk is full"] * 4
        desk.is_full = False
        await pilot.press("c")
        assert desk.editor.text == desk.replayed() == "actext"


async def test_a_change_is_told_before_the_document_holds_it() -> None:
    desk = Desk("text")
    seen: list[str] = []
    async with desk.run_test() as pilot:
        desk.editor._on_splice = lambda *_: seen.append(desk.editor.text)
        await pilot.press("a", "b")
    assert seen == ["text", "atext"]


async def test_a_typed_character_draws_its_own_rows_only() -> None:
    desk = Desk("words of a line\n" * 100)
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "a")
        drawn: list[int] = []
        whole = desk.editor.render_line

        def counted(y: int) -> object:
            drawn.append(y)
            return whole(y)

        desk.editor.render_line = counted  # type: ignore[method-assign, assignment]
        await pilot.press("b")
        await pilot.pause()
        assert set(drawn) == {1}


async def test_the_cursor_stays_in_view_at_the_end_of_a_growing_text() -> None:
    desk = Desk("line\n" * 30)
    async with desk.run_test(size=(40, 10)) as pilot:
        await pilot.press("ctrl+end", "x", "enter", "y", "enter", "z")
        await pilot.pause()
        assert desk.screen_text()[-3:] == ["x", "y", "z"]


def layout_of(text: str, width: int) -> Layout:
    document = ExactDocument(text, lambda *_: None, lambda *_: None)
    return Layout(document, width, 4)


def finish(layout: Layout) -> None:
    while layout.lay_out(100):
        pass


def assert_laid_out_afresh(layout: Layout) -> None:
    finish(layout)
    before = layout._wrap_offsets, layout._tops
    layout.wrap(layout._width)
    finish(layout)
    assert before == (layout._wrap_offsets, layout._tops)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are laid out at a time, and no line keeps rows that it had."""
    for name, rows in (("_FIRST", 3), ("_STEP", 2), ("_DRAWN", 20), ("_ROWS", 10_000)):
        monkeypatch.setattr(editor_layout, name, rows)
    monkeypatch.setattr(editor_layout, "_LONG", 100)


@pytest.mark.usefixtures("few")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    TEXTS,
    st.lists(
        st.tuples(st.integers(0, 70), st.integers(0, 9), TEXTS, st.integers(0, 60)), max_size=5
    ),
    st.integers(2, 12),
)
def test_rows_laid_out_as_they_are_looked_at_are_those_of_the_whole(
    text: str, edits: list[tuple[int, int, str, int]], width: int
) -> None:
    layout = layout_of(text * 8, width)
    document = layout.document
    for offset, length, inserted, looked_at in edits:
        layout.reach_row(looked_at)
        start = document.get_location_from_index(min(offset * 6, len(document.text)))
        end = document.get_location_from_index(min(offset * 6 + length, len(document.text)))
        result = document.replace_range(start, end, inserted)
        layout.splice(start, end, result.end_location)
        seen = layout.location_to_offset(result.end_location).y
        rows = [layout.section(row) for row in range(seen + 1)]
        whole = layout_of(document.text, width)
        assert rows == [whole.section(row) for row in range(seen + 1)]
    assert_laid_out_afresh(layout)


def test_a_huge_text_is_laid_out_as_far_as_it_is_seen() -> None:
    layout = layout_of("\x1b[31mword e\u0301\u200d" * 20_000, 60)
    assert len(layout._wrap_offsets[0]) < 200
    guessed = layout.height
    finish(layout)
    assert layout.is_complete
    assert guessed == pytest.approx(layout.height, rel=0.05)


HUGE = {
    "one line": "word " * 40_000,
    "escapes": "\x1b[31m" * 20_000,
    "many lines": "line\n" * 20_000,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
async def test_the_end_of_a_huge_text_is_reached_before_it_is_all_laid_out(text: str) -> None:
    desk = Desk(text)
    async with desk.run_test(size=(40, 10)) as pilot:
        assert not desk.editor.wrapped_document.is_complete
        await pilot.press("ctrl+end", "E", "N", "D")
        assert desk.editor.text == text + "END"
        assert desk.screen_text()[-1].endswith("END")
        await pilot.press("ctrl+z", "ctrl+home", "A")
        assert desk.editor.text == "A" + text
        assert desk.screen_text()[0].startswith("A")
        assert desk.replayed() == desk.editor.text


async def test_a_huge_line_is_broken_and_joined_where_the_cursor_stands() -> None:
    text = "\x1b[31mé中 " * 20_000
    desk = Desk(text)
    async with desk.run_test(size=(40, 10)) as pilot:
        desk.editor.move_cursor((0, 80_000))
        await pilot.press("enter", "X")
        assert desk.editor.text == text[:80_000] + "\nX" + text[80_000:]
        assert desk.editor.cursor_location == (1, 1)
        assert "X" + text[80_000:80_004].replace("\x1b", "␛") in "".join(desk.screen_text())
        await pilot.press("backspace", "backspace")
        assert desk.editor.text == text
        finish(desk.editor.wrapped_document)
        assert_laid_out_afresh(desk.editor.wrapped_document)


async def test_rows_that_nobody_looks_at_are_laid_out_by_and_by() -> None:
    desk = Desk("中文 " * 4_000)
    async with desk.run_test(size=(40, 10)) as pilot:
        layout = desk.editor.wrapped_document
        before = layout._tops[-1]
        desk.editor._lay_out_more()
        assert layout._tops[-1] > before
        await pilot.press("x")
        assert desk.replayed() == desk.editor.text


async def test_a_key_that_goes_by_words_stops_within_an_endless_one() -> None:
    desk = Desk("x" * 100_000)
    async with desk.run_test(size=(40, 10)) as pilot:
        await pilot.press("ctrl+right")
        assert desk.editor.cursor_location == (0, WORD - 1)
        await pilot.press("right", "right", "right", "ctrl+left")
        assert desk.editor.cursor_location == (0, 3)


@given(st.text(st.sampled_from("ab 中。ｱﾞ가\u1100\u1161\u0301\u0344\u200d␛é👨🇨🇳\t"), max_size=40))
def test_characters_are_those_of_the_standard(text: str) -> None:
    assert characters(text) == list(graphemes(text))


def test_characters_that_are_taken_for_narrow_are() -> None:
    narrow = [char for char in map(chr, range(0x3000)) if editor_breaks._is_narrow(char)]
    assert len(narrow) > 800
    assert {cell_len(char) for char in narrow} == {1}
    assert not any(map(is_wide_script, narrow))


@pytest.mark.usefixtures("few")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    TEXTS,
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 9), TEXTS), max_size=5),
    st.integers(2, 12),
)
def test_laying_out_what_changed_is_laying_out_everything(
    text: str, edits: list[tuple[int, int, str]], width: int
) -> None:
    text *= 30
    layout = layout_of(text, width)
    document = layout.document
    assert isinstance(document, ExactDocument)
    for offset, length, inserted in edits:
        start = document.get_location_from_index(min(offset * 20, len(document.text)))
        end = document.get_location_from_index(min(offset * 20 + length, len(document.text)))
        result = document.replace_range(start, end, inserted)
        layout.splice(start, end, result.end_location)
        finish(layout)
        assert layout.height == sum(
            len(layout.get_offsets(row)) + 1 for row in range(document.line_count)
        )
        assert_laid_out_afresh(layout)
        assert (
            document.lines == ExactDocument(document.text, lambda *_: None, lambda *_: None).lines
        )


@given(TEXTS, st.integers(2, 12))
def test_every_row_fits_and_rows_join_to_the_lines(text: str, width: int) -> None:
    layout = layout_of(text, width)
    rows: dict[int, str] = {}
    for row in range(layout.height):
        line, start, end = layout.section(row)
        piece = layout.document[line][start:end]
        rows[line] = rows.get(line, "") + piece
        cells = cell_len(expanded(piece.removesuffix(" "), 0, 4))
        assert cells <= width or len(list(graphemes(piece))) == 1
    assert list(rows.values()) == layout.document.lines


@given(TEXTS, st.integers(2, 12), st.integers(0, 12), st.integers(0, 80))
def test_a_cell_leads_to_a_place_of_its_row_and_back(text: str, width: int, x: int, y: int) -> None:
    layout = layout_of(text, width)
    place = layout.offset_to_location(Offset(x, y))
    back = layout.location_to_offset(place)
    assert back.y == min(y, layout.height - 1)
    assert layout.offset_to_location(back) == place


def test_no_row_starts_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    layout = layout_of("今天天气，很好。「是的」", 8)
    rows = [
        layout.document[0][start:end] for _, start, end in map(layout.section, range(layout.height))
    ]
    assert rows == ["今天天", "气，很", "好。「是", "的」"]


class Note(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield LineEditor(placeholder="a comment")

    def on_line_editor_submitted(self, submitted: LineEditor.Submitted) -> None:
        self.said.append(submitted.text)

    def on_line_editor_cancelled(self) -> None:
        self.said.append("cancelled")


async def test_a_line_is_handed_in_by_enter_and_given_up_by_escape() -> None:
    note = Note()
    async with note.run_test() as pilot:
        await pilot.press("h", "i", "enter", "escape")
    assert note.said == ["hi", "cancelled"]
