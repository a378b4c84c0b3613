"""What changed is found word by word, completely, and in bounded time."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing import within
from tutorcli.core.textdiff import Piece, diff

WORDS = st.lists(
    st.sampled_from(
        [
            "dose",
            " ",
            "5",
            "mg",
            "。",
            "，",
            "今",
            "天",
            "\n",
            "\r\n",
            ".",
            "é",
            "👨\u200d👩",
            "\u0301",
        ]
    ),
    max_size=60,
).map("".join)


def shown(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.op[0], piece.text) for piece in diff(old, new)]


def assert_complete(old: str, new: str, pieces: tuple[Piece, ...]) -> None:
    assert "".join(piece.text for piece in pieces if piece.op != "insert") == old
    assert "".join(piece.text for piece in pieces if piece.op != "delete") == new


@given(WORDS, WORDS)
def test_pieces_join_to_both_texts(old: str, new: str) -> None:
    assert_complete(old, new, diff(old, new))


@given(WORDS, WORDS)
def test_no_piece_is_empty_or_could_join_its_neighbour(old: str, new: str) -> None:
    pieces = diff(old, new)
    assert all(piece.text for piece in pieces)
    ops = [piece.op for piece in pieces]
    assert ("insert", "delete") not in list(pairwise(ops))
    assert all(a != b for a, b in pairwise(ops))


@given(WORDS)
def test_a_text_equals_itself(text: str) -> None:
    assert diff(text, text) == ((Piece("equal", text),) if text else ())


def test_latin_words_change_as_a_whole() -> None:
    assert shown("take 5 mg daily", "take 50 mg twice daily") == [
        ("e", "take "),
        ("d", "5"),
        ("i", "50"),
        ("e", " mg"),
        ("i", " twice"),
        ("e", " daily"),
    ]


def test_words_replaced_one_after_the_other_are_one_change() -> None:
    assert shown("the quick brown fox", "a slow brown fox")[:2] == [
        ("d", "the quick"),
        ("i", "a slow"),
    ]


def test_chinese_changes_by_characters() -> None:
    assert shown("今天天气很好。", "今天的天气不好。") == [
        ("e", "今天"),
        ("i", "的"),
        ("e", "天气"),
        ("d", "很"),
        ("i", "不"),
        ("e", "好。"),
    ]


def test_an_emoji_and_a_flag_change_as_a_whole() -> None:
    family, other = "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👦"
    assert shown(family + "🇨🇳", other + "🇫🇷") == [("d", family + "🇨🇳"), ("i", other + "🇫🇷")]


def test_a_line_break_that_changed_is_told_apart_from_the_text() -> None:
    assert shown("one\r\ntwo", "one\ntwo") == [("e", "one"), ("d", "\r"), ("e", "\ntwo")]


def text_of(language: str, length: int, seed: int) -> str:
    rng = random.Random(seed)
    words = (
        [chr(0x4E00 + n) for n in range(3000)]
        if language == "zh"
        else [f"w{n} " for n in range(3000)]
    )
    marks = ["，", "。"] if language == "zh" else [", ", ". "]
    weights = [1 / (n + 1) for n in range(3000)]
    chosen = rng.choices(words, weights, k=length)
    return "".join(w + (rng.choice(marks) if rng.random() < 0.1 else "") for w in chosen)[:length]


def edited(text: str, times: int) -> str:
    rng = random.Random(times)
    for _ in range(times):
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["foo ", "改了", "", ", "]) + text[at + rng.randrange(5) :]
    return text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("times", [1, 20, 200])
def test_scattered_edits_leave_the_rest_equal(language: str, times: int) -> None:
    old = text_of(language, 20_000, 1)
    new = edited(old, times)
    pieces = diff(old, new)
    assert_complete(old, new, pieces)
    equal = sum(len(piece.text) for piece in pieces if piece.op == "equal")
    assert equal > len(old) - 8 * times


MILLION: dict[str, Callable[[], tuple[str, str]]] = {
    "other English": lambda: (text_of("en", 1_000_000, 1), text_of("en", 1_000_000, 2)),
    "other Chinese": lambda: (text_of("zh", 1_000_000, 1), text_of("zh", 1_000_000, 2)),
    "one word": lambda: ("a" * 1_000_000, "b" + "a" * 1_000_000 + "b"),
    "blank lines": lambda: ("x" + "\n" * 1_000_000, "\n" * 900_000 + "y"),
    "one character": lambda: ("x " + "的 " * 500_000 + "y", "y " + "的 " * 500_000 + "x"),
    "reversed": lambda: (
        " ".join(map(str, range(100_000))),
        " ".join(map(str, range(100_000, 0, -1))),
    ),
}


# The bounds are ten times what is measured on two cores: what grows quadratically takes minutes.
@pytest.mark.parametrize("texts", MILLION)
def test_a_million_characters_that_differ_take_no_quadratic_time(texts: str) -> None:
    old, new = MILLION[texts]()
    with within(5):
        pieces = diff(old, new)
    assert_complete(old, new, pieces)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_twenty_thousand_characters_take_a_fraction_of_a_second(language: str) -> None:
    old, new = text_of(language, 20_000, 1), text_of(language, 20_000, 2)
    with within(0.5):
        diff(old, new)
