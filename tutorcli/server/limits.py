"""How much the server takes at once, of everyone and of one."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from tutorcli.server.problems import Rejected

BUSY_S = 2
"""Seconds after which a busy server is asked again."""
_KEYS = 20_000
"""Buckets that are remembered; the ones that were longest unused are forgotten, full as they are."""


@dataclass(slots=True)
class InFlight:
    """Requests that run now, and the bytes of their bodies; used on the event loop alone."""

    most_requests: int = 128
    most_bytes: int = 256 << 20
    requests: int = 0
    bytes: int = 0

    def enter(self) -> None:
        """Count a request in.

        Raises:
            Rejected: busy.
        """
        if self.requests >= self.most_requests:
            raise Rejected("busy", retry_after=BUSY_S)
        self.requests += 1

    def leave(self, body: int) -> None:
        """Count a request out, with the bytes that it held."""
        self.requests -= 1
        self.bytes -= body

    def hold(self, count: int) -> None:
        """Keep so many bytes more in memory.

        Raises:
            Rejected: busy.
        """
        if self.bytes + count > self.most_bytes:
            raise Rejected("busy", retry_after=BUSY_S)
        self.bytes += count


@dataclass(slots=True)
class _Level:
    left: float
    at: float


class Buckets:
    """So many requests a second for each key, and more for a moment."""

    def __init__(
        self, rate: float = 50, burst: float = 200, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Make buckets that are full.

        Args:
            rate: Requests a second that go on for ever.
            burst: Requests that go at once.
            clock: Seconds.
        """
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._levels: OrderedDict[bytes, _Level] = OrderedDict()

    def take(self, key: bytes) -> None:
        """Count a request of ``key``.

        Raises:
            Rejected: too_many_requests.
        """
        now = self._clock()
        level = self._levels.pop(key, None) or _Level(self._burst, now)
        level.left = min(self._burst, level.left + (now - level.at) * self._rate)
        level.at = now
        self._levels[key] = level
        if len(self._levels) > _KEYS:
            self._levels.popitem(last=False)
        if level.left < 1:
            wait = int((1 - level.left) / self._rate) + 1
            raise Rejected("too_many_requests", retry_after=wait)
        level.left -= 1
