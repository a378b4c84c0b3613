"""The bodies of sync, protocol version 1; client and server both import them.

Each is a JSON object. Requests refuse unknown members; of replies a client ignores those that it does
not know, so that a newer server can say more. Digests are 64 lower-case hexadecimal digits, times are
UTC in ISO 8601.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from tutorcli.core.bodies import OPEN, STRICT, Bound
from tutorcli.core.document import Document
from tutorcli.core.instruments import INSTRUMENTS
from tutorcli.core.policy import Policy

VERSIONS = (1,)
"""Versions of the protocol that this program speaks, oldest first; a server serves the last two."""

VERSION_HEADER = "Tutorcli-Protocol"
REQUEST_ID_HEADER = "X-Request-Id"

KINDS = tuple(f"{name}/1" for name in INSTRUMENTS)
"""The instruments that this program has, as a pull announces them."""

Status = Literal["accepted", "surplus", "quarantined", "duplicate", "invalid"]
"""What became of a judgment on the server."""

STATUSES: tuple[Status, ...] = ("accepted", "surplus", "quarantined", "duplicate", "invalid")

MOST_HELD = 10_000
"""Assignments that a home may say it holds, and that it may want."""

_Count = Annotated[int, Bound(ge=0, le=2**63 - 1)]
"""Numbers and sizes as databases take them."""
_Token = Annotated[str, Bound(pattern=r"^[!-~]{1,1000}$")]
"""Printable ASCII without blanks, which a header can carry."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server takes at once."""

    __pydantic_config__: ClassVar[Any] = OPEN

    body: _Count = 16 << 20
    """Bytes of a request's body, unpacked."""
    items: _Count = 200
    """Judgments in one push."""
    item: _Count = 8 << 20
    """Bytes of one judgment; a longer one is pushed without its body and stored as invalid."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The oldest and the newest version of the protocol that a server speaks."""

    __pydantic_config__: ClassVar[Any] = OPEN

    min: int
    max: int


@dataclass(frozen=True, slots=True)
class Consent:
    """What a tutor agrees to at enrolment."""

    __pydantic_config__: ClassVar[Any] = OPEN

    text: str
    sha256: str
    """Of the text's UTF-8 bytes."""


@dataclass(frozen=True, slots=True)
class Hello:
    """GET /v1/hello: who the server is; asked without a token."""

    __pydantic_config__: ClassVar[Any] = OPEN

    server: str
    """Program and version: ``tutorcli/0.1.0``."""
    protocol: Versions
    project: str
    """Name of the project, for people."""
    instance: str
    """UUID of the server's database; the name of the channel."""
    epoch: str
    """UUID that changes when the database is restored from a backup."""
    time: str
    region: str | None = None
    limits: Limits = field(default_factory=Limits)
    encodings: tuple[str, ...] = ("gzip",)
    consent: Consent | None = None
    policy: Policy = field(default_factory=Policy)
    """Also here, so that a machine that does not fit is not enrolled."""


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """POST /v1/enrol: a code against a token. The same code and device within ten minutes: again."""

    __pydantic_config__: ClassVar[Any] = STRICT

    code: str
    device: str
    """UUID of this home on the channel."""
    name: str = ""
    """Name of the machine, for people."""
    tutor: str | None = None
    """Whom this home belonged to on this server before; another one is refused."""
    consent: str | None = None
    """Hash of the consent text that the tutor agreed to."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """What a tutor may be given: a domain in a language, ``*`` for any."""

    __pydantic_config__: ClassVar[Any] = OPEN

    domain: str
    language: str
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class EnrolReply:
    """Who the tutor is to the server, and the secret that says so."""

    __pydantic_config__: ClassVar[Any] = OPEN

    token: _Token
    tutor: str
    """The tutor's id on this server, which is a pseudonym."""
    roles: tuple[str, ...]
    qualifications: tuple[Qualification, ...] = ()
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class PullRequest:
    """POST /v1/pull: what this home holds and how much it wants; sent twice, it changes nothing more."""

    __pydantic_config__: ClassVar[Any] = STRICT

    device: str
    want: _Count = 0
    """Open assignments that this home would like to hold in all, those that it holds included."""
    holding: tuple[str, ...] = ()
    """Assignments that stand open here; their leases are prolonged."""
    instruments: tuple[str, ...] = KINDS
    documents: tuple[str, ...] = ()
    """Refs of the protocols, packs and guidelines that are here."""
    after: _Count = 0
    """The greatest feed number that this home has heard of (`PullReply.until`)."""
    max_bytes: _Count = 4 << 20
    """About how long the reply's assignments may be together; a server may give less."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task handed to one tutor."""

    __pydantic_config__: ClassVar[Any] = OPEN

    id: str
    """An opaque uuid4; the task's id at the tutor's."""
    task: dict[str, Any]
    """The task as JSON, blind; its id is the assignment."""
    expires: str
    """Until when it is lent: a hint, later work is kept."""
    is_open: bool = True
    """False: it was judged already, on another machine; its judgments come in `mine`."""
    pack: str | None = None
    """Ref of the pack that it is to be judged by."""
    guideline: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An assignment that the server took back."""

    __pydantic_config__: ClassVar[Any] = OPEN

    assignment: str
    reason: Literal["withdrawn", "purged", "expired"]
    """withdrawn: by a lead; purged: the text must go too; expired: it was given to someone else."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of this tutor's judgments, when it arrived or since."""

    __pydantic_config__: ClassVar[Any] = OPEN

    judgment: str
    status: Status
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Mine:
    """A judgment that this tutor made on another machine."""

    __pydantic_config__: ClassVar[Any] = OPEN

    device: str
    dseq: _Count
    sha256: str
    body: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a device stands on the server; in every reply to it."""

    __pydantic_config__: ClassVar[Any] = OPEN

    have: _Count
    """Number of the last judgment stored of this device."""
    head: str
    """The chain's head at `have` (`core.chain`)."""
    durable: _Count
    """Number of the last one that lies in a verified backup."""
    epoch: str
    time: str


