"""The judgments of a home: appended, never changed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tutorcli.core.judgment import SET_ASIDE, Frozen, Role, judgment_from_json
from tutorcli.errors import InputError, message
from tutorcli.store import closing, measuring
from tutorcli.store.db import Queue
from tutorcli.store.schema import utc_now

LOCAL = "local"

_STANDING = """
    NOT EXISTS (
        SELECT 1 FROM visible_judgments s WHERE s.supersedes = j.id AND s.tutor = j.tutor
            AND s.assignment = j.assignment AND s.role = j.role AND s.stage IS j.stage)
"""
"""That no revision of its own thread supersedes j."""


@dataclass(frozen=True, slots=True)
class Home:
    """Who works here."""

    device: str
    """UUID of this home on one channel."""
    tutor: str
    """The tutor's id on it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is stored beside the bytes of a judgment."""

    device: str
    channel: str
    dseq: int
    """Counts without gaps for each device and channel, from 1."""
    import_id: int | None = None
    lease: str | None = None
    clock_offset_ms: int | None = None


def home(queue: Queue, channel: str = LOCAL) -> Home:
    """This home's device and its tutor on a channel.

    Raises:
        InputError: The home is not enrolled on that channel.
    """
    row = queue.row("SELECT device, tutor FROM sync_state WHERE channel = ?", (channel,))
    if row is None:
        raise InputError(message('there is no channel "{channel}"', channel=channel))
    return Home(device=row[0], tutor=row[1])


def append(
    queue: Queue,
    frozen: Frozen,
    *,
    channel: str = LOCAL,
    lease: str | None = None,
    clock_offset_ms: int | None = None,
) -> int:
    """Store a judgment made in this home; when this returns it is on the disk.

    Its measures and the state of its task change in the same transaction.

    Returns:
        Its number in the channel (dseq).

    Raises:
        InputError: A judgment of that id exists.
        StoreError: It was not stored.
    """
    with queue.write():
        if get(queue, frozen.judgment.id):
            raise InputError(message("judgment {id} exists already", id=frozen.judgment.id))
        device = home(queue, channel).device
        dseq = last_dseq(queue, device, channel) + 1
        insert(queue, frozen, Envelope(device, channel, dseq, None, lease, clock_offset_ms))
        set_states(queue, [frozen.judgment.task])
    return dseq


def is_of_home(queue: Queue, tutor: str) -> bool:
    """Whether a tutor's id is this home's on one of its channels."""
    return queue.row("SELECT 1 FROM sync_state WHERE tutor = ?", (tutor,)) is not None


def last_dseq(queue: Queue, device: str, channel: str) -> int:
    """The number of the newest judgment of a device on a channel; 0 before the first."""
    row = queue.row(
        "SELECT max((SELECT coalesce(max(dseq), 0) FROM judgments WHERE device = ? AND channel = ?),"
        " (SELECT coalesce(max(durable), 0) FROM sync_state WHERE channel = ?))",
        (device, channel, channel),
    )
    return int(row[0]) if row else 0


_INSERT = """
    INSERT INTO judgments (
        id, device, channel, dseq, import_id, task, assignment, task_sha256, tutor, role, stage,
        revision, supersedes, disposition, decided_at, lease, clock_offset_ms, stored_at, sha256,
        body
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def insert(queue: Queue, frozen: Frozen, envelope: Envelope) -> None:
    """Write one judgment and its measures; the caller has begun a `write`."""
    said = frozen.judgment
    queue.execute(
        _INSERT,
        (
            said.id,
            envelope.device,
            envelope.channel,
            envelope.dseq,
            envelope.import_id,
            said.task,
            said.assignment,
            said.task_sha256,
            said.tutor,
            said.role,
            said.stage,
            said.revision,
            said.supersedes,
            said.disposition,
            said.decided_at,
            envelope.lease,
            envelope.clock_offset_ms,
            utc_now(),
            bytes.fromhex(frozen.sha256),
            frozen.body,
        ),
    )
    (feed,) = queue.row("SELECT feed FROM judgments WHERE id = ?", (said.id,)) or (0,)
    measuring.insert(queue, feed, said)


def set_states(queue: Queue, task_ids: Iterable[str]) -> None:
    """Bring the state of tasks in line with this home's current judgments; inside a `write`.

    A task that the server took back stays withdrawn; one with personal data is closed (`closing`).
    """
    now = utc_now()
    changes = []
    for task_id in task_ids:
        current = queue.row(_STATE, (task_id,)) or (None, None, 0)
        changes.append((*_state_of(current[0]), now, task_id))
        if current[2]:
            closing.follow(queue, task_id, is_closed=closing.closes(*current[:2]))
    # Two statements, for each half of the rows has an index of its own.
    for half in ("replaced_by IS NULL", "replaced_by IS NOT NULL"):
        queue.executemany(
            "UPDATE tasks SET state = ?, disposition = ?, updated_at = ?"  # noqa: S608
            f" WHERE id = ? AND {half} AND state <> 'withdrawn'",
            changes,
        )


_TUTOR = """
    SELECT s.tutor FROM tasks t JOIN sync_state s ON s.channel = t.channel
    WHERE t.id = ?1 AND t.replaced_by IS NULL
