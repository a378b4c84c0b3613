"""A difference is legible without colour, and no key waits for a long one."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from tutorcli.core.textdiff import Piece, diff
from tutorcli.tui.themes import read_look
from tutorcli.tui.widgets.diff_view import LONG, DiffView, marks_of, rows_of

THEMES = Path(__file__).parents[2] / "themes"
LOOK = read_look(THEMES / "dark.toml")
MARKS = marks_of(LOOK.palette, LOOK.chrome)
TEXTS = st.text(st.sampled_from("ab 中。\n\r\t\x1b\u202e👨\u200d"), max_size=60)


def rows(old: str, new: str, width: int = 60) -> list[str]:
    return [
        "".join(text for text, *_ in row.segments) for row in rows_of(diff(old, new), MARKS, width)
    ]


def test_what_went_and_what_came_stand_in_brackets() -> None:
    assert rows("take 5 mg daily", "take 50 mg twice daily") == [
        "take [-5-]{+50+} mg{+ twice+} daily"
    ]


def test_a_number_is_one_word_with_its_decimals() -> None:
    assert rows("0.5 mg, 1,200 ml, 18.2亿元", "5 mg, 1,250 ml, 18.9亿元") == [
        "[-0.5-]{+5+} mg, [-1,200-]{+1,250+} ml, [-18.2-]{+18.9+}亿元"
    ]


def test_unchanged_lines_are_counted_but_for_one_on_either_side() -> None:
    old = "".join(f"line {n}\n" for n in range(9))
    assert rows(old, old.replace("4", "four")) == [
        "… 3 lines unchanged",
        "line 3",
        "line [-4-]{+four+}",
        "line 5",
        "… 4 lines unchanged",
    ]


def test_the_middle_of_a_long_line_that_stayed_is_counted() -> None:
    shown = rows("x" * 100_000 + " 5 mg", "x" * 100_000 + " 50 mg")
    assert len(shown) < 100
    assert "… 96001 characters …" in "".join(shown).replace("  ", " ")
    assert shown[-1].endswith("[-5-]{+50+} mg")


def test_many_lines_that_stayed_are_counted_without_being_laid_out() -> None:
    old = "line\n" * 50_000
    assert rows(old + "5", old + "50") == ["… 49999 lines unchanged", "line", "[-5-]{+50+}"]


def test_a_line_break_that_came_or_went_is_shown() -> None:
    assert rows("one two", "one\ntwo") == ["one[- -]{+␤+}", "two"]


def test_control_characters_are_pictures() -> None:
    assert rows("a\x1b[0m", "b\x1b[0m\u202e") == ["[-a-]{+b+}␛[0m{+⟨U+202E⟩+}"]


def test_the_middle_of_a_huge_change_is_counted() -> None:
    shown = rows_of([Piece("insert", "x" * 1_000_000)], MARKS, 80)
    assert len(shown) < 100
    assert any("996000" in segment.text for row in shown for segment in row.segments)


@given(TEXTS, TEXTS, st.integers(2, 20))
def test_no_row_is_wider_than_the_view_or_holds_a_control(old: str, new: str, width: int) -> None:
    for row in rows(old, new, width):
        assert cell_len(row) <= width
        assert not set(row) & set("\n\r\t\x1b\u202e")


class Desk(App[None]):
    CSS = "DiffView { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield DiffView(LOOK.palette, LOOK.chrome)

    @property
    def view(self) -> DiffView:
        return self.query_one(DiffView)

    def screen_text(self) -> str:
        lines = range(self.view.size.height)
        return "\n".join(self.view.render_line(y).text.rstrip() for y in lines).rstrip()


async def test_short_texts_are_compared_at_once() -> None:
    desk = Desk()
    async with desk.run_test(size=(40, 5)):
        desk.view.show("one two", "one too")
        assert desk.screen_text() == "one [-two-]{+too+}"
        desk.view.show("one", "one")
        assert desk.screen_text() == "nothing changed"


async def test_long_texts_are_compared_later_and_only_the_last_ones_are_shown() -> None:
    desk = Desk()
    long = "a line of words\n" * (LONG // 10)
    async with desk.run_test(size=(40, 5)) as pilot:
        desk.view.show(long, long + "first")
        before = desk.view.pieces
        desk.view.show(long, long + "second")
        assert before == ()
        for _ in range(2):
            await desk.workers.wait_for_complete()
            await pilot.pause()
        assert [piece.text for piece in desk.view.pieces if piece.op == "insert"] == ["second"]
        desk.view.show("a", "b")
        desk.view.show(long, long + "third")
        desk.view.show("one two", "one too")
        await desk.workers.wait_for_complete()
        await pilot.pause()
        assert desk.screen_text() == "one [-two-]{+too+}"


async def test_a_narrower_view_wraps_again() -> None:
    desk = Desk()
    async with desk.run_test(size=(40, 8)) as pilot:
        desk.view.show("some words of a text", "some words of the text")
        await pilot.resize_terminal(20, 8)
        await pilot.pause()
        assert desk.screen_text().splitlines() == ["some words of", "[-a-]{+the+} text"]


async def test_no_character_hides_under_the_scrollbar_that_a_long_text_brings() -> None:
    desk = Desk()
    async with desk.run_test(size=(20, 5)) as pilot:
        desk.view.show("", "剂量" * 60)
        await pilot.pause()
        drawn = ""
        for y in range(desk.view.virtual_size.height):
            desk.view.scroll_to(y=y, animate=False, force=True, immediate=True)
            drawn += desk.view.render_line(y - int(desk.view.scroll_offset.y)).text.strip()
        assert desk.view.show_vertical_scrollbar
        assert drawn == "{+" + "剂量" * 60 + "+}"


async def test_the_latest_change_is_scrolled_into_view() -> None:
    desk = Desk()
    old = "".join(f"line {n}\n\n\n" for n in range(20))
    async with desk.run_test(size=(40, 6)) as pilot:
        desk.view.show(old, old.replace("line", "row"))
        assert "[-line-]{+row+} 0" in desk.screen_text()
        desk.view.show(old, old.replace("line", "row") + "the end")
        await pilot.pause()
        assert "{+the end+}" in desk.screen_text()
