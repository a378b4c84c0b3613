"""Tasks by who lent them: a server, or nobody."""

from tutorcli.store.db import Queue


def channel_of(queue: Queue, task_id: str) -> str:
    """Who lent a task; ``local`` also where there is no such task."""
    row = queue.row("SELECT channel FROM live_tasks WHERE id = ?", (task_id,))
    return str(row[0]) if row else "local"


def lease_of(queue: Queue, task_id: str) -> str | None:
    """Until when a task is lent."""
    row = queue.row("SELECT lease FROM live_tasks WHERE id = ?", (task_id,))
    return row[0] if row else None


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
