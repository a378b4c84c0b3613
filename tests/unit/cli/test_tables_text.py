from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import hostile, table_reports, table_snapshots
from tests.figure_reports import Json, figure, report
from tests.table_snapshots import REPORTS, Chinese
from tutorcli import i18n
from tutorcli.cli.figure_bars import Look, bar
from tutorcli.cli.figure_names import Unit, number
from tutorcli.cli.figures_text import report_text
from tutorcli.cli.name_cells import apart, natural
from tutorcli.cli.output import width_of

PLAIN = Look()
WIDE = Look(120)


def line_with(text: str, words: str) -> str:
    return next(line for line in text.split("\n") if words in line)


def named(what: str, name: str) -> Json:
    """A report of six tutors or weeks whose names, criteria and reasons are somebody's own."""
    key = "week" if what == "time" else "tutor"
    kind = "gold" if what == "gold" else "bias" if what == "bias" else "pairs"
    own = {
        "tutors": "agreement_with_others",
        "gold": "gold",
        "bias": "first_shown_preferred",
        "time": "percent",
    }
    found = []
    for place in range(6):
        scope = {key: f"{name}{place}"}
        value = None if place == 5 else 0.9 - 0.1 * place
        found.append(figure(kind, own[what], value, why=name, low=0.1, high=0.2, **scope))
        criterion = {**scope, "criterion": name}
        found += [
            figure("ratings", each, 0.4, **criterion)
            for each in ("agreement_with_others", "leniency", "alpha_ordinal")
        ]
    return report(what, found, (name,))


