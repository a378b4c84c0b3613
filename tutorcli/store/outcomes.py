"""What became of judgments on a server, as it was told; appended, never changed."""

from collections.abc import Iterable

from tutorcli.core.wire import Outcome
from tutorcli.store.db import Queue
from tutorcli.store.schema import utc_now


def news(queue: Queue, told: Iterable[Outcome]) -> list[Outcome]:
    """Those that differ from what was told of their judgments last, in their order."""
    last: dict[str, Outcome | None] = {}
    found = []
    for outcome in told:
        key = outcome.judgment
        if key not in last:
            last[key] = last_of(queue, key)
        if last[key] != outcome:
            last[key] = outcome
            found.append(outcome)
    return found


def add(queue: Queue, found: Iterable[Outcome]) -> None:
    """Store what `news` found; inside a `write`."""
    now = utc_now()
    queue.executemany(
        "INSERT INTO outcomes (judgment, status, reason, at) VALUES (?, ?, ?, ?)",
        [(outcome.judgment, outcome.status, outcome.reason, now) for outcome in found],
    )


def last_of(queue: Queue, judgment_id: str) -> Outcome | None:
    """What was told of a judgment last; None while nothing was."""
    row = queue.row(
        "SELECT judgment, status, reason FROM outcomes WHERE judgment = ? ORDER BY rowid DESC LIMIT 1",
        (judgment_id,),
    )
    return Outcome(*row) if row else None
