"""What one way of judging needs to know of the screen, and what it gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from tutorcli.core.draft import Draft, Operation
from tutorcli.core.instruments import Instrument
from tutorcli.core.protocol import Assigned
from tutorcli.errors import Message

Operations = Sequence[Operation]
Line = tuple[str, str]
"""A line of a panel: its role (text, dim, strong, heading) and its text."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the tutor sits: the task, what was said so far, the answer that has the focus."""

    assigned: Assigned
    draft: Draft
    instrument: Instrument
    active: str | None
    """Id of the answer that has the focus; None without answers."""
    language: str = "en"
    """The language of packs' wording: en, zh_Hans, ..."""

    def number(self, answer: str) -> int:
        """The number under which an answer is shown, from 1."""
        return self.assigned.order.index(answer) + 1

    @property
    def answers(self) -> tuple[str, ...]:
        """Ids in the order shown."""
        return self.assigned.order


@dataclass(frozen=True, slots=True)
class Turned:
    """What a key did: operations for the draft, and where the screen should look."""

    operations: Operations = ()
    note: Message | None = None
    """Why the key did nothing, or what it did beyond what is seen."""
    focus: str | None = None
    """The answer that should get the focus now."""
    leave: bool = False
    """The instrument has nothing further to ask: the focus goes back to the first one."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key that means something now, for the key bar."""

    key: str
    title: Message
    why_not: Message | None = None
    """Why it cannot act now."""
    extra: Mapping[str, object] = field(default_factory=dict)


class View(Protocol):
    """One way of judging on the screen; it draws nothing and holds no state."""

    kind: ClassVar[str]
    """The instrument's word in protocols."""
    title: ClassVar[Message]

    def press(self, seat: Seat, key: str, action: str | None) -> Turned | None:
        """What a key does; None when it means nothing to this instrument."""

    def hints(self, seat: Seat) -> Sequence[Hint]:
        """The keys that mean something now."""

    def badges(self, seat: Seat) -> Mapping[str, str]:
        """A few characters for the heads of answers."""

    def strip(self, seat: Seat) -> str:
        """What was said so far, for the strip; empty when nothing."""

    def panel(self, seat: Seat) -> Sequence[Line]:
        """Lines above the strip while the instrument has the focus."""
