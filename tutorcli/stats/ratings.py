"""Who gave which value to what: the form that all coefficients take ratings in."""

from dataclasses import dataclass

from tutorcli.stats.arrays import Ints


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings of one kind, integer-coded; each tutor rates a unit at most once.

    Order of the rows, of tasks, units and tutors means nothing.
    """

    unit: Ints
    """Shape (ratings,): which unit, 0 to units - 1."""
    tutor: Ints
    """Shape (ratings,): which tutor, an index into `tutors`."""
    value: Ints
    """Shape (ratings,): which value, an index into `values`."""
    task: Ints
    """Shape (units,): the task that a unit belongs to, 0 to tasks - 1."""
    tutors: tuple[str, ...]
    """Names, sorted."""
    values: tuple[float, ...] | tuple[str, ...]
    """The distinct values, in their order; numbers where they lie on a scale."""
