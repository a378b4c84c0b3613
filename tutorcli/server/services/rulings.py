"""What a lead decides of judgments that wait."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, exists, insert, select, text, update

from tutorcli.core.wire import Status
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing, recovering, tracing
from tutorcli.server.services.deciding import HOLDING
from tutorcli.server.services.leases import free_places, take_places
from tutorcli.server.services.news import standing_rulings
from tutorcli.server.services.reading_back import said_of
from tutorcli.server.storage import next_feed
from tutorcli.server.tables import assignments, judgments, rulings

Act = Literal["release", "reject"]
Releasable = Literal[
    "withdrawn",
    "purged",
    "unassigned",
    "not_assigned",
    "wrong_tutor",
    "stale_text",
    "stale_guideline",
]
"""Reasons of waiting that a lead may overrule."""
_NEVER = ("own_work", "id_reused")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A quarantined judgment."""

    feed: int
    judgment: str
    reason: str | None
    tutor: str
    device: str
    dseq: int
    task: str | None
    received_at: str
    can_be_released: bool
    """False: its id belongs to another judgment, so that its tutor can only send a revision; or it is a
    review of the own work. Of one that is unassigned only a release tells whether its task is here."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a judgment is from now on."""

    judgment: str
    status: Status
    reason: str | None


@dataclass(frozen=True, slots=True)
class Left:
    """A judgment that waits still."""

    judgment: str
    why: str


@dataclass(frozen=True, slots=True)
class Released:
    """What became of all judgments that waited for one reason."""

    ruled: tuple[Ruled, ...]
    left: tuple[Left, ...]


def quarantine(context: Context, after: int = 0, limit: int = 200) -> list[Waiting]:
    """The judgments that wait for a decision, in the order in which they came.

    Args:
        context: The project.
        after: Feed number of the last one seen.
        limit: How many at most.
    """
    query = _queue().where(judgments.c.feed > after).limit(limit)
    with context.database.read() as connection:
        return [_waiting(row) for row in connection.execute(query)]


def _queue() -> Any:
    """Judgments on which nobody has ruled, in the order in which they came."""
    known = judgments.c
    is_ruled = exists().where(rulings.c.judgment == known.id)
    return (
        select(*(column for column in known if column.name != "body"))
        .where(text("judgments.status = 'quarantined'"), (known.is_first == 0) | ~is_ruled)
        .order_by(known.feed)
    )


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        row.feed,
        row.id,
        row.reason,
        row.tutor,
        row.device,
        row.dseq,
        row.task,
        row.received_at,
        bool(row.is_first) and row.reason not in _NEVER,
    )


def rule(context: Context, actor: str, judgment: str, act: Act) -> Ruled:
    """Release or reject a quarantined judgment; see `rule_each`."""
    (ruled,) = rule_each(context, actor, [judgment], act)
    return ruled


def rule_each(context: Context, actor: str, wanted: Sequence[str], act: Act) -> Iterator[Ruled]:
    """Release or reject quarantined judgments, one by one: what was ruled stands when one is refused.

    Released, one is accepted when its assignment kept its place or one is free, else it is surplus.
    Where the server has forgotten the assignment, it is made again first, from the task that the judgment
    was made of. Rejected, one stays in quarantine and its place is given back. A rejected one can be
    released later.

    Args:
        context: The project.
        actor: Who decides.
        wanted: Ids of judgments.
        act: What is decided.

    Raises:
        Rejected: not_found, own_work, or conflict: it does not wait, or no task is found for it.
    """
    origins = tracing.origins(context, wanted) if act == "release" else {}
    for judgment in wanted:
        yield _rule(context, actor, judgment, act, origins.get(judgment, ()))


def release_all(
    context: Context, actor: str, reason: str, advance: Callable[[], object] = lambda: None
) -> Released:
    """Release all judgments that wait for one reason, in the order in which they came.

    Args:
        context: The project.
        actor: Who decides.
        reason: One of `Releasable`.
        advance: Told of each judgment that was looked at.

    Raises:
        Rejected: bad_request: nothing waits for such a reason that could be released.
    """
    reasons = get_args(Releasable)
    if reason not in reasons:
        raise Rejected("bad_request", f"the reason is none of {', '.join(reasons)}")
    query = _queue().where(judgments.c.reason == reason, judgments.c.is_first == 1)
    with context.database.read() as connection:
        wanted = list(connection.execute(query.with_only_columns(judgments.c.id)).scalars())
    origins = tracing.origins(context, wanted)
    ruled, left = [], []
    for judgment in wanted:
        try:
            ruled.append(_rule(context, actor, judgment, "release", origins.get(judgment, ())))
        except Rejected as refusal:
            left.append(Left(judgment, refusal.detail or refusal.code.title))
        advance()
    return Released(tuple(ruled), tuple(left))


