"""Tasks taken back: withdrawn, or purged with their texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from tutorcli.core.canonical import dumps, loads
from tutorcli.core.erasing import erased
from tutorcli.core.task import Task, task_from_json, task_to_json
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing
from tutorcli.server.services.leases import free_places
from tutorcli.server.services.sweeping import sweep
from tutorcli.server.storage import next_feed
from tutorcli.server.tables import assignments, golds, judgments, tasks

_AT_ONCE = 500
_NAMED = 5
"""Unknown ids that a refusal names."""


@dataclass(frozen=True, slots=True)
class Which:
    """The tasks that an act is about: by id, or a whole batch."""

    __pydantic_config__: ClassVar[Any] = {"strict": True, "extra": "forbid"}

    ids: tuple[str, ...] = ()
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What was taken back."""

    tasks: int
    assignments: int
    """Of which a tutor's home is told."""
    judgments: int = 0
    """Whose text was purged."""


def withdraw(context: Context, actor: str, which: Which) -> Gone:
    """Hand tasks out no more, and take them back from those who have not judged them.

    What was judged stays as it is; work that arrives later waits for a lead.

    Raises:
        Rejected: not_found, or bad_request when nothing is named.
    """

    def act(connection: Connection) -> Gone:
        gone = take_back(connection, _found(connection, which))
        auditing.record(
            connection, actor, "tasks.withdraw", which.batch or "", _detail(which, gone)
        )
        return gone

    return context.database.run(act)


def take_back(connection: Connection, wanted: Sequence[str]) -> Gone:
    """Withdraw those of some tasks that are open, in a transaction that goes on."""
    rows, lent = _locked(connection, wanted)
    open_ones = {row.id for row in rows if row.state == "open"}
    _set_state(connection, sorted(open_ones), "withdrawn")
    told = [row for row in lent if row.task in open_ones and row.state == "open"]
    _end(connection, told, "withdrawn")
    _tell(connection, told)
    return Gone(len(open_ones), len(told))


def purge(context: Context, actor: str, which: Which, *, with_judgments: bool = False) -> Gone:
    """Replace the texts of tasks by their hashes, here and at the tutors'.

    Hashes stay, so that chains and exports still verify. Twice, it does nothing more.

    Args:
        context: The project.
        actor: Who does it.
        which: The tasks.
        with_judgments: Whether the texts of their judgments go too; figures made of them stay.

    Raises:
        Rejected: not_found, or bad_request when nothing is named.
    """

    def act(connection: Connection) -> Gone:
        found = _found(connection, which)
        rows, lent = _locked(connection, found)
        whole = {row.id for row in rows if row.state != "purged"}
        lent = [row for row in lent if row.task in whole]
        _blank(connection, sorted(whole))
        _set_state(connection, sorted(whole), "purged")
        _end(connection, [row for row in lent if row.state in {"open", "withdrawn"}], "purged")
        taken = _blank_judgments(connection, found) if with_judgments else 0
        _tell(connection, lent)
        gone = Gone(len(whole), len(lent), taken)
        auditing.record(connection, actor, "tasks.purge", which.batch or "", _detail(which, gone))
        return gone

    gone = context.database.run(act)
    sweep(context)
    return gone


def _detail(which: Which, gone: Gone) -> dict[str, Any]:
    return {
        "ids": list(which.ids),
        "tasks": gone.tasks,
        "assignments": gone.assignments,
        "judgments": gone.judgments,
    }


def _found(connection: Connection, which: Which) -> list[str]:
    """The ids of the tasks that are named."""
    if not which.ids and which.batch is None:
        raise Rejected("bad_request", "name tasks or a batch")
    if any("\0" in name for name in (*which.ids, which.batch or "")):
        raise Rejected("not_found", "no such task")
    found: set[str] = set()
    if which.batch is not None:
        found.update(
            connection.execute(select(tasks.c.id).where(tasks.c.batch == which.batch)).scalars()
        )
        if not found:
            raise Rejected("not_found", f'no task has the batch "{which.batch}"')
    for some in _parts(sorted(set(which.ids) - found)):
        found.update(connection.execute(select(tasks.c.id).where(tasks.c.id.in_(some))).scalars())
    missing = sorted(set(which.ids) - found)
    if missing:
        raise Rejected("not_found", f"no such task: {', '.join(missing[:_NAMED])}")
    return sorted(found)


