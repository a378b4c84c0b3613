"""The channels of a home: where judgments go, and how far each server has heard."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace

from tutorcli.core import chain
from tutorcli.core.canonical import dumps
from tutorcli.core.policy import Policy
from tutorcli.errors import InputError, Refused, message
from tutorcli.store.connection import Row, Value
from tutorcli.store.db import Queue
from tutorcli.store.schema import utc_now

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as it stands."""

    name: str
    """``local``, or the instance of a server."""
    tutor: str
    """The tutor's id on it."""
    device: str
    """UUID of this home on it."""
    url: str | None = None
    """Where its server is reached; None of `LOCAL`."""
    project: str | None = None
    region: str | None = None
    epoch: str | None = None
    """Which life of the server's database was heard of last."""
    have: int = 0
    """Number of the last judgment of this device that the server is known to have."""
    head: bytes = chain.START
    """The chain's head at `have`."""
    durable: int = 0
    """Number of the last one that lies in a verified backup."""
    durable_head: bytes = chain.START
    """The chain's head at `durable`, which may be all that is left of what came before."""
    heard: int = 0
    """Feed number up to which the server's news are known."""
    policy: Policy = field(default_factory=Policy)
    clock_offset_ms: int | None = None
    """The server's clock less this machine's."""
    signed_in: bool = False
    contact_at: str | None = None
    """When a login or a sync last went well; UTC, ISO 8601."""
    problem: str | None = None
    """Why the last one did not; one line."""
    updated_at: str = ""


_COLUMNS = ("channel", *[item.name for item in fields(Channel)][1:])
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM sync_state"  # noqa: S608
_INSERT = (
    f"INSERT INTO sync_state ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
)
_POLICY = frozenset(item.name for item in fields(Policy))


def enrol(queue: Queue, channel: Channel) -> Channel:
    """Sign in to a server; every other server channel is signed out.

    Of a channel that is known already tutor, device and what the server is known to have stay.

    Returns:
        The channel as it stands now.

    Raises:
        Refused: This home belongs to another tutor there.
    """
    now = utc_now()
    with queue.write():
        queue.execute("UPDATE sync_state SET signed_in = 0 WHERE signed_in = 1")
        known = find(queue, channel.name)
        if known is None:
            fresh = replace(channel, signed_in=True, contact_at=channel.contact_at or now)
            queue.execute(_INSERT, _row(replace(fresh, updated_at=now)))
        else:
            _require_tutor(known, channel)
            update(
                queue,
                channel.name,
                url=channel.url,
                project=channel.project,
                region=channel.region,
                policy=policy_text(channel.policy),
                signed_in=1,
                contact_at=channel.contact_at or now,
                problem=None,
            )
        return get(queue, channel.name)


def _require_tutor(known: Channel, channel: Channel) -> None:
    if known.tutor != channel.tutor:
        raise Refused(
            message(
                "this home belongs to {known} on that server, not to {tutor}",
                known=known.tutor,
                tutor=channel.tutor,
            ),
            hint=message("take another home for another tutor: TUTORCLI_HOME"),
        )


def get(queue: Queue, name: str) -> Channel:
    """The channel of that name.

    Raises:
        InputError: There is none.
    """
    channel = find(queue, name)
    if channel is None:
        raise InputError(message('there is no channel "{channel}"', channel=name))
    return channel


def find(queue: Queue, name: str) -> Channel | None:
    """The channel of that name, or None."""
    row = queue.row(f"{_SELECT} WHERE channel = ?", (name,))
    return _channel(row) if row else None


def signed_in(queue: Queue) -> Channel | None:
    """The server channel that is signed in, if any."""
    row = queue.row(f"{_SELECT} WHERE signed_in = 1")
    return _channel(row) if row else None


def each(queue: Queue) -> list[Channel]:
    """All channels: the local one, then those of servers in the order of their names."""
    return [_channel(row) for row in queue.rows(f"{_SELECT} ORDER BY channel <> 'local', channel")]


def sign_out(queue: Queue, name: str) -> None:
    """Sign out; what is unsent stays."""
    with queue.write():
        update(queue, name, signed_in=0)


def note_contact(queue: Queue, name: str, at: str, clock_offset_ms: int | None = None) -> None:
    """A sync went well.

    Args:
        queue: Where.
        name: The channel.
        at: When; UTC, ISO 8601.
        clock_offset_ms: The server's clock less this machine's; None: not measured, as before.
    """
    measured = {} if clock_offset_ms is None else {"clock_offset_ms": clock_offset_ms}
    with queue.write():
        update(queue, name, contact_at=at, problem=None, **measured)


def note_problem(queue: Queue, name: str, problem: str) -> None:
    """A sync failed; ``problem`` is one line for people, without content of tasks."""
    with queue.write():
        update(queue, name, problem=" ".join(problem.split()))


def update(queue: Queue, name: str, **values: Value) -> None:
    """Set columns of a channel; inside a `write`."""
    names = ", ".join(f"{column} = ?" for column in values)
    queue.execute(
        f"UPDATE sync_state SET {names}, updated_at = ? WHERE channel = ?",  # noqa: S608
        (*values.values(), utc_now(), name),
    )


def policy_text(policy: Policy) -> str:
    """The text of a policy in its column."""
    return dumps(asdict(policy))


def _row(channel: Channel) -> Sequence[Value]:
    values = [getattr(channel, item.name) for item in fields(Channel)]
    return [policy_text(value) if isinstance(value, Policy) else value for value in values]


def _channel(row: Row) -> Channel:
    values = dict(zip(_COLUMNS, row, strict=True))
    known = json.loads(values["policy"])
    policy = Policy(**{key: known[key] for key in known if key in _POLICY})
    name = values.pop("channel")
    return Channel(
        **{**values, "name": name, "policy": policy, "signed_in": bool(values["signed_in"])}
    )
