"""Rankings and what follows from them: pairs, the best, what is accepted."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.ranked import Tiers, rankings
from tutorcli.stats import ranks
from tutorcli.stats.ranks import AcceptLines, Rankings, accepted, basis, best, implied_pairs
from tutorcli.stats.ratings import Ratings


def said(found: Ratings | None) -> dict[tuple[int, str], float | str]:
    assert found is not None
    rows = zip(found.unit, found.tutor, found.value, strict=True)
    return {(int(u), found.tutors[t]): found.values[v] for u, t, v in rows}


def test_a_pair_is_below_zero_where_the_first_answer_is_better() -> None:
    told = rankings([{"a": [[1], [0, 2]], "b": [[0]]}])
    assert said(implied_pairs(told)) == {(0, "a"): 1.0, (1, "a"): 0.0, (2, "a"): -1.0}


def test_pairs_of_all_tasks_are_units_of_their_task() -> None:
    found = implied_pairs(rankings([{"a": [[0], [1], [2]]}, {}, {"b": [[2], [0]]}]))
    assert found is not None
    assert found.task.tolist() == [0, 0, 0, 2]
    assert said(found)[3, "b"] == 1.0


def test_pairs_are_not_written_out_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    told = rankings([{"a": [[0], [1], [2]]}])
    monkeypatch.setattr(ranks, "MOST_PAIRS", 2)
    assert implied_pairs(told) is None


def test_the_best_are_told_by_their_numbers() -> None:
    told = rankings([{"a": [[2], [0, 1]], "b": [[0, 2], [1]]}, {"a": [[1]]}])
    assert said(best(told)) == {(0, "a"): "3", (0, "b"): "1 = 3", (1, "a"): "2"}


def test_tasks_with_different_numbers_of_answers_stand_side_by_side() -> None:
    told = rankings([{"a": [[1], [0]]}, {"a": [[1], [0], [2]]}])
    mixed = Rankings(
        told.task, told.tutor, told.answer, told.tier, np.array([2, 3]), told.tutors, told.lines
    )
    assert said(best(mixed)) == {(0, "a"): "2", (1, "a"): "2"}
    assert said(implied_pairs(mixed)) == {
        (0, "a"): 1.0,
        (1, "a"): 1.0,
        (2, "a"): -1.0,
        (3, "a"): -1.0,
    }


def test_answers_above_the_line_are_accepted() -> None:
    told = rankings([{"a": [[2], [0], [1]], "b": [[0], [1]]}], lines=[{"a": 2}])
    assert said(accepted(told)) == {(0, "a"): 1.0, (1, "a"): 0.0, (2, "a"): 1.0}


def test_a_line_above_all_rejects_answers_that_are_not_ranked_too() -> None:
    told = rankings([{"a": [[2], [0]]}, {}], lines=[{"a": 0}, {"b": 0}])
    assert set(said(accepted(told)).items()) == {
        *(((unit, "a"), 0.0) for unit in range(3)),
        *(((unit, "b"), 0.0) for unit in range(3, 6)),
    }


def test_lines_alone_are_enough_for_accepted_answers() -> None:
    assert said(accepted(rankings([{}], lines=[{"a": 0}]))) == {(n, "a"): 0.0 for n in range(3)}
    assert said(accepted(rankings([{}], lines=[{"a": 1}]))) == {}


def test_tiers_left_empty_are_passed_over() -> None:
    told = rankings([{"a": [[], [1], [], [0, 2]]}], lines=[{"a": 2}])
    assert said(best(told)) == {(0, "a"): "2"}
    assert said(accepted(told)) == {(0, "a"): 0.0, (1, "a"): 1.0, (2, "a"): 0.0}


def test_nothing_ranked_gives_no_ratings() -> None:
    empty = rankings([])
    for found in (implied_pairs(empty), best(empty), accepted(empty)):
        assert said(found) == {}
    assert basis(empty).ratings == 0
    bare = Rankings(empty.task, empty.tutor, empty.answer, empty.tier, empty.answers, ())
    assert said(accepted(bare)) == {}


def test_a_ranking_is_what_figures_rest_on() -> None:
    found = basis(rankings([{"a": [[0], [1]], "b": [[0]], "c": [[2]]}, {"a": [[0]]}, {}]))
    assert (found.tasks, found.units, found.ratings, found.tutors) == (2, 2, 4, 3)
    assert (found.overlap, found.pairs) == (0.5, 3)


def tiers_of(ranks_given: list[int]) -> Tiers:
    return [[a for a, tier in enumerate(ranks_given) if tier == n] for n in range(4)]


one_ranking = st.lists(st.integers(0, 4), min_size=3, max_size=3).map(tiers_of)
told_of_tasks = st.lists(st.dictionaries(st.sampled_from("abcd"), one_ranking), max_size=6)


@settings(max_examples=50, deadline=None)
@given(told_of_tasks, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_that_follows(
    told: list[dict[str, Tiers]], chance: random.Random
) -> None:
    lines = [dict.fromkeys(given, 1) for given in told]
    shuffled = rankings(told, lines=lines, shuffle=lambda n: chance.sample(range(n), n))
    plain = rankings(told, lines=lines)
    for follow in (implied_pairs, best, accepted):
        assert said(follow(shuffled)) == said(follow(plain))


@settings(max_examples=50, deadline=None)
@given(told_of_tasks)
def test_pairs_say_what_the_tiers_say(told: list[dict[str, Tiers]]) -> None:
    plain = rankings(told)
    expected = {}
    for task, given_by in enumerate(told):
        for tutor, tiers in given_by.items():
            place = {answer: n for n, tier in enumerate(tiers) for answer in tier}
            for a, b in ((0, 1), (0, 2), (1, 2)):
                if a in place and b in place:
                    sign = (place[a] > place[b]) - (place[a] < place[b])
                    expected[task, a, b, tutor] = float(sign)
    pairs = implied_pairs(plain)
    assert pairs is not None
    assert sorted(said(pairs).values()) == sorted(expected.values())
    assert len(pairs.task) == len({key[:3] for key in expected})


def test_hundred_thousand_rankings_in_any_order_are_taken() -> None:
    chance = np.random.default_rng(0)
    order = chance.permutation(400_000)
    task, tutor = np.repeat(np.arange(20_000), 20), np.tile(np.repeat(np.arange(5), 4), 20_000)
    answer, tier = np.tile(np.arange(4), 100_000), chance.integers(0, 4, 400_000)
    lines = AcceptLines(task[::4], tutor[::4], chance.integers(0, 3, 100_000))
    told = Rankings(
        task[order], tutor[order], answer[order], tier, np.full(20_000, 4), tuple("abcde"), lines
    )
    pairs = implied_pairs(told)
    assert pairs is not None
    assert len(pairs.unit) == 600_000
    assert len(best(told).unit) == 100_000
