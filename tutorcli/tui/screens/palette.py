"""Every action by its name: type a few letters, Enter runs it on the screen below."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from tutorcli.core.text import safe_line
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
from tutorcli.tui.widgets.bar import Bar, Run

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


class _Rows(Widget):
    """One line an action; only those on the screen are drawn."""

    ALLOW_SELECT = False

    # Textual would lay out the whole screen a second time each time the size changes.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, look: Look, rows: list[Row]) -> None:
        super().__init__()
        # CSS of a new class would have all of it parsed anew while the tutor waits.
        self.styles.height = "1fr"
        self._look = look
        self.rows = rows
        self.at = self._top = 0
        self._title = min(max(cell_len(row.title) for row in rows), TITLE)
        self._keys = min(max(cell_len(row.keys) for row in rows), KEYS)

    def show(self, rows: list[Row]) -> None:
        self.rows, self.at, self._top = rows, 0, 0
        self.refresh()

    def move(self, step: int) -> None:
        self.at = max(min(self.at + step, len(self.rows) - 1), 0)
        height = max(self.size.height, 1)
        self._top = max(min(self._top, self.at), self.at - height + 1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        index, width = self._top + y, self.size.width
        if index >= len(self.rows):
            return Strip.blank(width, self._look.palette.background)
        row, is_here = self.rows[index], index == self.at
        palette, chrome = self._look.palette, self._look.chrome
        plain = palette.text if row.acts else palette.dim
        style = chrome.active if is_here else plain
        mark = ">" if is_here else " "
        cells = f"{mark} {set_cell_size(row.title, self._title)} "
        keys = set_cell_size(row.keys, self._keys)
        segments = [
            Segment(signs.plain(cells), style),
            Segment(keys, style if is_here else palette.dim),
            Segment(signs.plain(f" {row.about}"), style),
        ]
        return Strip(segments).adjust_cell_length(width, style)


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
        self.rows.move(0)
        self._show()

    def _show(self) -> None:
        chrome, width = self.look.chrome, self.app.size.width
        prompt = f" {tr('Which action?')} "
        count = f" {len(self.rows.rows)}/{len(self._all)} "
        room = max(width - cell_len(prompt) - cell_len(count) - 1, 1)
        typed = set_cell_size(f"{_tail(safe_line(self.typed), room - 1)}_", room)
        self.head.show([(prompt, chrome.head), (typed, chrome.active), (count, chrome.head)])
        self.about.show(*self._about(width))
        hints = [Hint("enter", message("run")), Hint("escape", message("close"))]
        hints += [Hint("up", message("up")), Hint("down", message("down"))]
        self.keys.show(key_row(self.keymap, hints, width, chrome))

    def _about(self, width: int) -> Iterator[list[Run]]:
        row = self._marked
        text = row.about if row else tr("No action has a name like that.")
        style = self.look.chrome.bar if row and row.acts else self.look.chrome.warning
        for start, end, _ in spans(text, max(width - 2, 1))[:ABOUT]:
            yield [(f" {text[start:end]}", style)]

    @property
    def _marked(self) -> Row | None:
        return self.rows.rows[self.rows.at] if self.rows.rows else None

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
            self._type(self.typed[:-1])
        else:
            self._act(self.keymap.action(event.key) or event.key)

    def _act(self, action: str) -> None:
        page = max(self.rows.size.height - 1, 1)
        count = len(self.rows.rows)
        steps = {"up": -1, "down": 1, "page_up": -page, "page_down": page}
        steps |= {"previous_answer": -1, "next_answer": 1, "top": -count, "bottom": count}
        if action in steps:
            self.rows.move(steps[action])
            self._show()
        elif action in {"escape", "close", "palette", "help", "quit"}:
            self.dismiss()

    def _type(self, typed: str) -> None:
        self.typed = typed[:MOST_TYPED]
        self.rows.show(found(self._all, self.typed))
        self._show()

    async def _run(self) -> None:
        row = self._marked
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
        self._type(self.typed + " ".join(event.text.split()))


def _tail(text: str, cells: int) -> str:
    """The end of a text in so many cells."""
    while cell_len(text) > cells:
        text = text[1:]
    return text
