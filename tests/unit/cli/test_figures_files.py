import csv
import io
import re

import pytest
from markdown_it import MarkdownIt

from tests import figure_reports, hostile, table_reports
from tutorcli.cli.board_files import board_markdown, boards_csv, boards_markdown
from tutorcli.cli.figures_files import csv_text, escaped, report_csv, report_markdown
from tutorcli.core.text import safe_line

FORMULAS = ("=cmd()", "+1+1", "-2+3", "@SUM(A1)", "＝1", " =cmd()", "\t=cmd()", "\n@x")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cells_of(markdown: str) -> list[str]:
    """The text of each cell that a reader sees."""
    tokens = MarkdownIt("gfm-like").parse(markdown)
    seen = []
    for place, token in enumerate(tokens):
        if token.type in {"td_open", "th_open"}:
            inside = tokens[place + 1]
            assert {child.type for child in inside.children or ()} <= {"text", "text_special"}
            seen.append("".join(child.content for child in inside.children or ()))
    return seen


def test_csv_has_a_row_a_figure_with_the_numbers_of_the_json_object() -> None:
    report = figure_reports.agreement()
    rows = rows_of(report_csv(report))
    assert len(rows) == len(report["figures"])
    assert rows[3]["figure"] == "alpha_ordinal"
    assert [rows[3][key] for key in ("what", "kind", "value", "low", "high", "weak")] == [
        "agreement",
        "preference",
        "0.556",
        "0.503",
        "0.607",
        "false",
    ]
    assert (rows[3]["seed"], rows[3]["ci"], rows[3]["resamples"]) == ("0", "0.95", "1000")


def test_csv_has_a_column_for_each_key_of_a_scope() -> None:
    rows = rows_of(report_csv(figure_reports.agreement()))
    law = next(row for row in rows if row["domain"] == "law")
    assert law["criterion"] == "准确性"
    assert rows[0]["domain"] == ""


def test_csv_leaves_unknown_numbers_empty_and_says_why() -> None:
    rows = rows_of(report_csv(figure_reports.agreement()))
    row = next(row for row in rows if row["label"] == "unsafe dose")
    assert (row["value"], row["low"], row["weak"]) == ("", "", "true")
    assert row["why"].startswith("every rating has the same value")


def test_csv_ends_its_lines_as_rfc_4180_says() -> None:
    text = report_csv(figure_reports.agreement())
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_that_looks_like_a_formula_is_text_to_a_spreadsheet(name: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(csv_text([name], []), newline=""))
    assert cell == f"'{safe_line(name)}" or cell == safe_line(name) == "␤@x"


def test_a_negative_number_stays_a_number() -> None:
    assert csv_text(["a"], [[-0.5], [-3], [None], [True]]) == 'a\r\n-0.5\r\n-3\r\n""\r\ntrue\r\n'


@pytest.mark.parametrize("name", hostile.SMALL.values(), ids=hostile.SMALL)
def test_a_hostile_name_is_one_safe_cell_of_a_csv(name: str) -> None:
    rows = rows_of(report_csv(figure_reports.named(name)))
    assert len(rows) == 3
    assert rows[0]["domain"].removeprefix("'") == safe_line(name)


def test_markdown_has_a_table_for_each_way_of_judging() -> None:
    text = report_markdown(figure_reports.agreement())
    assert re.findall(r"^### (.*)$", text, re.MULTILINE) == [
        "Preference",
        "Ratings",
        "Flags",
        "Edits",
    ]
    cells = cells_of(text)
    place = cells.index("Alpha, ordinal")
    assert cells[place + 1 : place + 3] == ["0.556", "[0.503, 0.607]"]


def test_markdown_has_a_row_for_each_tutor_and_what_is_missing_below() -> None:
    text = report_markdown(table_reports.tutors())
    cells = cells_of(text)
    place = cells.index("t10")
    assert cells[place : place + 5] == [
        "t10",
        "412",
        "114 s (34-286)",
        "74.0% [69.6, 78.4]",
        "-",
    ]
    assert cells.count("t10") == 5
    assert "### Leniency by criterion\n" in text
    assert "\n- Agrees with themself: this tutor was given no task twice (3 of 7)\n" in text
    assert "To look at first\n\n- Agrees with the others, lowest: t3 39.0%" in text


