"""Tasks that a server takes back, and texts that must go."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tutorcli.core.canonical import dumps
from tutorcli.core.erasing import MARK, erased
from tutorcli.core.task import task_from_json, task_to_json
from tutorcli.errors import StoreError
from tutorcli.store import closing
from tutorcli.store.db import Queue, Store
from tutorcli.store.drafts import Drafts
from tutorcli.store.importing import row_of
from tutorcli.store.schema import utc_now

if TYPE_CHECKING:
    # The screen starts without the bodies of sync.
    from tutorcli.core.wire import Withdrawn

__all__ = [
    "MARK",
    "Withdrawals",
    "drafted",
    "erase",
    "erase_drafts",
    "forget",
    "is_erased",
    "take_back",
]


@dataclass(slots=True)
class Withdrawals:
    """How many tasks were taken back, by reason."""

    withdrawn: int = 0
    purged: int = 0
    expired: int = 0


def take_back(
    queue: Queue, channel: str, withdrawn: "Iterable[Withdrawn]", drafted: Collection[str]
) -> Withdrawals:
    """Do as the server says; inside a `write`.

    A task whose lease has ended stays, lent no more, when something was said of it: late work is
    kept as well.

    Args:
        queue: Where.
        channel: Name of the channel; tasks of others are left alone.
        withdrawn: What the server took back.
        drafted: Tasks with a draft.
    """
    counts = Withdrawals()
    for item in withdrawn:
        row = queue.row(
            "SELECT state, title, EXISTS (SELECT 1 FROM judgments WHERE task = tasks.id) FROM tasks"
            " WHERE id = ? AND channel = ? AND replaced_by IS NULL",
            (item.assignment, channel),
        )
        if row is None:
            continue
        state, title, is_judged = row
        if item.reason == "expired" and (is_judged or item.assignment in drafted):
            queue.execute(
                "UPDATE tasks SET lease = NULL WHERE id = ? AND replaced_by IS NULL",
                (item.assignment,),
            )
            continue
        if item.reason == "purged":
            counts.purged += not title.startswith(MARK)
            erase(queue, item.assignment)
        elif state != "withdrawn":
            counts.expired += item.reason == "expired"
            counts.withdrawn += item.reason == "withdrawn"
        queue.execute(
            "UPDATE tasks SET state = 'withdrawn', updated_at = ?"
            " WHERE id = ? AND state <> 'withdrawn'",
            (utc_now(), item.assignment),
        )
    return counts


def drafted(folder: Path) -> frozenset[str]:
    """The tasks of a home that have a draft."""
    if not (folder / "drafts.db").exists():
        return frozenset()
    with Drafts.open(folder) as drafts:
        return frozenset(task_id for task_id, _ in drafts.touched())


def erase(queue: Queue, task_id: str) -> None:
    """Put hashes in place of the texts of a task and of its earlier versions; inside a `write`.

    Its own hash stays, for judgments name it. What is overwritten is filled with zeros (`tune`).
    """
    rows = queue.rows(
        "SELECT t.seq, b.body FROM tasks t JOIN task_bodies b ON b.seq = t.seq WHERE t.id = ?",
        (task_id,),
    )
    for seq, body in rows:
        task = erased(task_from_json(json.loads(body)))
        row = row_of(task, dumps(task_to_json(task)).encode())
        queue.execute(
            "UPDATE task_bodies SET body = CAST(? AS TEXT) WHERE seq = ?", (row.body, seq)
        )
        queue.execute(
            "UPDATE tasks SET title = ?, folded = ? WHERE seq = ?", (row.title, row.folded, seq)
        )


def is_erased(queue: Queue, task_id: str) -> bool:
    """Whether a server called the text of a task back."""
    row = queue.row(
        "SELECT t.title, b.body FROM tasks t JOIN task_bodies b ON b.seq = t.seq WHERE t.id = ?"
        " AND t.replaced_by IS NULL AND t.state = 'withdrawn' AND t.channel <> 'local'",
        (task_id,),
    )
    if row is None or not row[0].startswith(MARK):
        return False
    task = task_from_json(json.loads(row[1]))
    return erased(task) == task


def erase_drafts(queue: Queue) -> int:
    """Remove the drafts of tasks that are erased or closed, for a draft holds copies of the text; how many.

    A process that died between the erasing of a task and this leaves them to the next one.
    """
    if not (queue.folder / "drafts.db").exists():
        return 0
    with Drafts.open(queue.folder) as drafts:
        touched = [task_id for task_id, _ in drafts.touched()]
        gone = [it for it in touched if is_erased(queue, it) or closing.is_closed(queue, it)]
        for task_id in gone:
            drafts.discard(task_id)
        if gone:
            forget(drafts)
    return len(gone)


def forget(store: Store) -> None:
    """Have the journal hold no text that is gone from the file, unless somebody is reading it."""
    store.execute("PRAGMA busy_timeout=0")
    try:
        store.row("PRAGMA wal_checkpoint(TRUNCATE)")
    except StoreError:
        # Another process is at work; its next checkpoint writes over it.
        pass
    finally:
        store.execute(f"PRAGMA busy_timeout={round(store.busy_s * 1000)}")
