"""A sync that compares what is here with what the server has."""

import httpx
import pytest
from sqlalchemy import delete, update

from tutorcli.errors import Mismatch
from tutorcli.server import tables
from tutorcli.server.services import leases
from tutorcli.store.drafts import Drafts

from .world import World


def test_verifying_finds_what_the_server_has_lost(world: World) -> None:
    home = world.home()
    home.sync(pull=3)
    home.judge(2)
    assert home.sync(pull=3, verify=True).verified
    with world.context.database.write() as connection:
        for name in (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .scalars()
            .all()
        ):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(delete(tables.judgments).where(tables.judgments.c.dseq == 1))
    with pytest.raises(Mismatch, match="stores 1"):
        home.sync(pull=3, verify=True)


def test_verifying_counts_open_tasks_of_another_machine_and_finds_no_fault(world: World) -> None:
    desktop = world.home()
    desktop.sync(pull=4)
    laptop = world.home(desktop.tutor)
    there = laptop.sync(pull=1, verify=True)
    assert (there.verified, there.elsewhere, there.fetched) == (True, 3, 1)
    here = desktop.sync(pull=4, verify=True)
    assert (here.verified, here.elsewhere) == (True, 0)


def test_verifying_finds_a_task_that_is_open_here_alone(world: World) -> None:
    home = world.home()
    home.sync(pull=2)
    lost_there = home.open_tasks()[0]

    def lose(_: httpx.Request) -> None:
        with world.context.database.write() as connection:
            connection.execute(
                update(tables.assignments)
                .where(tables.assignments.c.id == lost_there)
                .values(state="surplus")
            )

    world.network.before["/v1/verify"] = [lose]
    with pytest.raises(Mismatch, match=f"not on the server: 1 .{lost_there}"):
        home.sync(pull=2, verify=True)


def test_verifying_finds_no_fault_with_work_that_goes_on(world: World) -> None:
    home = world.home()
    home.sync(pull=3)
    world.network.before["/v1/verify"] = [lambda _: home.judge(1)]
    assert home.sync(pull=3, verify=True).verified
    assert home.unsent() == 1
    (task_id,) = home.queue.row("SELECT task FROM judgments") or ()
    home.take_back(str(task_id))
    assert home.sync(pull=3, verify=True).verified
    assert task_id in home.open_tasks()


def test_verifying_finds_no_fault_with_a_draft_whose_lease_has_ended(world: World) -> None:
    home = world.home()
    home.sync(pull=6)
    drafted = home.open_tasks()[0]
    with Drafts.open(home.folder) as drafts:
        drafts.start(drafted, "j9", None, "2026-01-01T00:00:00Z")
    world.clock.move(days=60)
    leases.give_back(world.context)
    for _ in range(2):
        world.home().sync(pull=6)
    assert home.sync(pull=6).expired == 5
    assert home.sync(pull=6, verify=True).verified
    assert home.open_tasks() == [drafted]
