"""Which models have strengths, and what is said of the others."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.compared import Row, rows
from tutorcli.stats.estimable import (
    NEVER_BEATEN,
    NEVER_WON,
    NOT_COMPARED,
    TOO_MANY_TIES,
    estimable,
)
from tutorcli.stats.meetings import Meetings


def found(told: Sequence[tuple[str, str, int]], models: str) -> tuple[str, dict[str, str]]:
    """The models that have strengths, and why the others have none."""
    place = {name: index for index, name in enumerate(models)}
    whole = [(task, place[a], place[b], won) for task, (a, b, won) in enumerate(told)]
    parts = estimable(Meetings.of(rows(*whole, models=models)))
    why = {models[index]: str(reason) for index, reason in parts.why.items()}
    return "".join(models[index] for index in parts.kept.tolist()), why


CIRCLE = [("a", "b", 1), ("b", "c", 1), ("c", "a", 1)]


def test_a_circle_of_wins_holds_its_models_together() -> None:
    assert found(CIRCLE, "abc") == ("abc", {})


def test_a_tie_holds_two_models_together() -> None:
    assert found([("a", "b", 0)], "ab") == ("ab", {})


def test_a_model_that_always_wins_has_no_upper_limit() -> None:
    assert found([*CIRCLE, ("d", "a", 1)], "abcd") == ("abc", {"d": str(NEVER_BEATEN)})


def test_a_model_that_always_loses_has_no_lower_limit() -> None:
    assert found([*CIRCLE, ("d", "a", -1)], "abcd") == ("abc", {"d": str(NEVER_WON)})


def test_a_group_that_always_wins_is_named() -> None:
    kept, why = found([*CIRCLE, ("d", "e", 0), ("d", "a", 1)], "abcde")
    assert kept == "abc"
    assert why["d"] == "like e never beaten or tied by the others: no upper limit"
    assert why["e"] == "like d never beaten or tied by the others: no upper limit"


def test_models_apart_are_told_which_the_others_are() -> None:
    kept, why = found([*CIRCLE, ("d", "e", 0)], "abcdef")
    assert kept == "abc"
    assert why["d"] == "no chain of wins or ties connects it with a, b, c"
    assert why["f"] == str(NOT_COMPARED)


def test_many_models_are_counted_where_they_are_not_named() -> None:
    models = "abcdefghijkl"
    circle = [(a, b, 0) for a, b in pairwise(models[:-2])]
    _, why = found([*circle, ("k", "l", 0)], models)
    assert why["k"] == "no chain of wins or ties connects it with a, b, c, d, e and 5 more"


def test_where_each_stands_alone_nobody_has_a_strength() -> None:
    kept, why = found([("a", "b", 1), ("b", "c", 1)], "abc")
    assert kept == ""
    assert list(why) == ["a", "b", "c"]
    assert why["b"] == "it always beat some models and always lost to others, never both ways"


def test_two_models_one_of_which_always_wins() -> None:
    assert found([("a", "b", 1)] * 3, "ab")[1] == {"a": str(NEVER_BEATEN), "b": str(NEVER_WON)}


@pytest.mark.parametrize("models", ["", "a"])
def test_nobody_and_one_alone_have_no_strength(models: str) -> None:
    assert found([], models) == ("", {name: str(NOT_COMPARED) for name in models})


def test_of_two_sets_the_one_with_more_models_is_taken() -> None:
    assert found([("a", "b", 0)] * 9 + [("c", "d", 0), ("d", "e", 0)], "abcde")[0] == "cde"


def test_of_two_sets_alike_the_one_with_more_comparisons_is_taken() -> None:
    assert found([("a", "b", 0), ("c", "d", 0), ("c", "d", 1)], "abcd")[0] == "cd"


def test_a_million_models_are_refused_in_a_sentence() -> None:
    told = rows((0, 0, 1, 0), models=[f"m{n:06}" for n in range(1001)])
    parts = estimable(Meetings.of(told))
    assert str(parts.why[0]) == "more than 1000 models: no strengths"
    assert not len(parts.kept)


@pytest.mark.parametrize(
    ("told", "is_limited"),
    [
        ([("a", "b", 1), ("a", "b", 0)], False),
        ([("a", "b", 1), ("a", "b", 0), ("a", "b", -1)], True),
        ([("a", "b", 0), ("b", "c", 0)], True),  # nu is not estimated: all is tied.
        ([("a", "b", 1), ("b", "c", 1), ("c", "a", 0)], True),
        ([("a", "b", 1), ("b", "c", 0), ("c", "a", 0)], False),
        ([("a", "b", 1), ("b", "c", 0), ("c", "a", 0), ("c", "a", 1)], True),
        ([("a", "b", 1), ("a", "b", 0), ("b", "c", 1), ("b", "c", 0)], False),
        ([("a", "b", 1), ("a", "b", 0), ("b", "c", 1), ("b", "c", 0), ("a", "c", 0)], True),
        ([("a", "b", 1), ("b", "c", 1), ("c", "d", 0), ("d", "a", 0)], False),
    ],
)
def test_ties_without_wins_enough_leave_the_tie_parameter_without_limit(
    told: list[tuple[str, str, int]], *, is_limited: bool
) -> None:
    place = {name: index for index, name in enumerate("abcd")}
    whole = [(task, place[a], place[b], won) for task, (a, b, won) in enumerate(told)]
    meetings = Meetings.of(rows(*whole, models="abcd"))
    parts, plain = estimable(meetings, has_tie_parameter=True), estimable(meetings)
    if is_limited:
        assert np.array_equal(parts.kept, plain.kept)
        assert parts.why == plain.why
    else:
        assert not len(parts.kept)
        assert [parts.why[index] for index in plain.kept.tolist()] == [TOO_MANY_TIES] * len(
            plain.kept
        )


@given(st.lists(st.tuples(*(st.integers(0, 5),) * 3, st.integers(-1, 1)), max_size=14))
@settings(max_examples=60, deadline=None)
def test_each_model_has_a_strength_or_a_reason(told: list[Row]) -> None:
    parts = estimable(Meetings.of(rows(*told)))
    assert sorted([*parts.kept.tolist(), *parts.why]) == list(range(6))
    assert len(parts.kept) != 1
    assert np.array_equal(parts.kept, np.sort(parts.kept))
