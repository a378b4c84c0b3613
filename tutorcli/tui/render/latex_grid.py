"""Rows and columns of a formula: a matrix, cases, equations below each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Cells that are formulae themselves, in plain text."""

    rows: Sequence[Sequence[str]]
    before: str
    after: str
    """What stands around every row; both empty for equations."""

    @property
    def _is_matrix(self) -> bool:
        return bool(self.before and self.after)

    def flat(self) -> str:
        """All on one line: ``[a b; c d]``."""
        if not self.before and not self.after:
            return "; ".join(" ".join(row) for row in self.rows)
        has_blanks = any(" " in cell for row in self.rows for cell in row)
        separator = ", " if has_blanks or not self._is_matrix else " "
        rows = [separator.join(cell.rstrip(", ") for cell in row) for row in self.rows]
        return f"{self.before or '{'}{'; '.join(rows)}{self.after or '}'}"

    def lines(self, prefix: str, suffix: str) -> list[str]:
        """A line for each row; ``prefix`` stands before the first, ``suffix`` behind the last."""
        widths = [max(map(cell_len, column)) for column in zip_longest(*self.rows, fillvalue="")]
        is_bare = not self.before and not self.after
        gap = " " if is_bare else "  "
        lines = []
        for number, row in enumerate(self.rows):
            cells = [
                cell + " " * (width - cell_len(cell))
                for cell, width in zip_longest(row, widths, fillvalue="")
                if isinstance(width, int)
            ]
            inner = gap.join(cells)
            body = (
                inner
                if is_bare
                else f"{self.before}{'' if self._is_matrix else ' '}{inner}{self.after}"
            )
            lead = prefix if not number else " " * cell_len(prefix)
            lines.append(f"{lead}{body}{suffix if number == len(self.rows) - 1 else ''}".rstrip())
        return lines
