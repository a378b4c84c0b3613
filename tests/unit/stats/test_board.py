"""The leaderboard: places, intervals, covariates, and what is undefined."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.compared import Row, counted, puddings, rows, simulated
from tutorcli.stats.board import OFTEN_TOO_MANY_TIES, Board, board, board_to_json
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.estimable import TOO_MANY_TIES
from tutorcli.stats.standings import Standing
from tutorcli.stats.strengths import ModelKind

KINDS: tuple[ModelKind, ...] = ("davidson", "bradley-terry")
FEW = Sampling(resamples=200)


def standing(found: Board, model: str) -> Standing:
    return next(each for each in found.standings if each.model == model)


def test_the_strongest_stands_first() -> None:
    found = board(simulated(2000, 4))
    assert [each.model for each in found.standings] == ["m003", "m002", "m001", "m000"]
    assert [each.place for each in found.standings] == [1, 2, 3, 4]


def test_puddings_that_cannot_be_told_apart_share_a_place() -> None:
    found = board(puddings())
    assert [each.model for each in found.standings] == ["6", "2", "4", "3", "5", "1"]
    assert [each.place for each in found.standings] == [1, 1, 1, 1, 1, 2]
    assert [each.last_place for each in found.standings] == [5, 6, 6, 6, 6, 6]


def test_the_mean_score_of_answers_is_1000() -> None:
    found = board(simulated(500, 4)).standings
    scores = np.array([each.score for each in found], float)
    assert np.average(scores, weights=[each.comparisons for each in found]) == pytest.approx(1000)


def test_four_hundred_points_are_ten_wins_for_a_loss() -> None:
    found = board(counted("ab", [(0, 1, 100, 10, 0)]), "bradley-terry", FEW).standings
    first, second = (each.score for each in found)
    assert first is not None
    assert second is not None
    assert first - second == pytest.approx(400)


def test_intervals_hold_the_scores() -> None:
    for each in board(simulated(600, 4)).standings:
        assert each.low is not None
        assert each.high is not None
        assert each.score is not None
        assert each.low < each.score < each.high


def test_wins_losses_ties_and_both_bad_are_counted_apart() -> None:
    told = [(0, 0, 1, 1), (1, 1, 0, 0), (2, 0, 1, -1), (3, 0, 1, 0)]
    found = board(rows(*told, models="ab", both_bad=[False, True, False, False]))
    first = standing(found, "a")
    assert (first.wins, first.losses, first.ties, first.both_bad) == (1, 1, 2, 1)
    assert (first.comparisons, first.both_bad_rate) == (4, 0.25)
    assert found.both_bad.value == 0.25
    pair = found.meetings[0]
    assert (pair.wins, pair.losses, pair.ties, pair.both_bad) == (1, 1, 2, 1)


def test_below_thirty_comparisons_a_standing_is_provisional() -> None:
    found = board(counted("abc", [(0, 1, 10, 9, 1), (0, 2, 10, 5, 5)]), sampling=FEW)
    assert not standing(found, "a").is_provisional
    assert standing(found, "b").is_provisional


def test_davidson_tells_how_apt_tutors_are_to_tie() -> None:
    found = board(puddings()).tie_parameter
    assert found.value == pytest.approx(0.7468, abs=1e-4)
    assert found.low == pytest.approx(0.7468 * np.exp(-1.96 * 0.0825), abs=0.02)
    assert found.high == pytest.approx(0.7468 * np.exp(1.96 * 0.0825), abs=0.02)


def test_effects_of_covariates_have_intervals_that_hold_the_truth() -> None:
    whole = simulated(3000, 4, effects=(0.4, 0.0))
    found = board(whole, sampling=FEW, with_covariates=["position", "length"])
    assert [each.name for each in found.effects] == ["effect_position", "effect_length"]
    for each, truth in zip(found.effects, (0.4, 0.0), strict=True):
        assert each.low is not None
        assert each.high is not None
        assert each.low < truth < each.high
    assert str(found.notes[0]) == "strengths are those of answers alike in: position, length"


def test_a_model_that_is_shown_first_more_often_gains_nothing_by_it() -> None:
    random = np.random.default_rng(1)
    shown = np.where(random.random(4000) < 0.8, 1.0, -1.0)
    outcome = np.where(random.random(4000) < 1 / (1 + np.exp(-shown)), 1, -1)
    told = np.column_stack([np.arange(4000), np.zeros(4000), np.ones(4000), outcome])
    whole = Comparisons.of(["a", "b"], *told.T, covariates=["position"], differences=shown[:, None])
    plain, fair = board(whole, sampling=FEW), board(whole, "davidson", FEW, ["position"])
    assert [each.place for each in plain.standings] == [1, 2]
    assert [each.place for each in fair.standings] == [1, 1]


def test_covariates_that_foretell_every_outcome_are_left_out_with_a_reason() -> None:
    told = [(task, task % 2, 1 - task % 2, 1) for task in range(40)]
    whole = rows(*told, models="ab", covariates=["length"], differences=np.ones((40, 1)))
    found = board(whole, sampling=FEW, with_covariates=["length"])
    assert found.effects[0].value is None
    assert "foretell" in str(found.effects[0].why)
    assert "foretell" in str(found.notes[0])
    assert found.standings[0].score == pytest.approx(1000)


def test_a_covariate_that_never_differs_says_so() -> None:
    whole = replace(puddings(), covariates=("bold",), differences=np.zeros((745, 1)))
    found = board(whole, sampling=FEW, with_covariates=["bold"])
    assert str(found.effects[0].why) == "the answers compared never differ in it"
    assert found.notes == ()


def test_no_comparisons_are_no_board() -> None:
    found = board(Comparisons.of([], [], [], [], []))
    assert found.standings == ()
    assert found.both_bad.value is None
    assert [str(note) for note in found.notes] == ["there are no comparisons"]


def test_one_model_has_no_strength() -> None:
    found = board(rows((0, 0, 0, 1), models="a"))
    assert str(found.standings[0].why) == "not compared with any other model"
    assert found.standings[0].score is None


@pytest.mark.parametrize("kind", KINDS)
def test_where_all_is_tied_nothing_is_sure(kind: ModelKind) -> None:
    found = board(counted("ab", [(0, 1, 0, 0, 50)]), kind)
    assert [each.score for each in found.standings] == [1000, 1000]
    assert [each.place for each in found.standings] == [None, None]
    assert str(found.standings[0].why) == "every comparison is a tie"
    assert found.tie_parameter.value is None


def test_without_ties_there_is_no_tie_parameter() -> None:
    found = board(counted("ab", [(0, 1, 20, 20, 0)]), sampling=FEW)
    assert str(found.tie_parameter.why) == "no comparison is a tie"


def test_bradley_and_terry_have_no_tie_parameter() -> None:
    assert "half a win" in str(board(puddings(), "bradley-terry", FEW).tie_parameter.why)


def test_models_without_strength_stand_last_and_say_why() -> None:
    found = board(counted("abcd", [(0, 1, 9, 0, 0), (1, 2, 20, 20, 5)]), sampling=FEW)
    assert [each.model for each in found.standings] == ["b", "c", "a", "d"]
    assert "never beaten" in str(found.standings[2].why)
    assert (found.standings[2].wins, found.standings[2].place) == (9, None)


def test_few_tasks_have_strengths_but_no_intervals() -> None:
    told = [(task % 9, 0, 1, (-1) ** task) for task in range(200)]
    found = board(rows(*told, models="ab")).standings[0]
    assert found.score is not None
    assert (found.low, found.place) == (None, None)
    assert str(found.why) == "fewer than 10 tasks: no interval"


def test_an_end_that_too_many_draws_do_not_have_is_left_open() -> None:
    first, second = board(counted("ab", [(0, 1, 20, 1, 0)])).standings
    assert (first.high, second.low) == (None, None)
    assert first.low is not None
    assert "no upper end" in str(first.why)
    assert "no lower end" in str(second.why)


def test_ties_beside_wins_of_one_model_alone_give_no_strength() -> None:
    never_lost = counted("ab", [(0, 1, 20, 0, 10)])
    found = board(never_lost)
    assert [(each.score, each.why) for each in found.standings] == [(None, TOO_MANY_TIES)] * 2
    assert found.tie_parameter.value is None
    half_wins = board(never_lost, "bradley-terry").standings[0]
    # (20 + 10 / 2) of 30 wins: odds of 5 to 1.
    assert half_wins.score == pytest.approx(1000 + 400 * math.log10(5) / 2)
    assert half_wins.low is not None


def test_where_too_many_draws_have_no_limit_there_is_no_interval() -> None:
    found = board(counted("ab", [(0, 1, 20, 1, 10)]))
    for each in found.standings:
        assert (each.low, each.high, each.why) == (None, None, OFTEN_TOO_MANY_TIES)
    assert found.tie_parameter.low is found.tie_parameter.high is None
    assert found.tie_parameter.why == OFTEN_TOO_MANY_TIES
    assert found.standings[0].score is not None
    found = board(counted("ab", [(0, 1, 20, 8, 10)]))
    assert None not in (found.standings[0].low, found.tie_parameter.high)


def test_a_model_that_was_seldom_compared_does_not_widen_the_others() -> None:
    many = [(0, 1, 300, 250, 50), (1, 2, 300, 200, 50)]
    alone, beside = (board(counted("abcd", told)) for told in (many, [*many, (2, 3, 1, 2, 0)]))
    for model in "abc":
        one, other = standing(alone, model), standing(beside, model)
        assert one.high is not None
        assert one.low is not None
        assert other.high is not None
        assert other.low is not None
        assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.1)


def test_many_models_have_strengths_but_no_intervals() -> None:
    ring = [(n, n, (n + 1) % 301, 1) for n in range(301)]
    found = board(rows(*ring, models=[f"m{n:03}" for n in range(301)]))
    assert found.standings[0].score == pytest.approx(1000)
    assert str(found.standings[0].why) == "more than 300 models: no interval"


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_everything_changes_no_byte_of_the_json(kind: ModelKind) -> None:
    whole = simulated(200, 4, per_task=3, effects=(0.3, 0.2))
    order = np.random.default_rng(0).permutation(len(whole))
    assert whole.differences is not None
    turned = Comparisons.of(
        whole.models[::-1],
        997 - whole.task[order],
        3 - whole.second[order],
        3 - whole.first[order],
        -whole.outcome[order],
        covariates=whole.covariates,
        differences=-whole.differences[order],
    )
    texts = [
        json.dumps(board_to_json(board(each, kind, FEW, ["position", "length"])))
        for each in (whole, turned)
    ]
    assert texts[0] == texts[1]


def test_other_names_change_no_strength() -> None:
    whole = simulated(300, 4)
    named = Comparisons.of(
        ["z", "y", "x", "w"], whole.task, whole.first, whole.second, whole.outcome
    )
    scores = [each.score for each in board(whole, sampling=FEW).standings]
    assert [each.score for each in board(named, sampling=FEW).standings] == pytest.approx(scores)


def test_json_is_flat_and_holds_no_nan() -> None:
    found = board(counted("abcd", [(0, 1, 9, 0, 0), (1, 2, 20, 20, 5)]), sampling=FEW)
    told = json.loads(json.dumps(board_to_json(found), allow_nan=False))
    assert told["schema"] == "tutorcli.leaderboard/1"
    assert [each["figure"] for each in told["figures"]] == ["tie_parameter", "both_bad"]
    assert told["standings"][0]["model"] == "b"
    assert told["meetings"][0] == {
        "first": "a", "second": "b", "wins": 9, "losses": 0, "ties": 0, "both_bad": 0
    }  # fmt: skip


TOLD = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 3), st.integers(0, 3), st.integers(-1, 1)),
    max_size=40,
)


@given(TOLD, st.sampled_from(KINDS))
@settings(max_examples=40, deadline=None)
def test_whatever_comes_each_model_has_numbers_or_a_reason(
    told: list[Row], kind: ModelKind
) -> None:
    found = board(rows(*told), kind, Sampling(resamples=50))
    json.dumps(board_to_json(found), allow_nan=False)
    for each in found.standings:
        assert (each.score is None) <= (each.why is not None)
        assert (each.low is None or each.high is None) <= (each.why is not None)
        assert each.place is None or each.last_place is None or each.place <= each.last_place


@given(TOLD)
@settings(max_examples=30, deadline=None)
def test_before_a_place_come_as_many_models_with_better_scores(told: list[Row]) -> None:
    found = board(rows(*told), sampling=Sampling(resamples=50)).standings
    for rank, each in enumerate(found):
        assert each.place is None or each.place <= rank + 1
