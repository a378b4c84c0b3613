"""Long work in pieces whose transactions are short enough for a screen beside them."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from tutorcli.store.db import Queue

Item = TypeVar("Item")

TARGET_S = 0.012
"""How long a piece's transaction should take; 20 ms is the bound."""
GAP_S = 0.003
"""At least between two pieces; longer than the millisecond after which a waiting writer tries again."""
FIRST, GREATEST = 16, 4000
_MOST_GROWTH = 2.0
_CHECKPOINT_EVERY = 3
_LONG = 3_000
"""Pages of the journal from which on nothing is written beside a checkpoint: it begins anew only
after one that moved all of it, and must stay shorter than the room that an import sets aside."""


class Chunks:
    """Cuts work into pieces of the size that takes `TARGET_S` here."""

    def __init__(
        self, queue: Queue, beside: "Checkpoints | None" = None, *, first: int = FIRST
    ) -> None:
        """Begin with small pieces; most checkpoints go on ``beside`` them where that is given."""
        self.size = first
        self.longest_s = 0.0
        """The longest transaction so far, in seconds."""
        self._queue = queue
        self._checkpoint: Callable[[], object] = beside.begin if beside else queue.checkpoint
        self._written = 0
        self._free_since = 0.0

    def of(self, items: Iterable[Item]) -> Iterator[list[Item]]:
        """``items`` in pieces; whoever takes one writes it before asking for the next."""
        iterator = iter(items)
        while piece := list(islice(iterator, self.size)):
            yield piece

    @contextmanager
    def write(self) -> Iterator[None]:
        """A transaction whose duration sets the size of the next piece."""
        self._leave_a_gap()
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
            self._checkpoint()
        self._free_since = began + took

    def _leave_a_gap(self) -> None:
        # Most often the next piece was read meanwhile, which took longer.
        left = self._free_since + GAP_S - time.perf_counter()
        if left > 0:
            time.sleep(left)


class Checkpoints:
    """Checkpoints in a thread and by a connection of their own: their fsyncs hold no piece up."""

    def __init__(self, queue: Queue) -> None:
        """Open the connection."""
        self._queue = queue.loader()
        self._pool = ThreadPoolExecutor(1)
        self._running: Future[int] | None = None

    def begin(self) -> None:
        """Begin one as soon as the last one has ended; where the journal is long, wait for it.

        Raises:
            StoreError: The last one could not be written.
        """
        pages = self._running.result() if self._running else 0
        self._running = self._pool.submit(self._queue.checkpoint)
        if pages > _LONG:
            self._running.result()
            self._running = None

    def close(self) -> None:
        """Wait for the one that is running."""
        self._pool.shutdown()
        self._queue.close()


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """``items`` in pieces of ``size``."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece
