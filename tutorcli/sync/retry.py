"""Trying again: how often, and how long apart."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tutorcli.errors import Message, Unreachable

_LOG = logging.getLogger(__name__)

Reply = TypeVar("Reply")


class Failed(Unreachable):
    """One try that brought no answer."""

    def __init__(
        self,
        what: Message,
        *,
        hint: Message | None = None,
        again: bool = False,
        after_s: float | None = None,
    ) -> None:
        """Remember what a try failed of.

        Args:
            what: What happened.
            hint: The way out.
            again: Whether another try may help.
            after_s: Seconds that the server asks to be left alone.
        """
        super().__init__(what, hint=hint)
        self.again = again
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is tried, with the clock and the chance that it needs.

    Before try n + 1 it waits between nothing and `first_s` * 2 ** (n - 1) seconds ("full jitter"), so
    that homes which lost one server do not all come back at once.
    """

    tries: int = 5
    first_s: float = 0.5
    most_s: float = 30.0
    """Seconds after which no further try begins, waiting that the server asked for left out."""
    longest_s: float = 60.0
    """The longest wait that a server may ask for; with a longer one the call ends at once."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """Between 0 and 1."""
    clock: Callable[[], float] = time.monotonic

    async def call(
        self,
        act: Callable[[], Awaitable[Reply]],
        *,
        give_up_on: tuple[type[Failed], ...] = (),
    ) -> Reply:
        """The result of ``act``, tried until it comes.

        Args:
            act: One try.
            give_up_on: Failures after which it is not tried again, whatever they say.

        Raises:
            Failed: The last try failed, or trying again cannot help.
        """
        until = self.clock() + self.most_s
        number = 1
        while True:
            try:
                return await act()
            except Failed as failure:
                asked_s = failure.after_s or 0.0
                is_last = number >= self.tries or self.clock() > until
                if (
                    not failure.again
                    or isinstance(failure, give_up_on)
                    or is_last
                    or asked_s > self.longest_s
                ):
                    raise
            wait_s = asked_s + self.random() * self.first_s * 2 ** (number - 1)
            _LOG.info("try %d failed, again in %.1f s", number, wait_s)
            await self.sleep(wait_s)
            until += asked_s
            number += 1
