"""The audit: every act of a lead or an administrator, in a chain that shows what was changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tutorcli.core import chain
from tutorcli.core.canonical import dumps
from tutorcli.server.context import Context
from tutorcli.server.snapshots import Advance, snapshot
from tutorcli.server.storage import Database, stamp, utc_now
from tutorcli.server.tables import audit, counters, devices, judgments, tasks

CONSOLE = "console"
"""The actor of what is done on the server's own machine."""

_PREFIX = b"tutorcli-audit-v1"
_COUNTER = "audit"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where what is stored is not what was written."""

    chain: str
    """``audit`` or the id of a device."""
    number: int
    """Number of the act or of the judgment."""
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    acts: int
    head: str
    """Hash of the last act, hexadecimal: noted elsewhere, it proves all that came before."""
    devices: int
    judgments: int
    purged: int
    """Judgments without a body; of these the stored hash counts."""
    breaks: tuple[Break, ...]


def record(
    connection: Connection,
    actor: str,
    act: str,
    object: str,  # noqa: A002 - the word of the table
    detail: Mapping[str, Any],
) -> int:
    """Append an act to the audit, in the transaction of the act itself.

    Others who append wait until this transaction has ended, so it should end soon.

    Args:
        connection: Of a write transaction.
        actor: Id of the tutor who acts, or `CONSOLE`.
        act: What is done: ``tutor.add``.
        object: Id of what it is done to; may be empty.
        detail: Ids and numbers; never a name or a text.

    Returns:
        The act's number, from 1, without gaps.
    """
    seq = _next(connection)
    last = connection.execute(select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).scalar()
    prev = bytes(last) if last is not None else chain.START
    columns = (str(seq), stamp(utc_now()), actor, act, object, dumps(dict(detail)))
    names = ("at", "actor", "act", "object", "detail")
    row = dict(zip(names, columns[1:], strict=True))
    connection.execute(insert(audit).values(seq=seq, **row, prev=prev, hash=_link(prev, columns)))
    return seq


def _next(connection: Connection) -> int:
    taken = connection.execute(
        update(counters)
        .where(counters.c.name == _COUNTER)
        .values(n=counters.c.n + 1)
        .returning(counters.c.n)
    ).scalar_one_or_none()
    if taken is None:
        connection.execute(insert(counters).values(name=_COUNTER, n=1))
        return 1
    return int(taken)


def _link(prev: bytes, columns: tuple[str, ...]) -> bytes:
    """Hash over the act before and all columns; each behind its length, so that none can shift."""
    made = sha256(_PREFIX + prev)
    for column in columns:
        data = column.encode()
        made.update(len(data).to_bytes(8, "big") + data)
    return made.digest()


def acts(context: Context, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """Acts numbered above ``after``, in order, as JSON objects with the hash as hexadecimal digits."""
    query = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
    with context.database.read() as connection:
        return [act_row(row) for row in connection.execute(query).mappings()]


def act_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of the audit as a JSON object."""
    return {**row, "prev": bytes(row["prev"]).hex(), "hash": bytes(row["hash"]).hex()}


def verify(context: Context, advance: Advance = lambda _: None) -> Checked:
    """Make every chain anew from what is stored.

    Reads all judgments once; memory stays the same however many there are.

    Args:
        context: The server.
        advance: Told of judgments hashed.

    Returns:
        What was looked at, with every break; what is done meanwhile is left out.
    """
    return verify_database(context.database, advance)


def verify_database(database: Database, advance: Advance = lambda _: None) -> Checked:
    """As `verify`."""
    with snapshot(database) as connection:
        of_acts = _Acts()
        of_acts.read(connection)
        of_devices = _Devices(advance)
        of_devices.read(connection)
    return Checked(
        of_acts.count,
        of_acts.head.hex(),
        of_devices.count,
        of_devices.judgments,
        of_devices.purged,
        (*of_acts.breaks, *of_devices.breaks),
    )


