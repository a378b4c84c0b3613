"""Where statistics of files of our own JSON Lines read judgments."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tutorcli.core.judgment import Frozen, Judgment
from tutorcli.core.measures import Kind, measures, names, task_key
from tutorcli.core.rules import Fault
from tutorcli.core.task import Task
from tutorcli.errors import message
from tutorcli.formats.containers import Line, files_of, lines
from tutorcli.formats.encoding import sha256_of
from tutorcli.formats.feed import fed
from tutorcli.formats.flaws import BadLine, LineError, answer_faults
from tutorcli.formats.own import read
from tutorcli.formats.port import Arrival, Fill
from tutorcli.stats.table import Edited, Packed, Subject, Text, Worth, edits_in, texts_in, worths_in


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
