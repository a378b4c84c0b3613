"""What keeps a judgment from being submitted, and what a tutor is gently told."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.core.made import ALL, assign, make_judgment, make_task
from tutorcli.core.canonical import digest
from tutorcli.core.instruments import EditWithReasons, Instrument, Pair, Rank, Ratings
from tutorcli.core.judgment import (
    CitationMark,
    CriterionMark,
    Disposition,
    Edit,
    Judgment,
    Rating,
    RefusalMark,
    Span,
    StepLabel,
    Strength,
)
from tutorcli.core.pack import Label
from tutorcli.core.rules import (
    check,
    missing,
    rating_cells,
    reading_ms,
    says_something,
    warnings,
)
from tutorcli.core.task import Answer, RubricCriterion

BASE = digest("Text of a.")


def faults(judgment: Judgment, *instruments: Instrument, **more: Any) -> list[tuple[str, str]]:
    found = check(judgment, assign(instruments=instruments or ALL, **more))
    return [(fault.field, str(fault.what)) for fault in found]


def fields_of(judgment: Judgment, *instruments: Instrument, **more: Any) -> list[str]:
    return [field for field, _ in faults(judgment, *instruments, **more)]


def test_a_whole_judgment_has_no_faults() -> None:
    said = make_judgment(
        (("b",), ("a", "c")),
        accept_line=1,
        strengths=(Strength("a", "b", -3), Strength("b", "c", 0)),
        ratings=(Rating("accuracy", "a", 4), Rating("accuracy", "b", na=True), Rating("safety", None, 1)),
        edits=(Edit("a", BASE, "Better.", ("dose",)),),
        confidence=5,
    )  # fmt: skip
    assert faults(said) == []


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"ranking": (("a",), ("z",))}, "ranking", '"z" is no answer'),
        ({"ranking": (("a", "b"), ("a",))}, "ranking", '"a" twice'),
        ({"ranking": (("a",), ())}, "ranking", "a tier is empty"),
        ({"accept_line": 4}, "accept_line", "4 is not from 0 to 3"),
        ({"accept_line": -1}, "accept_line", "-1 is not from 0 to 3"),
        ({"strengths": (Strength("a", "z", 1),)}, "strengths[0]", '"z" is no answer'),
        ({"strengths": (Strength("b", "a", 1),)}, "strengths[0]", "first must come before"),
        ({"strengths": (Strength("a", "b", 4),)}, "strengths[0]", "4 is not from -3 to 3"),
        (
            {"strengths": (Strength("a", "b", 1), Strength("a", "b", 1))},
            "strengths[1]",
            "the pair stands twice",
        ),
        ({"ratings": (Rating("accuracy", "z", 1),)}, "ratings[0]", '"z" is no answer'),
        ({"ratings": (Rating("acuracy", "a", 1),)}, "ratings[0]", "near: accuracy"),
        ({"ratings": (Rating("accuracy", "a", 5),)}, "ratings[0]", "5 is not from 0 to 4"),
        ({"ratings": (Rating("safety", "a", 0),)}, "ratings[0]", "0 is not from 1 to 5"),
        ({"ratings": (Rating("accuracy", "a"),)}, "ratings[0]", "is not from 0 to 4"),
        ({"ratings": (Rating("safety", "a", na=True),)}, "ratings[0]", "takes a value"),
        ({"ratings": (Rating("accuracy", "a", 1, na=True),)}, "ratings[0]", "takes a value"),
        (
            {"ratings": (Rating("accuracy", "a", 1), Rating("accuracy", "a", 2))},
            "ratings[1]",
            "rated twice",
        ),
        ({"edits": (Edit("z", BASE, "x"),)}, "edits[0]", '"z" is no answer'),
        ({"edits": (Edit("a", BASE, "Text of a."),)}, "edits[0]", "changes nothing"),
        ({"edits": (Edit("a", digest("x"), "y"),)}, "edits[0]", "made on another text"),
        ({"edits": (Edit("a", BASE, "y", ("dos",)),)}, "edits[0]", "near: dose"),
        ({"edits": (Edit("a", BASE, "y"), Edit("a", BASE, "z"))}, "edits[1]", "twice"),
        ({"confidence": 0}, "confidence", "0 is not from 1 to 5"),
        ({"confidence": 6}, "confidence", "6 is not from 1 to 5"),
    ],
)
def test_each_fault_names_its_field_and_its_value(
    said: dict[str, Any], field: str, words: str
) -> None:
    found = faults(make_judgment(**said))
    assert [name for name, _ in found] == [field]
    assert words in found[0][1]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"criteria": (CriterionMark("z", "r1", "yes"),)}, "criteria[0]"),
        ({"criteria": (CriterionMark("a", "r9", "yes"),)}, "criteria[0]"),
        ({"steps": (StepLabel("z", 0, 1),)}, "steps[0]"),
        ({"spans": (Span("z", "text", 0, 4, "Text", "dose", 1),)}, "spans[0]"),
        ({"refusal": (RefusalMark("z", "yes", "no"),)}, "refusal[0]"),
        ({"citations": (CitationMark("z", None, "yes", "no"),)}, "citations[0]"),
    ],
)
def test_rows_of_every_kind_must_name_what_the_task_has(said: dict[str, Any], field: str) -> None:
    task = make_task(rubric=(RubricCriterion("r1", "It is so.", 1),))
    assert fields_of(make_judgment(**said), task=task) == [field]


@pytest.mark.parametrize(
    "span",
    [
        Span("a", "text", 0, 4, "text", "dose", 1),
        Span("a", "text", 0, 99, "Text of a.", "dose", 1),
        Span("a", "text", 4, 0, "", "dose", 1),
        Span("a", "title", 0, 4, "Text", "dose", 1),
        Span("a", "reasoning", 0, 4, "Text", "dose", 1),
        Span("a", "text", 0, 4, "Text", "dose", 5),
    ],
)
def test_a_span_must_quote_the_text_that_it_counts_in(span: Span) -> None:
    assert fields_of(make_judgment(spans=(span,))) == ["spans[0]"]


def test_a_span_counts_code_points_of_the_exact_text() -> None:
    task = replace(make_task(), answers=(Answer("a", "é\U0001f600中\r\n", reasoning="why"),))
    spans = (
        Span("a", "text", 1, 3, "\U0001f600中", "dose", 4),
        Span("a", "reasoning", 0, 3, "why", "dose", 1),
    )
    assert faults(make_judgment((), spans=spans), task=task) == []


def test_the_scale_of_strengths_is_that_of_the_protocol() -> None:
    said = make_judgment(strengths=(Strength("a", "b", 2),))
    assert fields_of(said, Pair(scale=1)) == ["strengths[0]"]
    assert fields_of(said, Pair(scale=2)) == []


def test_reasons_of_edits_are_those_of_the_protocol() -> None:
    said = make_judgment(edits=(Edit("a", BASE, "x", ("dose",)),))
    assert fields_of(said, EditWithReasons(reasons=("omission",))) == ["edits[0]"]


def test_without_a_pack_ratings_and_reasons_are_any_words() -> None:
    said = make_judgment(
        ratings=(Rating("style", "a", 7),), edits=(Edit("a", BASE, "x", ("tone",)),)
    )
    assert faults(said, pack=None) == []


def test_several_faults_are_all_told() -> None:
    said = make_judgment((("z",),), accept_line=5, confidence=9)
    assert fields_of(said) == ["ranking", "accept_line", "confidence"]


# -- what required instruments still ask for


@pytest.mark.parametrize(
    ("instrument", "said", "field"),
    [
        (Rank(), {"ranking": ()}, "ranking"),
        (Rank(accept_line="required"), {}, "accept_line"),
        (Pair(required=True), {}, "strengths"),
        (Ratings(required=True), {"ratings": (Rating("safety", "a", 1),)}, "ratings"),
        (Ratings(required=True, per="task"), {}, "ratings"),
        (EditWithReasons(required=True), {}, "edits"),
    ],
)
def test_a_required_instrument_without_its_answer_is_a_fault(
    instrument: Instrument, said: dict[str, Any], field: str
) -> None:
    assert fields_of(make_judgment(**said), instrument) == [field]


def test_nothing_is_missing_from_an_instrument_that_is_not_required() -> None:
    for instrument in (Rank(required=False), Pair(), Ratings(), EditWithReasons()):
        assert missing(make_judgment(()), assign(instruments=(instrument,)), instrument) == []


def test_how_many_ratings_are_left_is_told() -> None:
    instrument = Ratings(required=True)
    said = make_judgment(ratings=(Rating("safety", "a", 1), Rating("accuracy", "a", na=True)))
    (fault,) = missing(said, assign(instruments=(instrument,)), instrument)
    assert str(fault.what) == "4 of 6 ratings are not given yet"


def test_all_bad_without_a_ranking_is_an_answer() -> None:
    assert faults(make_judgment((), accept_line=0), Rank()) == []


def test_an_instrument_that_needs_two_answers_asks_nothing_of_one() -> None:
    task = make_task("a")
    said = make_judgment((), edits=(Edit("a", BASE, "x"),))
    assert faults(said, Rank(), Pair(required=True), task=task) == []


def test_a_done_judgment_must_say_something() -> None:
    assert fields_of(make_judgment(()), Ratings()) == ["ranking"]
    assert fields_of(make_judgment((), comment="so"), Ratings(), task=make_task("")) == ["ranking"]
    assert not says_something(make_judgment((), comment="so", confidence=3))
    assert says_something(make_judgment((), accept_line=0))


# -- setting aside


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"disposition": "skip"}, "reason"),
        ({"disposition": "skip", "reason": "tierd"}, "reason"),
        ({"disposition": "refer"}, "refer_to"),
        ({"disposition": "refer", "refer_to": ""}, "refer_to"),
        ({"disposition": "refer", "refer_to": "x", "reason": "nonsense"}, "reason"),
        ({"disposition": "give_up"}, "reason"),
    ],
)
def test_a_task_set_aside_without_a_known_reason_is_a_fault(
    said: dict[str, Any], field: str
) -> None:
    assert fields_of(make_judgment((), **said)) == [field]


def test_personal_data_is_a_reason_of_a_bad_task_in_any_protocol() -> None:
    assigned = assign()
    reasons: dict[Disposition, tuple[Label, ...]] = {"bad_task": (Label("x", {"en": "X"}),)}
    assigned = replace(assigned, protocol=replace(assigned.protocol, reasons=reasons))
    said = make_judgment((), disposition="bad_task", reason="personal_data")
    assert check(said, assigned) == []
    assert check(replace(said, reason="else"), assigned)


@pytest.mark.parametrize(
    "said",
    [
        {"disposition": "skip", "reason": "tired"},
        {"disposition": "refer", "refer_to": "cardiology"},
        {"disposition": "refer", "refer_to": "cardiology", "reason": "second_opinion"},
        {"disposition": "conflict", "reason": "any word where the protocol lists none"},
        {"disposition": "withdrawn"},
    ],
)
def test_a_task_may_be_left_without_saying_anything_of_the_answers(said: dict[str, Any]) -> None:
    assert faults(make_judgment((), **said)) == []


def test_the_nearest_reason_is_named() -> None:
    ((_, words),) = faults(make_judgment((), disposition="skip", reason="tierd"))
    assert words == '"tierd" is no reason here; near: tired'


# -- cells


def test_ratings_are_asked_answer_by_answer_in_the_order_shown() -> None:
    assigned = replace(assign(make_task("ab")), order=("b", "a"))
    cells = [(answer, item.id) for answer, item in rating_cells(assigned, Ratings())]
    assert cells == [("b", "accuracy"), ("b", "safety"), ("a", "accuracy"), ("a", "safety")]
    whole = rating_cells(assigned, Ratings(per="task", criteria=("safety",)))
    assert [(answer, item.id) for answer, item in whole] == [(None, "safety")]


# -- warnings

READ = {"a": 1, "b": 1, "c": 1}


def warned(**said: Any) -> list[str]:
    return [str(item) for item in warnings(make_judgment(**{"read": READ} | said), assign())]


def test_a_judgment_made_with_care_has_no_warnings() -> None:
    assert warned(active_ms=60_000, ratings=(Rating("accuracy", "a", 4), Rating("accuracy", "b", 2))) == []  # fmt: skip


def test_a_ranking_against_the_ratings_is_told_by_the_numbers_shown() -> None:
    ratings = (Rating("accuracy", "a", 1), Rating("accuracy", "b", 4))
    assert warned(ratings=ratings) == ["answer 1 is ranked above 2 but rated below it"]
    assert warned(ranking=(("b",), ("a",)), ratings=ratings) == []
    assert warned(ranking=(("a", "b"),), ratings=ratings) == []


def test_a_ranking_against_a_strength_is_told_by_the_numbers_shown() -> None:
    against = (Strength("a", "b", -1),)
    assert warned(strengths=against) == ["answer 1 is ranked above 2, but 2 is given as the better"]
    assert warned(strengths=(Strength("a", "b", 1), Strength("b", "c", 0))) == []
    assert warned(ranking=(("b",), ("a",)), strengths=against) == []
    assert warned(ranking=(("a", "b"),), strengths=against) == []
    assert warned(ranking=(("a",), ("c",)), strengths=against) == []


def test_what_does_not_apply_is_no_contradiction() -> None:
    assert warned(ratings=(Rating("accuracy", "a", na=True), Rating("accuracy", "b", 4))) == []


def test_an_answer_not_read_to_its_end_is_told() -> None:
    assert warned(read=READ | {"b": 0.53}) == ["answer 2 was read to 53 %"]
    assert warned(read={}) == []  # nothing was measured: it was not said on the screen
    assert warned(read=READ | {"b": 0.985}) == []


def test_faster_than_reading_speed_is_told() -> None:
    # Nine words at 1,000 a minute take 540 ms.
    assert warned(active_ms=539) == ["you spent 1 s; reading it all fast takes 1 s"]
    assert warned(active_ms=540) == []
    assert warned(active_ms=None) == []


@pytest.mark.parametrize("disposition", ["skip", "withdrawn", "refer"])
def test_a_task_left_without_judging_has_no_warnings(disposition: str) -> None:
    assert warned(disposition=disposition, read={}, active_ms=0) == []


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("", 0),
        ("word " * 1000, 60_000),
        ("字" * 1500, 60_000),
        ("字" * 1500 + " word", 60_000),
        ("字字 " + "word " * 1000, 60_060 + 80),
    ],
)
def test_reading_fast_takes_so_long(text: str, milliseconds: int) -> None:
    assert reading_ms(text) == milliseconds
