"""Rankings and what follows from them: tiers, pairs, what is accepted."""

import random
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.ranked import Tiers, rankings
from tutorcli.stats.ranked import ACCEPTED, ORDER, Ranked, ways_of_pairs
from tutorcli.stats.ways import Ways, patterns

BETTER, TIED, WORSE, NOTHING = 0, 1, 2, -1
"""What is said of a pair by its first answer: indices into `ORDER`; and that nothing is."""


def said(ways: Sequence[Ways]) -> list[list[int]]:
    """What each saying says of each part, in the order in which they were told."""
    return [row for one in ways for row in one.said[one.way].tolist()]


def pairs(told: Ranked) -> list[list[int]]:
    return said(ways_of_pairs(told.ways()))


def test_a_pair_says_which_answer_is_better() -> None:
    told = rankings([{"a": [[1], [0, 2]], "b": [[0]]}])
    assert pairs(told) == [[WORSE, TIED, BETTER], [NOTHING] * 3]
    assert ORDER[BETTER] < ORDER[TIED] < ORDER[WORSE]


def test_tasks_with_different_numbers_of_answers_stand_side_by_side() -> None:
    told = rankings([{"a": [[1], [0]]}, {"a": [[1], [0], [2]]}], answers=[2, 3])
    assert said(told.ways()) == [[1, 0], [1, 0, 2]]
    assert pairs(told) == [[WORSE], [WORSE, BETTER, BETTER]]
    _, basis = patterns(ways_of_pairs(told.ways()), ORDER)
    assert (basis.tasks, basis.units, basis.ratings) == (2, 4, 4)


def test_answers_above_the_line_are_accepted() -> None:
    told = rankings([{"a": [[2], [0], [1]], "b": [[0], [1]]}], lines=[{"a": 2}])
    assert said(told.ways_of_accepting()) == [[1, 0, 1]]
    assert ACCEPTED == (0, 1)


def test_of_answers_that_are_not_ranked_a_line_says_nothing() -> None:
    told = rankings([{"a": [[2], [0]]}], lines=[{"a": 1}])
    assert said(told.ways_of_accepting()) == [[0, NOTHING, 1]]


def test_a_line_above_all_rejects_answers_that_are_not_ranked_too() -> None:
    told = rankings([{"a": [[2], [0]]}, {}], lines=[{"a": 0}, {"b": 0}])
    assert said(told.ways_of_accepting()) == [[0, 0, 0]] * 2


def test_lines_alone_are_enough_where_they_stand_above_all() -> None:
    assert said(rankings([{}], lines=[{"a": 0}]).ways_of_accepting()) == [[0, 0, 0]]
    assert said(rankings([{}], lines=[{"a": 1}]).ways_of_accepting()) == [[NOTHING] * 3]


def test_tiers_left_empty_are_passed_over() -> None:
    told = rankings([{"a": [[], [1], [], [0, 2]]}], lines=[{"a": 2}])
    assert said(told.ways()) == [[1, 0, 1]]
    assert said(told.ways_of_accepting()) == [[0, 1, 0]]


def test_nothing_ranked_says_nothing() -> None:
    empty = rankings([])
    assert said(empty.ways()) == pairs(empty) == said(empty.ways_of_accepting()) == []
    assert empty.basis().ratings == 0


def test_a_ranking_is_what_figures_rest_on() -> None:
    found = rankings([{"a": [[0], [1]], "b": [[0]], "c": [[2]]}, {"a": [[0]]}, {}]).basis()
    assert (found.tasks, found.units, found.ratings, found.tutors) == (2, 2, 4, 3)
    assert (found.overlap, found.pairs) == (0.5, 3)


def tiers_of(ranks_given: list[int]) -> Tiers:
    return [[a for a, tier in enumerate(ranks_given) if tier == n] for n in range(4)]


one_ranking = st.lists(st.integers(0, 4), min_size=3, max_size=3).map(tiers_of)
told_of_tasks = st.lists(st.dictionaries(st.sampled_from("abcd"), one_ranking), max_size=6)


@settings(max_examples=50, deadline=None)
@given(told_of_tasks, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_pattern(
    told: list[dict[str, Tiers]], chance: random.Random
) -> None:
    lines = [dict.fromkeys(given, 1) for given in told]
    mixed = rankings(told, lines=lines, shuffle=lambda n: chance.sample(range(n), n))
    plain = rankings(told, lines=lines)
    for one, other, values in (
        (ways_of_pairs(plain.ways()), ways_of_pairs(mixed.ways()), ORDER),
        (plain.ways_of_accepting(), mixed.ways_of_accepting(), ACCEPTED),
    ):
        (found, basis), (again, its_basis) = patterns(one, values), patterns(other, values)
        assert basis == its_basis
        for name in ("pattern", "value", "count", "size"):
            np.testing.assert_array_equal(getattr(found, name), getattr(again, name))


@settings(max_examples=50, deadline=None)
@given(told_of_tasks)
def test_pairs_say_what_the_tiers_say(told: list[dict[str, Tiers]]) -> None:
    expected = []
    for tiers in (tiers for given_by in told for tiers in given_by.values()):
        place = {answer: n for n, tier in enumerate(tiers) for answer in tier}
        signs = [
            (place[a] > place[b]) - (place[a] < place[b]) if a in place and b in place else None
            for a, b in combinations(range(3), 2)
        ]
        if place:
            expected.append([NOTHING if sign is None else ORDER.index(sign) for sign in signs])
    assert pairs(rankings(told)) == expected
