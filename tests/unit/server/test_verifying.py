"""Verify: what is stored, hashed anew.

`tests/integration/server` runs these on PostgreSQL too.
"""

import pytest
from sqlalchemy import text, update

from tests.unit.server.serverside import ZERO_HEAD, Home, Site
from tutorcli.core.wire import VerifyReply
from tutorcli.server import tables
from tutorcli.server.problems import Rejected
from tutorcli.server.services.verifying import verify


def _verified(site: Site, home: Home) -> VerifyReply:
    return verify(site.context, home.token, home.device)


def test_the_chain_of_the_stored_bytes_is_that_of_the_device(site: Site) -> None:
    home = site.home()
    for _ in range(5):
        site.judge(home, comment="é 心")
    site.push(home)
    reply = _verified(site, home)
    assert (reply.have, reply.count, reply.purged) == (5, 5, 0)
    assert reply.computed == reply.head == home.head(5)


def test_a_device_that_was_never_heard_of_has_nothing(site: Site) -> None:
    reply = _verified(site, site.home())
    assert (reply.have, reply.count, reply.computed) == (0, 0, ZERO_HEAD)


def test_invalid_items_duplicates_and_purged_ones_stand_in_the_chain(site: Site) -> None:
    home = site.home()
    site.judge(home)
    home.add_text("no JSON")
    home.add_text("{}", "7" * 64)
    home.add_text(None, "8" * 64)
    site.push(home)
    clone = site.home(home.tutor)
    clone.items = list(home.items)
    site.push(clone)
    for each in (home, clone):
        reply = _verified(site, each)
        assert (reply.count, reply.purged) == (3, 1)
        assert reply.computed == reply.head
    with site.database.write() as connection:
        connection.execute(update(tables.judgments).values(body=None))
    assert (_verified(site, home).count, _verified(site, home).purged) == (0, 4)
    assert _verified(site, clone).computed == clone.head(4)


def test_bytes_that_rotted_give_another_head(site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.push(home)
    with site.database.write() as connection:
        guard = "judgments_no_update"
        on = "" if site.database.is_sqlite else " ON judgments"
        connection.execute(text(f"DROP TRIGGER {guard}{on}"))
        connection.execute(update(tables.judgments).values(body="{}"))
    reply = _verified(site, home)
    assert reply.computed != reply.head == home.head(1)


def test_open_assignments_are_named_but_those_of_a_task_that_is_taken_back(site: Site) -> None:
    home = site.home()
    held = sorted(site.assignment(home.tutor) for _ in range(3))
    site.assignment(home.tutor, state="accepted")
    site.assignment(site.tutor())
    withdrawn = site.task()
    site.assignment(home.tutor, withdrawn)
    site.change(tables.tasks, withdrawn, state="withdrawn")
    assert _verified(site, home).held == tuple(held)


@pytest.mark.parametrize(("device", "code"), [("x", "bad_request"), ("theirs", "not_your_device")])
def test_nobody_verifies_what_is_not_theirs(site: Site, device: str, code: str) -> None:
    home, other = site.home(), site.home()
    site.judge(other)
    site.push(other)
    with pytest.raises(Rejected) as caught:
        verify(site.context, home.token, other.device if device == "theirs" else device)
    assert caught.value.code.name == code
