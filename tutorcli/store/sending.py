"""What a channel's server has not yet, and what it proved to have."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from tutorcli.core import chain
from tutorcli.core.wire import ItemResult, Outcome, Standing
from tutorcli.store import channels, judgments, outcomes
from tutorcli.store.channels import Channel
from tutorcli.store.connection import Row
from tutorcli.store.db import Queue
from tutorcli.store.tasks import HIDDEN


@dataclass(frozen=True, slots=True)
class Unsent:
    """A judgment as it is sent."""

    dseq: int
    sha256: bytes
    """Of `body`, 32 bytes."""
    body: bytes
    """Frozen canonical JSON, UTF-8."""
    assignment: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a reply proved."""

    before: int
    """The last number that the server was known to have."""
    have: int
    went_back: bool
    """Whether the server had more before: it was restored from a backup."""
    again: int = 0
    """Judgments of other machines that this one sends now, for a restored server may lack them."""


class Forked(Exception):  # noqa: N818 - foreseen by the protocol: `renumber` is the answer
    """The server's history of this device is not this home's: one of them was restored or copied."""


def unsent(
    queue: Queue, channel: str, after: int, most_items: int, most_bytes: int
) -> list[Unsent]:
    """The judgments numbered from ``after`` + 1 on, without a gap.

    Args:
        queue: Where.
        channel: Name of the channel.
        after: The last number that is not wanted.
        most_items: At most so many.
        most_bytes: At most so many bytes of bodies together; the first one comes whatever its length.
    """
    device = judgments.home(queue, channel).device
    # Lengths first: a body that does not fit is not read.
    rows = queue.rows(
        "SELECT dseq, length(body) FROM judgments WHERE device = ? AND channel = ? AND dseq > ?"
        " ORDER BY dseq LIMIT ?",
        (device, channel, after, most_items),
    )
    last, size = after, 0
    for dseq, length in rows:
        size += length
        if dseq != last + 1 or (size > most_bytes and last > after):
            break
        last = dseq
    found = queue.rows(
        "SELECT dseq, sha256, body, assignment FROM judgments WHERE device = ? AND channel = ?"
        " AND dseq > ? AND dseq <= ? ORDER BY dseq",
        (device, channel, after, last),
    )
    return [Unsent(*row) for row in found]


def own_head(queue: Queue, channel: str, dseq: int, *, anew: bool = False) -> bytes | None:
    """The chain's head at a number, by what this home has.

    Args:
        queue: Where.
        channel: Name of the channel.
        dseq: The number.
        anew: Hash the stored bodies themselves, from `Channel.durable_head` or the start; else what
            was confirmed before is taken for granted.

    Returns:
        32 bytes; None where judgments are missing, or ``dseq`` lies beyond the last one.
    """
    return _head_at(queue, channels.get(queue, channel), dseq, anew=anew)


def _head_at(queue: Queue, channel: Channel, dseq: int, *, anew: bool = False) -> bytes | None:
    for known, head in _beginnings(channel, anew=anew):
        if known == dseq:
            return head
        if known < dseq and (found := _extended(queue, channel, known, dseq, head, anew=anew)):
            return found
    return None


def _beginnings(channel: Channel, *, anew: bool) -> Iterator[tuple[int, bytes]]:
    """Numbers at which the chain's head is known, the greatest first."""
    if not anew:
        yield channel.have, channel.head
    yield channel.durable, channel.durable_head
    yield 0, chain.START


def _extended(
    queue: Queue, channel: Channel, known: int, dseq: int, head: bytes, *, anew: bool
) -> bytes | None:
    """The head at ``dseq`` from that at ``known``; None where a judgment between them is missing."""
    rows = queue.each(
        f"SELECT dseq, {'body' if anew else 'sha256'} FROM judgments"  # noqa: S608
        " WHERE device = ? AND channel = ? AND dseq > ? AND dseq <= ? ORDER BY dseq",
        (channel.device, channel.name, known, dseq),
    )
    last = known
    for number, content in rows:
        if number != last + 1:
            return None
        head = chain.link(head, number, sha256(content).digest() if anew else content)
        last = number
    return head if last == dseq else None


def confirm(
    queue: Queue, channel: str, standing: Standing, results: Iterable[ItemResult] = ()
) -> Confirmed:
    """Take note of what the server has, if its head proves it; in one transaction.

    Of another epoch than the last one the server was restored: its news are asked for from the start
    again, and what came from other machines is sent from here, for they may have lost it too.

    Raises:
        Forked: The server's history is not this home's; nothing was stored.
    """
    here = channels.get(queue, channel)
    # Before the transaction, which a screen may have to wait for.
    news = outcomes.news(queue, _outcomes_of(queue, here, results))
    with queue.write():
        here = channels.get(queue, channel)
        head = _head_at(queue, here, standing.have)
        durable = min(standing.durable, standing.have)
        durable_head = _head_at(queue, here, durable)
        if head is None or durable_head is None or head.hex() != standing.head:
            raise Forked
        is_restored = here.epoch not in {None, standing.epoch}
        channels.update(
            queue,
            channel,
            have=standing.have,
            head=head,
            durable=durable,
            durable_head=durable_head,
            epoch=standing.epoch,
            heard=0 if is_restored else here.heard,
        )
        again = _take_over(queue, here) if is_restored else 0
        outcomes.add(queue, news)
    return Confirmed(here.have, standing.have, standing.have < here.have, again)


def _take_over(queue: Queue, channel: Channel) -> int:
    """Number what came from other machines behind what was made here; how many it was."""
    rows = queue.rows(
        "SELECT feed FROM judgments WHERE channel = ? AND device <> ?"  # noqa: S608
        f" AND import_id IS NOT {HIDDEN} ORDER BY feed",
        (channel.name, channel.device),
    )
    first = judgments.last_dseq(queue, channel.device, channel.name) + 1
    _number(queue, channel.device, first, rows)
    return len(rows)


def _number(queue: Queue, device: str, first: int, rows: Iterable[Row]) -> None:
    queue.executemany(
        "UPDATE judgments SET device = ?, dseq = ? WHERE feed = ?",
        [(device, dseq, feed) for dseq, (feed,) in enumerate(rows, first)],
    )


def _outcomes_of(
    queue: Queue, channel: Channel, results: Iterable[ItemResult]
) -> Iterator[Outcome]:
    for result in results:
        judgment_id = id_at(queue, channel, result.dseq)
        if judgment_id is not None:
            yield Outcome(judgment_id, result.status, result.reason)


def id_at(queue: Queue, channel: Channel, dseq: int) -> str | None:
    """The id of this home's judgment of that number on a channel, or None."""
    row = queue.row(
        "SELECT id FROM judgments WHERE device = ? AND channel = ? AND dseq = ?",
        (channel.device, channel.name, dseq),
    )
    return row[0] if row else None


def renumber(queue: Queue, channel: str, device: str) -> int:
    """Give this home's own judgments new numbers from 1, in their order, under a new device.

    The server is taken to have none of them, and to have told nothing; ids and bytes stay.

    Returns:
        How many there are.
    """
    with queue.write():
        rows = queue.rows(
            "SELECT feed FROM judgments WHERE channel = ? AND device = ? ORDER BY feed",
            (channel, judgments.home(queue, channel).device),
        )
        channels.update(
            queue,
            channel,
            device=device,
            have=0,
            head=chain.START,
            durable=0,
            durable_head=chain.START,
            heard=0,
        )
        _number(queue, device, 1, rows)
    return len(rows)
