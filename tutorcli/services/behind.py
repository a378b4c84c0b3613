"""One piece of work in a thread while the next one is prepared."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self


class Behind:
    """Does pieces of work one after another; leaving the block waits for the last one."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Begin a piece when the one before has ended; raises what that one raised."""
        self.wait()
        self._pending = self._pool.submit(work)

    def wait(self) -> None:
        """Until the last piece has ended; raises what it raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what is being done, whatever came of it."""
        self._pool.shutdown()
