"""What a restore may not bring back: erased persons, purged texts, revoked tokens, used codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from tutorcli.server.context import Context
from tutorcli.server.preparing import meta_of
from tutorcli.server.services import auditing, people, persons
from tutorcli.server.storage import next_feed
from tutorcli.server.tables import (
    assignments,
    audit,
    codes,
    counters,
    golds,
    judgments,
    name_keys,
    names,
    tasks,
    tokens,
    tutors,
)


@dataclass(frozen=True, slots=True)
class Before:
    """What of replaced contents must hold on."""

    erased: tuple[str, ...]
    revoked: tuple[str, ...]
    """Tutors."""
    tokens: tuple[str, ...]
    """Revoked ones."""
    codes: tuple[tuple[bytes, str | None, str], ...]
    """Used ones: hash, device, time."""
    purged: tuple[tuple[str, str], ...]
    """Tasks: id, and the body that is left."""
    bodiless: tuple[tuple[str, int], ...]
    """Judgments whose text was purged: device and number."""
    instance: str
    feed: int
    head: str
    """Of the audit, hexadecimal; empty when nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done again."""

    erased: int
    """Persons."""
    purged: int
    """Tasks."""


def before(connection: Connection) -> Before:
    """What must hold on of a database that is about to be replaced."""
    meta = meta_of(connection)
    last = select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    feed = select(counters.c.n).where(counters.c.name == "feed")
    head = connection.execute(last).scalar()
    used = select(codes).where(codes.c.used_at.is_not(None))
    gone = select(judgments.c.device, judgments.c.dseq).where(
        judgments.c.body.is_(None), judgments.c.status.not_in(("duplicate", "invalid"))
    )
    purged = select(tasks.c.id, tasks.c.body).where(tasks.c.state == "purged")
    return Before(
        _column(connection, select(audit.c.object).where(audit.c.act == people.ERASE).distinct()),
        _column(connection, select(tutors.c.id).where(tutors.c.state == "revoked")),
        _column(connection, select(tokens.c.id).where(tokens.c.revoked_at.is_not(None))),
        tuple((bytes(row.hash), row.device, row.used_at) for row in connection.execute(used)),
        tuple((row.id, row.body) for row in connection.execute(purged)),
        tuple((row.device, row.dseq) for row in connection.execute(gone)),
        meta.get("instance", ""),
        int(connection.execute(feed).scalar() or 0),
        bytes(head).hex() if head is not None else "",
    )


def _column(connection: Connection, query: Any) -> tuple[str, ...]:
    return tuple(connection.execute(query).scalars())


def keep(context: Context, connection: Connection, actor: str, held: Before) -> Kept:
    """Do again in restored contents what must hold on, in a transaction that goes on."""
    if held.instance == meta_of(connection).get("instance"):
        # A cursor of the replaced contents must not skip what comes from now on.
        feed = update(counters).where(counters.c.name == "feed", counters.c.n < held.feed)
        connection.execute(feed.values(n=held.feed))
    now = context.database.stamp()
    for token in held.tokens:
        gone = update(tokens).where(tokens.c.id == token, tokens.c.revoked_at.is_(None))
        connection.execute(gone.values(revoked_at=now))
    for code, device, at in held.codes:
        used = update(codes).where(codes.c.hash == code, codes.c.used_at.is_(None))
        connection.execute(used.values(device=device, used_at=at))
    for tutor in held.revoked:
        people.shut_out(context, connection, tutor)
    erased = _erase(context, connection, actor, held.erased)
    return Kept(erased, _purge(connection, held))


def _erase(context: Context, connection: Connection, actor: str, wanted: Iterable[str]) -> int:
    """Erase persons whom the restored contents know, and not as erased."""
    count = 0
    for tutor in wanted:
        known = connection.execute(select(tutors.c.id).where(tutors.c.id == tutor)).first()
        if known is None or people.is_erased(connection, tutor):
            continue
        persons.forget(context, connection, tutor)
        auditing.record(connection, actor, people.ERASE, tutor, {"again": "restore"})
        count += 1
    return count


def _purge(connection: Connection, held: Before) -> int:
    """Take texts away again, and tell the tutors' homes again."""
    count = 0
    for task, body in held.purged:
        blank = update(tasks).where(tasks.c.id == task, tasks.c.state != "purged")
        if not connection.execute(blank.values(state="purged", body=body)).rowcount:
            continue
        count += 1
        connection.execute(delete(golds).where(golds.c.task == task))
        _tell(connection, task)
    for device, dseq in held.bodiless:
        row = update(judgments).where(judgments.c.device == device, judgments.c.dseq == dseq)
        connection.execute(row.where(judgments.c.body.is_not(None)).values(body=None))
    return count


def _tell(connection: Connection, task: str) -> None:
    of_task = assignments.c.task == task
    waiting = assignments.c.state.in_(("open", "withdrawn"))
    connection.execute(update(assignments).where(of_task, waiting).values(state="purged"))
    connection.execute(update(assignments).where(of_task).values(notice=next_feed(connection)))


def put_keys(connection: Connection, keys: Iterable[dict[str, Any]]) -> int:
    """Store keys of persons whose sealed name is there; returns how many names can be read."""
    sealed = set(_column(connection, select(names.c.tutor)))
    wanted = [row for row in keys if row["tutor"] in sealed]
    if wanted:
        connection.execute(insert(name_keys), wanted)
    return len(wanted)
