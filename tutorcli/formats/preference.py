"""Preference pairs as TRL reads them: explicit and conversational, one pair a line."""

from collections.abc import Iterator
from typing import Literal

from tutorcli.core.canonical import Json
from tutorcli.core.task import Answer, Task, Turn
from tutorcli.formats.encoding import canonical
from tutorcli.formats.policy import Policy, Preference, Reasoning, counting, preferences
from tutorcli.formats.port import Dossier, Row

Messages = list[dict[str, Json]]


def write(dossier: Dossier, policy: Policy) -> Iterator[Row]:
    """The lines of one task: a row for each pair, version by version of the task.

    Judgments of a version whose text is not known any more give no pairs.
    """
    counted = counting(frozen.judgment for frozen in dossier.judgments)
    versions = dict(dossier.versions)
    if dossier.task is not None:
        versions[dossier.sha256] = dossier.task
    for sha256 in sorted({judgment.task_sha256 for judgment in counted} & versions.keys()):
        of_version = [judgment for judgment in counted if judgment.task_sha256 == sha256]
        for pair in preferences(of_version, policy):
            if row := row_of(versions[sha256], pair, policy):
                yield Row(_kind(pair), canonical(row) + b"\n")


def _kind(pair: Preference) -> Literal["pair", "edit", "verified edit"]:
    if pair.edit is None:
        return "pair"
    return "verified edit" if pair.edit_verified else "edit"


def row_of(task: Task, pair: Preference, policy: Policy) -> dict[str, Json] | None:
    """One row; None when the task lacks an answer of the pair.

    Every row has the same keys, those inside messages and ``metadata`` included, and text that is
    not known is empty, not null: readers take the type of a column from the first 10 MB, and stop
    at text where all was null before. So `edit_verified` alone can be null. What is ours stands in
    ``metadata``, so that no name is among those which trainers reserve.
    """
    chosen, rejected = task.answer(pair.chosen), task.answer(pair.rejected)
    if chosen is None or rejected is None:
        return None
    # An edit corrects the text, so that it is compared with the text, whatever turns there are.
    before, after = (rejected.text, pair.edit.text) if pair.edit else (None, None)
    return {
        "prompt": _prompt(task, policy.reasoning),
        "chosen": _reply(task, chosen, after, policy.reasoning),
        "rejected": _reply(task, rejected, before, policy.reasoning),
        "metadata": _metadata(task, chosen, rejected, pair) | {"policy": str(policy)},
    }


def _prompt(task: Task, reasoning: Reasoning) -> Messages:
    if task.prompt is not None:
        return [_message("user", task.prompt, None, reasoning)]
    return [_message(turn.role, turn.content, turn.reasoning, reasoning) for turn in task.messages]


def _reply(task: Task, answer: Answer, text: str | None, reasoning: Reasoning) -> Messages:
    """The messages of an answer without those that repeat the prompt, or of ``text`` in its place."""
    turns = _own_turns(task, answer)
    if text is not None and not (turns and turns[-1].content == answer.text):
        turns = []
    if not turns:
        content = answer.text if text is None else text
        return [_message("assistant", content, answer.reasoning, reasoning)]
    *earlier, last = turns
    content = last.content if text is None else text
    return [
        *(_message(turn.role, turn.content, turn.reasoning, reasoning) for turn in earlier),
        _message(last.role, content, last.reasoning, reasoning),
    ]


def _own_turns(task: Task, answer: Answer) -> list[Turn]:
    asked = [(turn.role, turn.content) for turn in task.messages] or [("user", task.prompt or "")]
    said = [(turn.role, turn.content) for turn in answer.turns]
    return list(answer.turns[len(asked) if said[: len(asked)] == asked else 0 :])


def _message(role: str, content: str, trace: str | None, reasoning: Reasoning) -> dict[str, Json]:
    if reasoning == "key":
        return {"role": role, "content": content, "thinking": trace or ""}
    if reasoning == "tag" and trace is not None:
        content = f"<think>\n{trace}\n</think>\n\n{content}"
    return {"role": role, "content": content}


def _metadata(task: Task, chosen: Answer, rejected: Answer, pair: Preference) -> dict[str, Json]:
    return {
        "task": task.id,
        "domain": task.domain,
        "language": task.language,
        "tutor": pair.tutor or "",
        "judgment": pair.judgment or "",
        "tutors": pair.tutors,
        "agreeing": pair.agreeing,
        "chosen_answer": chosen.id,
        "rejected_answer": rejected.id,
        "chosen_model": chosen.model or "",
        "rejected_model": rejected.model or "",
        "strength": pair.strength or 0,
        "is_edit": pair.edit is not None,
        "edit_verified": pair.edit_verified,
    }
