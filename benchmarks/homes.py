"""Homes of any size for the measurements, made from a seeded list of words."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from tutorcli.core.canonical import dumps
from tutorcli.core.task import task_from_json, task_to_json
from tutorcli.store.db import Queue
from tutorcli.store.importing import Importing, TaskRow, row_of

SYLLABLES = [
    "an",
    "ta",
    "re",
    "mo",
    "li",
    "ser",
    "ka",
    "vin",
    "do",
    "pel",
    "ith",
    "ra",
    "nos",
    "cu",
    "bel",
    "gan",
    "os",
    "ti",
    "mer",
    "fal",
    "ex",
    "qui",
]
WORDS_PER_ANSWER = 870
ANSWERS = "abcd"


def lexicon(random: Random, size: int = 900) -> list[str]:
    """Made-up words of one to four syllables."""
    return ["".join(random.choices(SYLLABLES, k=random.randint(1, 4))) for _ in range(size)]


class Writer:
    """Writes texts of made-up words with the markdown that answers have."""

    def __init__(self, seed: int) -> None:
        """The same seed writes the same texts."""
        self._random = Random(seed)
        self._words = lexicon(self._random)

    def words(self, count: int) -> str:
        """So many words in a row."""
        return " ".join(self._random.choices(self._words, k=count))

    def text(self, words: int) -> str:
        """About so many words in paragraphs, headings, lists, tables and code."""
        pieces, left, turn = [self._paragraph(min(words, 70))], words - 70, 0
        makers = (self._section, self._list, self._table, self._code)
        while left > 0:
            pieces.append(makers[turn % len(makers)]())
            left, turn = left - len(pieces[-1].split()), turn + 1
        return "\n\n".join(pieces)

    def _paragraph(self, words: int) -> str:
        parts = self.words(words).split()
        for at in range(5, len(parts), 23):
            parts[at] = f"**{parts[at]}**"
        return " ".join(parts).capitalize() + "."

    def _section(self) -> str:
        return f"## {self.words(4).title()}\n\n{self._paragraph(80)}"

    def _list(self) -> str:
        return "\n".join(f"{n}. {self.words(12)}" for n in range(1, 6))

    def _table(self) -> str:
        rows = "\n".join(f"| {self.words(1)} | {n} mg | {self.words(3)} |" for n in range(4))
        return f"| drug | dose | remark |\n| --- | ---: | --- |\n{rows}"

    def _code(self) -> str:
        return f"```python\n{self.words(2).replace(' ', ' = ')}\nreturn {self.words(1)}\n```"


def task(writer: Writer, number: int, words: int = WORDS_PER_ANSWER) -> dict[str, Any]:
    """A task with four answers, which begin with ``Text aNUMBER.``, ``Text bNUMBER.`` ..."""
    return {
        "id": f"task-{number}",
        "domain": "medicine",
        "language": "en",
        "prompt": f"Question {number}. {writer.words(60)}?",
        "answers": [
            {"id": key, "text": f"Text {key}{number}. {writer.text(words)}"} for key in ANSWERS
        ],
    }


def fill(home: Path, tasks: Iterator[dict[str, Any]]) -> None:
    """Put tasks into the queue of a home."""
    with Queue.open(home / "data") as queue, Importing.begin(queue, "made up") as importing:
        importing.stage(map(_row, tasks))
        importing.publish()


def _row(made: dict[str, Any]) -> TaskRow:
    task = task_from_json(made)
    return row_of(task, dumps(task_to_json(task)).encode())


def small(home: Path, count: int = 100, words: int = WORDS_PER_ANSWER, seed: int = 1) -> None:
    """Fill a home with tasks of four answers."""
    writer = Writer(seed)
    fill(home, (task(writer, number, words) for number in range(1, count + 1)))


def large(home: Path, count: int, seed: int = 1) -> None:
    """Fill a home with many tasks; after the first hundred their answers are short."""
    writer = Writer(seed)
    fill(home, (task(writer, n, WORDS_PER_ANSWER if n <= 100 else 8) for n in range(1, count + 1)))


def write_file(path: Path, count: int, seed: int = 2) -> None:
    """Write a file of ``count`` small tasks to be imported."""
    writer = Writer(seed)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            made = {**task(writer, number, 8), "id": f"imported-{number}"}
            file.write(json.dumps(made) + "\n")
