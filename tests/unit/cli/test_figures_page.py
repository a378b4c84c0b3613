import re
from itertools import cycle
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests import figure_reports, hostile, table_reports
from tutorcli import i18n
from tutorcli.cli.figures_page import Content, page
from tutorcli.core.text import safe_line

SVG = "{http://www.w3.org/2000/svg}"
SHEET: dict[str, Any] = {
    "sources": ["K-QA"],
    "licences": ["CC BY 4.0"],
    "domains": {"medicine": 210, "law": 90},
    "languages": {},
    "qualifications": ["3 physicians, 1 lawyer"],
    "agreement": "alpha ordinal 0.556",
    "gaps": None,
    "house_rules": "none",
}


def parsed(html: str) -> Element:
    """The tree; any error of the page's HTML fails."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(html)
    return tree


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def of(*parts: figure_reports.Json, sheet: dict[str, Any] | None = None, title: str = "T") -> str:
    return page(Content(title, "made on a day", parts, sheet or {}))


@pytest.fixture(scope="module")
def whole() -> Element:
    board = figure_reports.board(domain="law")
    parts = (board, figure_reports.agreement(), figure_reports.tutors(), figure_reports.time())
    return parsed(of(*parts, sheet=SHEET, title="Judgments <of> a project"))


def test_the_page_has_every_report_and_the_data_sheet(whole: Element) -> None:
    assert [words(head) for head in whole.iter("h2")] == [
        "Leaderboard: domain law",
        "Agreement between tutors",
        "Tutors",
        "Over time",
        "Data sheet",
    ]
    assert words(next(whole.iter("h1"))) == "Judgments <of> a project"


def test_links_of_the_contents_lead_somewhere(whole: Element) -> None:
    ids = {element.get("id") for element in whole.iter()}
    targets = [link.get("href", "") for link in whole.iter("a")]
    assert len(targets) == 5
    assert all(target.startswith("#") and target[1:] in ids for target in targets)


def test_every_table_has_a_caption_and_heads_with_a_scope(whole: Element) -> None:
    for table in whole.iter("table"):
        assert words(table.find("caption"))  # type: ignore[arg-type]
        assert all(head.get("scope") == "col" for head in table.findall("thead/tr/th"))
        assert all(row.find("th").get("scope") == "row" for row in table.findall("tbody/tr"))  # type: ignore[union-attr]


def test_every_chart_has_a_title_and_a_description(whole: Element) -> None:
    charts = list(whole.iter(f"{SVG}svg"))
    assert len(charts) == 10
    for chart in charts:
        assert chart.get("role") == "img"
        assert words(chart.find(f"{SVG}title"))  # type: ignore[arg-type]
        assert words(chart.find(f"{SVG}desc"))  # type: ignore[arg-type]


def test_nothing_is_loaded_and_nothing_runs() -> None:
    html = of(figure_reports.agreement(), figure_reports.board(), sheet=SHEET)
    assert not re.search(r"(src|href)=\"(?!#)|url\(|@import|<script|<link|\son\w+=", html)
    assert "default-src &#x27;none&#x27;" in html


def test_a_chart_holds_the_numbers_of_its_table(whole: Element) -> None:
    chart = list(whole.iter(f"{SVG}svg"))[2]
    assert "0.556 [0.503, 0.607]" in words(chart)


def test_the_line_over_the_weeks_breaks_where_the_figure_is_undefined(whole: Element) -> None:
    lines = [chart.findall(f"{SVG}polyline") for chart in whole.iter(f"{SVG}svg")]
    assert [len(found) for found in lines[-2:]] == [2, 2]


def test_a_count_over_the_weeks_has_an_axis_of_its_own() -> None:
    figures = [figure_reports.figure("work", "judged", n, week=f"2026-W{n}") for n in (10, 30, 50)]
    tree = parsed(of(figure_reports.report("time", figures)))
    points = next(tree.iter(f"{SVG}polyline")).get("points", "").split()
    heights = [float(point.split(",")[1]) for point in points]
    assert heights == [158.0, 94.0, 30.0]


def test_a_chart_of_many_scopes_shows_the_first_and_says_so() -> None:
    figures = [
        figure_reports.figure("preference", "ac1", 0.5, low=0.4, high=0.6, task=f"t{n}")
        for n in range(500)
    ]
    tree = parsed(of(figure_reports.report("agreement", figures)))
    assert "the first 20 of 500, the table has the others" in words(next(tree.iter("figcaption")))
    assert len(list(tree.iter("tr"))) == 501


def test_a_figure_that_is_undefined_says_why(whole: Element) -> None:
    row = next(row for row in whole.iter("tr") if "unsafe dose" in words(row))
    assert "agreement beyond chance is undefined" in words(row)
    assert row.get("class") == "weak"


def test_the_data_sheet_shows_lists_counts_and_what_is_not_known(whole: Element) -> None:
    sheet = next(whole.iter("dl"))
    names = [words(name) for name in sheet.findall("dt")]
    told = dict(zip(names, map(words, sheet.findall("dd")), strict=True))
    assert told["Domains"] == "DomainsNameTasksmedicine210 law90"
    assert told["Known gaps"] == told["Languages"] == "not known"
    assert told["house rules"] == "none"


@pytest.mark.parametrize("name", hostile.SMALL.values(), ids=hostile.SMALL)
def test_a_hostile_name_is_text_everywhere(name: str) -> None:
    sheet = {"sources": [name], "domains": {name: 1}, name: name, "gaps": name}
    parts = (figure_reports.named(name), figure_reports.board_named(name))
    html = of(*parts, sheet=sheet, title=name)
    tree = parsed(html)
    assert not {element.tag for element in tree.iter()} & {"script", "b", "think"}
    shown = words(next(tree.iter("h1")))
    assert shown == " ".join(
        re.sub("[\ufffe\uffff\ufdd0\U0010ffff]", _token, safe_line(name)).split()
    )


def _token(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"


def test_the_language_of_the_page_is_that_of_the_screen() -> None:
    assert '<html lang="en">' in of()
    i18n.activate("zh-Hans")
    assert '<html lang="zh-Hans">' in of()


def test_an_empty_page_parses() -> None:
    parsed(of())
    parsed(of(figure_reports.report("bias", [])))


def test_a_leaderboard_has_scores_wins_and_a_table_of_both(whole: Element) -> None:
    scores, wins = list(whole.iter(f"{SVG}svg"))[:2]
    assert "1103 [1079, 1128]" in words(scores)
    assert [words(tick) for tick in scores.findall(f"{SVG}text")][:3] == ["700", "800", "900"]
    assert "74%" in words(wins)
    assert len(wins.findall(f"{SVG}rect")) + len(wins.findall(f"{SVG}g")) == 49
    row = next(row for row in whole.iter("tr") if "house-model" in words(row))
    assert "never beaten or tied by the others" in words(row)
    assert row.get("class") == "weak"


def test_a_leaderboard_of_hundreds_of_models_shows_the_first_in_its_charts() -> None:
    board = figure_reports.board()
    board["standings"] = [figure_reports.standing(f"m{n}", 1000.0 + n, 50) for n in range(300)]
    tree = parsed(of(board))
    captions = [words(caption) for caption in tree.iter("figcaption")]
    assert captions[0].endswith("the first 60 of 300, the table has the others")
    assert captions[1].endswith("the first 30 of 300")
    assert len(list(tree.iter("tr"))) > 300


def charts(tree: Element) -> list[Element]:
    return list(tree.iter(f"{SVG}svg"))


def test_each_tutor_has_one_row_in_each_table() -> None:
    tree = parsed(of(table_reports.tutors()))
    tables = list(tree.iter("table"))
    names = [[words(row.find("th")) for row in table.findall("tbody/tr")] for table in tables]  # type: ignore[arg-type]
    assert names[0] == [
        "0198c3d2-7a41-7c11-9a3e-5b1f0c2d9af1",
        "0198c3d2-7a41-7c11-9a3e-5b1f0c2d9af2",
        *("t1", "t2", "t3", "t10", "王医生", "median"),
    ]
    assert [words(head) for head in tree.iter("h3")] == [
        "Put aside",
        "Agrees with the others by criterion",
        "Leniency by criterion",
        "Spread by criterion",
    ]
    row = next(row for row in tables[0].findall("tbody/tr") if words(row).startswith("t10"))
    agrees = row.findall("td")[2]
    assert words(agrees) == "74.0%[69.6, 78.4]"
    assert agrees.get("title") == "74.0% [69.6, 78.4]; 412 tasks, 412 ratings, 1 tutor"


def test_an_undefined_cell_says_why_where_one_points_at_it_and_below_the_table() -> None:
    tree = parsed(of(table_reports.tutors()))
    cell = next(cell for cell in tree.iter("td") if words(cell) == "-")
    assert cell.get("title") == table_reports.NO_TIME
    assert f"Faster than reading: {table_reports.NO_TIME} (1 of 7)" in words(tree)


def test_a_chart_of_bias_has_all_first_and_a_line_at_one_half() -> None:
    tree = parsed(of(table_reports.bias()))
    shown, longer = charts(tree)
    for chart in (shown, longer):
        (line,) = [line for line in chart.findall(f"{SVG}line") if line.get("class") == "mark"]
        assert line.get("x1") == line.get("x2") == "427"
    labels = [words(label) for label in shown.findall(f"{SVG}text")]
    assert labels[5] == "all"
    assert labels[-2:] == ["t10", "71.0% [62.8, 79.2]"]
    assert "with a line at 50%" in words(tree)


def test_a_chart_of_many_tutors_shows_those_to_look_at_first() -> None:
    shares = [
        figure_reports.figure("gold", "gold", n / 200, low=0.1, high=0.9, tutor=f"t{n}")
        for n in range(199, -1, -1)
    ]
    tree = parsed(of(figure_reports.report("gold", shares)))
    caption = words(next(tree.iter("figcaption")))
    assert caption.endswith("the 40 of 200 to look at first, the table has the others")
    labels = [words(label) for label in charts(tree)[0].findall(f"{SVG}text")][5:]
    assert labels[::2] == [f"t{n}" for n in range(40)]
    assert len(list(tree.iter("tr"))) == 202


def test_more_figures_by_week_than_there_are_charts_is_said() -> None:
    figures = [
        figure_reports.figure("ratings", "alpha_ordinal", 0.5, week=week, criterion=f"c{n}")
        for week in ("2026-W10", "2026-W11")
        for n in range(12)
    ]
    tree = parsed(of(figure_reports.report("time", figures)))
    assert len(charts(tree)) == 8
    assert "8 of 12 figures have a chart, the table has all" in words(tree)


def test_notes_of_leaderboards_reach_the_page() -> None:
    note = "no tutor compared answers of two models"
    alone = parsed(of({"schema": "tutorcli.leaderboards/1", "boards": [], "notes": [note]}))
    assert [words(head) for head in alone.iter("h2")] == ["Leaderboard"]
    assert note in words(alone)
    boards = [figure_reports.board(domain="law"), figure_reports.board(domain="medicine")]
    beside = parsed(of({"boards": boards, "notes": ["3 arrivals are not counted yet"]}))
    assert words(beside).count("3 arrivals are not counted yet") == 1
    assert len(list(beside.iter("h2"))) == 2


def test_the_data_sheet_tells_figures_by_their_names() -> None:
    figures = [
        figure_reports.figure(
            "ratings", "alpha_ordinal", 0.743, low=0.69, high=0.81, criterion="accuracy"
        ),
        figure_reports.figure("flags", "alpha_nominal", None, why="there are no ratings"),
    ]
    tree = parsed(of(sheet={"agreement": figures, "gaps": ["judged by one tutor alone: 1 of 3"]}))
    assert [words(item) for item in tree.findall(".//dd/ul/li")] == [
        "Ratings: criterion accuracy: Alpha, ordinal 0.743 [0.690, 0.810]",
        "Flags: Alpha, nominal there are no ratings",
        "judged by one tutor alone: 1 of 3",
    ]


@pytest.mark.parametrize(
    ("what", "name"),
    zip(cycle(["tutors", "gold", "bias", "time"]), hostile.SMALL.values(), strict=False),
    ids=hostile.SMALL,
)
def test_a_hostile_name_in_a_table_is_text(what: str, name: str) -> None:
    key = "week" if what == "time" else "tutor"
    figures = [
        figure_reports.figure(kind, figure, 0.5, low=0.2, high=0.6, **{key: name}, **scope)
        for kind, figure, scope in (
            ("gold", "gold", {}),
            ("bias", "longer_preferred", {}),
            ("pairs", "percent", {}),
            ("pairs", "agreement_with_others", {}),
            ("ratings", "alpha_ordinal", {"criterion": name}),
            ("ratings", "leniency", {"criterion": name}),
        )
    ]
    tree = parsed(of(figure_reports.report(what, figures)))
    assert not {element.tag for element in tree.iter()} & {"script", "b", "think"}
