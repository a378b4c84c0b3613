"""docs/statistics.md explains what the statistics print, under the words that people see."""

import re
from functools import cache

import pytest

from tests.docs.test_contract import ROOT
from tests.unit.stats.sourced import source_of
from tests.unit.team.test_figures import judgments, tasks
from tutorcli.cli.figure_names import NAMES, kind_of, title_of
from tutorcli.stats.agreement import SECTIONS
from tutorcli.stats.board import board, board_to_json
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.versus import COVARIATES
from tutorcli.team.boards import BoardAsk, boards
from tutorcli.team.figures import BY, Ask, answer
from tutorcli.team.thresholds import HEADLINES

PAGE = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))
"""What stands under each heading."""
QUESTIONS = [
    Ask(),
    Ask(by=("pair",)),
    Ask(by=("others",)),
    *(Ask(what) for what in ("tutors", "gold", "bias", "time")),
]


@cache
def printed() -> frozenset[tuple[str, str]]:
    """Heading and name of every figure of judgments of all kinds."""
    source = source_of(judgments(), tasks())
    return frozenset(
        (heading(ask.what, one["kind"], one["figure"]), one["figure"])
        for ask in QUESTIONS
        for one in answer(source, ask)["figures"]
    )


def heading(what: str, kind: str, figure: str) -> str:
    """Under which heading a figure is explained."""
    if figure == "agreement_with_others" or (what == "tutors" and kind != "gold"):
        return "Tutors"
    return str(title_of("time") if what == "time" else kind_of(kind))


def explained(part: str) -> dict[str, tuple[str, str]]:
    """Of each figure of a part, the label in its heading, and the text below it."""
    found = re.findall(r"^### (.+?): ((?:`\w+` ?)+)\n((?:(?!### ).*\n)*)", part, re.MULTILINE)
    return {
        name: (label, text) for label, names, text in found for name in re.findall(r"\w+", names)
    }


def test_every_figure_that_is_printed_is_explained_under_its_kind() -> None:
    told = {(title, name) for title, part in PARTS.items() for name in explained(part)}
    assert sorted(printed() - told) == []
    assert len({title for title, _ in printed()}) == len(SECTIONS) + 4


def test_kinds_that_have_no_part_of_their_own_are_named_where_their_figures_are() -> None:
    kinds = {
        str(kind_of(one["kind"]))
        for ask in QUESTIONS
        for one in answer(source_of(judgments(), tasks()), ask)["figures"]
    }
    assert kinds - PARTS.keys() == {"Work", "Pairs of answers"}
    assert [kind for kind in kinds - PARTS.keys() if kind not in PARTS["Tutors"]] == []


def test_the_kinds_stand_in_the_order_of_the_report() -> None:
    titles = [str(kind_of(kind)) for kind in SECTIONS]
    assert [title for title in PARTS if title in titles] == titles


@pytest.mark.parametrize("title", sorted(PARTS))
def test_each_explanation_has_a_formula_and_a_trap(title: str) -> None:
    for name, (_, text) in explained(PARTS[title]).items():
        assert "Trap:" in text, name
        assert re.search(r"^ {4}\S", text, re.MULTILINE), name


def test_headings_use_the_words_that_people_see() -> None:
    for part in PARTS.values():
        told = explained(part)
        labels = [label for label, _ in told.values()]
        for name, (label, _) in told.items():
            if name in NAMES and labels.count(label) == 1:
                assert label == str(NAMES[name].label)


def test_all_of_a_leaderboard_is_explained() -> None:
    found = Comparisons.of(
        "ab", [0, 1], [0, 0], [1, 1], [1, -1], covariates=COVARIATES, differences=[[1] * 5] * 2
    )
    told = board_to_json(board(found, with_covariates=COVARIATES))
    names = explained(PARTS["Leaderboard"])
    assert [one["figure"] for one in told["figures"] if one["figure"] not in names] == []
    known = PARTS["The JSON"] + PARTS["Leaderboard"]
    words = [*told, *told["standings"][0], *told["meetings"][0]]
    words += boards(source_of(judgments(), tasks()), BoardAsk())
    assert [word for word in words if not re.search(rf"[`\"]{word}[`\"]", known)] == []


@pytest.mark.integration
def test_the_example_of_the_json_has_every_key() -> None:
    report = answer(source_of(judgments(), tasks()), Ask())
    keys = [*report, *(key for key in report["figures"][0])]
    assert [key for key in keys if f'"{key}":' not in PARTS["The JSON"]] == []
    scopes = {
        key
        for ask in (*QUESTIONS, *(Ask(by=(word,)) for word in BY))
        for one in answer(source_of(judgments(), tasks()), ask)["figures"]
        for key in one.keys() - report["figures"][0].keys()
    }
    assert [key for key in sorted(scopes) if f"`{key}`" not in PARTS["The JSON"]] == []


def test_scopes_and_thresholds_are_those_of_the_program() -> None:
    assert [word for word in BY if f"`{word}`" not in PARTS["Scopes"]] == []
    rows = [row for row in PARTS["Thresholds"].splitlines() if row.startswith("|")]
    for kind, name in HEADLINES.items():
        assert any(re.search(rf"\b{kind}\b.*`{name}`", row) for row in rows), kind
    assert "Edits have none" in PARTS["Thresholds"]
    assert SECTIONS.keys() - HEADLINES.keys() == {"edits"}


def test_lines_are_no_longer_than_120_characters() -> None:
    assert [line for line in PAGE.splitlines() if len(line) > 120] == []