@pytest.mark.parametrize(("name", "language", "width"), table_snapshots.names())
def test_tables_look_as_they_did(
    name: str, language: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if language == "zh":
        monkeypatch.setattr(i18n, "_catalogue", Chinese())
    expected = table_snapshots.path_of(name, language, width).read_text("utf-8")
    assert table_snapshots.drawn(name, width) == expected


@pytest.mark.parametrize("width", range(80, 141, 5))
@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    lines = report_text(REPORTS[name](), Look(width)).split("\n")
    assert max(map(width_of, lines)) <= width


@pytest.mark.parametrize(
    ("what", "name"),
    zip(cycle(REPORTS), hostile.SMALL.values(), strict=False),
    ids=hostile.SMALL,
)
def test_a_hostile_name_steers_nothing_and_keeps_the_width(name: str, what: str) -> None:
    lines = report_text(named(what, name), PLAIN).split("\n")
    assert max(map(width_of, lines)) <= 80
    assert not {chr(code) for code in range(32)} & set("".join(lines))
    assert not {"\x7f", "\x9b", "\u202e", "\u2066"} & set("".join(lines))


@pytest.mark.parametrize("what", REPORTS)
def test_colour_is_only_added(what: str) -> None:
    colored = report_text(REPORTS[what](), Look(color=True))
    for code in ("\x1b[90m", "\x1b[1m", "\x1b[0m"):
        colored = colored.replace(code, "")
    assert colored == report_text(REPORTS[what](), PLAIN)


def test_without_block_characters_the_bars_are_ascii() -> None:
    text = report_text(table_reports.bias(), Look(blocks=False)).replace("王医生", "w")
    assert text.isascii()
    assert "....:#=.." in text


def test_a_column_without_any_number_is_left_out_and_says_why() -> None:
    known = table_reports.tutors()
    for one in known["figures"]:
        if one["figure"] == "self_agreement":
            one |= {"value": None, "why": table_reports.NO_REPEATS}
    text = report_text(known, PLAIN)
    assert " Self " not in text
    assert "- Agrees with themself: this tutor was given no task twice (7 of 7)" in text


def test_tutors_of_whom_nothing_is_known_have_no_row() -> None:
    text = report_text(table_reports.gold(), PLAIN)
    assert [line.split()[0] for line in text.split("\n")[3:7]] == [
        "0198c3d2-7...f0c2d9af1",
        "t2",
        "王医生",
        "median",
    ]


def test_a_report_in_which_nothing_is_defined_is_its_reasons() -> None:
    nothing = [
        figure("gold", "gold", None, why=table_reports.NO_GOLD, tutor=f"t{n}") for n in range(124)
    ]
    assert report_text(report("gold", nothing), WIDE).split("\n")[1:3] == [
        "",
        f"- As the gold says: {table_reports.NO_GOLD} (124 of 124)",
    ]


def test_a_figure_that_no_table_has_stands_below_them() -> None:
    known = table_reports.tutors()
    known["figures"].append(figure("work", "some_new_figure", 12.5, tutor="t2"))
    text = report_text(known, PLAIN)
    assert text.index("Spread by criterion") < text.index("Work: tutor t2")
    assert "some new figure  12.500" in line_with(text, "some new")


def test_the_same_figure_twice_is_told_twice() -> None:
    twice = [figure("bias", "ties", value, tutor="t1") for value in (0.25, 0.5)]
    text = report_text(report("bias", twice), PLAIN)
    assert "25.0%" in text
    assert "50.0%" in text


def test_more_criteria_than_fit_stand_below_one_another() -> None:
    many = [
        figure(
            "ratings",
            "leniency",
            0.125,
            low=-0.1,
            high=0.3,
            tutor="t1",
            criterion=f"criterion {n:02}",
        )
        for n in range(20)
    ]
    lines = report_text(report("tutors", many), PLAIN).split("\n")
    assert sum(line.startswith("Tutor ") for line in lines) > 1
    assert sum(line.count("0.12") for line in lines) == 20
    assert max(map(len, lines)) <= 80


def test_medians_leave_out_what_is_weak() -> None:
    values = (0.1, 0.2, 0.3, 0.9)
    shares = [
        figure("pairs", "agreement_with_others", value, weak=value == 0.9, tutor=f"t{n}")
        for n, value in enumerate(values)
    ]
    assert line_with(report_text(report("tutors", shares), PLAIN), "median").split()[1] == "20.0%"


def test_a_short_table_names_nobody_to_look_at() -> None:
    known = table_reports.tutors()
    few = {"t1", "t2", "t3", "t10", "王医生"}
    known["figures"] = [one for one in known["figures"] if one["tutor"] in few]
    assert "To look at first" not in report_text(known, PLAIN)


def test_who_is_named_to_look_at_is_neither_weak_nor_without_a_flaw() -> None:
    values = {"a": 1.0, "b": 1.0, "c": 0.2, "d": 1.0, "e": 1.0, "f": 0.7}
    shares = [
        figure("gold", "gold", value, weak=name == "c", tutor=name)
        for name, value in values.items()
    ]
    text = report_text(report("gold", shares), PLAIN)
    assert line_with(text, "lowest").strip() == "As the gold says, lowest: f 70.0%"


def test_names_stand_in_natural_order() -> None:
    names = ["w10", "w2", "W1", "w02", "x", "", "w2a", "王2", "王10"]
    expected = ["", "W1", "w02", "w2", "w2a", "w10", "x", "王2", "王10"]
    assert sorted(names, key=lambda name: (natural(name), name)) == expected


def test_a_name_of_a_million_digits_has_a_place() -> None:
    assert natural("9" * 1_000_000) > natural("8" * 1_000_000)


@settings(max_examples=60)
@given(
    st.lists(st.text("ab01王é", max_size=40), unique=True, max_size=12),
    st.integers(8, 36),
)
def test_names_that_differ_stay_apart_in_few_cells(names: list[str], cells: int) -> None:
    shown = apart(names, cells)
    assert len(set(shown)) == len(names)
    assert all(width_of(name) <= cells for name in shown)


def test_long_names_keep_what_tells_them_apart() -> None:
    beginning = [f"{n:04}{'x' * 40}" for n in range(3)]
    assert apart(beginning, 12) == ["0000x...xxxx", "0001x...xxxx", "0002x...xxxx"]
    ending = [f"{'x' * 40}{n:04}" for n in range(3)]
    assert apart(ending, 12) == ["xxxxx...0000", "xxxxx...0001", "xxxxx...0002"]
    middle = [f"{'x' * 40}{n:04}{'x' * 40}" for n in range(3)]
    assert apart(middle, 12) == ["xxxxxxx...#1", "xxxxxxx...#2", "xxxxxxx...#3"]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.0, Unit.SHARE, "0%"),
        (0.004, Unit.SHARE, "<1%"),
        (0.996, Unit.SHARE, ">99%"),
        (1.0, Unit.SHARE, "100%"),
        (-0.003, Unit.CHANGE, "-0.3%"),
        (-0.004, Unit.COEFFICIENT, "0.00"),
        (2.34, Unit.SECONDS, "2.3 s"),
        (94.5, Unit.SECONDS, "94 s"),
        (123.4, Unit.NUMBER, "123"),
        (412.0, Unit.COUNT, "412"),
    ],
)
def test_brief_numbers_never_look_like_none_or_all(value: float, unit: Unit, shown: str) -> None:
    assert number(value, unit, is_brief=True) == shown


def test_a_mark_shows_within_an_interval() -> None:
    assert bar(0.75, (0.25, 1.0), (0.0, 1.0), 9, PLAIN, mark=0.5) == "░░▒▒┊▒█▒▒"
