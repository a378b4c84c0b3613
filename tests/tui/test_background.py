"""The screen's own sync: a process beside the keys, its state in the head line."""

import asyncio
import sys

import pytest

from tests.screens import question
from tests.tui.tutoring import Home, Tutor
from tests.unit.store.conftest import make_task
from tests.unit.store.serving import SERVER, lend, pulled, signed_in
from tutorcli.core.wire import Withdrawn
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.receiving import receive
from tutorcli.tui.screens import background
from tutorcli.tui.syncing import sync

DONE = """print('{"sent": 3, "fetched": 2}')"""
FAILED = "import sys; sys.stderr.write('tutorcli: no answer came\\n  run it again\\n'); sys.exit(4)"


def child(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def every_minute(work: Home, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    work.sync_min = 1
    monkeypatch.setattr(background, "FIRST_S", 0.01)
    monkeypatch.setattr(background, "COMMAND", child(code))


async def head_says(tutor: Tutor, text: str) -> str:
    for _ in range(500):
        if text in tutor.head:
            return tutor.head
        await asyncio.sleep(0.02)
    raise AssertionError(tutor.head)


async def test_a_sync_runs_beside_the_keys_and_says_what_went(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_minute(work, monkeypatch, f"import time; time.sleep(0.3); {DONE}")
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await head_says(tutor, "syncing")
        await tutor.press("1")
        assert tutor.strip.startswith(" 1")
        await head_says(tutor, "synced: 3 sent, 2 fetched")


async def test_a_sync_that_fails_says_why_and_the_work_goes_on(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_minute(work, monkeypatch, FAILED)
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await head_says(tutor, "sync failed: no answer came")
        await tutor.press("1", "2", "enter")
        assert len(work.judged("t1")) == 1


async def test_tasks_that_came_are_opened_where_none_was_left(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_minute(work, monkeypatch, f"import time; time.sleep(0.3); {DONE}")
    work.fill([])
    async with work.tutor() as tutor:
        await head_says(tutor, "syncing")
        work.fill([question(1)])
        await head_says(tutor, "synced")
        await tutor.pilot.pause()
        assert tutor.task == "t1"


async def test_without_the_setting_no_process_is_started(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_minute(work, monkeypatch, "raise SystemExit('started')")
    work.sync_min = 0
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await asyncio.sleep(0.1)
        await tutor.press("1")
        assert "sync" not in tutor.head


async def test_what_a_child_says_is_never_trusted_to_be_json() -> None:
    assert (await sync(child("print('<html>')"))).is_failure
    assert (await sync(child("print('[]')"))).is_failure
    assert (await sync(("/nowhere/tutorcli",))).is_failure


def lent(work: Home, *names: str) -> None:
    """Tasks of a server."""
    work.fill([])
    with Queue.open(work.settings.data) as queue:
        signed_in(queue)
        receive(queue, SERVER, pulled(assignments=tuple(lend(make_task(name)) for name in names)))


def purge(work: Home, task: str) -> None:
    """What a sync in another process does."""
    with Queue.open(work.settings.data) as queue:
        receive(queue, SERVER, pulled(withdrawn=(Withdrawn(task, "purged"),)))


def drafted(work: Home) -> list[str]:
    with Drafts.open(work.settings.data) as drafts:
        return [task for task, _ in drafts.touched()]


@pytest.mark.parametrize("key", ["2", "enter", "f3", "f6", "tab"])
async def test_a_purged_task_makes_room_for_the_next_at_the_next_key(work: Home, key: str) -> None:
    lent(work, "t1", "t2")
    async with work.tutor() as tutor:
        await tutor.press("1")
        purge(work, "t1")
        await tutor.press(key)
        assert 'called the text of task "t1" back' in tutor.strip
        assert tutor.task == "t2"
        await tutor.press("1", "2", "enter")
    assert drafted(work) == []
    assert work.judged("t1") == []
    assert len(work.judged("t2")) == 1


async def test_a_task_purged_under_the_editor_is_left_with_escape(work: Home) -> None:
    lent(work, "t1", "t2")
    async with work.tutor() as tutor:
        await tutor.press("f4", "x")
        purge(work, "t1")
        await tutor.press("y", "escape")
        assert tutor.task == "t2"
        assert not tutor.app.annotate.editing.is_open
    assert drafted(work) == []


@pytest.mark.parametrize("keys", [("1",), ("f4", "x")])
async def test_quitting_on_a_purged_task_works_at_once(work: Home, keys: tuple[str, ...]) -> None:
    lent(work, "t1", "t2")
    async with work.tutor() as tutor:
        await tutor.press(*keys)
        purge(work, "t1")
        tutor.opened.draft.rows.pop("read", None)
        await tutor.press("ctrl+q")
        assert tutor.app._exit
    assert drafted(work) == []