"""
"""Who this home's tutor is to whoever lent a task."""

_STATE = f"""
    SELECT j.disposition,
        CASE j.disposition WHEN 'bad_task' THEN json_extract(CAST(j.body AS TEXT), '$.reason') END,
        EXISTS (SELECT 1 FROM judgments b WHERE b.task = ?1 AND b.disposition = 'bad_task')
    FROM visible_judgments j
    WHERE j.task = ?1 AND j.role = 'label' AND j.tutor = ({_TUTOR}) AND {_STANDING}
    ORDER BY j.revision DESC, j.id DESC LIMIT 1
"""  # noqa: S608
"""What counts: disposition, the reason of a bad task, and whether it was one in any judgment."""


def _state_of(disposition: str | None) -> tuple[str, str | None]:
    if disposition == "done":
        return "done", disposition
    return ("set-aside", disposition) if disposition in SET_ASIDE else ("open", None)


def frozen_of(body: bytes) -> Frozen:
    """A judgment and its bytes as they were stored."""
    return Frozen(judgment_from_json(json.loads(body)), body)


def get(queue: Queue, judgment_id: str) -> Frozen | None:
    """The judgment of that id, or None."""
    row = queue.row("SELECT body FROM visible_judgments WHERE id = ?", (judgment_id,))
    return frozen_of(row[0]) if row else None


def of_task(queue: Queue, task_id: str) -> list[Frozen]:
    """All judgments of a task, every revision, in the order of their ids."""
    rows = queue.rows("SELECT body FROM visible_judgments WHERE task = ? ORDER BY id", (task_id,))
    return [frozen_of(row[0]) for row in rows]


def current_of(
    queue: Queue, task_id: str, tutor: str, role: Role = "label", stage: str | None = None
) -> Frozen | None:
    """The judgment that counts of one tutor for one task, by the rule of `core.judgment.current`.

    Of several assignments of the task it is the one with the greatest (revision, id).
    """
    row = queue.row(
        "SELECT j.body FROM visible_judgments j WHERE j.task = ? AND j.tutor = ?"  # noqa: S608
        f" AND j.role = ? AND j.stage IS ? AND {_STANDING}"
        " ORDER BY j.revision DESC, j.id DESC LIMIT 1",
        (task_id, tutor, role, stage),
    )
    return frozen_of(row[0]) if row else None


def last_of(queue: Queue, skip: str | None = None) -> Frozen | None:
    """The judgment that this home's tutor made last, on whatever channel the task came from.

    What was imported, came from another machine or was adopted by a server is left out.

    Args:
        queue: Where to look.
        skip: A task to leave out.
    """
    row = queue.row(
        "SELECT body FROM judgments j WHERE import_id IS NULL AND task IS NOT ?"
        " AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = j.task AND t.replaced_by IS NULL"
        " AND t.channel <> j.channel) ORDER BY feed DESC LIMIT 1",
        (skip,),
    )
    return frozen_of(row[0]) if row else None


def each(queue: Queue, since: int = 0) -> Iterator[Frozen]:
    """Judgments in the order of (task, id), read as they are asked for.

    Args:
        queue: Where to look.
        since: A cursor: only those stored after it.
    """
    rows = queue.each(
        "SELECT body FROM visible_judgments WHERE feed > ? ORDER BY task, id", (since,)
    )
    for row in rows:
        yield frozen_of(row[0])


def cursor(queue: Queue) -> int:
    """Where a reader that has read everything goes on next time (`each`)."""
    row = queue.row(
        "SELECT coalesce((SELECT min(feed) - 1 FROM judgments WHERE import_id ="
        " (SELECT id FROM imports WHERE published = 0)),"
        " (SELECT max(feed) FROM judgments), 0)"
    )
    return int(row[0]) if row else 0


def unsent_count(queue: Queue, channel: str) -> int:
    """How many judgments of this home lie after what the channel's server has."""
    row = queue.row("SELECT have FROM sync_state WHERE channel = ?", (channel,))
    if row is None:
        return 0
    # dseq has no gaps, so nothing need be counted.
    return max(0, last_dseq(queue, home(queue, channel).device, channel) - int(row[0]))


def unsent_of_all(queue: Queue) -> int:
    """How many judgments wait for a server; where none is known yet, all that were made here."""
    servers = queue.rows("SELECT channel FROM sync_state WHERE channel <> ?", (LOCAL,))
    return sum(unsent_count(queue, name) for (name,) in servers or [(LOCAL,)])
