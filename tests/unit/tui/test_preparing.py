"""What is made ready while no key comes never takes long at once."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from inspect import isawaitable
from typing import Any

import pytest

from tutorcli.tui.screens import preparing
from tutorcli.tui.screens.preparing import EDITOR_AFTER_S, PREPARE_AFTER_S, Preparing


class Tasks:
    """Stands for the next tasks: so many steps are left."""

    def __init__(self, left: int) -> None:
        self.left = left

    def step(self) -> bool:
        self.left -= 1
        return self.left >= 0


class Waiting:
    """Stands for a timer."""

    def __init__(self, delay: float, callback: Callable[[], object]) -> None:
        self.delay, self.callback, self.is_stopped = delay, callback, False

    def stop(self) -> None:
        self.is_stopped = True


class Screen:
    """Stands for the screen: keeps its timers and what stands in line, and makes an editor."""

    has_editor = False

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []
        self.line: list[Callable[[], object]] = []

    async def editor(self) -> None:
        self.has_editor = True

    def set_timer(self, delay: float, callback: Callable[[], object]) -> Any:
        self.waiting.append(Waiting(delay, callback))
        return self.waiting[-1]

    def call_later(self, callback: Callable[[], object]) -> bool:
        self.line.append(callback)
        return True

    def run(self) -> Iterator[float]:
        while self.waiting and not self.waiting[-1].is_stopped:
            last = self.waiting.pop()
            yield last.delay
            last.callback()
            result = self.line.pop()()
            if isawaitable(result):
                asyncio.run(_done(result))


async def _done(result: Any) -> None:
    await result


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two modules that are not loaded; the list says which were imported, in order."""
    loaded: list[str] = []

    def load(name: str) -> None:
        loaded.append(name)
        monkeypatch.setitem(sys.modules, name, sys)

    monkeypatch.setattr(preparing, "EDITOR_STEPS", ("absent_one", "absent_two"))
    monkeypatch.setattr(preparing, "LIST_STEPS", ())
    monkeypatch.setattr(preparing, "import_module", load)
    return loaded


def test_the_editor_follows_the_tasks_a_module_at_a_time(modules: list[str]) -> None:
    screen, tasks = Screen(), Tasks(2)
    Preparing(screen, tasks).soon()  # type: ignore[arg-type]
    seen = [(delay, tasks.left, len(modules), screen.has_editor) for delay in screen.run()]
    assert seen == [
        (PREPARE_AFTER_S, 2, 0, False),
        (PREPARE_AFTER_S, 1, 0, False),
        (PREPARE_AFTER_S, 0, 0, False),
        (EDITOR_AFTER_S, -1, 0, False),
        (PREPARE_AFTER_S, -1, 1, False),
        (PREPARE_AFTER_S, -1, 2, False),
    ]
    assert modules == ["absent_one", "absent_two"]
    assert screen.has_editor


def test_a_key_puts_the_next_step_off() -> None:
    screen = Screen()
    ready = Preparing(screen, Tasks(1))  # type: ignore[arg-type]
    ready.soon()
    ready.soon()
    assert [waiting.is_stopped for waiting in screen.waiting] == [True, False]


def test_a_timer_does_nothing_beside_the_keys() -> None:
    screen, tasks = Screen(), Tasks(1)
    Preparing(screen, tasks).soon()  # type: ignore[arg-type]
    assert screen.waiting[-1].callback() is True
    assert tasks.left == 1
    assert len(screen.line) == 1
