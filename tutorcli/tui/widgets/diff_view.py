"""What changed between two texts, in one piece, legible without colour."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tutorcli.core.text import safe
from tutorcli.core.textdiff import Piece, diff
from tutorcli.i18n import ntr, tr
from tutorcli.tui import signs
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.wrap import Line, Run, wrap
from tutorcli.tui.themes import Chrome

if TYPE_CHECKING:
    from tutorcli.tui.restyling import Change

CONTEXT = 1
"""Unchanged lines shown on either side of a change; the others are counted."""
LONG = 20_000
"""Code points of both texts from which on a thread compares them."""
_SHOWN = 4_000
"""Code points of one piece or unchanged line that are shown; a longer one's middle is counted."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How pieces are drawn: styles, and signs around what changed."""

    equal: Style
    delete: Style
    insert: Style
    note: Style

    def style(self, piece: Piece) -> Style:
        """The style of a piece."""
        return {"equal": self.equal, "delete": self.delete, "insert": self.insert}[piece.op]


_SIGNS = {"equal": ("", ""), "delete": ("[-", "-]"), "insert": ("{+", "+}")}


def marks_of(palette: Palette, chrome: Chrome) -> Marks:
    """The marks of a theme."""
    return Marks(
        palette.text,
        palette.text + chrome.deleted + Style(strike=True),
        palette.text + chrome.inserted + Style(underline=True),
        palette.dim + Style(italic=True),
    )


@dataclass(frozen=True, slots=True)
class _TextLine:
    runs: tuple[Run, ...]
    is_changed: bool
    hidden: int = 0
    """So many unchanged lines, none of which is shown, in the place of one."""


def rows_of(pieces: Iterable[Piece], marks: Marks, width: int) -> list[Line]:
    """The rows that show the pieces: changed lines, a line of context, the rest counted.

    Deletions stand as ``[-word-]``, insertions as ``{+word+}``, a line break that came or went
    as ``␤``; control characters are pictures.
    """
    lines = _text_lines(pieces, marks)
    shown = _with_context(lines)
    rows: list[Line] = []
    hidden = 0
    for index, line in enumerate(lines):
        if index not in shown:
            hidden += line.hidden or 1
            continue
        rows += [*_counted(hidden, marks, width), *wrap(line.runs, width)]
        hidden = 0
    return rows + _counted(hidden, marks, width)


def _with_context(lines: Sequence[_TextLine]) -> set[int]:
    changed = [index for index, line in enumerate(lines) if line.is_changed]
    return {near for index in changed for near in range(index - CONTEXT, index + CONTEXT + 1)}


def _counted(hidden: int, marks: Marks, width: int) -> list[Line]:
    if not hidden:
        return []
    text = ntr("… {n} line unchanged", "… {n} lines unchanged", hidden)
    return wrap([(signs.plain(text), marks.note)], width)


def _text_lines(pieces: Iterable[Piece], marks: Marks) -> list[_TextLine]:
    lines: list[_TextLine] = []
    runs: list[Run] = []
    is_changed = False
    for piece in pieces:
        before, after = _SIGNS[piece.op]
        is_change = piece.op != "equal"
        *ended, last = (_shortened(piece.text) if is_change else piece.text).split("\n")
        for text in ended if is_change else _near(ended):
            if isinstance(text, int):
                lines.append(_TextLine((), is_changed=False, hidden=text))
                continue
            shown = before + _shown(text) + ("␤" + after if is_change else "")
            lines.append(_TextLine((*runs, (shown, marks.style(piece))), is_changed or is_change))
            runs, is_changed = [], False
        if last:
            runs.append((before + _shown(last) + after, marks.style(piece)))
            is_changed = is_changed or is_change
    return [*lines, _TextLine(tuple(runs), is_changed)]


def _near(ended: Sequence[str]) -> Iterator[str | int]:
    """Unchanged lines that a change may stand in or beside; how many lie between."""
    near = CONTEXT + 1
    if len(ended) <= 2 * near + 1:
        yield from ended
        return
    yield from ended[:near]
    yield len(ended) - 2 * near
    yield from ended[-near:]


