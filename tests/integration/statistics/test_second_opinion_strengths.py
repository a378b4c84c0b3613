"""Strengths beside those of evalica, choix, statsmodels and scipy, and the cover of intervals."""

import choix
import evalica
import numpy as np
import pytest
from scipy.optimize import minimize
from statsmodels.discrete.discrete_model import Logit

from tests.unit.stats.compared import simulated
from tutorcli.stats.arrays import Floats
from tutorcli.stats.board import Board, board
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.meetings import Meetings
from tutorcli.stats.strengths import Fit, ModelKind, fit

pytestmark = pytest.mark.integration


def levelled(strengths: Floats) -> Floats:
    found: Floats = strengths - strengths.mean()
    return found


def fitted(comparisons: Comparisons, kind: ModelKind) -> Fit:
    return fit(Meetings.of(comparisons), kind)


def of_evalica(comparisons: Comparisons) -> Floats:
    names = np.array(comparisons.models)
    winner = {1: evalica.Winner.X, -1: evalica.Winner.Y, 0: evalica.Winner.Draw}
    found = evalica.bradley_terry(
        names[comparisons.first].tolist(),
        names[comparisons.second].tolist(),
        [winner[outcome] for outcome in comparisons.outcome.tolist()],
        tolerance=1e-13,
        limit=10_000,
    )
    return levelled(np.log(found.scores.sort_index().to_numpy()))


@pytest.mark.parametrize("seed", range(3))
def test_bradley_terry_with_half_ties_is_that_of_evalica(seed: int) -> None:
    comparisons = simulated(3000, 12, seed=seed)
    ours = levelled(fitted(comparisons, "bradley-terry").strengths)
    assert ours == pytest.approx(of_evalica(comparisons), abs=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_bradley_terry_without_ties_is_that_of_choix(seed: int) -> None:
    comparisons = simulated(3000, 12, seed=seed, nu=0)
    won = comparisons.outcome == 1
    winner = np.where(won, comparisons.first, comparisons.second)
    loser = np.where(won, comparisons.second, comparisons.first)
    theirs = choix.opt_pairwise(12, np.column_stack([winner, loser]).tolist(), tol=1e-9)
    ours = levelled(fitted(comparisons, "bradley-terry").strengths)
    assert ours == pytest.approx(levelled(theirs), abs=1e-5)


def test_covariates_are_those_of_a_logistic_regression() -> None:
    comparisons = simulated(2000, 5, effects=(0.4, -0.2), nu=0)
    found = fitted(comparisons, "bradley-terry")
    models = np.eye(5)[comparisons.first] - np.eye(5)[comparisons.second]
    design = np.column_stack([models[:, 1:], np.asarray(comparisons.differences)])
    theirs = Logit((comparisons.outcome == 1).astype(float), design).fit(disp=0, tol=1e-12)
    assert found.effects == pytest.approx(theirs.params[4:], abs=1e-7)
    assert (found.strengths - found.strengths[0])[1:] == pytest.approx(theirs.params[:4], abs=1e-7)
    ours = np.sqrt(np.diag(found.covariance)[5:])
    assert ours == pytest.approx(theirs.bse[4:], abs=1e-6)


def test_davidson_with_covariates_is_the_greatest_likelihood_that_scipy_finds() -> None:
    comparisons = simulated(2000, 5, effects=(0.4, -0.2))
    found = fitted(comparisons, "davidson")
    differences = np.asarray(comparisons.differences)

    def unlikely(parameters: Floats) -> float:
        strengths, log_nu = parameters[:5], parameters[5]
        d = strengths[comparisons.first] - strengths[comparisons.second]
        d = d + differences @ parameters[6:]
        total = np.logaddexp(np.logaddexp(d / 2, -d / 2), log_nu)
        said = np.where(comparisons.outcome == 0, log_nu, comparisons.outcome * d / 2)
        return float(total.sum() - said.sum() + strengths.sum() ** 2)

    theirs = minimize(unlikely, np.zeros(8), method="BFGS", options={"gtol": 1e-3}).x
    assert levelled(found.strengths) == pytest.approx(levelled(theirs[:5]), abs=1e-4)
    assert found.parameters[5:] == pytest.approx(theirs[5:], abs=1e-4)


@pytest.mark.parametrize("per_task", [1, 3])
def test_intervals_hold_the_truth_as_often_as_they_say(per_task: int) -> None:
    covered = []
    for seed in range(150):
        found = board(
            simulated(240, 4, seed=seed, per_task=per_task), sampling=Sampling(resamples=300)
        )
        truth = dict(zip(sorted(s.model for s in found.standings), _truths(found), strict=True))
        covered += [
            each.low <= truth[each.model] <= each.high
            for each in found.standings
            if each.low is not None and each.high is not None
        ]
    assert len(covered) == 600
    assert 0.91 < np.mean(covered) < 0.98


def _truths(found: Board) -> Floats:
    """True scores, moved to the mean that scores have."""
    times = {each.model: each.comparisons for each in found.standings}
    strengths = np.linspace(-1, 1, len(times))
    mean = np.average(strengths, weights=[times[model] for model in sorted(times)])
    return np.asarray(1000 + 400 / np.log(10) * (strengths - mean))
