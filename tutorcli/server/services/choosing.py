"""The tasks that a tutor may be given next, in the order in which they are given."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from sqlalchemy import Connection, exists, select, text

from tutorcli.server.services.hiding import Place, Subject
from tutorcli.server.tables import assignments, documents, qualifications, subjects, tasks


@dataclass(frozen=True, slots=True)
class By:
    """What the tasks of a subject are judged by now."""

    pack: str | None
    guideline: str | None


_PROTOCOLS = select(documents.c.ref, documents.c.instruments).where(documents.c.kind == "protocol")


def shown_protocols(connection: Connection, instruments: Iterable[str]) -> frozenset[str]:
    """Refs of the protocols that need nothing but ``instruments``."""
    has = set(instruments)
    rows = connection.execute(_PROTOCOLS)
    return frozenset(row.ref for row in rows if has.issuperset(row.instruments.split()))


def qualified(connection: Connection, tutor: str, now: str) -> dict[Subject, By]:
    """The subjects that a tutor may be given, with what they are judged by."""
    query = select(qualifications).where(qualifications.c.tutor == tutor)
    rows = connection.execute(query).all()
    held = [
        (row.domain, row.language) for row in rows if row.expires_at is None or row.expires_at > now
    ]
    if not held:
        return {}
    return {
        (row.domain, row.language): By(row.pack, row.guideline)
        for row in connection.execute(select(subjects))
        if any(covers(mine, (row.domain, row.language)) for mine in held)
    }


def covers(qualification: Subject, subject: Subject) -> bool:
    """Whether a qualification is for a subject: zh is also for zh-Hans.

    >>> covers(("*", "zh"), ("law", "zh-Hans")), covers(("law", "zh-Hans"), ("law", "zh"))
    (True, False)
    >>> covers(("law", "en"), ("law", "enm")), covers(("law", "en"), ("*", "en"))
    (False, False)
    """
    domain, language = qualification
    if domain not in {"*", subject[0]}:
        return False
    wanted, has = subject[1].casefold(), language.casefold()
    return has in {"*", wanted} or wanted.startswith(f"{has}-")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    tutor: str
    of: Collection[Subject]
    """Subjects that the tutor is qualified for."""
    protocols: Collection[str]
    """Refs of the protocols that the tutor's program can show."""
    count: int
    """How many tasks at most."""


def next_tasks(connection: Connection, wish: Wish, *, is_locking: bool) -> list[Place]:
    """Open tasks with a free place that a tutor has never had, first those to be given first.

    Args:
        connection: In a write transaction when ``is_locking``.
        wish: Whose, and which.
        is_locking: Whether they are about to be given: those that others are just being given are
            passed over.
    """
    if not wish.protocols or wish.count <= 0:
        return []
    rows = [
        _of_subject(connection, wish, subject, is_locking=is_locking) for subject in sorted(wish.of)
    ]
    ordered = merge(*rows, key=lambda row: row[0])
    return [place for _, place in islice(ordered, wish.count)]


def _of_subject(
    connection: Connection, wish: Wish, subject: Subject, *, is_locking: bool
) -> Sequence[tuple[tuple[int, str, int], Place]]:
    known = tasks.c
    query = (
        select(known.id, known.priority, known.due, known.seq, known.protocol)
        .where(known.domain == subject[0], known.language == subject[1])
        # Written out: a partial index is used only where its condition stands in the statement.
        .where(text("tasks.free > 0 AND tasks.state = 'open'"))
        .where(known.protocol.in_(sorted(wish.protocols)))
        .where(
            ~exists().where(
                assignments.c.task == known.id,
                assignments.c.tutor == wish.tutor,
                text("assignments.kind <> 'repeat'"),
            )
        )
        .order_by(known.priority.desc(), known.due, known.seq)
        .limit(wish.count)
    )
    if is_locking:
        query = query.with_for_update(of=tasks, skip_locked=True)
    return [
        (
            (-row.priority, row.due, row.seq),
            Place(row.id, subject, row.protocol, row.priority, row.due),
        )
        for row in connection.execute(query)
    ]
