"""What is written to the terminal leaves no stale cell, whatever was there before."""

from collections.abc import Iterable, Iterator
from random import Random

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.drawing import Drawing
from tutorcli.tui import terminal
from tutorcli.tui.terminal import Changes, Picture

WIDTH, HEIGHT = 24, 5
CONSOLE = Console(force_terminal=True, color_system="truecolor", width=WIDTH)
WORDS = ("a", "bc", "   ", "中", "文字", "é", "e\u0301", "🙂", "│", "，")
STYLES = (
    None,
    Style.parse("red on #202020"),
    Style.parse("bold #ff8800"),
    Style.parse("reverse"),
    Style.parse("underline on #202020"),
)

Chops = list[dict[int, Strip]]


def strip(random: Random, width: int) -> Strip:
    """Words in several styles, ``width`` cells of them."""
    words = [Segment(random.choice(WORDS), random.choice(STYLES)) for _ in range(width)]
    return Strip(words).crop(0, width)


def whole(chops: Chops) -> LayoutUpdate:
    """An update of the whole screen."""
    return LayoutUpdate([list(row.values()) for row in chops], Region(0, 0, WIDTH, HEIGHT))


def redrawn(random: Random, chops: Chops) -> ChopsUpdate:
    """Let other widgets stand in some rows, each of which draws itself alone."""
    spans = []
    for y in sorted(random.sample(range(HEIGHT), random.randint(1, HEIGHT))):
        cut, kept = random.randint(1, WIDTH - 1), random.randint(0, WIDTH)
        row = Strip.join(chops[y].values())
        new = Strip.join([row.crop(0, kept), strip(random, WIDTH - kept)])
        left, right = (new, row) if random.random() < 0.5 else (row, new)
        chops[y] = {0: left.crop(0, cut), cut: right.crop(cut, WIDTH)}
        spans.append((y, 0, cut) if left is new else (y, cut, WIDTH))
    return ChopsUpdate(chops, spans, [[*list(row)[1:], WIDTH] for row in chops])


def cells(drawing: Drawing) -> list[tuple[object, ...]]:
    """Every cell with all that it looks like."""
    rows = drawing._screen.buffer
    return [tuple(rows[y][x] for x in range(WIDTH)) for y in range(HEIGHT)]


def blank() -> Drawing:
    """A terminal that does not go on to the next line at the end of one, as Textual has it."""
    drawing = Drawing((WIDTH, HEIGHT))
    drawing.feed(b"\x1b[?7l")
    return drawing


def drawn(*written: str) -> list[tuple[object, ...]]:
    """The screen after all of that."""
    drawing = blank()
    drawing.feed("".join(written).encode())
    return cells(drawing)


def changes(picture: Picture, update: LayoutUpdate | ChopsUpdate) -> str:
    """What is written for an update."""
    return Changes(picture, update).render_segments(CONSOLE)


def walk(seed: int, steps: int) -> Iterator[tuple[Chops, str]]:
    """A screen that changes, and what was written for it each time."""
    random, picture = Random(seed), Picture()
    chops = [{0: strip(random, WIDTH)} for _ in range(HEIGHT)]
    yield chops, changes(picture, whole(chops))
    for _ in range(steps):
        update = redrawn(random, chops)
        yield chops, changes(picture, whole(chops) if random.random() < 0.2 else update)


@pytest.mark.parametrize("seed", range(8))
def test_the_screen_is_that_of_a_full_repaint_after_every_update(seed: int) -> None:
    drawing = blank()
    for chops, written in walk(seed, 40):
        drawing.feed(written.encode())
        assert cells(drawing) == drawn(changes(Picture(), whole(chops)))


def test_a_full_repaint_is_that_of_textual() -> None:
    for chops, _ in walk(99, 20):
        own = whole(chops).render_segments(CONSOLE).replace("\n", "")
        assert drawn(changes(Picture(), whole(chops))) == drawn(own)


def rows_of(*texts: str, style: Style | None = None) -> LayoutUpdate:
    """An update of rows of plain text."""
    strips: list[Iterable[Strip]] = [[Strip([Segment(text, style)])] for text in texts]
    return LayoutUpdate(strips, Region(0, 0, WIDTH, len(texts)))


def test_only_the_cells_that_changed_are_written() -> None:
    picture = Picture()
    changes(picture, rows_of("one two", "three"))
    assert changes(picture, rows_of("one two", "three")) == ""
    assert changes(picture, rows_of("one twa", "three")) == "\x1b[1;7Ha"


def test_both_halves_of_a_wide_character_are_written() -> None:
    picture = Picture()
    changes(picture, rows_of("中文字"))
    assert changes(picture, rows_of("中a 字")) == "\x1b[1;3Ha "
    assert changes(picture, rows_of("中文字")) == "\x1b[1;3H文"


def test_a_change_of_style_alone_is_written() -> None:
    picture = Picture()
    changes(picture, rows_of("ab"))
    assert changes(picture, rows_of("ab", style=STYLES[2])) != ""


def test_a_change_of_link_alone_is_written() -> None:
    picture = Picture()
    changes(picture, rows_of("ab", style=Style(link="https://a.example")))
    written = changes(picture, rows_of("ab", style=Style(link="https://b.example")))
    assert "https://b.example" in written
    assert written.endswith("\x1b]8;;\x1b\\")


def test_what_was_forgotten_is_written_anew() -> None:
    picture = Picture()
    first = changes(picture, rows_of("one", "two"))
    picture.forget()
    assert changes(picture, rows_of("one", "two")) == first


def test_another_screen_is_written_as_a_whole() -> None:
    picture, here, there = Picture(), object(), object()
    terminal.only_changes(picture, here, None)
    first = changes(picture, rows_of("one"))
    terminal.only_changes(picture, here, None)
    assert changes(picture, rows_of("one")) == ""
    terminal.only_changes(picture, there, None)
    assert changes(picture, rows_of("one")) == first


def test_a_row_of_doubtful_width_is_written_as_a_whole() -> None:
    picture = Picture()
    changes(picture, rows_of("👨\u200d👩 one two"))
    assert changes(picture, rows_of("👨\u200d👩 one twa")).endswith("👨\u200d👩 one twa")


def test_an_update_that_is_not_understood_is_written_as_textual_would() -> None:
    picture = Picture()
    changes(picture, rows_of("one"))
    odd = rows_of("two")
    odd.region = Region(-3, 0, WIDTH, 1)
    picture._rows[0].texts = None  # type: ignore[assignment]
    assert changes(picture, odd) == odd.render_segments(CONSOLE)
    assert changes(picture, rows_of("one")) == changes(Picture(), rows_of("one"))


def test_half_of_a_wide_character_is_drawn_as_a_blank() -> None:
    drawing = Drawing((6, 1))
    drawing.feed("ab中文\x1b[1;3Hx".encode())
    assert drawing.lines == ["abx 文"]


def test_nothing_is_done_where_another_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal.is_wanted("fast")
    assert not terminal.is_wanted("plain")
    monkeypatch.setattr("textual.constants.DRIVER", "textual_serve.driver:WebDriver")
    assert not terminal.is_wanted("fast")


def test_nothing_is_done_where_textual_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChopsUpdate, "__init__", LayoutUpdate.__init__)
    assert not terminal.is_wanted("fast")
