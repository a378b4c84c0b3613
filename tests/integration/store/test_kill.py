"""kill -9 at any moment: what was confirmed stays, what was not finished never was."""

import random
from pathlib import Path

import pytest

from tests.integration.store.dying import DRAFT, TASKS, Child, check_home
from tutorcli.store import judgments, tasks
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.sweeping import sweep

FULL = pytest.mark.integration


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=FULL)])
def test_nothing_confirmed_is_lost_when_the_process_is_killed(folder: Path, kills: int) -> None:
    rng = random.Random(kills)
    stored: dict[str, tuple[str, int]] = {}
    last_op = -1
    for _ in range(kills):
        child = Child("work", folder)
        for word, *words in child.promises(rng.randrange(1, 120)) + child.kill():
            if word == "op":
                last_op = int(words[0])
            else:
                stored[words[0]] = (words[1], int(words[2]))
        with Queue.open(folder) as queue:
            rows = queue.rows("SELECT id, lower(hex(sha256)), dseq FROM judgments")
            kept = {key: (sha256, dseq) for key, sha256, dseq in rows}
            assert stored.items() <= kept.items()
            assert check_home(queue) == []
        with Drafts.open(folder) as drafts:
            draft = drafts.load(DRAFT)
            assert draft is not None
            told = [*(draft.snapshot or "").split(), *draft.ops]
            # One operation may have been written and not yet confirmed.
            assert told == [str(n) for n in range(len(told))]
            assert len(told) - 1 in {last_op, last_op + 1}
            assert drafts.rows("PRAGMA integrity_check") == [("ok",)]
            last_op = len(told) - 1
        stored = kept
    assert stored


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=FULL)])
def test_an_import_killed_in_the_middle_leaves_nothing(folder: Path, kills: int) -> None:
    rng = random.Random(kills)
    with Queue.open(folder) as queue:
        names = ("tasks", "task_bodies", "task_tags", "judgments", "measures")
        reads = [f"SELECT * FROM {name} ORDER BY 1" for name in names]  # noqa: S608
        before = [queue.rows(read) for read in reads]
    left_behind = 0
    for _ in range(kills):
        child = Child("import", folder, 2000)
        child.promises(rng.randrange(1, 41))
        unread = child.kill()
        assert ["published"] not in unread, "the import was quicker than the test"
        with Queue.open(folder) as queue:
            assert tasks.counts(queue)["open"] == TASKS
            assert len(tasks.listing(queue)) == TASKS
            stored = tasks.load(queue, "t1")
            assert stored is not None
            assert stored.task.prompt == "What now?"
            assert list(judgments.each(queue)) == []
            left_behind += len(queue.rows("SELECT 1 FROM tasks")) > TASKS
            assert sweep(queue)
            assert [queue.rows(read) for read in reads] == before
            assert check_home(queue) == []
    assert left_behind


def test_an_import_that_ran_to_its_end_is_whole(folder: Path) -> None:
    Child("import", folder, 200).finish()
    with Queue.open(folder) as queue:
        assert tasks.counts(queue)["open"] == TASKS + 200
        assert len(judgments.of_task(queue, "t1")) == 20
        assert check_home(queue) == []
