"""Figures that must not fall below a threshold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tutorcli.core.figures import scope_in

HEADLINES: Mapping[str, str] = {
    "preference": "alpha_ordinal",
    "ranking": "alpha_ordinal_pairs",
    "ratings": "alpha_ordinal",
    "flags": "alpha_nominal",
    "labels": "alpha_nominal",
    "rubric": "alpha_nominal",
    "spans": "span_overlap_f1",
    "steps": "alpha_ordinal",
    "gold": "gold",
}
"""The figure of each way of judging that a threshold is held against."""
_OTHERS = "agreement_with_others"


def below(report: Mapping[str, Any], least: float) -> Sequence[str]:
    """What of a report lies below a threshold, in words.

    Args:
        report: The JSON object of agreement, tutors or gold.
        least: The threshold.

    Returns:
        A line for each headline figure that is lower, or undefined: what cannot be computed has
        not passed. A report without any has not passed either.
    """
    found = list(headlines(report))
    if not found:
        return ["there is no figure to hold against the threshold"]
    return [line for line, value in found if value is None or value < least]


def headlines(report: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    """The figures of a report that thresholds are held against: in words, and as numbers."""
    for one in report["figures"]:
        if is_headline(one):
            scope = [f"{key}={value}" for key, value in scope_in(one).items()]
            name = " ".join([one["kind"], one["figure"], *scope])
            value = one["value"]
            yield f"{name}: {one['why'] if value is None else format(value, '.3f')}", value


def is_headline(figure: Mapping[str, Any]) -> bool:
    """Whether thresholds are held against a figure of a report."""
    return figure["figure"] in {HEADLINES.get(figure["kind"]), _OTHERS}
