"""What is derived from judgments, made anew from their bytes."""

from tutorcli.store import judgments, measuring
from tutorcli.store.chunks import Chunks
from tutorcli.store.db import Queue


def rebuild_states(queue: Queue) -> int:
    """Set the state of every task by this home's current judgments; how many were looked at.

    Tasks that the server took back stay withdrawn.
    """
    chunks, last, seen = Chunks(queue), "", 0
    while True:
        with chunks.write():
            rows = queue.rows(
                "SELECT DISTINCT id FROM tasks WHERE replaced_by IS NULL AND id > ?"
                " ORDER BY id LIMIT ?",
                (last, chunks.size),
            )
            judgments.set_states(queue, [row[0] for row in rows])
        if not rows:
            return seen
        last, seen = rows[-1][0], seen + len(rows)


def rebuild_measures(queue: Queue) -> int:
    """Write the measures of every judgment anew; how many judgments there were.

    Statistics see the old or the new measures of a judgment, never none.
    """
    chunks, last, seen = Chunks(queue), 0, 0
    while True:
        with chunks.write():
            rows = queue.rows(
                "SELECT feed, body FROM judgments WHERE feed > ? ORDER BY feed LIMIT ?",
                (last, chunks.size),
            )
            for feed, body in rows:
                queue.execute("DELETE FROM measures WHERE judgment = ?", (feed,))
                measuring.insert(queue, feed, judgments.frozen_of(body).judgment)
        if not rows:
            return seen
        last, seen = rows[-1][0], seen + len(rows)
