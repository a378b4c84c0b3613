"""Comparisons in their canonical form, counted by pairs of models and by tasks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stats.compared import Row, rows, simulated
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.meetings import Meetings, sample_of


def test_models_are_sorted_and_the_outcome_turns_with_them() -> None:
    found = rows((0, 0, 1, 1), (1, 1, 0, 1), (2, 0, 1, 0), models=["z", "a"])
    assert found.models == ("a", "z")
    assert found.first.tolist() == [0, 0, 0]
    assert found.second.tolist() == [1, 1, 1]
    assert found.outcome.tolist() == [-1, 1, 0]


def test_a_model_against_itself_is_left_out() -> None:
    found = rows((0, 0, 0, 1), (1, 0, 1, 1), both_bad=[True, False])
    assert found.task.tolist() == [1]
    assert found.both_bad.tolist() == [False]


def test_differences_turn_with_the_models_and_unknown_ones_are_none() -> None:
    told = [(0, 0, 1, 1), (1, 1, 0, 1), (2, 1, 0, 1)]
    found = rows(*told, covariates=["length"], differences=[[0.5], [0.5], [np.nan]])
    assert found.differences is not None
    assert found.differences[:, 0].tolist() == [0.5, -0.5, 0.0]


def test_some_models_keep_the_comparisons_among_themselves() -> None:
    found = rows((0, 0, 1, 1), (1, 1, 2, 1), (2, 2, 3, -1)).among(np.array([1, 2]))
    assert found.models == ("b", "c")
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])


def test_covariates_keep_their_order_whatever_the_order_they_are_asked_in() -> None:
    whole = simulated(5, 3, effects=(0.1, 0.2, 0.3))
    found = whole.with_covariates(["lists", "position"])
    assert found.covariates == ("position", "lists")
    assert whole.differences is not None
    assert np.array_equal(np.asarray(found.differences), whole.differences[:, [0, 2]])
    assert whole.with_covariates([]).differences is None


def test_pairs_are_counted_by_outcome() -> None:
    found = Meetings.of(rows((0, 0, 1, 1), (1, 1, 0, 1), (2, 0, 1, 0), (3, 0, 2, -1)))
    assert (found.first.tolist(), found.second.tolist()) == ([0, 0], [1, 2])
    assert found.counts.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert found.cell.tolist() == [2, 0, 1, 3]


def test_many_models_are_counted_as_few_are() -> None:
    told = [(0, 5, 4000, 1), (1, 4000, 5, 0), (2, 1, 2, -1)]
    many = Meetings.of(rows(*told, models=[f"m{n:05}" for n in range(5000)]))
    assert (many.first.tolist(), many.second.tolist()) == ([1, 5], [2, 4000])
    assert many.counts.tolist() == [[1, 0, 0], [0, 1, 1]]
    assert many.cell.tolist() == [5, 4, 0]


def test_standardised_differences_have_the_mean_square_one() -> None:
    whole = simulated(400, 4, effects=(0.1, 0.2))
    assert whole.differences is not None
    found = Meetings.of(whole).standardised()
    square = (found.differences**2).T @ found.times / 400
    assert np.allclose(square, 1)


def test_a_covariate_that_never_differs_is_left_out() -> None:
    still = rows(
        (0, 0, 1, 1), (1, 1, 2, 0), covariates=["length", "bold"], differences=[[0, 1], [0, -1]]
    )
    assert Meetings.of(still).standardised().covariates == ("bold",)


def test_tasks_with_the_same_comparisons_are_put_together() -> None:
    task, cell = np.array([0, 0, 1, 1, 2, 3]), np.array([4, 7, 7, 4, 4, 4])
    found = sample_of(task, cell, 9)
    assert found.times.tolist() == [2, 2]
    assert found.total().tolist() == [0, 0, 0, 0, 4, 0, 0, 2, 0]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
@settings(max_examples=50, deadline=None)
def test_order_and_names_of_tasks_change_no_bit_of_what_is_drawn(
    told: list[tuple[int, int]], random: object
) -> None:
    def digest(pairs: list[tuple[int, int]]) -> bytes:
        task, cell = np.array(pairs).T
        return sample_of(task, cell, 5).digest()

    turned = [(17 - 3 * task, cell) for task, cell in told]
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert digest(told) == digest(turned)


@given(st.lists(st.tuples(*(st.integers(0, 3),) * 3, st.integers(-1, 1)), max_size=30))
@settings(max_examples=50, deadline=None)
def test_every_comparison_of_two_models_is_counted_once(told: list[Row]) -> None:
    whole = rows(*told)
    found = Meetings.of(whole)
    assert found.counts.sum() == len(whole) == sum(a != b for _, a, b, _ in told)
    assert isinstance(whole, Comparisons)
    assert np.bincount(found.cell, minlength=found.counts.size).tolist() == (
        found.counts.reshape(-1).tolist()
    )
