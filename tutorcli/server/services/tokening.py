"""Tokens as an administrator sees them: whose, since when, until when; never the secret."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing, codes
from tutorcli.server.tables import devices, tokens


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    id: str
    tutor: str
    device: str
    created_at: str
    expires_at: str
    revoked_at: str | None
    seen_at: str | None
    """When its device was last heard of."""


def all_tokens(context: Context, tutor: str | None = None) -> list[Token]:
    """Every token, or those of one tutor, oldest first."""
    query = (
        select(tokens, devices.c.seen_at)
        .outerjoin(devices, devices.c.id == tokens.c.device)
        .order_by(tokens.c.created_at, tokens.c.id)
    )
    if tutor is not None:
        query = query.where(tokens.c.tutor == tutor)
    with context.database.read() as connection:
        return [
            Token(
                row.id,
                row.tutor,
                row.device,
                row.created_at,
                row.expires_at,
                row.revoked_at,
                row.seen_at,
            )
            for row in connection.execute(query)
        ]


def check(context: Context, token: str) -> None:
    """Make sure that there is such a token.

    Raises:
        Rejected: There is none (not_found).
    """
    with context.database.read() as connection:
        _known(connection, token)


def _known(connection: Connection, token: str) -> Row[Any]:
    # PostgreSQL takes no zero character, not even to look for it.
    query = select(tokens).where(tokens.c.id == token)
    row = connection.execute(query).one_or_none() if "\0" not in token else None
    if row is None:
        raise Rejected("not_found", "there is no such token")
    return row


def revoke_token(context: Context, actor: str, token: str) -> None:
    """Make one token worthless from the next request on; the tutor's others stay good.

    The code that it was given for is worthless too.

    Raises:
        Rejected: There is no such token (not_found).
    """

    def act(connection: Connection) -> None:
        found = _known(connection, token)
        connection.execute(
            update(tokens)
            .where(tokens.c.id == token, tokens.c.revoked_at.is_(None))
            .values(revoked_at=context.database.stamp())
        )
        codes.spoil_used(connection, found.device)
        auditing.record(connection, actor, "token.revoke", token, {"tutor": found.tutor})

    context.database.run(act)
