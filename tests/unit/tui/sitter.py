"""Presses keys at one instrument, without a screen."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.unit.core.made import PACK, assign, make_task
from tutorcli.core.draft import Draft, Stamp, entry_of, judgment_of
from tutorcli.core.instruments import (
    Instrument,
)
from tutorcli.core.judgment import Judgment
from tutorcli.core.pack import Pack
from tutorcli.tui.actions import Keymap
from tutorcli.tui.instruments.rank import changes
from tutorcli.tui.instruments.registry import VIEWS
from tutorcli.tui.instruments.seat import Seat, Turned, View

if TYPE_CHECKING:
    from tutorcli.core.protocol import Assigned

KEYMAP = Keymap()


class Sitter:
    """Presses keys at one instrument, the answers shown as a, b, c ... under 1, 2, 3 ..."""

    def __init__(
        self,
        instrument: Instrument,
        answers: str = "abcd",
        *,
        order: str = "",
        others: tuple[Instrument, ...] = (),
        pack: Pack | None = PACK,
    ) -> None:
        task = make_task(answers)
        made = assign(task, (instrument, *others), pack)
        self.assigned: Assigned = replace(made, order=tuple(order or answers))
        self.draft = Draft("j", "2026-01-01T00:00:00Z")
        self.instrument = instrument
        self.active: str | None = self.assigned.order[0] if answers else None
        self.last = Turned()

    @property
    def seat(self) -> Seat:
        return Seat(self.assigned, self.draft, self.instrument, self.active)

    @property
    def view(self) -> View:
        return VIEWS[self.instrument.kind]

    def press(self, *keys: str) -> "Sitter":
        for key in keys:
            turned = self.view.press(self.seat, key, KEYMAP.action(key))
            self.last = turned or Turned()
            for operation in self.last.operations:
                self.draft.apply(operation)
            if self.last.focus is not None:
                self.active = self.last.focus
        return self

    @property
    def note(self) -> str:
        return str(self.last.note) if self.last.note else ""

    @property
    def strip(self) -> str:
        return self.view.strip(self.seat)

    @property
    def badges(self) -> dict[str, str]:
        return dict(self.view.badges(self.seat))

    @property
    def panel(self) -> list[str]:
        return [text for _, text in self.view.panel(self.seat)]

    @property
    def hints(self) -> dict[str, str]:
        """Keys to why they cannot act; empty: they can."""
        return {hint.key: str(hint.why_not or "") for hint in self.view.hints(self.seat)}

    @property
    def said(self) -> Judgment:
        """What Enter would submit."""
        entry = entry_of(self.draft)
        for operation in changes(entry, entry.filled(self.assigned.order)):
            self.draft.apply(operation)
        stamp = Stamp("local-1", "0" * 64, "2026-01-01T00:00:00Z", 0, "test")
        return judgment_of(self.draft, self.assigned, stamp)
