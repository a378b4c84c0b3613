"""Tutors: who they are to the server, what they may be given, and when they may not come any more."""

from base64 import b32encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from tutorcli.core.wire import Qualification
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing, codes, naming
from tutorcli.server.services.codes import Code
from tutorcli.server.storage import stamp
from tutorcli.server.tables import audit, qualifications, tokens, tutors

ROLES = ("tutor", "lead", "admin", "auditor")
ANY = "*"
"""Any domain, or any language."""
LONGEST = 200
"""Code points of a name or a word."""
ERASE = "person.erase"
"""The act of the audit that says that a person was erased."""
_DAY = len("YYYY-MM-DD")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tutor shall be; None leaves a thing as it is."""

    roles: tuple[str, ...] | None = None
    qualifications: tuple[Qualification, ...] | None = None
    regions: tuple[str, ...] | None = None
    name: str | None = None
    """For people; sealed in the database. Empty: none."""


@dataclass(frozen=True, slots=True)
class Tutor:
    """A tutor as an administrator sees them."""

    id: str
    roles: tuple[str, ...]
    qualifications: tuple[Qualification, ...]
    regions: tuple[str, ...]
    state: str
    created_at: str
    revoked_at: str | None
    name: str | None
    """None: there is none, or it cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new tutor with the code for the first enrolment."""

    tutor: str
    code: Code


def qualification_of(text: str) -> Qualification:
    """Read ``DOMAIN``, ``DOMAIN:LANGUAGE`` or ``DOMAIN:LANGUAGE:YYYY-MM-DD``, the last day that it holds.

    An empty language is any.

    Raises:
        Rejected: It has another form (bad_request).

    >>> qualification_of("medicine:zh:2027-06-30")
    Qualification(domain='medicine', language='zh', expires='2027-06-30T23:59:59.999Z')
    >>> qualification_of("law").language, qualification_of("law::2027-06-30").language
    ('*', '*')
    """
    domain, _, rest = text.partition(":")
    language, _, day = rest.partition(":")
    return _checked(Qualification(domain, language or ANY, day or None))


def _checked(raw: Qualification) -> Qualification:
    if not is_word(raw.domain) or not is_word(raw.language):
        raise Rejected("bad_request", "a qualification is a domain and a language")
    if raw.expires is None:
        return raw
    return Qualification(raw.domain, raw.language, _last_moment(raw.expires))


def _last_moment(text: str) -> str:
    """The end of a day, in UTC; a time with its offset as it is."""
    try:
        if len(text) == _DAY:
            return f"{date.fromisoformat(text)}T23:59:59.999Z"
        when = datetime.fromisoformat(text)
        if when.tzinfo is not None:
            return stamp(when)
    except (ValueError, OverflowError):
        pass
    raise Rejected("bad_request", "a qualification's last day is not YYYY-MM-DD")


def is_word(text: str) -> bool:
    """Whether a text can stand among others with blanks between: no blank, nothing invisible."""
    return 0 < len(text) <= LONGEST and text.isprintable() and " " not in text


def _words(words: Iterable[str], known: Sequence[str] = ()) -> str:
    """Words with blanks between, each once; roles in the order of the known ones."""
    given = list(dict.fromkeys(words))
    for word in given:
        if not is_word(word):
            raise Rejected("bad_request", "roles and regions are single words")
        if known and word not in known:
            raise Rejected("bad_request", f"the roles are {', '.join(known)}")
    return " ".join(sorted(given, key=known.index) if known else given)


def _check_name(name: str | None) -> None:
    if name and (len(name) > LONGEST or not name.isprintable()):
        raise Rejected("bad_request", "a name is one line of at most 200 characters")


def add(context: Context, actor: str, wanted: Wanted) -> Added:
    """Make a tutor and an enrolment code.

    Args:
        context: The server.
        actor: Who does it.
        wanted: What they shall be; a role of ``tutor`` where none is named.

    Raises:
        Rejected: A role, a region or a qualification is none (bad_request).
    """
    _check_name(wanted.name)
    tutor = "t-" + b32encode(context.random(7)).decode()[:10].lower()
    roles = _words(wanted.roles or ("tutor",), ROLES)
    regions = _words(wanted.regions or ())

    def act(connection: Connection) -> Added:
        now = context.database.stamp()
        connection.execute(
            insert(tutors).values(
                id=tutor, roles=roles, regions=regions, state="active", created_at=now
            )
        )
        _qualify(context, connection, tutor, wanted.qualifications or ())
        if wanted.name:
            naming.seal(context, connection, tutor, wanted.name)
        detail = _detail(wanted) | {"roles": roles, "regions": regions}
        auditing.record(connection, actor, "tutor.add", tutor, detail)
        return Added(tutor, codes.issue(context, connection, actor, tutor))

    return context.database.run(act)


def change(context: Context, actor: str, tutor: str, wanted: Wanted) -> Tutor:
    """Change what a tutor is; it holds from the next request on.

    Raises:
        Rejected: There is no such tutor (not_found), or a word is wrong (bad_request).
    """
    _check_name(wanted.name)
    context.database.run(lambda connection: rewrite(context, connection, actor, tutor, wanted))
    return find(context, tutor)


def rewrite(
    context: Context, connection: Connection, actor: str, tutor: str, wanted: Wanted
) -> None:
    """Change a tutor in a transaction that goes on; see `change`."""
    values: dict[str, Any] = {}
    if wanted.roles is not None:
        values["roles"] = _words(wanted.roles, ROLES)
    if wanted.regions is not None:
        values["regions"] = _words(wanted.regions)
    known(connection, tutor)
    if wanted.name is not None and is_erased(connection, tutor):
        raise Rejected("conflict", "this person was erased")
    if values:
        connection.execute(update(tutors).where(tutors.c.id == tutor).values(**values))
    if wanted.qualifications is not None:
        _qualify(context, connection, tutor, wanted.qualifications)
    if wanted.name is not None:
        naming.seal(context, connection, tutor, wanted.name)
    auditing.record(connection, actor, "tutor.change", tutor, _detail(wanted) | values)


def _detail(wanted: Wanted) -> dict[str, Any]:
    """What an act changed; of a name only that it was given."""
    detail: dict[str, Any] = {}
    if wanted.qualifications is not None:
        detail["qualifications"] = [
            f"{item.domain}:{item.language}" + (f":{item.expires}" if item.expires else "")
            for item in map(_checked, wanted.qualifications)
        ]
    if wanted.name is not None:
        detail["name"] = "given" if wanted.name else "taken away"
    return detail


def _qualify(
    context: Context, connection: Connection, tutor: str, wanted: Iterable[Qualification]
) -> None:
    """Replace the tutor's qualifications; one that stays keeps the day on which it was granted."""
    table = qualifications
    of_tutor = table.c.tutor == tutor
    granted = {
        (row.domain, row.language): row.granted_at
        for row in connection.execute(select(table).where(of_tutor))
    }
    rows = {
        (item.domain, item.language): {
            "tutor": tutor,
            "domain": item.domain,
            "language": item.language,
            "expires_at": item.expires,
            "granted_at": granted.get((item.domain, item.language)) or context.database.stamp(),
        }
        for item in map(_checked, wanted)
    }
    connection.execute(delete(table).where(of_tutor))
    if rows:
        connection.execute(insert(table), list(rows.values()))


