"""Comparing what a home and its server hold, both ways, hashed anew."""

from collections.abc import Iterator

from tutorcli.core.wire import VerifyReply
from tutorcli.errors import Message, Mismatch, message
from tutorcli.store import lent, sending
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue


def verify(queue: Queue, channel: Channel, said: VerifyReply) -> int:
    """Make sure that the server holds what this home sent, and this home what it was given.

    Args:
        queue: The home's queue.
        channel: The channel as it stands after a sync.
        said: What the server found when it hashed anew.

    Returns:
        How many open tasks the tutor has that are not open here: they lie on another machine, or come
        with the next pull.

    Raises:
        Mismatch: They differ; says in what.
    """
    here = lent.open_there(queue, channel)
    differing = list(_differing(queue, channel, said, here))
    if not differing:
        return len(set(said.held).difference(here))
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


def _differing(
    queue: Queue, channel: Channel, said: VerifyReply, here: list[str]
) -> Iterator[Message]:
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
    if unknown := sorted(set(here).difference(said.held)):
        yield message(
            "tasks that are open here, but not on the server: {n} ({id} ...)",
            n=len(unknown),
            id=unknown[0],
        )
