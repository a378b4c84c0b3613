"""How many texts stand side by side, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.tui.widgets.grid_shape import NARROWEST, shape_of


@pytest.mark.parametrize(
    ("width", "count", "side_by_side", "heads"),
    [
        (80, 1, 1, 1),
        (80, 4, 1, 1),
        (89, 4, 1, 1),
        (90, 4, 2, 2),
        (120, 2, 2, 1),
        (120, 4, 2, 2),
        (160, 4, 4, 1),
        (160, 9, 4, 2),
        (200, 99, 5, 2),
        (120, 0, 1, 1),
    ],
)
def test_answers_stand_side_by_side_where_the_terminal_is_wide(
    width: int, count: int, side_by_side: int, heads: int
) -> None:
    shape = shape_of(width, 24, count, has_heads=True)
    assert (shape.side_by_side, shape.heads) == (side_by_side, heads)


@given(st.integers(1, 400), st.integers(0, 100), st.integers(0, 99), st.booleans())
def test_columns_and_their_rules_never_overflow(
    width: int, height: int, count: int, has_heads: bool
) -> None:
    shape = shape_of(width, height, count, has_heads=has_heads)
    assert 1 <= shape.side_by_side <= max(count, 1)
    # Between two columns stand a blank and a rule.
    assert shape.side_by_side * (shape.column + 2) - 2 <= max(width, 1)
    assert 0 <= shape.body <= height
    assert has_heads or shape.heads == 0


@given(st.integers(130, 400), st.integers(2, 99))
def test_a_column_beside_others_is_never_too_narrow_to_read(width: int, count: int) -> None:
    assert shape_of(width, 24, count, has_heads=True).column >= NARROWEST - 2
