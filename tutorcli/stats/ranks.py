"""Rankings of the answers of tasks, and the ratings that follow from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from tutorcli.errors import message
from tutorcli.stats.arrays import Ints
from tutorcli.stats.distinct import coded_rows, distinct, numbered
from tutorcli.stats.figure import Basis
from tutorcli.stats.growing import bits_for
from tutorcli.stats.judged import changes
from tutorcli.stats.ranked import Grid, Lines, Ranked
from tutorcli.stats.ratings import Ratings

MOST_PAIRS = 8_000_000
"""More implied pairs than that are not written out: they would fill 200 MB."""
ORDER = (-1.0, 0.0, 1.0)
"""Of two answers: the one with the lower number is better, both are tied, the other is better."""
ACCEPTED = (0.0, 1.0)
TOO_MANY_PAIRS = message("more than {n} pairs of answers", n=MOST_PAIRS)


@dataclass(frozen=True, slots=True)
class AcceptLines:
    """How many tiers each tutor finds acceptable; where no line was drawn there is no row."""

    task: Ints
    """Shape (lines,)."""
    tutor: Ints
    """Shape (lines,): an index into the tutors of the rankings."""
    line: Ints
    """Shape (lines,): 0 is none, even of the answers that the tutor did not rank."""


@dataclass(frozen=True)
class Rankings:
    """Who put which answer into which tier; answers that a tutor did not rank have no row.

    Order of the rows, of tasks and tutors means nothing. The answers of a task are numbered in the
    order of their ids. A tutor ranks an answer at most once.
    """

    task: Ints
    """Shape (rows,): an index into `answers`."""
    tutor: Ints
    """Shape (rows,): an index into `tutors`."""
    answer: Ints
    """Shape (rows,): which answer of the task, 0 to its answers - 1."""
    tier: Ints
    """Shape (rows,): 0 is best, 0 to 2**31; answers in one tier are tied."""
    answers: Ints
    """Shape (tasks,): how many answers each task has."""
    tutors: tuple[str, ...]
    """Names, sorted."""
    lines: AcceptLines | None = None

    @cached_property
    def cells(self) -> tuple[Ints, Ints]:
        """Of each ranking task * tutors + tutor, ascending; and of each row which ranking it is."""
        many = max(len(self.tutors), 1)
        # Rows of one ranking mostly follow each other: a quarter of the numbers to be looked up.
        begins = np.flatnonzero(changes(self.task, self.tutor))
        cells, cell = numbered(self.task[begins].astype(np.int64) * many + self.tutor[begins])
        return cells, np.repeat(cell, np.diff(np.append(begins, len(self.task))))

    @cached_property
    def ranked(self) -> Ranked:
        """The same as tables."""
        grids = tuple(_grids(self))
        return Ranked(grids, tuple(_lines(self, grids)), len(self.answers))


def basis(rankings: Rankings) -> Basis:
    """What figures of rankings rest on: a unit is a task, a rating is a ranking."""
    return rankings.ranked.basis()


def _grids(rankings: Rankings) -> Iterator[Grid]:
    many = max(len(rankings.tutors), 1)
    cells, row_of = rankings.cells
    size = rankings.answers[cells // many]
    sizes = distinct(size).tolist()
    for answers in sizes:
        chosen = np.flatnonzero(size == answers)
        rows: Ints | slice = slice(None)
        place = row_of
        if len(sizes) > 1:
            rows = np.flatnonzero(size[row_of] == answers)
            place = np.searchsorted(chosen, row_of[rows])
        told = np.full((len(chosen), answers), -1, bits_for(0, int(rankings.tier.max(initial=0))))
        told[place, rankings.answer[rows]] = rankings.tier[rows]
        yield Grid(cells[chosen] // many, cells[chosen] % many, told)


def _lines(rankings: Rankings, grids: Sequence[Grid]) -> Iterator[tuple[int, Lines]]:
    lines, many = rankings.lines, max(len(rankings.tutors), 1)
    if lines is None or not len(lines.task):
        return
    cells = {grid.told.shape[1]: grid.task * many + grid.tutor for grid in grids}
    size = rankings.answers[lines.task]
    for answers in distinct(size).tolist():
        chosen = np.flatnonzero(size == answers)
        task, tutor = lines.task[chosen], lines.tutor[chosen]
        ranking = np.full(len(chosen), -1)
        if answers in cells:
            ranking = _places(cells[answers], task * many + tutor)
        yield answers, Lines(task, tutor, lines.line[chosen], ranking)


def _places(cells: Ints, wanted: Ints) -> Ints:
    """Where each is among ascending cells; -1: nowhere."""
    order = np.argsort(wanted)
    # Searching in rising order is several times faster: 1e6 lines in 0.1 s.
    place = np.searchsorted(cells, wanted[order])
    known = cells[np.minimum(place, len(cells) - 1)] == wanted[order]
    found = np.empty_like(place)
    found[order] = np.where(known, place, -1)
    return found


def implied_pairs(rankings: Rankings) -> Ratings | None:
    """What rankings say of each pair of answers that a tutor ranked both.

    Returns:
        Units are pairs of answers of a task; the value is -1 where the answer with the lower
        number is better, 0 where both are tied, 1 where the other one is better. None when there
        are more than `MOST_PAIRS`.

    Source:
        Bojar et al. 2016, Findings of the 2016 Conference on Machine Translation, section 3.1
        (rankings taken apart into pairs <, =, >).
    """
    pairs_of = rankings.answers * (rankings.answers - 1) // 2
    offset = np.concatenate([[0], np.cumsum(pairs_of)])
    tables = rankings.ranked.grids
    ranked = [np.count_nonzero(grid.told >= 0, axis=1) for grid in tables]
    known = sum(int((times * (times - 1) // 2).sum()) for times in ranked)
    if known > MOST_PAIRS:
        return None
    unit, tutor, value = (np.empty(known, np.int64) for _ in range(3))
    end = 0
    for grid in tables:
        for pair, (first, second) in enumerate(combinations(grid.tiers.T, 2)):
            both = np.flatnonzero((first >= 0) & (second >= 0))
            start, end = end, end + len(both)
            unit[start:end] = offset[grid.task[both]] + pair
            tutor[start:end] = grid.tutor[both]
            value[start:end] = np.sign(first[both] - second[both]) + 1
    found, unit = numbered(unit)
    return Ratings(
        unit=unit,
        tutor=tutor,
        value=value,
        task=np.searchsorted(offset, found, side="right") - 1,
        tutors=rankings.tutors,
        values=ORDER,
    )


def best(rankings: Rankings) -> Ratings:
    """Which answers each tutor puts on top.

    Returns:
        Units are tasks; the value is the top tier by the numbers of its answers, such as ``2``,
        or ``1 = 3`` where two are tied, counted from 1. The second answer of one task has nothing
        to do with the second of another: take it for agreement in percent and with the mode of
        the others, and `implied_pairs` for agreement beyond chance.
    """
    tasks, tutors, names, codes, known = [], [], [], [], 0
    for grid in rankings.ranked.grids:
        tops, code = coded_rows((grid.tiers == 0).astype(np.int64))
        tasks.append(grid.task)
        tutors.append(grid.tutor)
        names += [" = ".join(str(place + 1) for place in np.flatnonzero(top)) for top in tops]
        codes.append(code + known)
        known = len(names)
    values = tuple(sorted(set(names)))
    value_of = {name: value for value, name in enumerate(values)}
    recoded = np.array([value_of[name] for name in names], np.int64)
    return Ratings(
        unit=_joined(tasks),
        tutor=_joined(tutors),
        value=recoded[_joined(codes)],
        task=np.arange(len(rankings.answers)),
        tutors=rankings.tutors,
        values=values,
    )


def accepted(rankings: Rankings) -> Ratings:
    """Which answers stand above the accept line.

    Returns:
        Units are answers; the value is 1 above the line and 0 below. Only tutors who drew a line
        are counted, with the answers that they ranked; where it stands above all, every answer of
        the task is 0, ranked or not.
    """
    offset = np.concatenate([[0], np.cumsum(rankings.answers)])
    unit, tutor, value = _above(rankings, offset)
    return Ratings(
        unit=unit,
        tutor=tutor,
        value=value,
        task=np.repeat(np.arange(len(rankings.answers)), rankings.answers),
        tutors=rankings.tutors,
        values=ACCEPTED,
    )


def _above(rankings: Rankings, offset: Ints) -> tuple[Ints, Ints, Ints]:
    """Unit, tutor and value of each answer that a line says something of."""
    lines = rankings.lines
    if lines is None or not len(lines.task):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    none = np.flatnonzero(lines.line <= 0)
    each = rankings.answers[lines.task[none]]
    within = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
    line = _lines_of_rows(rankings, lines)
    rows = np.flatnonzero(line > 0)
    unit = np.repeat(offset[lines.task[none]], each) + within
    return (
        np.concatenate([unit, offset[rankings.task[rows]] + rankings.answer[rows]]),
        np.concatenate([np.repeat(lines.tutor[none], each), rankings.tutor[rows]]),
        np.concatenate([np.zeros(len(unit), np.int64), rankings.tier[rows] < line[rows]]),
    )


def _lines_of_rows(rankings: Rankings, lines: AcceptLines) -> Ints:
    """The line that belongs to each row; -1 where none was drawn."""
    many = len(rankings.tutors)
    cells, row_of = rankings.cells
    if not len(cells):
        return cells
    place = _places(cells, lines.task * many + lines.tutor)
    line = np.full(len(cells), -1)
    line[place[place >= 0]] = lines.line[place >= 0]
    return line[row_of]


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
