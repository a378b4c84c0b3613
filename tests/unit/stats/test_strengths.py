"""Strengths of models against published numbers, and by their rules."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.stats.compared import (
    Row,
    case,
    citations,
    counted,
    expected,
    food,
    puddings,
    rows,
    simulated,
)
from tutorcli.stats.arrays import Floats
from tutorcli.stats.bootstrap import Sampling, draws
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.estimable import estimable
from tutorcli.stats.meetings import Meetings, sample_of
from tutorcli.stats.strengths import Drawn, Fit, ModelKind, drawn, fit

KINDS: tuple[ModelKind, ...] = ("davidson", "bradley-terry")


def fitted(comparisons: Comparisons, kind: ModelKind) -> Fit:
    return fit(Meetings.of(comparisons), kind)


def levelled(found: Fit) -> Floats:
    """Strengths with the plain mean 0."""
    strengths: Floats = found.strengths - found.strengths.mean()
    return strengths


def doubts(found: Fit) -> Floats:
    """Standard errors of the differences to the first model."""
    spread = np.diag(found.covariance)[: found.likelihood.models]
    return np.asarray(np.sqrt(spread + spread[0] - 2 * found.covariance[0, : len(spread)]))


def of_draws(
    comparisons: Comparisons, kind: ModelKind = "davidson", seed: int = 0, resamples: int = 1000
) -> Drawn:
    meetings = Meetings.of(comparisons)
    sample = sample_of(comparisons.task, meetings.cell, 3 * len(meetings.first))
    return drawn(fit(meetings, kind), sample, "test", Sampling(seed, resamples=resamples))


def test_davidson_finds_the_worth_of_his_puddings() -> None:
    found = fitted(puddings(), "davidson")
    worth = np.exp(found.strengths) / np.exp(found.strengths).sum()
    value, near = expected("davidson1970_puddings", "davidson_worth")
    assert worth == pytest.approx(value, abs=near)
    nu, near = expected("davidson1970_puddings", "davidson_nu")
    assert found.tie_parameter == pytest.approx(nu, abs=near)


def test_davidson_finds_the_standard_errors_of_his_puddings() -> None:
    found = fitted(puddings(), "davidson")
    value, near = expected("davidson1970_puddings", "davidson_se_log_worth_vs_item1")
    assert doubts(found)[1:] == pytest.approx(value, abs=near)
    value, near = expected("davidson1970_puddings", "davidson_log_nu_se")
    assert np.sqrt(found.covariance[6, 6]) == pytest.approx(value, abs=near)


def test_bradley_and_terry_take_a_tie_for_half_a_win_each() -> None:
    value, near = expected("davidson1970_puddings", "bt_ties_half_log_sum0")
    assert levelled(fitted(puddings(), "bradley-terry")) == pytest.approx(value, abs=near)


@pytest.mark.parametrize("kind", KINDS)
def test_journals_without_ties_have_the_published_strengths(kind: ModelKind) -> None:
    found = fitted(citations(), kind)
    value, near = expected("agresti_citations", "bt_log_vs_first")
    assert found.strengths - found.strengths[0] == pytest.approx(value, abs=near)
    value, near = expected("agresti_citations", "bt_se_vs_first")
    assert doubts(found) == pytest.approx(value, abs=near)
    assert found.tie_parameter == 0


def test_dishes_have_the_worth_that_evalica_publishes() -> None:
    found = fitted(food(), "bradley-terry")
    worth = np.exp(found.strengths) / np.exp(found.strengths).sum()
    value, near = expected("evalica_food", "bt_ties_half_worth_sum1")
    named = dict(zip(case("evalica_food")["items"], worth, strict=True))
    assert named == pytest.approx(value, abs=near)


def test_two_models_have_the_logarithm_of_their_odds_between_them() -> None:
    found = fitted(counted("ab", [(0, 1, 30, 10, 0)]), "bradley-terry").strengths
    assert found[0] - found[1] == pytest.approx(np.log(3))


def test_a_tie_between_equals_is_nu_times_as_likely_as_a_win() -> None:
    found = fitted(counted("ab", [(0, 1, 10, 10, 15)]), "davidson")
    assert found.tie_parameter == pytest.approx(1.5)
    assert found.strengths == pytest.approx([0, 0])


@pytest.mark.parametrize("kind", KINDS)
def test_where_all_is_tied_all_are_alike(kind: ModelKind) -> None:
    found = fitted(counted("abc", [(0, 1, 0, 0, 3), (1, 2, 0, 0, 9)]), kind)
    assert found.strengths == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("kind", KINDS)
def test_one_win_against_thousands_still_has_an_end(kind: ModelKind) -> None:
    found = fitted(counted("abc", [(0, 1, 3000, 1, 0), (1, 2, 3000, 1, 0)]), kind)
    assert found.is_determined
    assert np.isfinite(found.strengths).all()
    assert found.strengths[0] - found.strengths[1] == pytest.approx(np.log(3000), abs=0.01)


def test_effects_of_covariates_come_back() -> None:
    found = fitted(simulated(20_000, 5, effects=(0.4, -0.3)), "davidson")
    assert found.is_determined
    assert found.effects == pytest.approx([0.4, -0.3], abs=0.05)
    assert levelled(found) == pytest.approx(np.linspace(-1, 1, 5), abs=0.08)
    assert found.tie_parameter == pytest.approx(0.8, abs=0.05)


def test_swapping_the_sides_changes_no_covariate_effect() -> None:
    there = simulated(500, 4, effects=(0.4, -0.3))
    back = Comparisons.of(
        there.models,
        there.task,
        there.second,
        there.first,
        -there.outcome,
        covariates=there.covariates,
        differences=None if there.differences is None else -there.differences,
    )
    first, second = fitted(there, "davidson"), fitted(back, "davidson")
    assert first.parameters.tobytes() == second.parameters.tobytes()


def test_covariates_that_foretell_every_outcome_are_not_determined() -> None:
    told = [(task, task % 2, 1 - task % 2, 1) for task in range(40)]
    longer = rows(*told, covariates=("length",), differences=np.ones((40, 1)))
    assert not fitted(longer.among(np.arange(2)), "davidson").is_determined


def test_covariates_that_copy_one_another_are_not_determined() -> None:
    there = simulated(500, 4, effects=(0.4,))
    differences = np.repeat(np.asarray(there.differences), 2, axis=1)
    twice = Comparisons(
        there.models,
        there.task,
        there.first,
        there.second,
        there.outcome,
        there.both_bad,
        ("one", "two"),
        differences,
    )
    assert not fitted(twice, "davidson").is_determined


TOLD = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 3), st.integers(-1, 1)),
    min_size=1,
    max_size=40,
)


def connected(told: list[Row], kind: ModelKind = "davidson") -> Comparisons:
    """Those between models that have strengths; an example in which none has any is no example."""
    whole = rows(*told)
    kept = estimable(Meetings.of(whole), has_tie_parameter=kind == "davidson").kept
    assume(len(kept))
    return whole.among(kept)


@given(TOLD, st.sampled_from(KINDS))
@settings(max_examples=60, deadline=None)
def test_whatever_is_estimable_has_a_fit_at_which_no_slope_is_left(
    told: list[Row], kind: ModelKind
) -> None:
    found = fitted(connected(told, kind), kind)
    assert found.is_determined
    likelihood = found.likelihood
    counts = likelihood.meetings.counts.reshape(1, -1).astype(float)
    chances = likelihood.chances(found.parameters[None, :])
    slope = likelihood.slope(likelihood.counted(counts), chances)
    assert np.abs(slope).max() < 1e-6


@given(TOLD)
@settings(max_examples=60, deadline=None)
def test_of_connected_models_just_those_have_a_fit_whose_ties_are_limited(told: list[Row]) -> None:
    meetings = Meetings.of(rows(*told))
    kept = estimable(meetings).kept
    assume(len(kept))
    found = fitted(rows(*told).among(kept), "davidson")
    assert found.is_determined == bool(len(estimable(meetings, has_tie_parameter=True).kept))


@given(TOLD, st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_the_order_of_rows_and_tasks_changes_no_bit(told: list[Row], random: object) -> None:
    turned = [(9 - task, right, left, -outcome) for task, left, right, outcome in told]
    random.shuffle(turned)  # type: ignore[attr-defined]
    first, second = (of_draws(connected(each)) for each in (told, turned))
    assert first.parameters.tobytes() == second.parameters.tobytes()


@given(TOLD, st.sampled_from(KINDS))
@settings(max_examples=30, deadline=None)
def test_a_draw_in_which_a_model_is_not_connected_stays_finite(
    told: list[Row], kind: ModelKind
) -> None:
    found = of_draws(connected(told, kind), kind)
    assert np.isfinite(found.parameters).all()
    assert np.abs(found.parameters).max() < 60


def test_the_share_of_draws_without_a_loss_is_told() -> None:
    found = of_draws(counted("ab", [(0, 1, 9, 1, 0)]))
    assert found.never_lost == pytest.approx([0.9**10, 0.0], abs=0.04)
    assert found.never_won == pytest.approx([0.0, 0.9**10], abs=0.04)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("per_task", [1, 3])
def test_draws_spread_as_far_as_the_standard_errors_say(kind: ModelKind, per_task: int) -> None:
    comparisons = simulated(3000, 4, per_task=per_task, nu=0.0001)
    doubt = doubts(fitted(comparisons, kind))[1:]
    draws = of_draws(comparisons, kind).parameters
    assert (draws[:, 1:4] - draws[:, :1]).std(axis=0) == pytest.approx(doubt, rel=0.12)


def test_tasks_with_several_comparisons_of_one_opinion_widen_the_draws() -> None:
    alone = simulated(600, 3, nu=0.0001)
    often = Comparisons.of(
        alone.models,
        np.repeat(alone.task, 4),
        np.repeat(alone.first, 4),
        np.repeat(alone.second, 4),
        np.repeat(alone.outcome, 4),
    )
    one, four = (of_draws(each).parameters[:, 2].std() for each in (alone, often))
    assert four == pytest.approx(one, rel=0.1)


def test_draws_with_a_seed_are_repeated_and_with_another_differ() -> None:
    comparisons = simulated(200, 3)
    first, again, other = (of_draws(comparisons, seed=seed).parameters for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes() != other.tobytes()


def test_each_draw_ends_near_its_own_exact_fit() -> None:
    comparisons = simulated(300, 6, nu=0.5)
    meetings = Meetings.of(comparisons)
    found = of_draws(comparisons, resamples=100).parameters[:, :6]
    for draw, counted_again in enumerate(_counts_of(comparisons, 100)[:5]):
        counts = counted_again.astype(np.int64)
        there = counts.reshape(-1, 3).any(axis=1)
        own = Meetings(
            meetings.models,
            meetings.first[there],
            meetings.second[there],
            (),
            meetings.differences[there],
            counts.reshape(-1, 3)[there],
            meetings.cell,
        )
        exact = fit(own).strengths
        assert found[draw] - found[draw].mean() == pytest.approx(exact - exact.mean(), abs=0.003)


def _counts_of(comparisons: Comparisons, resamples: int) -> Floats:
    meetings = Meetings.of(comparisons)
    sample = sample_of(comparisons.task, meetings.cell, 3 * len(meetings.first))
    return next(draws("test", sample, Sampling(resamples=resamples)))
