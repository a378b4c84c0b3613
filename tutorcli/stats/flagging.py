"""Flags, reasons of edits and marks of criteria as statistics take them."""

from dataclasses import replace

import numpy as np

from tutorcli.core.measures import Kind
from tutorcli.stats.arrays import Floats, Ints
from tutorcli.stats.coding import first_of_tutors, ratings, unit_of
from tutorcli.stats.distinct import are_distinct, mixed, numbered, row_keys
from tutorcli.stats.labels import LabelSets
from tutorcli.stats.parts import Part
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.rubric import MET, Rubric
from tutorcli.stats.table import Rows, Table


def flags(part: Part) -> LabelSets:
    """The flags that each tutor set for a task; who set none has said so. Needs `Kind.FLAG`."""
    table, rows = part.table, part.rows(Kind.FLAG)
    judgments = first_of_tutors(table, part.judgments)
    rows = rows.where(np.isin(rows.judgment, judgments))
    return _sets(table, (judgments, table.task[judgments]), rows, table.task[rows.judgment])


def edit_labels(part: Part) -> LabelSets:
    """The reasons that tutors gave for their edits of an answer; needs `Kind.EDIT`, `Kind.LABEL`."""
    table, made, rows = part.table, part.rows(Kind.EDIT), part.rows(Kind.LABEL)
    both = [np.concatenate(columns) for columns in zip(_columns(made), _columns(rows), strict=True)]
    unit, of_rows = np.split(unit_of(table, *both), [len(made.judgment)])
    given = row_keys([unit, table.tutor[made.judgment]])
    if are_distinct(given):
        judgments, units = made.judgment, unit
    else:
        order = np.argsort(table.age[made.judgment], kind="stable")
        _, first = np.unique(given[order], return_index=True)
        judgments, units = made.judgment[order[first]], unit[order[first]]
    kept = np.isin(mixed(rows.judgment, of_rows), mixed(judgments, units))
    return _sets(table, (judgments, units), rows.where(kept), of_rows[kept])


def criteria(part: Part, key: int | None = None) -> tuple[Ratings, Rubric | None]:
    """Marks of criteria, all or of one, with `rubric.MET` as values; needs `Kind.CRITERION`.

    Returns:
        Units are criteria of answers; what they are worth, where the tasks' texts are here.
    """
    table, rows = part.table, part.rows(Kind.CRITERION)
    if key is not None:
        rows = rows.where(rows.key == key)
    unit = unit_of(table, rows.judgment, rows.ref, rows.key)
    unit = numbered(unit)[1]
    marks = ratings(table, rows.judgment, unit, rows.value)
    value = np.array(marks.values, np.int64)[marks.value]
    marks = replace(marks, value=value, values=MET)
    example = np.zeros(len(marks.task), np.int64)
    example[unit] = np.arange(len(unit))
    of_unit = rows.where(example)
    answer = numbered(unit_of(table, of_unit.judgment, of_unit.ref))[1]
    task = table.task_keys[table.task[of_unit.judgment]]
    points = _points(table, task, of_unit.key)
    return marks, None if points is None else Rubric(answer, points)


def _points(table: Table, task: Ints, key: Ints) -> Floats | None:
    """What criteria are worth; None when that of any is not known."""
    known = np.fromiter(
        (
            (index, table.place_of(criterion), points)
            for index, criterion, points in table.source.rubrics(set(task.tolist()))
        ),
        [("task", np.int64), ("key", np.int64), ("points", np.float64)],
    )
    of_known, wanted = mixed(known["task"], known["key"]), mixed(task, key)
    order = np.argsort(of_known)
    place = np.searchsorted(of_known[order], wanted)
    if not len(order) or place.max() == len(order) or (of_known[order][place] != wanted).any():
        return None
    return known["points"][order][place]


def _sets(table: Table, sets: tuple[Ints, Ints], rows: Rows, row_unit: Ints) -> LabelSets:
    """The labels in sets, of which each is a judgment and a unit; a label twice in one is once."""
    judgment, unit = sets
    of_rows = row_keys([rows.judgment, row_unit, rows.key])
    if not are_distinct(of_rows):
        _, once = np.unique(of_rows, return_index=True)
        rows, row_unit = rows.where(once), row_unit[once]
    units, unit = numbered(unit)
    labels, label = numbered(rows.key)
    keys = mixed(judgment, units[unit])
    order = np.argsort(keys)
    place = order[np.searchsorted(keys[order], mixed(rows.judgment, row_unit))]
    tutors, tutor = numbered(table.tutor[judgment])
    task = np.zeros(len(units), np.int64)
    task[unit] = table.task[judgment]
    return LabelSets(
        unit,
        tutor,
        place,
        label,
        numbered(task)[1],
        tuple(table.tutors[index] for index in tutors),
        tuple(table.words[index] for index in labels),
    )


def _columns(rows: Rows) -> tuple[Ints, Ints]:
    return rows.judgment, rows.ref
