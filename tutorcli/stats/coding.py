"""Rows of judgments as ratings: who gave which value to what."""

from collections.abc import Iterator, Sequence

import numpy as np

from tutorcli.core.measures import MISSING, Kind
from tutorcli.stats.answers import Answers
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.distinct import are_distinct, distinct, mixed, numbered, row_keys
from tutorcli.stats.growing import pieces
from tutorcli.stats.parts import Part
from tutorcli.stats.ranked import Grid, Lines, Ranked
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.table import Rows, Table

_TWO = 2


def ratings(table: Table, judgment: Ints, unit: Ints, value: Ints) -> Ratings:
    """Ratings on a scale of whole numbers.

    Args:
        table: Of the judgments.
        judgment: Shape (ratings,): index of the judgment in which it was given.
        unit: Shape (ratings,): any number that is the same for the same unit; a unit belongs to one
            task.
        value: Shape (ratings,).

    Returns:
        The ratings; of several by one tutor on one unit the first, by the time of its judgment.
    """
    unit = numbered(unit)[1]
    task = np.zeros(int(unit.max(initial=-1)) + 1, np.int64)
    task[unit] = table.task[judgment]
    return _coded(table, judgment, unit, value, task)


def _coded(table: Table, judgment: Ints, unit: Ints, value: Ints, task: Ints) -> Ratings:
    """As `ratings`, of units numbered without gaps; ``task`` has the shape (units,)."""
    judgment, unit, value = _once(table, judgment, unit, value)
    tutors, tutor = numbered(table.tutor[judgment])
    values, value = numbered(value)
    return Ratings(
        unit.astype(np.int64, copy=False),
        tutor,
        value,
        numbered(task)[1],
        tuple(table.tutors[index] for index in tutors),
        tuple(float(number) for number in values.tolist()),
    )


def unit_of(table: Table, judgment: Ints, *columns: Ints) -> Ints:
    """A number for each task with what the columns tell, such as criterion and answer.

    Those of one call are to be compared with one another alone.
    """
    return row_keys([table.task[judgment], *(numbered(column)[1] for column in columns)])


def _once(table: Table, judgment: Ints, unit: Ints, value: Ints) -> tuple[Ints, Ints, Ints]:
    """Without all but the first rating of a tutor on a unit."""
    given = row_keys([unit, table.tutor[judgment]])
    if are_distinct(given):
        return judgment, unit, value
    order = np.lexsort((value, table.age[judgment]))
    _, first = np.unique(given[order], return_index=True)
    kept = order[np.sort(first)]
    return judgment[kept], unit[kept], value[kept]


def preferences(part: Part) -> Ratings:
    """Of two answers the better: 1 the first by id, 0 a tie, -1 the second.

    Units are pairs of answers: those of rankings of tasks with two answers, and those whose strength
    was told, which counts where both are there. Needs the rows of `Kind.RANK` and `Kind.STRENGTH`.
    """
    table, ranks = part.table, part.rows(Kind.RANK)
    is_narrow = Answers(table, ranks).times == _TWO
    of_two = ranks.where(is_narrow[table.task][ranks.judgment])
    return _compared(table, pairs(of_two, part.rows(Kind.STRENGTH)))


def all_preferences(part: Part) -> Ratings:
    """As `preferences`, of all pairs of answers of all rankings."""
    return _compared(part.table, pairs(part.rows(Kind.RANK), part.rows(Kind.STRENGTH)))


def _compared(table: Table, found: Rows) -> Ratings:
    unit = unit_of(table, found.judgment, found.key, found.ref)
    return ratings(table, found.judgment, unit, np.sign(found.value))


def pairs(ranks: Rows, told: Rows) -> Rows:
    """All pairs of answers that judgments compare.

    Args:
        ranks: Rows of `Kind.RANK`.
        told: Rows of `Kind.STRENGTH`; of a pair in both, these count.

    Returns:
        key and ref are the two answers, in the order of their ids; value is above 0 where the first
        is better.
    """
    implied = _implied(ranks)
    if not len(told.judgment):
        return implied
    known = mixed(told.judgment, told.key, told.ref)
    is_new = ~np.isin(mixed(implied.judgment, implied.key, implied.ref), known)
    return _joined([told, implied.where(is_new)])


