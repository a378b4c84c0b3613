import pytest

from tests import figure_reports, hostile
from tutorcli.cli.board_text import board_text, boards_text
from tutorcli.cli.figure_bars import Look
from tutorcli.cli.output import width_of

PLAIN = Look()


def line_with(text: str, words: str) -> str:
    return next(line for line in text.split("\n") if words in line)


def test_a_line_holds_place_model_score_interval_and_pairs() -> None:
    line = line_with(board_text(figure_reports.board(), PLAIN), "claude-v1")
    assert line.split()[:3] == ["2-3", "claude-v1", "1103"]
    assert "█▒" in line
    assert line.endswith("[1079, 1128]    871")


def test_the_head_tells_how_much_was_compared_and_by_which_model() -> None:
    lines = board_text(figure_reports.board(domain="law"), PLAIN).split("\n")
    assert lines[:2] == [
        "Leaderboard: domain law",
        "2668 comparisons of 80 tasks by 65 tutors; Davidson's model",
    ]


def test_a_model_with_few_comparisons_is_marked_as_provisional() -> None:
    text = board_text(figure_reports.board(), PLAIN)
    assert line_with(text, "small-local-model-3b-q4").startswith("~")
    assert "~ provisional: too few comparisons" in text


def test_an_open_interval_says_why_and_is_drawn_to_the_end() -> None:
    text = board_text(figure_reports.board(), PLAIN)
    assert "  ▒▒▒█▒▒░" in line_with(text, "[-, 872]")
    assert "    in too many of the draws never won or tied: no lower end" in text


def test_a_model_that_is_not_estimable_stands_apart_with_its_reason() -> None:
    text = board_text(figure_reports.board(), PLAIN)
    apart = text[text.index("Not estimable") :]
    assert apart.split("\n")[1:3] == [
        "house-model, comparisons: 12",
        "    never beaten or tied by the others: its strength has no upper limit",
    ]


def test_the_matrix_tells_how_often_each_beat_each() -> None:
    text = board_text(figure_reports.board(), PLAIN)
    first, last = line_with(text, "1 gpt-4-0613"), line_with(text, "7 house-model")
    assert first.split()[2:] == ["61%", "65%", "69%", "71%", "74%", "0%"]
    assert last.split()[2:] == ["100%"]


def test_a_matrix_that_does_not_fit_is_left_out_in_words() -> None:
    many = figure_reports.board()
    many["standings"] = [figure_reports.standing(f"model-{n}", 1000.0 + n, 50) for n in range(20)]
    assert "of each model over each of 20 do not fit here" in board_text(many, PLAIN)
    assert "do not fit" not in board_text(many, Look(140))


def test_a_leaderboard_without_models_says_so_and_has_no_table() -> None:
    empty = figure_reports.board()
    empty |= {"standings": [], "meetings": [], "figures": [], "notes": ["there are no comparisons"]}
    lines = board_text(empty, PLAIN).split("\n")
    assert lines[-2:] == [
        "note: there are no comparisons",
        "Intervals: 95%, 1000 resamples of whole tasks, seed 0",
    ]
    assert len(lines) == 5


def test_without_block_characters_the_bars_are_ascii() -> None:
    known = figure_reports.board()
    known["standings"][2]["model"] = "qwen"
    known["meetings"] = []
    assert board_text(known, Look(blocks=False)).isascii()


def test_wide_names_are_aligned_by_cells() -> None:
    lines = board_text(figure_reports.board(), PLAIN).split("\n")
    starts = {width_of(line[: line.index("[")]) for line in lines if "█" in line and "]   " in line}
    assert len(starts) == 1


def test_notes_on_all_leaderboards_stand_with_the_first() -> None:
    boards = [figure_reports.board(domain="law"), figure_reports.board(domain="medicine")]
    text = boards_text({"boards": boards, "notes": ["3 arrivals are not counted yet"]}, PLAIN)
    assert text.count("note: 3 arrivals are not counted yet") == 1
    assert text.index("3 arrivals") < text.index("Leaderboard: domain medicine")


def test_without_leaderboards_their_notes_are_all() -> None:
    note = "no tutor compared answers of two models"
    assert boards_text({"boards": [], "notes": [note]}, PLAIN) == f"note: {note}"


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = board_text(figure_reports.board(domain="law"), Look(width)).split("\n")
    assert max(map(width_of, lines)) <= width


def test_colour_is_only_added() -> None:
    colored = board_text(figure_reports.board(), Look(color=True))
    for code in ("\x1b[90m", "\x1b[1m", "\x1b[0m"):
        colored = colored.replace(code, "")
    assert colored == board_text(figure_reports.board(), PLAIN)


@pytest.mark.parametrize("name", hostile.SMALL.values(), ids=hostile.SMALL)
def test_a_hostile_name_steers_nothing_and_keeps_the_width(name: str) -> None:
    lines = board_text(figure_reports.board_named(name), PLAIN).split("\n")
    assert max(map(width_of, lines)) <= 80
    assert not {chr(code) for code in range(32)} & set("".join(lines))
    assert not {"\x7f", "\x9b", "\u202e", "\u2066"} & set("".join(lines))


def test_long_names_of_models_stay_apart() -> None:
    known = figure_reports.board()
    for place in (0, 1):
        known["standings"][place]["model"] = f"open-assistant-stablelm-sft-{place}-epoch-3-7b"
    text = board_text(known, PLAIN)
    for place in (0, 1):
        assert text.count(f" open-a...-sft-{place}-epoch-3-7b") == 2
