import ast
import subprocess
import sys
from collections.abc import Iterable
from gettext import NullTranslations
from pathlib import Path
from typing import ClassVar

import pytest

import tutorcli
from tests import figure_reports, hostile
from tutorcli import i18n
from tutorcli.cli.figure_bars import Look, bar
from tutorcli.cli.figure_names import NAMES, SENTENCES, Unit, name_of, number, sentence
from tutorcli.cli.figures_text import report_text
from tutorcli.cli.output import width_of
from tutorcli.i18n import translate

PLAIN = Look()


class Chinese(NullTranslations):
    """A few words, so that cells and code points differ."""

    WORDS: ClassVar = {
        "Alpha, ordinal": "Alpha（有序）",
        "Agreement": "一致率",
        "Preference": "偏好",
        "no chain of wins or ties connects it with {models}": "没有胜负或平局能把它和{models}连起来",
        "{models} and {n} more": "{models}等另外 {n} 个",
        'judgments by {n} versions of {name} "{document}" are taken together; apart: --by {name}': (
            "{n} 个版本的 {name}“{document}”合并计算"
        ),
        "fewer than {n} tasks: no interval": "任务少于 {n} 个：不给出区间",
        "every rating has the same value, so agreement beyond chance is undefined": (
            "每个评分的值都相同，因此超出偶然的一致性没有定义"
        ),
    }

    def gettext(self, message: str) -> str:
        return self.WORDS.get(message, message)


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_catalogue", Chinese())
    monkeypatch.setattr(i18n, "_language", "zh_Hans")


def line_with(text: str, words: str) -> str:
    return next(line for line in text.split("\n") if words in line)


def test_a_line_holds_label_value_bar_and_interval() -> None:
    line = line_with(report_text(figure_reports.agreement(), PLAIN), "Alpha, ordinal")
    assert line.startswith("  Alpha, ordinal ")
    assert " 0.556 " in line
    assert "▒█░" in line
    assert line.endswith("[0.503, 0.607]")


def test_a_section_tells_its_kind_its_scope_and_what_it_rests_on() -> None:
    text = report_text(figure_reports.agreement(), PLAIN)
    assert "\nRatings: domain law, criterion 准确性\n300 tasks, 1462 ratings, 5 tutors" in text
    assert "overlap 92.3%" in text


def test_figures_that_rest_on_less_stand_under_what_they_rest_on() -> None:
    text = report_text(figure_reports.agreement(), PLAIN)
    assert text.index("214 tasks") < text.index("With majority, ties out")
    assert text.index("With majority, ties split") < text.index("214 tasks")


def test_an_undefined_figure_says_why_and_shows_no_number() -> None:
    text = report_text(figure_reports.agreement(), PLAIN)
    assert "  -  every rating has the same value, so" in text
    assert "beyond chance is undefined" in text


def test_a_number_without_an_interval_says_why_there_is_none() -> None:
    line = line_with(report_text(figure_reports.agreement(), PLAIN), "fewer than 10")
    assert line.startswith("~ AC1")
    assert " 0.962 " in line


def test_a_sentence_does_not_hide_an_interval_that_is_there() -> None:
    odd = figure_reports.figure("flags", "ac1", 0.5, low=0.4, high=0.6, why="but beware")
    text = report_text(figure_reports.report("agreement", [odd]), PLAIN)
    assert "[0.400, 0.600]\n" in text
    assert "but beware" in text


def test_weak_figures_have_a_sign_and_grey_is_only_added() -> None:
    plain = report_text(figure_reports.agreement(), PLAIN)
    colored = report_text(figure_reports.agreement(), Look(color=True))
    assert "~ too little to rely on" in plain
    assert "\x1b" not in plain
    for code in ("\x1b[90m", "\x1b[1m", "\x1b[0m"):
        colored = colored.replace(code, "")
    assert colored == plain


def test_the_last_line_tells_level_resamples_and_seed() -> None:
    last = report_text(figure_reports.agreement(), PLAIN).split("\n")[-1]
    assert last == "Intervals: 95%, 1000 resamples of whole tasks, seed 0"


def test_notes_are_shown() -> None:
    text = report_text(figure_reports.agreement(), PLAIN)
    assert "note: judgments of 2 versions of guideline medicine@1 are mixed" in text


def test_without_block_characters_the_bars_are_ascii() -> None:
    text = report_text(figure_reports.tutors(), Look(blocks=False))
    assert text.isascii()
    assert "=#=" in text


def test_a_report_without_figures_is_its_head_and_its_end() -> None:
    lines = report_text(figure_reports.report("gold", []), PLAIN).split("\n")
    assert lines[0] == "Gold tasks: 1462 judgments of 300 tasks by 5 tutors"
    assert len(lines) == 3


@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize(
    "report", [figure_reports.agreement(), figure_reports.tutors(), figure_reports.time()]
)
def test_no_line_is_wider_than_the_terminal(report: figure_reports.Json, width: int) -> None:
    lines = report_text(report, Look(width)).split("\n")
    assert max(map(width_of, lines)) <= width


@pytest.mark.parametrize("name", hostile.SMALL.values(), ids=hostile.SMALL)
def test_a_hostile_name_steers_nothing_and_keeps_the_width(name: str) -> None:
    text = report_text(figure_reports.named(name), PLAIN)
    lines = text.split("\n")
    assert max(map(width_of, lines)) <= 80
    assert not any(
        ord(character) < 32 or character in "\x7f\x9b\u202e" for line in lines for character in line
    )


