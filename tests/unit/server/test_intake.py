"""Push: what a device gets to know, and which requests are refused.

`tests/integration/server` runs these on PostgreSQL too.
"""

from dataclasses import replace

import pytest

from tests.unit.server.serverside import ZERO_HEAD, Home, Site, said
from tutorcli.core.canonical import digest
from tutorcli.core.judgment import freeze
from tutorcli.core.wire import Item, PushRequest
from tutorcli.server import tables
from tutorcli.server.problems import Rejected
from tutorcli.server.services import intake

ACCEPTED = ("accepted", None)


def _refused(site: Site, home: Home, request: PushRequest | None = None) -> str:
    """The code with which a push is refused; nothing may be stored then."""
    before = len(site.rows(tables.judgments))
    with pytest.raises(Rejected) as caught:
        intake.push(site.context, home.token, request or home.request())
    assert len(site.rows(tables.judgments)) == before
    return caught.value.code.name


# What a device gets to know.


def test_a_judgment_of_an_open_assignment_is_accepted_and_stored_as_it_was_frozen(
    site: Site,
) -> None:
    home = site.home()
    judgment = site.judge(home)
    reply = site.push(home)
    assert said(reply) == [ACCEPTED]
    assert (reply.have, reply.head, reply.results[0].id) == (1, home.head(1), judgment.id)
    row = site.row(tables.judgments, device=home.device)
    assert row.body == freeze(judgment).body.decode()
    assert bytes(row.sha256).hex() == freeze(judgment).sha256
    assert (row.is_first, row.tutor, row.assignment) == (1, home.tutor, judgment.assignment)
    assert row.task == site.row(tables.assignments, id=judgment.assignment).task
    assert site.state(judgment.assignment) == "accepted"


def test_an_empty_push_says_where_the_device_stands(site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.push(home)
    reply = site.push(home, first=2)
    assert (reply.have, reply.head, reply.results) == (1, home.head(1), ())


def test_a_device_that_was_never_heard_of_has_nothing(site: Site) -> None:
    home = site.home()
    reply = site.push(home)
    assert (reply.have, reply.head, reply.durable) == (0, ZERO_HEAD, 0)
    assert site.row(tables.devices, id=home.device).tutor == home.tutor


def test_durable_follows_backups_or_what_is_stored(site: Site) -> None:
    home = site.home()
    site.judge(home)
    assert site.push(home).durable == 0
    site.change(tables.devices, home.device, durable=1)
    assert site.push(home, first=2).durable == 1
    site.judge(home)
    site.push(home, first=2)
    at_once = site.under(durable="have")
    assert intake.push(at_once, home.token, home.request(3)).durable == 2


def test_the_same_push_again_stores_nothing_twice_and_says_the_same(site: Site) -> None:
    home = site.home()
    for _ in range(3):
        site.judge(home)
    first = site.push(home)
    again = site.push(home)
    assert again == first
    assert len(site.rows(tables.judgments)) == 3


def test_a_push_that_overlaps_stores_what_is_new(site: Site) -> None:
    home = site.home()
    for _ in range(3):
        site.judge(home)
    site.push(home, last=2)
    reply = site.push(home, first=2)
    assert reply.have == 3
    assert [result.dseq for result in reply.results] == [2, 3]
    assert reply.head == home.head(3)


def test_a_push_with_a_gap_stores_nothing_and_tells_from_where_to_send(site: Site) -> None:
    home = site.home()
    for _ in range(3):
        site.judge(home)
    site.push(home, last=1)
    reply = site.push(home, first=3)
    assert (reply.have, reply.head, reply.results) == (1, home.head(1), ())
    assert len(site.rows(tables.judgments)) == 1


def test_feed_numbers_go_up_without_gaps_over_devices(site: Site) -> None:
    homes = [site.home(), site.home()]
    for home in [*homes, *homes]:
        site.judge(home)
        site.push(home, first=len(home.items))
    feeds = sorted(row.feed for row in site.rows(tables.judgments))
    assert feeds == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("there", "offset"),
    [
        ("2026-11-22T09:00:05Z", 5000),
        ("2026-11-22T10:00:05+02:00", -3_595_000),
        ("1999-01-01T00:00:00Z", -880_189_200_000),
        ("soon", None),
        ("2026-11-22T09:00:05", None),
        (None, None),
    ],
)
def test_the_machines_clock_is_kept_beside_the_judgment(
    site: Site, there: str | None, offset: int | None
) -> None:
    home = site.home()
    site.judge(home)
    intake.push(site.context, home.token, replace(home.request(), clock=there))
    assert site.row(tables.judgments).clock_offset_ms == offset
    assert site.row(tables.devices).clock_offset_ms == offset


