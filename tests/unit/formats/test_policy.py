from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.core.judgment import Edit, Judgment, Strength
from tutorcli.formats.policy import Pairs, Policy, counting, preferences

from .making import make_judgment

TIERS = (("b",), ("a", "c"), ("d",))
EDIT = Edit("a", "0" * 64, "better")


def pairs(judgments: list[Judgment], **policy: Any) -> list[tuple[str, str, int | None]]:
    found = preferences(counting(judgments), Policy(**policy))
    return [(pair.chosen, pair.rejected, pair.strength) for pair in found]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("all", {("b", "a", 1), ("b", "c", 1), ("b", "d", 2), ("a", "d", 1), ("c", "d", 1)}),
        ("adjacent", {("b", "a", 1), ("b", "c", 1), ("a", "d", 1), ("c", "d", 1)}),
        ("top-bottom", {("b", "d", 2)}),
    ],
)
def test_a_ranking_gives_the_strict_pairs_that_are_asked_for(
    which: Pairs, expected: set[tuple[str, str, int]]
) -> None:
    found = pairs([make_judgment(ranking=TIERS)], pairs=which)
    assert set(found) == expected
    assert len(found) == len(expected)


def test_weak_pairs_are_left_out() -> None:
    assert pairs([make_judgment(ranking=TIERS)], min_strength=2) == [("b", "d", 2)]


def test_what_is_said_of_a_pair_counts_before_what_the_ranking_implies() -> None:
    said = (Strength("a", "b", -3), Strength("a", "d", 0), Strength("c", "d", -1))
    found = pairs([make_judgment(ranking=TIERS, strengths=said)])
    assert set(found) == {("b", "a", 3), ("b", "c", 1), ("b", "d", 2), ("d", "c", 1)}


def test_a_pair_without_a_ranking_is_a_pair_under_every_choice() -> None:
    judgment = make_judgment(strengths=(Strength("a", "b", 2), Strength("a", "c", 0)))
    for which in ("all", "adjacent", "top-bottom"):
        assert pairs([judgment], pairs=which) == [("a", "b", 2)]


def test_only_current_done_labels_of_people_count() -> None:
    rank: dict[str, Any] = {"ranking": (("a",), ("b",))}
    judgments = [
        make_judgment("j1", **rank),
        make_judgment("j2", revision=2, supersedes="j1", ranking=(("b",), ("a",))),
        make_judgment("j3", tutor="t3", disposition="withdrawn", **rank),
        make_judgment("j4", tutor="t4", disposition="skip"),
        make_judgment("j5", tutor="t5", by="model", **rank),
        make_judgment("j6", tutor="t6", role="review", **rank),
    ]
    assert [judgment.id for judgment in counting(judgments)] == ["j2"]


def of(tutor: str, ranking: tuple[tuple[str, ...], ...], **members: Any) -> Judgment:
    return make_judgment(f"j-{tutor}", tutor=tutor, ranking=ranking, **members)


def test_a_majority_is_more_than_half_of_those_who_judged_the_pair() -> None:
    judgments = [
        of("t1", (("a",), ("b",), ("c",))),
        of("t2", (("a",), ("b", "c"))),
        of("t3", (("b",), ("a",))),
    ]
    found = preferences(counting(judgments), Policy(tutors="majority"))
    # b and c: one prefers b, one ties them; the third has not ranked c.
    assert [(pair.chosen, pair.rejected, pair.agreeing, pair.tutors) for pair in found] == [
        ("a", "b", 2, 3),
        ("a", "c", 2, 2),
    ]
    assert {(pair.tutor, pair.judgment) for pair in found} == {(None, None)}


def test_the_strength_of_a_majority_is_its_lower_median() -> None:
    judgments = [
        of("t1", (("a",), ("b",))),
        of("t2", (("a",), ("c",), ("b",))),
        of("t3", (("a",), ("c",), ("d",), ("b",))),
        of("t4", (("b",), ("a",))),
    ]
    assert ("a", "b", 2) in pairs(judgments, tutors="majority")
    assert pairs(judgments, tutors="majority", min_strength=3) == []


def test_one_tutor_has_one_vote() -> None:
    judgments = [
        make_judgment("j1", tutor="t1", assignment="x", ranking=(("a",), ("b",))),
        make_judgment("j2", tutor="t1", assignment="y", ranking=(("a",), ("b",))),
        make_judgment("j3", tutor="t2", ranking=(("b",), ("a",))),
    ]
    assert pairs(judgments, tutors="majority") == []


def test_a_majority_keeps_to_the_pairs_that_are_asked_for() -> None:
    judgments = [of(tutor, TIERS) for tutor in ("t1", "t2")]
    assert pairs(judgments, tutors="majority", pairs="top-bottom") == [("b", "d", 2)]


@pytest.mark.parametrize(
    ("choice", "rows", "edits"),
    [("include", 2, 1), ("only", 1, 1), ("exclude", 1, 0), ("verified", 1, 0)],
)
def test_edits_come_as_they_are_asked_for(choice: str, rows: int, edits: int) -> None:
    judgment = make_judgment(ranking=(("a",), ("b",)), edits=(EDIT,))
    found = preferences(counting([judgment]), Policy(edits=choice))  # type: ignore[arg-type]
    assert len(found) == rows
    assert sum(pair.edit is not None for pair in found) == edits
    assert all(pair.edit_verified is None for pair in found)


def test_an_edit_has_no_strength_that_could_be_too_small() -> None:
    judgment = make_judgment(edits=(EDIT,))
    assert pairs([judgment], min_strength=5, tutors="majority") == [("a", "a", None)]


@given(st.lists(st.permutations("abcd"), min_size=1, max_size=5))
def test_no_majority_prefers_both_answers_of_a_pair(orders: list[list[str]]) -> None:
    judgments = [
        of(f"t{n}", tuple((answer,) for answer in order)) for n, order in enumerate(orders)
    ]
    found = {(better, worse) for better, worse, _ in pairs(judgments, tutors="majority")}
    assert not found & {(worse, better) for better, worse in found}
    shuffled = pairs(judgments[::-1], tutors="majority")
    assert shuffled == pairs(judgments, tutors="majority")


def test_a_policy_states_itself() -> None:
    assert str(Policy()) == "pairs=all tutors=each min-strength=1 edits=include reasoning=drop"
