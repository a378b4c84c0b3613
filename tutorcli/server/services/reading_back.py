"""Stored judgments in the words of their tasks."""

from dataclasses import replace

import orjson

from tutorcli.core.blinding import unblind
from tutorcli.core.judgment import Judgment
from tutorcli.core.task import Answer, Task
from tutorcli.errors import InputError
from tutorcli.formats.flaws import BadLine
from tutorcli.formats.own import judgment_of
from tutorcli.formats.parsing import parsed


def said_of(body: str) -> Judgment | None:
    """The judgment of stored bytes; None when they are none, which is kept all the same."""
    try:
        value = parsed(body.encode(), "").value
        return judgment_of(value) if isinstance(value, dict) else None
    except (InputError, BadLine):
        return None


def _named(task: str, body: str) -> Task:
    """A task with the ids of its answers and nothing else: all that unblinding needs."""
    ids = [str(answer["id"]) for answer in orjson.loads(body)["answers"]]
    return Task(task, "", "", tuple(Answer(key, "") for key in ids))


def in_own_words(judgment: Judgment, task: str, body: str, sha256: str) -> Judgment:
    """A judgment of an assignment in the words of its task.

    Args:
        judgment: As it was signed.
        task: The task's id.
        body: Its canonical JSON, purged or not.
        sha256: Its hash as it was before any purge.
    """
    return replace(unblind(judgment, _named(task, body)), task_sha256=sha256)
