"""The search of the list of tasks: titles as one types, texts on demand, beside the keys."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from textual.worker import Worker

from tutorcli.errors import StoreError
from tutorcli.services import browsing
from tutorcli.services.browsing import Before, Begun, Found
from tutorcli.store.db import Queue
from tutorcli.store.paging import Sought
from tutorcli.tui.questions import Questions
from tutorcli.tui.search_line import SearchLine

if TYPE_CHECKING:
    from tutorcli.store.titles import Titles

SOON_S = 0.050
"""So long a letter waits for what it finds before it is drawn alone."""


class Searched(Protocol):
    """What the search needs of the screen."""

    sought: Sought
    drafts: Begun

    def show_found(self, found: Found | None) -> None:
        """List what was found; None: nothing yet."""

    def show(self) -> None:
        """Draw what may have changed beside the list."""

    def run_worker(self, work: Awaitable[None]) -> Worker[Any]:
        """Run something beside the keys."""


class Searching:
    """One search at a time; a newer one ends the older one."""

    def __init__(self, screen: Searched, queue: Queue) -> None:
        """Search nothing yet."""
        self._screen = screen
        self._worker: Worker[Any] | None = None
        self._is_answered = asyncio.Event()
        self._known: dict[str, Found] = {}
        self._titles: Titles | None = None
        self.line = SearchLine()
        self.questions = Questions(queue)

    def open(self) -> None:
        """Let letters go into the line."""
        self.line.is_open = True
        self.forget()
        self._screen.run_worker(self._warm())

    def forget(self) -> None:
        """Look anew, also for what was searched before: tasks or filters may have changed."""
        self._known.clear()

    def end(self) -> None:
        """As if nothing had been searched."""
        self.questions.drop()
        self.line.clear()
        self.forget()

    async def settled(self) -> None:
        """Wait for the titles: keys that were typed ahead act on what was found."""
        if self._worker is not None and not self._worker.is_finished:
            await self._worker.wait()

    async def titles(self) -> None:
        """Search the titles for what the line holds now."""
        line, screen = self.line, self._screen
        if line.text in self._known:
            self.questions.drop()
            self._take(self._known[line.text])
            return
        question = partial(
            browsing.search,
            sought=screen.sought,
            drafts=screen.drafts,
            text=line.text,
            before=Before(line.found, self._titles),
        )
        self._is_answered.clear()
        self._worker = screen.run_worker(self._find(question))
        # One paint where the answer comes soon: a second one would wait for the next frame.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_answered.wait(), SOON_S)
        if not self._is_answered.is_set():
            screen.show()

    def texts(self) -> None:
        """Search the whole texts; until they are found there is nothing that a key could open."""
        line, screen = self.line, self._screen
        line.is_open, line.is_of_texts, line.is_busy, line.found = False, True, True, None
        screen.show_found(None)
        question = partial(
            browsing.search_texts, sought=screen.sought, drafts=screen.drafts, text=line.text
        )
        screen.run_worker(self._find(question))

    async def _warm(self) -> None:
        # What is wrong with the queue the search itself will tell.
        with suppress(StoreError):
            if self.questions.is_idle:
                question = partial(browsing.warm, titles=self._titles)
                self._titles = await self.questions.ask(question) or self._titles

    async def _find(self, question: Callable[[Queue], Found]) -> None:
        try:
            found = await self.questions.ask(question)
        except StoreError as error:
            self.line.is_busy, self.line.note = False, error.what
            self._screen.show()
        else:
            if found is not None:
                self._take(found)
                # A letter typed at once ended the reading of the titles.
                self._screen.run_worker(self._warm())

    def _take(self, found: Found) -> None:
        line = self.line
        line.is_busy, line.found = False, found
        if not line.is_of_texts:
            self._known[line.text] = found
        self._screen.show_found(found)
        self._is_answered.set()
