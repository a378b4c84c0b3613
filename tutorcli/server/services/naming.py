"""Names of people, each sealed under a key of its own: without the key nobody can read it."""

from sqlalchemy import Connection, delete, insert, select

from tutorcli.server.context import Context
from tutorcli.server.tables import name_keys, names

_KEY = 32
_NONCE = 12


def seal(context: Context, connection: Connection, tutor: str, name: str) -> None:
    """Store a tutor's name under a new key; an empty name takes it away."""
    forget(connection, tutor)
    if not name:
        return
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, nonce = context.random(_KEY), context.random(_NONCE)
    # The id goes into the seal: a sealed name put beside another id does not open.
    sealed = nonce + AESGCM(key).encrypt(nonce, name.encode(), tutor.encode())
    connection.execute(insert(names).values(tutor=tutor, sealed=sealed))
    connection.execute(insert(name_keys).values(tutor=tutor, key=key))


def forget(connection: Connection, tutor: str) -> bool:
    """Destroy the sealed name and its key; whether there was one."""
    gone = connection.execute(delete(name_keys).where(name_keys.c.tutor == tutor)).rowcount
    gone += connection.execute(delete(names).where(names.c.tutor == tutor)).rowcount
    return gone > 0


def unseal(connection: Connection, only: str | None = None) -> dict[str, str]:
    """Names by tutor; those that cannot be opened are left out."""
    query = select(names.c.tutor, names.c.sealed, name_keys.c.key).join(
        name_keys, name_keys.c.tutor == names.c.tutor
    )
    if only is not None:
        query = query.where(names.c.tutor == only)
    found = connection.execute(query).all()
    if not found:
        return {}
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    said: dict[str, str] = {}
    for tutor, sealed, key in found:
        nonce, rest = bytes(sealed)[:_NONCE], bytes(sealed)[_NONCE:]
        try:
            said[tutor] = AESGCM(bytes(key)).decrypt(nonce, rest, tutor.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    return said
