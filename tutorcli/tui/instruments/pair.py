"""Strength of preference by keys: one digit a pair."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import ClassVar

from tutorcli.core.draft import Operation, entry_of, pair_key
from tutorcli.core.instruments import Pair
from tutorcli.errors import Message, message
from tutorcli.i18n import tr, translate
from tutorcli.tui import signs
from tutorcli.tui.instruments.seat import Hint, Line, Seat, Turned

BOTH_BAD = "0"

_WORDS = (
    message("equally good"),
    message("slightly better"),
    message("better"),
    message("much better"),
)


class PairView:
    """1 to 7: from the first answer much better to the second; 4 equal, 0 both bad."""

    kind: ClassVar[str] = "pair"
    title: ClassVar[Message] = message("strength")

    def press(self, seat: Seat, key: str, action: str | None) -> Turned | None:
        """What a key does to the strengths."""
        pairs = pairs_asked(seat)
        if not pairs:
            return None
        at = _position(seat, pairs)
        if key.isdecimal() and key.isascii() and len(key) == 1:
            return _give(seat, pairs, at, int(key))
        if action == "back":
            first, second = sorted(pairs[at])
            return Turned((["row", "strengths", pair_key(first, second), None], *_no_line(seat)))
        return None

    def hints(self, seat: Seat) -> Sequence[Hint]:
        """The digits of the scale, or why there is nothing to give."""
        if not pairs_asked(seat):
            return (Hint("1-7", message("strength"), message("rank the answers first")),)
        top = 2 * _scale(seat) + 1
        hints = [Hint(f"1-{top}", message("strength"))]
        if len(seat.answers) == 2:
            hints.append(Hint(BOTH_BAD, message("both bad")))
        return (*hints, Hint("back", message("take back")))

    def badges(self, seat: Seat) -> Mapping[str, str]:
        """None: a strength belongs to two answers."""
        del seat
        return {}

    def strip(self, seat: Seat) -> str:
        """Each strength by the numbers shown, such as ``1 +2 3``."""
        rows = seat.draft.rows.get("strengths", {})
        if rows and _are_both_bad(seat):
            return tr("both bad")
        parts = []
        for row in rows.values():
            first, second, value = row["first"], row["second"], row["value"]
            if value < 0:
                first, second = second, first
            sign = f"+{abs(value)}" if value else f"{signs.now().plus_minus}0"
            parts.append(f"{seat.number(first)} {sign} {seat.number(second)}")
        return ", ".join(parts)

    def panel(self, seat: Seat) -> Sequence[Line]:
        """The pair asked for and what each digit says."""
        pairs = pairs_asked(seat)
        if not pairs:
            return (
                (
                    "dim",
                    tr("Rank the answers first; then say how much better each is than the next."),
                ),
            )
        first, second = pairs[_position(seat, pairs)]
        numbers = seat.number(first), seat.number(second)
        lines: list[Line] = [
            (
                "heading",
                tr("How much better: {first} or {second}?", first=numbers[0], second=numbers[1]),
            )
        ]
        is_bad = _are_both_bad(seat)
        scale, given = _scale(seat), None if is_bad else _given(seat, first, second)
        for digit in range(1, 2 * scale + 2):
            value = scale + 1 - digit
            mark = ">" if given == value else " "
            lines.append(("text", f"{mark}{digit}  {_words(value, numbers)}"))
        if len(seat.answers) == 2:
            both = ">" if is_bad else " "
            lines.append(("text", f"{both}{BOTH_BAD}  " + tr("both bad")))
        return lines


def _words(value: int, numbers: tuple[int, int]) -> str:
    word = _WORDS[min(abs(value), len(_WORDS) - 1)]
    if value == 0:
        return translate(word)
    return tr(
        "answer {number} is {better}",
        number=numbers[0] if value > 0 else numbers[1],
        better=translate(word),
    )


def pairs_asked(seat: Seat) -> list[tuple[str, str]]:
    """The two answers of a task with two; else each ranked answer with the next tier's first."""
    if len(seat.answers) == 2:
        return [(seat.answers[0], seat.answers[1])]
    tiers = entry_of(seat.draft).filled(seat.answers).tiers
    return [(upper[0], lower[0]) for upper, lower in pairwise(tiers)]


def _scale(seat: Seat) -> int:
    return seat.instrument.scale if isinstance(seat.instrument, Pair) else 3


def _position(seat: Seat, pairs: Sequence[tuple[str, str]]) -> int:
    at = seat.draft.place.get("pair")
    return at if isinstance(at, int) and 0 <= at < len(pairs) else 0


def _given(seat: Seat, first: str, second: str) -> int | None:
    row = seat.draft.rows.get("strengths", {}).get(pair_key(*sorted((first, second))))
    if row is None:
        return None
    value = int(row["value"])
    return value if row["first"] == first else -value


def _are_both_bad(seat: Seat) -> bool:
    return len(seat.answers) == 2 and seat.draft.fields.get("accept_line") == 0


def _no_line(seat: Seat) -> tuple[Operation, ...]:
    return (["set", "accept_line", None],) if _are_both_bad(seat) else ()


def _give(seat: Seat, pairs: Sequence[tuple[str, str]], at: int, digit: int) -> Turned:
    scale = _scale(seat)
    first, second = pairs[at]
    if digit == 0 and len(seat.answers) == 2:
        value, line = 0, [["set", "accept_line", 0]]
    elif 1 <= digit <= 2 * scale + 1:
        value, line = scale + 1 - digit, list(_no_line(seat))
    else:
        return Turned(
            note=message(
                "{key} is not on the scale {min}-{max}", key=digit, min=1, max=2 * scale + 1
            )
        )
    if first > second:
        first, second, value = second, first, -value
    row = {"first": first, "second": second, "value": value}
    given: Operation = ["row", "strengths", pair_key(first, second), row]
    is_last = at + 1 == len(pairs)
    moved: Operation = ["at", "pair", None if is_last else at + 1]
    return Turned((given, *line, moved), leave=is_last)
