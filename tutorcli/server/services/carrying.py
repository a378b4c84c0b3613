"""What a restore may not bring back: erased persons, purged texts, and what was taken from somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from tutorcli.core.wire import Qualification
from tutorcli.server.context import Context
from tutorcli.server.preparing import meta_of
from tutorcli.server.services import auditing, people, persons, withdrawing
from tutorcli.server.services.choosing import covers
from tutorcli.server.services.hiding import Subject
from tutorcli.server.services.people import Wanted
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
    qualifications,
    tasks,
    tokens,
    tutors,
)

_AHEAD = 10**9
"""Feed numbers left out where it is not known how many were given after the backup."""


_NEVER = "~"
"""Sorts behind every time."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a tutor may do."""

    roles: frozenset[str]
    regions: frozenset[str]
    qualified: Mapping[Subject, str]
    """Until when, or `_NEVER`."""

    def within(self, other: "Rights") -> "Rights":
        """What both allow."""
        mine = _bounded(self.qualified, other.qualified)
        theirs = _bounded(other.qualified, self.qualified)
        ends = {one: max(mine.get(one, ""), theirs.get(one, "")) for one in {**mine, **theirs}}
        return Rights(
            self.roles & other.roles,
            self.regions & other.regions,
            {one: end for one, end in ends.items() if end},
        )


def _bounded(held: Mapping[Subject, str], by: Mapping[Subject, str]) -> dict[Subject, str]:
    """Qualifications, each until others cover it no more; empty where none does."""
    return {
        wanted: min(end, max((by[one] for one in by if covers(one, wanted)), default=""))
        for wanted, end in held.items()
    }


@dataclass(frozen=True, slots=True)
class Before:
    """What of replaced contents must hold on."""

    erased: tuple[str, ...]
    revoked: tuple[str, ...]
    """Tutors."""
    tokens: tuple[str, ...]
    """Revoked ones."""
    codes: tuple[tuple[bytes, str | None, str], ...]
    """Used ones: hash, device unless they were spoiled, time."""
    purged: tuple[tuple[str, str], ...]
    """Tasks: id, and the body that is left."""
    bodiless: tuple[tuple[str, int, str | None], ...]
    """Judgments whose text was purged: device, number, task."""
    withdrawn: tuple[str, ...]
    """Tasks."""
    rights: Mapping[str, Rights]
    """By tutor."""
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
    withdrawn: int
    """Tasks."""
    narrowed: int
    """Tutors who may do less than the backup says."""


def before(connection: Connection) -> Before:
    """What must hold on of a database that is about to be replaced."""
    meta = meta_of(connection)
    last = select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    feed = select(counters.c.n).where(counters.c.name == "feed")
    head = connection.execute(last).scalar()
    used = select(codes).where(codes.c.used_at.is_not(None))
    gone = select(judgments.c.device, judgments.c.dseq, judgments.c.task).where(
        judgments.c.body.is_(None), judgments.c.status.not_in(("duplicate", "invalid"))
    )
    purged = select(tasks.c.id, tasks.c.body).where(tasks.c.state == "purged")
    return Before(
        _column(connection, select(audit.c.object).where(audit.c.act == people.ERASE).distinct()),
        _column(connection, select(tutors.c.id).where(tutors.c.state == "revoked")),
        _column(connection, select(tokens.c.id).where(tokens.c.revoked_at.is_not(None))),
        tuple((bytes(row.hash), row.device, row.used_at) for row in connection.execute(used)),
        tuple((row.id, row.body) for row in connection.execute(purged)),
        tuple((row.device, row.dseq, row.task) for row in connection.execute(gone)),
        _column(connection, select(tasks.c.id).where(tasks.c.state == "withdrawn")),
        _rights(connection),
        meta.get("instance", ""),
        int(connection.execute(feed).scalar() or 0),
        bytes(head).hex() if head is not None else "",
    )


def _column(connection: Connection, query: Any) -> tuple[str, ...]:
    return tuple(connection.execute(query).scalars())


