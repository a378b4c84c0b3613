"""How alike edits are."""

import math
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from tutorcli.stats import edits
from tutorcli.stats.bootstrap import Estimator, Sampling
from tutorcli.stats.edits import (
    By,
    Edits,
    edit_similarity,
    exact_match,
    from_base,
    likeness,
    similarity,
    unchanged_rate,
)
from tutorcli.stats.figure import Basis, figure, to_json

TUTORS = ("a", "b", "c", "d")
Told = tuple[int, int, str]
"""Answer, tutor, text of the edit."""


def edited(
    base: Sequence[str], told: Sequence[Told], judged: Sequence[tuple[int, int]] = ()
) -> Edits:
    """Each answer is a task of its own."""
    return Edits(
        answer=np.array([answer for answer, _, _ in told], np.int64),
        tutor=np.array([tutor for _, tutor, _ in told], np.int64),
        text=[text for _, _, text in told],
        base=base,
        judged_answer=np.array([answer for answer, _ in judged], np.int64),
        judged_tutor=np.array([tutor for _, tutor in judged], np.int64),
        task=np.arange(len(base)),
        tutors=TUTORS,
    )


KITTEN = edited(["kitten"], [(0, 0, "sitting"), (0, 1, "sitten"), (0, 2, "sitten")], [(0, 3)])


def test_similarity_by_character_is_one_minus_changes_over_the_longer_length() -> None:
    # sitten and sitten 1; sitting and sitten 2 changes (e to i, g added) of 7, twice.
    found = edit_similarity(likeness(KITTEN), "character")
    assert found.value() == pytest.approx((1 + 2 * (1 - 2 / 7)) / 3, abs=1e-12)


def test_distance_from_the_base_is_a_mean_over_edits() -> None:
    # sitting 3 of 7, sitten 1 of 6, twice.
    expected = (3 / 7 + 1 / 6 + 1 / 6) / 3
    assert from_base(likeness(KITTEN), "character").value() == pytest.approx(expected, abs=1e-12)


def test_exact_match_is_a_share_of_pairs() -> None:
    assert exact_match(likeness(KITTEN)).value() == 1 / 3


def test_unchanged_rate_counts_who_could_have_edited() -> None:
    assert unchanged_rate(likeness(KITTEN)).value() == 1 / 4


def test_an_edit_that_equals_its_base_is_none() -> None:
    found = likeness(edited(["same"], [(0, 0, "same"), (0, 1, "other"), (0, 2, "same")]))
    assert unchanged_rate(found).value() == 2 / 3
    assert math.isnan(edit_similarity(found, "token").value())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Take 0.5 mg now.", "Take 5 mg now.", 1 - 1 / 5),  # Take | 0.5 | mg | now | .
        ("服用阿司匹林", "服用布洛芬", 1 - 4 / 6),  # By character: the first two stay.
        ("a  b\n", "a b", 1.0),
        ("", "", 1.0),
        (" \n", "", 1.0),
        ("", "a b", 0.0),
        ("a b c", "c", 1 - 2 / 3),
    ],
)
def test_similarity_by_token_compares_words_and_chinese_characters(
    one: str, other: str, expected: float
) -> None:
    assert similarity(one, other, "token") == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.text("ab \ud800中", max_size=30), st.text("ab \ud800中", max_size=30))
def test_similarity_is_that_of_rapidfuzz_and_symmetric(one: str, other: str) -> None:
    expected = Levenshtein.normalized_similarity(one, other)
    assert similarity(one, other, "character") == pytest.approx(expected, abs=1e-12)
    for by in ("character", "token"):
        assert similarity(one, other, by) == similarity(other, one, by)


