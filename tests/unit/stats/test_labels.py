"""Sets of labels: label by label, and by distances of sets."""

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.ranked import case, expected, ratings, sets
from tutorcli.stats.alpha import alpha_by_distance
from tutorcli.stats.labels import (
    MOST_SETS,
    LabelSets,
    distinct_sets,
    each_label,
    jaccard_distance,
    masi_distance,
    positive_agreement,
    positive_agreements,
)
from tutorcli.stats.patterns import patterns_of

Told = list[dict[str, list[str]]]
DISTANCES = {"masi": masi_distance, "jaccard": jaccard_distance}


def written(told: Told) -> list[dict[str, str]]:
    """What `distinct_sets` makes of the sets, by unit and tutor."""
    found = distinct_sets(sets(told)).ratings
    said: list[dict[str, str]] = [{} for _ in told]
    for unit, tutor, value in zip(found.unit, found.tutor, found.value, strict=True):
        said[unit][found.tutors[tutor]] = str(found.values[value])
    return said


@pytest.mark.parametrize("kind", DISTANCES)
def test_distances_are_the_published_ones(kind: str) -> None:
    pairs = case("masi_distance")
    found = distinct_sets(sets([{"a": first, "b": second} for first, second in pairs]))
    distance = DISTANCES[kind](found)
    assert distance is not None
    published, tolerance = expected("masi_distance", f"{kind}_distance")
    value = found.ratings.value.reshape(-1, 2)
    assert distance[value[:, 0], value[:, 1]] == pytest.approx(published, abs=tolerance)


@pytest.mark.parametrize("kind", DISTANCES)
def test_alpha_over_sets_is_the_published_one(kind: str) -> None:
    told = [
        {"ab"[n]: chosen for n, chosen in enumerate(unit) if chosen is not None}
        for unit in case("alpha_masi_5x2_missing")
    ]
    found = distinct_sets(sets(told))
    distance = DISTANCES[kind](found)
    assert distance is not None
    published, tolerance = expected("alpha_masi_5x2_missing", "krippendorff_alpha", level=kind)
    alpha = alpha_by_distance(patterns_of(found.ratings), distance).value()
    assert alpha == pytest.approx(published, abs=tolerance)


def test_equal_sets_are_one_value_and_smaller_ones_come_first() -> None:
    told: Told = [{"a": ["y", "x"], "b": []}, {"a": ["x", "y"], "b": ["y"]}]
    assert distinct_sets(sets(told)).ratings.values == ("[]", '["y"]', '["x", "y"]')
    assert written(told)[0]["a"] == written(told)[1]["a"]


def test_names_of_labels_cannot_be_mixed_up() -> None:
    found = written([{"a": ["x, y"], "b": ["x", "y"]}])
    assert found[0]["a"] != found[0]["b"]


def test_each_label_is_rated_by_all_who_judged() -> None:
    told: Told = [{"a": ["x"], "b": []}, {"a": ["y", "x"]}]
    found = dict(each_label(sets(told)))
    assert list(found) == ["x", "y"]
    assert found["x"].value.tolist() == [1, 0, 1]
    assert found["y"].value.tolist() == [0, 0, 1]


def test_positive_agreement_is_twice_both_over_all_that_said_yes() -> None:
    # Two tutors: both in 2 units, one alone in 3; 2 * 2 / (2 * 2 + 3).
    both = [{"a": 1.0, "b": 1.0}] * 2
    one = [{"a": 1.0, "b": 0.0}] * 2 + [{"a": 0.0, "b": 1.0}]
    none = [{"a": 0.0, "b": 0.0}] * 9
    assert positive_agreement(ratings(both + one + none)).value() == pytest.approx(4 / 7)
    assert positive_agreement(ratings(both + one + none), 0).value() == pytest.approx(18 / 21)


def test_a_label_that_nobody_chose_has_no_positive_agreement() -> None:
    found = ratings([{"a": 0.0, "b": 0.0}], values=(0.0, 1.0))
    assert math.isnan(positive_agreement(found).value())
    assert math.isnan(positive_agreement(ratings([{"a": 1.0}], values=(0.0, 1.0))).value())


