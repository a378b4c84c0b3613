"""Which models can be given strengths: those that a circle of wins and ties holds together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.meetings import LOST, TIED, WON, Meetings

MOST_MODELS = 1000
"""More are not fitted: tables of models by models would not fit into memory."""
_NAMED = 5
"""So many models are named in a sentence."""

NOT_COMPARED = message("not compared with any other model")
NEVER_BEATEN = message("never beaten or tied by the others: its strength has no upper limit")
NEVER_WON = message("never won or tied against the others: its strength has no lower limit")
TOO_MANY_TIES = message(
    "too few wins beside the ties to tell strengths and ties apart; try: --model bradley-terry"
)
NO_CIRCLE = message("it always beat some models and always lost to others, never both ways")


@dataclass(frozen=True, slots=True)
class Estimable:
    """The models that have strengths, and why the others have none."""

    kept: Ints
    """Indices, sorted; empty or at least two."""
    why: Mapping[int, Message]
    """For each of the others."""


def estimable(meetings: Meetings, *, has_tie_parameter: bool = False) -> Estimable:
    """The greatest set of models within which each is connected with each, both ways.

    The likelihood has a greatest value at finite strengths only where no group of models exists
    that never lost to the rest: whichever way the models are split in two, somebody of either side
    beat somebody of the other. A tie counts both ways: at a given nu the chance of a tie goes to 0
    as the strengths part, so one tie keeps them from parting without end.

    Where nu is estimated too, it may grow as they part, and the ties remain likely. That can go on
    without end where levels exist such that who won stands at least one above who lost, and who
    tied at most one apart: unless some circle, each of which beat or tied the next, has more wins
    than ties.

    Args:
        meetings: Of all models.
        has_tie_parameter: Whether nu is estimated, as in Davidson's model.

    Returns:
        Of several such sets the one with the most models, then the most comparisons, then the
        first names; nobody when each model stands alone, or nu has no limit.

    Source:
        Ford 1957, American Mathematical Monthly 64(8), p. 28; with ties: Davidson 1970, JASA 65,
        p. 319, and Hunter 2004, Annals of Statistics 32(1), assumption 1 and section 4. Directions
        in which a likelihood rises without end: Barndorff-Nielsen 1978, Information and Exponential
        Families, section 9.3; circles and levels: Cormen et al. 2009, Introduction to Algorithms,
        3rd ed., theorem 24.9.
    """
    size = len(meetings.models)
    if size > MOST_MODELS:
        too_many = message("more than {n} models: no strengths", n=MOST_MODELS)
        return Estimable(np.zeros(0, np.int64), dict.fromkeys(range(size), too_many))
    beaten = _beaten(meetings)
    reaches = closure(beaten)
    mutual = reaches & reaches.T
    kept = _greatest(mutual, meetings.per_model(meetings.times, meetings.times))
    others = np.setdiff1d(np.arange(size), kept)
    why = {index: _why(index, meetings, reaches, kept) for index in others.tolist()}
    rows = np.isin(meetings.first, kept) & np.isin(meetings.second, kept)
    told = meetings.first[rows], meetings.second[rows], meetings.counts[rows]
    if has_tie_parameter and not is_limited(*told):
        return Estimable(kept[:0], why | dict.fromkeys(kept.tolist(), TOO_MANY_TIES))
    return Estimable(kept, why)


def is_limited(first: Ints, second: Ints, counts: Ints | Floats) -> bool:
    """Whether nu has a limit, or is not estimated; see `estimable`.

    Args:
        first: Shape (rows,): index of a model.
        second: Shape (rows,): of another.
        counts: Shape (rows, 3): how often the first lost, tied, won.
    """
    lost, tied, won = (counts > 0).T
    if not tied.any() or not (won | lost).any() or (won & lost).any():
        return True
    above = np.concatenate([first[won], second[lost]])
    below = np.concatenate([second[won], first[lost]])
    models = int(max(first.max(), second.max())) + 1
    if _has_circle(above, below, models):
        return True
    steps = np.repeat([-1, 1], [len(above), 2 * int(np.count_nonzero(tied))])
    above = np.concatenate([above, first[tied], second[tied]])
    below = np.concatenate([below, second[tied], first[tied]])
    level = np.zeros(models, np.int64)
    # Without such a circle all levels are found in as many rounds as there are models.
    for _ in range(models + 1):
        before = level.copy()
        np.minimum.at(level, below, before[above] + steps)
        if (level == before).all():
            return False
    return True


def _has_circle(above: Ints, below: Ints, models: int) -> bool:
    """Whether wins alone make one; those of models that nobody beat are in none."""
    while len(above):
        is_beaten = np.zeros(models, np.bool_)
        is_beaten[below] = True
        left = is_beaten[above]
        if left.all():
            return True
        above, below = above[left], below[left]
    return False


def _beaten(meetings: Meetings) -> Bools:
    """Shape (models, models): whether one beat the other, or tied."""
    found = np.eye(len(meetings.models), dtype=bool)
    won, lost = (
        meetings.counts[:, [TIED, WON]].any(axis=1),
        meetings.counts[:, [TIED, LOST]].any(axis=1),
    )
    found[meetings.first[won], meetings.second[won]] = True
    found[meetings.second[lost], meetings.first[lost]] = True
    return found


def closure(edges: Bools) -> Bools:
    """Whether a chain of edges leads from one to the other; the diagonal has to be true."""
    while True:
        # Counts of ways up to 1000, exact in float32; only whether there are any matters.
        number = edges.astype(np.float32)
        further = (number @ number) > 0
        if (further == edges).all():
            return edges
        edges = further


def _greatest(mutual: Bools, comparisons: Ints) -> Ints:
    sizes = mutual.sum(axis=1)
    if sizes.max(initial=0) < 2:
        return np.zeros(0, np.int64)
    within = mutual @ comparisons
    best = np.lexsort((np.arange(len(sizes)), -within, -sizes))[0]
    return np.flatnonzero(mutual[best])


def _why(index: int, meetings: Meetings, reaches: Bools, kept: Ints) -> Message:
    """Why this model has no strength, seen from the models that have one or else from all."""
    friends = reaches[index] & reaches[:, index]
    others = kept if len(kept) else np.flatnonzero(~friends)
    if reaches[index].sum() == reaches[:, index].sum() == 1:
        return NOT_COMPARED
    won, lost = bool(reaches[index, others].any()), bool(reaches[others, index].any())
    group = [name for name, is_one in zip(meetings.models, friends, strict=True) if is_one]
    group.remove(meetings.models[index])
    if won and lost:
        return NO_CIRCLE
    if won:
        return _never_beaten(group)
    if lost:
        return _never_won(group)
    return message(
        "no chain of wins or ties connects it with {models}",
        models=_names([meetings.models[other] for other in others.tolist()]),
    )


def _never_beaten(group: Sequence[str]) -> Message:
    if not group:
        return NEVER_BEATEN
    return message(
        "like {models} never beaten or tied by the others: no upper limit", models=_names(group)
    )


def _never_won(group: Sequence[str]) -> Message:
    if not group:
        return NEVER_WON
    return message(
        "like {models} never won or tied against the others: no lower limit", models=_names(group)
    )


def _names(models: Sequence[str]) -> Message | str:
    shown = ", ".join(models[:_NAMED])
    more = len(models) - _NAMED
    return message("{models} and {n} more", models=shown, n=more) if more > 0 else shown
