"""Which rows of a table are alike, and which groups of codes are, fast for a million of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from tutorcli.stats.arrays import Bools, Floats, Ints

_MIXER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)
_EXACT_BITS = 52
"""Whole numbers of so many bits are exact in a sum of floats."""
_CELLS = 8_000_000
"""Numbers that a table of all groups and codes holds at most: 64 MB."""
_FEW_BITS = 16
"""A table of numbers of so many bits is small."""


def distinct_rows(rows: Floats | Ints) -> tuple[Ints, Ints]:
    """Sort the rows of a table so that rows that are alike follow each other.

    Args:
        rows: Shape (rows, columns), 64 bits each.

    Returns:
        The numbers of the rows in an order of which their content decides, shape (rows,), and
        where in it each distinct row begins, shape (distinct rows,).
    """
    keys = _hashes(rows)
    order = np.argsort(keys)
    is_same = keys[order[1:]] == keys[order[:-1]]
    if any((is_same & (column[1:] != column[:-1])).any() for column in _ordered(rows, order)):
        # Two different rows with one hash: once in a blue moon, and then exact all the same.
        order = np.lexsort(rows.T)
        is_same = (rows[order[1:]] == rows[order[:-1]]).all(axis=1)
    return order, np.flatnonzero(np.append(True, ~is_same)[: len(rows)])


def _ordered(rows: Floats | Ints, order: Ints) -> Iterator[Floats | Ints]:
    """The columns of the ordered rows, one by one: all at once would be a copy of the table."""
    for column in rows.T:
        yield column[order]


def _hashes(rows: Floats | Ints) -> npt.NDArray[np.uint64]:
    """A number of 64 bits for each row, the same wherever the row stands."""
    keys = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        keys ^= column.view(np.uint64)
        keys ^= keys >> _SHIFT
        keys *= _MIXER
    return keys


@dataclass(frozen=True, slots=True)
class Multisets:
    """The distinct multisets of codes among groups, in an order of which their content decides."""

    kind: Ints
    """Shape (cells,): which multiset, ascending."""
    code: Ints
    """Shape (cells,): which code of it, ascending within a multiset."""
    count: Ints
    """Shape (cells,): how often the code is in it, at least once."""
    times: Ints
    """Shape (kinds,): how many groups have this multiset; groups without a code are left out."""
    _key: Floats | Ints = field(default_factory=lambda: np.zeros(0))
    """Shape (groups,): what stands for the multiset of a group; of a group without codes 0."""
    _keys: Floats | Ints = field(default_factory=lambda: np.zeros(0))
    """Shape (kinds,): the same of each multiset, ascending."""

    @classmethod
    def of(cls, group: Ints, code: Ints, groups: int, codes: int, most: int | None = None) -> Self:
        """The multisets of the codes of each group.

        Args:
            group: Shape (n,): 0 to groups - 1, in any order.
            code: Shape (n,): 0 to codes - 1, in any order within a group.
            groups: How many groups there are.
            codes: How many codes there are.
            most: No code comes more often than that in a group; None: unknown.
        """
        width = _EXACT_BITS if most is None else most.bit_length()
        # Counting how large the groups are takes as long as sorting a number for each of them.
        is_sure = codes * width <= _FEW_BITS or len(group) >= 8 * groups
        if not is_sure or codes * width > _EXACT_BITS:
            width = int(np.bincount(group, minlength=groups).max(initial=0)).bit_length()
        packed = None
        if codes * width <= _EXACT_BITS:
            packed = cls._packed(group, code, groups, np.arange(codes) * width)
        return packed or cls._sorted(group, code, groups, codes)

    @classmethod
    def _packed(cls, group: Ints, code: Ints, groups: int, shifts: Ints) -> Self | None:
        """By one number for each group that holds all counts; None where that takes much memory.

        Args:
            group: As in `of`.
            code: As in `of`.
            groups: As in `of`.
            shifts: Shape (codes,): at which bit the count of each code begins.
        """
        codes = len(shifts)
        width = int(shifts[1]) if codes > 1 else _EXACT_BITS
        key = _keys(group, code, groups, shifts)
        if codes * width <= _FEW_BITS or (1 << codes * width) <= 4 * groups:
            table = np.bincount(key.astype(np.int64))
            keys = np.flatnonzero(table)
            times = table[keys]
        else:
            floats, times = np.unique(key, return_counts=True)
            keys = floats.astype(np.int64)
        if len(keys) and keys[0] == 0:
            keys, times = keys[1:], times[1:]
        if len(keys) * codes > _CELLS:
            return None
        counts = keys[:, None] >> shifts & (1 << width) - 1
        flat = np.flatnonzero(counts)
        kind = flat // max(codes, 1)
        return cls(
            kind, flat - kind * codes, counts.ravel()[flat], times, key, keys.astype(np.float64)
        )

    @classmethod
    def _sorted(cls, group: Ints, code: Ints, groups: int, codes: int) -> Self:
        """By the sorted codes of each group, for groups of one size at a time."""
        sizes = np.bincount(group, minlength=groups)
        ordered = np.sort(group * codes + code) % max(codes, 1)
        starts = np.cumsum(sizes) - sizes
        kind_of = np.zeros(groups, np.int64)
        contents, times = [np.zeros((2, 0), np.int64)], [np.zeros(0, np.int64)]
        kinds = 0
        for size in np.unique(sizes[sizes > 0]):
            members = np.flatnonzero(sizes == size)
            rows = ordered[starts[members][:, None] + np.arange(size)]
            order, begins = distinct_rows(rows)
            numbers = kinds + np.arange(len(begins))
            times.append(np.diff(np.append(begins, len(rows))))
            kind_of[members[order]] = 1 + np.repeat(numbers, times[-1])
            contents.append(np.stack([np.repeat(numbers, size), rows[order[begins]].ravel()]))
            kinds += len(begins)
        kind, cell, count = _runs(np.concatenate(contents, axis=1))
        return cls(kind, cell, count, np.concatenate(times), kind_of, 1 + np.arange(kinds))

    def kind_of(self) -> Ints:
        """Which multiset each group has, shape (groups,); 0 also where a group has no code."""
        return np.searchsorted(self._keys, self._key)

    def is_filled(self) -> Bools:
        """Whether a group has a code, shape (groups,)."""
        return self._key > 0


def _keys(group: Ints, code: Ints, groups: int, shifts: Ints) -> Floats | Ints:
    """The counts of the codes of each group in one number, shape (groups,)."""
    codes = len(shifts)
    if groups * codes > len(group):
        return np.bincount(group, np.ldexp(1.0, shifts)[code], groups)
    counts = np.bincount(group * codes + code, minlength=groups * codes)
    keys: Ints = counts.reshape(groups, codes) @ (1 << shifts)
    return keys


def _runs(cells: Ints) -> tuple[Ints, Ints, Ints]:
    """The columns of a table of two rows without repeats of the one before, and their numbers."""
    is_first = np.append(True, (cells[:, 1:] != cells[:, :-1]).any(axis=0))[: cells.shape[1]]
    begins = np.flatnonzero(is_first)
    return cells[0, begins], cells[1, begins], np.diff(np.append(begins, cells.shape[1]))
