"""Judgments that a server did not simply accept, as it was told last."""

from dataclasses import dataclass

from tutorcli.store.db import Queue


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """A judgment and what the server says of it."""

    judgment: str
    task: str
    status: str
    """surplus, quarantined or invalid."""
    reason: str | None


def not_accepted(queue: Queue, channel: str) -> list[NotAccepted]:
    """Judgments of a channel that stand as surplus, quarantined or invalid, in the order of the news."""
    rows = queue.rows(
        "SELECT o.judgment, j.task, o.status, o.reason"
        " FROM outcomes o JOIN judgments j ON j.id = o.judgment"
        " WHERE j.channel = ? AND o.status IN ('surplus', 'quarantined', 'invalid')"
        " AND NOT EXISTS (SELECT 1 FROM outcomes l"
        "   WHERE l.judgment = o.judgment AND l.rowid > o.rowid)"
        " ORDER BY o.rowid",
        (channel,),
    )
    return [NotAccepted(*row) for row in rows]
