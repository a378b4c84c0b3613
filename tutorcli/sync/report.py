"""What one sync did."""

from dataclasses import asdict, dataclass, field
from typing import Any

from tutorcli.core.wire import Status
from tutorcli.store.receiving import Received

CLOCK_WARN_MS = 5 * 60 * 1000
"""From here on a difference of the clocks is told."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A judgment that the server did not simply accept."""

    judgment: str | None
    """Its id; None where the server names a number that this home does not have."""
    task: str | None
    status: Status
    reason: str | None


@dataclass(slots=True)
class SyncReport:
    """Counts of one sync; filled while it runs, so that a cut one tells what it did."""

    sent: int = 0
    """Judgments that the server has now and had not before."""
    results: dict[Status, int] = field(default_factory=dict)
    """Status: how many of those sent."""
    not_accepted: list[Ruling] = field(default_factory=list)
    """Those that are surplus, quarantined or invalid, in the order in which they were sent."""
    fetched: int = 0
    """Tasks that came."""
    withdrawn: int = 0
    """Tasks that a lead took back."""
    purged: int = 0
    """Tasks whose texts a lead had removed everywhere."""
    drafts_erased: int = 0
    """Drafts of such tasks; they are gone too."""
    expired: int = 0
    """Tasks that went to somebody else after their lease."""
    mine: int = 0
    """Judgments of this tutor that came from other machines."""
    news: int = 0
    """What the server said of judgments sent before."""
    removed: int = 0
    """Judged tasks that left this machine, as the server's policy asks."""
    went_back: int = 0
    """Judgments that the server had lost and was sent again."""
    new_device: bool = False
    """Whether this home goes on under a new device, for the server knew another history of it."""
    unsent: int = 0
    clock_offset_ms: int | None = None
    """The server's clock less this machine's."""
    verified: bool = False
    elsewhere: int = 0
    """Open tasks of the tutor that are not here, as `verified` found: on another machine, or due
    with the next pull."""
    seconds: float = 0.0

    def count(self, status: Status) -> int:
        """How many of those sent have a status."""
        return self.results.get(status, 0)

    def add(self, received: Received) -> None:
        """Count what a pull brought."""
        self.fetched += received.tasks
        self.withdrawn += received.withdrawn
        self.purged += received.purged
        self.drafts_erased += received.drafts
        self.expired += received.expired
        self.mine += received.mine
        self.news += received.outcomes

    def row(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "sent": self.sent,
            "accepted": self.count("accepted"),
            "surplus": self.count("surplus"),
            "quarantined": self.count("quarantined"),
            "duplicates": self.count("duplicate"),
            "invalid": self.count("invalid"),
            "not_accepted": [asdict(item) for item in self.not_accepted],
            "fetched": self.fetched,
            "withdrawn": self.withdrawn,
            "purged": self.purged,
            "drafts_erased": self.drafts_erased,
            "expired": self.expired,
            "mine": self.mine,
            "news": self.news,
            "removed": self.removed,
            "went_back": self.went_back,
            "new_device": self.new_device,
            "unsent": self.unsent,
            "clock_offset_ms": self.clock_offset_ms,
            "verified": self.verified,
            "elsewhere": self.elsewhere,
            "seconds": round(self.seconds, 3),
        }