def _rights(connection: Connection) -> dict[str, Rights]:
    found: dict[str, dict[Subject, str]] = {}
    for row in connection.execute(select(qualifications)):
        mine = found.setdefault(row.tutor, {})
        mine[row.domain, row.language] = row.expires_at or _NEVER
    return {
        row.id: Rights(
            frozenset(row.roles.split()), frozenset(row.regions.split()), found.get(row.id, {})
        )
        for row in connection.execute(select(tutors))
    }


def keep(context: Context, connection: Connection, actor: str, held: Before) -> Kept:
    """Do again in restored contents what must hold on, in a transaction that goes on."""
    # A cursor of before must not skip what comes from now on.
    feed = update(counters).where(counters.c.name == "feed")
    withdrawn = narrowed = 0
    if held.instance == meta_of(connection).get("instance"):
        connection.execute(feed.where(counters.c.n < held.feed).values(n=held.feed))
        withdrawn = _withdraw(connection, actor, held.withdrawn)
        narrowed = _narrow(context, connection, actor, held.rights)
    else:
        connection.execute(feed.values(n=counters.c.n + _AHEAD))
    now = context.database.stamp()
    for token in held.tokens:
        gone = update(tokens).where(tokens.c.id == token, tokens.c.revoked_at.is_(None))
        connection.execute(gone.values(revoked_at=now))
    for code, device, at in held.codes:
        used = update(codes).where(codes.c.hash == code)
        connection.execute(used.values(device=device, used_at=at))
    for tutor in held.revoked:
        people.shut_out(context, connection, tutor)
    erased = _erase(context, connection, actor, held.erased)
    return Kept(erased, _purge(connection, held), withdrawn, narrowed)


def _withdraw(connection: Connection, actor: str, wanted: Sequence[str]) -> int:
    gone = withdrawing.take_back(connection, wanted)
    if gone.tasks:
        detail = {"tasks": gone.tasks, "assignments": gone.assignments, "again": "restore"}
        auditing.record(connection, actor, "tasks.withdraw", "", detail)
    return gone.tasks


def _narrow(
    context: Context, connection: Connection, actor: str, held: Mapping[str, Rights]
) -> int:
    """Take from tutors again what was taken from them since; what they were given since is lost."""
    count = 0
    for tutor, restored in _rights(connection).items():
        left = restored.within(held.get(tutor, restored))
        if left == restored:
            continue
        count += 1
        wanted = Wanted(
            roles=tuple(left.roles) if left.roles != restored.roles else None,
            regions=tuple(sorted(left.regions)) if left.regions != restored.regions else None,
            qualifications=_qualifications(left) if left.qualified != restored.qualified else None,
        )
        people.rewrite(context, connection, actor, tutor, wanted)
    return count


def _qualifications(rights: Rights) -> tuple[Qualification, ...]:
    return tuple(
        Qualification(domain, language, None if end == _NEVER else end)
        for (domain, language), end in sorted(rights.qualified.items())
    )


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
    for device, dseq, known in held.bodiless:
        row = update(judgments).where(judgments.c.device == device, judgments.c.dseq == dseq)
        # Its task may have become known since; without it nobody could tell why the text is gone.
        blank = row.where(judgments.c.body.is_not(None))
        connection.execute(blank.values(body=None, task=func.coalesce(judgments.c.task, known)))
    return count


def _tell(connection: Connection, task: str) -> None:
    of_task = assignments.c.task == task
    waiting = assignments.c.state.in_(("open", "withdrawn"))
    connection.execute(update(assignments).where(of_task, waiting).values(state="purged"))
    connection.execute(update(assignments).where(of_task).values(notice=next_feed(connection)))


def put_keys(connection: Connection, keys: Mapping[str, bytes]) -> int:
    """Store keys of persons whose sealed name is there; returns how many have one."""
    sealed = _column(connection, select(names.c.tutor))
    wanted = [{"tutor": tutor, "key": keys[tutor]} for tutor in sealed if tutor in keys]
    if wanted:
        connection.execute(insert(name_keys), wanted)
    return len(wanted)
