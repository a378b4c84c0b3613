"""Each tutor against the mode of the others."""

import math
from collections import Counter

import pytest
from hypothesis import given, settings

from tests.unit.stats.rated import TABLES, Units, rated
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.figure import NO_OVERLAP, NO_RATINGS, ONE_TUTOR
from tutorcli.stats.others import NO_MAJORITY, others

SAMPLING = Sampling(resamples=20)


def shares(units: Units) -> list[float]:
    """The share of each tutor, nan where it is undefined."""
    found = (figure.value for _, figure in others(rated(units), SAMPLING))
    return [math.nan if value is None else value for value in found]


def counted(units: Units, tutor: int) -> float:
    """The same, counted one by one."""
    hits = []
    for unit in units:
        modes = Counter(one for place, one in enumerate(unit) if place != tutor and one is not None)
        best = [value for value, times in modes.items() if times == max(modes.values())]
        if unit[tutor] is not None and len(best) == 1:
            hits.append(unit[tutor] == best[0])
    return sum(hits) / len(hits) if hits else math.nan


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_a_rating_is_held_against_the_only_mode_of_the_others(units: Units) -> None:
    for said in (units, [[*unit, *reversed(unit)] for unit in units]):
        tutors = max(map(len, said))
        expected = [counted(said, tutor) for tutor in range(tutors)]
        assert shares(said) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("units", "why"),
    [
        ([(None, None)], NO_RATINGS),
        ([(1, None), (2, None)], ONE_TUTOR),
        ([(1, None), (None, 2)], NO_OVERLAP),
        ([(1, 2, 3), (2, 1, 3)], NO_MAJORITY),
    ],
)
def test_nothing_to_be_held_against_says_why(units: Units, why: object) -> None:
    _, found = next(iter(others(rated(units), SAMPLING)))
    assert (found.value, found.why) == (None, why)
