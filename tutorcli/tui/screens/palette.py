"""Every action by its name: type a few letters, Enter runs it on the screen below."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult

from tutorcli.core.text import previous_grapheme, safe_line
from tutorcli.errors import Message, message
from tutorcli.i18n import tr, translate
from tutorcli.tui import signs
from tutorcli.tui.actions import Action, shown
from tutorcli.tui.contexts import EVERYWHERE
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.key_bar import key_row
from tutorcli.tui.matching import distance, folded
from tutorcli.tui.render.wrap import spans
from tutorcli.tui.screens.keyed import PASTE_GUARD_S, KeyedScreen, typed
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.answer_grid import steps
from tutorcli.tui.widgets.bar import Bar, Run, tail
from tutorcli.tui.widgets.listing import Listing

MOST_TYPED = 60
"""Characters of what is searched for."""
TITLE, KEYS = 22, 22
"""Cells of the columns at most."""
NAMES = 3
"""Of what is searched, the title, the English one and the name in settings files."""
ABOUT = 2
"""Rows that tell all of the action that is marked."""


@dataclass(frozen=True, slots=True)
class Row:
    """An action as it is listed."""

    action: Action
    title: str
    keys: str
    about: str
    """What it does, or why it cannot."""
    acts: bool
    fields: tuple[str, ...]
    """What is searched, the title first."""


def rows_of(screen: KeyedScreen[Any]) -> list[Row]:
    """All actions but the one that opened this, in the table's order."""
    context, reasons = screen.context, screen.why_not
    rows = []
    for action in screen.keymap.actions:
        if action.id == "palette":
            continue
        reason, words = reasons.get(action.id), action.help
        if context is not None:
            words = context.words(action.id) or words
            reason = None if action.id in context.actions else message("not here")
        rows.append(_row(action, words, reason))
    return rows


def _row(action: Action, words: Message, reason: Message | None) -> Row:
    title, text = translate(action.title), translate(words)
    keys = " ".join(map(shown, action.keys))
    about = text if reason is None else tr("cannot act now: {reason}", reason=reason)
    named = (title, str(action.title), action.id.replace("_", " "), keys, text)
    return Row(action, title, keys, about, reason is None, tuple(map(folded, named)))


def found(rows: list[Row], typed: str) -> list[Row]:
    """Those that fit what was typed, best first; those that can act before those that cannot."""
    wanted = folded(typed)
    fits = [
        (apart, not row.acts, index)
        for index, row in enumerate(rows)
        if (apart := distance(wanted, row.fields, names=NAMES)) is not None
    ]
    return [rows[index] for _, _, index in sorted(fits)]


class _Rows(Listing[Row]):
    """The actions found."""

    def __init__(self, look: Look, rows: list[Row]) -> None:
        super().__init__(look)
        self.rows = rows
        self._title = min(max(cell_len(row.title) for row in rows), TITLE)
        self._keys = min(max(cell_len(row.keys) for row in rows), KEYS)

    def drawn(self, row: Row, *, is_here: bool) -> list[Segment]:
        palette, chrome = self._look.palette, self._look.chrome
        plain = palette.text if row.acts else palette.dim
        style = chrome.active if is_here else plain
        cells = f"{'>' if is_here else ' '} {set_cell_size(row.title, self._title)} "
        return [
            Segment(signs.plain(cells), style),
            Segment(set_cell_size(row.keys, self._keys), style if is_here else palette.dim),
            Segment(signs.plain(f" {row.about}"), style),
        ]


class Palette(KeyedScreen[None]):
    """Lists the actions of the screen below it."""

    def __init__(self, below: KeyedScreen[Any]) -> None:
        """``below`` runs what is chosen, as if its key had been pressed there."""
        super().__init__(below.keymap, below.look)
        self._below = below
        self._all = rows_of(below)
        self._printed_at = 0.0
        self.typed = ""
        chrome = below.look.chrome
        self.head = Bar(chrome.head)
        self.rows = _Rows(below.look, self._all)
        self.about = Bar(chrome.bar)
        self.about.styles.height = ABOUT
        self.keys = Bar(chrome.bar)

    def compose(self) -> ComposeResult:
        """What was typed, the actions, all of the marked one, keys."""
        yield self.head
        yield self.rows
        yield self.about
        yield self.keys

    def on_mount(self) -> None:
        """Show every action."""
        self._show()

    def on_resize(self) -> None:
        """Fit the texts to the new width."""
        self._show()

    def _show(self) -> None:
        chrome, width = self.look.chrome, self.app.size.width
        prompt = f" {tr('Which action?')} "
        count = f" {len(self.rows.rows)}/{len(self._all)} "
        room = max(width - cell_len(prompt) - cell_len(count) - 1, 1)
        typed = set_cell_size(f"{tail(safe_line(self.typed), room - 1)}_", room)
        self.head.show([(prompt, chrome.head), (typed, chrome.active), (count, chrome.head)])
        self.about.show(*self._about(width))
        hints = [Hint("enter", message("run")), Hint("escape", message("close"))]
        # Letters are typed here: the arrows act also where other keys come first for those actions.
        hints += [Hint(shown("up"), message("up")), Hint(shown("down"), message("down"))]
        self.keys.show(key_row(self.keymap, hints, width, chrome))

    def _about(self, width: int) -> Iterator[list[Run]]:
        row = self.rows.current
        text = row.about if row else tr("No action has a name like that.")
        style = self.look.chrome.bar if row and row.acts else self.look.chrome.warning
        for start, end, _ in spans(text, max(width - 2, 1))[:ABOUT]:
            yield [(f" {text[start:end]}", style)]

    # -- keys

    async def take_event(self, event: events.Key) -> None:
        """A character is searched for, also one that is a key elsewhere; the others move or run."""
        is_late = event.time - self._printed_at >= PASTE_GUARD_S
        if (sign := typed(event)) is not None:
            self._printed_at = event.time
            self._type(self.typed + sign)
        elif event.key == "enter":
            if is_late:
                await self._run()
        elif event.key in {"backspace", "ctrl+h"}:
            self._type(self.typed[: previous_grapheme(self.typed, len(self.typed))])
        else:
            self._act(self.keymap.action(event.key) or event.key)

    def _act(self, action: str) -> None:
        moves = steps(max(self.rows.page - 1, 1), len(self.rows.rows))
        moves |= {"previous_answer": -1, "next_answer": 1}
        if action in moves:
            self.rows.move(moves[action])
            self._show()
        elif action in {"escape", "close", "palette", "help", "quit"}:
            self.dismiss()

    def _type(self, typed: str) -> None:
        self.typed = typed[:MOST_TYPED]
        self.rows.show(found(self._all, self.typed))
        self._show()

    async def _run(self) -> None:
        row = self.rows.current
        if row is None or not row.acts:
            return
        below = self._below
        self.dismiss()
        # What it opens must answer to the screen below; this one is gone by then.
        with below._context():  # noqa: SLF001 - Textual does so for each message
            if row.action.id in EVERYWHERE:
                await getattr(below, f"action_{row.action.id}")()
            else:
                await below.take(row.action.keys[0], row.action.id)

    async def on_paste(self, event: events.Paste) -> None:
        """A paste is searched for; it never runs anything."""
        event.stop()
        self._type(self.typed + " ".join(event.text[:MOST_TYPED].split()))
