"""The same promises on SQLite and on PostgreSQL: the unit tests of the server's database, on both.

What they need is the fixture ``site``, which stands in the conftest here for each kind.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from tests.unit.server import (
    test_append_only,
    test_intake,
    test_intake_items,
    test_intake_places,
    test_preparing,
    test_verifying,
)
from tests.unit.server.serverside import Home, Site, said
from tests.unit.server.test_append_only import forgotten, spoken
from tutorcli.core.wire import PushReply
from tutorcli.server import tables
from tutorcli.server.preparing import meta_of, prepare
from tutorcli.server.project import Project
from tutorcli.server.storage import open_database

pytestmark = pytest.mark.integration

_SHARED = (
    test_append_only,
    test_intake,
    test_intake_items,
    test_intake_places,
    test_preparing,
    test_verifying,
)
_USED_BY_THEM = (spoken, forgotten)
_OF_FILES = {"tmp_path"}
"""Fixtures of tests that are about files of SQLite."""


def _tests_of(module: Any) -> dict[str, Any]:
    return {
        f"{name}__{module.__name__.rpartition('.')[2]}": item
        for name, item in vars(module).items()
        if name.startswith("test_") and _OF_FILES.isdisjoint(item.__annotations__)
    }


for _module in _SHARED:
    globals().update(_tests_of(_module))


def _at_once(acts: list[Any]) -> list[Any]:
    """What several threads get that begin together."""
    gate = threading.Barrier(len(acts))

    def run(act: Any) -> Any:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_same_push_eight_times_at_once_is_stored_once(site: Site) -> None:
    home = site.home()
    for _ in range(20):
        site.judge(home)
    replies: list[PushReply] = _at_once([lambda: site.push(home)] * 8)
    assert {reply.head for reply in replies} == {home.head(20)}
    assert {tuple(said(reply)) for reply in replies} == {(("accepted", None),) * 20}
    assert len(site.rows(tables.judgments)) == 20


def test_clones_that_push_at_once_store_each_judgment_once(site: Site) -> None:
    home = site.home()
    for _ in range(20):
        site.judge(home)
    clones = [home, *(Home(home.tutor, home.token, site.home().device) for _ in range(3))]
    for clone in clones[1:]:
        clone.items = list(home.items)
    replies = _at_once([lambda clone=clone: site.push(clone) for clone in clones])
    assert {reply.have for reply in replies} == {20}
    rows = site.rows(tables.judgments)
    assert len(rows) == 80
    assert sum(row.is_first for row in rows) == 20
    assert {row.status for row in rows if not row.is_first} == {"duplicate"}


def test_late_work_of_many_at_once_takes_no_place_twice(site: Site) -> None:
    work = [site.task(overlap=3, free=3) for _ in range(10)]
    homes = [site.home() for _ in range(8)]
    for number, each in enumerate(homes):
        for task in work if number % 2 else reversed(work):
            site.judge(each, site.assignment(each.tutor, task, "expired"))
    _at_once([lambda each=each: site.push(each) for each in homes])
    for task in work:
        states = [row.state for row in site.rows(tables.assignments, task=task)]
        assert (states.count("accepted"), states.count("surplus")) == (3, 5)
        assert site.free(task) == 0


def test_the_feed_has_no_gap_after_pushes_at_once(site: Site) -> None:
    homes = [site.home() for _ in range(8)]
    for each in homes:
        for _ in range(10):
            site.judge(each)
    _at_once([lambda each=each: site.push(each) for each in homes])
    assert sorted(row.feed for row in site.rows(tables.judgments)) == list(range(1, 81))


def test_workers_that_start_at_once_make_one_database(
    url: str,
) -> None:
    databases = [open_database(url) for _ in range(6)]
    _at_once([lambda each=each: prepare(each, Project()) for each in databases])
    found = set()
    for database in databases:
        with database.read() as connection:
            found.add(meta_of(connection)["instance"])
        database.close()
    assert len(found) == 1


def test_a_push_whose_session_is_ended_by_postgresql_is_tried_again(site: Site) -> None:
    if site.database.is_sqlite:
        pytest.skip("SQLite has no sessions")
    homes = [site.home() for _ in range(4)]
    for each in homes:
        for _ in range(50):
            site.judge(each)
    over = threading.Event()

    def end_sessions() -> None:
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        while not over.wait(0.3):
            with site.database.engine.connect() as connection:
                connection.execute(text(others))

    def send(each: Home) -> PushReply:
        for number in range(1, 51):
            reply = site.push(each, number, number)
        return reply

    ending = threading.Thread(target=end_sessions)
    ending.start()
    try:
        replies = _at_once([lambda each=each: send(each) for each in homes])
    finally:
        over.set()
        ending.join()
    assert [reply.head for reply in replies] == [each.head(50) for each in homes]
    assert len(site.rows(tables.judgments)) == 200
