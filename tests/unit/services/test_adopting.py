"""Local work submitted to a server on purpose."""

from typing import Any

import pytest

from tests.unit.services.acts import ABC, RANKED, at_once, stored, submit
from tests.unit.services.conftest import TUTOR
from tests.unit.store.conftest import fill, make_task, state_of
from tests.unit.store.serving import DEVICE, SERVER, signed_in
from tutorcli.core.judgment import freeze
from tutorcli.errors import InputError, Refused, StoreError, message
from tutorcli.services import judging
from tutorcli.services.adopting import ADOPTED, Adopted, adopt
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending, Said
from tutorcli.store import judgments, sending
from tutorcli.store.chunks import Chunks, batched
from tutorcli.store.db import Queue


@pytest.fixture(autouse=True)
def _tasks(desk: Desk) -> None:
    names = {"t1": "pilot", "t2": "pilot", "t3": "pilot", "t4": "later", "t5": None}
    fill(desk.queue, [make_task(name, answers=ABC, batch=batch) for name, batch in names.items()])


def test_current_judgments_of_a_batch_are_said_again_on_the_channel(desk: Desk) -> None:
    signed_in(desk.queue, region="cn")
    submit(desk, RANKED)
    again = judging.submit(desk, judging.amend(desk, "t1")).frozen
    submit(desk, RANKED, task="t4")
    assert adopt(desk, SERVER, "pilot") == Adopted(1, 0)
    new = stored(desk)[-1]
    assert (new.tutor, new.revision, new.supersedes) == ("dr-7", 1, None)
    assert new.extra == {"adopted": {"id": again.judgment.id, "sha256": again.sha256}}
    assert (new.task, new.assignment, new.ranking) == ("t1", "t1", again.judgment.ranking)
    assert new.id not in {again.judgment.id, *(item.id for item in stored(desk)[:-1])}
    (sent,) = sending.unsent(desk.queue, SERVER, 0, 9, 10**6)
    assert sent.body == freeze(new).body
    kept = desk.queue.rows("SELECT device, dseq FROM judgments WHERE channel = ?", (SERVER,))
    assert kept == [(DEVICE, 1)]


def test_adopting_twice_does_nothing_more(desk: Desk) -> None:
    signed_in(desk.queue)
    submit(desk, RANKED)
    submit(desk, RANKED, task="t2")
    assert adopt(desk, SERVER, "pilot") == Adopted(2, 0)
    assert adopt(desk, SERVER, "pilot") == Adopted(0, 2)
    assert judgments.unsent_count(desk.queue, SERVER) == 2


def test_a_change_of_mind_is_adopted_as_a_revision(desk: Desk) -> None:
    signed_in(desk.queue)
    submit(desk, RANKED)
    adopt(desk, SERVER, "pilot")
    first = stored(desk)[-1]
    judging.submit(desk, judging.amend(desk, "t1"))
    assert adopt(desk, SERVER, "pilot") == Adopted(1, 0)
    second = stored(desk)[-1]
    assert (second.revision, second.supersedes) == (2, first.id)


def test_what_was_taken_back_or_never_said_is_not_adopted(desk: Desk) -> None:
    signed_in(desk.queue)
    submit(desk, RANKED)
    at_once(desk, disposition="withdrawn")
    assert adopt(desk, SERVER, "pilot") == Adopted(0, 0)


def test_the_local_judgment_stays_what_counts_here(desk: Desk) -> None:
    signed_in(desk.queue)
    local = submit(desk, RANKED)
    adopt(desk, SERVER, "pilot")
    assert judging.current_judgment(desk, "t1") == local
    last = judgments.last_of(desk.queue)
    assert last is not None
    assert last.judgment.tutor == TUTOR
    assert state_of(desk.queue, "t1") == "done"


@pytest.mark.parametrize("region", ["cn", None])
def test_a_task_of_another_region_keeps_all_of_its_batch_back(
    desk: Desk, region: str | None
) -> None:
    signed_in(desk.queue, region=region)
    fill(desk.queue, [make_task("t9", answers=ABC, batch="pilot", region="eu")])
    submit(desk, RANKED)
    with pytest.raises(Refused, match='task "t9" belongs to the region eu'):
        adopt(desk, SERVER, "pilot")
    assert judgments.unsent_count(desk.queue, SERVER) == 0


def test_an_unknown_batch_or_channel_is_named(desk: Desk) -> None:
    with pytest.raises(InputError, match="no channel"):
        adopt(desk, SERVER, "pilot")
    signed_in(desk.queue)
    with pytest.raises(InputError, match='"pilto"') as caught:
        adopt(desk, SERVER, "pilto")
    assert "pilot" in str(caught.value.hint)


@pytest.fixture
def many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a batch of twenty judged tasks, adopted by three at once however fast it goes."""
    signed_in(desk.queue)
    names = [f"m{number:02}" for number in range(20)]
    fill(desk.queue, [make_task(name, answers=ABC, batch="many") for name in names])
    judging.judge(desk, [(name, Said(Ending(), (RANKED,), 9)) for name in names])
    monkeypatch.setattr(Chunks, "of", lambda _, items: batched(items, 3))
    return desk


def adopted_once(desk: Desk, count: int) -> None:
    """Each local judgment of the batch stands once on the channel, numbered without a gap."""
    rows = desk.queue.rows("SELECT dseq FROM judgments WHERE channel = ? ORDER BY dseq", (SERVER,))
    assert [row[0] for row in rows] == list(range(1, count + 1))
    origins = [
        frozen.judgment.extra[ADOPTED]["id"]
        for frozen in judgments.each(desk.queue)
        if ADOPTED in frozen.judgment.extra
    ]
    assert len(set(origins)) == len(origins) == count


def test_a_batch_is_adopted_in_slices_between_which_others_may_write(many: Desk) -> None:
    written: list[int] = []

    def beside(_: int) -> None:
        with Queue.open(many.queue.folder, busy_s=0.0) as other, other.write():
            written.append(judgments.unsent_count(other, SERVER))

    assert adopt(many, SERVER, "many", progress=beside) == Adopted(20, 0)
    assert written == [3, 6, 9, 12, 15, 18, 20]


@pytest.mark.parametrize("slices", range(1, 8))
def test_killed_between_two_slices_and_done_again_nothing_is_lost_or_doubled(
    many: Desk, slices: int
) -> None:
    left = iter(range(slices - 1))

    def live(_: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    cut = Adopted()
    with pytest.raises(KeyboardInterrupt):
        adopt(many, SERVER, "many", cut, live)
    assert cut == Adopted(min(3 * slices, 20), 0)
    adopted_once(many, cut.judgments)
    assert adopt(many, SERVER, "many") == Adopted(20 - cut.judgments, cut.judgments)
    adopted_once(many, 20)


def test_a_slice_that_fails_is_undone_alone(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    append, calls = judgments.append, iter(range(5))

    def fail(*args: Any, **named: Any) -> int:
        if next(calls, None) is None:
            raise StoreError(message("the disk is full"))
        return append(*args, **named)

    cut = Adopted()
    with monkeypatch.context() as context:
        context.setattr(judgments, "append", fail)
        with pytest.raises(StoreError):
            adopt(many, SERVER, "many", cut)
    assert cut == Adopted(3, 0)
    adopted_once(many, 3)
    assert adopt(many, SERVER, "many") == Adopted(17, 3)
    adopted_once(many, 20)
