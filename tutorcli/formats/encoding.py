"""Canonical JSON of many tasks: the bytes that `core.task` and `core.canonical` give, made faster.

The work starts from what `core.task.shape` gave and validation has passed, not from the `Task`
made of it: few of a task's fields are filled, so that asking for all of them takes longer. Python's
own encoder takes three times as long as pydantic's, which writes all but floats in the same way.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from tutorcli.core.canonical import Json, digest, dumps
from tutorcli.core.task import SCHEMA, Task, task_sha256, task_to_json

Shaped = Mapping[str, Any]

_WHOLE_DEFAULTS = {"priority": 0, "overlap": 1}
_TURNS = frozenset({"messages", "turns"})
_SEEN_OF_ANSWER = ("id", "reasoning", "steps", "text", "turns")
_SEEN_OF_TASK = ("context", "messages", "prompt", "reference", "rubric")


def body_of(shaped: Shaped, task: Task) -> str:
    """The canonical JSON of `core.task.task_to_json`.

    Args:
        shaped: The members that the task was made of.
        task: The same as a value.
    """
    try:
        row = _row(shaped)
        row.setdefault("answers", [])
        row["schema"] = SCHEMA
        return to_json({key: row[key] for key in sorted(row)}).decode()
    except _HasFloatError:
        return dumps(task_to_json(task))


def sha256_of(shaped: Shaped, task: Task) -> str:
    """The hash of `core.task.task_sha256`; arguments as for `body_of`."""
    try:
        return digest(to_json(_seen(shaped)))
    except _HasFloatError:
        return task_sha256(task)


def canonical(value: Json) -> bytes:
    """What `core.canonical.dumps` writes, as UTF-8."""
    try:
        return to_json(_ordered(value))
    except _HasFloatError:
        return dumps(value).encode()


class _HasFloatError(Exception):
    """A float is among the values, which Python writes in a way of its own."""


def _ordered(value: Json) -> Json:
    # Most values are text, which a call each would make slow.
    kind = type(value)
    if kind is dict:
        return {
            key: item if type(item := value[key]) is str else _ordered(item)
            for key in sorted(value)
        }
    if kind is list or kind is tuple:
        return [item if type(item) is str else _ordered(item) for item in value]
    if kind is float:
        raise _HasFloatError
    return value


def _row(shaped: Shaped) -> dict[str, Json]:
    """A task, an answer or a passage: keys sorted, defaults left out, unknown keys back in place."""
    row: dict[str, Json] = {}
    for key in sorted(shaped):
        item = shaped[key]
        if type(item) is str:
            if key != "kind" or item != "model":
                row[key] = item
        elif type(item) is tuple:
            if item:
                row[key] = _rows(key, item)
        elif key != "extra" and item != _WHOLE_DEFAULTS.get(key, ()):
            row[key] = _ordered(item)
    if extra := shaped.get("extra"):
        row.update(_ordered(extra))
        return {key: row[key] for key in sorted(row)}
    return row


def _rows(key: str, items: tuple[Any, ...]) -> list[Json]:
    if key in _TURNS:
        items = tuple(item if "content" in item else {**item, "content": ""} for item in items)
    return [_row(item) if type(item) is dict else item for item in items]


def _seen(shaped: Shaped) -> dict[str, Json]:
    answers = sorted(shaped["answers"], key=_id_of)
    seen: dict[str, Json] = {"answers": [_picked(item, _SEEN_OF_ANSWER) for item in answers]}
    seen.update(_picked(shaped, _SEEN_OF_TASK))
    return seen


def _id_of(answer: Shaped) -> Any:
    return answer["id"]


def _picked(shaped: Shaped, keys: tuple[str, ...]) -> dict[str, Json]:
    picked: dict[str, Json] = {}
    for key in keys:
        item = shaped.get(key)
        if type(item) is str:
            picked[key] = item
        elif item:
            known = (
                {name: one[name] for name in one if name != "extra"} if type(one) is dict else one
                for one in item
            )
            picked[key] = _rows(key, tuple(known))
    return picked
