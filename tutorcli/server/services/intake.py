"""Push: whatever authenticates is kept; only its status differs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from tutorcli.core import chain
from tutorcli.core.wire import ItemResult, PushReply, PushRequest
from tutorcli.server import logs
from tutorcli.server.auth import authenticate
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import arrivals, keeping
from tutorcli.server.services.arrivals import Arrival
from tutorcli.server.services.keeping import Envelope
from tutorcli.server.standing import Device, lock_device, members, standing_of
from tutorcli.server.tables import devices

_MOVE = (
    update(devices)
    .where(devices.c.id == bindparam("device"))
    .values(
        have=bindparam("new_have"),
        head=bindparam("new_head"),
        clock_offset_ms=bindparam("new_offset"),
        seen_at=bindparam("now"),
    )
)


def push(context: Context, token: str, request: PushRequest) -> PushReply:
    """Store what a device has made since; all of it or, after a crash, none.

    Args:
        context: The project.
        token: Whose device it is.
        request: The judgments, consecutive from ``request.first`` on.

    Returns:
        What the device has now, and the status of each item. A request that begins behind what is
        stored stores nothing: the reply says from where to send.

    Raises:
        Rejected: bad_request, too_large, token_unknown, token_revoked, not_your_device,
            device_forked.
    """
    arrivals.check(context, request)
    arrived = arrivals.arrivals(request.items, context.project.limits.item)
    reply = context.database.run(
        lambda connection: _push(connection, context, token, request, arrived)
    )
    logs.note(counts=Counter(result.status for result in reply.results))
    return reply


def _push(
    connection: Connection,
    context: Context,
    token: str,
    request: PushRequest,
    arrived: Sequence[Arrival],
) -> PushReply:
    caller = authenticate(connection, token, context.database.stamp())
    device = lock_device(connection, context, caller, request.device)
    if request.first > device.have + 1:
        return _reply(connection, context, device, [])
    old = arrived[: device.have + 1 - request.first]
    new = arrived[len(old) :]
    head = _head_of(request, device, old)
    results = keeping.results_of(connection, device.id, old)
    offset = _offset_ms(request.clock, context.database.now())
    now = context.database.stamp()
    moved = replace(
        device,
        have=device.have + len(new),
        head=chain.extend(head, device.have + 1, (item.sha256 for item in new)),
    )
    connection.execute(
        _MOVE,
        {
            "device": device.id,
            "new_have": moved.have,
            "new_head": moved.head,
            "new_offset": offset,
            "now": now,
        },
    )
    results += keeping.keep(connection, Envelope(caller.tutor, device.id, offset, now), new)
    return _reply(connection, context, moved, results)


def _head_of(request: PushRequest, device: Device, old: Sequence[Arrival]) -> bytes:
    """The device's head, once it is clear that its history is the one stored here.

    Items that are known are compared one by one; where they reach up to what the device has, the
    head before them is proven as well.
    """
    if request.first + len(old) == device.have + 1:
        claimed = bytes.fromhex(request.prev_head)
        if chain.extend(claimed, request.first, (item.sha256 for item in old)) != device.head:
            raise Rejected("device_forked", f"the heads before {device.have + 1} differ")
    return device.head


def _offset_ms(clock: str | None, now: datetime) -> int | None:
    """How far the machine's clock is ahead, in milliseconds; None when it says nothing readable."""
    if clock is None:
        return None
    try:
        there = datetime.fromisoformat(clock)
        return round((there - now).total_seconds() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None


def _reply(
    connection: Connection, context: Context, device: Device, results: list[ItemResult]
) -> PushReply:
    standing = standing_of(connection, context, device)
    return PushReply(**members(standing), results=tuple(results))
