"""What is looked for, as it is marked in the answers' widget."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style

from tutorcli.tui.render.finding import Mark, Needle
from tutorcli.tui.render.stack import Spot, Stack

_FOUND = Style(reverse=True)
_CURRENT = Style(reverse=True, bold=True, underline=True)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked for in all columns."""

    needle: Needle
    counts: Sequence[int]
    """Hits in each column."""
    current: tuple[int, Spot] | None = None
    """The column and the occurrence that the tutor went to."""

    def marks(self, index: int, stack: Stack, y: int) -> list[Mark]:
        """What of line ``y`` of a column is marked, and how."""
        return [
            (start, end, _CURRENT if (index, spot) == self.current else _FOUND)
            for start, end, spot in stack.spans(y, self.needle)
        ]
