"""What a server's pull brings, stored in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tutorcli.core.canonical import digest, dumps, loads
from tutorcli.core.judgment import Frozen, judgment_from_json
from tutorcli.core.task import Task, task_from_json, task_sha256, task_to_json
from tutorcli.core.wire import Assignment, Mine, Outcome, PullReply
from tutorcli.errors import InputError, Mismatch, message
from tutorcli.store import channels, documents, judgments, outcomes, withdrawing
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, Lent, Theirs, known, row_of
from tutorcli.store.tasks import HIDDEN
from tutorcli.store.withdrawing import Withdrawals


@dataclass(frozen=True, slots=True)
class Received:
    """What was new in a reply."""

    tasks: int = 0
    withdrawn: int = 0
    """Taken back by a lead."""
    purged: int = 0
    """Their texts are gone."""
    expired: int = 0
    """Given to someone else."""
    mine: int = 0
    """Judgments of this tutor from other machines."""
    outcomes: int = 0
    documents: int = 0
    drafts: int = 0
    """Erased, for the texts of their tasks are gone."""


def receive(queue: Queue, channel: str, reply: PullReply, *, after: int | None = None) -> Received:
    """Store a reply: all of it or, when it fails or is killed at any point, nothing.

    Tasks and judgments that are known stay as they are. What the server has (`sending.confirm`) is
    not touched. When the reply is of another epoch than the last one, ends before what it was asked
    for, or was asked for with more than is known now, its news are asked for again: `Channel.heard`
    becomes 0, or stays.

    Args:
        queue: Where.
        channel: Name of the channel.
        reply: Its tasks and judgments have been validated (`sync.arriving`).
        after: `PullRequest.after` of its request; None: what `Channel.heard` is.

    Raises:
        Mismatch: A document, a task or a judgment is not what its name or hash says.
        StoreError: An import is running, or it could not be stored.
    """
    arrival = _Arrival(queue, channels.get(queue, channel), reply, after)
    if arrival.lent or arrival.theirs:
        source = f"sync with {arrival.channel.project or arrival.channel.url or channel}"
        with Importing.begin(queue, source) as importing:
            arrival.tasks = importing.stage_lent(arrival.lent)
            arrival.mine = importing.stage_theirs(arrival.theirs)
            importing.publish(arrival.publish)
    else:
        with queue.write():
            arrival.publish(queue)
    if arrival.withdrawals.purged:
        withdrawing.forget(queue)
    # Each time: a process may have died right before it.
    return replace(arrival.received(), drafts=withdrawing.erase_drafts(queue))


@dataclass(slots=True)
class _Arrival:
    """One reply on its way into the queue."""

    queue: Queue
    channel: Channel
    reply: PullReply
    after: int | None
    lent: list[Lent] = field(default_factory=list)
    theirs: list[Theirs] = field(default_factory=list)
    drafted: frozenset[str] = frozenset()
    tasks: int = 0
    mine: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    documents: int = 0
    withdrawals: Withdrawals = field(default_factory=Withdrawals)

    def __post_init__(self) -> None:
        """Read what can be read before anything is written."""
        name, assignments = self.channel.name, self.reply.assignments
        here = known(self.queue, [item.id for item in assignments])
        fresh = {item.id: item for item in assignments if item.id not in here}
        self.lent = [_lent(item, name) for item in fresh.values()]
        theirs = (_theirs(item, name) for item in self.reply.mine)
        self.theirs = [
            one for one in theirs if judgments.get(self.queue, one.frozen.judgment.id) is None
        ]
        # Before the transaction, which a screen may have to wait for.
        self.outcomes = outcomes.news(self.queue, self.reply.outcomes)
        if any(item.reason == "expired" for item in self.reply.withdrawn):
            self.drafted = withdrawing.drafted(self.queue.folder)

    def publish(self, queue: Queue) -> None:
        """Everything but new tasks and judgments; inside the `write` that makes those visible."""
        reply, name = self.reply, self.channel.name
        self.documents = documents.add(queue, reply.documents)
        outcomes.add(queue, self.outcomes)
        _hand_over(queue, name, reply.assignments)
        queue.executemany(
            "UPDATE tasks SET lease = ? WHERE id = ? AND channel = ? AND replaced_by IS NULL",
            [(until, task_id, name) for task_id, until in reply.leases.items()],
        )
        self.withdrawals = withdrawing.take_back(queue, name, reply.withdrawn, self.drafted)
        channels.update(
            queue,
            name,
            heard=self._heard(channels.get(queue, name)),
            policy=channels.policy_text(reply.policy),
        )

    def _heard(self, now: Channel) -> int:
        if now.epoch not in {None, self.reply.epoch}:
            # The server counts anew from an old backup on: what it told is not what it tells now.
            return 0
        after = now.heard if self.after is None else self.after
        if self.reply.until < after:
            # So does one whose file was put back by hand, under the epoch that it had.
            return 0
        return now.heard if after > now.heard else max(now.heard, self.reply.until)

    def received(self) -> Received:
        """What was new."""
        back = self.withdrawals
        return Received(
            self.tasks,
            back.withdrawn,
            back.purged,
            back.expired,
            self.mine,
            len(self.outcomes),
            self.documents,
        )


def _lent(assignment: Assignment, channel: str) -> Lent:
    task = _task_of(assignment)
    return Lent(
        row_of(task, dumps(task_to_json(task)).encode()),
        channel,
        assignment.expires,
        assignment.pack,
        assignment.guideline,
        "open" if assignment.is_open else "done",
    )


def _task_of(assignment: Assignment) -> Task:
    try:
        task = task_from_json(assignment.task)
    except (TypeError, KeyError, AttributeError):
        task = None
    if task is None or task.id != assignment.id:
        raise Mismatch(message("assignment {id} holds no task of that id", id=assignment.id))
    return task


def _theirs(mine: Mine, channel: str) -> Theirs:
    if digest(mine.body) != mine.sha256:
        raise Mismatch(
            message("judgment {n} of {device} has another hash", n=mine.dseq, device=mine.device)
        )
    try:
        said = judgment_from_json(loads(mine.body))
    except (InputError, TypeError, ValueError):
        raise Mismatch(
            message("judgment {n} of {device} cannot be read", n=mine.dseq, device=mine.device)
        ) from None
    return Theirs(Frozen(said, mine.body.encode()), mine.device, channel, mine.dseq)


def _hand_over(queue: Queue, channel: str, assignments: Iterable[Assignment]) -> None:
    """Bring what is known of tasks in line with the server; inside a `write`.

    A task that came from a file before it was lent belongs to the channel from now on, and one that
    was taken back and is lent again is open again; the text stays.
    """
    touched = []
    for item in assignments:
        row = queue.row(
            "SELECT channel, sha256, state, title FROM tasks WHERE id = ? AND replaced_by IS NULL",
            (item.id,),
        )
        if row is None or row[0] not in {channel, "local"}:
            continue
        was, sha256, state, title = row
        if was == "local" and sha256 != task_sha256(_task_of(item)):
            continue
        queue.execute(
            "UPDATE tasks SET channel = ?, lease = ?, pack = ?, guideline = ?"
            " WHERE id = ? AND replaced_by IS NULL",
            (channel, item.expires, item.pack, item.guideline, item.id),
        )
        if state == "withdrawn" and item.is_open and not title.startswith(withdrawing.MARK):
            queue.execute(
                "UPDATE tasks SET state = 'open' WHERE id = ? AND replaced_by IS NULL", (item.id,)
            )
        if item.is_open or was == "local":
            touched.append(item.id)
    judgments.set_states(queue, touched)


def holding(queue: Queue, channel: str) -> list[str]:
    """The channel's tasks that stand open here, those with a draft included; sorted."""
    rows = queue.rows(
        "SELECT id FROM tasks WHERE channel = ? AND channel <> 'local' AND state = 'open'"  # noqa: S608
        f" AND replaced_by IS NULL AND import_id IS NOT {HIDDEN} ORDER BY id",
        (channel,),
    )
    return [row[0] for row in rows]


def document_refs(queue: Queue) -> list[str]:
    """Refs of the protocols, packs and guidelines that came with tasks; sorted."""
    return documents.refs(queue)
