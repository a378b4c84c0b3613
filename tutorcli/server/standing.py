"""Where a device stands: what is stored of it, and up to where a backup holds it."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from tutorcli.core.chain import START
from tutorcli.core.wire import Standing
from tutorcli.server import logs
from tutorcli.server.auth import Caller
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.tables import devices, meta

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DEVICE = select(devices.c.tutor, devices.c.have, devices.c.head, devices.c.durable).where(
    devices.c.id == bindparam("device")
)
_LOCKED_DEVICE = _DEVICE.with_for_update()
_EPOCH = select(meta.c.value).where(meta.c.key == "epoch")


@dataclass(frozen=True, slots=True)
class Device:
    """One home of a tutor, as the server knows it."""

    id: str
    have: int = 0
    head: bytes = START
    durable: int = 0
    is_known: bool = True
    """Whether it has a row."""


def check_device_id(device: str) -> None:
    """Refuse what is no UUID in its usual form.

    Raises:
        Rejected: bad_request.
    """
    if not _UUID.fullmatch(device):
        raise Rejected("bad_request", "device is no UUID")
    logs.note(device=device)


def find_device(
    connection: Connection, caller: Caller, device: str, *, is_locking: bool = False
) -> Device:
    """The device as it stands; one that is not known has nothing.

    Args:
        connection: A transaction.
        caller: Who asks.
        device: Its id.
        is_locking: Whether nobody else may move it until the transaction has ended.

    Raises:
        Rejected: It is another tutor's (not_your_device).
    """
    query = _LOCKED_DEVICE if is_locking else _DEVICE
    row = connection.execute(query, {"device": device}).one_or_none()
    if row is None:
        return Device(device, is_known=False)
    if row.tutor != caller.tutor:
        raise Rejected("not_your_device")
    return Device(device, row.have, bytes(row.head), row.durable)


def lock_device(connection: Connection, context: Context, caller: Caller, device: str) -> Device:
    """The device, locked until the transaction has ended; a row is made for one that is not known.

    Raises:
        Rejected: It is another tutor's (not_your_device).
    """
    found = find_device(connection, caller, device, is_locking=True)
    if found.is_known:
        return found
    now = context.database.stamp()
    row = {
        "id": device,
        "tutor": caller.tutor,
        "name": "",
        "have": 0,
        "head": START,
        "durable": 0,
        "created_at": now,
        "seen_at": now,
    }
    connection.execute(insert(devices), row)
    return Device(device)


def standing_of(connection: Connection, context: Context, device: Device) -> Standing:
    """What every reply to a device says of it."""
    is_at_once = context.project.durable == "have"
    return Standing(
        have=device.have,
        head=device.head.hex(),
        durable=device.have if is_at_once else device.durable,
        epoch=connection.execute(_EPOCH).scalar_one(),
        time=context.database.stamp(),
    )


def members(standing: Standing) -> dict[str, Any]:
    """The members of a standing, for a reply that has more."""
    return asdict(standing)
