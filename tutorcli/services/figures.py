"""Where the statistics of a home read judgments."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tutorcli.core.judgment import Judgment
from tutorcli.core.measures import Kind
from tutorcli.core.task import Task, task_from_json
from tutorcli.stats.arrays import Ints
from tutorcli.stats.table import Edited, Packed, Subject, Text, Worth
from tutorcli.store import closing, judgments, measuring, tasks
from tutorcli.store.db import Queue

_AT_ONCE = 500


@dataclass(frozen=True)
class QueueSource:
    """The judgments and tasks of a home."""

    queue: Queue
    is_blind: bool = False
    """Whether tasks that this home's tutor has not judged stay closed."""

    def words(self) -> Mapping[int, str]:
        """Every word by its code."""
        return measuring.words(self.queue)

    def each(self, kind: Kind) -> Iterator[Packed]:
        """The rows of all judgments that tell something of a kind, some judgments at a time."""
        for numbers, sizes, rows in measuring.each(self.queue, kind):
            if isinstance(numbers, range):
                known = np.arange(numbers.start, numbers.stop)
            else:
                known = np.array(numbers, np.int64)
            lengths: Ints = np.fromstring(sizes, np.int64, sep=",")
            yield Packed(known, lengths, rows)

    def ids(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """The ids of judgments by number."""
        return dict(self._read("judgments", "feed", numbers, "id"))

    def judgments(self, numbers: Collection[int]) -> Iterator[tuple[int, Judgment]]:
        """Judgments as they were written."""
        for number, body in self._read("judgments", "feed", sorted(numbers), "body"):
            yield number, judgments.frozen_of(body).judgment

    def edits(self, numbers: Collection[int]) -> Iterator[Edited]:
        """The edits in judgments with these numbers."""
        # To read the judgments whole would take ten times as long.
        made = "json_extract(CAST(body AS TEXT), '$.edits')"
        for number, edits in self._read("judgments", "feed", sorted(numbers), made):
            for edit in json.loads(edits) if edits else ():
                yield Edited(number, edit["answer"], edit["text"])

    def subjects(self) -> Iterator[Subject]:
        """All tasks, older texts of theirs too."""
        query = "SELECT id, sha256, domain, language, batch FROM tasks"
        for row in self.queue.each(query):
            yield Subject(*row)

    def tasks(self, keys: Collection[int]) -> Iterator[tuple[int, Task]]:
        """The tasks with these keys, whole."""
        wanted = self._places(keys)
        for seq, body in self._read("task_bodies", "seq", sorted(wanted), "body"):
            yield wanted[seq], task_from_json(json.loads(body))

    def texts(self, keys: Collection[int]) -> Iterator[Text]:
        """The answers of the tasks with these keys."""
        wanted = self._places(keys)
        found = "json_extract(body, '$.answers')"
        for seq, answers in self._read("task_bodies", "seq", sorted(wanted), found):
            for one in json.loads(answers):
                yield Text(wanted[seq], one["id"], one["text"])

    def rubrics(self, keys: Collection[int]) -> Iterator[Worth]:
        """The criteria of the rubrics of the tasks with these keys."""
        wanted = self._places(keys)
        # With json_each it would take three times as long.
        found = "json_extract(body, '$.rubric')"
        for seq, rubric in self._read("task_bodies", "seq", sorted(wanted), found):
            for one in json.loads(rubric) if rubric else ():
                yield Worth(wanted[seq], one["id"], one["points"])

    def qualifications(self) -> Mapping[str, int]:
        """Nothing: a home knows of no tutor what they are qualified in."""
        return {}

    @cached_property
    def _versions(self) -> tuple[Ints, Ints]:
        """Keys of all texts of tasks, and their places in the queue."""
        is_open = "state = 'done'" if self.is_blind else "1"
        # SQLite puts them together faster than Python takes them one by one.
        query = f"""
            SELECT ifnull(group_concat(key), ''), ifnull(group_concat(seq), '') FROM tasks t
            WHERE import_id IS NOT {tasks.HIDDEN} AND {is_open} AND NOT {closing.CLOSED}
        """  # noqa: S608
        ((keys, places),) = self.queue.rows(query)
        return np.fromstring(keys, np.int64, sep=","), np.fromstring(places, np.int64, sep=",")

    def _places(self, keys: Collection[int]) -> Mapping[int, int]:
        """Of the tasks with these keys, by their place in the queue."""
        known, places = self._versions
        chosen = np.isin(known, np.fromiter(keys, np.int64, len(keys)))
        return dict(zip(places[chosen].tolist(), known[chosen].tolist(), strict=True))

    def _read(
        self, table: str, key: str, numbers: Sequence[int], columns: str
    ) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            places = ", ".join("?" * len(some))
            query = f"SELECT {key}, {columns} FROM {table} WHERE {key} IN ({places})"  # noqa: S608
            yield from self.queue.rows(query, some)
