"""Tasks by who lent them: a server, or nobody."""

from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.store.tasks import HIDDEN

_OPEN_THERE = f"""
    SELECT t.id FROM tasks t
    WHERE t.channel = ?1 AND t.channel <> 'local' AND t.state <> 'withdrawn' AND t.lease IS NOT NULL
        AND t.replaced_by IS NULL AND t.import_id IS NOT {HIDDEN}
        AND (t.state = 'open' OR EXISTS (SELECT 1 FROM judgments WHERE task = t.id))
        AND NOT EXISTS (
            SELECT 1 FROM judgments j WHERE j.task = t.id AND j.channel = t.channel
                AND (j.device <> ?2 OR j.dseq <= ?3)
                AND coalesce((SELECT status FROM outcomes WHERE judgment = j.id
                    AND coalesce(reason, '') <> 'too_large'
                    ORDER BY rowid DESC LIMIT 1), '') <> 'invalid')
    ORDER BY t.id
"""  # noqa: S608


def channel_of(queue: Queue, task_id: str) -> str:
    """Who lent a task; ``local`` also where there is no such task."""
    row = queue.row("SELECT channel FROM live_tasks WHERE id = ?", (task_id,))
    return str(row[0]) if row else "local"


def lease_of(queue: Queue, task_id: str) -> str | None:
    """Until when a task is lent."""
    row = queue.row("SELECT lease FROM live_tasks WHERE id = ?", (task_id,))
    return row[0] if row else None


def open_there(queue: Queue, channel: Channel) -> list[str]:
    """The channel's tasks that stand open on its server, as far as this home can know; sorted.

    Judged ones among them, whose judgments the server has not or could not read; not those whose
    judgment was taken back or too large, or whose lease has ended.
    """
    rows = queue.rows(_OPEN_THERE, (channel.name, channel.device, channel.have))
    return [row[0] for row in rows]


def of_batch(queue: Queue, batch: str) -> list[str]:
    """The tasks of a batch that came from files, sorted; looks at every task."""
    rows = queue.rows(
        "SELECT id FROM live_tasks WHERE batch = ? AND channel = 'local' ORDER BY id", (batch,)
    )
    return [row[0] for row in rows]


def batches(queue: Queue) -> list[str]:
    """The batches of tasks that came from files, sorted; looks at every task."""
    rows = queue.rows(
        "SELECT DISTINCT batch FROM live_tasks WHERE batch IS NOT NULL AND channel = 'local'"
        " ORDER BY 1"
    )
    return [row[0] for row in rows]
