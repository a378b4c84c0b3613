"""Marks in judgments as ratings."""

from typing import Any

import pytest

from tests.unit.stats.sourced import said, source_of, table_of
from tutorcli.core.judgment import Judgment, Span
from tutorcli.core.measures import Kind
from tutorcli.stats.marking import marked_answers
from tutorcli.stats.parts import Parts
from tutorcli.team.figures import Ask, answer


def judged(tutor: str, marked: str = "", shown: str = "", **more: Any) -> Judgment:
    """A judgment with marks in these answers, a letter each; nothing shown: that is not known."""
    task, field = more.pop("task", "t"), more.pop("field", "text")
    made = tuple(Span(letter, field, 0, 4, "what", "dose", 2) for letter in marked)
    return said(
        task, tutor, **{"spans": made, "shown_order": tuple(shown), "protocol": "p@1"} | more
    )


def told(*judgments: Judgment) -> list[dict[str, int]]:
    """Of each answer, in the order of ids, whether tutors marked something in it."""
    table = table_of(*judgments)
    parts = Parts(table, chosen=table.is_known | ~table.is_known)
    (part,) = parts.each((Kind.SPAN,), around=(Kind.SHOWN,))
    found = marked_answers(part)
    units: list[dict[str, int]] = [{} for _ in found.task]
    rows = zip(found.unit.tolist(), found.tutor.tolist(), found.value.tolist(), strict=True)
    for unit, tutor, value in rows:
        units[unit][found.tutors[tutor]] = value
    return units


def test_answers_that_were_shown_and_not_marked_are_found_clean() -> None:
    found = told(judged("ann", "a", "bac"), judged("bob", "", "abc"))
    assert found == [{"ann": 1, "bob": 0}, {"ann": 0, "bob": 0}, {"ann": 0, "bob": 0}]


def test_who_was_shown_some_answers_has_judged_these_alone() -> None:
    found = told(judged("ann", "a", "ab"), judged("bob", "", "b"))
    assert found == [{"ann": 1}, {"ann": 0, "bob": 0}]


def test_text_and_reasoning_are_one_answer() -> None:
    found = told(judged("ann", "a", "a"), judged("bob", "a", "a", field="reasoning"))
    assert found == [{"ann": 1, "bob": 1}]


def test_where_it_is_not_known_what_was_shown_the_marked_answers_count() -> None:
    found = told(judged("ann", "a", "abc"), judged("bob"), judged("cat", "b"))
    assert found == [{"ann": 1, "bob": 0, "cat": 0}, {"ann": 0, "bob": 0, "cat": 1}, {"ann": 0}]


def test_an_answer_that_is_marked_was_judged_shown_or_not() -> None:
    assert told(judged("ann", "b", "a")) == [{"ann": 0}, {"ann": 1}]


def test_a_protocol_under_which_nobody_marked_anything_counts_for_nothing() -> None:
    found = told(judged("ann", "a", "ab"), judged("bob", "", "ab", protocol="p@2"))
    assert found == [{"ann": 1}, {"ann": 0}]


@pytest.mark.parametrize("marking", ["ann", "lead"])
def test_what_is_known_stands_beside_every_protocol(marking: str) -> None:
    known = {"role": "adjudication", "protocol": None}
    found = told(
        judged("ann", "a" * (marking == "ann"), "ab"),
        judged("lead", "a" * (marking == "lead"), "ab", **known),
    )
    assert found == [{"ann": marking == "ann", "gold": marking == "lead"}, {"ann": 0, "gold": 0}]


def test_tasks_in_which_nobody_marked_anything_are_left_out() -> None:
    found = told(judged("ann", "a", "a"), judged("bob", "", "a", task="other"))
    assert found == [{"ann": 1}]


def test_alpha_of_any_marked_counts_what_everybody_found_clean() -> None:
    # Marked by ann and bob: 1 1, 1 0, 0 0, 0 0. Do = 2 / 8, De = 2 * 3 * 5 / (8 * 7).
    judgments = [
        judged("ann", "ab", "abcd", shown_order=tuple("dcba")),
        judged("bob", "a", "abcd"),
    ]
    report = answer(source_of(judgments), Ask())
    (found,) = (one for one in report["figures"] if one["figure"] == "span_any_alpha")
    assert found["value"] == pytest.approx(1 - (2 / 8) / (30 / 56), abs=1e-9)
    assert (found["tasks"], found["units"], found["ratings"]) == (1, 4, 8)


def test_two_tutors_are_compared_on_what_one_of_them_marked() -> None:
    judgments = [
        judged("ann", "a", "ab"),
        judged("bob", "", "ab"),
        judged("cat", "", "ab"),
        judged("bob", "", "ab", task="u"),
        judged("cat", "b", "ab", task="u"),
    ]
    report = answer(source_of(judgments), Ask(by=("pair",)))
    units = {
        (one["tutor"], one["other"]): one["units"]
        for one in report["figures"]
        if one["figure"] == "span_any_alpha"
    }
    # Cat alone of these two judged the second task, in which cat marked something.
    assert units == {("ann", "bob"): 2, ("ann", "cat"): 4, ("bob", "cat"): 2}
