"""Tokens as an administrator sees them: whose, since when, until when; never the secret."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing
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


def revoke_token(context: Context, actor: str, token: str) -> None:
    """Make one token worthless from the next request on; the tutor's others stay good.

    Raises:
        Rejected: There is no such token (not_found).
    """

    def act(connection: Connection) -> None:
        found = connection.execute(select(tokens.c.tutor).where(tokens.c.id == token)).first()
        if found is None:
            raise Rejected("not_found", "there is no such token")
        connection.execute(
            update(tokens)
            .where(tokens.c.id == token, tokens.c.revoked_at.is_(None))
            .values(revoked_at=context.database.stamp())
        )
        auditing.record(connection, actor, "token.revoke", token, {"tutor": found.tutor})

    context.database.run(act)
