"""Questions to the queue that take longer than a key may: asked in a thread, the newest one wins."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tutorcli.errors import StoreError
from tutorcli.store.db import Queue

Answer = TypeVar("Answer")

CACHE_MB = 32
"""The index of 200,000 titles: from the cache of the system a search takes a third longer."""


class Questions:
    """One thread with a connection of its own, which only reads."""

    def __init__(self, queue: Queue) -> None:
        """Open nothing before the first question."""
        self._queue = queue
        self._thread = ThreadPoolExecutor(1, "questions")
        self._reader: Queue | None = None
        self._number = self._asked = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being answered."""
        return not self._asked

    async def ask(self, question: Callable[[Queue], Answer]) -> Answer | None:
        """The answer; None when another question, or `drop`, came before it.

        Raises:
            StoreError: The queue could not be read.
        """
        self.drop()
        number = self._number
        self._asked += 1
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._thread, self._answer, number, question)
        except StoreError:
            if number == self._number:
                raise
            return None
        finally:
            self._asked -= 1
        return answer if number == self._number else None

    def drop(self) -> None:
        """End the question that is being answered."""
        self._number += 1
        if self._reader is not None:
            self._reader.interrupt()

    def close(self) -> None:
        """Answer nothing further, and close the connection in its thread."""
        self.drop()
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _answer(self, number: int, question: Callable[[Queue], Answer]) -> Answer | None:
        if number != self._number:
            return None
        if self._reader is None:
            self._reader = self._queue.reader(CACHE_MB)
            # Opening takes long enough for a newer question, which had nothing to interrupt.
            if number != self._number:
                return None
        return question(self._reader)

    def _close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
