"""Channels: who this home is to a server, and what is known of it."""

from dataclasses import replace

import pytest

from tests.unit.store.conftest import judged
from tests.unit.store.serving import DEVICE, SERVER, TUTOR, signed_in, submit
from tutorcli.core.policy import Policy
from tutorcli.errors import InputError, Refused, StoreError
from tutorcli.store import channels, judgments
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue


def test_a_new_home_has_the_local_channel_alone(queue: Queue) -> None:
    (local,) = channels.each(queue)
    assert (local.name, local.have, local.signed_in) == ("local", 0, False)
    assert local.tutor == f"local-{local.device[:8]}"
    assert channels.signed_in(queue) is None
    assert channels.find(queue, SERVER) is None
    with pytest.raises(InputError, match="there is no channel"):
        channels.get(queue, SERVER)


def test_a_channel_is_stored_with_all_that_is_known_of_it(queue: Queue) -> None:
    wanted = Channel(
        name=SERVER,
        tutor=TUTOR,
        device=DEVICE,
        url="https://tutors.example.org",
        project="Cardiology",
        region="cn",
        epoch="e1",
        policy=Policy(purge="durable", offline_days=3),
        clock_offset_ms=-12,
        contact_at="2026-01-01T00:00:00.000Z",
    )
    stored = channels.enrol(queue, wanted)
    assert stored == replace(wanted, signed_in=True, updated_at=stored.updated_at)
    assert channels.get(queue, SERVER) == channels.signed_in(queue) == stored
    assert [channel.name for channel in channels.each(queue)] == ["local", SERVER]


def test_signing_in_again_keeps_device_and_what_the_server_has(queue: Queue) -> None:
    signed_in(queue)
    with queue.write():
        channels.update(queue, SERVER, have=3, heard=9, durable=2)
    channels.note_problem(queue, SERVER, "no answer\nat all")
    assert channels.get(queue, SERVER).problem == "no answer at all"
    channels.sign_out(queue, SERVER)
    assert channels.signed_in(queue) is None
    again = signed_in(queue, device="another", url="http://y", policy=Policy(offline_days=1))
    assert (again.device, again.have, again.heard, again.durable) == (DEVICE, 3, 9, 2)
    assert (again.url, again.policy.offline_days, again.problem) == ("http://y", 1, None)


def test_one_server_is_signed_in_to_at_a_time(queue: Queue) -> None:
    signed_in(queue)
    signed_in(queue, name="second", device="device-2")
    current = channels.signed_in(queue)
    assert current is not None
    assert current.name == "second"
    with pytest.raises(StoreError, match="UNIQUE"):
        queue.execute("UPDATE sync_state SET signed_in = 1")


def test_a_home_of_one_tutor_is_refused_to_another(queue: Queue) -> None:
    before = signed_in(queue)
    with pytest.raises(Refused, match="belongs to dr-7"):
        signed_in(queue, tutor="dr-8")
    assert channels.signed_in(queue) == before


def test_a_sync_that_went_well_ends_the_problem(queue: Queue) -> None:
    signed_in(queue)
    channels.note_problem(queue, SERVER, "no answer")
    channels.note_contact(queue, SERVER, "2026-01-02T00:00:00.000Z", 40)
    channels.note_contact(queue, SERVER, "2026-01-03T00:00:00.000Z")
    now = channels.get(queue, SERVER)
    assert (now.contact_at, now.clock_offset_ms, now.problem) == (
        "2026-01-03T00:00:00.000Z",
        40,
        None,
    )


def test_a_policy_of_a_newer_server_is_read_as_far_as_it_is_known(queue: Queue) -> None:
    signed_in(queue)
    with queue.write():
        channels.update(queue, SERVER, policy='{"offline_days": 2, "colour": "blue"}')
    assert channels.get(queue, SERVER).policy == Policy(offline_days=2)


def test_judgments_of_a_channel_carry_its_device_and_are_counted_apart(queue: Queue) -> None:
    assert judgments.unsent_of_all(queue) == 0
    judgments.append(queue, judged("t1", "local-x"))
    assert judgments.unsent_of_all(queue) == 1
    signed_in(queue)
    submit(queue)
    submit(queue)
    kept = queue.rows("SELECT channel, device, dseq FROM judgments WHERE channel <> 'local'")
    assert kept == [(SERVER, DEVICE, 1), (SERVER, DEVICE, 2)]
    assert judgments.unsent_count(queue, SERVER) == judgments.unsent_of_all(queue) == 2
    assert judgments.unsent_count(queue, "local") == 1
