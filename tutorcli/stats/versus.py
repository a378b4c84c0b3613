"""Judgments as comparisons of the models that gave the answers."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from tutorcli.core.measures import Kind
from tutorcli.core.task import Answer
from tutorcli.stats.arrays import Bools, Floats, Ints
from tutorcli.stats.coding import pairs
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.distinct import mixed
from tutorcli.stats.lookup import Lookup, looked_up
from tutorcli.stats.parts import Part
from tutorcli.stats.table import Rows, Table

KINDS = (Kind.RANK, Kind.STRENGTH, Kind.ACCEPT, Kind.SHOWN)
"""The rows that comparisons are made of."""
STYLE = ("length", "lists", "headings", "bold")
COVARIATES = ("position", *STYLE)
_MARKS = {
    "lists": re.compile(r"^ {0,6}(?:[-*+]|\d{1,3}[.)]) ", re.MULTILINE),
    "headings": re.compile(r"^ {0,3}#{1,6} ", re.MULTILINE),
    "bold": re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__"),
}


@dataclass(frozen=True, slots=True)
class Models:
    """Which model gave which answer, and how its text looks."""

    names: tuple[str, ...]
    index: Lookup
    """Of the `mixed` key of a task and the place of an answer's id in the table's words, the index
    of the model; -1 where it is not known."""
    style: dict[str, Lookup] = field(default_factory=dict)
    """The same for each of `STYLE` that was asked for."""


def models_of(table: Table, tag: str | None = None, style: Collection[str] = ()) -> Models:
    """The models of the answers of judged tasks.

    A text that is not a model's own stands apart: ``NAME (edited)``. Answers without a name take
    no part.

    Args:
        table: Of the judgments.
        tag: Instead of the model's name its value for that key of the answer's provenance.
        style: Which of `STYLE` to look at.
    """
    keys, refs, names = [], [], []
    looks: dict[str, list[int]] = {name: [] for name in STYLE if name in style}
    for key, task in table.source.tasks(set(table.task_keys.tolist())):
        for answer in task.answers:
            name = _name(answer, tag)
            if name is not None and (place := table.place_of(answer.id)) >= 0:
                keys.append(key)
                refs.append(place)
                names.append(name)
                for look, values in looks.items():
                    values.append(_look(answer.text, look))
    known = tuple(sorted(set(names)))
    place_of = {name: place for place, name in enumerate(known)}
    where = mixed(np.array(keys, np.int64), np.array(refs, np.int64))
    index = looked_up(where, np.array([place_of[name] for name in names], np.int64))
    return Models(
        known,
        index,
        {look: looked_up(where, np.array(values, np.int64)) for look, values in looks.items()},
    )


def _name(answer: Answer, tag: str | None) -> str | None:
    if tag is not None:
        value = answer.provenance.get(tag) if isinstance(answer.provenance, dict) else None
        return None if value is None else str(value)
    if answer.kind == "model":
        return answer.model
    return f"{answer.model} ({answer.kind})" if answer.model else answer.kind


def _look(text: str, look: str) -> int:
    return len(text) if look == "length" else len(_MARKS[look].findall(text))


def comparisons(part: Part, models: Models, covariates: Sequence[str] = ()) -> Comparisons:
    """The comparisons of two models within the judgments of a part.

    Args:
        part: With the rows of `KINDS`.
        models: Of its table; with the style that the covariates need.
        covariates: Of `COVARIATES`.
    """
    table = part.table
    found = pairs(part.rows(Kind.RANK), part.rows(Kind.STRENGTH))
    task = table.task_keys[table.task[found.judgment]]
    left, right = (mixed(task, side) for side in (found.key, found.ref))
    one, other = models.index(left), models.index(right)
    known = (one >= 0) & (other >= 0)
    columns = [_difference(part, models, found, name) for name in covariates]
    return Comparisons.of(
        models.names,
        table.task[found.judgment][known],
        one[known],
        other[known],
        np.sign(found.value)[known],
        both_bad=_both_bad(part, found)[known],
        covariates=covariates,
        differences=np.column_stack(columns)[known] if columns else None,
        tutors=len(np.unique(table.tutor[found.judgment[known]])),
    )


def shown_first(part: Part, found: Rows) -> Ints:
    """Of pairs of answers: 1 the first was shown before the second, -1 after it, 0 unknown."""
    shown = part.rows(Kind.SHOWN)
    place = looked_up(mixed(shown.judgment, shown.ref), shown.value)
    first, second = (place(mixed(found.judgment, side)) for side in (found.key, found.ref))
    return np.where((first < 0) | (second < 0), 0, np.sign(second - first))


def _both_bad(part: Part, found: Rows) -> Bools:
    """Whether the accept line lies above both."""
    ranks, lines = part.rows(Kind.RANK), part.rows(Kind.ACCEPT)
    line = looked_up(lines.judgment, lines.value)(found.judgment)
    tier = looked_up(mixed(ranks.judgment, ranks.ref), ranks.value)
    sides = (tier(mixed(found.judgment, side)) for side in (found.key, found.ref))
    is_bad: Bools = line >= 0
    for side in sides:
        is_bad &= (side >= line) | (line == 0)
    return is_bad


def _difference(part: Part, models: Models, found: Rows, name: str) -> Floats:
    """First minus second; 0 or not a number where it is unknown."""
    if name == "position":
        return shown_first(part, found).astype(np.float64)
    table = part.table
    task = table.task_keys[table.task[found.judgment]]
    one, other = (models.style[name](mixed(task, side)) for side in (found.key, found.ref))
    return _relative(one, other)


def _relative(one: Ints, other: Ints) -> Floats:
    """(a - b) / (a + b) as in the style control of FastChat; 0 where both are 0."""
    apart = (one - other) / np.maximum(one + other, 1)
    return np.where((one < 0) | (other < 0), np.nan, apart)