def revoke(context: Context, actor: str, tutor: str) -> None:
    """Shut a tutor out from the next request on; what was judged stays, unsent work can still come later.

    Tokens and codes are worthless from now on; a new code makes the tutor active again.

    Raises:
        Rejected: There is no such tutor (not_found).
    """

    def act(connection: Connection) -> None:
        known(connection, tutor)
        shut_out(context, connection, tutor)
        auditing.record(connection, actor, "tutor.revoke", tutor, {})

    context.database.run(act)


def shut_out(context: Context, connection: Connection, tutor: str) -> None:
    """Revoke a tutor with all tokens and codes, in a transaction that goes on."""
    now = context.database.stamp()
    connection.execute(
        update(tutors)
        .where(tutors.c.id == tutor, tutors.c.state == "active")
        .values(state="revoked", revoked_at=now)
    )
    connection.execute(
        update(tokens)
        .where(tokens.c.tutor == tutor, tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    codes.spoil(context, connection, tutor)


def known(connection: Connection, tutor: str) -> None:
    """Make sure that there is such a tutor; nobody else changes them until the transaction has ended.

    Raises:
        Rejected: There is none (not_found).
    """
    # Not so strict that work which names the tutor would wait.
    query = select(tutors.c.id).where(tutors.c.id == tutor).with_for_update(key_share=True)
    if not is_word(tutor) or connection.execute(query).first() is None:
        raise Rejected("not_found", "there is no such tutor")


def is_erased(connection: Connection, tutor: str) -> bool:
    """Whether the person was erased; nobody enrols under the id again."""
    query = select(audit.c.seq).where(audit.c.act == ERASE, audit.c.object == tutor).limit(1)
    return connection.execute(query).first() is not None


def new_code(context: Context, actor: str, tutor: str) -> Code:
    """One enrolment code more for a tutor; one who was revoked is active again.

    Raises:
        Rejected: There is no such tutor (not_found), or the person was erased (conflict).
    """

    def act(connection: Connection) -> Code:
        known(connection, tutor)
        if is_erased(connection, tutor):
            raise Rejected("conflict", "this person was erased; add a new tutor")
        connection.execute(
            update(tutors).where(tutors.c.id == tutor).values(state="active", revoked_at=None)
        )
        return codes.issue(context, connection, actor, tutor)

    return context.database.run(act)


def find(context: Context, tutor: str) -> Tutor:
    """One tutor.

    Raises:
        Rejected: There is none (not_found).
    """
    found = everyone(context, tutor) if is_word(tutor) else []
    if not found:
        raise Rejected("not_found", "there is no such tutor")
    return found[0]


def everyone(context: Context, only: str | None = None) -> list[Tutor]:
    """All tutors, or one, in the order in which they were added."""
    query = select(tutors).order_by(tutors.c.created_at, tutors.c.id)
    held = select(qualifications).order_by(qualifications.c.domain, qualifications.c.language)
    if only is not None:
        query = query.where(tutors.c.id == only)
        held = held.where(qualifications.c.tutor == only)
    with context.database.read() as connection:
        rows = connection.execute(query).all()
        of: dict[str, list[Qualification]] = {}
        for row in connection.execute(held):
            item = Qualification(row.domain, row.language, row.expires_at)
            of.setdefault(row.tutor, []).append(item)
        names = naming.unseal(connection, only)
    return [
        Tutor(
            row.id,
            tuple(row.roles.split()),
            tuple(of.get(row.id, ())),
            tuple(row.regions.split()),
            row.state,
            row.created_at,
            row.revoked_at,
            names.get(row.id),
        )
        for row in rows
    ]
