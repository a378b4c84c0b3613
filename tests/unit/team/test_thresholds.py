"""What lies below a threshold."""

from typing import Any

import pytest

from tutorcli.stats.figure import ONE_TUTOR as WHY
from tutorcli.stats.figure import Basis, Figure, to_json, undefined
from tutorcli.team.thresholds import below


def report(*figures: tuple[str, str, float | None], **scope: str) -> dict[str, Any]:
    """A report of figures by kind, name and value."""
    return {
        "figures": [
            {"kind": kind, **to_json(_figure(name, value), scope)} for kind, name, value in figures
        ]
    }


def _figure(name: str, value: float | None) -> Figure:
    return undefined(name, Basis(), WHY) if value is None else Figure(name, value, Basis())


def test_a_headline_below_is_named_with_its_scope() -> None:
    found = report(("ratings", "alpha_ordinal", 0.25), domain="law", criterion="tone")
    assert below(found, 0.5) == ["ratings alpha_ordinal domain=law criterion=tone: 0.250"]
    assert below(found, 0.25) == []


def test_other_figures_are_not_held_against_it() -> None:
    found = report(
        ("preference", "percent", 0.1),
        ("ratings", "alpha_nominal", 0.1),
        ("preference", "alpha_ordinal", 0.9),
    )
    assert below(found, 0.5) == []


def test_what_cannot_be_computed_has_not_passed() -> None:
    found = report(("gold", "gold", None), tutor="ann")
    assert below(found, -1) == [f"gold gold tutor=ann: {WHY}"]


@pytest.mark.parametrize("figures", [(), (("edits", "exact_match", 1.0),)])
def test_a_report_without_a_headline_has_not_passed(figures: Any) -> None:
    assert below(report(*figures), -1) == ["there is no figure to hold against the threshold"]


def test_tutors_are_held_against_it_by_their_agreement_with_the_others() -> None:
    found = report(("pairs", "agreement_with_others", 0.3), tutor="ann")
    assert below(found, 0.5) == ["pairs agreement_with_others tutor=ann: 0.300"]
