"""The commands that print figures: what goes together, and what a threshold does."""

from pathlib import Path

import pytest

from tests.unit.stats.sourced import said
from tutorcli.core.judgment import freeze

from .conftest import Run


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Judgments of two tutors, who differ over one of twelve tasks."""
    made = [
        said(f"t{task}", tutor, "b,a" if task % 2 or (task == 0 and tutor == "bob") else "a,b")
        for task in range(12)
        for tutor in ("ann", "bob")
    ]
    path = tmp_path / "judgments.jsonl"
    path.write_bytes(b"".join(freeze(one).body + b"\n" for one in made))
    return str(path)


def test_a_threshold_that_is_missed_ends_with_seven_behind_the_figures(run: Run, file: str) -> None:
    ran = run("stats", "agreement", file, "--json", "--fail-under", "0.99")
    (alpha,) = (one for one in ran.json["figures"] if one["figure"] == "alpha_ordinal")
    assert ran.code == 7
    assert ran.err.splitlines() == [
        f"preference alpha_ordinal: {alpha['value']:.3f}",
        "tutorcli: figures below 0.99: 1",
    ]
    ran = run("stats", "agreement", file, "--json", "--fail-under", "0.5")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("least", ["nan", "80", "-1.5", "inf"])
@pytest.mark.parametrize("what", ["agreement", "tutors", "gold"])
def test_a_threshold_that_no_figure_can_reach_or_miss_is_refused(
    run: Run, file: str, what: str, least: str
) -> None:
    ran = run("stats", what, file, "--fail-under", least)
    assert (ran.code, ran.out) == (2, "")
    assert "is not from -1 to 1" in ran.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("stats", "bias", "--ci", "nan"), "--ci nan is not from 0.5 to below 1"),
        (("leaderboard", "--ci", "1"), "--ci 1.0 is not from 0.5 to below 1"),
        (("report", "-o", "p.html", "--ci", "0.1"), "--ci 0.1 is not from 0.5 to below 1"),
        (("stats", "time", "--after", "soon"), '--after cannot be "soon"'),
        (("leaderboard", "--before", "soon"), '--before cannot be "soon"'),
        (("report", "-o", "p.html", "--before", "soon"), '--before cannot be "soon"'),
        (("leaderboard", "--model", "bradly"), 'did you mean "bradley-terry"?'),
        (("leaderboard", "--control", "lenght"), 'did you mean "length"?'),
        (("stats", "gold", "--json", "--csv"), "exclude one another"),
        (("stats", "tutors", "--names"), "--names needs --remote"),
        (("leaderboard", "--remote"), "--remote and files exclude one another"),
    ],
)
def test_what_was_typed_wrongly_is_told_before_anything_is_computed(
    run: Run, file: str, words: tuple[str, ...], expected: str
) -> None:
    ran = run(*words, file)
    assert (ran.code, ran.out) == (2, "")
    assert expected in ran.err
    assert not Path("p.html").exists()


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (
            ("stats", "agreement", "--by", "domain,pair", "--by", "batch", "--seed", "7"),
            {"what": "agreement", "by": "domain,pair,batch", "ci": "0.95", "seed": "7"},
        ),
        (
            ("stats", "tutors", "--names", "--after", "1970-01-01T00:00:01"),
            {"what": "tutors", "ci": "0.95", "seed": "0", "names": "1", "after": "1000"},
        ),
        (
            ("leaderboard", "--control", "length", "--before", "1970-01-02", "--ci", "0.9"),
            {"what": "leaderboard", "model": "davidson", "control": "length", "ci": "0.9"}
            | {"seed": "0", "before": "86400000"},
        ),
        (
            ("report", "-o", "p.html", "--after", "1970-01-01"),
            {"what": "report", "ci": "0.95", "seed": "0", "after": "0"},
        ),
    ],
)
def test_a_server_is_asked_what_was_typed(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], asked: dict[str, str]
) -> None:
    told: list[dict[str, str]] = []

    def ask(_: object, question: dict[str, str], __: object) -> None:
        told.append(question)
        raise KeyboardInterrupt

    monkeypatch.setattr("tutorcli.services.asking.ask_server", ask)
    assert run(*words, "--remote").code == 130
    assert told == [asked]
