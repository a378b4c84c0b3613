"""Numbers found by keys, for whole arrays at once."""

from collections.abc import Callable

import numpy as np

from tutorcli.stats.arrays import Ints

Lookup = Callable[[Ints], Ints]


def looked_up(keys: Ints, values: Ints) -> Lookup:
    """What finds the values of keys: -1 where there is none."""
    order = np.argsort(keys)
    known, of_known = keys[order], values[order]

    def find(wanted: Ints) -> Ints:
        if not len(known):
            return np.full(len(wanted), -1, np.int64)
        place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[place] == wanted, of_known[place], -1)

    return find
