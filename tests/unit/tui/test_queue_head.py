"""The rows above the list of tasks, and the line of its search."""

from collections import Counter
from pathlib import Path

import pytest
from rich.cells import cell_len

from tutorcli.services.browsing import Found, Pages, Progress
from tutorcli.store.paging import Sought
from tutorcli.tui.queue_head import (
    KINDS,
    Figures,
    Kind,
    chosen,
    head_rows,
    options,
    progress_text,
)
from tutorcli.tui.search_line import SearchLine
from tutorcli.tui.themes import load_look
from tutorcli.tui.widgets.bar import Run

CHROME = load_look("dark", [Path(__file__).parents[3] / "themes"]).chrome
MANY = Counter({f"domain-{n}": 50 - n for n in range(40)})


def text(row: list[Run]) -> str:
    return "".join(part for part, _ in row)


@pytest.mark.parametrize(
    ("sought", "kind", "word", "expected"),
    [
        (Sought(state="open"), "disposition", "skip", Sought(disposition="skip")),
        (Sought(disposition="skip"), "state", "open", Sought(state="open")),
        (Sought(disposition="skip"), "domain", "law", Sought(domain="law", disposition="skip")),
        (Sought(disposition="skip"), "disposition", "", Sought()),
        (Sought(state="open", language="fr"), "language", "", Sought(state="open")),
    ],
)
def test_choices_combine_unless_they_exclude_each_other(
    sought: Sought, kind: Kind, word: str, expected: Sought
) -> None:
    assert chosen(sought, kind, word) == expected


def test_the_word_that_was_chosen_is_in_sight_among_any_number() -> None:
    figures = Figures({"domain": MANY})
    for width in (80, 120):
        for word in ("domain-0", "domain-39", "domain-gone"):
            row = head_rows(figures, Sought(domain=word), width, CHROME)[1]
            assert f"[{word} {max(MANY[word], 0)}]" in text(row)
            assert cell_len(text(row)) <= width


def test_options_tell_how_many_tasks_each_has() -> None:
    figures = Figures({"domain": Counter(law=2, medicine=5), "disposition": Counter(skip=1)})
    labels = [option.label for option in options("domain", figures, Sought())]
    assert labels == ["all  7", "medicine  5", "law  2"]
    assert [o.id for o in options("disposition", figures, Sought())] == ["", "skip"]
    assert len(options("state", figures, Sought())) == 6


def test_hostile_words_are_made_visible() -> None:
    figures = Figures({"domain": Counter({"\x1b[2J\u202e": 3})})
    row = text(head_rows(figures, Sought(), 80, CHROME)[1])
    assert "\x1b" not in row
    assert "\u202e" not in row


def test_before_anything_is_counted_the_rows_stand_without_numbers() -> None:
    rows = head_rows(Figures(), Sought(), 80, CHROME)
    assert [text(row).strip()[:1] for row in rows[:3]] == list(KINDS)[:3]
    assert not any(sign.isdigit() for row in rows for part, _ in row[1:] for sign in part)


def test_the_day_tells_what_is_overdue_and_due() -> None:
    day = Progress(3, 2, (("2026-01-02", 4), ("2026-02-01", 9)))
    expected = "3 judged today · 2 overdue · 4 due by 2026-01-02 · 9 due by 2026-02-01"
    assert progress_text(Figures(progress=day)) == expected
    assert progress_text(Figures(progress=Progress(0, 0))) == "0 judged today"


def test_the_end_of_a_long_search_is_in_sight() -> None:
    line = SearchLine(is_open=True)
    line.type("胸痛" * 50 + "end")
    line.found = Found(Pages(), 0)
    row = text(line.row("/", None, 80, CHROME))
    assert "痛end_" in row
    assert "in no title; Enter searches the texts" in row
    assert cell_len(row) <= 80
    line.take_back()
    assert line.text.endswith("en")
