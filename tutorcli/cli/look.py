"""A task as it may be printed: safe, and blind until it has been judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tutorcli.core.judgment import Judgment, judgment_to_json
from tutorcli.core.task import Task, Turn, shown_order, task_to_json
from tutorcli.core.text import safe, safe_line
from tutorcli.errors import InputError
from tutorcli.formats.own import blinded
from tutorcli.services import judging, lending
from tutorcli.services.desk import Desk
from tutorcli.store import judgments


@dataclass(frozen=True, slots=True)
class Seen:
    """What `tutorcli show` may tell of a task."""

    task: Task
    sha256: str
    order: Sequence[str]
    """Answer ids as shown to this tutor."""
    is_blind: bool
    """Whether models, sources and the words of other tutors are left out."""
    judgments: Sequence[Judgment] | None = None
    """None when they were not asked for."""
    unusable: InputError | None = None
    """Why it cannot be judged here: its protocol is missing or wrong."""

    def row(self) -> dict[str, Any]:
        """The JSON object."""
        row: dict[str, Any] = {
            "task": task_to_json(self.task),
            "task_sha256": self.sha256,
            "shown_order": list(self.order),
            "blind": self.is_blind,
            "missing_protocol": self.task.protocol if self.unusable else None,
        }
        if self.judgments is not None:
            row["judgments"] = [judgment_to_json(item) for item in self.judgments]
        return row

    def asked(self) -> str:
        """What is asked, and what belongs to it."""
        return "\n".join(_asked(self.task)).lstrip("\n")

    def answer(self, number: int) -> str:
        """The answer of that number, with its reasoning."""
        return "\n".join(_answers(self.task, self.order, number)).lstrip("\n")

    def text(self) -> str:
        """The task for a person, answers in the order and with the numbers of the screen."""
        parts = [*_head(self.task), *_asked(self.task), *_answers(self.task, self.order)]
        for item in self.judgments or ():
            parts += ["", *_said(item)]
        return "\n".join(parts)


def look_at(desk: Desk, task_id: str, *, with_judgments: bool, unblind: bool) -> Seen:
    """What may be told of a task.

    Args:
        desk: The home.
        task_id: The task.
        with_judgments: Also every revision of what was said: this tutor's own, and that of others
            once the task is judged here.
        unblind: Tell everything.

    Raises:
        InputError: There is no such task.
        Refused: It belongs to a server that was not synced with for too long, or is closed.
    """
    stored = judging.find(desk, task_id)
    if stored.is_closed:
        raise judging.Closed(task_id)
    lending.require_contact(desk, stored.channel)
    task, tutor = stored.task, desk.tutor_on(stored.channel)
    is_blind = judging.is_blind(judging.current_judgment(desk, task_id)) and not unblind
    said = None
    if with_judgments:
        known = [frozen.judgment for frozen in judgments.of_task(desk.queue, task_id)]
        said = [item for item in known if not is_blind or item.tutor == tutor]
    return Seen(
        blinded(task) if is_blind else task,
        stored.sha256,
        shown_order(task, task_id, tutor),
        is_blind,
        said,
        desk.catalog.why_not(task.protocol) if task.protocol else None,
    )


def one_line(judgment: Judgment) -> str:
    """What a judgment says, in one safe line: task, ranking or disposition, revision."""
    ranking = str(judgment.preference) if judgment.disposition == "done" else ""
    again = f" (revision {judgment.revision})" if judgment.revision > 1 else ""
    return safe_line(f"{judgment.task}: {ranking or judgment.disposition}{again}")


def _head(task: Task) -> Iterator[str]:
    labels = (task.domain, task.subdomain, task.language, task.jurisdiction, task.as_of)
    yield safe_line(f"task {task.id}  {'  '.join(filter(None, labels))}")
    if task.source is not None:
        yield safe_line(f"source {task.source}")


def _asked(task: Task) -> Iterator[str]:
    yield from _block("prompt", task.prompt)
    for turn in task.messages:
        yield from _turn(turn)
    for passage in task.context:
        title = " ".join(filter(None, ("context", passage.title, passage.locator)))
        yield from _block(title, passage.text)
    yield from _block("reference", task.reference)
    for item in task.rubric:
        yield safe_line(f"rubric {item.id} ({item.points}): {item.criterion}")


def _turn(turn: Turn) -> Iterator[str]:
    yield from _block(f"{turn.role} (reasoning)", turn.reasoning)
    yield from _block(turn.role, turn.content)


def _answers(task: Task, order: Sequence[str], only: int | None = None) -> Iterator[str]:
    for number, answer_id in enumerate(order, 1):
        answer = task.answer(answer_id)
        if answer is None or only not in {None, number}:
            continue
        name = f"answer {number} ({answer_id})"
        yield from _block(f"{name} by {answer.model}" if answer.model else name, answer.text)
        yield from _block(f"{name}, reasoning", answer.reasoning)
        for turn in answer.turns:
            yield from _turn(turn)


def _block(title: str, text: str | None) -> Iterator[str]:
    if text is not None:
        yield ""
        yield f"--- {safe_line(title)}"
        yield safe(text)


def _said(judgment: Judgment) -> Iterator[str]:
    yield safe_line(
        f"--- judgment {judgment.id} by {judgment.tutor}, revision {judgment.revision},"
        f" {judgment.disposition}"
    )
    yield from contents(judgment)


def contents(judgment: Judgment) -> Iterator[str]:
    """What a judgment says, line by line and safe."""
    why = (judgment.reason, judgment.refer_to)
    yield from (safe_line(f"why: {word}") for word in why if word)
    if judgment.ranking or judgment.accept_line is not None:
        yield safe_line(f"ranking: {judgment.preference}")
    for rating in judgment.ratings:
        value = "na" if rating.na else rating.value
        yield safe_line(f"rating: {rating.answer or 'task'}: {rating.criterion} {value}")
    for strength in judgment.strengths:
        yield safe_line(f"strength: {strength.first} over {strength.second}: {strength.value}")
    for edit in judgment.edits:
        reasons = f" ({', '.join(edit.reasons)})" if edit.reasons else ""
        yield from (safe_line(f"edit of {edit.answer}{reasons}:"), safe(edit.text))
    if judgment.confidence is not None:
        yield f"confidence: {judgment.confidence}"
    if judgment.flags:
        yield safe_line(f"flags: {', '.join(judgment.flags)}")
    if judgment.comment:
        yield from ("comment:", safe(judgment.comment))
