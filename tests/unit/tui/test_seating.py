"""Which instrument a tutor sits at, and what stands beside it."""

import pytest

from tests.unit.core.made import ALL, assign, make_task
from tests.unit.tui.sitter import KEYMAP
from tutorcli.core.canonical import dumps
from tutorcli.core.draft import EDIT, Draft, Operation
from tutorcli.core.instruments import (
    INSTRUMENTS,
    Instrument,
    Pair,
    Rank,
    Ratings,
)
from tutorcli.core.protocol import Assigned
from tutorcli.services.judging import Opened
from tutorcli.tui.instruments.registry import VIEWS
from tutorcli.tui.rows import hints_of
from tutorcli.tui.seating import badges_of, following, seat_of, view_of


def test_every_instrument_has_its_screen() -> None:
    assert set(VIEWS) == set(INSTRUMENTS)
    assert all(view.kind == kind for kind, view in VIEWS.items())
    assert len({str(view.title) for view in VIEWS.values()}) == len(VIEWS)


def opened(assigned: Assigned, *operations: Operation) -> Opened:
    draft = Draft("j", "2026-01-01T00:00:00Z")
    for operation in operations:
        draft.apply(operation)
    return Opened(assigned, "0" * 64, draft, None)


def test_a_task_opens_on_its_first_instrument() -> None:
    assert seat_of(opened(assign()), 0, "en").instrument == Rank()
    assert seat_of(opened(assign(make_task("a"))), 0, "en").instrument == Ratings()


def test_the_instrument_that_had_the_focus_has_it_again() -> None:
    seat = seat_of(opened(assign(), ["at", "instrument", "pair"]), 1, "en")
    assert (seat.instrument, seat.active) == (Pair(), "b")


def test_an_instrument_that_the_task_has_not_is_not_sat_at() -> None:
    assert seat_of(opened(assign(instruments=(Ratings(),)), ["at", "instrument", "rank"]), 0, "en").instrument == Ratings()  # fmt: skip


def test_a_task_without_answers_has_nothing_to_judge_by() -> None:
    seat = seat_of(opened(assign(make_task(""))), 0, "en")
    assert view_of(seat) is None
    assert badges_of(seat) == []


def test_one_key_goes_round_the_instruments_and_leaves_reasons_out() -> None:
    assigned = assign()
    kinds = []
    place: list[Operation] = []
    for _ in range(4):
        seat = seat_of(opened(assigned, *place), 0, "en")
        kinds.append(seat.instrument.kind)
        place = [["at", "instrument", following(seat).kind]]
    assert kinds == ["rank", "ratings", "pair", "rank"]


def test_badges_of_all_instruments_stand_beside_each_other() -> None:
    assigned = assign(make_task("ab"))
    seat = seat_of(
        opened(
            assigned,
            ["set", "ranking", [["b"]]],
            ["open", EDIT + "b", "x"],
            ["row", "ratings", dumps(["b", "safety"]), {"answer": "b", "criterion": "safety", "value": 5}],
        ),
        0,
        "en",
    )  # fmt: skip
    assert badges_of(seat) == ["(#2)", "#1 ·5 edited"]


@pytest.mark.parametrize("instrument", ALL, ids=lambda item: item.kind)
def test_the_key_bar_can_show_every_hint(instrument: Instrument) -> None:
    seat = seat_of(opened(assign(), ["at", "instrument", instrument.kind], ["open", EDIT + "a", "x"]), 0, "en")  # fmt: skip
    for hint in hints_of(seat, KEYMAP):
        assert KEYMAP.action_named(hint.key) or hint.key[0].isdigit()


def test_the_key_bar_tells_why_a_task_without_answers_cannot_be_edited() -> None:
    hints = {hint.key: hint for hint in hints_of(seat_of(opened(assign(make_task(""))), 0, "en"), KEYMAP)}  # fmt: skip
    assert str(hints["edit"].why_not) == "no answer"
    assert "submit" not in hints
    assert "set_aside" in hints


def test_the_key_bar_while_no_task_is_open_has_only_what_needs_none() -> None:
    keys = {hint.key for hint in hints_of(None, KEYMAP)}
    assert {"undo", "tasks", "help", "quit"} <= keys
    assert keys.isdisjoint({"submit", "edit", "comment", "set_aside", "prompt"})
