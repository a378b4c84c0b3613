"""What of a text has been on the screen."""


class Seen:
    """Stretches of a text, joined where they touch."""

    def __init__(self) -> None:
        """Nothing has been seen."""
        self._spans: list[tuple[int, int]] = []

    def add(self, start: int, end: int) -> None:
        """Characters ``start`` to ``end`` (not included) have been on the screen."""
        apart = []
        for first, last in self._spans:
            if last < start or end < first:
                apart.append((first, last))
            else:
                start, end = min(start, first), max(end, last)
        if start < end:
            apart.append((start, end))
        self._spans = sorted(apart)

    @property
    def total(self) -> int:
        """Characters seen."""
        return sum(end - start for start, end in self._spans)
