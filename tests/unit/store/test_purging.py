"""Only what a backup of the server holds leaves the machine."""

from pathlib import Path

import pytest

from tests.unit.store.conftest import fill, judged, make_task
from tests.unit.store.serving import (
    SERVER,
    UNTIL,
    lend,
    mine,
    pulled,
    signed_in,
    standing,
    submit,
)
from tutorcli.core.judgment import Frozen
from tutorcli.core.wire import ItemResult
from tutorcli.errors import StoreError
from tutorcli.store import channels, judgments, sending, tasks
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.purging import purge
from tutorcli.store.receiving import receive

EARLY, BEFORE, LATE = (f"2026-01-0{day}T00:00:00.000Z" for day in (1, 5, 9))


def judged_tasks(queue: Queue, *names: str) -> list[Frozen]:
    signed_in(queue)
    receive(queue, SERVER, pulled(assignments=tuple(map(lend, names))))
    return [submit(queue, name, decided_at=EARLY) for name in names]


def confirm(queue: Queue, said: list[Frozen], have: int, durable: int, **fields: str) -> None:
    """The server says that it has the first ones, and took them."""
    results = [ItemResult(number, "accepted") for number in range(1, have + 1)]
    sending.confirm(queue, SERVER, standing(said, have, durable, **fields), results)


def left(queue: Queue) -> list[str]:
    return [item.task.id for item in tasks.each_task(queue)]


def test_what_is_durable_and_old_enough_goes_whole(queue: Queue, folder: Path) -> None:
    said = judged_tasks(queue, "t1", "t2")
    secret = judged("t3", "dr-7", decided_at=EARLY, comment="Xylophonia")
    receive(queue, SERVER, pulled(assignments=(lend(make_task("t3", "Xylophonia asks")),)))
    judgments.append(queue, secret, channel=SERVER)
    confirm(queue, [*said, secret], 3, 3)
    queue.checkpoint()
    assert b"Xylophonia" in (folder / "queue.db").read_bytes()
    assert purge(queue, SERVER, BEFORE) == 3
    assert left(queue) == []
    for table in ("judgments", "measures", "task_bodies", "task_tags"):
        assert queue.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
    for file in ("queue.db", "queue.db-wal"):
        assert b"ylophonia" not in (folder / file).read_bytes()
    assert purge(queue, SERVER, BEFORE) == 0
    # The numbers go on where they stood.
    assert submit(queue, "t9").judgment.id in str(sending.unsent(queue, SERVER, 3, 1, 10**6))


def test_what_is_not_in_a_backup_stays(queue: Queue) -> None:
    said = judged_tasks(queue, "t1", "t2", "t3")
    further = submit(queue, "t1", decided_at=EARLY, revision=2, supersedes=said[0].judgment.id)
    confirm(queue, [*said, further], 4, 2)
    assert purge(queue, SERVER, BEFORE) == 1
    assert left(queue) == ["t1", "t3"]
    assert len(judgments.of_task(queue, "t1")) == 2


def test_what_the_server_has_only_the_hash_of_stays(queue: Queue) -> None:
    """A judgment that is too large is sent without its body, and its number is durable all the same."""
    said = judged_tasks(queue, "t1", "t2", "t3")
    results = [ItemResult(1, "accepted"), ItemResult(2, "invalid", "too_large")]
    sending.confirm(queue, SERVER, standing(said, 3, 3), results)
    assert purge(queue, SERVER, BEFORE) == 1
    # The reply that told of the third one was lost; it may have been too large as well.
    assert left(queue) == ["t2", "t3"]
    confirm(queue, said, 3, 3)
    assert purge(queue, SERVER, BEFORE) == 2


def test_what_is_open_young_begun_or_local_stays(queue: Queue, folder: Path) -> None:
    said = judged_tasks(queue, "t1", "t2")
    said += [submit(queue, "t2", decided_at=LATE, revision=2, supersedes=said[1].judgment.id)]
    receive(queue, SERVER, pulled(assignments=(lend("open"),)))
    fill(queue, [make_task("own")])
    judgments.append(queue, judged("own", judgments.home(queue).tutor, decided_at=EARLY))
    confirm(queue, said, 3, 3)
    with Drafts.open(folder) as drafts:
        drafts.start("t1", "j9", said[0].judgment.id, UNTIL)
    assert purge(queue, SERVER, BEFORE) == 0
    assert purge(queue, "local", BEFORE) == 0
    assert left(queue) == ["open", "own", "t1", "t2"]


def test_work_that_came_from_the_server_goes_with_its_task(queue: Queue) -> None:
    signed_in(queue)
    theirs = judged("t1", "dr-7", decided_at=EARLY)
    assigned = lend("t1", is_open=False)
    receive(queue, SERVER, pulled(assignments=(assigned,), mine=(mine(theirs, 50),)))
    assert purge(queue, SERVER, EARLY) == 0
    assert purge(queue, SERVER, BEFORE) == 1
    assert left(queue) == []


def test_a_server_that_went_back_keeps_it_all_here(queue: Queue) -> None:
    said = judged_tasks(queue, "t1", "t2")
    confirm(queue, said, 2, 2)
    confirm(queue, said, 1, 0, epoch="epoch-2")
    assert channels.get(queue, SERVER).durable == 0
    assert purge(queue, SERVER, BEFORE) == 0
    with pytest.raises(StoreError, match="append-only"):
        queue.execute("DELETE FROM judgments")
    queue.execute("DROP TRIGGER judgments_no_delete")
    queue.execute("DELETE FROM judgments")
