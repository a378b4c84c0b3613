"""Figures of all judgments of a project, computed as on a tutor's machine."""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from tutorcli.core.judgment import Judgment, judgment_from_json
from tutorcli.core.measures import Kind, measures, names, task_key
from tutorcli.core.task import Task, task_from_json
from tutorcli.errors import message
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services import naming
from tutorcli.server.services.projecting import lag
from tutorcli.server.services.reading_back import in_own_words, said_of
from tutorcli.server.snapshots import snapshot
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.table import (
    KNOWN,
    Edited,
    Packed,
    Subject,
    Text,
    Window,
    Worth,
    edits_in,
    texts_in,
    worths_in,
)
from tutorcli.team.boards import BoardAsk, boards
from tutorcli.team.figures import Ask, answer
from tutorcli.team.sheet import everything

_AT_ONCE = 500
_ROWS_AT_ONCE = 10_000


def statistics(context: Context, ask: Ask, *, with_names: bool = False) -> dict[str, Any]:
    """The answer to a question, of one state of the database.

    Args:
        context: The project.
        ask: The question; its window is of the times at which judgments were received.
        with_names: Whether the names of tutors stand beside it, by their ids.

    Raises:
        ConfigError: The question means nothing.
    """
    with snapshot(context.database) as connection:
        found = answer(DatabaseSource(connection), ask)
        found["notes"] += _behind(connection)
        if with_names:
            found["names"] = dict(sorted(naming.unseal(connection).items()))
    return found


def leaderboards(context: Context, ask: BoardAsk) -> dict[str, Any]:
    """The leaderboards of one state of the database.

    Raises:
        ConfigError: The question means nothing.
    """
    with snapshot(context.database) as connection:
        found = boards(DatabaseSource(connection), ask)
        found["notes"] += _behind(connection)
        return found


def _behind(connection: Connection) -> list[str]:
    """How far the figures lie behind what has come."""
    projected, last = lag(connection)
    if projected == last:
        return []
    return [str(message("{n} arrivals or rulings are not counted yet", n=last - projected))]


def report(context: Context, window: Window, sampling: Sampling) -> dict[str, Any]:
    """All figures, and a data sheet, of one state of the database."""
    with snapshot(context.database) as connection:
        found = everything(DatabaseSource(connection), window, sampling)
        found["sheet"]["gaps"] += _behind(connection)
        return found


@dataclass(slots=True)
class DatabaseSource:
    """The judgments that count, in the words of their tasks, and what is known of gold tasks.

    What is known has negative numbers.
    """

    connection: Connection
    _words: dict[int, str] = field(default_factory=dict)
    _golds: dict[int, Judgment] = field(default_factory=dict)
    _known: dict[Kind, list[tuple[int, bytes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the words, and what is known."""
        words = tables.words.c
        rows = self.connection.execute(select(words.code, words.word))
        self._words = {row.code: row.word for row in rows}
        codes = {word: code for code, word in self._words.items()}
        last = max(self._words, default=0)
        self._golds = dict(self._read_golds())
        for number, known in self._golds.items():
            for name in sorted(names(known) - codes.keys()):
                last += 1
                codes[name] = last
                self._words[last] = name
            for kind, packed in measures(known, codes.__getitem__).items():
                self._known.setdefault(kind, []).append((number, packed))

    def words(self) -> Mapping[int, str]:
        """Every word by its code."""
        return self._words

    def each(self, kind: Kind) -> Iterator[Packed]:
        """The rows of all judgments that tell something of a kind, some judgments at a time."""
        if kind in self._known:
            yield Packed.of(self._known[kind])
        found = tables.measures.c
        query = select(found.judgment, found.rows).where(found.kind == int(kind))
        result = self.connection.execute(query.order_by(found.judgment))
        for rows in result.partitions(_ROWS_AT_ONCE):
            yield Packed.of([(number, bytes(packed)) for number, packed in rows])

    def ids(self, judgments: Sequence[int]) -> Mapping[int, str]:
        """The ids of judgments by number."""
        return {number: said.id for number, said in self.judgments(judgments)}

    def judgments(self, numbers: Collection[int]) -> Iterator[tuple[int, Judgment]]:
        """Judgments in the words of their tasks; purged ones are left out."""
        yield from ((number, self._golds[number]) for number in sorted(numbers) if number < 0)
        known = tables.judgments.c
        query = select(
            known.feed,
            known.body,
            tables.tasks.c.id,
            tables.tasks.c.body.label("task_body"),
            tables.tasks.c.sha256,
        ).join(tables.tasks, tables.tasks.c.id == known.task)
        wanted = sorted(number for number in numbers if number >= 0)
        for start in range(0, len(wanted), _AT_ONCE):
            some = query.where(known.feed.in_(wanted[start : start + _AT_ONCE]))
            for row in self.connection.execute(some.order_by(known.feed)):
                said = said_of(row.body) if row.body is not None else None
                if said is not None:
                    yield row.feed, in_own_words(said, row.id, row.task_body, row.sha256)

    def edits(self, numbers: Collection[int]) -> Iterator[Edited]:
        """The edits in judgments with these numbers; purged ones are left out."""
        return edits_in(self.judgments(numbers))

    def subjects(self) -> Iterator[Subject]:
        """All tasks."""
        known = tables.tasks.c
        query = select(known.id, known.sha256, known.domain, known.language, known.batch)
        for row in self.connection.execute(query):
            yield Subject(*row)

    def tasks(self, keys: Container[int]) -> Iterator[tuple[int, Task]]:
        """The tasks with these keys, whole; purged ones have no texts and are left out."""
        known = tables.tasks.c
        query = select(known.id, known.sha256, known.body).where(known.state != "purged")
        for row in self.connection.execute(query):
            key = task_key(row.id, row.sha256)
            if key in keys:
                yield key, task_from_json(orjson.loads(row.body))

    def texts(self, keys: Container[int]) -> Iterator[Text]:
        """The answers of the tasks with these keys."""
        return texts_in(self.tasks(keys))

    def rubrics(self, keys: Container[int]) -> Iterator[Worth]:
        """The criteria of the rubrics of the tasks with these keys."""
        return worths_in(self.tasks(keys))

    def qualifications(self) -> Mapping[str, int]:
        """Domain and language, and how many tutors hold them."""
        known = tables.qualifications.c
        count = func.count().label("n")
        query = select(known.domain, known.language, count).group_by(known.domain, known.language)
        rows = self.connection.execute(query)
        return {f"{row.domain} {row.language}".strip(): int(row.n) for row in rows}

    def _read_golds(self) -> Iterator[tuple[int, Judgment]]:
        known = tables.golds.c
        query = (
            select(known.task, known.body, tables.tasks.c.sha256)
            .join(tables.tasks, tables.tasks.c.id == known.task)
            .order_by(known.task.desc())
        )
        rows = self.connection.execute(query).all()
        for index, row in enumerate(rows):
            said = judgment_from_json(orjson.loads(row.body))
            yield (
                index - len(rows),
                replace(said, task=row.task, task_sha256=row.sha256, role=KNOWN, by="human"),
            )
