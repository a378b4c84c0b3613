"""The blank screen: by a key, and after some time without one."""

from dataclasses import replace

import pytest
from textual import events

from tests.screens import question
from tests.tui.tutoring import Clock, Home, Tutor


@pytest.fixture(autouse=True)
def _clock(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "time", Clock.monotonic, raising=False)
    for module in ("screens.locking", "idling"):
        monkeypatch.setattr(f"tutorcli.tui.{module}.time", clock)


LOCKED = "locked; any key goes on"
OPEN: dict[str, tuple[str, ...]] = {
    "the task": (),
    "the editor": ("f4",),
    "the list": ("f11",),
    "the help": ("f1",),
    "the guideline": ("f2",),
    "a choice": ("f5",),
}


def shown(tutor: Tutor) -> list[str]:
    return [row for row in tutor.rows if row]


@pytest.mark.parametrize("keys", OPEN.values(), ids=OPEN)
async def test_the_key_blanks_whatever_is_open_and_the_next_goes_on(
    work: Home, keys: tuple[str, ...]
) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press(*keys)
        before = tutor.rows
        await tutor.press("ctrl+backslash")
        assert [row.strip() for row in shown(tutor)] == [LOCKED]
        await tutor.press("x")
        assert tutor.rows == before


@pytest.mark.parametrize("key", ["enter", "1", "ctrl+q", "ctrl+backslash", "p"])
async def test_the_key_that_wakes_does_nothing_else(work: Home, key: str) -> None:
    work.fill([question(1, "ab"), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("1", "ctrl+backslash", key)
        assert LOCKED not in tutor.screen
        assert (tutor.task, tutor.panel) == ("t1", "")
        assert tutor.app.is_running
        assert tutor.strip.split()[0] == "1"


async def test_locked_time_does_not_count(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press("1", after_s=3)
        before = tutor.opened.active_ms
        await tutor.press("ctrl+backslash", after_s=1)
        tutor.app.on_app_focus()
        await tutor.press("x", after_s=60)
        await tutor.press("2", after_s=2)
        assert tutor.opened.active_ms - before == 3000


async def test_a_paste_does_not_wake(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press("ctrl+backslash")
        await tutor.post(events.Paste("12"))
        assert LOCKED in tutor.screen


@pytest.fixture
def hasty(work: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose screen locks after two minutes."""
    settings = replace(work.settings, lock_min=2)
    monkeypatch.setattr(Home, "settings", settings)
    return work


async def test_it_blanks_once_no_key_came_for_so_long(hasty: Home) -> None:
    hasty.fill([question(1)])
    async with hasty.tutor() as tutor:
        await tutor.press("f4", "x")
        hasty.clock.s += 119
        await tutor.app.idle.look()
        assert LOCKED not in tutor.screen
        hasty.clock.s += 2
        await tutor.app.idle.look()
        await tutor.app.idle.look()
        await tutor.pilot.pause()
        assert LOCKED in tutor.screen
        await tutor.press("y", "z")
        assert "xz" in tutor.screen
        assert LOCKED not in tutor.screen


async def test_tasks_that_a_sync_brings_stay_behind_it(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press("ctrl+backslash")
        tutor.app.annotate.show_task()
        await tutor.pilot.pause()
        assert [row.strip() for row in shown(tutor)] == [LOCKED]
