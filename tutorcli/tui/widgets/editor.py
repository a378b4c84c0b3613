"""Editing a text in place, exactly: every change is told before it is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.document._document import EditResult, Location, Selection
from textual.document._edit import Edit
from textual.events import Key, Paste
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widgets import TextArea

from tutorcli.core.text import word_stop_left, word_stop_right
from tutorcli.errors import TutorError
from tutorcli.tui.key_names import written
from tutorcli.tui.widgets.editor_keys import KEYS
from tutorcli.tui.widgets.editor_layout import Layout, expanded
from tutorcli.tui.widgets.editor_navigator import Navigator
from tutorcli.tui.widgets.exact_document import ExactDocument, Spliced

if TYPE_CHECKING:
    from textual.timer import Timer

WORD = 2_000
"""Code points from which a key that goes by words stops within one."""
_IDLE_S = 0.15
"""How long after a change the rows are laid out that nobody looks at."""
_SLICE_S = 0.004
"""How long that goes on at a time: no key may wait for it."""
_PAUSE_S = 0.018
"""How long keys have their turn between two such times."""
_SIZE_AFTER_S = 1.0
"""How long the scrollbar may stand where it was guessed to."""
_ROWS = 10
"""Rows laid out between two looks at the clock."""


def _nothing(start: Location, end: Location, inserted: str) -> None:
    """No one listens."""


class _ScrollBar(ScrollBar):
    """Does not lay out the whole screen again once its size is known."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))


