"""Homes with judgments of all kinds, as many as wanted, in seconds.

What a judgment says is put together from the parts of some thousand judgments whose measures the
program itself has written; to store each by itself would take minutes for a million of them.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.homes import Writer
from tutorcli.core.canonical import dumps
from tutorcli.core.judgment import (
    CriterionMark,
    Edit,
    Judgment,
    Rating,
    Span,
    StepLabel,
    Strength,
    judgment_to_json,
)
from tutorcli.core.measures import (
    HEAD_FORMAT,
    MISSING,
    Head,
    Kind,
    key_of,
    measures,
    names,
    task_key,
)
from tutorcli.core.task import task_from_json, task_to_json
from tutorcli.store import measuring
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, TaskRow, row_of

TUTORS = 30
PER_TASK = 3
TRUTHS = 60
"""Tasks with the same truth are judged from the same judgments."""
_POOL = 100
"""Judgments that are made for each truth."""
_AT_ONCE = 10_000
_PROTOCOLS: Sequence[tuple[int, tuple[Kind, ...]]] = (
    (5, (Kind.RANK, Kind.ACCEPT, Kind.RATING)),
    (4, (Kind.RANK, Kind.ACCEPT)),
    (2, (Kind.RATING,)),
    (3, (Kind.STRENGTH,)),
    (2, (Kind.CRITERION,)),
    (2, (Kind.SPAN,)),
    (1, (Kind.STEP,)),
    (1, (Kind.EDIT, Kind.LABEL)),
)
"""Of each twenty tasks so many are judged in these ways; flags and the order shown have all."""
_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.RANK: ("ranking",),
    Kind.ACCEPT: ("accept_line",),
    Kind.STRENGTH: ("strengths",),
    Kind.RATING: ("ratings",),
    Kind.CRITERION: ("criteria",),
    Kind.STEP: ("steps",),
    Kind.SPAN: ("spans",),
    Kind.EDIT: ("edits",),
    Kind.LABEL: (),
    Kind.FLAG: ("flags",),
    Kind.SHOWN: ("shown_order",),
}
_JUDGMENT = """
    INSERT INTO judgments (feed, id, device, channel, dseq, task, assignment, task_sha256, tutor,
        role, revision, disposition, decided_at, stored_at, sha256, body)
    VALUES (?, ?, 'made', 'local', ?, ?, ?, ?, ?, 'label', 1, 'done', ?, ?, ?, ?)
"""
_MEASURES = "INSERT INTO measures (kind, judgment, rows) VALUES (?, ?, ?)"


class _Part(NamedTuple):
    """What one judgment says in one way."""

    rows: bytes
    body: tuple[str, ...]
    """Members of a JSON object."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A task as far as judgments name it."""

    id: str
    sha256: str


