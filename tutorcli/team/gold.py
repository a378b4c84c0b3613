"""How a judgment of a gold task compares with what is known of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from tutorcli.core.judgment import Judgment


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the known figures a judgment has as well."""

    matched: int
    total: int
    """Figures that are known; 0: nothing that can be compared."""


def score(known: Judgment, said: Judgment) -> Score:
    """Compare a judgment with the known one of its task.

    What is known decides what counts: for each pair that it orders or ties (strengths first, else
    the ranking) whether the same answer is better, or neither; each of its ratings; and, where it
    draws the accept line, whether the same answers lie above. What a tutor says beyond that counts
    for nothing; what a tutor leaves out is not matched.

    Args:
        known: The known judgment.
        said: A tutor's, in the same task's words.

    Returns:
        Figures matched, of those known.

    >>> from dataclasses import replace
    >>> known = Judgment("k", "t", "", "expert", "t", ranking=(("a",), ("b",), ("c",)))
    >>> score(known, replace(known, ranking=(("a",), ("c",), ("b",))))
    Score(matched=2, total=3)
    """
    points = [*_pair_points(known, said), *_rating_points(known, said)]
    if known.accept_line is not None:
        points.append(_accepts(known) == _accepts(said))
    return Score(sum(points), len(points))


def _pair_points(known: Judgment, said: Judgment) -> Iterator[bool]:
    expected, found = _signs(known), _signs(said)
    for pair, sign in expected.items():
        yield found.get(pair) == sign


def _signs(judgment: Judgment) -> Mapping[tuple[str, str], int]:
    """Pair, smaller id first: 1 when the first is better, -1 when the second is, 0 when neither."""
    tier = {answer: place for place, tied in enumerate(judgment.ranking) for answer in tied}
    signs = {pair: _sign(tier[pair[1]] - tier[pair[0]]) for pair in combinations(sorted(tier), 2)}
    return signs | {(row.first, row.second): _sign(row.value) for row in judgment.strengths}


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _rating_points(known: Judgment, said: Judgment) -> Iterator[bool]:
    found = {(row.answer, row.criterion): (row.value, row.na) for row in said.ratings}
    for row in known.ratings:
        yield found.get((row.answer, row.criterion)) == (row.value, row.na)


def _accepts(judgment: Judgment) -> frozenset[str] | None:
    """The answers above the accept line; None when none is drawn."""
    if judgment.accept_line is None:
        return None
    return frozenset(answer for tier in judgment.ranking[: judgment.accept_line] for answer in tier)