def _shown(text: str) -> str:
    if len(text) > _SHOWN:
        text = _shortened(text).replace("\n", " ")
    return safe(text).replace("\t", "    ")


def _shortened(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    half = _SHOWN // 2
    gap = signs.plain(tr("… {number} characters …", number=len(text) - _SHOWN))
    return f"{text[:half]}\n{gap}\n{text[-half:]}"


class DiffView(ScrollView):
    """Shows the difference of two texts; long ones are compared beside the keys."""

    DEFAULT_CSS = "DiffView { scrollbar-size-vertical: 1; overflow-x: hidden; }"
    can_focus = False

    @dataclass
    class Compared(Message):
        """A thread has compared two long texts."""

        texts: tuple[str, str]
        pieces: tuple[Piece, ...]

    @dataclass
    class Drawn(Message):
        """What was found is on the screen."""

        pieces: tuple[Piece, ...]

    def __init__(
        self,
        palette: Palette,
        chrome: Chrome,
        *,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """Drawn in the styles of a theme."""
        super().__init__(id=id)
        self._marks = marks_of(palette, chrome)
        self._background = palette.background
        self._texts = ("", "")
        self._is_comparing = False
        self._pieces: tuple[Piece, ...] = ()
        self._rows: list[Line] = []

    def restyle(self, change: "Change") -> None:
        """Draw in the styles that took the old ones' places."""
        self._marks = marks_of(change.look.palette, change.look.chrome)
        self._background = change.look.palette.background
        self._lay_out()

    def show(self, old: str, new: str) -> None:
        """Show what turns ``old`` into ``new``: at once, or soon when the texts are long.

        The first row that differs from what was shown before is scrolled into view.
        """
        self._texts = old, new
        if old == new or len(old) + len(new) < LONG:
            self._draw(diff(old, new))
        elif not self._is_comparing:
            self._compare()

    def _compare(self) -> None:
        # A thread cannot be cancelled: one at a time, and then the texts asked for last.
        self._is_comparing = True
        texts = self._texts

        def compare() -> None:
            self.post_message(self.Compared(texts, diff(*texts)))

        self.run_worker(compare, thread=True, group="diff")

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is shown."""
        return self._pieces

    def on_diff_view_compared(self, message: Compared) -> None:
        """Draw what the thread found, unless other texts were asked for since."""
        message.stop()
        self._is_comparing = False
        if message.texts == self._texts:
            self._draw(message.pieces)
        elif sum(map(len, self._texts)) >= LONG:
            self._compare()

    def _draw(self, pieces: tuple[Piece, ...]) -> None:
        before = self._rows
        self._pieces = pieces
        self.post_message(self.Drawn(pieces))
        self._lay_out()
        changes = (
            row
            for row, pair in enumerate(zip(before, self._rows, strict=False))
            if pair[0] != pair[1]
        )
        first = next(changes, min(len(before), len(self._rows)))
        if before and not 0 <= first - self.scroll_offset.y < self.size.height - 1:
            self.scroll_to(y=first - CONTEXT, animate=False, force=True)

    def _lay_out(self) -> None:
        width = self._wrapped()
        # The scrollbar that came or went with the rows has changed the width that they have.
        if width and self.scrollable_content_region.width != width:
            self._wrapped()
        self.refresh()

    def _wrapped(self) -> int:
        width = self.scrollable_content_region.width
        if width <= 0:
            return 0
        changed = any(piece.op != "equal" for piece in self._pieces)
        nothing = wrap([(tr("nothing changed"), self._marks.note)], width)
        self._rows = rows_of(self._pieces, self._marks, width) if changed else nothing
        size = Size(width, len(self._rows))
        if size != self.virtual_size:
            # Set as the reactive it would lay out the whole screen.
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)
        return width

    def on_resize(self, event: Resize) -> None:
        """Wrap to the new width."""
        if event.size.width:
            self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One row of the widget."""
        row = y + self.scroll_offset.y
        line = self._rows[row] if row < len(self._rows) else Line([], 0)
        width = self.scrollable_content_region.width
        return Strip(line.segments, line.cells).adjust_cell_length(width, self._background)
