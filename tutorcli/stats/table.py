"""The judgments that count, as arrays; the same whatever the order in which they come."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

import numpy as np

from tutorcli.core.measures import HEAD_FORMAT, MISSING, ROW_FORMAT, Head, Kind, task_key
from tutorcli.stats.arrays import Bools, Ints
from tutorcli.stats.distinct import mixed, numbered, row_keys
from tutorcli.stats.growing import Growing, bits_for, narrow
from tutorcli.stats.heads import WORDS, Heads, are_several, current

if TYPE_CHECKING:
    from tutorcli.core.judgment import Judgment, Role
    from tutorcli.core.task import Task

_HEAD = np.dtype([(name, "<i8" if n < 8 else "<u4") for n, name in enumerate(Head._fields)])
_ROW = np.dtype([("key", "<u4"), ("ref", "<u4"), ("value", "<i8")])
assert _HEAD.itemsize == HEAD_FORMAT.size  # noqa: S101 - what is packed there is read here
assert _ROW.itemsize == ROW_FORMAT.size  # noqa: S101 - the same

KNOWN: "Role" = "adjudication"
"""The role of judgments that say what is right."""
GOLD = "gold"
"""The tutor in whose name all of these stand."""


class Subject(NamedTuple):
    """A task as far as it groups judgments."""

    id: str
    sha256: str
    domain: str
    language: str
    batch: str | None


class Edited(NamedTuple):
    """An edit of an answer."""

    number: int
    """Of its judgment."""
    answer: str
    text: str


class Worth(NamedTuple):
    """What a criterion of a task's rubric is worth."""

    task: int
    """Key of the task."""
    criterion: str
    points: float


class Text(NamedTuple):
    """The text of an answer."""

    task: int
    """Key of the task."""
    answer: str
    text: str


class Packed(NamedTuple):
    """The rows of a kind of some judgments."""

    numbers: Ints
    """Shape (judgments,): by which their source knows them, ascending."""
    sizes: Ints
    """Shape (judgments,): how many bytes of the rows belong to each."""
    rows: bytes

    @classmethod
    def of(cls, judgments: Sequence[tuple[int, bytes]]) -> Self:
        """The same of numbers with rows."""
        numbers, parts = zip(*judgments, strict=True) if judgments else ((), ())
        count = len(numbers)
        sizes = np.fromiter(map(len, parts), np.int64, count)
        return cls(np.fromiter(numbers, np.int64, count), sizes, b"".join(parts))


class Source(Protocol):
    """Where measures come from: the queue of a home, the database of a server, files."""

    def words(self) -> Mapping[int, str]:
        """Every word by its code."""

    def each(self, kind: Kind) -> Iterator[Packed]:
        """The rows of all judgments that tell something of a kind, some judgments at a time."""

    def ids(self, judgments: Sequence[int]) -> Mapping[int, str]:
        """The ids of judgments by number."""

    def judgments(self, numbers: Collection[int]) -> "Iterator[tuple[int, Judgment]]":
        """Judgments as they were written, for what no number tells."""

    def edits(self, numbers: Collection[int]) -> Iterator[Edited]:
        """The edits in judgments with these numbers."""

    def subjects(self) -> Iterable[Subject]:
        """All tasks, older texts of theirs too."""

    def tasks(self, keys: Collection[int]) -> "Iterator[tuple[int, Task]]":
        """The tasks with these keys, whole."""

    def texts(self, keys: Collection[int]) -> Iterator[Text]:
        """The answers of the tasks with these keys."""

    def rubrics(self, keys: Collection[int]) -> Iterator[Worth]:
        """The criteria of the rubrics of the tasks with these keys."""

    def qualifications(self) -> Mapping[str, int]:
        """What tutors are qualified in, and how many are; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Window:
    """When judgments were decided; on a server, received."""

    after: int | None = None
    """Milliseconds since 1970; from then on."""
    before: int | None = None
    """Before then."""

    def holds(self, at: Ints) -> Bools:
        """Which moments lie within; an unknown one lies in no window but the boundless."""
        held = np.ones(len(at), np.bool_)
        if self.after is not None:
            held &= at >= self.after
        if self.before is not None:
            held &= (at < self.before) & (at != MISSING)
        return held


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a kind; each array has the shape (rows,), and no more bits than it needs."""

    judgment: Ints
    """Index of the judgment in its table, ascending."""
    key: Ints
    """Index into `Table.words`, which are sorted; so is `ref`."""
    ref: Ints
    value: Ints

    def where(self, chosen: Bools | Ints | slice) -> "Rows":
        """Some of the rows: those that are true, those of these indices, those in between."""
        if not isinstance(chosen, slice) and chosen.dtype == np.bool_ and chosen.all():
            return self
        parts = (self.judgment, self.key, self.ref, self.value)
        return Rows(*(part[chosen] for part in parts))


