"""What leaves the server of a task, and how what comes back is read in the task's own words.

An assignment shows answers as a0, a1, ... in an order of its own, so that neither an id nor a place
tells which model wrote an answer, and a repeat looks like another task.
"""

from collections.abc import Mapping
from dataclasses import replace

from tutorcli.core.canonical import digest
from tutorcli.core.judgment import Judgment, Strength
from tutorcli.core.task import Answer, Task, task_sha256


def shown_ids(task: Task, assignment: str) -> dict[str, str]:
    """The id under which each answer of ``task`` is handed out with an assignment: own id to a0, a1 ..."""
    mixed = sorted(
        (answer.id for answer in task.answers),
        key=lambda answer_id: digest(f"{assignment}\n{answer_id}"),
    )
    return {answer_id: f"a{number}" for number, answer_id in enumerate(mixed)}


def blind(task: Task, assignment: str) -> Task:
    """The task as it is handed out: its id is the assignment, nothing tells a model or a source."""
    names = shown_ids(task, assignment)
    answers = sorted((_blind_answer(answer, names) for answer in task.answers), key=_number)
    return Task(
        id=assignment,
        domain=task.domain,
        language=task.language,
        answers=tuple(answers),
        prompt=task.prompt,
        messages=tuple(replace(turn, extra={}) for turn in task.messages),
        reference=task.reference,
        context=tuple(replace(passage, extra={}) for passage in task.context),
        rubric=tuple(replace(criterion, extra={}) for criterion in task.rubric),
        protocol=task.protocol,
        guideline=task.guideline,
        subdomain=task.subdomain,
        jurisdiction=task.jurisdiction,
        as_of=task.as_of,
        region=task.region,
        confidentiality=task.confidentiality,
        priority=task.priority,
        due=task.due,
    )


def _blind_answer(answer: Answer, names: Mapping[str, str]) -> Answer:
    return Answer(
        id=names[answer.id],
        text=answer.text,
        turns=tuple(replace(turn, extra={}) for turn in answer.turns),
        reasoning=answer.reasoning,
        steps=answer.steps,
    )


def _number(answer: Answer) -> int:
    return int(answer.id[1:])


def unblind(judgment: Judgment, task: Task) -> Judgment:
    """A judgment of an assignment in the words of the task: its id, its answers' ids, its hash.

    Ids that the assignment did not show stay as they are. The judgment's own id stays too: it is the
    same judgment, though its bytes are no longer those that were signed.
    """
    names = {shown: own for own, shown in shown_ids(task, judgment.assignment).items()}

    def own(answer_id: str) -> str:
        return names.get(answer_id, answer_id)

    return replace(
        judgment,
        task=task.id,
        task_sha256=task_sha256(task),
        ranking=tuple(tuple(own(item) for item in tier) for tier in judgment.ranking),
        strengths=tuple(
            _ordered(Strength(own(row.first), own(row.second), row.value))
            for row in judgment.strengths
        ),
        ratings=tuple(
            row if row.answer is None else replace(row, answer=own(row.answer))
            for row in judgment.ratings
        ),
        criteria=tuple(replace(row, answer=own(row.answer)) for row in judgment.criteria),
        steps=tuple(replace(row, answer=own(row.answer)) for row in judgment.steps),
        spans=tuple(replace(row, answer=own(row.answer)) for row in judgment.spans),
        edits=tuple(replace(row, answer=own(row.answer)) for row in judgment.edits),
        refusal=tuple(replace(row, answer=own(row.answer)) for row in judgment.refusal),
        citations=tuple(replace(row, answer=own(row.answer)) for row in judgment.citations),
        shown_order=tuple(own(item) for item in judgment.shown_order),
        read={own(item): fraction for item, fraction in judgment.read.items()},
    )


def _ordered(row: Strength) -> Strength:
    """The pair with the smaller id first; its value turns with it."""
    if row.first <= row.second:
        return row
    return Strength(row.second, row.first, -row.value)
