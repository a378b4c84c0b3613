"""Rankings: text form, implied pairs, and keying one in."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.made import WORDS, tiers_of
from tutorcli.core.ranking import (
    RankEntry,
    Ranking,
    Tiers,
    format_ranking,
    parse_ranking,
)
from tutorcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

ABCD = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("tiers", "line", "text"),
    [
        ((("b",), ("a", "c"), ("d",)), None, "b > a = c > d"),
        ((("b",), ("a", "c"), ("d",)), 2, "b > a = c | d"),
        ((("b",), ("a",)), 0, "| b > a"),
        ((("b",), ("a",)), 2, "b > a |"),
        ((("a", "b", "c"),), None, "a = b = c"),
        ((("a", "b", "c"),), 1, "a = b = c |"),
        ((("a",),), None, "a"),
        ((("a b",), ('"',), ("",), ("中",), ("#1",)), None, r'"a b" > "\"" > "" > "中" > "#1"'),
        (((">",), ("=",), ("|",)), 1, '">" | "=" > "|"'),
        (((), ), None, ""),
    ],
)  # fmt: skip
def test_the_text_form_of_the_design(tiers: Tiers, line: int | None, text: str) -> None:
    assert str(Ranking(tiers, line)) == text


def test_an_empty_ranking_with_all_bad_keeps_its_line() -> None:
    assert str(Ranking((), 0)) == "|"
    assert parse_ranking("|", ABCD) == Ranking((), 0)


def test_other_names_may_stand_for_the_ids() -> None:
    numbers = {"a": "2", "b": "1", "c": "3"}
    assert format_ranking(Ranking((("b",), ("a", "c")), 1), numbers) == "1 | 2 = 3"


IDS = st.lists(
    WORDS | st.sampled_from(["#1", "|", "=", ">", '"', "\\", "a b", "", "\n", "\u2028", "１"]),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(st.data())
def test_whatever_is_written_is_read_back(data: st.DataObject) -> None:
    ids = data.draw(IDS)
    tiers = data.draw(tiers_of(ids).filter(bool))
    line = data.draw(st.none() | st.integers(0, len(tiers)))
    ranking = Ranking(tiers, line)
    assert parse_ranking(format_ranking(ranking), ids) == ranking


@pytest.mark.parametrize(
    ("text", "tiers", "line"),
    [
        ("b>a=c|d", (("b",), ("a", "c"), ("d",)), 2),
        ("  b  >\ta = c |\n d ", (("b",), ("a", "c"), ("d",)), 2),
        ("#2 > #1", (("b",), ("a",)), None),
        ('"a" > b', (("a",), ("b",)), None),
        (r'"\u0061" = b', (("a", "b"),), None),
        ("|a", (("a",),), 0),
        ("a|", (("a",),), 1),
        ("a | b > c", (("a",), ("b",), ("c",)), 1),
    ],
)
def test_blanks_and_ways_of_naming_do_not_matter(text: str, tiers: Tiers, line: int | None) -> None:
    assert parse_ranking(text, ABCD) == Ranking(tiers, line)


def test_a_number_means_the_order_shown_to_this_tutor() -> None:
    assert parse_ranking("#1 > #4", ABCD, ("d", "c", "b", "a")).tiers == (("d",), ("a",))


def test_a_number_without_its_sign_is_an_id() -> None:
    assert parse_ranking("2 > 1", ("1", "2"), ("2", "1")).tiers == (("2",), ("1",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "ends without an answer"),
        (" ", "ends without an answer"),
        ("a >", "ends without an answer"),
        ("a =", "ends without an answer"),
        ("a | b >", "ends without an answer"),
        ("> a", 'misplaced ">"'),
        ("= a", 'misplaced "="'),
        ("a > > b", 'misplaced ">"'),
        ("a = > b", 'misplaced ">"'),
        ("a | > b", 'misplaced ">"'),
        ("a | = b", 'misplaced "="'),
        ("a > | b", "misplaced accept line"),
        ("a = | b", "misplaced accept line"),
        ("a | b | c", "misplaced accept line"),
        ("| | a", "misplaced accept line"),
        ("a b", 'lacks a sign before "b"'),
        ("a > b > a", 'names answer "a" twice'),
        ("a = a", 'names answer "a" twice'),
        ("#1 > a", 'names answer "a" twice'),
        ("#0 > a", "#0; the task has 4"),
        ("a > #5", "#5; the task has 4"),
        ("a > z", 'names answer "z", which the task lacks'),
        ('a > "unfinished', "cannot be read"),
        (r'a > "\x"', "cannot be read"),
        ('a > "b\tc"', "cannot be read"),
        ("a ≥ b", "cannot be read"),
        ("a < b", "cannot be read"),
        ("a, b", "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_ranking(text, ABCD)
    assert reason in str(caught.value.what)


def test_an_unknown_answer_gets_the_nearest_one_as_a_hint() -> None:
    with pytest.raises(InputError) as caught:
        parse_ranking("answer-1 > answr-2", ["answer-1", "answer-2"])
    assert str(caught.value.hint) == 'did you mean "answer-2"?'


def test_an_unknown_answer_near_to_none_gets_the_answers_as_a_hint() -> None:
    with pytest.raises(InputError) as caught:
        parse_ranking("zzz", ABCD)
    assert str(caught.value.hint) == "answers of this task: a, b, c, d"


def test_pairs_are_those_of_different_tiers_with_the_tiers_between() -> None:
    ranking = Ranking((("b",), ("a", "c"), ("d",)))
    assert sorted(ranking.pairs()) == [
        ("a", "d", 1),
        ("b", "a", 1),
        ("b", "c", 1),
        ("b", "d", 2),
        ("c", "d", 1),
    ]
    assert list(ranking.ties()) == [("a", "c")]
    assert ranking.answers == ("b", "a", "c", "d")


@given(tiers_of("abcdef"))
def test_every_two_ranked_answers_are_a_pair_or_a_tie(tiers: Tiers) -> None:
    ranking = Ranking(tiers)
    n = len(ranking.answers)
    assert len(list(ranking.pairs())) + len(list(ranking.ties())) == n * (n - 1) // 2


# -- keying one in

KEYS = st.lists(st.sampled_from([*ABCD, "=", "/", "back"]), max_size=14)


def pressed(entry: RankEntry, key: str) -> RankEntry:
    acts: dict[str, Callable[[], RankEntry]] = {
        "=": entry.tie,
        "/": entry.line,
        "back": entry.back,
    }
    return acts[key]() if key in acts else entry.add(key)


def keyed(keys: str | list[str]) -> RankEntry:
    entry = RankEntry()
    for key in keys:
        entry = pressed(entry, key)
    return entry


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("bcad", "b > c > a > d"),
        ("b=acd", "b = a > c > d"),
        ("b=a=c", "b = a = c"),
        ("ba/c", "b > a | c"),
        ("/ab", "| a > b"),
        ("ab/", "a > b |"),
        ("a/b/", "a > b |"),
        ("a//b", "a > b"),
        ("a==b", "a > b"),
        ("a=/b", "a | b"),
        ("a/=b", "a | b"),
        ("=ab", "a > b"),
        ("aab", "a > b"),
        ("", ""),
    ],
)
def test_keys_rank_tie_and_draw_the_line(keys: str, text: str) -> None:
    assert str(keyed(keys).ranking()) == text


@given(KEYS)
def test_whatever_is_pressed_the_entry_is_a_ranking(keys: list[str]) -> None:
    entry = RankEntry()
    for key in keys:
        entry = pressed(entry, key)
        ranked = entry.ranking().answers
        assert len(set(ranked)) == len(ranked)
        assert all(entry.tiers)
        assert entry.accept_line is None or 0 <= entry.accept_line <= len(entry.tiers)
        assert not (entry.tie_next and not entry.tiers)
        assert not (entry.tie_next and entry.accept_line == len(entry.tiers))
        if entry.tiers:
            assert parse_ranking(str(entry.ranking()), ABCD) == entry.ranking()


@given(KEYS, st.sampled_from(ABCD))
def test_taking_back_undoes_an_answer_exactly(keys: list[str], answer: str) -> None:
    before = keyed(keys)
    after = before.add(answer)
    if after != before:
        assert after.back() == before


@given(KEYS)
def test_taking_back_undoes_a_tie_exactly(keys: list[str]) -> None:
    before = keyed(keys)
    after = before.tie()
    if after.tie_next:
        assert after.back() == before


@given(KEYS)
def test_taking_back_undoes_the_first_line_exactly(keys: list[str]) -> None:
    before = keyed(keys)
    if before.accept_line is None and not before.tie_next:
        assert before.line().back() == before


@given(KEYS)
def test_taking_back_often_enough_leaves_nothing(keys: list[str]) -> None:
    entry = keyed(keys)
    for _ in range(2 * len(ABCD) + 3):
        entry = entry.back()
    assert entry == RankEntry()


@given(KEYS)
def test_only_an_empty_entry_has_nothing_to_take_back(keys: list[str]) -> None:
    entry = keyed(keys)
    assert (entry.back() == entry) == (entry == RankEntry())


@pytest.mark.parametrize(
    ("keys", "answers", "text"),
    [
        ("bca", ABCD, "b > c > a > d"),
        ("bca=", ABCD, "b > c > a = d"),
        ("bca/", ABCD, "b > c > a | d"),
        ("b", "ab", "b > a"),
        ("b=", "ab", "b = a"),
        ("bc", ABCD, "b > c"),
        ("/", "ab", "|"),
        ("", "a", ""),
        ("bcad", ABCD, "b > c > a > d"),
    ],
)
def test_the_last_one_left_is_filled_in_behind_a_tie_or_the_line(
    keys: str, answers: str, text: str
) -> None:
    assert str(keyed(keys).filled(answers).ranking()) == text


def test_those_left_are_told_in_the_order_shown() -> None:
    assert keyed("b").unranked(("d", "b", "a")) == ("d", "a")
