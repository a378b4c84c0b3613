"""Each tutor against the others: is a rating the one that most of the others gave?"""

from collections.abc import Iterator

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.bootstrap import Estimator, Sampling
from tutorcli.stats.figure import Basis, Figure, figure
from tutorcli.stats.judged import ratio
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
    is_match, is_settled = _matches(ratings)
    for index, tutor in enumerate(ratings.tutors):
        own = ratings.tutor == index
        yield tutor, _figure(ratings, own & is_settled, is_match, sampling, own)


def _figure(
    ratings: Ratings, chosen: Bools, is_match: Bools, sampling: Sampling, own: Bools
) -> Figure:
    task = ratings.task[ratings.unit[chosen]]
    hits = is_match[chosen].astype(np.int64)
    estimator: Estimator = ratio(task, hits, np.ones_like(hits))
    rated = int(own.sum())
    basis = Basis(
        tasks=len(np.unique(task)),
        units=rated,
        ratings=len(hits),
        tutors=len(ratings.tutors),
        overlap=len(hits) / rated if rated else 0.0,
        pairs=len(hits),
    )
    return figure(NAME, estimator, basis, sampling, NO_MAJORITY)


def _matches(ratings: Ratings) -> tuple[Bools, Bools]:
    """Of each rating: whether it is the mode of the others, and whether they have a single one."""
    values = max(len(ratings.values), 1)
    cells, cell = np.unique(ratings.unit * values + ratings.value, return_inverse=True)
    count = np.bincount(cell, minlength=len(cells))
    unit = cells // values
    most = _greatest(unit, count, len(ratings.task))
    tops = np.bincount(unit, count == most[unit], len(ratings.task))
    below = np.where(count == most[unit], 0, count)
    second = _greatest(unit, below, len(ratings.task))
    seconds = np.bincount(unit, (below == second[unit]) & (below > 0), len(ratings.task))
    own, of = count[cell] - 1, ratings.unit
    is_top = count[cell] == most[of]
    alone = is_top & (tops[of] == 1)
    # Without the own rating the top of the unit is another value, the own one, or the second.
    is_match = alone & (own > second[of]) & (own > 0)
    by_second = alone & (own < second[of]) & (seconds[of] == 1)
    by_top = np.where(is_top, tops[of] == 2, tops[of] == 1) & ~alone
    return is_match, is_match | by_second | by_top


def _greatest(unit: Ints, count: Ints | Floats, units: int) -> Ints:
    found = np.zeros(units, np.int64)
    np.maximum.at(found, unit, count.astype(np.int64))
    return found
