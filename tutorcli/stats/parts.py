"""Judgments apart by what a lead asks for: domain, language, batch, task, protocol, guideline."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tutorcli.core.measures import NONE, Kind
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.distinct import numbered
from tutorcli.stats.growing import narrow
from tutorcli.stats.table import Rows, Table, keys_of

OF_TASK = ("domain", "language", "batch", "task")
OF_JUDGMENT = ("protocol", "guideline")
UNKNOWN = "?"
"""In place of a name that is not there: the task is in no file, or it is in no batch."""

Scope = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """The judgments of one scope."""

    table: Table
    scope: Scope
    judgments: Ints
    """Indices into the table, ascending."""
    _rows: dict[Kind, Rows]

    def rows(self, kind: Kind) -> Rows:
        """The rows of a kind that was asked for."""
        return self._rows[kind]

    def take(self, kind: Kind) -> Rows:
        """The same, and let them go: a million judgments have 40 MB of one kind."""
        return self._rows.pop(kind)

    def of(self, chosen: Bools, **scope: str) -> "Part":
        """Some of the judgments: ``chosen`` has the shape (judgments of the table,)."""
        kept = self.judgments[chosen[self.judgments]]
        rows = {kind: rows.where(chosen[rows.judgment]) for kind, rows in self._rows.items()}
        return Part(self.table, {**self.scope, **scope}, kept, rows)


class Parts:
    """The judgments of a table by scope; those that are not done, or are repeats, are in none."""

    def __init__(
        self,
        table: Table,
        by: Sequence[str] = (),
        *,
        chosen: Bools | None = None,
        repeats: bool = False,
    ) -> None:
        """Sort the judgments.

        Args:
            table: Whose.
            by: Words of `OF_TASK` and `OF_JUDGMENT`.
            chosen: Which to take of all; by default those of tutors, without what is known.
            repeats: Take the repeats, and only them.
        """
        self.table, self._by = table, by
        self.scopes, self._part_of = _scopes(table, by)
        taken = table.is_done & (table.is_repeat == repeats)
        taken &= ~table.is_known if chosen is None else chosen
        self._part_of = narrow(np.where(taken, self._part_of, -1))
        self._kept: dict[Kind, _Split] = {}

    def each(
        self, kinds: Sequence[Kind], keep: Sequence[Kind] = (), around: Sequence[Kind] = ()
    ) -> Iterator[Part]:
        """Every scope with its rows of some kinds, in the order of the scopes' names.

        Args:
            kinds: Of the rows.
            keep: Kinds that will be asked for next: they are not read again.
            around: Kinds of which only the rows of tasks are read that those rows tell of.
        """
        kept = self._kept
        split = {kind: kept[kind] if kind in kept else self._read(kind) for kind in kinds}
        self._kept = {kind: split[kind] for kind in kinds if kind in keep}
        if around:
            chosen = self._near(list(split.values()))
            split |= {kind: self._read(kind, chosen) for kind in around}
        if len(self.scopes) == 1:
            rows = {kind: split.pop(kind).part(0) for kind in (*kinds, *around)}
            yield Part(self.table, self.scopes[0], np.flatnonzero(self._part_of == 0), rows)
            return
        order = np.argsort(self._part_of, kind="stable")
        bounds = np.searchsorted(self._part_of[order], np.arange(len(self.scopes) + 1))
        for index, scope in enumerate(self.scopes):
            judgments = order[bounds[index] : bounds[index + 1]]
            if len(judgments):
                rows = {kind: split[kind].part(index) for kind in (*kinds, *around)}
                yield Part(self.table, scope, judgments, rows)

    def _read(self, kind: Kind, chosen: Bools | None = None) -> "_Split":
        taken = self._part_of >= 0
        return _Split(
            self.table.rows(kind, taken if chosen is None else taken & chosen), self._part_of
        )

    def _near(self, told: Sequence["_Split"]) -> Bools:
        """The judgments of tasks that some rows tell of, shape (judgments of the table,)."""
        task = self.table.task
        is_told = np.zeros(len(self.table.task_keys), np.bool_)
        for split in told:
            is_told[task[split.rows.judgment]] = True
        found: Bools = is_told[task]
        return found


class _Split:
    """Rows in the order of the parts that they belong to."""

    def __init__(self, rows: Rows, part_of: Ints) -> None:
        part = part_of[rows.judgment]
        if not (part[1:] < part[:-1]).any():
            self.rows, self._part = rows, part
            return
        order = np.argsort(part, kind="stable")
        self.rows, self._part = rows.where(order), part[order]

    def part(self, index: int) -> Rows:
        """The rows of one part."""
        start, end = np.searchsorted(self._part, [index, index + 1])
        return self.rows.where(slice(int(start), int(end)))


def _scopes(table: Table, by: Sequence[str]) -> tuple[list[Scope], Ints]:
    """The scopes that judgments fall into, by name, and the index of each judgment's."""
    if not by:
        return [{}], np.zeros(len(table), np.int64)
    columns = [_of_judgments(table, name) for name in by]
    codes = np.stack([codes for _, codes in columns], axis=1)
    found, part_of = np.unique(codes, axis=0, return_inverse=True)
    scopes: list[Scope] = [
        {name: columns[n][0][code] for n, (name, code) in enumerate(zip(by, row, strict=True))}
        for row in found.tolist()
    ]
    return scopes, part_of.astype(np.int64)


def _of_judgments(table: Table, name: str) -> tuple[Sequence[str], Ints]:
    """Sorted names, and the index of each judgment's."""
    if name in OF_JUDGMENT:
        places, codes = numbered(table.protocol if name == "protocol" else table.guideline)
        return [
            table.words[place] if table.words[place] != NONE else UNKNOWN for place in places
        ], codes
    field = "id" if name == "task" else name
    known = {key: getattr(subject, field) for key, subject in keys_of(table.source.subjects())}
    of_task = [known.get(key) or UNKNOWN for key in table.task_keys.tolist()]
    names = sorted(set(of_task))
    place = {text: index for index, text in enumerate(names)}
    codes = np.fromiter((place[text] for text in of_task), np.int64, len(of_task))
    return names, codes[table.task]