@pytest.mark.usefixtures("chinese")
def test_chinese_labels_are_aligned_by_cells() -> None:
    text = report_text(figure_reports.agreement(), PLAIN)
    lines = [line for line in text.split("\n") if line.endswith("]")]
    starts = {width_of(line[: line.index("[")]) for line in lines}
    assert len(starts) == 1
    assert line_with(text, "Alpha（有序）")
    assert max(map(width_of, text.split("\n"))) <= 80


@pytest.mark.usefixtures("chinese")
def test_sentences_of_the_json_object_are_translated_again() -> None:
    text = report_text(figure_reports.agreement(), PLAIN)
    assert "任务少于 10 个：不给出区间" in text
    assert "每个评分的值都相同" in text


@pytest.mark.usefixtures("chinese")
def test_a_sentence_within_a_sentence_is_translated_too() -> None:
    said = "no chain of wins or ties connects it with m1, {n} and 3 more"
    assert translate(sentence(said)) == "没有胜负或平局能把它和m1, {n}等另外 3 个连起来"


def templates_of(nodes: Iterable[ast.AST]) -> set[str]:
    """Templates with values in it."""
    return {
        str(call.args[0].value)
        for node in nodes
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "message"
        and isinstance(call.args[0], ast.Constant)
        and "{" in str(call.args[0].value)
    }


def test_every_sentence_of_the_statistics_with_values_is_known() -> None:
    paths = Path(tutorcli.__file__).parent.joinpath("stats").glob("*.py")
    said = templates_of(ast.parse(path.read_bytes()) for path in paths)
    assert said <= {known.text for known in SENTENCES}


def test_every_note_and_gap_of_a_team_with_values_is_known() -> None:
    """What is yielded is told in the JSON object; what is raised is an error."""
    trees = [
        ast.parse(Path(tutorcli.__file__).parent.joinpath(path).read_bytes())
        for path in ("team/figures.py", "team/boards.py", "team/sheet.py")
    ]
    yields = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Yield))
    said = templates_of(yields)
    assert len(said) == 7
    assert said <= {known.text for known in SENTENCES}


def test_no_gap_of_a_data_sheet_is_put_together_by_hand() -> None:
    tree = ast.parse(Path(tutorcli.__file__).parent.joinpath("team/sheet.py").read_bytes())
    yields = [node for node in ast.walk(tree) if isinstance(node, ast.Yield)]
    assert not [node for one in yields for node in ast.walk(one) if isinstance(node, ast.JoinedStr)]


@pytest.mark.usefixtures("chinese")
def test_a_note_on_versions_is_translated_again() -> None:
    said = (
        'judgments by 2 versions of guideline "medicine" are taken together; apart: --by guideline'
    )
    assert translate(sentence(said)) == "2 个版本的 guideline“medicine”合并计算"


def test_a_sentence_with_braces_of_its_own_is_shown_as_it_is() -> None:
    assert translate(sentence("{n} of {0.__class__} {")) == "{n} of {0.__class__} {"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.55555, Unit.COEFFICIENT, "0.556"),
        (-0.0001, Unit.COEFFICIENT, "0.000"),
        (-0.25, Unit.COEFFICIENT, "-0.250"),
        (0.6297, Unit.SHARE, "63.0%"),
        (-0.0001, Unit.SHARE, "0.0%"),
        (1.0, Unit.SHARE, "100.0%"),
        (12.34, Unit.SECONDS, "12.3 s"),
        (322.25, Unit.SECONDS, "322 s"),
        (281.0, Unit.COUNT, "281"),
        (2.5, Unit.COUNT, "2.5"),
        (-0.2141, Unit.NUMBER, "-0.214"),
        (1462.52, Unit.NUMBER, "1462.5"),
        (1213.4, Unit.SCORE, "1213"),
        (-0.05, Unit.CHANGE, "-5.0%"),
    ],
)
def test_numbers_are_written_in_their_unit(value: float, unit: Unit, shown: str) -> None:
    assert number(value, unit) == shown


def test_a_figure_without_a_name_of_its_own_is_shown_with_blanks() -> None:
    assert translate(name_of("some_new_figure").label) == "some new figure"


def test_a_drift_is_called_by_what_drifts_and_goes_both_ways() -> None:
    drift = name_of("percent_drift")
    assert (translate(drift.label), drift.ends) == ("Drift: Agreement", (-1.0, 1.0))


def test_labels_of_figures_differ_and_fit() -> None:
    labels = [translate(name.label) for name in NAMES.values()]
    assert len(set(labels)) == len(labels)
    assert max(map(len, labels)) <= 28


@pytest.mark.parametrize(
    ("value", "interval", "drawn"),
    [
        (0.5, (0.25, 0.75), "░░▒▒█▒▒░░"),
        (0.0, None, "█░░░░░░░░"),
        (7.0, (0.9, 9.0), "░░░░░░░▒█"),
    ],
)
def test_a_bar_shows_value_and_interval_within_its_ends(
    value: float, interval: tuple[float, float] | None, drawn: str
) -> None:
    assert bar(value, interval, (0.0, 1.0), 9, PLAIN) == drawn


def test_zero_is_marked_where_a_bar_goes_below_it() -> None:
    assert bar(0.5, None, (-1.0, 1.0), 9, PLAIN) == "░░░░┊░█░░"


@pytest.mark.parametrize("huge", [10**400, 1e308, "12", True, None, float("nan")])
def test_a_number_that_is_none_is_not_drawn(huge: object) -> None:
    odd = {**figure_reports.figure("flags", "ac1", 0.5), "value": huge, "tasks": huge}
    lines = report_text(figure_reports.report("agreement", [odd]), PLAIN).split("\n")
    assert len(lines) > 3


def test_reading_figures_loads_no_numpy() -> None:
    code = (
        "import sys, tutorcli.cli.figures_text, tutorcli.cli.figures_files, "
        "tutorcli.cli.figures_page; print('numpy' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
