"""Questions in a thread: the newest one wins."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutorcli.errors import StoreError
from tutorcli.store.db import Queue
from tutorcli.tui.questions import Questions

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with Queue.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def questions(queue: Queue) -> Iterator[Questions]:
    asked = Questions(queue)
    yield asked
    asked.close()


def first(queue: Queue) -> int:
    row = queue.row("SELECT 7")
    return int(row[0]) if row else 0


async def test_a_question_is_answered_in_another_thread(questions: Questions) -> None:
    assert await questions.ask(first) == 7
    assert await questions.ask(lambda _: threading.get_ident()) != threading.get_ident()


async def test_a_newer_question_ends_the_older_one(questions: Questions) -> None:
    begun = threading.Event()

    def endless(queue: Queue) -> int:
        begun.set()
        queue.row(ENDLESS)
        return 1

    await questions.ask(first)
    older = asyncio.create_task(questions.ask(endless))
    await asyncio.to_thread(begun.wait, 5)
    await asyncio.sleep(0.02)
    async with asyncio.timeout(5):
        assert await questions.ask(first) == 7
        assert await older is None


async def test_it_is_idle_while_nothing_is_being_answered(questions: Questions) -> None:
    assert questions.is_idle
    asked = asyncio.create_task(questions.ask(first))
    await asyncio.sleep(0)
    assert not questions.is_idle
    assert await asked == 7
    questions.drop()
    assert questions.is_idle


async def test_what_cannot_be_read_is_told(questions: Questions) -> None:
    with pytest.raises(StoreError):
        await questions.ask(lambda queue: queue.rows("SELECT * FROM nowhere"))


async def test_the_connection_only_reads(questions: Questions) -> None:
    with pytest.raises(StoreError):
        await questions.ask(lambda queue: queue.execute("DELETE FROM home"))
