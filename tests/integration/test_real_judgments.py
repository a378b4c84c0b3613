"""The known figures of the real judgments that lie beside the checkout, where they do."""

from pathlib import Path
from typing import Any

import pytest

from scripts import oracles
from scripts.convert_judgments import converted, rows_of
from tutorcli.core.measures import Kind
from tutorcli.formats.containers import Line
from tutorcli.services.figure_files import FileSource
from tutorcli.stats.coding import rated
from tutorcli.stats.nominal import fleiss
from tutorcli.stats.parts import Parts
from tutorcli.stats.patterns import patterns_of
from tutorcli.stats.table import Table
from tutorcli.team.figures import Ask, answer

DATA = Path(__file__).parents[3] / "shared" / "data" / "judgments"
CLAIMS, PAIRS = DATA / "kqa_claim_labels.jsonl", DATA / "llmfao_crowd_pairs.jsonl"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"there is no folder {DATA}"),
]


def source_of(path: Path) -> FileSource:
    """What `tutorcli stats` reads of the converted file."""
    source = FileSource()
    for number, raw in enumerate(converted(rows_of(path)), 1):
        source.take(Line(path.name, number, raw))
    return source


def figure(report: dict[str, Any], kind: str, name: str) -> Any:
    return next(
        one
        for one in report["figures"]
        if (one["kind"], one["figure"]) == (kind, name) and "label" not in one
    )


def test_two_physicians_agree_on_85_of_100_claims() -> None:
    report = answer(source_of(CLAIMS), Ask())
    assert (report["judgments"], report["tasks"], report["tutors"]) == (1197, 399, 3)
    agreed = figure(report, "ratings", "percent")
    assert agreed["value"] == pytest.approx(0.8546, abs=5e-5)
    assert agreed["low"] < agreed["value"] < agreed["high"]


def test_fleiss_kappa_of_the_claims_is_the_known_one() -> None:
    (part,) = Parts(Table(source_of(CLAIMS))).each((Kind.RATING,))
    ((criterion, ratings),) = rated(part)
    assert criterion == "entailment"
    assert fleiss(patterns_of(ratings)).value() == pytest.approx(0.7189, abs=5e-5)


def test_alpha_of_the_flags_of_the_claims_is_fleiss_kappa_but_for_the_size_of_the_sample() -> None:
    report = answer(source_of(CLAIMS), Ask())
    n, kappa = 1197, 0.7188684440701028
    for name in ("alpha_masi", "alpha_jaccard"):
        expected = 1 - (1 - kappa) * (n - 1) / n
        assert figure(report, "flags", name)["value"] == pytest.approx(expected, abs=1e-9)


def test_alpha_of_the_crowd_is_the_known_one() -> None:
    report = answer(source_of(PAIRS), Ask())
    assert (report["judgments"], report["tasks"], report["tutors"]) == (8931, 2139, 124)
    found = figure(report, "preference", "alpha_nominal")
    assert found["value"] == pytest.approx(0.291, abs=5e-4)
    assert (found["units"], found["ratings"]) == (2139, 8931)


@pytest.mark.skipif(not oracles.CASES.is_file(), reason=f"there is no file {oracles.CASES}")
def test_no_case_beside_the_checkout_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    assert oracles.main([]) == 0
    assert str(oracles.CASES) in capsys.readouterr().out