@dataclass(frozen=True, slots=True)
class PullReply(Standing):
    """What a home shall hold from now on; stored in one transaction."""

    assignments: tuple[Assignment, ...] = ()
    documents: tuple[Document, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    mine: tuple[Mine, ...] = ()
    leases: dict[str, str] = field(default_factory=dict)
    """Assignment held: until when it is lent now."""
    until: _Count = 0
    """The feed number up to which `outcomes` and `mine` are complete; `after` of the next pull."""
    more: bool = False
    """Whether another pull would bring something at once."""
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class Item:
    """One judgment of a push."""

    __pydantic_config__: ClassVar[Any] = STRICT

    dseq: _Count
    sha256: str
    """Of the body's UTF-8 bytes."""
    body: str | None = None
    """The frozen JSON, as a string; None when it is longer than the server takes."""
    assignment: str | None = None
    """Of an item without body: what it is about, so that its place can go to somebody else."""


@dataclass(frozen=True, slots=True)
class PushRequest:
    """POST /v1/push: what lies behind `have`, in order and without gaps; may be empty."""

    __pydantic_config__: ClassVar[Any] = STRICT

    device: str
    prev_head: str
    """The chain's head before the first item."""
    items: tuple[Item, ...] = ()
    first: _Count = 1
    """Number of the first item, or of the one that would be."""
    clock: str | None = None
    """What this machine's clock says."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item."""

    __pydantic_config__: ClassVar[Any] = OPEN

    dseq: _Count
    status: Status
    reason: str | None = None
    id: str | None = None
    """The judgment's id, where the body could be read."""


@dataclass(frozen=True, slots=True)
class PushReply(Standing):
    """One result an item that was looked at; those known before carry the status that they have."""

    results: tuple[ItemResult, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyReply(Standing):
    """GET /v1/verify?device=: the server hashes anew all that it stores of a device."""

    count: _Count = 0
    """Judgments of this device whose bytes are stored."""
    purged: _Count = 0
    """The others of it: a purge has taken their bytes, or they were too long; their hashes stand."""
    computed: str = ""
    """The chain's head, made from the stored bytes."""
    held: tuple[str, ...] = ()
    """The tutor's open assignments, on whatever machine; sorted, at most `MOST_HELD`."""


Reason = Literal[
    "late",
    "withdrawn",
    "purged",
    "unassigned",
    "not_assigned",
    "wrong_tutor",
    "stale_text",
    "stale_guideline",
    "own_work",
    "id_reused",
    "too_large",
    "not_json",
    "schema",
    "wrong_digest",
    "rejected",
]
"""Why a judgment is surplus, quarantined or invalid.

Surplus: late (the task went to others after the lease). Quarantined: withdrawn and purged (the task), unassigned (no such
assignment), not_assigned (someone else's), wrong_tutor (signed as another), stale_text,
stale_guideline (changed meanwhile), own_work (a review of the own judgment), id_reused (the id is known
with other bytes), rejected (by a lead). Invalid: too_large, not_json, schema, wrong_digest.
"""

REASONS: tuple[str, ...] = Reason.__args__  # type: ignore[attr-defined]
