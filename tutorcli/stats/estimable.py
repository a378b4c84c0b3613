"""Which models can be given strengths: those that a circle of wins and ties holds together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tutorcli.errors import Message, message
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.meetings import LOST, TIED, WON, Meetings

MOST_MODELS = 1000
"""More are not fitted: tables of models by models would not fit into memory."""
_NAMED = 5
"""So many models are named in a sentence."""

NOT_COMPARED = message("not compared with any other model")
NEVER_BEATEN = message("never beaten or tied by the others: its strength has no upper limit")
NEVER_WON = message("never won or tied against the others: its strength has no lower limit")
NO_CIRCLE = message("it always beat some models and always lost to others, never both ways")


@dataclass(frozen=True, slots=True)
class Estimable:
    """The models that have strengths, and why the others have none."""

    kept: Ints
    """Indices, sorted; empty or at least two."""
    why: Mapping[int, Message]
    """For each of the others."""


def estimable(meetings: Meetings) -> Estimable:
    """The greatest set of models within which each is connected with each, both ways.

    The likelihood has a greatest value at finite strengths only where no group of models exists
    that never lost to the rest: whichever way the models are split in two, somebody of either side
    beat somebody of the other. A tie counts both ways, also with Davidson's model: his chance of a
    tie goes to 0 as the strengths part, so one tie keeps them from parting without end.

    Returns:
        Of several such sets the one with the most models, then the most comparisons, then the
        first names; nobody when each model stands alone.

    Source:
        Ford 1957, American Mathematical Monthly 64(8), p. 28; with ties: Davidson 1970, JASA 65,
        p. 319, and Hunter 2004, Annals of Statistics 32(1), assumption 1 and section 4.
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
    return Estimable(kept, why)


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
