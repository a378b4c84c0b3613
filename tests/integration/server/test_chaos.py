"""A server that is killed again and again, behind a network that cuts, holds and doubles."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.integration.server import ledger
from tests.integration.server.ledger import TABLE, Tutor, at_work, opened
from tests.integration.server.processes import DEADLINE_S, Server, is_running
from tests.integration.server.proxy import Proxy
from tutorcli.server.storage import open_database

pytestmark = pytest.mark.integration

TUTORS = 8


def enrolled(server: Server, folder: Path, through: str, count: int) -> list[Tutor]:
    """So many tutors, signed in, who reach the server through an address."""
    with opened(server.url) as office:
        codes = [office.code() for _ in range(count)]
    made = [
        Tutor(folder / f"tutor-{number}", server.address, code, seed=number)
        for number, code in enumerate(codes)
    ]
    for tutor in made:
        tutor.url = through
    return made


def a_few(tutor: Tutor) -> None:
    """Judge, and try to sync."""
    tutor.judge(tutor.chance.randrange(1, 4))
    is_well = tutor.try_sync()
    # People are slower than this; without a pause eight threads leave the server no processor.
    time.sleep(tutor.chance.uniform(0, 0.1 if is_well else 0.6))


def test_a_server_that_is_killed_again_and_again_loses_and_doubles_nothing(
    url: str, tmp_path: Path, full: bool
) -> None:
    kills, began, chance = (60 if full else 8), time.monotonic(), random.Random(4711)
    with opened(url) as office:
        office.add_tasks(4000 if full else 400, overlap=3)
    server = Server(tmp_path / "server", url, table=TABLE)
    with server, Proxy(("127.0.0.1", server.port), seed=7, share=0.4) as proxy:
        tutors = enrolled(server, tmp_path, proxy.url, TUTORS)
        at_start = 0
        with at_work(tutors, a_few):
            for number in range(kills):
                if number % 5 == 4:
                    # In the middle of its start.
                    time.sleep(chance.uniform(0, 0.4))
                    at_start += not server.is_ready()
                else:
                    server.await_ready()
                    time.sleep(chance.uniform(0, 0.9))
                server.kill()
                server.start(is_warm=number % 10 > 0)
        server.await_ready()
        proxy.share = 0.0
        for tutor in tutors:
            tutor.settle()
        server.stop()
    counts = ledger.close(url, tutors)
    assert counts["made"] > kills
    faults = [proxy.done[what] for what in ("cut up", "cut down", "held", "doubled")]
    assert all(faults) if full else any(faults)
    assert server.faults() == []
    ledger.tell(
        "chaos", kills=kills, at_start=at_start, **counts, **proxy.done, s=time.monotonic() - began
    )


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_sessions_that_postgresql_ends_in_mid_push_lose_nothing(
    url: str, tmp_path: Path, full: bool
) -> None:
    wanted, began = (20 if full else 5), time.monotonic()
    with opened(url) as office:
        office.add_tasks(4000 if full else 1000, overlap=3)
    server = Server(tmp_path / "server", url, workers=2, table=TABLE)
    with server:
        tutors = enrolled(server, tmp_path, server.address, 4)
        with at_work(tutors, many_at_once):
            ended = _end_sessions(url, wanted)
        assert server.is_ready()
        for tutor in tutors:
            tutor.settle()
        server.stop()
    counts = ledger.close(url, tutors)
    assert ended >= wanted
    assert [line for line in server.lines() if line.get("status") == 500] == []
    ledger.tell("sessions", ended=ended, **counts, s=time.monotonic() - began)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_workers_that_are_killed_are_replaced_and_lose_nothing(
    url: str, tmp_path: Path, full: bool
) -> None:
    kills, began, chance = (10 if full else 3), time.monotonic(), random.Random(1)
    with opened(url) as office:
        office.add_tasks(4000 if full else 1000, overlap=3)
    server = Server(tmp_path / "server", url, workers=2, table=TABLE)
    with server:
        tutors = enrolled(server, tmp_path, server.address, 4)
        with at_work(tutors, many_at_once):
            for _ in range(kills):
                time.sleep(chance.uniform(0.1, 0.5))
                gone = chance.choice(_both_workers(server))
                os.kill(gone, signal.SIGKILL)
        assert len(_both_workers(server)) == 2
        for tutor in tutors:
            tutor.settle()
        server.stop()
    counts = ledger.close(url, tutors)
    assert server.faults() == []
    ledger.tell("workers", kills=kills, **counts, s=time.monotonic() - began)


def _both_workers(server: Server) -> list[int]:
    """The two workers, once there are two."""
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        found = server.worker_ids()
        if len(found) == 2:
            return found
        time.sleep(0.05)
    raise AssertionError("the worker was not replaced")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_workers_end_with_the_process_above_them(url: str, tmp_path: Path) -> None:
    server = Server(tmp_path / "server", url, workers=2, table=TABLE)
    with server:
        left = server.worker_ids()
        server.kill()
        try:
            until = time.monotonic() + DEADLINE_S
            while any(map(is_running, left)) and time.monotonic() < until:
                time.sleep(0.05)
            assert not any(map(is_running, left)), "nobody but them holds the port, for ever"
        finally:
            for worker in filter(is_running, left):
                os.kill(worker, signal.SIGKILL)
        server.start()
        server.await_ready()


def many_at_once(tutor: Tutor) -> None:
    """A larger push."""
    tutor.judge(20)
    tutor.try_sync(pull=20)


_IN_A_PUSH = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
    " AND (query LIKE '%INTO judgments%' OR query LIKE '%UPDATE devices%'"
    " OR query LIKE '%UPDATE counters%' OR query LIKE '%UPDATE assignments%')"
)


def _end_sessions(url: str, wanted: int) -> int:
    """End sessions that are in the middle of a push, until it were so many."""
    database, ended, until = open_database(url), 0, time.monotonic() + DEADLINE_S
    try:
        while ended < wanted and time.monotonic() < until:
            with database.read() as connection:
                found = len(connection.execute(_IN_A_PUSH).all())
            ended += found
            # Time to get something done between two blows.
            time.sleep(0.2 if found else 0.001)
    finally:
        database.close()
    return ended
