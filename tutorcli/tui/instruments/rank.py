"""Ranking by keys: digits best first, ties, the accept line."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tutorcli.core.draft import Operation, entry_of
from tutorcli.core.instruments import Rank
from tutorcli.core.ranking import RankEntry, format_ranking
from tutorcli.errors import Message, message
from tutorcli.i18n import tr
from tutorcli.tui.instruments.seat import Hint, Line, Seat, Turned


class RankView:
    """Digits rank; ``=`` ties, ``/`` draws the line, Backspace takes back, Space appends."""

    kind: ClassVar[str] = "rank"
    title: ClassVar[Message] = message("ranking")

    def press(self, seat: Seat, key: str, action: str | None) -> Turned | None:
        """What a key does to the ranking."""
        entry = entry_of(seat.draft)
        if key.isdecimal() and key.isascii() and len(key) == 1:
            return _add(seat, entry, int(key))
        match action:
            case "append" if seat.active is not None:
                return _changed(entry, entry.add(seat.active), _already(seat, seat.active))
            case "tie":
                return _changed(entry, entry.tie(), message("a tie needs an answer before it"))
            case "accept_line":
                return _line(seat, entry)
            case "back":
                return _changed(entry, entry.back(), message("nothing to take back"))
        return None

    def hints(self, seat: Seat) -> Sequence[Hint]:
        """Digits, and why a tie or taking back cannot act yet."""
        entry = entry_of(seat.draft)
        nothing = None if entry.tie() != entry else message("a tie needs an answer before it")
        empty = None if entry != RankEntry() else message("nothing to take back")
        digits = f"1-{min(len(seat.answers), 9)}"
        return (
            Hint(digits, message("rank")),
            Hint("tie", message("tie"), nothing),
            Hint("accept_line", message("accept line"), None if _has_line(seat) else _NO_LINE),
            Hint("back", message("take back"), empty),
        )

    def badges(self, seat: Seat) -> Mapping[str, str]:
        """The place of each ranked answer; in brackets when filled in tentatively."""
        entry = entry_of(seat.draft)
        filled = entry.filled(seat.answers)
        left = entry.unranked(seat.answers)
        badges = {}
        for place, tier in enumerate(filled.tiers, 1):
            for answer in tier:
                mark = f"#{place}" + ("=" if len(tier) > 1 else "")
                badges[answer] = f"({mark})" if answer in left else mark
        return badges

    def strip(self, seat: Seat) -> str:
        """The ranking in text form by the numbers shown; the tentative end in brackets."""
        entry = entry_of(seat.draft)
        names = {answer: str(number) for number, answer in enumerate(seat.answers, 1)}
        text = format_ranking(entry.ranking(), names)
        if not entry.tiers and entry.accept_line == 0:
            text = tr("all bad |")
        filled = entry.filled(seat.answers)
        if filled != entry:
            whole = format_ranking(filled.ranking(), names)
            return f"{text} ({whole[len(text) :].strip()})"
        return text + (" =" if entry.tie_next else "")

    def panel(self, seat: Seat) -> Sequence[Line]:
        """None: the strip shows the ranking."""
        del seat
        return ()


def _add(seat: Seat, entry: RankEntry, number: int) -> Turned:
    if not 1 <= number <= len(seat.answers):
        return Turned(note=message("there is no answer {number}", number=number))
    answer = seat.answers[number - 1]
    return _changed(entry, entry.add(answer), _already(seat, answer))


_NO_LINE = message("this task has no accept line")


def _has_line(seat: Seat) -> bool:
    return not isinstance(seat.instrument, Rank) or seat.instrument.accept_line != "never"


def _line(seat: Seat, entry: RankEntry) -> Turned:
    if not _has_line(seat):
        return Turned(note=_NO_LINE)
    return _changed(entry, entry.line())


def _already(seat: Seat, answer: str) -> Message:
    return message(
        "answer {number} is ranked already; Backspace takes back", number=seat.number(answer)
    )


def _changed(before: RankEntry, after: RankEntry, otherwise: Message | None = None) -> Turned:
    if after == before:
        return Turned(note=otherwise)
    return Turned(changes(before, after))


def changes(before: RankEntry, after: RankEntry) -> list[Operation]:
    """The operations that lead from one entry to another."""
    operations: list[Operation] = []
    if after.tiers != before.tiers:
        operations.append(["set", "ranking", [list(tier) for tier in after.tiers] or None])
    if after.accept_line != before.accept_line:
        operations.append(["set", "accept_line", after.accept_line])
    if after.tie_next != before.tie_next:
        operations.append(["at", "tie_next", after.tie_next or None])
    return operations
