"""Enrolment codes: typed by a person, good once and for some hours, stored as a hash."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, insert, update

from tutorcli.server.context import Context
from tutorcli.server.services import auditing
from tutorcli.server.tables import codes

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another."""

_BYTES = 11
_SIGNS = 18
"""So many signs hold 88 bits, and make three groups."""
_GROUP = 6


@dataclass(frozen=True, slots=True)
class Code:
    """An enrolment code as it is told once."""

    text: str
    """In groups, such as ``7K3QXM-9FH2PA-BC4DE5``."""
    expires_at: str


def code_of(random: bytes) -> str:
    """The readable form of eleven random bytes.

    >>> code_of(bytes(11)), code_of(bytes([255] * 11))
    ('222222-222222-222222', 'FRG48D-FX9UJY-WWN9E9')
    """
    number, signs = int.from_bytes(random, "big"), ""
    for _ in range(_SIGNS):
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    return "-".join(signs[at : at + _GROUP] for at in range(0, _SIGNS, _GROUP))


def hash_of(code: str) -> bytes:
    """What is stored of a code; case, blanks and hyphens do not count."""
    return sha256("".join(code.upper().replace("-", " ").split()).encode()).digest()


def issue(context: Context, connection: Connection, actor: str, tutor: str) -> Code:
    """Make a code for a tutor, in a transaction that goes on; earlier ones stay good."""
    text = code_of(context.random(_BYTES))
    expires = context.database.stamp(hours=context.project.code_hours)
    now = context.database.stamp()
    connection.execute(
        insert(codes).values(hash=hash_of(text), tutor=tutor, created_at=now, expires_at=expires)
    )
    auditing.record(connection, actor, "code.new", tutor, {"expires_at": expires})
    return Code(text, expires)


def spoil(context: Context, connection: Connection, tutor: str) -> None:
    """Make the codes of a tutor worthless, the used ones too."""
    now = context.database.stamp()
    connection.execute(
        update(codes)
        .where(codes.c.tutor == tutor, codes.c.used_at.is_(None), codes.c.expires_at > now)
        .values(expires_at=now)
    )
    _forget_device(connection, codes.c.tutor == tutor)


def spoil_used(connection: Connection, device: str) -> None:
    """Make the codes worthless that a device used: none gives it a token again."""
    _forget_device(connection, codes.c.device == device)


def _forget_device(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(codes).where(which).values(device=None))
