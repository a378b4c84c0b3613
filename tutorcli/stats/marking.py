"""Marks inside answers as statistics take them: spans, steps, edits."""

from typing import TYPE_CHECKING

import numpy as np

from tutorcli.core.measures import MISSING, Kind, unpacked
from tutorcli.stats.answers import Answers
from tutorcli.stats.arrays import Ints
from tutorcli.stats.coding import unit_of
from tutorcli.stats.distinct import distinct, numbered, row_keys
from tutorcli.stats.parts import Part
from tutorcli.stats.ratings import Ratings
from tutorcli.stats.spans import Spans
from tutorcli.stats.steps import UNSURE, Steps
from tutorcli.stats.table import Rows, Table

if TYPE_CHECKING:
    from tutorcli.stats.edits import Edits


def steps(part: Part) -> Steps:
    """Labels of the steps of answers; needs the rows of `Kind.STEP`."""
    table, rows = part.table, part.rows(Kind.STEP)
    answers, answer = numbered(unit_of(table, rows.judgment, rows.ref))
    keys, key = numbered(rows.key)
    numbers = np.array([int(table.words[place]) for place in keys], np.int64)
    return Steps(
        answer,
        numbers[key],
        table.tutor[rows.judgment],
        np.where(rows.value == MISSING, UNSURE, rows.value),
        _task_of(table, rows.judgment, answer, len(answers)),
        table.tutors,
    )


def spans(part: Part) -> Spans:
    """What was marked in the texts of which anybody marked something; needs `Kind.SPAN`.

    Every tutor who judged the task of such a text has judged the text.
    """
    table, rows = part.table, part.rows(Kind.SPAN)
    values, value = numbered(rows.value)
    parts = np.array([unpacked(number) for number in values.tolist()], np.int64).reshape(-1, 4)
    is_reasoning, start, end, severity = parts[value].T
    units, unit = numbered(unit_of(table, rows.judgment, rows.ref, is_reasoning))
    labels, label = numbered(rows.key)
    task = _task_of(table, rows.judgment, unit, len(units))
    judged_unit, judgment = _joined(task, table.task[part.judgments])
    return Spans(
        unit,
        table.tutor[rows.judgment],
        start,
        np.maximum(start, end),
        label,
        severity,
        judged_unit,
        table.tutor[part.judgments[judgment]],
        task,
        table.tutors,
        tuple(table.words[place] for place in labels),
    )


def marked_answers(part: Part) -> Ratings:
    """Whether tutors marked anything in an answer: 0 or 1; needs `Kind.SPAN` and `Kind.SHOWN`.

    A unit is an answer, text and reasoning together, of a task in which anybody marked something.
    A tutor has judged the answers that the tutor was shown; where that is not known, those in which
    anybody marked something. Judgments by a protocol under which nobody marked anything in the task
    count for nothing: perhaps it asks for no marks. What is known is known under every protocol.
    """
    table, rows, shown = part.table, part.rows(Kind.SPAN), part.take(Kind.SHOWN)
    could = np.zeros(len(table.task), np.bool_)
    could[_could_mark(part, rows.judgment)] = True
    shown = shown.where(could[shown.judgment])
    answers = Answers(table, rows, shown)
    could[shown.judgment] = False
    silent, unit = np.flatnonzero(could), distinct(answers.indices(rows))
    told, judgment = _joined(answers.task[unit], table.task[silent])
    marked = distinct(_said_by(table, answers.indices(rows), rows.judgment))
    codes = [marked, _said_by(table, unit[told], silent[judgment])]
    codes.append(_said_by(table, answers.indices(shown), shown.judgment))
    del shown  # There are many: what is made of them takes their place.
    code = np.concatenate(codes)
    del codes
    code = distinct(code)
    is_marked = np.zeros(len(code), np.int64)
    is_marked[np.searchsorted(code, marked)] = 1
    unit, tutor = np.divmod(code, len(table.tutors))
    return Ratings(unit, tutor, is_marked, answers.task, table.tutors, (0.0, 1.0))


def _said_by(table: Table, unit: Ints, judgment: Ints) -> Ints:
    """A number for each unit and the tutor of a judgment."""
    code: Ints = unit.astype(np.int64) * len(table.tutors) + table.tutor[judgment]
    return code


def _could_mark(part: Part, marking: Ints) -> Ints:
    """Judgments that could have marked what those did, ascending; indices into the table."""
    table, judgments = part.table, part.judgments
    task, is_known = table.task[judgments], table.is_known[judgments]
    marking = np.searchsorted(judgments, marking)
    asked = row_keys([task, table.protocol[judgments]])
    is_asked = np.isin(asked, distinct(asked[marking]))
    is_asked |= is_known | np.isin(task, task[marking[is_known[marking]]])
    return judgments[is_asked & np.isin(task, distinct(task[marking]))]


def edits(part: Part) -> "Edits":
    """Edits with their texts; needs the rows of `Kind.EDIT` and `Kind.SHOWN`.

    Who was shown an answer could have edited it.
    """
    from tutorcli.stats.edits import Edits

    table, shown = part.table, part.take(Kind.SHOWN)
    made, texts = _with_texts(table, part.rows(Kind.EDIT))
    answers = Answers(table, made, shown)
    answer = answers.indices(made)
    return Edits(
        answer,
        table.tutor[made.judgment],
        texts,
        _bases(table, made, answer, len(answers.task)),
        answers.indices(shown),
        table.tutor[shown.judgment],
        answers.task,
        table.tutors,
    )


def _with_texts(table: Table, made: Rows) -> tuple[Rows, list[str]]:
    """Edits and their texts; those whose texts are no more to be had are left out."""
    numbers = table.numbers[made.judgment].tolist()
    found = {(edit.number, edit.answer): edit.text for edit in table.source.edits(set(numbers))}
    refs = (table.words[place] for place in made.ref.tolist())
    texts = [found.get(key) for key in zip(numbers, refs, strict=True)]
    kept = np.array([text is not None for text in texts], np.bool_)
    return made.where(kept), [text for text in texts if text is not None]


def _bases(table: Table, made: Rows, answer: Ints, answers: int) -> list[str]:
    """The text of each answer that was edited; empty for the others."""
    keys = table.task_keys[table.task[made.judgment]].tolist()
    refs = [table.words[place] for place in made.ref.tolist()]
    place = dict(zip(zip(keys, refs, strict=True), answer.tolist(), strict=True))
    bases = [""] * answers
    for key, ref, text in table.source.texts(set(keys)):
        if (key, ref) in place:
            bases[place[key, ref]] = text
    return bases


def _task_of(table: Table, judgment: Ints, unit: Ints, units: int) -> Ints:
    task = np.zeros(units, np.int64)
    task[unit] = table.task[judgment]
    return task


def _joined(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Indices of all pairs of equal numbers in two arrays."""
    order = np.argsort(right, kind="stable")
    start, end = (np.searchsorted(right[order], left, side) for side in ("left", "right"))
    times = end - start
    index = np.repeat(np.arange(len(left)), times)
    within = np.arange(len(index)) - np.repeat(np.cumsum(times) - times, times)
    return index, order[np.repeat(start, times) + within]
