"""Gold tasks and silent repeats among the others: nothing that leaves the server tells them apart.

They stand in for ordinary tasks, whose priority, due date and lease they take, and share their fate
when a lease has run out. Whether any are drawn or not, the same statements run.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection, exists, or_, select, text
from sqlalchemy.sql.elements import ColumnElement

from tutorcli.core.canonical import digest
from tutorcli.server.context import Context
from tutorcli.server.storage import stamp
from tutorcli.server.tables import assignments, tasks

_CANDIDATES = 100
"""Gold tasks of each subject that are looked at for one pull."""

_LATEST = 500
"""Judged tasks of a tutor among which repeats are looked for."""

Subject = tuple[str, str]
"""Domain and language."""


@dataclass(frozen=True, slots=True)
class Place:
    """A task that is about to be handed out, or what stands in for it."""

    task: str
    subject: Subject
    protocol: str
    priority: int
    due: str
    kind: str = "label"


def chance(random: Callable[[int], bytes]) -> float:
    """A number from 0 to below 1."""
    return int.from_bytes(random(6), "big") / (1 << 48)


def new_id(random: Callable[[int], bytes]) -> str:
    """A uuid4: nothing can be read from it."""
    return str(uuid.UUID(bytes=random(16), version=4))


def disguised(
    connection: Connection,
    context: Context,
    tutor: str,
    places: Sequence[Place],
    protocols: Iterable[str],
) -> list[Place]:
    """The places, some taken by a gold task or a repeat of the same subject.

    Args:
        connection: Of the transaction that hands them out.
        context: The project; its rates are probabilities of each place.
        tutor: Who gets them.
        places: Ordinary tasks; those replaced stay in the pool.
        protocols: Refs of protocols that this tutor's program can show.
    """
    if not places:
        return []
    subjects = sorted({place.subject for place in places})
    shown = sorted(protocols)
    pools = {
        "gold": [
            gold for subject in subjects for gold in _golds(connection, tutor, subject, shown)
        ],
        "repeat": _repeats(connection, context, tutor, subjects, shown),
    }
    return [_drawn(context, place, pools) for place in places]


def _drawn(context: Context, place: Place, pools: dict[str, list[Place]]) -> Place:
    gold, repeat = context.project.gold_rate, context.project.repeat_rate
    dice, choice = chance(context.random), chance(context.random)
    if dice >= gold + repeat:
        return place
    pool = pools["gold" if dice < gold else "repeat"]
    fitting = [other for other in pool if other.subject == place.subject]
    alike = [other for other in fitting if other.protocol == place.protocol]
    fitting = alike or fitting
    if not fitting:
        return place
    other = fitting[int(choice * len(fitting))]
    pool.remove(other)
    return replace(other, priority=place.priority, due=place.due)


def _golds(
    connection: Connection, tutor: str, subject: Subject, protocols: list[str]
) -> list[Place]:
    query = (
        select(*_PLACE)
        .where(
            text("tasks.is_gold = 1"),
            *_of([subject], protocols),
            ~exists().where(
                assignments.c.task == tasks.c.id,
                assignments.c.tutor == tutor,
                text("assignments.kind <> 'repeat'"),
            ),
        )
        .limit(_CANDIDATES)
    )
    return _places(connection, query, "gold")


def _repeats(
    connection: Connection,
    context: Context,
    tutor: str,
    subjects: list[Subject],
    protocols: list[str],
) -> list[Place]:
    before = stamp(context.database.now() - timedelta(days=context.project.repeat_after_days))
    judged = (
        select(assignments.c.task)
        .where(
            assignments.c.tutor == tutor,
            assignments.c.state == "accepted",
            assignments.c.kind == "label",
            assignments.c.judged_at <= before,
        )
        .order_by(assignments.c.judged_at.desc())
        .limit(_LATEST)
    )
    latest = list(connection.execute(judged).scalars())
    query = select(*_PLACE).where(
        tasks.c.id.in_(latest),
        *_of(subjects, protocols),
        ~exists().where(
            assignments.c.task == tasks.c.id,
            assignments.c.tutor == tutor,
            text("assignments.kind = 'repeat'"),
        ),
    )
    return _places(connection, query, "repeat")


_PLACE = (
    tasks.c.id,
    tasks.c.domain,
    tasks.c.language,
    tasks.c.protocol,
    tasks.c.priority,
    tasks.c.due,
)


def _of(subjects: list[Subject], protocols: list[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(
            *(
                (tasks.c.domain == domain) & (tasks.c.language == language)
                for domain, language in subjects
            )
        ),
        tasks.c.protocol.in_(protocols),
        tasks.c.state == "open",
    )


def _places(connection: Connection, query: object, kind: str) -> list[Place]:
    return [
        Place(row.id, (row.domain, row.language), row.protocol, row.priority, row.due, kind)
        for row in connection.execute(query)  # type: ignore[call-overload]
    ]


def is_kept(assignment: str, twins: Sequence[tuple[str, bool]]) -> bool:
    """Whether a gold task or repeat whose lease ran out stays with its tutor.

    Ordinary tasks stay when nobody else took their place meanwhile. These have no place that anyone
    could take, so they do as one of the ordinary ones of the same request does.

    Args:
        assignment: Its id.
        twins: Ordinary assignments that ran out as well: id, and whether it stays.
    """
    if not twins:
        return True
    nearest = sorted(twins, key=lambda twin: digest(f"{assignment}\n{twin[0]}"))
    return nearest[0][1]
