"""Heads of judgments as arrays, and which of them count."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.distinct import mixed

WORDS = ("tutor", "stage", "disposition", "protocol", "guideline")
"""What heads name by a word; `Heads` has a column of each."""


class Heads(NamedTuple):
    """Heads that may count; each array has the shape (heads,)."""

    number: Ints
    id: Ints
    task: Ints
    at: Ints
    revision: Ints
    thread: Ints
    """`mixed` of what names it."""
    tutor: Ints
    """Index into `table.Table.words`; so are those that follow."""
    stage: Ints
    disposition: Ints
    protocol: Ints
    guideline: Ints
    is_known: Bools
    named: Ints
    """Shape (superseded,): `mixed` id and thread of each."""

    def where(self, chosen: Bools) -> "Heads":
        """Some of the heads."""
        if chosen.all():
            return self
        return Heads._make([*(column[chosen] for column in self[:-1]), self.named])


def current(
    heads: Heads, withdrawn: int, ids: Callable[[Sequence[int]], Mapping[int, str]]
) -> Bools:
    """Which judgments count of their threads: `core.judgment.current` in arrays.

    Args:
        heads: Of all judgments that may count.
        withdrawn: Index of the disposition of those that were taken back.
        ids: The ids of judgments by number.

    Returns:
        Shape (heads,).
    """
    found = np.ones(len(heads.number), np.bool_)
    if len(heads.named):
        found = ~np.isin(mixed(heads.id, heads.thread), heads.named)
    _settle_forks(heads, found, ids)
    is_withdrawn: Bools = heads.disposition == withdrawn
    return found & ~is_withdrawn


def _settle_forks(
    heads: Heads, counts: Bools, ids: Callable[[Sequence[int]], Mapping[int, str]]
) -> None:
    """Of several that stand in one thread the greatest (revision, id) counts."""
    standing = np.flatnonzero(counts)
    forked = standing[are_several(heads.thread[standing])]
    if not len(forked):
        return
    id_of = ids(heads.number[forked].tolist())
    best: dict[int, tuple[int, str, int]] = {}
    for index in forked.tolist():
        rank = (int(heads.revision[index]), id_of[int(heads.number[index])], index)
        key = int(heads.thread[index])
        best[key] = max(best.get(key, rank), rank)
    counts[forked] = False
    counts[[index for _, _, index in best.values()]] = True


def are_several(values: Ints) -> Bools:
    """Which values come more than once."""
    ordered = np.sort(values)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(values, again) if len(again) else np.zeros(len(values), np.bool_)
