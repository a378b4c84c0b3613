"""Which way of judging has the focus, and what all of them show."""

from collections.abc import Iterator

from tutorcli.core.instruments import Instrument
from tutorcli.services.judging import Opened
from tutorcli.tui.instruments.registry import VIEWS
from tutorcli.tui.instruments.seat import Seat, View


def seat_of(opened: Opened, active: int, language: str) -> Seat:
    """Where the tutor sits.

    Args:
        opened: The task on the screen.
        active: Index of the answer that has the focus, in the order shown.
        language: The language of packs' wording.
    """
    assigned = opened.assigned
    wanted = opened.draft.place.get("instrument")
    usable = assigned.instruments or assigned.protocol.instruments
    instrument = next((item for item in usable if item.kind == wanted), usable[0])
    answer = assigned.order[active] if assigned.order else None
    return Seat(assigned, opened.draft, instrument, answer, language)


def view_of(seat: Seat) -> View | None:
    """The screen of the instrument that has the focus; None where there is nothing to judge."""
    return VIEWS[seat.instrument.kind] if seat.answers else None


def all_views(seat: Seat) -> Iterator[tuple[View, Seat]]:
    """Every instrument of the task with a seat at it."""
    for item in seat.assigned.instruments:
        yield (
            VIEWS[item.kind],
            Seat(seat.assigned, seat.draft, item, seat.active, seat.language),
        )


def rounds(seat: Seat) -> list[Instrument]:
    """The instruments that the tutor goes through by one key; reasons of an edit come by editing."""
    return [item for item in seat.assigned.instruments if item.kind != "edit"]


def following(seat: Seat) -> Instrument:
    """The instrument after the one that has the focus."""
    kinds = rounds(seat) or [seat.instrument]
    if seat.instrument not in kinds:
        return kinds[0]
    return kinds[(kinds.index(seat.instrument) + 1) % len(kinds)]


def badges_of(seat: Seat) -> list[str]:
    """What stands at the right of each answer's head, in the order shown."""
    badges: dict[str, list[str]] = {answer: [] for answer in seat.answers}
    for view, own in all_views(seat):
        for answer, badge in view.badges(own).items():
            badges[answer].append(badge)
    return [" ".join(badges[answer]) for answer in seat.answers]
