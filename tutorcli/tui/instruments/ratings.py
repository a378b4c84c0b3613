"""Ratings by keys: one digit a criterion, then on to the next by itself."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tutorcli.core.draft import Operation, rating_key
from tutorcli.core.instruments import Ratings
from tutorcli.core.pack import Criterion, wording
from tutorcli.core.rules import rating_cells
from tutorcli.errors import Message, message
from tutorcli.i18n import tr
from tutorcli.tui import signs
from tutorcli.tui.instruments.seat import Hint, Line, Seat, Turned

NOT_APPLICABLE = "9"
"""The digit for a criterion that does not apply; scales end below it."""

_Cell = tuple[str | None, Criterion]


class RatingsView:
    """The digit of an anchor rates and goes on; 9 where a criterion does not apply."""

    kind: ClassVar[str] = "ratings"
    title: ClassVar[Message] = message("ratings")

    def press(self, seat: Seat, key: str, action: str | None) -> Turned | None:
        """What a key does to the ratings."""
        cells = _cells(seat)
        if not cells:
            return None
        at = _position(seat, cells)
        if key.isdecimal() and key.isascii() and len(key) == 1:
            return _rate(seat, cells, at, key)
        match action:
            case "back":
                return _step(seat, cells, max(at - 1, 0))
            case "append":
                return _step(seat, cells, (at + 1) % len(cells))
            case "next_answer" | "previous_answer":
                return _other_answer(seat, cells, at, 1 if action == "next_answer" else -1)
        return None

    def hints(self, seat: Seat) -> Sequence[Hint]:
        """The digits of the scale."""
        cells = _cells(seat)
        if not cells:
            return ()
        criterion = cells[_position(seat, cells)][1]
        hints = [Hint(f"{criterion.min}-{criterion.max}", message("rate"))]
        if criterion.na:
            hints.append(Hint(NOT_APPLICABLE, message("does not apply")))
        return (*hints, Hint("append", message("leave open")), Hint("back", message("one back")))

    def badges(self, seat: Seat) -> Mapping[str, str]:
        """The values given to each answer, a dot where one is open."""
        badges: dict[str, str] = {}
        for answer, criterion in _cells(seat):
            if answer is not None:
                badges[answer] = badges.get(answer, "") + _mark(seat, answer, criterion)
        return {answer: marks for answer, marks in badges.items() if marks.strip(signs.now().dot)}

    def strip(self, seat: Seat) -> str:
        """How many ratings are given."""
        cells = _cells(seat)
        given = sum(_row(seat, cell) is not None for cell in cells)
        return tr("ratings {given}/{n}", given=given, n=len(cells)) if given else ""

    def panel(self, seat: Seat) -> Sequence[Line]:
        """The criterion asked for, its anchors, and the values given to the answer."""
        cells = _cells(seat)
        if not cells:
            return (("dim", tr("There are no criteria for this domain.")),)
        answer, criterion = cells[_position(seat, cells)]
        title = wording(criterion.title, seat.language)
        head = (
            tr("Answer {number} · {title}", number=seat.number(answer), title=title)
            if answer
            else title
        )
        lines: list[Line] = [("heading", head)]
        chosen = _row(seat, (answer, criterion))
        for anchor in criterion.anchors:
            mark = ">" if chosen is not None and chosen.get("value") == anchor.value else " "
            lines.append(("text", f"{mark}{anchor.value}  {wording(anchor.title, seat.language)}"))
        if criterion.na:
            mark = ">" if chosen is not None and chosen.get("na") else " "
            lines.append(("dim", f"{mark}{NOT_APPLICABLE}  " + tr("does not apply")))
        return lines


def _cells(seat: Seat) -> list[_Cell]:
    if not isinstance(seat.instrument, Ratings):
        return []
    return rating_cells(seat.assigned, seat.instrument)


def _position(seat: Seat, cells: Sequence[_Cell]) -> int:
    at = seat.draft.place.get("rating")
    if isinstance(at, int) and 0 <= at < len(cells):
        return at
    mine = [index for index, (answer, _) in enumerate(cells) if answer in {seat.active, None}]
    return mine[0] if mine else 0


def _row(seat: Seat, cell: _Cell) -> Mapping[str, object] | None:
    row = seat.draft.rows.get("ratings", {}).get(rating_key(cell[0], cell[1].id))
    return row if isinstance(row, dict) else None


def _mark(seat: Seat, answer: str, criterion: Criterion) -> str:
    row = _row(seat, (answer, criterion))
    if row is None:
        return signs.now().dot
    return "-" if row.get("na") else str(row.get("value"))


def _rate(seat: Seat, cells: Sequence[_Cell], at: int, key: str) -> Turned:
    answer, criterion = cells[at]
    row: dict[str, object] = {"criterion": criterion.id}
    if answer is not None:
        row["answer"] = answer
    if criterion.na and key == NOT_APPLICABLE:
        row["na"] = True
    elif criterion.min <= int(key) <= criterion.max:
        row["value"] = int(key)
    else:
        return Turned(
            note=message(
                "{key} is not on the scale {min}-{max}",
                key=key,
                min=criterion.min,
                max=criterion.max,
            )
        )
    rated: Operation = ["row", "ratings", rating_key(answer, criterion.id), row]
    if at + 1 == len(cells):
        return Turned((rated, ["at", "rating", None]), leave=True)
    return _step(seat, cells, at + 1, rated)


def _step(seat: Seat, cells: Sequence[_Cell], at: int, *before: Operation) -> Turned:
    del seat
    return Turned((*before, ["at", "rating", at]), focus=cells[at][0])


def _other_answer(seat: Seat, cells: Sequence[_Cell], at: int, step: int) -> Turned | None:
    answers = list(dict.fromkeys(answer for answer, _ in cells))
    wanted = answers[(answers.index(cells[at][0]) + step) % len(answers)]
    mine = [index for index, (answer, _) in enumerate(cells) if answer == wanted]
    still_open = [index for index in mine if _row(seat, cells[index]) is None]
    return _step(seat, cells, (still_open or mine)[0])