# Histories that do not fit.


def test_other_bytes_under_a_known_number_are_a_fork(site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.push(home)
    twin = Home(home.tutor, home.token, home.device)
    site.judge(twin)
    assert _refused(site, twin) == "device_forked"


def test_another_head_before_new_items_is_a_fork(site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.push(home)
    site.judge(home)
    assert _refused(site, home, replace(home.request(2), prev_head="1" * 64)) == "device_forked"


def test_another_head_before_known_items_is_a_fork(site: Site) -> None:
    home = site.home()
    for _ in range(2):
        site.judge(home)
    site.push(home)
    assert _refused(site, home, replace(home.request(2), prev_head="1" * 64)) == "device_forked"


def test_another_head_in_an_empty_push_is_a_fork(site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.push(home)
    claim = PushRequest(home.device, "1" * 64, (), 2)
    assert _refused(site, home, claim) == "device_forked"


def test_another_tutors_device_is_refused(site: Site) -> None:
    home, thief = site.home(), site.home()
    site.judge(home)
    site.push(home)
    forged = Home(thief.tutor, thief.token, home.device)
    site.judge(forged)
    assert _refused(site, forged) == "not_your_device"


def test_a_revoked_token_stores_nothing(site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.change(tables.tokens, home.token[4:12], revoked_at=site.database.stamp())
    assert _refused(site, home) == "token_revoked"
    assert site.rows(tables.devices) == []


def test_the_same_tutor_sends_what_was_unsent_once_there_is_a_new_token(site: Site) -> None:
    home = site.home()
    site.judge(home)
    site.change(tables.tokens, home.token[4:12], revoked_at=site.database.stamp())
    home.token = site.home(home.tutor).token
    assert said(site.push(home)) == [ACCEPTED]


# Envelopes that no client sends.


@pytest.mark.parametrize(
    "change",
    [
        {"device": "../../etc/passwd"},
        {"device": "'; DROP TABLE judgments; --"},
        {"device": "AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA"},
        {"device": "\x00"},
        {"prev_head": "x"},
        {"prev_head": "A" * 64},
        {"first": 0},
        {"first": -1},
        {"first": 2**63},
        {"first": 2},
    ],
)
def test_an_envelope_out_of_form_is_a_bad_request(site: Site, change: dict[str, object]) -> None:
    home = site.home()
    site.judge(home)
    request = replace(home.request(), **change)  # type: ignore[arg-type]
    assert _refused(site, home, request) == "bad_request"


@pytest.mark.parametrize("sha256", ["", "g" * 64, "A" * 64, "0" * 63])
def test_an_item_with_no_digest_is_a_bad_request(site: Site, sha256: str) -> None:
    home = site.home()
    request = PushRequest(home.device, ZERO_HEAD, (Item(1, sha256, "{}"),))
    assert _refused(site, home, request) == "bad_request"


def test_items_out_of_order_are_a_bad_request(site: Site) -> None:
    home = site.home()
    for _ in range(2):
        site.judge(home)
    request = replace(home.request(), items=tuple(reversed(home.items)))
    assert _refused(site, home, request) == "bad_request"


def test_more_items_than_the_limit_are_too_large(site: Site) -> None:
    home = site.home()
    for _ in range(201):
        home.add_text("{}")
    assert _refused(site, home) == "too_large"


# What a lead has decided since.


def test_a_push_again_tells_what_a_lead_decided_since(site: Site) -> None:
    home = site.home()
    judgment = site.judge(home, task_sha256="1" * 64)
    site.push(home)
    for feed, status, reason in ((2, "quarantined", "rejected"), (3, "accepted", None)):
        site.add(
            tables.rulings,
            feed=feed,
            judgment=judgment.id,
            tutor=home.tutor,
            status=status,
            reason=reason,
            by="lead",
            at=site.database.stamp(),
        )
    assert said(site.push(home)) == [ACCEPTED]


def test_the_digest_of_a_body_is_that_of_its_utf8(site: Site) -> None:
    home = site.home()
    judgment = site.judge(home, comment="心电图 🫀 é")
    assert home.items[0].sha256 == digest(freeze(judgment).body)
    assert said(site.push(home)) == [ACCEPTED]
