import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tutorcli.errors import message
from tutorcli.sync.retry import Failed, Patience


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def failing(*failures: Failed) -> Callable[[], Awaitable[str]]:
    """An act that fails so often, then answers."""
    left = list(failures)

    async def act() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return act


def again(after_s: float | None = None) -> Failed:
    return Failed(message("busy"), again=True, after_s=after_s)


def patience(time: Time, chance: float = 1.0) -> Patience:
    return Patience(sleep=time.sleep, clock=time.clock, random=lambda: chance)


def test_waits_double_and_the_fifth_failure_is_the_last() -> None:
    time = Time()
    assert asyncio.run(patience(time).call(failing(*[again()] * 4))) == "answer"
    assert time.slept == [0.5, 1.0, 2.0, 4.0]
    with pytest.raises(Failed):
        asyncio.run(patience(Time()).call(failing(*[again()] * 5)))


def test_chance_spreads_each_wait_down_to_nothing() -> None:
    time = Time()
    asyncio.run(patience(time, 0.0).call(failing(again(), again())))
    assert time.slept == [0.0, 0.0]


def test_what_another_try_cannot_help_is_told_at_once() -> None:
    time = Time()
    with pytest.raises(Failed):
        asyncio.run(patience(time).call(failing(Failed(message("no")))))
    assert time.slept == []


def test_a_wait_that_the_server_asks_for_is_kept_up_to_a_minute() -> None:
    time = Time()
    asyncio.run(patience(time, 0.0).call(failing(again(60.0), again(2.0))))
    assert time.slept == [60.0, 2.0]
    with pytest.raises(Failed):
        asyncio.run(patience(time).call(failing(again(61.0))))
    assert time.slept == [60.0, 2.0]


def test_tries_that_take_long_are_not_repeated_for_ever() -> None:
    time = Time()

    async def stalls() -> str:
        time.now += 31.0
        raise again()

    with pytest.raises(Failed):
        asyncio.run(patience(time).call(stalls))
    assert time.slept == []
