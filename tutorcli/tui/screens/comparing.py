"""Any two answers against each other, word by word."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from textual.app import ComposeResult

from tutorcli.core.textdiff import Piece, words
from tutorcli.errors import message
from tutorcli.i18n import tr
from tutorcli.tui.actions import Keymap
from tutorcli.tui.choosing import Choice, Option
from tutorcli.tui.contexts import COMPARED, Context
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.key_bar import key_row
from tutorcli.tui.screens.keyed import KeyedScreen
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.answer_grid import steps
from tutorcli.tui.widgets.bar import Bar
from tutorcli.tui.widgets.diff_view import DiffView

Ask = Callable[[Choice], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks which two answers; the one that has the focus is the first unless it is chosen again."""

    ask: Ask
    count: int
    """Answers of the task."""
    chosen: Callable[[int, int], None]
    """Gets their indexes."""

    def start(self, first: int) -> None:
        """Ask for the second; with two answers there is nothing to ask."""
        if self.count == 2:
            self.chosen(first, 1 - first)
            return
        title = tr("Compare answer {n} with ({n} again: another first one)", n=first + 1)
        self.ask(self._choice(title, lambda second: self._second(first, second)))

    def _second(self, first: int, second: int) -> None:
        if first == second:
            self.ask(self._choice(tr("Compare which answer?"), self.start))
        else:
            self.chosen(first, second)

    def _choice(self, title: str, chosen: Callable[[int], None]) -> Choice:
        options = [Option(str(n), tr("Answer {n}", n=n + 1)) for n in range(self.count)]
        return Choice(title, options, lambda option: chosen(int(option)))


@dataclass(frozen=True, slots=True)
class Changed:
    """How much two texts differ."""

    gone: int
    """Words of the first that the second lacks; each Chinese character is one."""
    come: int
    same: int
    places: int


def changed(pieces: Iterable[Piece]) -> Changed:
    """Count what `core.textdiff.diff` found."""
    counts = {"delete": 0, "insert": 0, "equal": 0}
    places = 0
    for is_same, group in groupby(pieces, lambda piece: piece.op == "equal"):
        places += not is_same
        for piece in group:
            counts[piece.op] += len(words(piece.text))
    return Changed(counts["delete"], counts["insert"], counts["equal"], places)


class CompareScreen(KeyedScreen[None]):
    """Shows what only one of two answers says; scrolls by the keys of the answers."""

    def __init__(
        self, numbers: tuple[int, int], texts: tuple[str, str], keymap: Keymap, look: Look
    ) -> None:
        """``numbers`` are those under which the answers are shown."""
        super().__init__(keymap, look)
        self._numbers, self._texts = numbers, texts
        self.head = Bar(look.chrome.active)
        self.diff = DiffView(look.palette, look.chrome)
        self.keys = Bar(look.chrome.bar)

    def compose(self) -> ComposeResult:
        """Which answers and how much differs; the words; the keys."""
        yield self.head
        yield self.diff
        yield self.keys

    def on_mount(self) -> None:
        """Compare what was chosen."""
        self._compare()

    def _compare(self) -> None:
        # Long texts are compared in a thread.
        self._show_head(tr("comparing ..."))
        self.diff.show(*self._texts)

    def on_resize(self) -> None:
        """Fit the keys to the width."""
        hints = [
            Hint("close", message("close")),
            Hint("page_down", message("page down")),
            Hint("page_up", message("page up")),
            Hint("next_answer", message("swap")),
            Hint("help", message("help")),
        ]
        self.keys.show(key_row(self.keymap, hints, self.app.size.width, self.look.chrome))

    def on_diff_view_drawn(self, drawn: DiffView.Drawn) -> None:
        """The words are compared: count them."""
        drawn.stop()
        found = changed(drawn.pieces)
        if not found.places:
            self._show_head(tr("the same words"))
            return
        first, second = self._numbers
        said = tr(
            "words only in {first}: {gone}, only in {second}: {come}, in both: {same}; places: {places}",
            first=first,
            second=second,
            gone=found.gone,
            come=found.come,
            same=found.same,
            places=found.places,
        )
        self._show_head(said)

    def _show_head(self, said: str) -> None:
        first, second = self._numbers
        title = tr("Answers {first} and {second}", first=first, second=second)
        self.head.show([(f" {title}   {said}", self.look.chrome.active)])

    @property
    def context(self) -> Context:
        """The keys that act on the two answers."""
        return COMPARED

    async def take(self, key: str, action: str | None) -> None:
        """Scroll, swap, or go back."""
        del key
        page = max(self.diff.size.height - 1, 1)
        moves = steps(page, self.diff.virtual_size.height) | {"append": page}
        if action in moves:
            y = self.diff.scroll_offset.y + moves[action]
            self.diff.scroll_to(y=y, animate=False, force=True, immediate=True)
        elif action in {"next_answer", "previous_answer"}:
            self._numbers, self._texts = self._numbers[::-1], self._texts[::-1]
            self._compare()
        elif action in {"close", "compare", "submit", "back", "quit"}:
            self.dismiss()