def fill(home: Path, count: int, seed: int = 1) -> None:
    """Put so many judgments, and their tasks, into the queue of a home."""
    writer = Writer(seed)
    texts = [[writer.words(30) for _ in "abcd"] for _ in range(TRUTHS)]
    tasks = list(_tasks(home, texts, -(-count // PER_TASK)))
    with Queue.open(home / "data") as queue:
        queue.execute("PRAGMA synchronous=OFF")
        pools, codes = _pools(queue, texts, Random(seed))
        made = _judgments(tasks, pools, codes, Random(seed))
        for numbers in range(0, count, _AT_ONCE):
            with queue.write():
                _store(queue, islice(made, min(_AT_ONCE, count - numbers)))


def _tasks(home: Path, texts: list[list[str]], count: int) -> Iterator[_Made]:
    rows: list[_Made] = []

    def noted() -> Iterator[TaskRow]:
        for number in range(count):
            row = _task(number, texts[number % TRUTHS])
            rows.append(_Made(row.id, row.sha256))
            yield row

    with Queue.open(home / "data") as queue, Importing.begin(queue, "made up") as importing:
        importing.stage(noted())
        importing.publish()
    return iter(rows)


def _task(number: int, texts: list[str]) -> TaskRow:
    made: dict[str, Any] = {
        "id": f"task-{number}",
        "domain": ("medicine", "law", "finance")[number % 3],
        "language": "en",
        "prompt": f"Question {number}?",
        "answers": [{"id": key, "text": text} for key, text in zip("abcd", texts, strict=True)],
    }
    if Kind.CRITERION in _kinds(number):
        made["rubric"] = [
            {"id": key, "criterion": key, "points": n} for n, key in ((5, "p"), (-2, "q"))
        ]
    task = task_from_json(made)
    return row_of(task, dumps(task_to_json(task)).encode())


def _pools(
    queue: Queue, texts: list[list[str]], random: Random
) -> tuple[list[Mapping[Kind, list[_Part]]], Mapping[str, int]]:
    """For each truth the parts of judgments of every kind; and the codes of all words."""
    pools = [
        [_said(truth, texts[truth][0], random) for _ in range(_POOL)] for truth in range(TRUTHS)
    ]
    words = {name for pool in pools for said in pool for name in names(said)}
    words |= {f"t{tutor:02}" for tutor in range(TUTORS)}
    with queue.write():
        queue.executemany(
            "INSERT INTO words (word) VALUES (?)", [(word,) for word in sorted(words)]
        )
    codes = {word: code for code, word in measuring.words(queue).items()}
    return [_parts(pool, codes) for pool in pools], codes


def _parts(pool: list[Judgment], codes: Mapping[str, int]) -> Mapping[Kind, list[_Part]]:
    found: dict[Kind, list[_Part]] = {kind: [] for kind in _FIELDS}
    for said in pool:
        rows, row = measures(said, codes.__getitem__), judgment_to_json(said)
        for kind, fields in _FIELDS.items():
            body = tuple(f'"{name}":{dumps(row[name])}' for name in fields if name in row)
            found[kind].append(_Part(rows.get(kind, b""), body))
    return found


def _rated(truth: int, random: Random) -> int:
    """A value from 1 to 5, at most a step from what is true."""
    return min(5, max(1, truth % 5 + random.choice((0, 0, 0, 1, -1))))


def _said(truth: int, text: str, random: Random) -> Judgment:
    """A judgment with everything in it; those of one truth mostly agree."""
    best = Random(truth).sample("abcd", 4)
    if random.random() < 0.3:
        random.shuffle(best)
    tied = random.random() < 0.2
    tiers = [(best[0], best[1]), (best[2],), (best[3],)] if tied else [(one,) for one in best]
    words = text.split()
    words[random.randrange(3)] = random.choice(("never", "always"))
    return Judgment(
        "pool",
        "pool",
        "0" * 64,
        "t00",
        "pool",
        ranking=tuple(tiers),
        accept_line=random.randint(0, len(tiers)),
        ratings=tuple(
            Rating(criterion, answer, _rated(truth + ord(answer), random))
            for criterion in ("accuracy", "safety")
            for answer in "ab"
        ),
        criteria=tuple(
            CriterionMark(answer, criterion, "yes" if random.random() < 0.8 else "no")
            for answer in "ab"
            for criterion in "pq"
        ),
        steps=tuple(StepLabel("a", index, random.choice((1, 1, 1, 0, -1))) for index in range(3)),
        spans=(_span(random),),
        edits=(Edit("a", "0" * 64, " ".join(words), ("dose",) if tied else ()),),
        strengths=(Strength("a", "b", random.randint(-2, 2)),),
        flags=("urgent",) if random.random() < 0.1 else (),
        shown_order=tuple(random.sample("abcd", 4)),
        protocol="rank@1#" + "0" * 64,
    )


def _span(random: Random) -> Span:
    label, severity = random.choice(("dose", "tone")), random.randint(1, 4)
    return Span("a", "text", random.randint(0, 50), random.randint(51, 90), "q", label, severity)


def _judgments(
    tasks: list[_Made],
    pools: list[Mapping[Kind, list[_Part]]],
    codes: Mapping[str, int],
    random: Random,
) -> Iterator[tuple[tuple[Any, ...], list[tuple[int, int, bytes]]]]:
    """The row of each judgment, and its measures."""
    feed = 0
    label = Head(0, MISSING, 0, 0, 1, 0, 0, 1000, 0, *(codes[name] for name in _NAMED))
    for number, task in enumerate(tasks):
        pool, kinds = pools[number % TRUTHS], _kinds(number)
        key = task_key(task.id, task.sha256)
        for turn in range(PER_TASK):
            feed += 1
            tutor, at = f"t{(number * 7 + turn * 5) % TUTORS:02}", 1_767_225_600_000 + feed * 1000
            id_, assignment, time = (
                f"judgment-{feed:08}",
                f"a{feed}",
                f"2026-01-01T{feed % 24:02}:00Z",
            )
            parts = {kind: pool[kind][int(random.random() * _POOL)] for kind in kinds}
            head = label._replace(
                id=key_of(id_),
                task=key,
                assignment=key_of(assignment),
                at=at,
                active_ms=10_000 + feed % 200_000,
                tutor=codes[tutor],
            )
            members = [member for part in parts.values() for member in part.body]
            members += [f'"id":"{id_}"', f'"task":"{task.id}"', f'"tutor":"{tutor}"']
            members += [f'"assignment":"{assignment}"', f'"task_sha256":"{task.sha256}"']
            body = f"{{{','.join(sorted(members))}}}".encode()
            sha256 = hashlib.sha256(body).digest()
            rows = [(int(kind), feed, part.rows) for kind, part in parts.items() if part.rows]
            yield (
                (
                    feed,
                    id_,
                    feed,
                    task.id,
                    assignment,
                    task.sha256,
                    tutor,
                    time,
                    time,
                    sha256,
                    body,
                ),
                [(int(Kind.HEAD), feed, HEAD_FORMAT.pack(*head)), *rows],
            )


_NAMED = ("label", "", "human", "done", "rank@1#" + "0" * 64, "")
"""Role, stage, by, disposition, protocol and guideline of all judgments."""


def _kinds(number: int) -> tuple[Kind, ...]:
    ways = [kinds for share, kinds in _PROTOCOLS for _ in range(share)]
    return (*ways[number % len(ways)], Kind.FLAG, Kind.SHOWN)


def _store(
    queue: Queue, made: Iterator[tuple[tuple[Any, ...], list[tuple[int, int, bytes]]]]
) -> None:
    judgments, rows = zip(*made, strict=True)
    queue.executemany(_JUDGMENT, judgments)
    queue.executemany(_MEASURES, [row for part in rows for row in part])