def rankings(part: Part) -> Ranked:
    """Rankings of the tasks with three answers or more, and their accept lines.

    Needs the rows of `Kind.RANK` and `Kind.ACCEPT`.
    """
    table, ranks, lines = part.table, part.take(Kind.RANK), part.take(Kind.ACCEPT)
    found = Answers(table, ranks)
    answers, answer = found.times, found.numbers(ranks)
    is_wide = answers > _TWO
    size, task = np.where(is_wide, answers, 0)[table.task], (np.cumsum(is_wide) - 1)[table.task]
    is_ranked, is_drawn = _first_each(table, size > 0, ranks.judgment, lines.judgment)
    place = np.full(len(table), -1)
    grids = []
    for several in distinct(size[is_ranked]).tolist():
        chosen = is_ranked & (size == several)
        index = np.flatnonzero(chosen)
        place[index] = np.arange(len(index))
        told = np.full((len(index), several), -1, ranks.value.dtype)
        for some in pieces(len(answer)):
            judgment = ranks.judgment[some]
            kept = chosen[judgment]
            told[place[judgment[kept]], answer[some][kept]] = ranks.value[some][kept]
        grids.append(Grid(task[index], table.tutor[index], told))
    return Ranked(
        grids,
        list(_lines(table, size, place, task, lines.where(is_drawn[lines.judgment]))),
        int(is_wide.sum()),
    )


def _lines(
    table: Table, size: Ints, place: Ints, task: Ints, drawn: Rows
) -> Iterator[tuple[int, Lines]]:
    of_row = size[drawn.judgment]
    for several in distinct(of_row).tolist():
        some = drawn.where(of_row == several)
        index = some.judgment
        yield several, Lines(task[index], table.tutor[index], some.value, place[index])


def rated(part: Part) -> Iterator[tuple[str, Ratings]]:
    """Each criterion by name with its ratings; units are answers, or tasks. Needs `Kind.RATING`."""
    return each_criterion(part.table, part.rows(Kind.RATING))


def each_criterion(table: Table, rows: Rows) -> Iterator[tuple[str, Ratings]]:
    """As `rated`, of some rows, which it lets go."""
    told = rows.value != MISSING
    keys = [key for key in numbered(rows.key)[0].tolist() if (told & (rows.key == key)).any()]
    parts = [rows.where(told & (rows.key == key)) for key in keys]
    del rows, told
    for key in keys:
        yield table.words[key], _of_answers(table, parts.pop(0))


def _of_answers(table: Table, rows: Rows) -> Ratings:
    answers = Answers(table, rows)
    return _coded(table, rows.judgment, answers.indices(rows), rows.value, answers.task)


def _implied(ranks: Rows) -> Rows:
    """The pairs of the answers that are ranked together."""
    ranks = ranks.where(np.argsort(row_keys([ranks.judgment, ranks.ref]), kind="stable"))
    found: list[Rows] = []
    apart = 0
    while True:
        apart += 1
        first, second = ranks.where(slice(None, -apart)), ranks.where(slice(apart, None))
        together = first.judgment == second.judgment
        if not together.any():
            return _joined(found)
        first, second = first.where(together), second.where(together)
        value = second.value - first.value
        is_pair = first.ref != second.ref
        found.append(Rows(first.judgment, first.ref, second.ref, value).where(is_pair))


def _joined(parts: Sequence[Rows]) -> Rows:
    columns = [(rows.judgment, rows.key, rows.ref, rows.value) for rows in parts]
    empty = [np.zeros(0, np.int64)]
    return (
        Rows(*(np.concatenate([*empty, *column]) for column in zip(*columns, strict=True)))
        if columns
        else Rows(*empty * 4)
    )


def _first_each(table: Table, chosen: Bools, *columns: Ints) -> tuple[Bools, ...]:
    """Which judgments stand in each column, of those chosen the first of their tutor on their task.

    Args:
        table: Of the judgments.
        chosen: Shape (judgments,).
        columns: Indices of judgments.
    """
    found = []
    for column in columns:
        is_told = np.zeros(len(table), np.bool_)
        is_told[column] = True
        found.append(is_told & chosen)
    is_first = np.zeros(len(table), np.bool_)
    told: Bools = np.logical_or.reduce(found)
    is_first[first_of_tutors(table, np.flatnonzero(told))] = True
    return tuple(is_told & is_first for is_told in found)


def first_of_tutors(table: Table, judgments: Ints) -> Ints:
    """Of several judgments of a tutor on a task the first, by their times."""
    if are_distinct(row_keys([table.task[judgments], table.tutor[judgments]])):
        return judgments
    order = judgments[np.argsort(table.age[judgments], kind="stable")]
    _, index = np.unique(mixed(table.task[order], table.tutor[order]), return_index=True)
    return order[index]
