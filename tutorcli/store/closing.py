"""Tasks closed for personal data in them: the text stays in the file and is told nowhere.

Closed is a task whose row has a title and nothing to search it by; the title says why. No other row
is so, for what is searched is the title itself. The text can come back, for only its readers
(`tasks`, `searching`, and statistics) leave it out.
"""

import json

from tutorcli.core.judgment import PERSONAL_DATA
from tutorcli.core.task import task_from_json
from tutorcli.store.db import Queue

TITLE = "personal data"
"""What stands in lists in place of the beginning of the text."""
TITLE_LENGTH = 80
"""Code points of what is asked that make a title."""
CLOSED = "(t.folded = '' AND t.title <> '')"
"""The condition on a row of tasks."""


def closes(disposition: str | None, reason: str | None) -> bool:
    """Whether a task with such a judgment of this home's tutor is closed."""
    return disposition == "bad_task" and reason == PERSONAL_DATA


def is_closed(queue: Queue, task_id: str) -> bool:
    """Whether the text of a task is not to be told."""
    sql = f"SELECT 1 FROM live_tasks t WHERE t.id = ? AND {CLOSED}"  # noqa: S608
    return queue.row(sql, (task_id,)) is not None


def closed(queue: Queue) -> frozenset[str]:
    """The ids of all closed tasks."""
    sql = f"SELECT DISTINCT t.id FROM tasks t WHERE {CLOSED}"  # noqa: S608
    return frozenset(row[0] for row in queue.rows(sql))


def follow(queue: Queue, task_id: str, *, is_closed: bool) -> None:
    """Close a task with its earlier texts, or give their titles back; inside a `write`."""
    # Two statements, for each half of the rows has an index of its own.
    for half in ("replaced_by IS NULL", "replaced_by IS NOT NULL"):
        of_task = f"t.id = ? AND t.{half} AND {CLOSED} IS NOT ?"
        rows = queue.rows(
            f"SELECT t.seq, b.body FROM tasks t JOIN task_bodies b USING (seq) WHERE {of_task}",  # noqa: S608
            (task_id, is_closed),
        )
        for seq, body in rows:
            title = TITLE if is_closed else task_from_json(json.loads(body)).opening[:TITLE_LENGTH]
            queue.execute(
                "UPDATE tasks SET title = ?, folded = ? WHERE seq = ?",
                (title, "" if is_closed else title.casefold(), seq),
            )
