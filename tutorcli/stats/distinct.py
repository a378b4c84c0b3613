"""Rows of integers as single numbers, and sums in which the order of rows changes no bit."""

import math
from collections.abc import Sequence

import numpy as np

from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.growing import bits_for

_MOST = 2**62
_TABLE = 16
"""A table may have so many places for each value before sorting is cheaper."""
_WHOLE = 2.0**53
"""Below it sums of whole numbers are exact in any order."""


def row_keys(columns: Sequence[Ints]) -> Ints:
    """One number for each row; the numbers compare as the rows do, the first column first.

    Args:
        columns: One or more of shape (rows,), no value negative.
    """
    found, size = columns[0].astype(np.int64, copy=False), int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        span = int(column.max(initial=0)) + 1
        if size * span > _MOST:
            distinct, found = numbered(found)
            size = len(distinct)
        if size * span > _MOST:
            distinct, column = numbered(column)  # noqa: PLW2901
            span = len(distinct)
        found, size = found * span + column, size * span
    return found


def mixed(*columns: np.ndarray) -> Ints:
    """One number for each row of columns; two rows of a million are alike once in 10**7 times."""
    number = np.zeros(len(columns[0]), np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            number = (number ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            number ^= number >> np.uint64(29)
    return number.astype(np.int64)


def sorted_rows(columns: Sequence[Ints]) -> list[Ints]:
    """The columns with their rows in order, the first column first; no value is negative.

    They come in numbers no wider than they need to be.
    """
    spans = [int(column.max(initial=0)) + 1 for column in columns]
    if math.prod(spans) > _MOST:
        order = np.lexsort(columns[::-1])
        return [column[order] for column in columns]
    # To sort numbers takes a tenth of the time that it takes to sort rows.
    keys, found = np.sort(row_keys(columns)), []
    for span in spans[:0:-1]:
        rest = keys // span
        keys -= rest * span
        found.append(keys.astype(bits_for(0, span)))
        keys = rest
    return [keys.astype(bits_for(0, spans[0])), *found[::-1]]


def numbered(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values in order, and for each value which of them it is."""
    if not len(values):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    least, most = int(values.min()), int(values.max())
    if most - least >= _TABLE * len(values):
        distinct, code = np.unique(values, return_inverse=True)
        return distinct.astype(np.int64, copy=False), code.astype(np.int64, copy=False)
    if least:
        values = values.astype(np.int64) - least
    there = np.zeros(most - least + 1, np.bool_)
    there[values] = True
    distinct = np.flatnonzero(there)
    # Of 32 bits: more of the table stays in the processor's caches.
    place = np.empty(len(there), np.int32)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    return distinct + least, place[values].astype(np.int64)


def distinct(values: Ints) -> Ints:
    """The distinct values in order; none is negative."""
    most = int(values.max(initial=-1)) + 1
    if most > _TABLE * len(values):
        ordered = np.sort(values)
        is_new: Bools = np.append(True, ordered[1:] != ordered[:-1])[: len(values)]
        found: Ints = ordered[is_new]
        return found
    there = np.zeros(most, np.bool_)
    there[values] = True
    return np.flatnonzero(there)


def are_distinct(values: Ints) -> bool:
    """Whether no value comes twice; none is negative."""
    most = int(values.max(initial=-1)) + 1
    if most > _TABLE * len(values):
        ordered = np.sort(values)
        return not (ordered[1:] == ordered[:-1]).any()
    there = np.zeros(most, np.bool_)
    there[values] = True
    return bool(np.count_nonzero(there) == len(values))


def coded_rows(rows: Ints) -> tuple[Ints, Ints]:
    """The distinct rows in order, and for each row which of them it is.

    Args:
        rows: Shape (rows, columns), at least one column, no value negative.
    """
    distinct, code = numbered(row_keys(list(rows.T)))
    example = np.empty(len(distinct), np.int64)
    example[code] = np.arange(len(rows))
    return rows[example], code


def sums_by(group: Ints, groups: int, columns: Floats) -> Floats:
    """Sums of the rows of each group, the same bits in whatever order the rows come.

    Args:
        group: Shape (rows,): 0 to groups - 1.
        groups: How many there are.
        columns: Shape (rows, sums).

    Returns:
        Shape (groups, sums).
    """
    is_exact = (columns == np.rint(columns)).all() and np.abs(columns).sum() < _WHOLE
    if not is_exact and np.bincount(group).max(initial=0) > 1:
        order = np.lexsort((*columns.T, group))
        group, columns = group[order], columns[order]
    found = [np.bincount(group, column, groups) for column in columns.T]
    return np.column_stack(found) if found else np.zeros((groups, 0))
