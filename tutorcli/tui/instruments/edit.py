"""Reasons of an edit by keys; the editing itself is the screen's."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tutorcli.core.draft import edits_of
from tutorcli.core.pack import Label, wording
from tutorcli.core.protocol import reasons_of
from tutorcli.errors import Message, message
from tutorcli.i18n import tr
from tutorcli.tui.instruments.seat import Hint, Line, Seat, Turned

PAGE = 9
"""Reasons on one page: one for each digit."""


class EditView:
    """Digits mark the reasons of the edit of the answer that has the focus."""

    kind: ClassVar[str] = "edit"
    title: ClassVar[Message] = message("reasons of the edit")

    def press(self, seat: Seat, key: str, action: str | None) -> Turned | None:
        """What a key does to the reasons."""
        if not _is_edited(seat):
            return None
        pages = _pages(seat)
        page = _page(seat, len(pages))
        if key.isdecimal() and key.isascii() and len(key) == 1:
            return _toggle(seat, pages[page] if pages else (), int(key))
        match action:
            case "append" if len(pages) > 1:
                return Turned((["at", "reasons", (page + 1) % len(pages)],))
            case "submit" | "close":
                return Turned((["at", "reasons", None],), leave=True)
        return None

    def hints(self, seat: Seat) -> Sequence[Hint]:
        """Digits, the next page, and the way back."""
        if not _is_edited(seat):
            return (Hint("edit", message("edit")),)
        more = (Hint("append", message("more reasons")),) if len(_pages(seat)) > 1 else ()
        return (
            Hint(f"1-{PAGE}", message("reason")),
            *more,
            Hint("submit", message("done (or Esc)")),
        )

    def badges(self, seat: Seat) -> Mapping[str, str]:
        """A word on each edited answer."""
        return {edit["answer"]: tr("edited") for edit in edits_of(seat.draft, seat.assigned)}

    def strip(self, seat: Seat) -> str:
        """Which answers are edited."""
        numbers = [str(seat.number(edit["answer"])) for edit in edits_of(seat.draft, seat.assigned)]
        return tr("edited {answers}", answers=", ".join(numbers)) if numbers else ""

    def panel(self, seat: Seat) -> Sequence[Line]:
        """A page of reasons with those marked."""
        if not _is_edited(seat) or seat.active is None:
            return ()
        pages = _pages(seat)
        page = _page(seat, len(pages))
        head = tr("Why did you edit answer {number}?", number=seat.number(seat.active))
        if len(pages) > 1:
            head += f"  {page + 1}/{len(pages)}"
        chosen = _chosen(seat)
        lines: list[Line] = [("heading", head)]
        for digit, label in enumerate(pages[page] if pages else (), 1):
            mark = "x" if label.id in chosen else " "
            lines.append(("text", f"{digit} [{mark}] {wording(label.title, seat.language)}"))
        return lines


def _is_edited(seat: Seat) -> bool:
    return any(edit["answer"] == seat.active for edit in edits_of(seat.draft, seat.assigned))


def _pages(seat: Seat) -> list[tuple[Label, ...]]:
    labels = reasons_of(seat.instrument, seat.assigned.pack)
    return [labels[start : start + PAGE] for start in range(0, len(labels), PAGE)]


def _page(seat: Seat, count: int) -> int:
    at = seat.draft.place.get("reasons")
    return at if isinstance(at, int) and 0 <= at < count else 0


def _chosen(seat: Seat) -> list[str]:
    return list(seat.draft.rows.get("edit_reasons", {}).get(seat.active or "", []))


def _toggle(seat: Seat, labels: Sequence[Label], digit: int) -> Turned:
    if not 1 <= digit <= len(labels) or seat.active is None:
        return Turned(note=message("there is no reason {number}", number=digit))
    chosen, reason = _chosen(seat), labels[digit - 1].id
    chosen = [item for item in chosen if item != reason] if reason in chosen else [*chosen, reason]
    return Turned((["row", "edit_reasons", seat.active, chosen or None],))
