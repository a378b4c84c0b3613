"""Verify: all that is stored of a device, hashed anew."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from tutorcli.core import chain
from tutorcli.core.wire import VerifyReply
from tutorcli.server.auth import authenticate
from tutorcli.server.context import Context
from tutorcli.server.services.holding import open_ids
from tutorcli.server.standing import check_device_id, find_device, members, standing_of
from tutorcli.server.tables import judgments

_CHUNK = 200
"""Rows that are held in memory at once."""


def verify(context: Context, token: str, device: str) -> VerifyReply:
    """Counts and the chain of what is stored of a device, made from the stored bytes.

    Raises:
        Rejected: bad_request, token_unknown, token_revoked, not_your_device.
    """
    check_device_id(device)
    with context.database.read() as connection:
        caller = authenticate(connection, token, context.database.stamp())
        found = find_device(connection, caller, device)
        head, with_bytes, without = _rehashed(connection, device, found.have)
        return VerifyReply(
            **members(standing_of(connection, context, found)),
            count=with_bytes,
            purged=without,
            computed=head.hex(),
            held=tuple(open_ids(connection, caller.tutor)),
        )


def _rehashed(connection: Connection, device: str, have: int) -> tuple[bytes, int, int]:
    """The chain's head, how many have their bytes here, how many have not."""
    first = judgments.alias("first")
    query = (
        select(
            judgments.c.dseq,
            judgments.c.sha256,
            judgments.c.body,
            judgments.c.reason,
            first.c.body.label("first_body"),
        )
        .outerjoin(
            first,
            (first.c.id == judgments.c.id)
            & (first.c.is_first == 1)
            & (judgments.c.status == "duplicate"),
        )
        .where(judgments.c.device == device, judgments.c.dseq <= have)
        .order_by(judgments.c.dseq)
        .execution_options(stream_results=True, yield_per=_CHUNK)
    )
    return _chained(connection.execute(query))


def _chained(rows: Iterable[Any]) -> tuple[bytes, int, int]:
    head, with_bytes, without = chain.START, 0, 0
    for number, row in enumerate(rows, 1):
        body = row.body if row.body is not None else row.first_body
        if body is None:
            without += 1
            digest = bytes(row.sha256)
        else:
            with_bytes += 1
            # What came under a wrong hash stands in the chain by that hash.
            is_wrong = row.reason == "wrong_digest"
            digest = bytes(row.sha256) if is_wrong else sha256(body.encode()).digest()
        head = chain.link(head, number, digest)
    return head, with_bytes, without
