"""A sync that is going on: what it is to do, where it stands, what it did so far."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from tutorcli.core.wire import ItemResult, Standing
from tutorcli.errors import Mismatch, message
from tutorcli.store import channels, judgments, sending
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.store.sending import Confirmed
from tutorcli.sync.remote import Remote
from tutorcli.sync.report import Ruling, SyncReport

_TURNS = 5
"""How often a server may be restored within one sync."""


def _new_device() -> str:
    return str(uuid4())


def _now() -> datetime:
    return datetime.now(UTC)


def _silent(what: str, steps: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sync is to do, with the clocks and the source of ids that it needs."""

    pull: int = 50
    """Open tasks that this home would like to hold."""
    verify: bool = False
    """Whether to compare counts and hashes at the end."""
    progress: Callable[[str, int], None] = _silent
    """Told ``sent`` and how many judgments went, ``fetched`` and how many tasks came."""
    now: Callable[[], datetime] = _now
    """The time in UTC."""
    clock: Callable[[], float] = time.monotonic
    new_device: Callable[[], str] = _new_device


@dataclass(slots=True)
class Course:
    """One sync."""

    queue: Queue
    channel: Channel
    """As it stood after the last reply."""
    remote: Remote
    wanted: Wanted
    report: SyncReport
    turns: int = 0
    """How often the server was another than a moment before."""

    def note(self, standing: Standing, results: Iterable[ItemResult] = ()) -> Confirmed:
        """Take note of what a reply proves.

        Raises:
            Forked: The server's history is not this home's.
            Mismatch: The server loses again and again what it had.
        """
        told = list(results)
        confirmed = sending.confirm(self.queue, self.channel.name, standing, told)
        self.refresh()
        if confirmed.went_back:
            self._went_back(confirmed)
        else:
            self.report.sent += confirmed.have - confirmed.before
            self._count(result for result in told if result.dseq > confirmed.before)
            self.wanted.progress("sent", confirmed.have - confirmed.before)
        return confirmed

    def refresh(self) -> None:
        """Read anew how the channel stands."""
        self.channel = channels.get(self.queue, self.channel.name)

    def begin_anew(self) -> None:
        """Go on under a new device; ids and bytes stay, so that nothing is stored twice.

        Raises:
            Mismatch: That was done already, and the server knows another history of it too.
        """
        if self.report.new_device:
            raise unsteady()
        sending.renumber(self.queue, self.channel.name, self.wanted.new_device())
        self.report.new_device = True
        self.refresh()

    def turn(self) -> None:
        """The server is another than it was a moment ago: once, it was restored; often, it is ill.

        Raises:
            Mismatch: It was too often.
        """
        self.turns += 1
        if self.turns > _TURNS:
            raise unsteady()

    def _went_back(self, confirmed: Confirmed) -> None:
        self.report.went_back += confirmed.before - confirmed.have
        self.turn()

    def _count(self, results: Iterable[ItemResult]) -> None:
        for result in results:
            self.report.results[result.status] = self.report.count(result.status) + 1
            if result.status in {"surplus", "quarantined", "invalid"}:
                self.report.not_accepted.append(self._ruling(result))

    def _ruling(self, result: ItemResult) -> Ruling:
        # The server cannot name what it could not read.
        judgment_id = sending.id_at(self.queue, self.channel, result.dseq)
        judged = judgments.get(self.queue, judgment_id) if judgment_id else None
        task = judged.judgment.task if judged else None
        return Ruling(judgment_id, task, result.status, result.reason)


def unsteady() -> Mismatch:
    """The error for a server whose word does not hold."""
    return Mismatch(
        message("the server says each time anew what it has of this home; nothing here is lost"),
        hint=message("tell your administrator; after that run it again"),
    )
