"""Acts that come again and again while the server runs."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutorcli.server import logs

_REST = 9
"""Rests between bits are so many times as long as they took: requests go first."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One such act."""

    name: str
    every_s: float
    act: Callable[[], int]
    """Does a bit; returns how much it found to do. While it finds something it comes again soon."""


class Ticker:
    """One thread that runs ticks until it is stopped; a tick that fails comes again."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        """Do nothing yet."""
        self._ticks = ticks
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticks", daemon=True)

    def start(self) -> None:
        """Begin."""
        if self._ticks:
            self._thread.start()

    def stop(self) -> None:
        """End after the act that runs now."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        left = {tick.name: 0.0 for tick in self._ticks}
        while not self._stop.wait(min(left.values())):
            waited = min(left.values())
            for tick in self._ticks:
                left[tick.name] -= waited
                if left[tick.name] <= 0:
                    began = time.monotonic()
                    found = self._did(tick)
                    took = time.monotonic() - began
                    left[tick.name] = _REST * took if found else tick.every_s

    def _did(self, tick: Tick) -> bool:
        try:
            return tick.act() > 0
        except Exception as error:  # noqa: BLE001 - a worker's edge: the next tick tries again
            logs.failure(f"tick {tick.name}", error)
            return False