def test_csv_stays_a_row_a_figure() -> None:
    known = table_reports.tutors()
    assert len(rows_of(report_csv(known))) == len(known["figures"])


@pytest.mark.parametrize("name", hostile.SMALL.values(), ids=hostile.SMALL)
def test_a_hostile_name_of_a_tutor_is_shown_as_it_is(name: str) -> None:
    one = figure_reports.figure("ratings", "leniency", 0.5, tutor=name, criterion=name)
    text = report_markdown(figure_reports.report("tutors", [one]))
    shown = " ".join(safe_line(name).split())
    assert [" ".join(cell.split()) for cell in cells_of(text)].count(shown) == 2


def test_notes_on_all_leaderboards_stand_with_the_first() -> None:
    boards = [figure_reports.board(domain="law"), figure_reports.board(domain="medicine")]
    text = boards_markdown({"boards": boards, "notes": ["3 arrivals are not counted yet"]})
    assert text.count("- 3 arrivals are not counted yet") == 1
    assert text.index("3 arrivals") < text.index("domain medicine")


def test_without_leaderboards_their_notes_are_all() -> None:
    note = "no tutor compared answers of two models"
    assert boards_markdown({"boards": [], "notes": [note]}) == f"- {note}"


def test_markdown_says_why_a_figure_is_undefined_and_how_intervals_were_made() -> None:
    text = report_markdown(figure_reports.agreement())
    assert "agreement beyond chance is undefined |" in text
    assert text.endswith("Intervals: 95%, 1000 resamples of whole tasks, seed 0")
    assert "- judgments of 2 versions" in text


@pytest.mark.parametrize("name", hostile.SMALL.values(), ids=hostile.SMALL)
def test_a_hostile_name_is_shown_as_it_is_in_markdown(name: str) -> None:
    text = report_markdown(figure_reports.named(name))
    shown = " ".join(safe_line(name).split())
    assert shown in [" ".join(cell.split()) for cell in cells_of(text)]


@pytest.mark.parametrize(
    "name", ["a|b", "a\\|b", "`x`", "https://evil.example", "www.evil.example", "me@evil.example"]
)
def test_markdown_makes_no_markup_and_no_link_of_a_name(name: str) -> None:
    html = MarkdownIt("gfm-like").renderInline(escaped(name))
    assert "<" not in html
    assert html.replace("&quot;", '"') == name


def test_a_number_sign_at_the_end_of_a_heading_stays() -> None:
    assert "x #</h2>" in MarkdownIt("gfm-like").render(f"## {escaped('x #')}")


def test_csv_of_leaderboards_has_a_row_for_each_model_of_each() -> None:
    boards = [figure_reports.board(domain="law"), figure_reports.board(domain="medicine")]
    rows = rows_of(boards_csv(boards))
    assert len(rows) == 14
    assert [rows[0][key] for key in ("domain", "model", "place", "score", "low", "kind")] == [
        "law",
        "gpt-4-0613",
        "1",
        "1213.4",
        "1188.2",
        "davidson",
    ]
    assert rows[13]["score"] == ""
    assert rows[13]["why"].startswith("never beaten")


def test_csv_of_a_whole_leaderboard_has_no_column_for_a_scope() -> None:
    assert boards_csv([figure_reports.board()]).startswith("model,place,last_place,score,")


def test_a_leaderboard_in_markdown_has_standings_figures_and_wins() -> None:
    text = board_markdown(figure_reports.board(domain="law"))
    assert text.startswith("## Leaderboard: domain law\n")
    cells = cells_of(text)
    place = cells.index("通义千问-72B")
    assert cells[place - 1 : place + 3] == ["2-3", "通义千问-72B", "1088", "[1060, 1116]"]
    assert "Tie parameter" in cells
    assert "74%" in cells
    assert "- strengths are those of answers alike in: length" in text


@pytest.mark.parametrize("name", hostile.SMALL.values(), ids=hostile.SMALL)
def test_a_hostile_name_of_a_model_is_shown_as_it_is(name: str) -> None:
    board = figure_reports.board_named(name)
    shown = " ".join(safe_line(name).split())
    assert shown in [" ".join(cell.split()) for cell in cells_of(board_markdown(board))]
    models = [row["model"] for row in rows_of(boards_csv([board]))]
    assert models[5].removeprefix("'") == safe_line(name)
