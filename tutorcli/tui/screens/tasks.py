"""The queue: all tasks, counted, filtered and searched; one is opened from here."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.app import ComposeResult

from tutorcli.errors import StoreError, message
from tutorcli.i18n import translate
from tutorcli.services import browsing
from tutorcli.services.browsing import Begun, Found, Pages
from tutorcli.store.db import Queue
from tutorcli.store.paging import Sought
from tutorcli.tui import queue_head
from tutorcli.tui.actions import Keymap, shown
from tutorcli.tui.choosing import Choice
from tutorcli.tui.contexts import TASKS, Context
from tutorcli.tui.instruments.seat import Hint
from tutorcli.tui.key_bar import key_row
from tutorcli.tui.questions import Questions
from tutorcli.tui.queue_head import KINDS, TITLES, Figures, Kind
from tutorcli.tui.screens.keyed import PASTE_GUARD_S, KeyedScreen, typed
from tutorcli.tui.screens.searching import Searching
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import Look
from tutorcli.tui.widgets.bar import Bar
from tutorcli.tui.widgets.task_rows import TaskRows

if TYPE_CHECKING:
    from textual.worker import Worker

Answer = TypeVar("Answer")

STATES = (None, "draft", "open", "done", "set-aside")
"""In the order in which Tab goes through them."""
SEARCH = "slash"
"""The key that opens the line of search."""
_MOVES = frozenset({"up", "down", "page_up", "page_down", "top", "bottom"})
_TO_LIST = _MOVES | {"next_answer", "previous_answer"}
_HINTS = {
    "choice": [Hint("close", message("close"))],
    "list": [
        Hint("submit", message("open the task")),
        Hint(SEARCH, message("search")),
        Hint("next_answer", message("next state")),
        Hint("1-4", message("filter")),
        Hint("0", message("all")),
        Hint("close", message("close")),
    ],
}


def _line_hints() -> list[Hint]:
    """Of the open line: letters are typed there, also where a keymap has them for these actions."""
    return [
        Hint("enter", message("search the texts")),
        Hint(shown("down"), message("to the list")),
        Hint("escape", message("end the search")),
    ]


class TaskList(KeyedScreen[str | None]):
    """Returns the id of the task to open, or None.

    What a key shows is read at once where that takes a few milliseconds at most; searches and
    counts are asked in threads of their own.
    """

    DEFAULT_CSS = "#queue-head { height: 4; } #queue-panel { display: none; }"

    def __init__(self, sitting: Sitting, keymap: Keymap, look: Look) -> None:
        """List what the sitting's filters let through."""
        super().__init__(keymap, look)
        self._sitting = sitting
        self._queue = sitting.desk.queue
        self.sought = Sought(sitting.filters)
        self.drafts = Begun()
        self._pages = Pages()
        self._figures = Figures()
        self._searching = Searching(self, self._queue)
        self._line = self._searching.line
        self._choice: Choice | None = None
        self._counting = Questions(self._queue)
        self._counted: Worker[None] | None = None
        self._printed_at = 0.0
        self.head = Bar(look.chrome.bar, id="queue-head")
        self.rows = TaskRows(look)
        self.panel = Bar(look.palette.background, id="queue-panel")
        self.line = Bar(look.chrome.bar)
        self.keys = Bar(look.chrome.bar)

    def compose(self) -> ComposeResult:
        """Counts, rows, a choice, the search, keys."""
        yield from (self.head, self.rows, self.panel, self.line, self.keys)

    async def on_mount(self) -> None:
        """List the tasks round the open one."""
        self.drafts = browsing.begun(self._sitting.desk, self._sitting.filters)
        opened = self._sitting.opened
        await self._list(opened.task_id if opened else None)
        self._count()

    def on_unmount(self) -> None:
        """Close the threads' connections."""
        self._searching.questions.close()
        self._counting.close()

    def on_resize(self) -> None:
        """Draw what fits now."""
        self.show()

    # -- what is shown

    def show(self) -> None:
        """Draw what may have changed beside the rows."""
        chrome, width, line = self.look.chrome, self.app.size.width, self._line
        self.head.show(*queue_head.head_rows(self._figures, self.sought, width, chrome))
        self.line.show(line.row(shown(SEARCH), self._total, width, chrome))
        mode = "choice" if self._choice else "line" if line.is_open else "list"
        hints = _line_hints() if mode == "line" else _HINTS[mode]
        self.keys.show(key_row(self.keymap, hints, width, chrome))
        lines = self._choice.lines() if self._choice else ()
        palette = self.look.palette
        styles = {"heading": palette.heading, "dim": palette.dim}
        self.panel.show(*[[(f" {text}", styles.get(role, palette.text))] for role, text in lines])
        self.panel.display = bool(lines)
        self.panel.styles.height = len(lines) or 1
        if self.rows.has_cursor == line.is_open:
            self.rows.has_cursor = not line.is_open
            self.rows.refresh()

    @property
    def _total(self) -> int | None:
        counts = self._figures.counts.get("state")
        if counts is None:
            return None
        return sum(counts.values()) if self.sought.state is None else counts[self.sought.state]

    async def _list(self, beside: str | None = None, *, at_end: bool = False) -> None:
        question = partial(
            browsing.pages, sought=self._reading, drafts=self.drafts, beside=beside, at_end=at_end
        )
        pages = await self._read(question)
        if pages is not None:
            self._pages = pages
            rows = pages.rows
            at = next((n for n, row in enumerate(rows) if row.id == beside), 0)
            self.rows.show(rows, len(rows) - 1 if at_end else at)
        self.show()

    @property
    def _reading(self) -> Sought:
        """What the pages hold: those of a search that found too much are read like all others."""
        found = self._line.found
        return found.reading or self.sought if found else self.sought

    async def _read(self, question: Callable[[Queue], Answer]) -> Answer | None:
        """Ask what is quick at once, what may not be in the thread; None: it failed."""
        sought = self._reading
        is_quick = not (sought.words or sought.seqs or sought.disposition or sought.filters.tag)
        try:
            return (
                question(self._queue) if is_quick else await self._searching.questions.ask(question)
            )
        except StoreError as error:
            self._line.note = error.what
            return None

    # -- counts and searches, beside the keys

    def _count(self) -> None:
        self._counted = self.run_worker(self._counts())

    async def _counts(self) -> None:
        sought, drafts, now_ms = self.sought, self.drafts, self._sitting.desk.now_ms()
        try:
            # All at once: each part drawn alone would cost a frame.
            found = await self._counting.ask(
                lambda queue: (
                    browsing.count(queue, "domain", sought, drafts),
                    browsing.count(queue, "language", sought, drafts),
                    browsing.progress(queue, sought, now_ms),
                )
            )
        except StoreError as error:
            self._line.note = error.what
        else:
            if found is not None:
                *counts, self._figures.progress = found
                for count in counts:
                    self._figures.counts.update(count)
        self.show()

    async def _search(self) -> None:
        """Search the titles for what the line holds now; all tasks when it is empty."""
        if self._line.text.strip():
            await self._searching.titles()
        else:
            self._searching.questions.drop()
            self._line.found = None
            await self._list()

    def show_found(self, found: Found | None) -> None:
        """List what was found; None: nothing yet."""
        self._pages = found.pages if found else Pages()
        self.rows.show(self._pages.rows)
        self.show()

    # -- keys

    async def take_event(self, event: events.Key) -> None:
        """Give letters to the line when it is open; Enter within a paste is not taken."""
        is_late = event.time - self._printed_at >= PASTE_GUARD_S
        sign = typed(event)
        if sign is not None:
            self._printed_at = event.time
        self._line.note = None
        if self._line.is_open and sign is not None:
            self._line.type(sign)
            await self._search()
        elif event.key == "enter" and not is_late:
            self._line.note = message("Enter came within a paste and was not taken")
            self.show()
        else:
            await super().take_event(event)

    async def on_paste(self, event: events.Paste) -> None:
        """A paste is searched for when the line is open; it never acts."""
        event.stop()
        if self._line.is_open:
            self._line.type(" ".join(event.text[: browsing.LONGEST].split()))
            await self._search()

    @property
    def context(self) -> Context:
        """The keys of the list."""
        return TASKS

    async def take(self, key: str, action: str | None) -> None:
        """Give a key to the open choice, to the line, or to the list."""
        await self._searching.settled()
        if self._choice is not None:
            await self._answer(self._choice, key, action)
        elif self._line.is_open:
            await self._take_in_line(key, action)
        else:
            await self._take_in_list(key, action)

    async def _answer(self, choice: Choice, key: str, action: str | None) -> None:
        before = self.sought
        if choice.press(key, action) and self._choice is choice:
            self._choice = None
        if self.sought != before:
            await self._relist()
        self.show()

    async def _take_in_line(self, key: str, action: str | None) -> None:
        if key == "backspace":
            self._line.take_back()
            await self._search()
        elif action == "submit":
            self._enter()
        elif action in _TO_LIST:
            self._line.is_open = False
            self.show()
            if action not in {"up", "down", "next_answer", "previous_answer"}:
                await self._move(action)
        elif action == "close":
            await self._end_search()
        elif action == "quit":
            self.dismiss(None)

    def _enter(self) -> None:
        """Open the task whose id was typed, or search the texts."""
        line, task = self._line, self.rows.current
        if line.found is not None and line.found.is_named and task is not None:
            self.dismiss(task.id)
        elif line.text.strip():
            self._searching.texts()
        else:
            self._searching.end()
            self.show()

    async def _end_search(self) -> None:
        self._searching.end()
        await self._list()

    async def _take_in_list(self, key: str, action: str | None) -> None:
        if key in KINDS:
            await self._ask(key)
        elif key == "0":
            self._searching.end()
            self.sought = Sought(self._sitting.filters)
            await self._relist()
        elif key == SEARCH or action == "accept_line":
            self._searching.open()
            self.show()
        elif action in _MOVES:
            await self._move(action)
        elif action in {"next_answer", "previous_answer"}:
            await self._shift_state(1 if action == "next_answer" else -1)
        elif action == "submit" and self.rows.current is not None:
            self.dismiss(self.rows.current.id)
        elif action == "close" and self._line.is_in_use:
            await self._end_search()
        elif action in {"close", "tasks", "quit", "back"}:
            self.dismiss(None)

    async def _move(self, action: str) -> None:
        if action in {"top", "bottom"}:
            at_end = action == "bottom"
            if not (self._pages.is_end if at_end else self._pages.is_start):
                await self._list(at_end=at_end)
            self.rows.move(len(self.rows.rows) * (1 if at_end else -1))
            return
        height = self.rows.page
        step = {"up": -1, "down": 1, "page_up": -height, "page_down": height}[action]
        await self._reach(self.rows.at + step, back=step < 0)
        self.rows.move(step)

    async def _reach(self, index: int, *, back: bool) -> None:
        """Read on when the cursor comes near the end of what is held."""
        if back:
            is_held = self._pages.is_start or index >= self.rows.page
        else:
            is_held = self._pages.is_end or index + self.rows.page < len(self.rows.rows)
        if is_held:
            return
        question = partial(browsing.further, sought=self._reading, held=self._pages, back=back)
        pages = await self._read(question)
        if pages is not None:
            self._pages = pages
            self.rows.exchange(pages.rows)

    # -- filters

    async def _ask(self, key: str) -> None:
        if self._counted is not None and not self._counted.is_finished:
            await self._counted.wait()
        kind = KINDS[key]
        options = queue_head.options(kind, self._figures, self.sought)
        title = translate(TITLES[kind])
        self._choice = Choice(title, options, lambda word: self._choose(kind, word))
        self.show()

    def _choose(self, kind: Kind, word: str) -> None:
        self.sought = queue_head.chosen(self.sought, kind, word)

    async def _shift_state(self, step: int) -> None:
        at = STATES.index(self.sought.state) if self.sought.state in STATES else 0
        self._choose("state", STATES[(at + step) % len(STATES)] or queue_head.EVERY)
        await self._relist()

    async def _relist(self) -> None:
        """List and count what is sought now, in what was searched where something was."""
        self._searching.forget()
        if self._line.is_of_texts:
            self._searching.texts()
        elif self._line.text.strip():
            await self._search()
        else:
            opened = self._sitting.opened
            await self._list(opened.task_id if opened else None)
        self.show()
        self._count()
