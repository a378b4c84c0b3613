"""What a tutor holds: leases prolonged, lapsed ones taken up again or told to be lost."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, text, update

from tutorcli.core.wire import MOST_HELD, PullRequest, Withdrawn
from tutorcli.server.context import Context
from tutorcli.server.services.handing import Lot
from tutorcli.server.services.hiding import is_kept
from tutorcli.server.services.leases import lease_end, renewal_line, take_places
from tutorcli.server.tables import assignments, judgments, tasks


@dataclass(slots=True)
class Holdings:
    """A tutor's assignments, as far as one home is concerned."""

    rows: dict[str, Row[Any]]
    """Open ones of the tutor, and all that the home says it holds; by id."""
    held: list[str]
    """Open here; in the order of the request."""
    elsewhere: list[str]
    """Open, but not here: the reply of an earlier pull was lost, or another machine has them."""
    lapsed: list[str]
    """Here, but the lease has run out and the place was given back; nothing was judged."""
    lost: list[Withdrawn] = field(default_factory=list)
    """What the home must put away."""
    leases: dict[str, str] = field(default_factory=dict)
    """Until when each is lent that is open here."""

    def lot(self, assignment: str) -> Lot:
        """One of the rows as it is handed out."""
        return lot_of(self.rows[assignment], self.leases.get(assignment))


def lot_of(row: Row[Any], expires: str | None = None) -> Lot:
    """An assignment's row as it is handed out; ``expires`` where it has just been prolonged."""
    return Lot(
        row.id,
        row.task,
        row.kind,
        row.protocol,
        row.priority,
        row.due,
        expires or row.expires_at,
        row.pack,
        row.guideline,
        is_open=row.state == "open",
    )


LOT = (assignments, tasks.c.protocol, tasks.c.state.label("task_state"))
"""What `lot_of` needs of a row."""
_HELD = (
    select(*LOT)
    .join(tasks, tasks.c.id == assignments.c.task)
    .where(assignments.c.tutor == bindparam("tutor"))
    .where(
        or_(
            text("assignments.state = 'open'"),
            assignments.c.id.in_(bindparam("holding", expanding=True)),
        )
    )
)
_LOCKED = _HELD.order_by(assignments.c.id).with_for_update(of=assignments)


def holdings(
    connection: Connection,
    tutor: str,
    request: PullRequest,
    protocols: Collection[str],
    *,
    is_locking: bool,
) -> Holdings:
    """What stands open for a tutor, seen from one home.

    Args:
        connection: In a write transaction when ``is_locking``.
        tutor: Who asks.
        request: What the home holds and can show.
        protocols: Refs of the protocols that it can show; others are not offered to it.
        is_locking: Whether the rows are about to be changed.
    """
    query = _LOCKED if is_locking else _HELD
    found_rows = connection.execute(query, {"tutor": tutor, "holding": request.holding})
    rows = {row.id: row for row in found_rows}
    here = dict.fromkeys(request.holding)
    found = Holdings(
        rows,
        held=[key for key in here if key in rows and _is_open(rows[key])],
        elsewhere=[
            key
            for key, row in rows.items()
            if key not in here and _is_open(row) and row.protocol in protocols
        ],
        lapsed=[key for key in here if key in rows and rows[key].state == "expired"],
    )
    found.elsewhere.sort(key=lambda key: found.lot(key).place)
    found.lapsed = _unjudged(connection, found.lapsed)
    found.lost = _gone(here, rows)
    found.leases = {key: rows[key].expires_at for key in found.held}
    return found


def open_ids(connection: Connection, tutor: str) -> list[str]:
    """What a tutor is to judge, on whatever machine; sorted, at most `MOST_HELD`."""
    rows = connection.execute(_HELD, {"tutor": tutor, "holding": ()})
    return sorted(row.id for row in rows if _is_open(row))[:MOST_HELD]


def _is_open(row: Row[Any]) -> bool:
    """Whether it is to be judged; what was handed out while a lead took its task back is not."""
    return bool(row.state == "open" and row.task_state == "open")


def _gone(here: Collection[str], rows: dict[str, Row[Any]]) -> list[Withdrawn]:
    """What the home holds and the server has taken back, or has never heard of."""
    gone = []
    for key in here:
        row = rows.get(key)
        if row is None or row.task_state == "purged" or _is_taken_back(row):
            is_purged = row is not None and row.task_state == "purged"
            gone.append(Withdrawn(key, "purged" if is_purged else "withdrawn"))
    return gone


def _is_taken_back(row: Row[Any]) -> bool:
    return row.state in {"withdrawn", "purged"} or (row.state == "open" and not _is_open(row))


def _unjudged(connection: Connection, lapsed: list[str]) -> list[str]:
    """A task that was put aside gave its place back too; that one stays as its tutor left it."""
    if not lapsed:
        return []
    query = select(judgments.c.assignment).where(judgments.c.assignment.in_(lapsed)).distinct()
    judged = set(connection.execute(query).scalars())
    return [key for key in lapsed if key not in judged]


def due_for_renewal(context: Context, found: Holdings, offered: Sequence[str]) -> list[str]:
    """Those of the held and offered ones of which less than half of the lease is left."""
    line = renewal_line(context)
    return [key for key in (*found.held, *offered) if found.rows[key].expires_at < line]


def settle(
    connection: Connection, context: Context, found: Holdings, offered: Sequence[str]
) -> None:
    """Prolong leases and take up lapsed ones again; ``found`` is brought up to date.

    Args:
        connection: Of a write transaction; `holdings` was called in it, locking.
        context: The project.
        found: What is held.
        offered: Those of `Holdings.elsewhere` that are handed out again now.
    """
    end = lease_end(context)
    again = _taken_up(connection, found)
    changing = [*due_for_renewal(context, found, offered), *again]
    if changing:
        connection.execute(
            update(assignments)
            .where(assignments.c.id.in_(bindparam("ids", expanding=True)))
            .values(state="open", expires_at=end),
            {"ids": changing},
        )
    found.leases.update(dict.fromkeys(changing, end))
    found.held += again
    found.lost += [Withdrawn(key, "expired") for key in found.lapsed if key not in again]
    found.lapsed = []


def _taken_up(connection: Connection, found: Holdings) -> list[str]:
    """The lapsed ones that stay with this tutor, because nobody else has their places."""
    rows = [found.rows[key] for key in found.lapsed]
    # Nobody takes up what a lead took back, whatever it is.
    rows = [row for row in rows if row.task_state == "open"]
    taken = take_places(connection, (row.task for row in rows if row.kind == "label"))
    twins = [(row.id, row.task in taken) for row in rows if row.kind == "label"]
    return [
        row.id
        for row in rows
        if (row.task in taken if row.kind == "label" else is_kept(row.id, twins))
    ]