class Table:
    """Current judgments of people, of all dispositions but withdrawn: labels, and what is known."""

    def __init__(self, source: Source, window: Window | None = None) -> None:
        """Read the heads of a source's judgments; the rows of a kind are read when asked for.

        Args:
            source: Where they are.
            window: Only labels of that time; what is known holds for ever.
        """
        self.source = source
        texts = dict(source.words())
        self.words: tuple[str, ...] = tuple(sorted(texts.values()))
        """All words, sorted."""
        self._index = {word: index for index, word in enumerate(self.words)}
        self._places = np.zeros(max(texts, default=0) + 1, bits_for(0, len(texts)))
        for code, word in texts.items():
            self._places[code] = self._index[word]
        heads = self._heads()
        chosen = current(heads, self.place_of("withdrawn"), source.ids)
        if window is not None:
            chosen &= window.holds(heads.at) | heads.is_known
        heads = heads.where(chosen)
        self.numbers = heads.number
        """Of each judgment, the number by which its source knows it; ascending."""
        self.task_keys, task = numbered(heads.task)
        self.task = narrow(task)
        """Keys of the tasks, sorted; index into them, shape (judgments,) as all that follow."""
        self.is_known: Bools = heads.is_known
        """Whether it says what is right; no tutor's word, then."""
        tutors, tutor = numbered(np.where(self.is_known, len(self.words), heads.tutor))
        self.tutor = narrow(tutor)
        self.tutors = tuple((*self.words, GOLD)[index] for index in tutors)
        """Names, sorted; `GOLD` comes last."""
        self.disposition, self.protocol = heads.disposition, heads.protocol
        self.guideline, self.stage = heads.guideline, heads.stage
        """Indices into `words`."""
        self.is_done: Bools = self.disposition == self.place_of("done")
        self.is_repeat = _repeats(self)
        """Whether the same tutor has judged the same task before, in another assignment."""

    def __len__(self) -> int:
        """How many judgments there are."""
        return len(self.task)

    def place_of(self, word: str) -> int:
        """The index of a word; -1 when no judgment uses it."""
        return self._index.get(word, -1)

    @cached_property
    def age(self) -> Ints:
        """The place of each judgment in the order of time, then of ids: 0 is the oldest."""
        place = np.empty(len(self), np.int64)
        place[np.lexsort((self._of_heads("id"), self.at))] = np.arange(len(self))
        return place

    @cached_property
    def at(self) -> Ints:
        """Of each judgment, milliseconds since 1970, or `MISSING`."""
        return self._of_heads("at")

    @cached_property
    def active_ms(self) -> Ints:
        """Of each judgment; `MISSING` where it is not known."""
        return self._of_heads("active_ms")

    @cached_property
    def read(self) -> Ints:
        """Of each judgment, thousandths of the answer that was read least, or `MISSING`."""
        return self._of_heads("read")

    def rows(self, kind: Kind, chosen: Bools | None = None) -> Rows:
        """The rows of a kind that belong to judgments of this table.

        Args:
            kind: Which.
            chosen: Shape (judgments,): to which judgments; None: to all.
        """
        found = Growing(4)
        is_any = chosen is None or chosen.any()
        for packed in self.source.each(kind) if is_any else ():
            found.add(self._unpacked(packed, chosen))
        return Rows(*found.columns())

    def _unpacked(self, packed: Packed, chosen: Bools | None) -> tuple[Ints, Ints, Ints, Ints]:
        judgment, is_known = self._judgments(packed.numbers)
        if chosen is not None and len(chosen):
            is_known &= chosen[judgment]
        rows = np.frombuffer(packed.rows, _ROW)
        times = packed.sizes // _ROW.itemsize
        if not is_known.all():
            rows = rows[np.repeat(is_known, times)]
            judgment, times = judgment[is_known], times[is_known]
        return (
            np.repeat(narrow(judgment), times),
            self._places[rows["key"]],
            self._places[rows["ref"]],
            narrow(rows["value"]),
        )

    def _judgments(self, numbers: Ints) -> tuple[Ints, Bools]:
        """Index of each numbered judgment, and whether it is one of this table."""
        if not len(self.numbers):
            return np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.bool_)
        start = int(np.searchsorted(self.numbers, numbers[0])) if len(numbers) else 0
        if np.array_equal(self.numbers[start : start + len(numbers)], numbers):
            return np.arange(start, start + len(numbers)), np.ones(len(numbers), np.bool_)
        index = np.searchsorted(self.numbers, numbers)
        index[index == len(self.numbers)] = 0
        return index, self.numbers[index] == numbers

    def _of_heads(self, name: str) -> Ints:
        found = np.zeros(len(self), np.int64)
        for packed in self.source.each(Kind.HEAD):
            judgment, is_known = self._judgments(packed.numbers)
            found[judgment[is_known]] = np.frombuffer(packed.rows, _HEAD)[name][is_known]
        return found

    def _heads(self) -> Heads:
        """Heads of people's labels and of what is known."""
        found, named = Growing(len(Heads._fields) - 1), []
        for packed in self.source.each(Kind.HEAD):
            columns, superseded = self._heads_of(packed)
            found.add(columns)
            named.append(superseded)
        *columns, is_known = found.columns()
        superseded = np.concatenate([columns[0][:0], *named])
        return Heads._make([*columns, is_known.astype(np.bool_), superseded])

    def _heads_of(self, packed: Packed) -> tuple[list[np.ndarray], Ints]:
        """Columns of `Heads` but the last, and that one."""
        found = np.frombuffer(packed.rows, _HEAD)
        role = self._places[found["role"]]
        is_known: Bools = role == self.place_of(KNOWN)
        kept = is_known | (role == self.place_of("label"))
        kept &= self._places[found["by"]] == self.place_of("human")
        found = found[kept]
        words = {name: self._places[found[name]] for name in ("role", *WORDS)}
        thread = mixed(found["assignment"], *(words[name] for name in ("tutor", "role", "stage")))
        is_later: Bools = found["supersedes"] != MISSING
        numbers = [packed.numbers[kept], found["id"], found["task"], found["at"]]
        columns = [*numbers, narrow(found["revision"]), thread, *(words[name] for name in WORDS)]
        named = mixed(found["supersedes"][is_later], thread[is_later])
        return [*columns, is_known[kept]], named


