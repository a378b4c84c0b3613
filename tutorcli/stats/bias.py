"""Whether tutors prefer what they were shown first, or what is longer.

The share is of the pairs of answers that a tutor put in order; ties are left out of it and have a
share of their own. Answers shown in random order make 0.5 of the first share what no preference
for a place looks like; of the second, longer answers may simply be better.

Source:
    Position: Zheng et al. 2023, Judging LLM-as-a-Judge, arXiv:2306.05685, section 3.3. Length:
    Singhal et al. 2023, A Long Way to Go, arXiv:2310.03716. Pairs of one task belong together, so
    whole tasks are drawn: Davison and Hinkley 1997, Bootstrap Methods, section 3.8.
"""

from dataclasses import dataclass

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.bootstrap import Estimator
from tutorcli.stats.figure import Basis
from tutorcli.stats.judged import ratio

NO_ORDERED_PAIRS = message("no two answers that differ in this were put in order")
NO_PAIRS = message("no two answers were compared")


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of answers that a tutor compared, one row a pair and a tutor.

    Order of the rows means nothing, nor which answer of a pair is called the first.
    """

    task: Ints
    """Shape (pairs,): any integers."""
    tutor: Ints
    """Shape (pairs,): an index into `tutors`."""
    preferred: Ints
    """Shape (pairs,): 1 the first answer is better, -1 the second, 0 a tie."""
    shown: Ints
    """Shape (pairs,): 1 the first answer was shown before the second, -1 after; 0 unknown."""
    longer: Ints
    """Shape (pairs,): 1 the first answer is longer, -1 the second is, 0 of one length."""
    tutors: tuple[str, ...]


def first_shown_preferred(pairs: Compared, tutor: int | None = None) -> Estimator:
    """Share of the ordered pairs in which the answer shown before the other was preferred.

    Args:
        pairs: What was compared; pairs whose order on the screen is unknown are left out.
        tutor: Of this tutor alone; None: of all.

    Returns:
        0 to 1; nan without ordered pairs.
    """
    return _share(pairs, pairs.shown, tutor)


def longer_preferred(pairs: Compared, tutor: int | None = None) -> Estimator:
    """Share of the ordered pairs of unequal length in which the longer answer was preferred.

    Returns:
        0 to 1; nan without such pairs.
    """
    return _share(pairs, pairs.longer, tutor)


def tie_share(pairs: Compared, tutor: int | None = None) -> Estimator:
    """Share of all pairs that are ties, 0 to 1; nan without pairs."""
    chosen = _of(pairs, tutor)
    tied = (pairs.preferred[chosen] == 0).astype(np.int64)
    return ratio(pairs.task[chosen], tied, np.ones_like(tied))


def bias_basis(pairs: Compared, tutor: int | None = None) -> Basis:
    """What the figures rest on; units and ratings are pairs of answers."""
    chosen = _of(pairs, tutor)
    n = int(np.count_nonzero(chosen))
    return Basis(
        tasks=len(np.unique(pairs.task[chosen])),
        units=n,
        ratings=n,
        tutors=len(np.unique(pairs.tutor[chosen])),
    )


def _share(pairs: Compared, side: Ints, tutor: int | None) -> Estimator:
    """Share of the pairs in which the preferred answer is the one on that side."""
    chosen = _of(pairs, tutor) & (pairs.preferred != 0) & (side != 0)
    hits = (pairs.preferred[chosen] == side[chosen]).astype(np.int64)
    return ratio(pairs.task[chosen], hits, np.ones_like(hits))


def _of(pairs: Compared, tutor: int | None) -> Bools:
    return np.ones(len(pairs.task), np.bool_) if tutor is None else pairs.tutor == tutor
