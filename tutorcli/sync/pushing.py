"""Handing over judgments, batch by batch, until the server proves that it has them all."""

import orjson

from tutorcli.core.wire import Item, Limits, PushRequest
from tutorcli.store import judgments, sending
from tutorcli.store.sending import Unsent
from tutorcli.sync.course import Course, unsteady

_BATCH_BYTES = 1 << 20
"""Small enough for a slow line to show progress, large enough for a fast one."""
_ENVELOPE_BYTES = 64 << 10
"""What a request holds beside the bodies."""


def push_all(course: Course, limits: Limits) -> None:
    """Send everything after what the server has.

    A reply that was lost costs nothing: the batch is sent again, and the server knows it.

    Raises:
        Forked: The server's history of this device is not this home's.
        DeviceForked: The server says so itself.
        Mismatch: The server takes nothing, or loses again and again what it had.
        SyncError: It did not answer, or said no.
    """
    name = course.channel.name
    while judgments.unsent_count(course.queue, name):
        before = course.channel.have
        batch = sending.unsent(
            course.queue, name, before, max(1, limits.items), _batch_bytes(limits)
        )
        head = sending.own_head(course.queue, name, before)
        if not batch or head is None:
            # What the server lost was removed here: its backup is older than what it called durable.
            raise sending.Forked
        request = PushRequest(
            device=course.channel.device,
            prev_head=head.hex(),
            items=tuple(_item(unsent, limits) for unsent in batch),
            first=before + 1,
            clock=course.wanted.now().isoformat().replace("+00:00", "Z"),
        )
        reply = course.remote.push(request)
        if course.note(reply, reply.results).have == before:
            raise unsteady()


def _batch_bytes(limits: Limits) -> int:
    # As a string in JSON a body grows to twice its length at most: quotes and backslashes.
    return max(1, min(_BATCH_BYTES, (limits.body - _ENVELOPE_BYTES) // 2))


def _item(unsent: Unsent, limits: Limits) -> Item:
    """A judgment as it is sent; without its body where the server would not take it."""
    if len(unsent.body) > limits.item or _length(unsent) > limits.body - _ENVELOPE_BYTES:
        return Item(unsent.dseq, unsent.sha256.hex(), None, unsent.assignment)
    return Item(unsent.dseq, unsent.sha256.hex(), unsent.body.decode())


def _length(unsent: Unsent) -> int:
    """Bytes of the body within a request."""
    if len(unsent.body) <= _BATCH_BYTES:
        return len(unsent.body)
    return len(orjson.dumps(unsent.body.decode()))
