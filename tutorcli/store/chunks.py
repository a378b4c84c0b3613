"""Long work in pieces whose transactions are short enough for a screen beside them."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from tutorcli.store.db import Queue

Item = TypeVar("Item")

TARGET_S = 0.006
"""How long a piece's transaction should take; 20 ms is the bound."""
GAP_S = 0.003
"""Between two pieces; longer than the millisecond after which a waiting writer tries again."""
FIRST, GREATEST = 16, 4000
_MOST_GROWTH = 2.0
_CHECKPOINT_EVERY = 4


class Chunks:
    """Cuts work into pieces of the size that takes `TARGET_S` here."""

    def __init__(self, queue: Queue) -> None:
        """Begin with small pieces."""
        self.size = FIRST
        self.longest_s = 0.0
        """The longest transaction so far, in seconds."""
        self._queue = queue
        self._written = 0

    def of(self, items: Iterable[Item]) -> Iterator[list[Item]]:
        """``items`` in pieces; whoever takes one writes it before asking for the next."""
        iterator = iter(items)
        while piece := list(islice(iterator, self.size)):
            yield piece

    @contextmanager
    def write(self) -> Iterator[None]:
        """A transaction whose duration sets the size of the next piece."""
        with self._queue.write():
            began = time.perf_counter()
            yield
        took = time.perf_counter() - began
        self.longest_s = max(self.longest_s, took)
        growth = min(TARGET_S / max(took, 1e-6), _MOST_GROWTH)
        self.size = max(1, min(GREATEST, round(self.size * growth)))
        self._written += 1
        # Here, for a screen whose commit found the journal long would wait for it instead.
        if self._written % _CHECKPOINT_EVERY == 0:
            self._queue.checkpoint()
        time.sleep(GAP_S)


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """``items`` in pieces of ``size``."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece
