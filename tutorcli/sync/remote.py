"""The port to whatever a home syncs with; a second kind of server is one more file and one line here."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from tutorcli.core.wire import (
    EnrolReply,
    EnrolRequest,
    Hello,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    VerifyReply,
)
from tutorcli.errors import ConfigError, Refused, message, near

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KINDS: dict[str, str] = {"tutorcli": "tutorcli.sync.client:connect"}
"""Kind of server: ``module:function`` that opens a `Remote` for a `Place`."""

OWN_KIND = "tutorcli"


class Remote(Protocol):
    """One server, as one home sees it.

    Every call raises `Unreachable` when no answer of the server came, which changes nothing here and
    may have changed something there, and `Refused` when it said no. Each may be sent twice.
    """

    def hello(self) -> Hello:
        """Who the server is; the other calls come after it."""

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Change a code into a token, which the calls that follow carry."""

    def pull(self, request: PullRequest) -> PullReply:
        """What this home shall hold."""

    def push(self, request: PushRequest) -> PushReply:
        """Hand over judgments.

        Raises:
            DeviceForked: The server knows another history of this device.
        """

    def verify(self, device: str) -> VerifyReply:
        """What the server holds of a device, counted and hashed anew."""

    def stats(self, question: "Mapping[str, str]") -> dict[str, Any]:
        """The server's answer to a question about all judgments; for leads."""

    def close(self) -> None:
        """Let go of the connection."""


class DeviceForked(Refused):
    """The server stores a history of this device that is not the one of this home."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is, and what is needed to reach it."""

    url: str
    """As `address.normal` made it."""
    token: str | None = None
    ca: Path | None = None
    """File of the only authorities that its certificate may come from; None: those of the system."""
    proxy: str | None = None


def connect(place: Place, kind: str = OWN_KIND) -> Remote:
    """The server at a place; nothing is sent yet.

    Raises:
        ConfigError: There is no such kind of server.
    """
    if kind not in KINDS:
        guess = near(kind, KINDS)
        raise ConfigError(
            message('there is no kind of server "{kind}"', kind=kind),
            hint=message('did you mean "{guess}"?', guess=guess)
            if guess
            else message("known: {names}", names=", ".join(sorted(KINDS))),
        )
    module, _, function = KINDS[kind].partition(":")
    opened = cast("Callable[[Place], Remote]", getattr(import_module(module), function))
    return opened(place)
