"""Columns that become longer piece by piece, in numbers no wider than they need to be."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

_LEAST = 2**25
"""Bytes for which there is room from the beginning: so much memory is the system's again as soon as
it is let go, while smaller pieces stay with the process."""
_AT_ONCE = 262_144
"""Rows of one piece: what is computed of them stays in the processor's caches."""


class Growing:
    """Columns that become longer.

    Room that is not yet used takes no memory, while pieces to be put together would take twice as
    much as they hold.
    """

    def __init__(self, columns: int) -> None:
        """So many columns without a row."""
        self._columns: list[np.ndarray] = [np.zeros(0, np.int16)] * columns
        self._length = 0

    def add(self, parts: Sequence[np.ndarray]) -> None:
        """Add rows: for each column an array of the same length."""
        end = self._length + len(parts[0])
        for place, part in enumerate(parts):
            column = self._columns[place]
            kind = np.promote_types(column.dtype, part.dtype)
            if end > len(column) or kind != column.dtype:
                room = max(end, 2 * len(column) if end > len(column) else len(column))
                self._columns[place] = np.empty(max(room, _LEAST // kind.itemsize), kind)
                self._columns[place][: self._length] = column[: self._length]
            self._columns[place][self._length : end] = part
        self._length = end

    def columns(self) -> list[np.ndarray]:
        """The columns as they are now."""
        return [column[: self._length] for column in self._columns]


def bits_for(least: int, most: int) -> type[np.signedinteger[Any]]:
    """The narrowest kind of number, of 16 bits at least, that holds these and what is between."""
    for kind in (np.int16, np.int32):
        if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max:
            return kind
    return np.int64


def narrow(values: np.ndarray) -> np.ndarray:
    """The same in the narrowest kind of number."""
    least, most = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    return values.astype(bits_for(least, most))


def pieces(rows: int) -> Iterator[slice]:
    """So many rows, some at a time."""
    return (slice(start, start + _AT_ONCE) for start in range(0, rows, _AT_ONCE))