class _Acts:
    """The administrators' chain as it is read."""

    def __init__(self) -> None:
        self.count = 0
        self.head = chain.START
        self.breaks: list[Break] = []
        self._last = 0

    def read(self, connection: Connection) -> None:
        """Go through all acts."""
        for row in connection.execute(select(audit).order_by(audit.c.seq)):
            self._add(row)
        counted = connection.execute(
            select(counters.c.n).where(counters.c.name == _COUNTER)
        ).scalar_one_or_none()
        if (counted or 0) != self._last:
            self._tell(
                self._last + 1, f"{counted or 0} acts were counted, the last is {self._last}"
            )

    def _add(self, row: Row[Any]) -> None:
        self.count += 1
        if row.seq != self._last + 1:
            self._tell(self._last + 1, "the act is missing")
        elif bytes(row.prev) != self.head:
            self._tell(row.seq, "the act does not follow the one before")
        columns = (str(row.seq), row.at, row.actor, row.act, row.object, row.detail)
        if _link(bytes(row.prev), columns) != bytes(row.hash):
            self._tell(row.seq, "the act was changed")
        self._last, self.head = row.seq, bytes(row.hash)

    def _tell(self, number: int, what: str) -> None:
        self.breaks.append(Break(_COUNTER, number, what))


class _Devices:
    """The chains of the devices as they are read."""

    def __init__(self, advance: Advance) -> None:
        self.count = 0
        self.judgments = 0
        self.purged = 0
        self.breaks: list[Break] = []
        self._advance = advance

    def read(self, connection: Connection) -> None:
        """Go through all devices, and through the judgments of each in order."""
        rows = connection.execute(_stored())
        for _, of_device in groupby(rows, key=lambda row: row.device):
            self._device(of_device)
        orphans = select(judgments.c.device, func.min(judgments.c.dseq).label("first")).where(
            judgments.c.device.not_in(select(devices.c.id))
        )
        for row in connection.execute(orphans.group_by(judgments.c.device)):
            self.breaks.append(Break(row.device, row.first, "the device is missing"))

    def _device(self, rows: Iterator[Row[Any]]) -> None:
        self.count += 1
        head, expected = chain.START, 1
        for row in rows:
            device, have, stored = row.device, row.have, bytes(row.head)
            if row.dseq is None:
                continue
            if row.dseq != expected:
                self.breaks.append(Break(device, expected, "the judgment is missing"))
            head = chain.link(head, row.dseq, self._digest(row))
            expected = row.dseq + 1
        if expected - 1 != have:
            what = f"the last judgment is {expected - 1}, {have} were counted"
            self.breaks.append(Break(device, min(expected - 1, have) + 1, what))
        if head != stored:
            self.breaks.append(Break(device, have, "the chain's head is another"))

    def _digest(self, row: Row[Any]) -> bytes:
        """The judgment's part of the chain: the hash that the device signed, compared with the body."""
        self.judgments += 1
        self._advance(1)
        said = bytes(row.sha256)
        if row.body is None:
            self._bodiless(row)
        # A hash that was wrong when it came is the one that the device signed all the same.
        elif row.reason != "wrong_digest" and sha256(row.body.encode()).digest() != said:
            self.breaks.append(Break(row.device, row.dseq, "the judgment was changed"))
        return said

    def _bodiless(self, row: Row[Any]) -> None:
        if row.status in {"duplicate", "invalid"}:
            return
        if row.state != "purged":
            self.breaks.append(Break(row.device, row.dseq, "the judgment's text is gone"))
        self.purged += 1


def _stored() -> Any:
    both = devices.outerjoin(judgments, judgments.c.device == devices.c.id)
    both = both.outerjoin(tasks, tasks.c.id == judgments.c.task)
    return (
        select(
            devices.c.id.label("device"),
            devices.c.have,
            devices.c.head,
            judgments.c.dseq,
            judgments.c.sha256,
            judgments.c.body,
            judgments.c.status,
            judgments.c.reason,
            tasks.c.state,
        )
        .select_from(both)
        .order_by(devices.c.id, judgments.c.dseq)
    )
