"""Each tutor against the others: is a rating the one that most of the others gave?"""

from collections.abc import Iterator

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.distinct import numbered
from tutorcli.stats.figure import Basis, Figure, figure, undefined
from tutorcli.stats.judged import ratio
from tutorcli.stats.nominal import modes_of_others
from tutorcli.stats.patterns import basis_of
from tutorcli.stats.ratings import Ratings

NAME = "agreement_with_others"
NO_MAJORITY = message("nowhere do the others have a value that most of them gave")


def others(ratings: Ratings, sampling: Sampling) -> Iterator[tuple[str, Figure]]:
    """The agreement of each tutor with the mode of the others, by name.

    Units in which the others have no single mode are left out.

    Yields:
        Tutor and share of agreement, 0 to 1; the interval is over whole tasks.

    Source:
        Dubois et al. 2023, AlpacaFarm, section 3.1: a rating against the mode of the others.
    """
    match = _matches(ratings)
    why = basis_of(ratings).why_not or NO_MAJORITY
    for index, tutor in enumerate(ratings.tutors):
        yield tutor, _figure(ratings, ratings.tutor == index, match, sampling, why)


def _figure(ratings: Ratings, own: Bools, match: Ints, sampling: Sampling, why: Message) -> Figure:
    settled = np.flatnonzero(own & (match >= 0))
    task, hits = ratings.task[ratings.unit[settled]], match[settled]
    rated = int(own.sum())
    basis = Basis(
        tasks=len(np.unique(task)),
        units=rated,
        ratings=len(hits),
        tutors=len(ratings.tutors),
        overlap=len(hits) / rated if rated else 0.0,
        pairs=len(hits),
    )
    if not len(hits):
        return undefined(NAME, basis, why)
    return figure(NAME, ratio(task, hits, np.ones_like(hits)), basis, sampling)


def _matches(ratings: Ratings) -> Ints:
    """Of each rating 1 if it is the only mode of the others, 0 if not; -1 where they have none."""
    values = max(len(ratings.values), 1)
    code = ratings.unit * values + ratings.value
    cells, cell, count = np.unique(code, return_inverse=True, return_counts=True)
    most, modes = modes_of_others(numbered(cells // values)[1], count)
    own = count - 1
    is_settled = (own > most) | ((own < most) & (modes == 1))
    return np.where(is_settled, own > most, -1)[cell]
