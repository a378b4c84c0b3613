"""How a judgment compares with the known one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.core.judgment import Judgment, Rating, Strength
from tutorcli.core.ranking import Tiers
from tutorcli.team.gold import Score, score

KNOWN = Judgment("k", "t", "0" * 64, "expert", "t", ranking=(("a",), ("b", "c"), ("d",)))


@st.composite
def tiers(draw: st.DrawFn) -> Tiers:
    """A ranking of some of five answers, with ties."""
    order = draw(st.permutations("abcde"))[: draw(st.integers(0, 5))]
    places = [draw(st.integers(0, 3)) for _ in order]
    return tuple(
        found
        for place in range(4)
        if (found := tuple(one for one, at in zip(order, places, strict=True) if at == place))
    )


@st.composite
def judgments(draw: st.DrawFn) -> Judgment:
    """A judgment with a ranking, some ratings and an accept line."""
    ranking = draw(tiers())
    line = draw(st.none() | st.integers(0, len(ranking)))
    ratings = tuple(
        Rating("accuracy", answer, draw(st.integers(1, 5)))
        for answer in draw(st.sets(st.sampled_from("abcde")))
    )
    return replace(KNOWN, ranking=ranking, accept_line=line, ratings=ratings)


def test_pairs_and_ties_count_one_each() -> None:
    assert score(KNOWN, KNOWN) == Score(6, 6)


def test_a_tie_broken_is_not_matched() -> None:
    said = replace(KNOWN, ranking=(("a",), ("b",), ("c",), ("d",)))

    assert score(KNOWN, said) == Score(5, 6)


def test_what_is_not_said_is_not_matched() -> None:
    assert score(KNOWN, replace(KNOWN, ranking=(("a",), ("d",)))) == Score(1, 6)


def test_what_is_not_known_does_not_count() -> None:
    known = replace(KNOWN, ranking=(("a",), ("b",)))

    assert score(known, replace(KNOWN, ratings=(Rating("accuracy", "a", 1),))) == Score(1, 1)


def test_strengths_count_by_their_sign() -> None:
    known = replace(KNOWN, ranking=(), strengths=(Strength("a", "b", 3), Strength("b", "c", 0)))
    said = replace(KNOWN, ranking=(), strengths=(Strength("a", "b", 1), Strength("b", "c", -1)))

    assert score(known, said) == Score(1, 2)


def test_a_ranking_answers_a_known_strength() -> None:
    known = replace(KNOWN, ranking=(), strengths=(Strength("a", "d", 2),))

    assert score(known, KNOWN) == Score(1, 1)


@pytest.mark.parametrize(
    ("rating", "matched"),
    [
        (Rating("accuracy", "a", 4), 1),
        (Rating("accuracy", "a", 3), 0),
        (Rating("accuracy", "b", 4), 0),
        (Rating("accuracy", "a", None, na=True), 0),
    ],
)
def test_a_rating_is_matched_by_the_same_value(rating: Rating, matched: int) -> None:
    known = replace(KNOWN, ranking=(), ratings=(Rating("accuracy", "a", 4),))

    assert score(known, replace(KNOWN, ratings=(rating,))) == Score(matched, 1)


@pytest.mark.parametrize(("line", "matched"), [(1, 1), (2, 0), (None, 0)])
def test_the_accept_line_is_matched_by_the_same_answers_above(
    line: int | None, matched: int
) -> None:
    known = replace(KNOWN, ranking=(("a",), ("b",)), accept_line=1)
    said = replace(KNOWN, ranking=(("a",), ("b",)), accept_line=line)

    assert score(known, said) == Score(1 + matched, 2)


def test_all_bad_is_matched_by_all_bad() -> None:
    known = replace(KNOWN, ranking=(), accept_line=0)

    assert score(known, known) == Score(1, 1)
    assert score(known, replace(KNOWN, ranking=())) == Score(0, 1)


@given(judgments())
def test_a_judgment_matches_itself(one: Judgment) -> None:
    result = score(one, one)

    assert result.matched == result.total


@given(judgments(), judgments())
def test_no_more_is_matched_than_is_known(known: Judgment, said: Judgment) -> None:
    result = score(known, said)

    assert 0 <= result.matched <= result.total
    assert result.total == score(known, known).total


@given(judgments(), judgments())
def test_names_of_answers_do_not_matter(known: Judgment, said: Judgment) -> None:
    def renamed(one: Judgment) -> Judgment:
        # Turns the order of ids round as well.
        other = dict(zip("abcde", "zyxwv", strict=True))
        return replace(
            one,
            ranking=tuple(tuple(other[answer] for answer in tier) for tier in one.ranking),
            ratings=tuple(replace(row, answer=other[row.answer or ""]) for row in one.ratings),
        )

    assert score(renamed(known), renamed(said)) == score(known, said)


@given(st.permutations("abcd"))
def test_a_strict_order_turned_round_matches_no_pair(order: list[str]) -> None:
    known = replace(KNOWN, ranking=tuple((answer,) for answer in order))
    said = replace(KNOWN, ranking=tuple((answer,) for answer in reversed(order)))

    assert score(known, said) == Score(0, 6)