def _locked(connection: Connection, ids: Sequence[str]) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Some tasks and their assignments, locked; assignments first, as pushes do."""
    _lent(connection, ids)
    rows: list[Row[Any]] = []
    query = select(tasks.c.id, tasks.c.state).order_by(tasks.c.id).with_for_update()
    for some in _parts(ids):
        rows += connection.execute(query.where(tasks.c.id.in_(some)))
    # Again, for some may have been handed out before the tasks were locked.
    return rows, _lent(connection, ids)


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _set_state(connection: Connection, ids: Sequence[str], state: str) -> None:
    for some in _parts(ids):
        connection.execute(update(tasks).where(tasks.c.id.in_(some)).values(state=state))


def _lent(connection: Connection, ids: Sequence[str]) -> list[Row[Any]]:
    """All assignments of some tasks, locked."""
    rows: list[Row[Any]] = []
    for some in _parts(ids):
        query = select(
            assignments.c.id, assignments.c.task, assignments.c.kind, assignments.c.state
        )
        for kind in (assignments.c.kind != "repeat", assignments.c.kind == "repeat"):
            chosen = query.where(assignments.c.task.in_(some), kind)
            rows += connection.execute(chosen.order_by(assignments.c.id).with_for_update())
    return rows


def _end(connection: Connection, rows: Sequence[Row[Any]], state: str) -> None:
    for some in _parts([row.id for row in rows]):
        connection.execute(
            update(assignments).where(assignments.c.id.in_(some)).values(state=state)
        )
    free_places(
        connection, (row.task for row in rows if row.kind == "label" and row.state == "open")
    )


def _tell(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Let the tutors' homes hear of it at their next pull."""
    if rows:
        first = next_feed(connection, len(rows))
        connection.execute(
            update(assignments)
            .where(assignments.c.id == bindparam("key"))
            .values(notice=bindparam("number")),
            [{"key": row.id, "number": number} for number, row in enumerate(rows, first)],
        )


def _blank(connection: Connection, ids: Sequence[str]) -> None:
    for some in _parts(ids):
        query = select(tasks.c.id, tasks.c.body).where(tasks.c.id.in_(some))
        blank = [{"key": row.id, "text": blanked(row.body)} for row in connection.execute(query)]
        connection.execute(
            update(tasks).where(tasks.c.id == bindparam("key")).values(body=bindparam("text")),
            blank,
        )
        # What is known of a gold task may quote its text.
        connection.execute(delete(golds).where(golds.c.task.in_(some)))


def blanked(body: str) -> str:
    """A task's canonical JSON with ``sha256:<hash>`` for each of its texts.

    Ids of answers stay, because judgments name them; labels, which may quote a text, are left out.
    """
    left = erased(task_from_json(loads(body)))
    bare = Task(
        left.id,
        left.domain,
        left.language,
        tuple(replace(answer, model=None, revision_of=None) for answer in left.answers),
        prompt=left.prompt,
        messages=left.messages,
        reference=left.reference,
        context=left.context,
        rubric=tuple(replace(criterion, axis=None, tags=()) for criterion in left.rubric),
        protocol=left.protocol,
        batch=left.batch,
        overlap=left.overlap,
    )
    return dumps(task_to_json(bare))


def _blank_judgments(connection: Connection, ids: Sequence[str]) -> int:
    taken = 0
    for some in _parts(ids):
        statement = update(judgments).where(judgments.c.task.in_(some))
        taken += connection.execute(
            statement.where(judgments.c.body.is_not(None)).values(body=None)
        ).rowcount
    return taken
