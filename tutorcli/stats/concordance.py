"""How far the rankings of different tutors agree, task by task."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.bootstrap import Estimator, Sample
from tutorcli.stats.judged import quotient
from tutorcli.stats.ways import Ways

NO_TWO_RANKED_ALL = message("no two tutors ranked all answers of a task, not all of them tied")
NO_TWO_RANKED = message("no two tutors ranked the same two answers of a task without ties")
_AT_ONCE = 2_000_000
"""Numbers in one array of a chunk of patterns: 16 MB."""
_Similar = Callable[[Ints], Floats]
"""From the tiers of shape (patterns, ways, answers) to (patterns, ways, ways); nan: undefined."""


class Alike(NamedTuple):
    """Tasks with as many answers, ranked in as many ways; each combination of rankings once."""

    tiers: Ints
    """Shape (rankings, answers): the distinct rankings; 0 is best, -1 not ranked."""
    ranking: Ints
    """Shape (patterns, ways): indices into `tiers`, distinct within a pattern."""
    tutors: Ints
    """Shape (patterns, ways): how many tutors ranked so."""
    times: Ints
    """Shape (patterns,): how many tasks are ranked so."""


def alike(told: Sequence[Ways]) -> tuple[Alike, ...]:
    """The rankings of all tasks that two tutors ranked, tasks that are alike put together.

    Args:
        told: Of `Ranked.ways`.
    """
    return tuple(one for part in told for one in _patterns(part))


def _patterns(told: Ways) -> Iterator[Alike]:
    found = told.chosen
    several = np.bincount(found.kind)
    begins = np.cumsum(several) - several
    is_shared = np.bincount(found.kind, found.count) > 1
    for size in np.unique(several[is_shared]).tolist():
        kinds = np.flatnonzero(is_shared & (several == size))
        place = begins[kinds][:, None] + np.arange(size)
        yield Alike(told.said, found.code[place], found.count[place], found.times[kinds])


def kendall_w(patterns: tuple[Alike, ...]) -> Estimator:
    """Mean over tasks of Kendall's coefficient of concordance, with the correction for ties.

    A task counts when at least two tutors ranked all its answers and not each of them tied all;
    rankings of a part of the answers are left out. ``sample.tasks`` of the result is their number.

    Args:
        patterns: Of `alike`.

    Returns:
        W = 12 S / (m^2 (n^3 - n) - m L) for m tutors and n answers on mid-ranks, from 0 to 1;
        S is the sum of squared deviations of the sums of ranks, L the sum of t^3 - t over all
        groups of t tied answers. Chance gives 1 / m, not 0. nan when no task counts.

    Source:
        Kendall and Gibbons 1990, Rank Correlation Methods, 5th ed., sections 6.3 and 6.9.
    """
    return _mean((_concordance(alike), alike.times) for alike in patterns)


def _concordance(alike: Alike) -> Floats:
    """W of each pattern, in whole numbers up to the one division."""
    answers = alike.tiers.shape[1]
    rank, tied = _double_ranks(alike.tiers)
    is_complete = np.all(alike.tiers >= 0, axis=1)
    tutors = alike.tutors * is_complete[alike.ranking]
    m = tutors.sum(axis=1)
    sums = np.einsum("pw,pwa->pa", tutors, rank[alike.ranking])
    ties = (tutors * tied[alike.ranking]).sum(axis=1)
    spread = 3 * ((sums - m[:, None] * (answers + 1)) ** 2).sum(axis=1)
    most = m**2 * (answers**3 - answers) - m * ties
    return _divided(spread, np.where(m > 1, most, 0))


def _double_ranks(tiers: Ints) -> tuple[Ints, Ints]:
    """Twice the mid-rank of each answer, and the sum of t^3 - t of each complete ranking."""
    rank, ties = np.ones_like(tiers), np.zeros(len(tiers), np.int64)
    for own in range(tiers.shape[1]):
        equal = (tiers == tiers[:, [own]]).sum(axis=1)
        rank[:, own] = 2 * (tiers < tiers[:, [own]]).sum(axis=1) + equal + 1
        ties += equal**2 - 1
    return rank, ties


def tau_b(patterns: tuple[Alike, ...]) -> Estimator:
    """Mean over tasks of the mean of Kendall's tau-b over pairs of tutors.

    Each pair is compared on the answers that both ranked; a pair with fewer than two of them, or
    where one tutor tied all of them, is left out. ``sample.tasks`` is the number of tasks that
    have a pair.

    Args:
        patterns: Of `alike`.

    Returns:
        From -1, orders reversed, to 1; nan when no pair is left.

    Source:
        Kendall and Gibbons 1990, Rank Correlation Methods, 5th ed., section 3.4.
    """
    return _mean(_pairwise(patterns, _tau_b, lambda answers: answers * (answers - 1) // 2))


def _tau_b(tiers: Ints) -> Floats:
    first, second = np.triu_indices(tiers.shape[2], 1)
    known = (tiers[..., first] >= 0) & (tiers[..., second] >= 0)
    order = np.where(known, np.sign(tiers[..., first] - tiers[..., second]), 0).astype(np.float64)
    untied = np.abs(order) @ known.astype(np.float64).swapaxes(1, 2)
    return _divided(order @ order.swapaxes(1, 2), np.sqrt(untied * untied.swapaxes(1, 2)))


def top_agreement(patterns: tuple[Alike, ...]) -> Estimator:
    """Mean over tasks of how far pairs of tutors name the same best answer.

    Where several answers share the top tier, two tutors agree to the degree 2 |A and B| / (|A| +
    |B|) of their top tiers A and B: 1 when they are the same, 0 when they have nothing in common,
    2/3 when one names one of the two that the other names. Without ties it is the share of pairs
    that name the same answer.

    Args:
        patterns: Of `alike`.

    Returns:
        From 0 to 1, not corrected for chance; nan when no task has two rankings.

    Source:
        Corsi and Urbano 2024, The Treatment of Ties in Rank-Biased Overlap, SIGIR: the variant w
        of the agreement of Webber, Moffat and Zobel 2010, for ties that mean equality, at the top.
    """
    return _mean(_pairwise(patterns, _same_top, lambda answers: answers))


def _same_top(tiers: Ints) -> Floats:
    top = (tiers == 0).astype(np.float64)
    size = top.sum(axis=2)
    return _divided(2 * (top @ top.swapaxes(1, 2)), size[:, :, None] + size[:, None, :])


def _pairwise(
    patterns: tuple[Alike, ...], similar: _Similar, width: Callable[[int], int]
) -> Iterator[tuple[Floats, Ints]]:
    """For each group the mean over pairs of tutors, shape (patterns,), and its times.

    `width` tells from the number of answers how many numbers `similar` needs for each ranking.
    """
    for alike in patterns:
        ways = alike.ranking.shape[1]
        rankings, answers = alike.tiers.shape
        is_small = rankings * (rankings + width(answers)) <= _AT_ONCE
        table = similar(alike.tiers[None])[0] if is_small else None
        step = max(_AT_ONCE // (ways * (ways + width(answers))), 1)
        means = []
        for start in range(0, len(alike.times), step):
            chosen = alike.ranking[start : start + step]
            if table is None:
                found = similar(alike.tiers[chosen])
            else:
                found = table[chosen[:, :, None], chosen[:, None, :]]
            means.append(_mean_of_pairs(found, alike.tutors[start : start + step]))
        yield np.concatenate(means), alike.times


def _mean_of_pairs(found: Floats, tutors: Ints) -> Floats:
    pairs = tutors[:, :, None] * tutors[:, None, :]
    same = np.arange(tutors.shape[1])
    pairs[:, same, same] -= tutors
    pairs *= ~np.isnan(found)
    total = (np.nan_to_num(found) * pairs).sum(axis=(1, 2))
    return _divided(total, pairs.sum(axis=(1, 2)))


def _divided(top: Floats | Ints, bottom: Floats | Ints) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def _mean(parts: Iterator[tuple[Floats, Ints]]) -> Estimator:
    """The mean over the tasks whose value is not nan."""
    joined = list(parts)
    values = np.concatenate([np.zeros(0), *(value for value, _ in joined)])
    times = np.concatenate([np.zeros(0, np.int64), *(times for _, times in joined)])
    known = ~np.isnan(values)
    distinct, code = np.unique(values[known], return_inverse=True)
    rows = np.column_stack([distinct, np.ones(len(distinct))])
    many = np.bincount(code, times[known], len(distinct)).astype(np.int64)
    return Estimator(Sample(rows, many), quotient)
