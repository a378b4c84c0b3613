"""Work that leaves the machine once a backup of the server holds it."""

from tutorcli.store import channels, withdrawing
from tutorcli.store.channels import Channel
from tutorcli.store.chunks import Chunks
from tutorcli.store.db import Queue

_JUDGED = """
    SELECT t.id FROM tasks t
    WHERE (?1 IS NULL OR t.id = ?1) AND t.channel = ?2 AND t.channel <> 'local' AND t.replaced_by IS NULL AND t.state <> 'open'
        AND EXISTS (SELECT 1 FROM judgments WHERE task = t.id)
        AND NOT EXISTS (
            SELECT 1 FROM judgments j WHERE j.task = t.id AND (
                coalesce(j.decided_at, j.stored_at) >= ?3 OR j.channel <> t.channel
                OR j.device = ?4 AND (j.dseq > ?5 OR coalesce((
                    SELECT coalesce(reason, '') FROM outcomes WHERE judgment = j.id
                    ORDER BY rowid DESC LIMIT 1), 'too_large') = 'too_large')
                OR j.device <> ?4 AND j.import_id IS NULL))
    ORDER BY t.id
"""


def purge(queue: Queue, channel: str, before: str) -> int:
    """Remove judged tasks of a channel with their judgments; the caller knows that the policy asks for it.

    Only tasks whose judgments all lie at or below `Channel.durable` (those of other machines came from
    the server), were decided before that time, and that have no draft. Each task goes whole. Of a
    judgment that was too large the server has the hash alone: it stays, as does one of which nothing
    was told.

    Args:
        queue: Where.
        channel: Name of the channel.
        before: UTC, ISO 8601.

    Returns:
        How many tasks.
    """
    here = channels.get(queue, channel)
    drafted = withdrawing.drafted(queue.folder)
    wanted = [task_id for task_id in _judged(queue, here, before) if task_id not in drafted]
    if not wanted:
        return 0
    chunks, gone = Chunks(queue), 0
    for chunk in chunks.of(wanted):
        with chunks.write():
            gone += sum(_remove(queue, channel, task_id, before) for task_id in chunk)
    withdrawing.forget(queue)
    return gone


def _judged(queue: Queue, channel: Channel, before: str, task_id: str | None = None) -> list[str]:
    values = (task_id, channel.name, before, channel.device, channel.durable)
    return [row[0] for row in queue.rows(_JUDGED, values)]


def _remove(queue: Queue, channel: str, task_id: str, before: str) -> bool:
    # Meanwhile it may have been judged again, or the server may have gone back.
    if not _judged(queue, channels.get(queue, channel), before, task_id):
        return False
    queue.execute("DELETE FROM judgments WHERE task = ?", (task_id,))
    queue.execute("DELETE FROM tasks WHERE id = ?", (task_id,))
    return True
