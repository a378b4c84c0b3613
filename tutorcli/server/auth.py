"""Who calls: tokens are looked up at every request, so a revocation acts on the next one."""

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select

from tutorcli.server import logs
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.tables import tokens, tutors

_TOKEN = re.compile(r"tut_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")

_CALLER = (
    select(
        tokens.c.hash,
        tokens.c.tutor,
        tokens.c.expires_at,
        tokens.c.revoked_at,
        tutors.c.roles,
        tutors.c.regions,
        tutors.c.state,
    )
    .join(tutors, tutors.c.id == tokens.c.tutor)
    .where(tokens.c.id == bindparam("token"))
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The tutor, lead, administrator or auditor behind a request."""

    tutor: str
    roles: frozenset[str]
    regions: frozenset[str]
    token: str
    """Id of the token, which is no secret."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token; only its hash is stored."""

    id: str
    token: str
    hash: bytes


def new_token(random: Callable[[int], bytes]) -> Issued:
    """A token of 256 random bits: ``tut_<8 hexadecimal digits>_<43 characters>``."""
    number = random(4).hex()
    secret = base64.urlsafe_b64encode(random(32)).rstrip(b"=").decode()
    token = f"tut_{number}_{secret}"
    return Issued(number, token, token_hash(token))


def token_hash(token: str) -> bytes:
    """What is stored of a token."""
    return sha256(token.encode()).digest()


def authenticate(connection: Connection, token: str, now: str) -> Caller:
    """Whom a token stands for, as the transaction of ``connection`` sees it.

    Args:
        connection: That of the request's own transaction or read.
        token: As it was sent; empty when none was.
        now: The time as text (`Database.stamp`).

    Raises:
        Rejected: token_unknown (also when it has expired) or token_revoked.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise Rejected("token_unknown", "a token is needed")
    row = connection.execute(_CALLER, {"token": match[1]}).one_or_none()
    if row is None or not hmac.compare_digest(row.hash, token_hash(token)):
        raise Rejected("token_unknown")
    if row.revoked_at is not None or row.state == "revoked":
        raise Rejected("token_revoked")
    if row.expires_at <= now:
        raise Rejected("token_unknown", "the token has expired")
    logs.note(tutor=row.tutor)
    return Caller(row.tutor, frozenset(row.roles.split()), frozenset(row.regions.split()), match[1])


def admit(context: Context, token: str) -> Caller:
    """Whom a token stands for now.

    Raises:
        Rejected: token_unknown or token_revoked.
    """
    with context.database.read() as connection:
        return authenticate(connection, token, context.database.stamp())


def require(caller: Caller, *roles: str) -> None:
    """Let only those pass who have one of ``roles``.

    Raises:
        Rejected: wrong_role.
    """
    if caller.roles.isdisjoint(roles):
        raise Rejected("wrong_role", f"this needs the role {' or '.join(roles)}")
