"""Tasks with long answers, and what of them stands on the screen."""

from typing import Any

from tests.screens import question
from tests.tui.tutoring import Tutor

PLAIN = "\n\n".join(f"Line {n}." for n in range(60))


def told(number: int, *texts: str, **fields: Any) -> dict[str, Any]:
    """A task with these answers."""
    task = question(number, "abcdefgh"[: len(texts)])
    for answer, text in zip(task["answers"], texts, strict=True):
        answer["text"] = text
    return task | fields


def body(tutor: Tutor) -> str:
    """The texts of the answers' widget alone."""
    grid = tutor.app.annotate.grid
    top = grid.region.y
    return "\n".join(tutor.rows[top : top + grid.size.height])


def share(tutor: Tutor) -> float:
    """How far the answer that has the focus was read."""
    return float(str(tutor.opened.draft.rows["read"][tutor.answers[tutor.focus - 1]]))
