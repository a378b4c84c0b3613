"""Editing in place: the text, and beside or below it what changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Event, Key, Paste, Resize
from textual.geometry import Size
from textual.reactive import Reactive

from tutorcli.tui import signs
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.bar import Bar
from tutorcli.tui.widgets.diff_view import DiffView
from tutorcli.tui.widgets.editor import AnswerEditor

if TYPE_CHECKING:
    from textual.timer import Timer

Place = tuple[int, int]
Spliced = Callable[[Place, Place, str], None]

DIFF_AFTER_S = 0.5
"""The difference is computed once no key came for so long: longer than a slow typist takes."""
BESIDE_FROM = 100
"""Cells from which on the difference stands beside the text."""


class _Editor(AnswerEditor):
    """Gets its keys from the screen, which knows when their turn has come."""

    def _forward_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            event._set_forwarded()  # noqa: SLF001 - as Textual's own widgets do
            self.screen.post_message(event)
        else:
            super()._forward_event(event)

    async def take(self, event: Key) -> None:
        """Do what a key means in the editor: insert it, or run its binding."""
        # The screen has stopped the event already; whether the text took it is asked of another.
        own = event.copy()
        await self._on_key(own)
        if own._stop_propagation:  # noqa: SLF001 - there is no other way to ask
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            await self.run_action(binding.action)


class _Box(Container):
    """Not scrolled."""

    # Textual would lay out the whole screen a second time each time the size changes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))


class EditPane(_Box):
    """Hidden until `open`; every change goes to the callback before it is drawn."""

    DEFAULT_CSS = """
    EditPane { display: none; height: 1fr; layout: vertical; }
    EditPane > #body { height: 1fr; layout: vertical; }
    EditPane.beside > #body { layout: horizontal; }
    EditPane AnswerEditor, EditPane AnswerEditor:focus {
        height: 2fr; width: 1fr; border: none; padding: 0 1 0 0;
    }
    EditPane DiffView { height: 1fr; width: 1fr; border-top: solid $primary 40%; }
    EditPane.beside AnswerEditor, EditPane.beside AnswerEditor:focus { height: 1fr; }
    EditPane.beside DiffView { border-top: none; border-left: solid $primary 40%; }
    EditPane.ascii DiffView { border-top: ascii $primary 40%; }
    EditPane.ascii.beside DiffView { border-top: none; border-left: ascii $primary 40%; }
    EditPane.nodiff DiffView { display: none; }
    EditPane AnswerEditor:light .text-area--cursor {
        color: $input-cursor-foreground; background: $input-cursor-background;
    }
    """

    def __init__(self, look: Look, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """Colours come from ``look``."""
        super().__init__(id=id)
        self._look = look
        self._base: str | None = None
        self._spliced: Spliced | None = None
        self._timer: Timer | None = None
        self.head = Bar(look.chrome.active)
        self.editor = _Editor(on_splice=self._changed)
        self.diff = DiffView(look.palette, look.chrome)

    def compose(self) -> ComposeResult:
        """Head, then text and difference."""
        yield self.head
        with _Box(id="body"):
            yield self.editor
            yield self.diff

    def open(self, title: str, text: str, base: str | None, spliced: Spliced) -> None:
        """Show the editor on ``text``.

        Args:
            title: Its head.
            text: What stands in it.
            base: What it is compared with; None: nothing.
            spliced: Called with (start, end, inserted) at every change.
        """
        self._base, self._spliced = base, spliced
        self.head.show([(f" {title}", self._look.chrome.active)])
        self.set_class(base is None, "nodiff")
        self.editor.load(text)
        self.display = True
        self.editor.focus()
        self._compare()

    async def take(self, event: Key) -> None:
        """A key for the editor."""
        await self.editor.take(event)

    async def paste(self, event: Paste) -> None:
        """A paste for the editor."""
        await self.editor._on_paste(event)  # noqa: SLF001 - the screen passes its events on

    def close(self) -> None:
        """Hide the editor."""
        self._spliced = None
        self._stop()
        self.display = False

    def _changed(self, start: Place, end: Place, inserted: str) -> None:
        if self._spliced is not None:
            self._spliced(start, end, inserted)
        if self._base is not None:
            self._stop()
            self._timer = self.set_timer(DIFF_AFTER_S, self._compare)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _compare(self) -> None:
        if self._base is not None and self.display:
            self.diff.show(self._base, self.editor.text)

    def on_mount(self) -> None:
        """Stand right at the first opening, not only once the size is told."""
        self.set_class(self.app.size.width >= BESIDE_FROM, "beside")
        self.set_class(signs.now() is signs.ASCII, "ascii")

    def on_resize(self, event: Resize) -> None:
        """Put the difference beside the text where there is room."""
        self.set_class(event.size.width >= BESIDE_FROM, "beside")
