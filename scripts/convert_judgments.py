"""Two public sets of judgments as our own JSON Lines: tasks, and what their annotators said.

Usage: python scripts/convert_judgments.py FILE > own.jsonl

A row of the file is one annotator's word on one item; its keys say which of the two sets it is of:

- ``item, annotator, label, stratum``: claims of answers in K-QA, of which physicians said whether
  the reference entails them. The label becomes a rating of the task, criterion ``entailment``: 1
  contradiction, 2 neutral, 3 entailment; and a flag of its name. The stratum becomes the batch.
- ``item, annotator, left, right, winner``: pairs of answers that workers of a crowd compared. The
  left answer becomes ``a``, the right one ``b``, and the winner the ranking; a tie is one tier.

The files hold no texts, so those of the tasks and answers are empty but for the item's name, and
no times, so the judgments have none.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tutorcli.core.ids import uuid7
from tutorcli.core.judgment import Judgment, Rating, freeze
from tutorcli.core.task import Answer, Task, task_sha256, task_to_json
from tutorcli.formats.encoding import canonical

CRITERION = "entailment"
LABELS = {"Contradiction": 1, "Neutral": 2, "Entailment": 3}
WINNERS = {"left": (("a",), ("b",)), "right": (("b",), ("a",)), "tie": (("a", "b"),)}

Row = Mapping[str, Any]


class RowError(ValueError):
    """A line that is of neither set."""


def converted(rows: Iterable[Row]) -> Iterator[bytes]:
    """Lines of our own format: each task, then its judgments, by task and judgment id.

    Args:
        rows: Of one of the two sets, in any order.

    Raises:
        RowError: One is of neither, or says of its item what another does not.
    """
    tasks: dict[str, Task] = {}
    said: dict[str, list[Judgment]] = {}
    for number, row in enumerate(rows, 1):
        try:
            task = _task(row)
            judgment = _judgment(row, task, number)
        except (KeyError, TypeError) as error:
            raise RowError(f"row {number} is of neither set: {error}") from None
        if tasks.setdefault(task.id, task) != task:
            raise RowError(f"row {number} has another pair or stratum for {task.id}")
        said.setdefault(task.id, []).append(judgment)
    for name in sorted(tasks):
        yield canonical(task_to_json(tasks[name])) + b"\n"
        for judgment in sorted(said[name], key=lambda one: one.id):
            yield freeze(judgment).body + b"\n"


def _task(row: Row) -> Task:
    name = row["item"]
    if "label" in row:
        return Task(name, "medicine", "en", (), prompt=f"Claim {name}", batch=row["stratum"])
    answers = (Answer("a", "", model=row["left"]), Answer("b", "", model=row["right"]))
    return Task(name, "general", "en", answers, prompt=f"Pair {name}")


def _judgment(row: Row, task: Task, number: int) -> Judgment:
    said: dict[str, Any]
    if "label" in row:
        rating = Rating(CRITERION, value=LABELS[row["label"]])
        said = {"ratings": (rating,), "flags": (row["label"].lower(),)}
    else:
        said = {"ranking": WINNERS[row["winner"]]}
    told = hashlib.sha256(f"{task.id}\0{row['annotator']}".encode()).digest()
    # There are no times, so that the number of the row stands for one: the same file, the same ids.
    id_ = uuid7(number, told[:10])
    return Judgment(id_, task.id, task_sha256(task), row["annotator"], task.id, **said)


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a file, one JSON object a line."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise RowError(f"row {number} is no JSON: {error}") from None


def main(argv: list[str]) -> int:
    """Convert a file to standard output; 2 when there is none, 3 when it is of neither set."""
    if len(argv) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        lines = b"".join(converted(rows_of(Path(argv[0]))))
    except (RowError, OSError) as error:
        print(f"{argv[0]}: {error}", file=sys.stderr)
        return 3
    sys.stdout.buffer.write(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
