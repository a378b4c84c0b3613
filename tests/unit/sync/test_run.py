"""One sync against the real server, with what can happen on the way."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select, update

from tutorcli.core.wire import Limits
from tutorcli.errors import Mismatch, Refused, StoreError, Unreachable
from tutorcli.server import tables
from tutorcli.server.services import people, withdrawing
from tutorcli.server.services.withdrawing import Which
from tutorcli.store.drafts import Drafts
from tutorcli.store.locks import FileLock
from tutorcli.sync.run import LOCK

from .world import Home, World


def lost() -> httpx.ReadError:
    return httpx.ReadError("the reply was lost")


def cut(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no network")


def streamed(body: bytes, kind: str = "application/json") -> httpx.Response:
    """A reply as it comes from a network."""

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    return httpx.Response(200, headers={"content-type": kind}, content=pieces())


def test_a_first_sync_brings_tasks_and_the_next_sends_what_was_said(world: World) -> None:
    home = world.home()
    first = home.sync(pull=4)
    assert (first.fetched, first.sent, len(home.open_tasks())) == (4, 0, 4)
    home.judge(3)
    second = home.sync(pull=4)
    assert (second.sent, second.count("accepted"), second.fetched) == (3, 3, 2)
    assert (home.unsent(), second.unsent) == (0, 0)
    assert world.stored() == sorted(home.made)
    assert home.channel.contact_at is not None
    assert home.channel.problem is None


def test_syncing_again_changes_nothing_and_sends_nothing(world: World) -> None:
    home = world.home()
    home.sync(pull=2)
    home.judge(2)
    home.sync(pull=2)
    pushes = world.network.seen.count("/v1/push")
    again = home.sync(pull=2)
    assert (again.sent, again.fetched) == (0, 0)
    assert world.network.seen.count("/v1/push") == pushes


def test_many_judgments_go_in_batches_as_the_server_wants_them(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(6)
    world.under(limits=Limits(items=4))
    before = world.network.seen.count("/v1/push")
    told: list[tuple[str, int]] = []
    assert home.sync(progress=lambda what, steps: told.append((what, steps))).sent == 6
    assert world.network.seen.count("/v1/push") - before == 2
    assert [steps for what, steps in told if what == "sent" and steps] == [4, 2]


def test_a_lost_reply_stores_nothing_twice(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(3)
    world.network.after["/v1/push"] = [lost()]
    report = home.sync()
    assert (report.sent, report.count("accepted")) == (3, 3)
    assert world.stored() == sorted(home.made)


def test_a_pull_whose_reply_was_lost_hands_out_nothing_more(world: World) -> None:
    home = world.home()
    world.network.after["/v1/pull"] = [lost()] * 3
    with pytest.raises(Unreachable):
        home.sync(pull=2)
    assert home.sync(pull=2).fetched == 2
    with world.context.database.read() as connection:
        assert len(connection.execute(tables.assignments.select()).all()) == 2


def test_a_sync_cut_in_the_middle_goes_on_from_there(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(6)
    world.under(limits=Limits(items=2))
    world.network.before["/v1/push"] = [lambda _: None, cut, cut, cut]
    with pytest.raises(Unreachable):
        home.sync()
    assert home.unsent() == 4
    assert home.channel.problem is not None
    assert home.sync().sent == 4
    assert world.stored() == sorted(home.made)
    assert home.channel.problem is None


def test_a_portal_in_the_middle_marks_nothing_as_sent(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(2)

    def answer(request: httpx.Request) -> httpx.Response:
        return streamed(b"<html>Welcome", "text/html")

    world.network.before["/v1/push"] = [answer]
    with pytest.raises(Unreachable, match="web page"):
        home.sync()
    assert home.unsent() == 2
    assert world.stored() == []


def test_a_head_that_is_not_ours_marks_nothing_as_sent(world: World) -> None:
    """A reply can be well-formed and still not prove anything."""
    home = world.home()
    home.sync()
    home.judge(2)
    standing = {
        "have": 2, "head": "ab" * 32, "durable": 0, "epoch": home.channel.epoch, "time": "2026",
    }  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        return streamed(orjson.dumps(standing))

    world.network.before["/v1/push"] = [answer] * 9
    device = home.channel.device
    with pytest.raises((Mismatch, Unreachable)):
        home.sync()
    assert home.channel.have == 0
    assert home.unsent() == 2
    world.network.before.clear()
    home.sync()
    assert home.channel.device != device
    assert world.stored() == sorted(home.made)


def test_a_restored_server_gets_again_what_it_lost(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(2)
    home.sync()
    with world.restored():
        home.judge(3)
        home.sync()
    report = home.sync(verify=True)
    assert (report.went_back, report.new_device) == (3, False)
    assert world.stored() == sorted(home.made)


def test_a_server_older_than_what_it_called_durable_gets_what_is_left(world: World) -> None:
    home = world.home()
    home.sync(pull=3)
    with world.restored():
        home.judge(2)
        world.under(durable="have", policy=replace(world.project.policy, purge="durable"))
        world.clock.move(days=1)
        assert home.sync(pull=3).removed == 2
    home.judge(2)
    kept = home.made[2:]
    report = home.sync(pull=3)
    assert report.new_device
    assert world.stored() == sorted(kept)
    assert home.unsent() == 0


def test_a_home_put_back_from_a_copy_goes_on_as_a_new_device(world: World) -> None:
    home = world.home()
    home.sync(pull=4)
    home.judge(1)
    home.sync(pull=4)
    lost_here: list[str] = []
    with home.restored():
        home.judge(2)
        home.sync(pull=4)
        lost_here = home.made[1:]
    home.judge(1)
    report = home.sync(pull=4, verify=True)
    assert report.new_device
    assert sorted({*home.made, *lost_here}) == world.stored()
    assert (report.count("duplicate"), report.mine) == (1, 2)


def test_two_copies_of_one_home_both_keep_their_work(world: World) -> None:
    home = world.home()
    home.sync(pull=4)
    home.queue.checkpoint()
    twin = object.__new__(Home)
    shutil.copytree(home.folder, world.folder / "twin")
    twin.__dict__.update(home.__dict__, folder=world.folder / "twin", made=[])
    twin.queue = type(home.queue).open(twin.folder)
    world.homes.append(twin)
    home.judge(2)
    twin.judge(3)
    home.sync(pull=4)
    assert twin.sync(pull=4).new_device
    assert world.stored() == sorted(home.made + twin.made)


def test_another_server_is_told_before_anything_is_sent(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(1)
    with world.context.database.write() as connection:
        connection.execute(
            update(tables.meta)
            .where(tables.meta.c.key == "instance")
            .values(value="00000000-0000-4000-8000-000000000000")
        )
    world.network.seen.clear()
    with pytest.raises(Mismatch, match="another server") as refusal:
        home.sync()
    assert home.name in str(refusal.value.what)
    assert world.network.seen == ["/v1/hello"]
    assert home.unsent() == 1


def test_another_region_is_told_before_anything_is_sent(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(1)
    world.under(region="eu")
    with pytest.raises(Refused, match="region eu"):
        home.sync()
    assert world.network.seen == ["/v1/hello"]
    assert home.unsent() == 1


def test_a_revoked_home_keeps_its_work_for_the_next_code(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(2)
    people.revoke(world.context, "admin", home.tutor)
    with pytest.raises(Refused) as refusal:
        home.sync()
    assert "unsent work stays here" in str(refusal.value.hint)
    assert home.unsent() == 2
    assert world.stored() == []


def test_work_on_a_withdrawn_task_is_kept_and_named(world: World) -> None:
    home = world.home()
    home.sync(pull=2)
    home.judge(1)
    withdrawing.withdraw(
        world.context, "admin", Which(tuple(f"t{number}" for number in range(1, 7)))
    )
    report = home.sync(pull=2)
    assert [(it.status, it.reason) for it in report.not_accepted] == [("quarantined", "withdrawn")]
    assert report.not_accepted[0].judgment == home.made[0]
    assert report.not_accepted[0].task is not None
    assert report.withdrawn >= 1


def test_a_second_sync_names_the_process_of_the_first(world: World) -> None:
    home = world.home()
    with FileLock(home.folder / LOCK) as lock:
        assert lock.acquire()
        with pytest.raises(StoreError, match=r"running already \(process \d+\)"):
            home.sync()
    home.sync()


def test_the_clock_of_the_server_is_measured(world: World) -> None:
    home = world.home()
    behind = world.clock() - timedelta(minutes=7)
    assert home.sync(now=lambda: behind).clock_offset_ms == 7 * 60 * 1000
    assert home.channel.clock_offset_ms == 7 * 60 * 1000


def test_what_the_server_could_not_take_is_named_and_stays_here(world: World) -> None:
    home = world.home()
    home.sync(pull=2)
    home.judge(1)
    policy = replace(world.project.policy, purge="durable")
    world.under(durable="have", limits=Limits(item=50), policy=policy)
    world.clock.move(days=1)
    report = home.sync(pull=2, verify=True)
    (ruling,) = report.not_accepted
    assert (ruling.judgment, ruling.status, ruling.reason) == (home.made[0], "invalid", "too_large")
    assert ruling.task is not None
    assert (report.removed, len(home.queue.rows("SELECT 1 FROM judgments"))) == (0, 1)
    assert report.elsewhere == 0


def test_what_is_too_large_for_the_line_takes_no_place_and_is_not_lent_again(world: World) -> None:
    home = world.home()
    home.sync(pull=2)
    home.judge(1)
    world.under(limits=Limits(item=50))
    assert home.sync(pull=2).fetched == 1
    assert len(home.open_tasks()) == 2
    again = home.sync(pull=2, verify=True)
    assert (again.fetched, again.elsewhere) == (0, 0)
    with world.context.database.read() as connection:
        states = connection.execute(select(tables.assignments.c.state)).scalars().all()
        places = connection.execute(select(tables.tasks.c.free)).scalars().all()
    assert sorted(states) == ["expired", "open", "open"]
    assert sorted(places) == [1, 1, 2, 2, 2, 2]


def test_a_server_that_takes_nothing_is_not_asked_for_ever(world: World) -> None:
    home = world.home()
    home.sync()
    home.judge(1)
    standing = {
        "have": 0, "head": "00" * 32, "durable": 0, "epoch": home.channel.epoch, "time": "2026",
    }  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        return streamed(orjson.dumps(standing))

    world.network.before["/v1/push"] = [answer] * 99
    with pytest.raises(Mismatch, match="each time anew"):
        home.sync()
    assert home.unsent() == 1


def barren(home: Home, rounds: int) -> list[Any]:
    """Replies that promise more each time, the first with news, the others with nothing."""
    standing = {
        "have": 0, "head": "00" * 32, "durable": 0, "epoch": home.channel.epoch, "time": "2026",
    }  # fmt: skip

    def answering(number: int) -> Any:
        news = [] if number > 1 else [{"judgment": "j", "status": "accepted"}]
        body = {**standing, "until": 50 + number, "more": True, "outcomes": news}
        return lambda _: streamed(orjson.dumps(body))

    return [answering(number) for number in range(1, rounds + 1)]


def test_a_server_that_promises_more_and_gives_nothing_is_not_asked_for_ever(world: World) -> None:
    home = world.home()
    world.network.before["/v1/pull"] = barren(home, 500)
    with pytest.raises(Unreachable, match="promises more"):
        home.sync()
    assert world.network.seen.count("/v1/pull") == 11
    assert home.channel.heard == 61
    assert home.queue.rows("SELECT judgment FROM outcomes") == [("j",)]


def test_a_few_empty_replies_in_a_row_are_no_fault(world: World) -> None:
    home = world.home()
    world.network.before["/v1/pull"] = barren(home, 9)
    assert home.sync(pull=2).fetched == 2


def test_a_server_whose_file_was_put_back_tells_its_news_again(world: World) -> None:
    """Its epoch is the one that it had, so that nothing else tells."""
    home, other = world.home(), world.home()
    home.sync(pull=3)
    with world.restored():
        other.sync(pull=6)
        other.judge(3)
        other.sync(pull=6)
        home.sync(pull=3)
        assert home.channel.heard == 3
    with world.context.database.write() as connection:
        connection.execute(
            update(tables.meta).where(tables.meta.c.key == "epoch").values(value=home.channel.epoch)
        )
    twin = world.home(home.tutor)
    twin.sync(pull=3)
    twin.judge(1)
    twin.sync(pull=3)
    assert home.sync(pull=3).mine == 1


def test_a_purged_task_takes_its_draft_with_it(world: World) -> None:
    home = world.home()
    home.sync(pull=2)
    one, two = home.open_tasks()
    with Drafts.open(home.folder) as drafts:
        for task_id in (one, two):
            drafts.start(task_id, f"j-{task_id}", None, "2026-01-01T00:00:00Z")
        with world.context.database.read() as connection:
            query = select(tables.assignments.c.task).where(tables.assignments.c.id == one)
            name = connection.execute(query).scalar_one()
        withdrawing.purge(world.context, "admin", Which((name,)))
        report = home.sync(pull=0)
        assert (report.purged, report.drafts_erased) == (1, 1)
        assert [task_id for task_id, _ in drafts.touched()] == [two]
    assert home.sync(pull=0).drafts_erased == 0
