"""How far tutors agree, for each way of judging."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tutorcli.core.measures import Kind
from tutorcli.errors import Message, message
from tutorcli.stats.alpha import alpha, alpha_by_distance
from tutorcli.stats.bootstrap import Estimator, Sampling
from tutorcli.stats.figure import NO_OVERLAP, NO_VARIATION, Basis, Figure, figure, undefined
from tutorcli.stats.nominal import ac, fleiss, leave_one_out, percent
from tutorcli.stats.parts import Part, Scope
from tutorcli.stats.patterns import Patterns, basis_of, patterns_of
from tutorcli.stats.ratings import Ratings

if TYPE_CHECKING:
    from tutorcli.stats.labels import LabelSets
    from tutorcli.stats.ways import Ways

# What only one way of judging needs is imported where it is computed: nobody judges in all ways.

NO_POINTS = message("what the criteria are worth is not known here")

Found = Iterator[tuple[Scope, Figure]]
"""Figures, each with what it is of within the scope: a criterion, a label."""

COEFFICIENTS: Mapping[str, Callable[[Patterns], Estimator]] = {
    "percent": percent,
    "alpha_nominal": partial(alpha, level="nominal"),
    "alpha_ordinal": partial(alpha, level="ordinal"),
    "alpha_interval": partial(alpha, level="interval"),
    "ac1": partial(ac, weights="identity"),
    "ac2_quadratic": partial(ac, weights="quadratic"),
    "fleiss_kappa": fleiss,
    "leave_one_out_skip": partial(leave_one_out, tied="skip"),
    "leave_one_out_share": partial(leave_one_out, tied="share"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one way of judging."""

    kinds: tuple[Kind, ...]
    """The rows that it needs."""
    figures: Callable[[Part, Sampling], Found]
    told: tuple[Kind, ...]
    """Without a row of any of these there is nothing to say."""
    around: tuple[Kind, ...] = ()
    """The rows that it needs of the tasks alone of which the others tell."""


def of_ratings(ratings: Ratings, sampling: Sampling, names: Sequence[str]) -> Iterator[Figure]:
    """Some of the `COEFFICIENTS` of ratings, with what they rest on."""
    basis, patterns = basis_of(ratings), patterns_of(ratings)
    for name in names:
        if basis.why_not is not None:
            yield undefined(name, basis, basis.why_not)
        else:
            yield figure(name, COEFFICIENTS[name](patterns), basis, sampling)


