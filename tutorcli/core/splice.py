"""A text that is changed by splices: what the editor logs at each key, and what replays it."""

Location = tuple[int, int]
"""Row and column, both from 0; rows end at "\\n" only, columns are code points."""


class TextBuffer:
    r"""Lines of a text; joined with "\n" they are exactly that text, whatever else it holds.

    >>> buffer = TextBuffer("one\ntwo")
    >>> buffer.splice(0, 3, 1, 0, ", ")
    >>> buffer.text
    'one, two'
    """

    __slots__ = ("lines",)

    def __init__(self, text: str = "") -> None:
        """The buffer holds ``text``."""
        self.lines = text.split("\n")

    @property
    def text(self) -> str:
        """The text as it stands."""
        return "\n".join(self.lines)

    @property
    def end(self) -> Location:
        """Where the text ends."""
        return len(self.lines) - 1, len(self.lines[-1])

    def between(self, r0: int, c0: int, r1: int, c1: int) -> str:
        """The text from (r0, c0) to (r1, c1).

        Raises:
            ValueError: A place lies outside the text, or the second before the first.
        """
        self._check((r0, c0), (r1, c1))
        if r0 == r1:
            return self.lines[r0][c0:c1]
        return "\n".join([self.lines[r0][c0:], *self.lines[r0 + 1 : r1], self.lines[r1][:c1]])

    def splice(self, r0: int, c0: int, r1: int, c1: int, text: str) -> None:
        """Put ``text`` in the place of what stands from (r0, c0) to (r1, c1).

        Costs the length of the lines touched, not of the text.

        Raises:
            ValueError: A place lies outside the text, or the second before the first.
        """
        self._check((r0, c0), (r1, c1))
        inserted = text.split("\n")
        inserted[0] = self.lines[r0][:c0] + inserted[0]
        inserted[-1] += self.lines[r1][c1:]
        self.lines[r0 : r1 + 1] = inserted

    def _check(self, start: Location, end: Location) -> None:
        for row, column in (start, end):
            if not (0 <= row < len(self.lines) and 0 <= column <= len(self.lines[row])):
                raise ValueError(f"no row {row}, column {column} in a text of {self.end}")
        if end < start:
            raise ValueError(f"{end} lies before {start}")
