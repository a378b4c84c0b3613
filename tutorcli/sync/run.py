"""One sync of one channel: it may be cut at any line, and the next one goes on from there."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from tutorcli.core.wire import Hello, Limits, PullReply, PullRequest
from tutorcli.errors import Mismatch, Refused, StoreError, TutorError, Unreachable, message
from tutorcli.store import channels, judgments, purging, receiving
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.store.locks import FileLock
from tutorcli.store.sending import Forked
from tutorcli.sync.arriving import require_sound
from tutorcli.sync.course import Course, Wanted
from tutorcli.sync.pushing import push_all
from tutorcli.sync.remote import DeviceForked, Remote
from tutorcli.sync.report import SyncReport
from tutorcli.sync.verifying import verify

_LOG = logging.getLogger(__name__)
LOCK = "sync.lock"
"""In the home's data folder; held by the sync that is running."""
_EMPTY_ROUNDS = 10
"""Pulls in a row that may bring nothing but the promise of more: somebody else was faster."""


def sync(
    queue: Queue,
    name: str,
    remote: Remote,
    wanted: Wanted | None = None,
    report: SyncReport | None = None,
) -> SyncReport:
    """Send what is unsent, fetch what is due, and remove what the policy says.

    Args:
        queue: The home's queue.
        name: Name of the channel, which is the server's instance.
        remote: The server, signed in.
        wanted: What to do.
        report: Filled while it runs, so that a sync that fails tells what it did.

    Returns:
        The report.

    Raises:
        Unreachable: No answer, or none that leads on; what was confirmed until then is, the rest is
            still unsent.
        Refused: Not signed in, or another region.
        Mismatch: Another server, or what it holds does not fit what was sent.
        StoreError: Another sync is running, or the store cannot be used.
    """
    report = report or SyncReport()
    with alone(queue):
        course = Course(queue, channels.get(queue, name), remote, wanted or Wanted(), report)
        try:
            _run(course)
        except TutorError as error:
            # A disk that is full takes no note either; what went wrong first is told.
            with suppress(StoreError):
                channels.note_problem(queue, name, str(error.what))
            raise
    return report


@contextmanager
def alone(queue: Queue) -> Iterator[None]:
    """Be the one sync of a home for a block.

    Raises:
        StoreError: Another one is running; names its process.
    """
    with FileLock(queue.folder / LOCK) as lock:
        if not lock.acquire():
            raise StoreError(
                message("a sync is running already (process {pid})", pid=lock.owner() or "?"),
                hint=message("wait until it has ended, then run it again"),
            )
        yield


def _run(course: Course) -> None:
    """Everything, in an order in which a cut does no harm."""
    wanted, report, name = course.wanted, course.report, course.channel.name
    began = wanted.clock()
    hello = _greet(course)
    _exchange(course, hello.limits)
    if wanted.verify:
        said = course.remote.verify(course.channel.device)
        report.elsewhere = verify(course.queue, course.channel, said)
        report.verified = True
    _purge(course)
    channels.note_contact(course.queue, name, _iso(wanted.now()), report.clock_offset_ms)
    report.unsent = judgments.unsent_count(course.queue, name)
    report.seconds = wanted.clock() - began
    _LOG.info("sync: %d sent, %d fetched, %d unsent", report.sent, report.fetched, report.unsent)


def _greet(course: Course) -> Hello:
    """Make sure that it is the server of the channel before anything is sent to it."""
    before = course.wanted.now()
    hello = course.remote.hello()
    course.report.clock_offset_ms = _offset_ms(hello.time, before, course.wanted.now())
    require_same(course.channel, hello)
    return hello


def require_same(channel: Channel, hello: Hello) -> None:
    """Make sure that it is the server of a channel which answered, still in its region.

    Raises:
        Mismatch: It is another one.
        Refused: It is in another region.
    """
    if hello.instance != channel.name:
        raise Mismatch(
            message(
                "{url} is another server: {found}, not {known}",
                url=channel.url,
                found=hello.instance,
                known=channel.name,
            ),
            hint=message("nothing was sent; to change servers: tutorcli logout, then login"),
        )
    if hello.region != channel.region:
        raise Refused(
            message(
                "the server is in the region {found} now, not in {known}",
                found=hello.region or "-",
                known=channel.region or "-",
            ),
            hint=message("nothing was sent; ask your administrator, then sign in again"),
        )


def _exchange(course: Course, limits: Limits) -> None:
    """Push and pull until neither side has anything for the other."""
    is_done = False
    while not is_done:
        try:
            push_all(course, limits)
            is_done = _pull_all(course)
        except (Forked, DeviceForked):
            # At most once: the second time it raises.
            course.begin_anew()


def _pull_all(course: Course) -> bool:
    """Fetch what is due; False when it turned out that the server lost what it had."""
    name, empty = course.channel.name, 0
    while True:
        asked = _request(course)
        reply = course.remote.pull(asked)
        noted = course.note(reply)
        if noted.went_back or noted.again:
            return False
        require_sound(reply)
        received = receiving.receive(course.queue, name, reply, after=asked.after)
        course.refresh()
        course.report.add(received)
        course.wanted.progress("fetched", received.tasks)
        if course.channel.heard < asked.after:
            # A restored server counts its news anew: all of them are asked for again.
            course.turn()
            continue
        # A server that promises more without giving any is not asked for ever.
        if not reply.more or (not received.tasks and course.channel.heard == asked.after):
            return True
        empty = empty + 1 if _is_empty(reply) else 0
        if empty == _EMPTY_ROUNDS:
            raise Unreachable(
                message(
                    "{url} promises more again and again, and gives nothing", url=course.channel.url
                ),
                hint=message("what came is kept; tell your administrator"),
            )


def _is_empty(reply: PullReply) -> bool:
    parts = (reply.assignments, reply.outcomes, reply.mine, reply.withdrawn, reply.documents)
    return not any(parts)


def _request(course: Course) -> PullRequest:
    return PullRequest(
        device=course.channel.device,
        want=course.wanted.pull,
        holding=tuple(receiving.holding(course.queue, course.channel.name)),
        documents=tuple(receiving.document_refs(course.queue)),
        after=course.channel.heard,
    )


def _purge(course: Course) -> None:
    """Remove judged tasks that a backup of the server holds, where its policy asks for that."""
    policy = course.channel.policy
    if policy.purge == "durable":
        before = course.wanted.now() - timedelta(days=policy.purge_after_days)
        course.report.removed = purging.purge(course.queue, course.channel.name, _iso(before))


def _offset_ms(said: str, before: datetime, after: datetime) -> int | None:
    """The server's clock less this machine's in the middle of the call; None: it makes no sense."""
    try:
        theirs = datetime.fromisoformat(said)
    except ValueError:
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    middle = before + (after - before) / 2
    return round((theirs - middle).total_seconds() * 1000)


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