def _repeats(table: Table) -> Bools:
    """All but the first judgment of a tutor on a task in a stage."""
    found = np.zeros(len(table), np.bool_)
    place = row_keys([table.task, table.tutor, table.stage])
    some = np.flatnonzero(are_several(place))
    if len(some):
        order = some[np.lexsort((table.age[some], place[some]))]
        found[order[1:]] = place[order[1:]] == place[order[:-1]]
    return found


def edits_in(judgments: "Iterable[tuple[int, Judgment]]") -> Iterator[Edited]:
    """The edits in numbered judgments."""
    for number, said in judgments:
        for edit in said.edits:
            yield Edited(number, edit.answer, edit.text)


def texts_in(tasks: "Iterable[tuple[int, Task]]") -> Iterator[Text]:
    """The answers of tasks with their keys."""
    for key, task in tasks:
        for answer in task.answers:
            yield Text(key, answer.id, answer.text)


def worths_in(tasks: "Iterable[tuple[int, Task]]") -> Iterator[Worth]:
    """The criteria of the rubrics of tasks with their keys."""
    for key, task in tasks:
        for criterion in task.rubric:
            yield Worth(key, criterion.id, criterion.points)


def keys_of(subjects: Iterable[Subject]) -> Iterator[tuple[int, Subject]]:
    """Subjects with the keys under which judgments name them."""
    for subject in subjects:
        yield task_key(subject.id, subject.sha256), subject
