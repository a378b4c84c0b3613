"""Where a tutor's or a lead's own statistics read judgments: the queue, or files."""

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tutorcli.core.judgment import Frozen, Judgment
from tutorcli.core.measures import Kind, hash_of, measures, names, task_key, task_name
from tutorcli.core.rules import Fault
from tutorcli.core.task import Task, task_from_json
from tutorcli.errors import message
from tutorcli.formats.containers import Line, files_of, lines
from tutorcli.formats.encoding import sha256_of
from tutorcli.formats.feed import fed
from tutorcli.formats.flaws import BadLine, LineError, answer_faults
from tutorcli.formats.own import read
from tutorcli.formats.port import Arrival, Fill
from tutorcli.stats.arrays import Ints
from tutorcli.stats.table import Edited, Packed, Subject, Text, Worth, edits_in, texts_in, worths_in
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
        query = f"""
            SELECT seq, id, sha256 FROM tasks t
            WHERE import_id IS NOT {tasks.HIDDEN} AND {is_open} AND NOT {closing.CLOSED}
        """  # noqa: S608
        places, hashes = array("q"), bytearray()
        for seq, id_, sha256 in self.queue.each(query):
            places.append(seq)
            hashes += hash_of(task_name(id_, sha256))
        keys = np.frombuffer(hashes, ">u8")[::4].astype(np.uint64) >> np.uint64(1)
        return keys.astype(np.int64), np.frombuffer(places, np.int64)

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


class FileSource:
    """The judgments and tasks of files of our own JSON Lines."""

    def __init__(self) -> None:
        """Empty; `take` fills it."""
        self._codes: dict[str, int] = {}
        self._rows: dict[Kind, list[tuple[int, bytes]]] = defaultdict(list)
        self._said: list[Judgment] = []
        self._hashes: dict[str, str] = {}
        """Id of each judgment, and the hash of its bytes."""
        self._uncounted: set[str] = set()
        """Ids of judgments that a server's export says do not count, at last."""
        self._tasks: dict[int, Task] = {}
        self._subjects: list[Subject] = []

    def take(self, line: Line) -> str | None:
        """Take in one line; what stands there already with the same bytes is passed over.

        Returns:
            The id of the judgment that it is, or None.

        Raises:
            BadLine: It is neither a task nor a judgment, nor a line of a server's export, or
                contradicts what stands there.
        """
        if (found := fed(line)) is not None:
            id_, counted = found
            self._uncounted.add(id_)
            if counted is not None:
                self._uncounted.discard(id_)
                self._take_judgment(counted)
            return id_ or None
        record = read(line, Fill("?", "?"))
        if isinstance(record, Arrival):
            self._take_task(record.task, sha256_of(record))
            return None
        self._take_judgment(record)
        return record.judgment.id

    def words(self) -> Mapping[int, str]:
        """Every word by its code."""
        return {code: word for word, code in self._codes.items()}

    def each(self, kind: Kind) -> Iterator[Packed]:
        """The rows of all judgments that tell something of a kind."""
        rows = self._rows.get(kind, [])
        if self._uncounted:
            rows = [row for row in rows if self._said[row[0]].id not in self._uncounted]
        if rows:
            yield Packed.of(rows)

    def ids(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """The ids of judgments by number."""
        return {number: self._said[number].id for number in numbers}

    def judgments(self, numbers: Collection[int]) -> Iterator[tuple[int, Judgment]]:
        """Judgments as they were written."""
        for number in sorted(numbers):
            yield number, self._said[number]

    def edits(self, numbers: Collection[int]) -> Iterator[Edited]:
        """The edits in judgments with these numbers."""
        return edits_in(self.judgments(numbers))

    def subjects(self) -> Iterable[Subject]:
        """All tasks, older texts of theirs too."""
        return self._subjects

    def tasks(self, keys: Collection[int]) -> Iterator[tuple[int, Task]]:
        """The tasks with these keys, whole."""
        for key, task in self._tasks.items():
            if key in keys:
                yield key, task

    def texts(self, keys: Collection[int]) -> Iterator[Text]:
        """The answers of the tasks with these keys."""
        return texts_in(self.tasks(keys))

    def rubrics(self, keys: Collection[int]) -> Iterator[Worth]:
        """The criteria of the rubrics of the tasks with these keys."""
        return worths_in(self.tasks(keys))

    def qualifications(self) -> Mapping[str, int]:
        """Nothing: files do not tell."""
        return {}

    def misfits(self) -> Iterator[tuple[str, Fault]]:
        """Judgments, by id, that name answers which their task lacks."""
        for said in self._said:
            task = self._tasks.get(task_key(said.task, said.task_sha256))
            if task is not None:
                answers = tuple(answer.id for answer in task.answers)
                for fault in answer_faults(said, answers):
                    yield said.id, fault

    def _take_task(self, task: Task, sha256: str) -> None:
        key = task_key(task.id, sha256)
        if key not in self._tasks:
            self._tasks[key] = task
            self._subjects.append(Subject(task.id, sha256, task.domain, task.language, task.batch))

    def _take_judgment(self, frozen: Frozen) -> None:
        said = frozen.judgment
        before = self._hashes.setdefault(said.id, frozen.sha256)
        if before != frozen.sha256:
            what = message('judgment "{id}" stands with other content before', id=said.id)
            raise BadLine([Fault("id", what)])
        if len(self._hashes) == (number := len(self._said)):
            return
        for name in sorted(names(said)):
            self._codes.setdefault(name, len(self._codes))
        for kind, rows in measures(said, self._codes.__getitem__).items():
            self._rows[kind].append((number, rows))
        self._said.append(said)


def of_files(sources: Sequence[str]) -> tuple[FileSource, list[LineError]]:
    """Everything in files, folders or standard input.

    Returns:
        What was read, and every error of every line.

    Raises:
        SourceError: A file cannot be read.
    """
    source, errors = FileSource(), list[LineError]()
    places: dict[str, Line] = {}
    for file in files_of(sources):
        for line in lines(file):
            try:
                judged = source.take(line)
            except BadLine as bad:
                errors += [
                    LineError(line.file, line.number, it.field, it.what) for it in bad.faults
                ]
            else:
                if judged is not None:
                    places[judged] = line._replace(raw=None)
    errors += [
        LineError(places[id_].file, places[id_].number, fault.field, fault.what)
        for id_, fault in source.misfits()
    ]
    return source, errors
