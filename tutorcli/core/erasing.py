"""What is left of a task whose text was called back: the hash in place of each text."""

from dataclasses import replace
from typing import overload

from tutorcli.core.canonical import digest
from tutorcli.core.task import Answer, Task, Turn

MARK = "sha256:"


def erased(task: Task) -> Task:
    """The task with ``sha256:`` and the hash in place of every text.

    What may repeat a text goes altogether: source, metadata, provenance and unknown keys. Ids, domain,
    language, labels, models and the protocol stay. Erasing what is erased changes nothing.
    """
    return replace(
        task,
        prompt=_hashed(task.prompt),
        messages=tuple(map(_turn, task.messages)),
        reference=_hashed(task.reference),
        context=tuple(
            replace(
                passage,
                text=_hashed(passage.text),
                title=_hashed(passage.title),
                locator=_hashed(passage.locator),
                extra={},
            )
            for passage in task.context
        ),
        rubric=tuple(
            replace(criterion, criterion=_hashed(criterion.criterion), extra={})
            for criterion in task.rubric
        ),
        answers=tuple(map(_answer, task.answers)),
        source=None,
        metadata=None,
        extra={},
    )


def _answer(answer: Answer) -> Answer:
    return replace(
        answer,
        text=_hashed(answer.text),
        turns=tuple(map(_turn, answer.turns)),
        reasoning=_hashed(answer.reasoning),
        steps=tuple(map(_hashed, answer.steps)),
        provenance=None,
        extra={},
    )


def _turn(turn: Turn) -> Turn:
    return replace(turn, content=_hashed(turn.content), reasoning=_hashed(turn.reasoning), extra={})


@overload
def _hashed(text: str) -> str: ...
@overload
def _hashed(text: None) -> None: ...
def _hashed(text: str | None) -> str | None:
    if text is None or (text.startswith(MARK) and len(text) == len(MARK) + 64):
        return text
    return f"{MARK}{digest(text)}"