def _preference(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats.coding import preferences

    ratings = preferences(part)
    if not len(ratings.unit):
        return
    names = ("alpha_nominal", "alpha_ordinal", "ac1", "leave_one_out_skip", "leave_one_out_share")
    for found in of_ratings(ratings, sampling, ("percent", *names)):
        yield {}, found
    ties = [index for index, value in enumerate(ratings.values) if value == 0.0]
    untied = _only(ratings, ~np.isin(ratings.value, ties))
    yield {}, _one("percent_without_ties", percent, untied, sampling)


def _ranking(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats import concordance, ranked
    from tutorcli.stats.coding import rankings
    from tutorcli.stats.ways import ratings_in

    found = rankings(part)
    if not found.grids:
        return
    basis, told = found.basis(), found.ways()
    patterns = concordance.alike(told)
    for name, estimate, why in (
        ("kendall_w", concordance.kendall_w, concordance.NO_TWO_RANKED_ALL),
        ("tau_b", concordance.tau_b, concordance.NO_TWO_RANKED),
        ("top1", concordance.top_agreement, NO_OVERLAP),
    ):
        yield {}, _guarded(name, partial(estimate, patterns), basis, sampling, why)
    pairs = ranked.ways_of_pairs(told)
    if ratings_in(pairs) > ranked.MOST_PAIRS:
        yield {}, undefined("alpha_ordinal_pairs", basis, ranked.TOO_MANY_PAIRS)
    else:
        yield {}, _of_ways("alpha_ordinal_pairs", "alpha_ordinal", pairs, ranked.ORDER, sampling)
    accepted = found.ways_of_accepting()
    if ratings_in(accepted):
        names = {"accept_line_percent": "percent", "accept_line_alpha": "alpha_nominal"}
        for name, coefficient in names.items():
            yield {}, _of_ways(name, coefficient, accepted, ranked.ACCEPTED, sampling)


def _ratings(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats.coding import each_criterion

    for criterion, ratings in each_criterion(part.table, part.take(Kind.RATING)):
        for found in _of_criterion(ratings, sampling):
            yield {"criterion": criterion}, found
        del ratings  # There are many: those of the next criterion take their place.


def _of_criterion(ratings: Ratings, sampling: Sampling) -> Iterator[Figure]:
    from tutorcli.stats import kappa, scales, spearman

    names = ("alpha_ordinal", "alpha_interval", "ac2_quadratic", "fleiss_kappa", "percent")
    yield from of_ratings(ratings, sampling, names)
    basis = basis_of(ratings)
    for name, of, why in (
        ("spearman", partial(spearman.spearman, ratings), spearman.TOO_FEW_SHARED),
        ("mean_difference", partial(scales.mean_difference, ratings), NO_OVERLAP),
    ):
        yield _guarded(name, of, basis, sampling, why)
    if len(ratings.tutors) == 2:
        of = partial(kappa.pair, ratings, 0, 1, "quadratic")
        yield _guarded("kappa_quadratic", of, basis, sampling, NO_VARIATION)


def _flags(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats.flagging import flags

    return _sets(flags(part), sampling)


def _edit_labels(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats.flagging import edit_labels

    return _sets(edit_labels(part), sampling)


def _sets(sets: "LabelSets", sampling: Sampling) -> Found:
    from tutorcli.stats import labels

    positive = dict(labels.positive_agreements(sets))
    for label, ratings in labels.each_label(sets):
        for found in of_ratings(ratings, sampling, ("alpha_nominal", "ac1")):
            yield {"label": label}, found
        basis = basis_of(ratings)
        if label in positive:
            found = figure("positive_agreement", positive[label], basis, sampling, labels.NEVER_SET)
        else:
            found = undefined("positive_agreement", basis, basis.why_not or labels.NEVER_SET)
        yield {"label": label}, found
    distinct = labels.distinct_sets(sets)
    basis = basis_of(distinct.ratings)
    for name, of in (("masi", labels.masi_distance), ("jaccard", labels.jaccard_distance)):
        distance = of(distinct)
        if distance is None:
            yield {}, undefined(f"alpha_{name}", basis, labels.TOO_MANY_SETS)
        else:
            estimate = partial(alpha_by_distance, distance=distance)
            yield {}, _one(f"alpha_{name}", estimate, distinct.ratings, sampling)


def _rubric(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats import rubric, scales
    from tutorcli.stats.flagging import criteria

    marks, worth = criteria(part)
    ratings = rubric.decided(marks)
    basis, counts = basis_of(ratings), rubric.pair_counts(ratings)
    for name, estimate in (
        ("pair_agreement", rubric.pair_agreement),
        ("f1_met", rubric.f1_met),
        ("f1_not_met", rubric.f1_not_met),
        ("f1_balanced", rubric.balanced_f1),
    ):
        yield {}, _guarded(name, partial(estimate, counts), basis, sampling, rubric.NOT_BOTH)
    for found in of_ratings(ratings, sampling, ("ac1", "alpha_nominal")):
        yield {}, found
    if worth is None:
        yield {}, undefined("rubric_score", basis, NO_POINTS)
        return
    scores = rubric.scores(marks, worth)
    basis = basis_of(scores)
    if not basis.ratings:
        yield {}, undefined("rubric_score", basis, rubric.NO_SCORES)
        return
    yield {}, figure("rubric_score", rubric.healthbench_score(scores), basis, sampling)
    apart = partial(scales.mean_difference, scores)
    yield {}, _guarded("rubric_score_difference", apart, basis, sampling, NO_VARIATION)


def _spans(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats import spans as marked
    from tutorcli.stats.marking import marked_answers, spans

    marks = spans(part)
    basis = marks.judged.basis()
    for name, estimate, why in (
        ("span_exact_f1", marked.exact_f1, marked.NOTHING_MARKED),
        ("span_overlap_f1", marked.overlap_f1, marked.NOTHING_MARKED),
        ("span_severity", marked.severity_agreement, marked.NOTHING_SHARED),
    ):
        yield {}, _guarded(name, partial(estimate, marks), basis, sampling, why)
    for label, estimator in marked.overlap_f1_by_label(marks).items():
        found = figure("span_overlap_f1", estimator, basis, sampling, marked.NOTHING_MARKED)
        yield {"label": label}, found
    for severity, estimator in marked.overlap_f1_by_severity(marks).items():
        found = figure("span_overlap_f1", estimator, basis, sampling, marked.NOTHING_MARKED)
        yield {"severity": str(severity)}, found
    del marks  # The answers that were shown take their place.
    is_marked = marked_answers(part)
    yield {}, _one("span_any_alpha", COEFFICIENTS["alpha_nominal"], is_marked, sampling)


def _steps(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats import steps as stepwise
    from tutorcli.stats.marking import steps

    told = steps(part)
    ratings = stepwise.step_ratings(told)
    basis = basis_of(ratings)
    exact, near = partial(stepwise.step_agreement, told), partial(stepwise.step_agreement, told, 1)
    yield {}, _guarded("steps_exact", exact, basis, sampling, NO_VARIATION)
    yield {}, _guarded("steps_within_one", near, basis, sampling, NO_VARIATION)
    first = partial(stepwise.first_error_agreement, told)
    of_first = basis_of(stepwise.first_errors(told))
    yield {}, _guarded("first_error", first, of_first, sampling, stepwise.NO_FIRST_ERRORS)
    for found in of_ratings(ratings, sampling, ("alpha_ordinal",)):
        yield {}, found


def _edits(part: Part, sampling: Sampling) -> Found:
    from tutorcli.stats import edits as edited
    from tutorcli.stats.marking import edits

    found = edited.likeness(edits(part))
    pairs, offered = found.edited.basis(), found.offered.basis()
    similar, distant = partial(edited.edit_similarity, found), partial(edited.from_base, found)
    for name, of, basis, why in (
        ("edit_similarity_tokens", partial(similar, "token"), pairs, edited.NO_PAIRS),
        ("edit_similarity_characters", partial(similar, "character"), pairs, edited.NO_PAIRS),
        ("exact_match", partial(edited.exact_match, found), pairs, edited.NO_PAIRS),
    ):
        yield {}, _guarded(name, of, basis, sampling, why)
    for name, of, basis, why in (
        ("edit_distance_tokens", partial(distant, "token"), pairs, edited.NO_EDITS),
        ("edit_distance_characters", partial(distant, "character"), pairs, edited.NO_EDITS),
        ("unchanged", partial(edited.unchanged_rate, found), offered, edited.NOT_OFFERED),
    ):
        yield {}, figure(name, of(), basis, sampling, why)


SECTIONS: Mapping[str, Section] = {
    "preference": Section((Kind.RANK, Kind.STRENGTH), _preference, told=(Kind.RANK, Kind.STRENGTH)),
    "ranking": Section((Kind.RANK, Kind.ACCEPT), _ranking, told=(Kind.RANK,)),
    "ratings": Section((Kind.RATING,), _ratings, told=(Kind.RATING,)),
    "flags": Section((Kind.FLAG,), _flags, told=(Kind.FLAG,)),
    "labels": Section((Kind.EDIT, Kind.LABEL), _edit_labels, told=(Kind.LABEL,)),
    "rubric": Section((Kind.CRITERION,), _rubric, told=(Kind.CRITERION,)),
    "spans": Section((Kind.SPAN,), _spans, told=(Kind.SPAN,), around=(Kind.SHOWN,)),
    "steps": Section((Kind.STEP,), _steps, told=(Kind.STEP,)),
    "edits": Section((Kind.EDIT, Kind.SHOWN), _edits, told=(Kind.EDIT,)),
}
"""Every way of judging, in the order of the report."""

OF_INSTRUMENT: Mapping[str, tuple[str, ...]] = {
    "rank": ("preference", "ranking"),
    "pair": ("preference",),
    "ratings": ("ratings",),
    "edit": ("edits", "labels"),
}
"""The sections that tell of each instrument of `core.instruments`."""


def pairs_of_tutors(part: Part, one_is: str | None = None) -> Iterator[Part]:
    """The judgments of each two tutors who have a task in common, in the order of their names.

    Args:
        part: Of whose judgments.
        one_is: Only pairs with this tutor.
    """
    table = part.table
    tasks = {
        tutor: np.unique(table.task[part.judgments[table.tutor[part.judgments] == tutor]])
        for tutor in np.unique(table.tutor[part.judgments]).tolist()
    }
    for one, other in combinations(sorted(tasks), 2):
        names = table.tutors[one], table.tutors[other]
        if one_is is not None and one_is not in names:
            continue
        if np.intersect1d(tasks[one], tasks[other], assume_unique=True).size:
            chosen = (table.tutor == one) | (table.tutor == other)
            yield part.of(chosen, tutor=names[0], other=names[1])


def _one(
    name: str, estimate: Callable[[Patterns], Estimator], ratings: Ratings, sampling: Sampling
) -> Figure:
    of = lambda: estimate(patterns_of(ratings))  # noqa: E731 - computed only where it is defined
    return _guarded(name, of, basis_of(ratings), sampling, NO_VARIATION)


def _of_ways(
    name: str,
    coefficient: str,
    told: "Sequence[Ways]",
    values: tuple[float, ...],
    sampling: Sampling,
) -> Figure:
    from tutorcli.stats.ways import patterns

    found, basis = patterns(told, values)
    return _guarded(name, partial(COEFFICIENTS[coefficient], found), basis, sampling, NO_VARIATION)


def _guarded(
    name: str, of: Callable[[], Estimator], basis: Basis, sampling: Sampling, why: Message
) -> Figure:
    """A figure of agreement; a sentence where nobody could agree with anybody."""
    if basis.why_not is not None:
        return undefined(name, basis, basis.why_not)
    return figure(name, of(), basis, sampling, why)


def _only(ratings: Ratings, rows: "np.ndarray") -> Ratings:
    return Ratings(
        ratings.unit[rows],
        ratings.tutor[rows],
        ratings.value[rows],
        ratings.task,
        ratings.tutors,
        ratings.values,
    )
