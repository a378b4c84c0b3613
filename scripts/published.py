"""How this program finds the statistics that published cases tell of."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tests.unit.stats.compared import counted
from tests.unit.stats.ranked import rankings, sets
from tests.unit.stats.rated import rated, units_of
from tutorcli.stats import kappa, labels, rubric
from tutorcli.stats.alpha import alpha, alpha_by_distance
from tutorcli.stats.arrays import Floats
from tutorcli.stats.bootstrap import Estimator
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.concordance import alike, kendall_w, tau_b
from tutorcli.stats.meetings import Meetings
from tutorcli.stats.nominal import ac, brennan_prediger, fleiss, leave_one_out, percent, scott
from tutorcli.stats.patterns import Patterns, patterns_of
from tutorcli.stats.ranked import Ranked
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.spearman import spearman
from tutorcli.stats.strengths import Fit, ModelKind, fit

Case = Mapping[str, Any]
Row = Mapping[str, Any]
Values = float | Sequence[float] | Mapping[str, float]
Found = Callable[[Case, Row], Values]
"""From a case and a row of what is expected of it."""

NOT_COMPUTED = {
    "icc_a1": "no analysis of variance here; of several tutors' ratings alpha interval is printed",
    "rao_kupper_log_sum0": "ties are Davidson's, or half a win for each",
    "loglik": "a fit tells its strengths, not its likelihood",
    "average_win_rate": "wins are told for each pair of models, not averaged over opponents",
    "elo_k4_1000_400_sequential": "depends on the order of the comparisons",
    "plackett_luce_worth_sum1": "rankings have ties and are taken apart into pairs",
    "se_gwet_linearised": "intervals are by draws of whole tasks",
    "ase_fleiss_cohen_everitt": "intervals are by draws of whole tasks",
    "ase0": "intervals are by draws of whole tasks",
    "ci95": "intervals are by draws of whole tasks",
}
"""Statistics, and figures beside a statistic, that this program does not compute, and why."""
TIES_NOT_CORRECTED = "there are ties, and W is corrected for them here"


class NotComputedError(Exception):
    """A published value that this program does not compute."""


def _ratings(case: Case) -> Ratings:
    return rated(*units_of(case))


def _of_patterns(of: Callable[..., Estimator]) -> Found:
    def found(case: Case, row: Row) -> Values:
        return of(patterns_of(_ratings(case)), row.get("weights", "identity")).value()

    return found


def _alpha(case: Case, row: Row) -> Values:
    if case["kind"] == "set_ratings":
        told = [_by_tutor(unit) for unit in case["data"]]
        found = labels.distinct_sets(sets(told))
        distance = _DISTANCES[row["level"]](found)
        return alpha_by_distance(patterns_of(found.ratings), _known(distance)).value()
    return alpha(patterns_of(_ratings(case)), row["level"]).value()


_DISTANCES = {"masi": labels.masi_distance, "jaccard": labels.jaccard_distance}


def _distances(case: Case, row: Row) -> Values:
    found = labels.distinct_sets(sets([_by_tutor(pair) for pair in case["data"]]))
    distance = _known(_DISTANCES[row["stat"].removesuffix("_distance")](found))
    first, second = found.ratings.value.reshape(-1, 2).T
    return [float(apart) for apart in distance[first, second]]


def _by_tutor(unit: Sequence[Any]) -> dict[str, Any]:
    return {f"t{place}": said for place, said in enumerate(unit) if said is not None}


def _known(distance: Floats | None) -> Floats:
    if distance is None:
        raise NotComputedError(str(labels.TOO_MANY_SETS))
    return distance


def _conger(case: Case, row: Row) -> Values:
    return kappa.conger(_ratings(case), row.get("weights", "identity")).value()


def _cohen(case: Case, row: Row) -> Values:
    return kappa.pair(_ratings(case), 0, 1, row["weights"]).value()


def _cohen_of_two(case: Case, row: Row) -> Values:
    units, _ = units_of(case)
    # R irr takes the values that one of the two used, one step from each other: words do so here.
    words = [[str(unit[place]) for place in row["pair"]] for unit in units]
    return kappa.pair(rated(words), 0, 1, row["weights"]).value()


def _rankings(case: Case) -> Ranked:
    """Tutors who rank all the units of a case as answers of one task."""
    if case["kind"] == "orderings":
        said = [order for times, order in case["data"] for _ in range(times)]
        told = {f"t{n}": [[answer] for answer in order] for n, order in enumerate(said)}
        return rankings([told], answers=len(said[0]))
    told = {f"t{n}": _tiers(row) for n, row in enumerate(case["data"])}
    return rankings([told], answers=len(case["data"][0]))


def _tiers(row: Sequence[float]) -> list[list[int]]:
    return [[unit for unit, it in enumerate(row) if it == level] for level in sorted(set(row))]


def _kendall_w(case: Case, row: Row) -> Values:
    has_ties = case["kind"] != "orderings" and any(len(set(it)) < len(it) for it in case["data"])
    if has_ties and not row["ties_corrected"]:
        raise NotComputedError(TIES_NOT_CORRECTED)
    return kendall_w(alike(_rankings(case).ways())).value()


def _tau_b(case: Case, _: Row) -> Values:
    return tau_b(alike(_rankings(case).ways())).value()


def _spearman(case: Case, _: Row) -> Values:
    return spearman(_ratings(case)).value()


def _rubric(of: Callable[..., Estimator]) -> Found:
    def found(case: Case, _: Row) -> Values:
        marks = rated([[int(met) for met in unit] for unit in case["data"]], (0, 1))
        return of(rubric.pair_counts(marks)).value()

    return found


def _comparisons(case: Case) -> Comparisons:
    items, data = case["items"], case["data"]
    match case["kind"]:
        case "pair_counts":
            counts = data
        case "win_matrix":
            pairs = [(a, b) for a in range(len(data)) for b in range(a)]
            counts = [(a, b, data[a][b], data[b][a], 0) for a, b in pairs]
        case "pairwise_rows":
            place = {name: index for index, name in enumerate(items)}
            won = {"left": (1, 0, 0), "right": (0, 1, 0), "tie": (0, 0, 1)}
            counts = [(place[a], place[b], *won[side]) for a, b, side in data]
        case other:
            raise ValueError(other)
    return counted(items, counts)


def _fit(case: Case, kind: ModelKind) -> Fit:
    return fit(Meetings.of(_comparisons(case)), kind)


def _worth(kind: ModelKind) -> Found:
    def found(case: Case, row: Row) -> Values:
        strengths = np.exp(_fit(case, kind).strengths)
        worth = [float(one) for one in strengths / strengths.sum()]
        named = dict(zip(case["items"], worth, strict=True))
        return named if isinstance(row["value"], Mapping) else worth

    return found


def _log_around_mean(case: Case, _: Row) -> Values:
    strengths = _fit(case, "bradley-terry").strengths
    return [float(one) for one in strengths - strengths.mean()]


def _log_of_first(case: Case, _: Row) -> Values:
    strengths = _fit(case, "bradley-terry").strengths
    return [float(one) for one in strengths - strengths[0]]


def _doubts(found: Fit) -> list[float]:
    """Standard errors of the differences to the first model."""
    covariance = found.covariance[: found.likelihood.models, : found.likelihood.models]
    spread = np.diag(covariance)
    return [float(one) for one in np.sqrt(spread + spread[0] - 2 * covariance[0])]


def _tie_doubt(case: Case, _: Row) -> Values:
    found = _fit(case, "davidson")
    place = found.likelihood.models
    return math.sqrt(found.covariance[place, place])


def _points(case: Case, _: Row) -> Values:
    """A point for a win, half a point for a tie."""
    found = Meetings.of(_comparisons(case))
    lost, tied, won = found.counts.T
    wins, ties = found.per_model(won, lost), found.per_model(tied, tied)
    return dict(zip(found.models, (wins + ties / 2).tolist(), strict=True))


def _shared_mode(patterns: Patterns, _: str) -> Estimator:
    return leave_one_out(patterns, "share")


COMPUTED: Mapping[str, Found] = {
    "krippendorff_alpha": _alpha,
    "gwet_ac": _of_patterns(ac),
    "percent_agreement": _of_patterns(percent),
    "fleiss_kappa": _of_patterns(fleiss),
    "fleiss_kappa_generalised": _of_patterns(fleiss),
    "scott_pi": _of_patterns(scott),
    "brennan_prediger": _of_patterns(brennan_prediger),
    "randolph_kappa_free": _of_patterns(brennan_prediger),
    "leave_one_out_mode_agreement": _of_patterns(_shared_mode),
    "conger_kappa": _conger,
    "cohen_kappa": _cohen,
    "cohen_kappa_pair": _cohen_of_two,
    "kendall_w": _kendall_w,
    "mean_kendall_tau_b": _tau_b,
    "mean_spearman": _spearman,
    "masi_distance": _distances,
    "jaccard_distance": _distances,
    "pair_agreement": _rubric(rubric.pair_agreement),
    "f1_pos": _rubric(rubric.f1_met),
    "f1_neg": _rubric(rubric.f1_not_met),
    "f1_balanced": _rubric(rubric.balanced_f1),
    "davidson_worth": _worth("davidson"),
    "davidson_nu": lambda case, _: _fit(case, "davidson").tie_parameter,
    "davidson_se_log_worth_vs_item1": lambda case, _: _doubts(_fit(case, "davidson"))[1:],
    "davidson_log_nu_se": _tie_doubt,
    "bt_ties_half_log_sum0": _log_around_mean,
    "bt_ties_half_worth_sum1": _worth("bradley-terry"),
    "bt_log_vs_first": _log_of_first,
    "bt_se_vs_first": lambda case, _: _doubts(_fit(case, "bradley-terry")),
    "counting_tie_half": _points,
}
"""How each published statistic is found here."""
