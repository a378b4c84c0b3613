"""The annotate screen in a terminal, and what lies in its home afterwards."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.terminal import Terminal, environment
from tutorcli.core.canonical import dumps
from tutorcli.core.draft import Draft, replay
from tutorcli.core.judgment import Judgment
from tutorcli.core.task import task_from_json, task_to_json
from tutorcli.store import judgments
from tutorcli.store.backup import check_integrity
from tutorcli.store.db import Queue
from tutorcli.store.drafts import Drafts
from tutorcli.store.importing import Importing, row_of

PROGRAM = (sys.executable, "-m", "tutorcli")


def data(home: Path) -> Path:
    """Where the files of a home lie."""
    return home / "data"


def fill(home: Path, made: Iterable[dict[str, Any]]) -> None:
    """Put tasks into the queue of a home."""
    tasks = [task_from_json(one) for one in made]
    with Queue.open(data(home)) as queue, Importing.begin(queue, "a test") as importing:
        importing.stage(row_of(task, dumps(task_to_json(task)).encode()) for task in tasks)
        importing.publish()


def question(number: int, answers: str = "abc") -> dict[str, Any]:
    """A small task without a pack; its prompt begins with ``Question NUMBER.``."""
    return {
        "id": f"t{number}",
        "domain": "chess",
        "language": "en",
        "prompt": f"Question {number}. Which move is best?",
        "answers": [
            {"id": key, "text": f"Answer {key} of {number}.\n\nIt is a move."} for key in answers
        ],
    }


def annotate(
    home: Path,
    *arguments: str,
    size: tuple[int, int] = (100, 30),
    program: Sequence[str] = PROGRAM,
    is_warm: bool = False,
    **env: str,
) -> Terminal:
    """Open the annotate screen on a home; a warm one is `PROGRAM`, imported already."""
    command = [*(() if is_warm else program), "annotate", *arguments]
    settings = environment(TUTORCLI_HOME=str(home), **env)
    return Terminal(command, size=size, env=settings, is_warm=is_warm)


def submit_first(terminal: Terminal) -> None:
    """Rank the three answers of the first question and submit; the second one stands then."""
    terminal.wait_for("Enter submit")
    terminal.settle()
    terminal.press("2", "1", "3")
    terminal.settle()
    terminal.press("enter")
    terminal.wait_for("Question 2.")


def judged(home: Path) -> dict[str, Judgment]:
    """This tutor's current judgment of each task that has one."""
    with Queue.open(data(home), create=False) as queue:
        tutor = judgments.home(queue).tutor
        ids = [row[0] for row in queue.rows("SELECT DISTINCT task FROM judgments")]
        found = [judgments.current_of(queue, task_id, tutor) for task_id in ids]
        return {one.judgment.task: one.judgment for one in found if one is not None}


def draft(home: Path, task_id: str) -> Draft | None:
    """The draft of a task as its log tells it."""
    with Drafts.open(data(home)) as drafts:
        saved = drafts.load(task_id)
    if saved is None:
        return None
    found = Draft(saved.judgment_id, saved.started_at, saved.supersedes)
    replay(found, saved.snapshot, saved.ops)
    return found


def drafted(home: Path) -> list[str]:
    """Ids of the tasks with a draft, newest first."""
    with Drafts.open(data(home)) as drafts:
        return [task_id for task_id, _ in drafts.touched()]


def damage(home: Path) -> list[str]:
    """What SQLite finds wrong with the files of a home; empty when all is well."""
    with Queue.open(data(home), create=False) as queue, Drafts.open(data(home)) as drafts:
        return [*check_integrity(queue), *check_integrity(drafts)]


def order_of(home: Path, task_id: str) -> tuple[str, ...]:
    """Ids of a task's answers in the order in which this home's tutor sees them."""
    from tutorcli.services.desk import desk_in
    from tutorcli.services.judging import open_task

    with desk_in(data(home)) as desk:
        return tuple(open_task(desk, task_id).assigned.order)


def lines_of(path: Path) -> list[Any]:
    """The JSON lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