def shrunk(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """As if every text were long."""
    monkeypatch.setattr(edits, "_AT_ONCE", at_once)


def scattered(text: str, changes: int, seed: int) -> str:
    random_ = random.Random(seed)
    places = sorted(random_.sample(range(len(text)), changes))
    parts = [text[a:b] for a, b in zip([0, *places], [*places, None], strict=True)]
    return "Z".join(parts)


def prose(words: int, seed: int) -> str:
    random_ = random.Random(seed)
    known = ["".join(random_.choices("abcdefghij", k=random_.randint(2, 9))) for _ in range(500)]
    return " ".join(random_.choices(known, k=words))


@pytest.mark.parametrize("by", ["character", "token"])
def test_long_texts_that_differ_little_are_compared_exactly(
    monkeypatch: pytest.MonkeyPatch, by: By
) -> None:
    one = prose(3_000, 1)
    other = scattered(one, 40, 2)
    exact = similarity(one, other, by)
    shrunk(monkeypatch, 100_000)
    assert similarity(one, other, by) == exact


@pytest.mark.parametrize(
    "change",
    [
        lambda text: scattered(text, 800, 3),
        lambda text: text[4_000:],
        lambda text: text[:5_000] + prose(800, 9) + text[7_000:],
        lambda text: text + prose(1_500, 8),
    ],
)
def test_long_texts_in_parts_are_at_least_so_similar(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]
) -> None:
    one = prose(3_000, 1)
    other = change(one)
    exact = similarity(one, other, "character")
    shrunk(monkeypatch, 200_000)
    found = similarity(one, other, "character")
    assert exact - 0.05 <= found <= exact
    assert similarity(other, one, "character") == found


def test_long_texts_without_likeness_are_still_between_nothing_and_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shrunk(monkeypatch, 1_000)
    for by in ("character", "token"):
        assert 0 <= similarity(prose(1_000, 1), prose(900, 2), by) <= 1
        assert similarity(prose(1_000, 1), "", by) == 0


def test_of_very_many_pairs_a_part_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{'x' * index}" for index in range(1, 41)]
    told = [(0, index, text) for index, text in enumerate(texts)]
    all_pairs = likeness(edited(["base"], told))
    monkeypatch.setattr(edits, "_PER_ANSWER", 300 * edits._CALL)
    some = likeness(edited(["base"], told))
    again = likeness(edited(["base"], list(reversed(told))))
    assert (all_pairs.sampled, some.sampled) == (0, 1)
    value = edit_similarity(some, "character").value()
    assert value == pytest.approx(edit_similarity(all_pairs, "character").value(), abs=0.06)
    assert value == edit_similarity(again, "character").value()


def test_words_are_forgotten_and_learnt_again(monkeypatch: pytest.MonkeyPatch) -> None:
    base = [prose(20, seed) for seed in range(5)]
    told = [(a, t, scattered(base[a], 3 + t, a)) for a in range(5) for t in range(3)]
    kept = edit_similarity(likeness(edited(base, told)), "token").value()
    monkeypatch.setattr(edits, "_MEMORY", 0)
    monkeypatch.setattr(edits, "_REMEMBERED", 2)
    assert edit_similarity(likeness(edited(base, told)), "token").value() == kept


@pytest.mark.parametrize(
    "told",
    [edited([], []), edited(["a", "b"], []), edited(["a", "b"], [(0, 0, "c"), (1, 1, "d")])],
)
def test_without_two_edits_of_one_answer_there_is_no_similarity(told: Edits) -> None:
    found = likeness(told)
    for estimator in (edit_similarity(found, "token"), exact_match(found)):
        assert figure("similarity", estimator, found.edited.basis(), Sampling()).value is None


def everything(told: Edits) -> list[object]:
    found = likeness(told)
    each: list[Estimator] = [exact_match(found), unchanged_rate(found)]
    for by in ("character", "token"):
        each += [edit_similarity(found, by), from_base(found, by)]
    sampling = Sampling(resamples=20)
    return [to_json(figure("f", estimator, Basis(), sampling), {}) for estimator in each]


some_edits = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.text("ab c。中", max_size=9)), max_size=14
)
BASE = ["", "a b", "中a", "cab c"]


@settings(max_examples=40, deadline=None)
@given(some_edits, st.randoms(use_true_random=False))
def test_order_of_rows_answers_and_tutors_changes_nothing(
    told: list[Told], shuffle: random.Random
) -> None:
    answers, tutors = [0, 1, 2, 3], [0, 1, 2, 3]
    shuffle.shuffle(answers)
    shuffle.shuffle(tutors)
    moved = [(answers[answer], tutors[tutor], text) for answer, tutor, text in told]
    shuffle.shuffle(moved)
    base = [BASE[index] for index in np.argsort(answers)]
    assert everything(edited(base, moved)) == everything(edited(BASE, told))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("ab c", min_size=1, max_size=9), min_size=4, max_size=4))
def test_a_tutor_is_like_a_copy_of_himself(texts: list[str]) -> None:
    told = [(answer, tutor, text) for answer, text in enumerate(texts) for tutor in (0, 1)]
    found = likeness(edited(["-"] * 4, told))
    assert edit_similarity(found, "character").value() == 1
    assert edit_similarity(found, "token").value() == 1
    assert exact_match(found).value() == 1
