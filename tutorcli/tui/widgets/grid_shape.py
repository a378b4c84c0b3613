"""How many texts stand side by side, and how wide and high each is."""

from dataclasses import dataclass

COLUMNS_FROM = 130
"""Cells from which on as many columns stand side by side as fit."""
TWO_FROM = 90
"""Cells from which on two columns stand side by side."""
NARROWEST = 36
"""Cells that a column has at least where more than two stand side by side."""


def prompt_rows(height: int) -> int:
    """Rows that a prompt has at most on a screen of ``height`` rows, unless it is enlarged."""
    return max(height // 5, 4)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where things stand: computed once for a size and a number of texts, read at every row."""

    width: int
    height: int
    side_by_side: int
    column: int
    """Cells of one column's text."""
    heads: int
    """Rows of heads."""

    @property
    def body(self) -> int:
        """Rows of text."""
        return max(self.height - self.heads, 0)


def shape_of(
    width: int, height: int, count: int, *, has_heads: bool, is_wide: bool = False
) -> Shape:
    """The shape for ``count`` texts on ``width`` by ``height`` cells; wide: one at a time."""
    fits = 1 if width < TWO_FROM or is_wide else 2 if width < COLUMNS_FROM else width // NARROWEST
    side_by_side = max(min(fits, count), 1)
    column = max((width - (side_by_side - 1)) // side_by_side - 1, 1)
    heads = (2 if 1 < side_by_side < count else 1) if has_heads else 0
    return Shape(width, height, side_by_side, column, heads)