def _rule(context: Context, actor: str, judgment: str, act: Act, origins: Sequence[str]) -> Ruled:
    def run(connection: Connection) -> Ruled:
        row = _found(connection, judgment)
        # Two who decide at once go one after the other here; the second sees what the first did.
        lent = _assignment(connection, row)
        _check(connection, actor, row, act)
        if act == "release":
            lent = lent or _recovered(connection, context, row, origins)
            ruled = _release(connection, context, row, lent)
        else:
            ruled = _reject(connection, row, lent)
        connection.execute(
            insert(rulings).values(
                feed=next_feed(connection),
                judgment=judgment,
                tutor=row.tutor,
                status=ruled.status,
                reason=ruled.reason,
                by=actor,
                at=context.database.stamp(),
            )
        )
        auditing.record(connection, actor, f"quarantine.{act}", judgment, {"status": ruled.status})
        return ruled

    return context.database.run(run)


def _found(connection: Connection, judgment: str) -> Row[Any]:
    query = select(judgments).where(judgments.c.id == judgment, judgments.c.is_first == 1)
    # PostgreSQL takes no zero character, not even to look for it.
    row = connection.execute(query).one_or_none() if "\0" not in judgment else None
    if row is None:
        raise Rejected("not_found", "there is no such judgment")
    return row


def _check(connection: Connection, actor: str, row: Row[Any], act: Act) -> None:
    if row.tutor == actor or (act == "release" and row.reason == "own_work"):
        raise Rejected("own_work")
    standing = standing_rulings(connection, [row.id])
    status, reason = standing.get(row.id, (row.status, row.reason))
    if status != "quarantined" or (act == "reject" and reason == "rejected"):
        raise Rejected("conflict", f"the judgment is {reason or status}")


def _assignment(connection: Connection, row: Row[Any]) -> Row[Any] | None:
    """The judgment's own assignment, locked; None when it is someone else's or there is none."""
    query = select(assignments).where(
        assignments.c.id == row.assignment, assignments.c.tutor == row.tutor
    )
    return connection.execute(query.with_for_update()).one_or_none()


def _recovered(
    connection: Connection, context: Context, row: Row[Any], origins: Sequence[str]
) -> Row[Any] | None:
    """The judgment's assignment, made again where it was forgotten; None when it is someone else's."""
    if row.reason != "unassigned":
        return None
    recovering.recover(connection, context, row, origins)
    return _assignment(connection, row)


def _release(
    connection: Connection, context: Context, row: Row[Any], lent: Row[Any] | None
) -> Ruled:
    if lent is None:
        return Ruled(row.id, "surplus", "late")
    if row.task is None:
        recovering.connect(connection, lent.id, lent.task)
    if _is_overtaken(connection, row):
        return Ruled(row.id, "accepted", None)
    has_place = lent.kind != "label" or lent.state in HOLDING
    if _is_put_aside(row):
        if lent.state in {*HOLDING, "expired"}:
            _turn(connection, context, lent, "expired")
        if lent.kind == "label" and lent.state in HOLDING:
            free_places(connection, [lent.task])
        return Ruled(row.id, "accepted", None)
    if not has_place and not take_places(connection, [lent.task], even_withdrawn=True):
        if lent.state == "expired":
            _turn(connection, context, lent, "surplus")
        return Ruled(row.id, "surplus", "late")
    _turn(connection, context, lent, "accepted")
    return Ruled(row.id, "accepted", None)


def _is_overtaken(connection: Connection, row: Row[Any]) -> bool:
    """Whether what its tutor said later of the assignment is accepted: that has the place, or gave it back."""
    known = judgments.c
    query = select(known.id, known.status).where(
        known.assignment == row.assignment,
        known.tutor == row.tutor,
        known.is_first == 1,
        known.feed > row.feed,
    )
    later = {one.id: one.status for one in connection.execute(query)}
    ruled = {key: status for key, (status, _) in standing_rulings(connection, later).items()}
    return "accepted" in (later | ruled).values()


def _is_put_aside(row: Row[Any]) -> bool:
    """Whether it says something else of its task than a judgment, and needs no place."""
    said = None if row.body is None else said_of(row.body)
    return said is not None and said.disposition != "done"


def _turn(connection: Connection, context: Context, lent: Row[Any], state: str) -> None:
    connection.execute(
        update(assignments)
        .where(assignments.c.id == lent.id)
        .values(state=state, judged_at=context.database.stamp())
    )


def _reject(connection: Connection, row: Row[Any], lent: Row[Any] | None) -> Ruled:
    if lent is not None and lent.state == "held":
        connection.execute(
            update(assignments).where(assignments.c.id == lent.id).values(state="expired")
        )
        if lent.kind == "label":
            free_places(connection, [lent.task])
    return Ruled(row.id, "quarantined", "rejected")