def test_all_labels_at_once_agree_with_each_alone() -> None:
    chance = random.Random(0)
    told: Told = [
        {t: chance.sample("uvwxyz", chance.randrange(4)) for t in "abc" if chance.random() < 0.8}
        for _ in range(40)
    ]
    found = dict(positive_agreements(sets(told)))
    for label, alone in each_label(sets(told)):
        assert found[label].value() == positive_agreement(alone).value()
        assert found[label].sample.tasks == positive_agreement(alone).sample.tasks


@pytest.mark.parametrize("told", [[], [{}], [{"a": []}]], ids=["nothing", "nobody", "empty set"])
def test_without_labels_there_are_no_figures(told: Told) -> None:
    assert list(each_label(sets(told))) == []
    assert list(positive_agreements(sets(told))) == []
    distance = masi_distance(distinct_sets(sets(told)))
    assert distance is not None
    assert distance.tolist() == ([[0.0]] if told == [{"a": []}] else [])


def test_thousands_of_labels_are_no_trouble() -> None:
    chance = np.random.default_rng(0)
    several = 20_000
    members = np.unique(
        chance.integers(0, several, 60_000) * 5000 + chance.integers(0, 5000, 60_000)
    )
    many = LabelSets(
        unit=np.repeat(np.arange(several // 4), 4),
        tutor=np.tile(np.arange(4), several // 4),
        set=members // 5000,
        label=members % 5000,
        task=np.arange(several // 4),
        tutors=tuple("abcd"),
        labels=tuple(f"l{n:04}" for n in range(5000)),
    )
    assert sum(1 for _ in positive_agreements(many)) == 5000
    found = distinct_sets(many)
    assert len(found.ratings.values) > MOST_SETS
    assert masi_distance(found) is None
    assert jaccard_distance(found) is None


def test_a_set_of_all_labels_is_no_trouble() -> None:
    names = [f"l{n:04}" for n in range(1000)]
    distance = jaccard_distance(distinct_sets(sets([{"a": names, "b": names[:500]}])))
    assert distance is not None
    assert distance[0, 1] == 0.5


chosen = st.lists(st.sampled_from("wxyz"), unique=True, max_size=4)
many_told = st.lists(st.dictionaries(st.sampled_from("abc"), chosen, max_size=3), max_size=6)


@settings(max_examples=50, deadline=None)
@given(many_told, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(told: Told, chance: random.Random) -> None:
    mixed = sets(told, shuffle=lambda n: chance.sample(range(n), n))
    plain, other = distinct_sets(sets(told)), distinct_sets(mixed)
    assert plain.ratings.values == other.ratings.values
    for distance in DISTANCES.values():
        assert np.array_equal(distance(plain), distance(other))  # type: ignore[arg-type]
    for one, same in zip(positive_agreements(sets(told)), positive_agreements(mixed), strict=True):
        assert one[0] == same[0]
        assert one[1].sample.digest() == same[1].sample.digest()


@settings(max_examples=50, deadline=None)
@given(many_told)
def test_distances_are_those_of_the_sets(told: Told) -> None:
    found = distinct_sets(sets(told))
    wholes = [set(json.loads(str(value))) for value in found.ratings.values]
    jaccard, masi = jaccard_distance(found), masi_distance(found)
    assert jaccard is not None
    assert masi is not None
    for i, one in enumerate(wholes):
        for j, other in enumerate(wholes):
            alike = len(one & other) / len(one | other) if one | other else 1.0
            assert jaccard[i, j] == 1 - alike
            part = 1 if one == other else 2 / 3 if one <= other or other <= one else 1 / 3
            assert masi[i, j] == pytest.approx(1 - alike * part, abs=1e-15)


@settings(max_examples=50, deadline=None)
@given(many_told)
def test_a_copy_chooses_the_same(told: Told) -> None:
    doubled = [{"x": said["a"], "y": said["a"]} for said in told if "a" in said]
    for _, found in positive_agreements(sets(doubled)):
        assert found.value() == 1
