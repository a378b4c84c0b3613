"""Comparing what a home and its server hold, both ways, hashed anew."""

from collections.abc import Iterator

from tutorcli.core.canonical import digest
from tutorcli.core.wire import VerifyReply
from tutorcli.errors import Message, Mismatch, message
from tutorcli.store import receiving, sending
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue


def verify(queue: Queue, channel: Channel, said: VerifyReply) -> None:
    """Make sure that the server holds what this home sent, and this home what it was given.

    Args:
        queue: The home's queue.
        channel: The channel as it stands after a sync.
        said: What the server found when it hashed anew.

    Raises:
        Mismatch: They differ; says in what.
    """
    differing = list(_differing(queue, channel, said))
    if not differing:
        return
    raise Mismatch(
        message(
            "the server and this home differ: {first}{more}",
            first=differing[0],
            more="".join(f"; {item}" for item in differing[1:]),
        ),
        hint=message(
            "keep this home as it is, make a copy with tutorcli backup, tell your administrator"
        ),
    )


def _differing(queue: Queue, channel: Channel, said: VerifyReply) -> Iterator[Message]:
    if said.have != channel.have:
        yield message(
            "the server has {theirs} judgments of this device, it proved {ours}",
            theirs=said.have,
            ours=channel.have,
        )
    own = sending.own_head(queue, channel.name, said.have, anew=True)
    if own is None or own.hex() != said.head:
        yield message("the chain of hashes up to judgment {have}", have=said.have)
    if said.count + said.purged != said.have:
        yield message(
            "the server has {have} judgments of this device, but stores {count}",
            have=said.have,
            count=said.count + said.purged,
        )
    if said.computed != said.head:
        yield message("the judgments that the server stores do not give its own chain")
    held = receiving.holding(queue, channel.name)
    if said.held != len(held):
        yield message(
            "the server lent {theirs} open tasks, here are {ours}", theirs=said.held, ours=len(held)
        )
    elif said.held_sha256 != digest("".join(f"{item}\n" for item in sorted(held))):
        yield message("the server lent other tasks than those that are here")
