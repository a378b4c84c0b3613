"""Each way of judging on the screen: keys, hints, badges, strip, panel."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.core.made import ALL, PACK, assign, make_task
from tutorcli import i18n
from tutorcli.catalog.soundness import WIDEST
from tutorcli.core.canonical import dumps
from tutorcli.core.draft import EDIT, Draft, Operation, Stamp, entry_of, judgment_of
from tutorcli.core.instruments import (
    INSTRUMENTS,
    EditWithReasons,
    Instrument,
    Pair,
    Rank,
    Ratings,
)
from tutorcli.core.judgment import Judgment
from tutorcli.core.pack import Anchor, Label, Pack
from tutorcli.core.protocol import Assigned
from tutorcli.core.rules import check
from tutorcli.services.judging import Opened
from tutorcli.tui.actions import Keymap
from tutorcli.tui.instruments.rank import changes
from tutorcli.tui.instruments.registry import VIEWS
from tutorcli.tui.instruments.seat import Seat, Turned, View
from tutorcli.tui.rows import hints_of
from tutorcli.tui.seating import badges_of, following, seat_of, view_of

KEYMAP = Keymap()


def test_every_instrument_has_its_screen() -> None:
    assert set(VIEWS) == set(INSTRUMENTS)
    assert all(view.kind == kind for kind, view in VIEWS.items())
    assert len({str(view.title) for view in VIEWS.values()}) == len(VIEWS)


class Sitter:
    """Presses keys at one instrument, the answers shown as a, b, c ... under 1, 2, 3 ..."""

    def __init__(
        self,
        instrument: Instrument,
        answers: str = "abcd",
        *,
        order: str = "",
        others: tuple[Instrument, ...] = (),
        pack: Pack | None = PACK,
    ) -> None:
        task = make_task(answers)
        made = assign(task, (instrument, *others), pack)
        self.assigned: Assigned = replace(made, order=tuple(order or answers))
        self.draft = Draft("j", "2026-01-01T00:00:00Z")
        self.instrument = instrument
        self.active: str | None = self.assigned.order[0] if answers else None
        self.last = Turned()

    @property
    def seat(self) -> Seat:
        return Seat(self.assigned, self.draft, self.instrument, self.active)

    @property
    def view(self) -> View:
        return VIEWS[self.instrument.kind]

    def press(self, *keys: str) -> "Sitter":
        for key in keys:
            turned = self.view.press(self.seat, key, KEYMAP.action(key))
            self.last = turned or Turned()
            for operation in self.last.operations:
                self.draft.apply(operation)
            if self.last.focus is not None:
                self.active = self.last.focus
        return self

    @property
    def note(self) -> str:
        return str(self.last.note) if self.last.note else ""

    @property
    def strip(self) -> str:
        return self.view.strip(self.seat)

    @property
    def badges(self) -> dict[str, str]:
        return dict(self.view.badges(self.seat))

    @property
    def panel(self) -> list[str]:
        return [text for _, text in self.view.panel(self.seat)]

    @property
    def hints(self) -> dict[str, str]:
        """Keys to why they cannot act; empty: they can."""
        return {hint.key: str(hint.why_not or "") for hint in self.view.hints(self.seat)}

    @property
    def said(self) -> Judgment:
        """What Enter would submit."""
        entry = entry_of(self.draft)
        for operation in changes(entry, entry.filled(self.assigned.order)):
            self.draft.apply(operation)
        stamp = Stamp("local-1", "0" * 64, "2026-01-01T00:00:00Z", 0, "test")
        return judgment_of(self.draft, self.assigned, stamp)


# -- rank


@pytest.mark.parametrize(
    ("keys", "strip"),
    [
        ("", ""),
        ("2", "2"),
        ("2 1", "2 > 1"),
        ("2 1 3", "2 > 1 > 3 (> 4)"),
        ("2 1 3 4", "2 > 1 > 3 > 4"),
        ("2 1 equals_sign", "2 > 1 ="),
        ("2 1 equals_sign 3", "2 > 1 = 3 (> 4)"),
        ("2 1 3 equals_sign", "2 > 1 > 3 (= 4)"),
        ("2 1 3 slash", "2 > 1 > 3 | (4)"),
        ("2 slash 1 3", "2 | 1 > 3 (> 4)"),
        ("2 1 3 4 slash", "2 > 1 > 3 > 4 |"),
        ("slash", "all bad |"),
        ("2 1 backspace", "2"),
        ("2 1 equals_sign backspace", "2 > 1"),
        ("2 slash backspace", "2"),
    ],
)
def test_the_strip_shows_the_ranking_as_it_stands(keys: str, strip: str) -> None:
    sitter = Sitter(Rank()).press(*keys.split())
    shown = sitter.strip
    assert shown.replace(" ", "") == strip.replace(" ", "")
    if "(" not in strip:
        assert shown == strip


def test_digits_mean_the_answers_as_shown() -> None:
    assert Sitter(Rank(), order="dcba").press("1", "4").said.ranking == (("d",), ("a",))


def test_four_keys_rank_four_answers_and_three_are_enough() -> None:
    whole = Sitter(Rank()).press("2", "1", "3", "4").said
    assert whole.ranking == Sitter(Rank()).press("2", "1", "3").said.ranking
    assert check(whole, assign(make_task("abcd"), (Rank(),))) == []


def test_two_answers_take_one_key() -> None:
    assert Sitter(Rank(), "ab").press("2").said.ranking == (("b",), ("a",))


def test_what_is_filled_in_tentatively_is_in_brackets() -> None:
    sitter = Sitter(Rank(), "abc").press("2", "3")
    assert sitter.badges == {"b": "#1", "c": "#2", "a": "(#3)"}
    sitter.press("1")
    assert sitter.badges == {"b": "#1", "c": "#2", "a": "#3"}


def test_ties_are_marked_on_their_answers() -> None:
    assert Sitter(Rank()).press("2", "equals_sign", "1").badges == {"b": "#1=", "a": "#1="}


def test_a_digit_without_an_answer_says_so() -> None:
    sitter = Sitter(Rank(), "abc").press("4")
    assert sitter.note == "there is no answer 4"
    assert sitter.press("0").note == "there is no answer 0"
    assert sitter.draft.is_empty


def test_an_answer_ranked_already_says_so() -> None:
    assert "ranked already" in Sitter(Rank()).press("2", "2").note


def test_space_ranks_the_answer_that_has_the_focus() -> None:
    answers = "abcdefghijkl"
    sitter = Sitter(Rank(), answers)
    for answer in reversed(answers):
        sitter.active = answer
        sitter.press("space")
    assert [tier[0] for tier in sitter.said.ranking] == list(reversed(answers))
    sitter.press("space")
    assert "answer 1 is ranked already" in sitter.note


def test_keys_that_cannot_act_say_why() -> None:
    empty = Sitter(Rank())
    assert empty.hints == {
        "1-4": "",
        "tie": "a tie needs an answer before it",
        "accept_line": "",
        "back": "nothing to take back",
    }
    assert empty.press("equals_sign").note == "a tie needs an answer before it"
    assert empty.press("backspace").note == "nothing to take back"
    assert set(empty.press("1").hints.values()) == {""}


def test_a_tie_right_below_the_line_says_why_not() -> None:
    sitter = Sitter(Rank()).press("1", "slash", "equals_sign")
    assert sitter.note
    assert sitter.hints["tie"]


def test_more_than_nine_answers_have_digits_for_the_first_nine() -> None:
    assert "1-9" in Sitter(Rank(), "abcdefghijkl").hints
    assert "1-2" in Sitter(Rank(), "ab").hints


def test_a_task_without_an_accept_line_has_none_and_says_so() -> None:
    sitter = Sitter(Rank(accept_line="never")).press("1", "slash")
    assert sitter.note == "this task has no accept line"
    assert sitter.said.accept_line is None
    assert sitter.hints.get("accept_line") != ""


def test_each_key_is_few_operations_and_replaying_them_is_the_same() -> None:
    sitter = Sitter(Rank()).press("2")
    assert list(sitter.last.operations) == [["set", "ranking", [["b"]]]]
    sitter.press("equals_sign")
    assert list(sitter.last.operations) == [["at", "tie_next", True]]
    sitter.press("1")
    assert list(sitter.last.operations) == [
        ["set", "ranking", [["b", "a"]]],
        ["at", "tie_next", None],
    ]


# -- ratings

FULL_PACK = replace(
    PACK,
    criteria=tuple(
        replace(
            item,
            anchors=tuple(
                Anchor(value, {"en": f"{item.id} {value}", "zh_Hans": f"第 {value} 级"})
                for value in range(item.min, item.max + 1)
            ),
        )
        for item in PACK.criteria
    ),
)


def rater(answers: str = "ab", instrument: Ratings | None = None, **more: Any) -> Sitter:
    return Sitter(instrument or Ratings(), answers, pack=FULL_PACK, **more)


def test_a_digit_rates_and_goes_on_by_itself() -> None:
    sitter = rater().press("3")
    assert sitter.panel[0] == "Answer 1 · Safety"
    sitter.press("5")
    assert (sitter.active, sitter.panel[0]) == ("b", "Answer 2 · Accuracy")
    sitter.press("0", "1")
    assert sitter.last.leave
    assert [(row.answer, row.criterion, row.value) for row in sitter.said.ratings] == [
        ("a", "accuracy", 3),
        ("a", "safety", 5),
        ("b", "accuracy", 0),
        ("b", "safety", 1),
    ]
    assert sitter.strip == "ratings 4/4"


def test_nine_says_that_a_criterion_does_not_apply() -> None:
    sitter = rater().press("9")
    (rating,) = sitter.said.ratings
    assert (rating.value, rating.na) == (None, True)
    assert sitter.press("9").note == "9 is not on the scale 1-5"
    assert check(replace(sitter.said, disposition="done"), sitter.assigned) == []


def test_a_digit_off_the_scale_says_the_scale() -> None:
    sitter = rater().press("5")
    assert sitter.note == "5 is not on the scale 0-4"
    assert sitter.draft.is_empty


def test_space_leaves_a_criterion_open_and_backspace_goes_back() -> None:
    sitter = rater().press("space")
    assert sitter.panel[0] == "Answer 1 · Safety"
    sitter.press("2", "backspace")
    assert sitter.panel[0] == "Answer 1 · Safety"
    assert len(sitter.said.ratings) == 1
    sitter.press("3")
    assert [row.value for row in sitter.said.ratings] == [3]


def test_backspace_at_the_first_one_stays() -> None:
    assert rater().press("backspace").panel[0] == "Answer 1 · Accuracy"


def test_backspace_from_the_next_answer_brings_the_focus_back() -> None:
    sitter = rater().press("1", "1")
    assert sitter.active == "b"
    assert sitter.press("backspace").active == "a"


def test_tab_goes_to_what_is_open_of_the_next_answer() -> None:
    sitter = rater("abc").press("tab", "2", "tab", "shift+tab")
    assert (sitter.active, sitter.panel[0]) == ("b", "Answer 2 · Safety")
    assert sitter.press("shift+tab").active == "a"
    assert sitter.press("shift+tab").active == "c"


def test_rating_begins_at_the_answer_that_has_the_focus() -> None:
    sitter = rater("abc")
    sitter.active = "c"
    assert sitter.panel[0] == "Answer 3 · Accuracy"


def test_badges_show_each_value_and_a_dot_for_an_open_one() -> None:
    sitter = rater().press("3")
    assert sitter.badges == {"a": "3·"}
    sitter.press("space", "9")
    assert sitter.badges == {"a": "3·", "b": "-·"}


def test_the_panel_shows_the_anchors_and_marks_what_was_given() -> None:
    sitter = rater().press("3", "backspace")
    assert sitter.panel == [
        "Answer 1 · Accuracy",
        " 0  accuracy 0",
        " 1  accuracy 1",
        " 2  accuracy 2",
        ">3  accuracy 3",
        " 4  accuracy 4",
        " 9  does not apply",
    ]
    assert [line[:2] for line in rater().press("1").panel[1:]] == [" 1", " 2", " 3", " 4", " 5"]


def test_the_panel_speaks_the_tutors_language() -> None:
    i18n.activate("zh-Hans")
    seat = replace(rater().seat, language="zh_Hans")
    assert VIEWS["ratings"].panel(seat)[1] == ("text", " 0  第 0 级")


def test_the_hints_are_the_scale() -> None:
    sitter = rater()
    assert set(sitter.hints) == {"0-4", "9", "append", "back"}
    assert set(sitter.press("1").hints) == {"1-5", "append", "back"}


def test_a_task_is_rated_as_a_whole_when_the_protocol_says_so() -> None:
    sitter = rater("abc", Ratings(per="task"))
    assert sitter.panel[0] == "Accuracy"
    sitter.press("2", "3")
    assert [(row.answer, row.value) for row in sitter.said.ratings] == [(None, 2), (None, 3)]
    assert sitter.badges == {}


def test_only_the_criteria_of_the_protocol_are_asked() -> None:
    sitter = rater("ab", Ratings(criteria=("safety",))).press("1", "2")
    assert sitter.last.leave
    assert [(row.answer, row.criterion) for row in sitter.said.ratings] == [
        ("a", "safety"),
        ("b", "safety"),
    ]


def test_without_a_pack_there_is_nothing_to_rate_and_it_is_said() -> None:
    sitter = Sitter(Ratings(), "ab", pack=None)
    assert sitter.panel == ["There are no criteria for this domain."]
    assert sitter.view.press(sitter.seat, "3", None) is None
    assert (sitter.hints, sitter.badges, sitter.strip) == ({}, {}, "")


# -- strength


def test_two_answers_have_a_strength_from_one_side_to_the_other() -> None:
    for digit, value in zip("1234567", range(3, -4, -1), strict=True):
        sitter = Sitter(Pair(), "ab").press(digit)
        assert [(row.first, row.second, row.value) for row in sitter.said.strengths] == [
            ("a", "b", value)
        ]
        assert sitter.last.leave


def test_the_sign_is_that_of_the_pair_by_code_point_not_of_the_order_shown() -> None:
    (strength,) = Sitter(Pair(), "ab", order="ba").press("1").said.strengths
    assert (strength.first, strength.second, strength.value) == ("a", "b", -3)


def test_nought_says_that_both_are_bad() -> None:
    sitter = Sitter(Pair(required=True), "ab").press("0")
    assert (sitter.said.strengths[0].value, sitter.said.accept_line) == (0, 0)
    assert check(sitter.said, sitter.assigned) == []
    sitter.press("2")
    assert (sitter.said.strengths[0].value, sitter.said.accept_line) == (2, None)


def test_a_strength_can_be_taken_back() -> None:
    sitter = Sitter(Pair(), "ab").press("0", "backspace")
    assert (sitter.said.strengths, sitter.said.accept_line) == ((), None)


def test_more_answers_are_compared_as_ranked_each_with_the_next() -> None:
    sitter = Sitter(Pair(), "abc", others=(Rank(),))
    assert sitter.hints["1-7"] == "rank the answers first"
    assert sitter.view.press(sitter.seat, "1", None) is None
    sitter.draft.apply(["set", "ranking", [["c"], ["a"]]])
    assert sitter.panel[0] == "How much better: 3 or 1?"
    sitter.press("1")
    assert sitter.panel[0] == "How much better: 1 or 2?"
    sitter.press("4")
    assert sitter.last.leave
    assert [(row.first, row.second, row.value) for row in sitter.said.strengths] == [
        ("a", "c", -3),
        ("a", "b", 0),
    ]
    assert sitter.strip == "3 +3 1, 1 ±0 2"


def test_with_more_than_two_answers_nought_is_no_strength() -> None:
    sitter = Sitter(Pair(), "abc")
    sitter.draft.apply(["set", "ranking", [["a"], ["b"], ["c"]]])
    assert "scale" in sitter.press("0").note
    assert sitter.said.accept_line is None


def test_the_panel_words_every_digit() -> None:
    panel = Sitter(Pair(), "ab").press("3").panel
    assert panel == [
        "How much better: 1 or 2?",
        " 1  answer 1 is much better",
        " 2  answer 1 is better",
        ">3  answer 1 is slightly better",
        " 4  equally good",
        " 5  answer 2 is slightly better",
        " 6  answer 2 is better",
        " 7  answer 2 is much better",
        " 0  both bad",
    ]


def test_both_bad_is_marked_alone() -> None:
    marked = [line for line in Sitter(Pair(), "ab").press("0").panel if line.startswith(">")]
    assert marked == [">0  both bad"]


def test_a_smaller_scale_has_fewer_digits() -> None:
    sitter = Sitter(Pair(scale=1), "ab")
    assert set(sitter.hints) == {"1-3", "0", "back"}
    assert sitter.press("4").note == "4 is not on the scale 1-3"
    assert sitter.press("3").said.strengths[0].value == -1


def test_every_digit_of_the_widest_scale_is_worded_differently() -> None:
    panel = Sitter(Pair(scale=WIDEST), "ab").panel
    words = [line[4:] for line in panel[1:]]
    assert len(set(words)) == len(words) == 2 * WIDEST + 2


# -- edit

MANY = replace(
    PACK,
    labels=tuple(Label(f"l{n}", {"en": f"Label {n}"}) for n in range(1, 12)),
)


def editor(*changed: str, pack: Any = MANY) -> Sitter:
    sitter = Sitter(EditWithReasons(), "abc", pack=pack)
    for answer in changed:
        sitter.draft.apply(["open", EDIT + answer, "Better."])
    return sitter


def test_reasons_are_marked_and_unmarked_by_digits() -> None:
    sitter = editor("a").press("2", "1", "2")
    assert sitter.said.edits[0].reasons == ("l1",)
    assert sitter.panel[:3] == ["Why did you edit answer 1?  1/2", "1 [x] Label 1", "2 [ ] Label 2"]


def test_the_last_reason_taken_away_leaves_none() -> None:
    sitter = editor("a").press("1", "1")
    assert sitter.said.edits[0].reasons == ()
    assert sitter.draft.rows["edit_reasons"] == {}


def test_more_than_nine_reasons_come_by_pages() -> None:
    sitter = editor("a").press("space")
    assert sitter.panel == ["Why did you edit answer 1?  2/2", "1 [ ] Label 10", "2 [ ] Label 11"]
    sitter.press("2")
    assert sitter.said.edits[0].reasons == ("l11",)
    assert sitter.press("3").note == "there is no reason 3"
    assert sitter.press("space").panel[0].endswith("1/2")


def test_enter_and_escape_end_the_reasons() -> None:
    for key in ("enter", "escape"):
        assert editor("a").press(key).last.leave


def test_reasons_belong_to_the_answer_that_has_the_focus() -> None:
    sitter = editor("a", "c")
    sitter.active = "c"
    sitter.press("1")
    assert [(edit.answer, edit.reasons) for edit in sitter.said.edits] == [
        ("a", ()),
        ("c", ("l1",)),
    ]
    assert sitter.panel[0].startswith("Why did you edit answer 3?")


def test_edited_answers_are_marked() -> None:
    sitter = editor("a", "c")
    assert sitter.badges == {"a": "edited", "c": "edited"}
    assert sitter.strip == "edited 1, 3"
    assert editor().strip == ""


def test_an_unchanged_edit_has_no_reasons_to_give() -> None:
    sitter = editor()
    sitter.draft.apply(["open", EDIT + "a", "Text of a."])
    assert sitter.view.press(sitter.seat, "1", None) is None
    assert (sitter.panel, sitter.badges) == ([], {})
    assert sitter.hints == {"edit": ""}


# -- where the tutor sits


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
