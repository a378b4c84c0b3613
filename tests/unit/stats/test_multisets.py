"""Distinct multisets of codes."""

import random
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tutorcli.stats.multisets import Multisets

GROUPS = st.lists(st.lists(st.integers(0, 4), max_size=6), max_size=12)


def found_by(groups: list[list[int]], codes: int) -> Multisets:
    group = np.array([i for i, members in enumerate(groups) for _ in members], np.int64)
    code = np.array([code for members in groups for code in members], np.int64)
    return Multisets.of(group, code, len(groups), codes)


def contents(found: Multisets) -> list[tuple[tuple[int, int], ...]]:
    cells = list(zip(found.kind.tolist(), found.code.tolist(), found.count.tolist(), strict=True))
    return [
        tuple((code, count) for kind, code, count in cells if kind == number)
        for number in range(len(found.times))
    ]


def as_counts(members: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(Counter(members).items()))


# With 5 codes the counts of a group fit into one number, with 1,000 they do not.
@given(groups=GROUPS, codes=st.sampled_from([5, 12, 1000]))
@settings(max_examples=60)
def test_multisets_are_those_of_the_groups(groups: list[list[int]], codes: int) -> None:
    found = found_by(groups, codes)
    told = dict(zip(contents(found), found.times.tolist(), strict=True))
    assert told == Counter(as_counts(members) for members in groups if members)
    kinds = found.kind_of()
    assert found.is_filled().tolist() == [bool(members) for members in groups]
    for number, members in enumerate(groups):
        assert not members or contents(found)[kinds[number]] == as_counts(members)


@given(groups=GROUPS, codes=st.sampled_from([5, 1000]), seed=st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_of_groups_and_codes_changes_nothing(
    groups: list[list[int]], codes: int, seed: random.Random
) -> None:
    mixed = [seed.sample(members, len(members)) for members in groups]
    seed.shuffle(mixed)
    first, second = found_by(groups, codes), found_by(mixed, codes)
    assert contents(first) == contents(second)
    assert first.times.tolist() == second.times.tolist()


def test_many_distinct_codes_are_no_trouble() -> None:
    codes = 10**6
    group = np.repeat(np.arange(1000), 2)
    code = np.random.default_rng(1).integers(0, codes, 2000)
    assert len(Multisets.of(group, code, 1000, codes).times) == 1000
