"""What is sent, and what a reply proves."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.store.conftest import judged
from tests.unit.store.serving import (
    SERVER,
    Killed,
    MortalQueue,
    head_of,
    mine,
    pulled,
    signed_in,
    standing,
    submit,
    visible,
)
from tutorcli.core import chain
from tutorcli.core.wire import ItemResult
from tutorcli.errors import StoreError
from tutorcli.store import channels, judgments, outcomes, receiving, sending
from tutorcli.store.db import Queue
from tutorcli.store.importing import append_many
from tutorcli.store.sending import Confirmed, Forked


def test_the_unsent_come_in_order_bounded_by_number_and_bytes(queue: Queue) -> None:
    signed_in(queue)
    judgments.append(queue, judged("t1", "local-x"))
    said = [submit(queue, comment="x" * 100) for _ in range(5)]
    sizes = [len(one.body) for one in said]
    found = sending.unsent(queue, SERVER, 1, 3, 10**9)
    assert [one.dseq for one in found] == [2, 3, 4]
    assert [one.body for one in found] == [one.body for one in said[1:4]]
    assert [one.sha256 for one in found] == [sha256(one.body).digest() for one in said[1:4]]
    exactly = sizes[0] + sizes[1]
    assert len(sending.unsent(queue, SERVER, 0, 9, exactly)) == 2
    assert len(sending.unsent(queue, SERVER, 0, 9, exactly - 1)) == 1
    assert len(sending.unsent(queue, SERVER, 0, 9, 1)) == 1
    assert sending.unsent(queue, SERVER, 5, 9, 10**9) == []


def test_what_came_from_elsewhere_is_not_sent(queue: Queue) -> None:
    signed_in(queue)
    receiving.receive(queue, SERVER, pulled(mine=(mine(judged("t1", "dr-7")),)))
    append_many(queue, [judged("t1", "dr-7")])
    assert sending.unsent(queue, SERVER, 0, 9, 10**9) == []
    assert judgments.unsent_count(queue, SERVER) == 0


def test_the_own_head_is_that_of_the_chain(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue) for _ in range(4)]
    assert sending.own_head(queue, SERVER, 0) == chain.START
    assert sending.own_head(queue, SERVER, 3) == head_of(said[:3])
    assert sending.own_head(queue, SERVER, 5) is None
    sending.confirm(queue, SERVER, standing(said, 2))
    assert sending.own_head(queue, SERVER, 1) == head_of(said[:1])
    assert sending.own_head(queue, SERVER, 4) == head_of(said)
    assert sending.own_head(queue, SERVER, 4, anew=True) == head_of(said)


def test_a_reply_that_proves_it_is_stored(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue) for _ in range(4)]
    assert sending.confirm(queue, SERVER, standing(said, 3, 2)) == Confirmed(0, 3, went_back=False)
    now = channels.get(queue, SERVER)
    assert (now.have, now.head, now.durable) == (3, head_of(said[:3]), 2)
    assert now.durable_head == head_of(said[:2])
    assert judgments.unsent_count(queue, SERVER) == 1


def test_a_reply_that_proves_nothing_marks_nothing(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue) for _ in range(2)]
    before = visible(queue)
    other = [judged("t9", "dr-7"), said[1]]
    for lie in (standing(other, 2), standing([*said, judged("t1", "dr-7")], 3)):
        with pytest.raises(Forked):
            sending.confirm(queue, SERVER, lie, [ItemResult(1, "accepted")])
        assert visible(queue) == before


def test_a_server_put_back_gets_again_what_it_lost(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue) for _ in range(4)]
    sending.confirm(queue, SERVER, standing(said, 4, 3))
    with queue.write():
        channels.update(queue, SERVER, heard=17)
    back = sending.confirm(queue, SERVER, standing(said, 1, 1, epoch="epoch-2"))
    assert back == Confirmed(4, 1, went_back=True)
    now = channels.get(queue, SERVER)
    assert (now.have, now.durable, now.epoch, now.heard) == (1, 1, "epoch-2", 0)
    assert [one.dseq for one in sending.unsent(queue, SERVER, 1, 9, 10**9)] == [2, 3, 4]


def test_the_head_of_what_was_purged_stands_for_it(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue) for _ in range(4)]
    sending.confirm(queue, SERVER, standing(said, 3, 2))
    queue.execute("DELETE FROM judgments WHERE channel = ? AND dseq <= 2", (SERVER,))
    assert sending.own_head(queue, SERVER, 4, anew=True) == head_of(said)
    assert sending.own_head(queue, SERVER, 1) is None
    sending.confirm(queue, SERVER, standing(said, 4, 2))
    with pytest.raises(Forked):
        sending.confirm(queue, SERVER, standing(said, 1))
    with pytest.raises(Forked):
        sending.confirm(queue, SERVER, standing(said, 4, 1))


def test_more_durable_than_there_is_counts_as_what_there_is(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue)]
    sending.confirm(queue, SERVER, standing(said, 1, 99))
    assert channels.get(queue, SERVER).durable == 1


def test_outcomes_are_added_when_they_change(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue), submit(queue)]
    ids = [one.judgment.id for one in said]
    first = [ItemResult(1, "accepted"), ItemResult(2, "quarantined", "withdrawn"), ItemResult(9, "surplus")]  # fmt: skip
    for results in (first, first, [ItemResult(2, "accepted")], first[:1]):
        sending.confirm(queue, SERVER, standing(said, 2), results)
    told = queue.rows("SELECT judgment, status, reason FROM outcomes ORDER BY rowid")
    assert told == [
        (ids[0], "accepted", None),
        (ids[1], "quarantined", "withdrawn"),
        (ids[1], "accepted", None),
    ]
    last = outcomes.last_of(queue, ids[1])
    assert last is not None
    assert last.status == "accepted"


def test_a_new_device_numbers_the_own_judgments_anew(queue: Queue) -> None:
    signed_in(queue)
    local = judged("t1", "local-x")
    judgments.append(queue, local)
    theirs = judged("t1", "dr-7")
    said = [submit(queue) for _ in range(3)]
    receiving.receive(queue, SERVER, pulled(mine=(mine(theirs, 7),), until=5))
    said.append(submit(queue))
    sending.confirm(queue, SERVER, standing(said, 3, 1))
    queue.execute("DELETE FROM judgments WHERE channel = ? AND dseq = 1", (SERVER,))
    bodies = queue.rows("SELECT id, body FROM judgments ORDER BY feed")
    assert sending.renumber(queue, SERVER, "device-2") == 3
    now = channels.get(queue, SERVER)
    assert (now.device, now.have, now.head) == ("device-2", 0, chain.START)
    assert (now.durable, now.durable_head, now.heard) == (0, chain.START, 0)
    assert [one.dseq for one in sending.unsent(queue, SERVER, 0, 9, 10**9)] == [1, 2, 3]
    assert sending.own_head(queue, SERVER, 3) == head_of(said[1:])
    assert queue.rows("SELECT id, body FROM judgments ORDER BY feed") == bodies
    others = "SELECT id, dseq FROM judgments WHERE device <> 'device-2' ORDER BY feed"
    assert queue.rows(others) == [(local.judgment.id, 1), (theirs.judgment.id, 7)]
    assert submit(queue).judgment.id in [
        row[0] for row in queue.rows("SELECT id FROM judgments WHERE dseq = 4")
    ]


@pytest.mark.parametrize("act", ["confirm", "renumber"])
def test_killed_between_two_statements_all_is_as_before(folder: Path, act: str) -> None:
    with Queue.open(folder) as queue:
        signed_in(queue)
        said = [submit(queue) for _ in range(3)]
        before = visible(queue)
    deaths = 0
    while True:
        mortal = MortalQueue.opened(folder, deaths)
        try:
            if act == "confirm":
                results = [ItemResult(n, "accepted") for n in (1, 2)]
                sending.confirm(mortal, SERVER, standing(said, 2, 1), results)
            else:
                sending.renumber(mortal, SERVER, "device-2")
            break
        except Killed:
            deaths += 1
        finally:
            MortalQueue.left = None
            mortal.close()
        with Queue.open(folder) as queue:
            assert visible(queue) == before
    assert deaths > 4
    with Queue.open(folder) as queue:
        assert visible(queue) != before


FORBIDDEN = {
    "the body": "UPDATE judgments SET body = x'00', device = '{device}', dseq = 9 WHERE dseq = 1",
    "the id": "UPDATE judgments SET id = 'x', device = '{device}', dseq = 9 WHERE dseq = 1",
    "the tutor": "UPDATE judgments SET tutor = 'x', device = '{device}', dseq = 9 WHERE dseq = 1",
    "the feed": "UPDATE judgments SET feed = 99, device = '{device}', dseq = 9 WHERE dseq = 1",
    "the channel": "UPDATE judgments SET channel = 'local', device = '{device}' WHERE dseq = 1",
    "the number alone": "UPDATE judgments SET dseq = 9 WHERE dseq = 1",
    "an unknown device": "UPDATE judgments SET device = 'x', dseq = 9 WHERE dseq = 1",
    "another one away": "UPDATE OR REPLACE judgments SET device = '{device}', dseq = 2",
    "one by another": (
        "REPLACE INTO judgments SELECT feed, 'new', device, channel, dseq, import_id, task, assignment,"
        " task_sha256, tutor, role, stage, revision, supersedes, disposition, decided_at, lease,"
        " clock_offset_ms, stored_at, sha256, x'00' FROM judgments WHERE dseq = 1"
    ),
}


@pytest.mark.parametrize("is_guarded", [True, False])
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_new_device_lets_nothing_else_of_a_judgment_change(
    queue: Queue, what: str, *, is_guarded: bool
) -> None:
    signed_in(queue)
    for _ in range(2):
        submit(queue)
    queue.execute("PRAGMA recursive_triggers=OFF")
    queue.execute("UPDATE sync_state SET device = 'device-2' WHERE channel = ?", (SERVER,))
    before = queue.rows("SELECT * FROM judgments")
    statement = FORBIDDEN[what].format(device="device-2")
    if is_guarded:
        with pytest.raises(StoreError, match="append-only"):
            queue.execute(statement)
        assert queue.rows("SELECT * FROM judgments") == before
    else:
        queue.execute("DROP TRIGGER judgments_no_update")
        queue.execute("DROP TRIGGER judgments_known")
        queue.execute("DELETE FROM measures")  # They would hold the number fast too.
        queue.execute(statement)
        assert queue.rows("SELECT * FROM judgments") != before


def test_what_came_from_a_file_is_never_renumbered(queue: Queue) -> None:
    append_many(queue, [judged("t1", "dr-7")])
    (local,) = channels.each(queue)
    with pytest.raises(StoreError, match="append-only"):
        queue.execute("UPDATE judgments SET device = ?, dseq = 5", (local.device,))


def test_after_a_restore_work_of_other_machines_is_sent_from_here_too(queue: Queue) -> None:
    signed_in(queue)
    said = [submit(queue), submit(queue)]
    theirs = [judged("t1", "dr-7"), judged("t2", "dr-7")]
    news = tuple(mine(one, 40 + n) for n, one in enumerate(theirs))
    receiving.receive(queue, SERVER, pulled(mine=news))
    append_many(queue, [judged("t1", "dr-7")])
    sending.confirm(queue, SERVER, standing(said, 2))
    assert judgments.unsent_count(queue, SERVER) == 0
    restored = sending.confirm(queue, SERVER, standing(said, 2, epoch="epoch-2"))
    assert restored == Confirmed(2, 2, went_back=False, again=2)
    found = sending.unsent(queue, SERVER, 2, 9, 10**9)
    assert [(one.dseq, one.body) for one in found] == [(3, theirs[0].body), (4, theirs[1].body)]
    # Made elsewhere still: not what is undone here.
    last = judgments.last_of(queue)
    assert last == said[1]
    every = [*said, *theirs]
    again = sending.confirm(queue, SERVER, standing(every, 4, epoch="epoch-2"))
    assert again == Confirmed(2, 4, went_back=False)
    assert sending.renumber(queue, SERVER, "device-2") == 4
    assert sending.own_head(queue, SERVER, 4) == head_of(every)
