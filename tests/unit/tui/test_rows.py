"""The rows of chrome: what they say, and that they never overflow."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tests.unit.services.conftest import Clock, make_desk
from tests.unit.store.conftest import fill, make_task
from tutorcli import i18n
from tutorcli.core.draft import COMMENT, Operation
from tutorcli.errors import message
from tutorcli.services.judging import Ending
from tutorcli.store.tasks import Filters
from tutorcli.tui.actions import Keymap
from tutorcli.tui.instruments.seat import Hint, Seat
from tutorcli.tui.key_bar import key_row, standing
from tutorcli.tui.rows import Note, head_row, strip_row
from tutorcli.tui.seating import seat_of
from tutorcli.tui.sitting import Sitting
from tutorcli.tui.themes import load_look
from tutorcli.tui.widgets.bar import Run, fitted

CHROME = load_look("dark", [Path(__file__).parents[3] / "themes"]).chrome
KEYMAP = Keymap()


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    with make_desk(tmp_path / "data", Clock()) as desk:
        hostile = make_task("t1", domain="la\x1b[31mw", language="e\nn", jurisdiction="US-CA")
        fill(desk.queue, [hostile, make_task("t2", source="secret", batch="secret")])
        sitting = Sitting(desk, Filters())
        sitting.start()
        sitting.count()
        yield sitting


def text(row: Sequence[Run]) -> str:
    return "".join(part for part, _ in row)


def head(sitting: Sitting) -> str:
    return text(head_row(sitting, CHROME))


def seat(sitting: Sitting) -> Seat:
    assert sitting.opened is not None
    return seat_of(sitting.opened, 0, "en")


def strip(sitting: Sitting, note: Note | None = None) -> str:
    return text(strip_row(seat(sitting), note, CHROME))


def test_the_head_tells_task_time_queue_and_unsent(sitting: Sitting) -> None:
    shown = head(sitting)
    for part in ("US-CA", "0 min", "2 of 2 open", "0 unsent"):
        assert part in shown
    sitting.sign(0)
    for minute in range(1, 6):
        sitting.sign(minute * 60_000)
    assert "5 min" in head(sitting)


def test_hostile_words_in_the_head_are_made_visible(sitting: Sitting) -> None:
    assert "\x1b" not in head(sitting)
    assert "\n" not in head(sitting)


def test_the_head_of_a_blind_task_tells_no_source(sitting: Sitting) -> None:
    sitting.go_to("t2")
    assert "secret" not in head(sitting)


def test_a_task_judged_before_says_so(sitting: Sitting) -> None:
    assert "judged before" not in head(sitting)
    sitting.record([["set", "ranking", [["b"], ["a"]]]])
    sitting.submit(Ending())
    sitting.go_to("t1")
    assert "judged before" in head(sitting)
    assert "1 of 2 open" in head(sitting)
    assert "1 unsent" in head(sitting)


def test_the_head_without_a_task_tells_the_queue(sitting: Sitting) -> None:
    sitting.opened = None
    assert "2 of 2 open" in head(sitting)


def test_the_strip_shows_everything_that_was_said(sitting: Sitting) -> None:
    assert strip(sitting).strip() == "-"
    said: list[Operation] = [
        ["set", "ranking", [["b"], ["a"]]],
        ["set", "accept_line", 1],
        ["set", "confidence", 4],
        ["open", COMMENT, "so"],
    ]
    sitting.record(said)
    shown = strip(sitting)
    numbers = {answer: str(n) for n, answer in enumerate(seat(sitting).answers, 1)}
    assert f"{numbers['b']} | {numbers['a']}" in shown
    assert "confidence 4" in shown
    assert "comment" in shown
    assert "so" not in shown.split()


def test_an_empty_comment_is_none(sitting: Sitting) -> None:
    sitting.record([["open", COMMENT, ""]])
    assert strip(sitting).strip() == "-"


def test_a_note_stands_behind_and_is_made_safe(sitting: Sitting) -> None:
    shown = strip(sitting, Note(message("no {x}", x="\x1b[2J\n"), is_warning=True))
    assert shown.startswith(" - ")
    assert "\x1b" not in shown
    assert "\n" not in shown


def test_what_was_said_makes_room_for_a_note_but_keeps_a_quarter_of_the_row(
    sitting: Sitting,
) -> None:
    sitting.record([["set", "ranking", [["b"], ["a"]]], ["set", "confidence", 4]])
    said, note = strip(sitting), Note(message("more words than fit in here"))
    assert text(strip_row(seat(sitting), note, CHROME, 80)).startswith(said)
    cut, told = (part for part, _ in strip_row(seat(sitting), note, CHROME, 40))
    assert (cut, told.strip()) == (f"{said[:9]}… ", str(note.what))
    cut, _ = (part for part, _ in strip_row(seat(sitting), note, CHROME, 28))
    assert cut == f"{said[:5]}… "


def test_notes_are_translated(sitting: Sitting) -> None:
    i18n.activate("zh-Hans")
    assert "nothing to take back" not in strip(sitting, Note(message("nothing to take back")))


# -- the key bar


def hint(key: str, words: str, why: str | None = None) -> Hint:
    return Hint(key, message(words), message(why) if why else None)


def test_keys_are_shown_as_people_write_them() -> None:
    row = key_row(KEYMAP, [hint("1-4", "rank"), hint("submit", "submit")], 80, CHROME)
    assert text(row) == " 1-4 rank  Enter submit "


def test_a_remapped_key_is_the_one_that_is_shown() -> None:
    row = key_row(Keymap({"tie": "ctrl+y"}), [hint("tie", "tie")], 80, CHROME)
    assert text(row) == " Ctrl+Y tie "


def test_a_key_that_cannot_act_is_dimmed_with_its_reason_where_there_is_room() -> None:
    hints = [hint("tie", "tie", "a tie needs an answer before it")]
    assert key_row(KEYMAP, hints, 80, CHROME) == [
        (" = tie (a tie needs an answer before it) ", CHROME.off)
    ]
    assert key_row(KEYMAP, hints, 20, CHROME) == [(" = tie ", CHROME.off)]


@given(st.integers(0, 120))
def test_the_key_bar_never_overflows(width: int) -> None:
    row = key_row(KEYMAP, standing(KEYMAP, set(), {}), width, CHROME)
    assert cell_len(text(row)) <= width


def test_every_action_of_the_bar_fits_at_eighty_columns_in_part_and_help_always() -> None:
    shown = text(key_row(KEYMAP, standing(KEYMAP, set(), {}), 80, CHROME))
    assert "F1" in shown


GROUPS = st.lists(
    st.lists(st.tuples(st.text("a中 ", max_size=4), st.just(Style())), max_size=3), max_size=6
)


@given(GROUPS, st.integers(0, 20))
def test_groups_are_taken_whole_and_in_order(groups: list[list[Run]], width: int) -> None:
    row = fitted(groups, width)
    assert sum(cell_len(part) for part, _ in row) <= width
    taken = iter(groups)
    left = list(row)
    for group in taken:
        if group and left[: len(group)] == group:
            left = left[len(group) :]
    assert left == []


def test_what_fits_is_shown() -> None:
    wide, narrow = [("abcdef", Style())], [("ab", Style())]
    assert fitted([narrow, wide, narrow], 4) == [*narrow, *narrow]