class AnswerEditor(TextArea, inherit_bindings=False):
    r"""Edits a text whose every code point is kept; lines end at "\n" only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, action, show=False) for keys, action in KEYS.items()
    ]
    DEFAULT_CSS = "AnswerEditor { scrollbar-size-vertical: 1; overflow-x: hidden; }"

    # Not repainted as a whole: a full repaint of 160x45 costs 15 ms, the two rows of a cursor 1.
    selection: Reactive[Selection] = reactive(
        Selection(), init=False, always_update=True, repaint=False
    )

    document: ExactDocument
    wrapped_document: Layout

    @dataclass
    class Refused(Message):
        """``on_splice`` raised: the change was not made.

        When it was an undo or redo, part of it may have been made, and there is nothing to undo
        any more.
        """

        error: TutorError

    def __init__(
        self,
        text: str = "",
        *,
        on_splice: Spliced | None = None,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """Edit ``text``.

        Args:
            text: What stands in it at first.
            on_splice: Called with (start, end, inserted) at every change, undo and redo
                included, before the document changes; a TutorError from it stops the change and
                is posted as `Refused`. Applied by `TextBuffer.splice` in order to the text that
                was loaded, the changes give ``text``.
            placeholder: Shown while the text is empty.
            id: As in Textual.
        """
        self._on_splice: Spliced = on_splice or _nothing
        self._styles: tuple[Style, Style, Style] | None = None
        self._resting: Timer | None = None
        self._guessed_width = 0
        super().__init__(text, highlight_cursor_line=False, placeholder=placeholder, id=id)
        self.cursor_blink = False
        self.match_cursor_bracket = False

    def load(self, text: str) -> None:
        """Edit another text, from its beginning, with nothing to undo."""
        if not self.size:
            self._guessed_width = self.app.size.width // 2
        self.load_text(text)
        if not self.size:
            # Told only once it is drawn, the whole screen would be laid out a second time.
            self.show_vertical_scrollbar = self.wrapped_document.height > self.app.size.height

    # -- the document

    def _set_document(self, text: str, language: str | None) -> None:  # noqa: ARG002 - none is loaded
        self._highlight_query = None
        self.document = ExactDocument(text, self._tell, self._lay_out)
        width = self.wrap_width or self._guessed_width
        self.wrapped_document = Layout(self.document, width, self.indent_width)
        self.navigator = Navigator(self.wrapped_document)
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()
        self.refresh()

    def _watch_language(self, language: str | None) -> None:
        # Grammars of tree-sitter 0.26 kill the process: none is ever loaded.
        pass

    def _tell(self, start: Location, end: Location, inserted: str) -> None:
        self._on_splice(start, end, inserted)

    def _lay_out(self, start: Location, end: Location, inserted: str) -> None:
        rows = inserted.split("\n")
        column = len(rows[-1]) + (start[1] if len(rows) == 1 else 0)
        top, bottom = self.wrapped_document.splice(start, end, (start[0] + len(rows) - 1, column))
        self._refresh_size()
        self._lay_out_rest()
        self._refresh_rows(
            top, self.scroll_offset.y + self.size.height if bottom is None else bottom
        )

    def _rewrap_and_refresh_virtual_size(self) -> None:
        width = self.wrap_width
        if width and not self.wrapped_document.fits(width, self.indent_width):
            self.wrapped_document.wrap(self.wrap_width, self.indent_width)
            self.refresh()
        self._refresh_size()
        self._lay_out_rest()

    def _lay_out_rest(self, after_s: float = _IDLE_S) -> None:
        if self.wrapped_document.is_complete or not self.is_running:
            return
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(after_s, self._lay_out_more)

    def _lay_out_more(self) -> None:
        until = perf_counter() + _SLICE_S
        while self.wrapped_document.lay_out(_ROWS) and perf_counter() < until:
            pass
        if self.wrapped_document.is_complete:
            # The scrollbar alone changes, if at all: in nobody's way.
            self._resting = self.set_timer(_SIZE_AFTER_S, self._refresh_size)
        self._lay_out_rest(_PAUSE_S)

    def _build_highlight_map(self) -> None:
        pass

    def edit(self, edit: Edit) -> EditResult:
        """Make a change, unless it is refused."""
        try:
            return super().edit(edit)
        except TutorError as error:
            self.post_message(self.Refused(error))
            return EditResult(self.cursor_location, "")

    def undo(self) -> None:
        """Take back the last changes, unless that is refused."""
        try:
            super().undo()
        except TutorError as error:
            self._refuse(error)

    def redo(self) -> None:
        """Make the changes again that were taken back, unless that is refused."""
        try:
            super().redo()
        except TutorError as error:
            self._refuse(error)

    def _refuse(self, error: TutorError) -> None:
        # A batch may be half undone: its edits no longer fit the text.
        self.history.clear()
        self.move_cursor(self.clamp_visitable(self.cursor_location))
        self.post_message(self.Refused(error))

    # -- moving

    def clamp_visitable(self, location: Location) -> Location:
        r"""The nearest place where the cursor may stand: never between ``\r`` and ``\n``."""
        row = min(max(location[0], 0), self.document.line_count - 1)
        return row, min(max(location[1], 0), self.document.column_end(row))

    def get_cursor_word_left_location(self) -> Location:
        """The stop before; see `word_stop_left`."""
        row, column = self.cursor_location
        if column == 0:
            return self.get_cursor_left_location()
        start = max(column - WORD, 0)
        near = self.document.shown(row, start, column)
        stop = start + word_stop_left(near, len(near))
        return row, self.document.character_end(row, stop) if stop == start > 0 else stop

    def get_cursor_word_right_location(self) -> Location:
        """The stop after; see `word_stop_right`."""
        row, column = self.cursor_location
        if column >= self.document.column_end(row):
            return self.get_cursor_right_location()
        stop = column + word_stop_right(self.document.shown(row, column, column + WORD), 0)
        if stop == column + WORD:
            stop = self.document.character_start(row, stop)
        return row, min(stop, self.document.column_end(row))

    def action_delete_word_right(self) -> None:
        """Delete the selection, or up to the next stop."""
        start, end = self.selection
        if start == end:
            end = self.get_cursor_word_right_location()
        self._delete_via_keyboard(start, end)

    def action_text_start(self) -> None:
        """Go to the beginning."""
        self.move_cursor((0, 0))

    def action_text_end(self) -> None:
        """Go to the end."""
        self.move_cursor(self.document.end)

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        if not self.is_mounted:
            return
        # A cursor far below has rows laid out that were a guess.
        self._row_of(selection.end)
        self._refresh_size()
        for first, last in {
            tuple(sorted(previous_selection)),
            tuple(sorted(selection)),
        }:
            self._refresh_rows(self._row_of(first), self._row_of(last) + 1)
        self.scroll_cursor_visible()
        self.app.cursor_position = self.cursor_screen_offset

    def _row_of(self, location: Location) -> int:
        return self.wrapped_document.location_to_offset(self.clamp_visitable(location)).y

    # -- keys

    async def _on_key(self, event: Key) -> None:
        text = written(event.character)
        if event.key == "enter":
            text = self.document.line_break(self.cursor_location[0])
        if text is None:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        self._replace_via_keyboard(text, *self.selection)

    async def _on_paste(self, event: Paste) -> None:
        # Most terminals send a pasted line break as "\r"; one that sends "\n" sends the text as is.
        text = event.text if "\n" in event.text else event.text.replace("\r", "\n")
        event.stop()
        event.prevent_default()
        self._replace_via_keyboard(text, *self.selection)

    def action_copy(self) -> None:
        """Copy the selection."""
        self._copy(self.selected_text)

    def action_cut(self) -> None:
        """Copy and delete the selection, or the line when nothing is selected."""
        start, end = self.selection
        cut = self._delete_cursor_line() if start == end else self._delete_via_keyboard(start, end)
        self._copy(cut.replaced_text if cut else "")

    def _copy(self, text: str) -> None:
        if text:
            # The clipboard of the terminal is UTF-8, which has no lone surrogates.
            self.app.copy_to_clipboard(text.encode(errors="replace").decode())

    # -- drawing

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar, made when first asked for."""
        if self._vertical_scrollbar is None:
            made = _ScrollBar(
                vertical=True, name="vertical", thickness=self.scrollbar_size_vertical
            )
            made.display = False
            self._vertical_scrollbar = made
            self.app._start_widget(self, made)  # noqa: SLF001 - as Textual's own does
        return self._vertical_scrollbar

    def _refresh_rows(self, top: int, bottom: int) -> None:
        first = max(top, self.scroll_offset.y)
        last = min(bottom, self.scroll_offset.y + self.size.height)
        if first < last:
            self.refresh_lines(first, last - first)

    def _refresh_size(self) -> None:
        size = Size(0, self.wrapped_document.height)
        if self.styles.is_auto_height:
            self.virtual_size = size
            self._refresh_scrollbars()
        elif size != self.virtual_size:
            # Set as the reactive it would lay out the whole screen: 25 ms at each line break.
            self.set_reactive(TextArea.virtual_size, size)
            self._scroll_update(size)

    def notify_style_update(self) -> None:
        """Forget the styles."""
        self._styles = None
        super().notify_style_update()

    def _set_theme(self, theme: str) -> None:
        self._styles = None
        super()._set_theme(theme)

    def _ready_styles(self) -> tuple[Style, Style, Style]:
        """Of text, of the selection, of the cursor."""
        if self._styles is None:
            self._theme.apply_css(self)
            base = self._theme.base_style or Style()
            selected = base + (self._theme.selection_style or Style(reverse=True))
            cursor = base + (self._theme.cursor_style or Style(reverse=True))
            self._styles = base, selected, cursor
        return self._styles

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of a region."""
        self._ready_styles()
        return super(TextArea, self).render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the widget."""
        base, _, cursor = self._ready_styles()
        row = y + self.scroll_offset.y
        segments: list[Segment] = []
        if self.placeholder and self.document.end == (0, 0) and row == 0:
            hint = Segment(str(self.placeholder), base + Style(dim=True))
            segments = [Segment(" ", cursor), hint] if self._draw_cursor else [hint]
        elif self.wrapped_document.is_sized:
            if self.wrapped_document.reach_row(row):
                # Known now, and not while lines are drawn.
                self.call_later(self._refresh_size)
            if row < self.wrapped_document.height:
                segments = list(self._segments(row))
        return Strip(segments).adjust_cell_length(self.scrollable_content_region.width, base)

    def _segments(self, row: int) -> Iterator[Segment]:
        line, start, end = self.wrapped_document.section(row)
        text, length = self.document.shown(line, start, end), self.document.length(line)
        base, selected, cursor = self._ready_styles()
        marked, under = self._marked(line, length), self._under_cursor(line, start, end)
        inner = {stop for stop in (*marked, *under) if start < stop < end}
        x = 0
        for begin, stop in pairwise([start, *sorted(inner), end]):
            style = selected if begin in range(*marked) else base
            shown = expanded(text[begin - start : stop - start], x, self.indent_width)
            x += cell_len(shown)
            yield Segment(shown, cursor if begin in range(*under) else style)
        if end == length in range(*under):
            yield Segment(" ", cursor)
        elif end == length in range(*marked):
            yield Segment(" ", selected)

    def _marked(self, line: int, length: int) -> tuple[int, int]:
        """Columns of a line that are selected; one more when its line break is."""
        first, last = sorted(self.selection)
        if first == last or not first[0] <= line <= last[0]:
            return 0, 0
        return first[1] if line == first[0] else 0, last[1] if line == last[0] else length + 1

    def _under_cursor(self, line: int, start: int, end: int) -> tuple[int, int]:
        row, column = self.cursor_location
        if row != line or not start <= column <= end or not self._draw_cursor:
            return 0, 0
        is_last = column == self.document.length(line)
        return column, column + 1 if is_last else self.document.character_end(row, column)
