"""Judgments of a push beside those that are stored: their status, their rows, their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select, update

from tutorcli.core.judgment import Judgment
from tutorcli.core.wire import ItemResult, Reason, Status
from tutorcli.server.bulk import insert_rows
from tutorcli.server.problems import Rejected
from tutorcli.server.services import deciding
from tutorcli.server.services.arrivals import Arrival
from tutorcli.server.services.deciding import Known, Lent
from tutorcli.server.services.hiding import is_kept
from tutorcli.server.services.leases import free_places, take_places
from tutorcli.server.storage import next_feed
from tutorcli.server.tables import assignments, judgments, rulings, subjects, tasks

_IDS_AT_ONCE = 10_000
"""A thousand judgments can be about a hundred others each; PostgreSQL takes 65,535 values."""
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_STORED = select(
    judgments.c.dseq,
    judgments.c.sha256,
    judgments.c.id,
    judgments.c.is_first,
    judgments.c.status,
    judgments.c.reason,
).where(
    judgments.c.device == bindparam("device"),
    judgments.c.dseq.between(bindparam("first"), bindparam("last")),
)
_RULED = (
    select(rulings.c.judgment, rulings.c.status, rulings.c.reason)
    .where(rulings.c.judgment.in_(_IDS))
    .order_by(rulings.c.feed)
)
_FIRSTS = select(judgments.c.id, judgments.c.sha256, judgments.c.tutor).where(
    judgments.c.id.in_(_IDS), judgments.c.is_first == 1
)
_LENT = (
    select(
        assignments.c.id,
        assignments.c.task,
        assignments.c.tutor,
        assignments.c.kind,
        assignments.c.state,
        assignments.c.sha256,
        tasks.c.state.label("task_state"),
        subjects.c.pack,
        subjects.c.guideline,
    )
    .join(tasks, tasks.c.id == assignments.c.task)
    .outerjoin(
        subjects,
        (subjects.c.domain == tasks.c.domain) & (subjects.c.language == tasks.c.language),
    )
    .where(assignments.c.id.in_(_IDS))
    # One order for all, so that two pushes do not wait for one another.
    .order_by(assignments.c.id)
    .with_for_update(of=assignments)
)
_TURN = (
    update(assignments)
    .where(assignments.c.id.in_(_IDS))
    .values(state=bindparam("new_state"), judged_at=bindparam("judged"))
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What all items of a push share."""

    tutor: str
    device: str
    clock_offset_ms: int | None
    now: str


@dataclass(slots=True)
class _Verdict:
    """What becomes of one item."""

    status: Status = "accepted"
    reason: Reason | None = None
    is_first: bool = False
    judgment: Judgment | None = None
    lent: Lent | None = None


@dataclass(frozen=True, slots=True)
class _Here:
    """What is stored already of a push."""

    firsts: dict[str, bytes]
    """Id of a judgment: the hash of its bytes."""
    known: Known


def results_of(connection: Connection, device: str, arrived: Sequence[Arrival]) -> list[ItemResult]:
    """What has become of items that are stored; their status is that of now.

    Raises:
        Rejected: device_forked: an item has other bytes than the one stored under its number.
    """
    if not arrived:
        return []
    span = {"device": device, "first": arrived[0].dseq, "last": arrived[-1].dseq}
    rows = {row.dseq: row for row in connection.execute(_STORED, span)}
    for item in arrived:
        if bytes(rows[item.dseq].sha256) != item.sha256:
            raise Rejected("device_forked", f"number {item.dseq} has other bytes than before")
    ids = [row.id for row in rows.values() if row.is_first]
    ruled = {row.judgment: row for row in connection.execute(_RULED, {"ids": ids})} if ids else {}
    results = []
    for dseq, row in sorted(rows.items()):
        said = ruled.get(row.id, row) if row.is_first else row
        results.append(ItemResult(dseq, said.status, said.reason, row.id))
    return results


def keep(
    connection: Connection, envelope: Envelope, arrived: Sequence[Arrival]
) -> list[ItemResult]:
    """Decide and store new items, in order."""
    if not arrived:
        return []
    here = _here(connection, envelope.tutor, arrived)
    verdicts = [_first_look(item, here) for item in arrived]
    _take_places(connection, verdicts)
    for verdict in verdicts:
        _settle(verdict)
    _let_go(here.known, arrived)
    _turn(connection, envelope.now, here.known.assignments.values())
    feed = next_feed(connection, len(arrived))
    pairs = list(zip(arrived, verdicts, strict=True))
    rows = [_row(envelope, number, *pair) for number, pair in enumerate(pairs, feed)]
    insert_rows(connection, judgments, rows)
    return [_result(*pair) for pair in pairs]


