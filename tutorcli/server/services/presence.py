"""When a device was last here, known to the hour."""

from datetime import timedelta

from sqlalchemy import Connection, bindparam, select, update

from tutorcli.server.context import Context
from tutorcli.server.storage import stamp
from tutorcli.server.tables import devices

SEEN_EVERY = timedelta(hours=1)
"""Noting it each time would make every poll a write."""

_SEEN_AT = select(devices.c.seen_at).where(devices.c.id == bindparam("device"))


def was_seen(connection: Connection, context: Context, device: str) -> bool:
    """Whether it is noted already that the device was here; not of one that has no row."""
    seen_at = connection.execute(_SEEN_AT, {"device": device}).scalar_one_or_none()
    return seen_at is not None and seen_at > stamp(context.database.now() - SEEN_EVERY)


def note_seen(connection: Connection, context: Context, device: str) -> None:
    """Note that a device is here now."""
    now = context.database.stamp()
    connection.execute(update(devices).where(devices.c.id == device).values(seen_at=now))
