"""Published cases beside what the program finds: `make oracles`."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.oracles import OWN, main

FILES = sorted(map(str, OWN.glob("*.json")))
EXPECTED = {
    "stat": "cohen_kappa",
    "weights": "identity",
    "value": 0.4,
    "tol": 1e-9,
    "printed": ".4",
}


def printed(case: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of one case, and then the exit code."""
    file = folder / "cases.json"
    file.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    code = main([str(file)])
    return [*capsys.readouterr().out.splitlines()[2:-1], str(code)]


def row(**more: Any) -> dict[str, Any]:
    """A table of two tutors, of which is expected what is right, or something else."""
    data = [[20, 5], [10, 15]]
    return {"id": "t", "kind": "table", "data": data, "expected": [EXPECTED | more]}


def test_no_published_case_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    assert FILES
    assert main(FILES) == 0
    assert " 0 MISSED" in capsys.readouterr().out


def test_a_line_tells_both_values_the_difference_and_what_was_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line, code = printed(row(), tmp_path, capsys)
    assert code == "0"
    assert line.split()[:3] == ["ok", "cohen_kappa", "identity"]
    assert "0.4000000000  ours   0.4000000000  off " in line
    assert line.endswith("at most 1e-09; printed .4")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 0.41}, "off 1.0e-02"),
        ({"value": float("nan")}, "nan"),
        ({"value": [0.4, 0.4]}, "not found here"),
        ({"stat": "kappa_of_a_friend"}, "do not know the statistic"),
        ({"half_width": 0.1}, "do not know it"),
    ],
    ids=["other value", "no number", "two values", "other statistic", "other key"],
)
def test_what_differs_or_is_not_known_is_missed(
    change: dict[str, Any],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    *lines, code = printed(row(**change), tmp_path, capsys)
    assert code == "1"
    assert any("MISSED" in line and words in line for line in lines)


def test_what_is_not_computed_is_listed_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *lines, code = printed(row(ase0=0.1, ci95=[0.2, 0.6]), tmp_path, capsys)
    assert code == "0"
    assert [line.split("  ")[1] for line in lines] == ["ok", "not computed", "not computed"]
    assert all("draws of whole tasks" in line for line in lines[1:])


def test_nothing_compared_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    *_, code = printed(row(stat="loglik"), tmp_path, capsys)
    assert code == "1"