def _result(item: Arrival, verdict: _Verdict) -> ItemResult:
    key = verdict.judgment.id if verdict.judgment else None
    return ItemResult(item.dseq, verdict.status, verdict.reason, key)


def _here(connection: Connection, tutor: str, arrived: Sequence[Arrival]) -> _Here:
    read = [item.judgment for item in arrived if item.judgment is not None]
    named = {judgment.assignment for judgment in read}
    named.update(item.assignment for item in arrived if item.assignment is not None)
    if not named:
        return _Here({}, Known(tutor, {}, {}))
    ids = sorted({judgment.id for judgment in read})
    firsts = {row.id: bytes(row.sha256) for row in connection.execute(_FIRSTS, {"ids": ids})}
    lent = connection.execute(_LENT, {"ids": sorted(named)})
    assigned = {row.id: Lent(*row) for row in lent}
    return _Here(firsts, Known(tutor, assigned, _authors(connection, read)))


def _authors(connection: Connection, read: Iterable[Judgment]) -> dict[str, str]:
    """Whose the judgments are that others are about."""
    about = sorted({other for judgment in read for other in judgment.about})
    authors: dict[str, str] = {}
    for start in range(0, len(about), _IDS_AT_ONCE):
        some = about[start : start + _IDS_AT_ONCE]
        authors |= {row.id: row.tutor for row in connection.execute(_FIRSTS, {"ids": some})}
    return authors


def _first_look(item: Arrival, here: _Here) -> _Verdict:
    judgment = item.judgment
    if judgment is None:
        return _Verdict("invalid", item.fault)
    lent = here.known.assignments.get(judgment.assignment)
    stored = here.firsts.get(judgment.id)
    if stored == item.sha256:
        return _Verdict("duplicate", judgment=judgment, lent=lent)
    if stored is not None:
        return _Verdict("quarantined", "id_reused", judgment=judgment, lent=lent)
    here.firsts[judgment.id] = item.sha256
    if reason := deciding.objection(judgment, here.known):
        return _Verdict("quarantined", reason, is_first=True, judgment=judgment, lent=lent)
    return _Verdict(is_first=True, judgment=judgment, lent=lent)


def _take_places(connection: Connection, verdicts: Iterable[_Verdict]) -> None:
    """Places for late work, where some are free still.

    Late gold tasks and repeats fare as the ordinary late ones of the same push do: if they were always
    accepted, that would tell them from the others.
    """
    late = {
        verdict.lent.id: verdict.lent
        for verdict in verdicts
        if verdict.status == "accepted"
        and verdict.judgment is not None
        and verdict.lent is not None
        and deciding.needs_place(verdict.judgment, verdict.lent)
    }
    ordinary = {lent.task: lent for lent in late.values() if lent.counts}
    for task in take_places(connection, ordinary):
        ordinary[task].had_place = True
    twins = [(lent.id, lent.had_place) for lent in ordinary.values()]
    for lent in late.values():
        if not lent.counts:
            lent.had_place = is_kept(lent.id, twins)


def _settle(verdict: _Verdict) -> None:
    if verdict.judgment is None or verdict.lent is None:
        return
    if verdict.status == "accepted":
        verdict.status, verdict.reason = deciding.settle(verdict.judgment, verdict.lent)
    elif verdict.reason in {"stale_text", "stale_guideline"}:
        deciding.hold(verdict.lent)


def _let_go(known: Known, arrived: Iterable[Arrival]) -> None:
    """Free what the items without a body were about: nobody can judge it by them."""
    for item in arrived:
        lent = known.assignments.get(item.assignment or "")
        if lent is not None:
            deciding.let_go(lent, known.tutor)


def _turn(connection: Connection, now: str, lent: Iterable[Lent]) -> None:
    """Write the states that assignments have now, and give back the places that they left."""
    moved: dict[str, list[str]] = {}
    left: list[str] = []
    for assignment in lent:
        if assignment.state != assignment.stored_state:
            moved.setdefault(assignment.state, []).append(assignment.id)
        if deciding.gives_back(assignment):
            left.append(assignment.task)
    for state, ids in moved.items():
        connection.execute(_TURN, {"ids": ids, "new_state": state, "judged": now})
    if left:
        free_places(connection, left)


def _row(envelope: Envelope, feed: int, item: Arrival, verdict: _Verdict) -> tuple[Any, ...]:
    """The row of an item, its columns in the table's order."""
    judgment, lent = verdict.judgment, verdict.lent
    return (
        envelope.device,
        item.dseq,
        feed,
        judgment.id if judgment else None,
        int(verdict.is_first),
        item.sha256,
        None if verdict.status == "duplicate" else item.body,
        envelope.tutor,
        lent.task if lent else None,
        judgment.assignment if judgment else None,
        verdict.status,
        verdict.reason,
        envelope.clock_offset_ms,
        envelope.now,
    )
