"""Names of tutors and criteria in the cells of a table: their order, and how long ones are cut."""

import re
from collections.abc import Sequence

from tutorcli.cli.output import cut, width_of
from tutorcli.core.text import safe_line


def natural(name: str) -> tuple[tuple[str, int, str], ...]:
    """A key for sorting by which ``t2`` stands before ``t10``.

    >>> sorted(["t10", "t2", "T1"], key=natural)
    ['T1', 't2', 't10']
    """
    parts = re.split("([0-9]+)", name)
    # Digits are compared by their number and then as text: a name may have a million of them.
    return tuple(
        (parts[place].casefold(), len(digits.lstrip("0")), digits.lstrip("0"))
        for place in range(0, len(parts), 2)
        for digits in [parts[place + 1] if place + 1 < len(parts) else ""]
    )


def apart(names: Sequence[str], cells: int) -> list[str]:
    """Names in at most so many cells, safe, cut in the middle so that no two become one.

    Args:
        names: Any; the same name twice stays the same.
        cells: At least 8.
    """
    whole = [safe_line(name) for name in names]
    for share in (2, 3, 1, 4, 0):
        tail = (cells - 3) * share // 4
        shown = [_cut_middle(name, cells, tail) for name in whole]
        if len(set(shown)) == len(set(whole)):
            return shown
    order = {name: str(number) for number, name in enumerate(dict.fromkeys(whole), 1)}
    return [
        name
        if width_of(name) <= cells
        else f"{cut(name, cells - 1 - len(order[name]))}#{order[name]}"
        for name in whole
    ]


def _cut_middle(text: str, cells: int, tail: int) -> str:
    width = width_of(text)
    if width <= cells:
        return text
    if text.isascii():
        return f"{text[: cells - 3 - tail]}...{text[len(text) - tail :]}"
    from wcwidth import clip

    return f"{clip(text, 0, cells - 3 - tail)}...{clip(text, width - tail, width)}".strip()
