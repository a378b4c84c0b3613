"""Canonical JSON of many tasks: the bytes that `core.task` and `core.canonical` give, made faster.

The work starts from what `core.task.shape` gave and validation has passed, not from the `Task`
made of it: few of a task's fields are filled, so that asking for all of them takes longer. Python's
own encoder takes six times as long as orjson's, which writes all but floats, and whole numbers of
more than 64 bits, in the same way.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import orjson

from tutorcli.core.canonical import Json, digest, dumps
from tutorcli.core.task import SCHEMA, task_sha256, task_to_json
from tutorcli.formats.port import Arrival

_WHOLE_DEFAULTS = {"priority": 0, "overlap": 1}
_TURNS = frozenset({"messages", "turns"})
_SEEN_OF_ANSWER = frozenset({"id", "reasoning", "steps", "text", "turns"})
_SEEN_OF_TASK = frozenset({"context", "messages", "prompt", "reference", "rubric"})


def body_of(arrival: Arrival) -> bytes:
    """The canonical JSON of `core.task.task_to_json`, as UTF-8."""
    try:
        if arrival.is_without_floats:
            return _encoded({"answers": [], **_row(arrival.shaped), "schema": SCHEMA})
    except _UnlikeError:
        pass
    return dumps(task_to_json(arrival.task)).encode()


def sha256_of(arrival: Arrival) -> str:
    """The hash of `core.task.task_sha256`."""
    try:
        if arrival.is_without_floats:
            return digest(_encoded(_seen(arrival.shaped)))
    except _UnlikeError:
        pass
    return task_sha256(arrival.task)


def canonical(value: Json) -> bytes:
    """What `core.canonical.dumps` writes, as UTF-8."""
    try:
        _refuse_floats(value)
        return _encoded(value)
    except _UnlikeError:
        return dumps(value).encode()


class _UnlikeError(Exception):
    """A value is among them that Python writes in a way of its own."""


def _encoded(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        raise _UnlikeError from None


def _refuse_floats(value: Json) -> None:
    kind = type(value)
    if kind is dict or kind is list or kind is tuple:
        for item in value.values() if kind is dict else value:
            # Most values are text, which a call each would make slow.
            if type(item) is not str:
                _refuse_floats(item)
    elif kind is float:
        raise _UnlikeError


def _row(shaped: Mapping[str, Any]) -> dict[str, Json]:
    """A task, an answer or a passage: defaults left out, unknown keys back in place."""
    row: dict[str, Json] = {}
    for key, item in shaped.items():
        if type(item) is str:
            if key != "kind" or item != "model":
                row[key] = item
        elif type(item) is tuple:
            if item:
                row[key] = _rows(key, item)
        elif key != "extra" and item != _WHOLE_DEFAULTS.get(key, ()):
            row[key] = item
    if "extra" in shaped:
        row.update(shaped["extra"])
    return row


def _rows(key: str, items: tuple[Any, ...]) -> list[Json]:
    if key in _TURNS:
        items = tuple(item if "content" in item else {**item, "content": ""} for item in items)
    return [_row(item) if type(item) is dict else item for item in items]


def _seen(shaped: Mapping[str, Any]) -> dict[str, Json]:
    answers = sorted(shaped["answers"], key=_id_of)
    seen = _picked(shaped, _SEEN_OF_TASK)
    seen["answers"] = [_picked(item, _SEEN_OF_ANSWER) for item in answers]
    return seen


_id_of = itemgetter("id")


def _picked(shaped: Mapping[str, Any], keys: frozenset[str]) -> dict[str, Json]:
    picked: dict[str, Json] = {}
    for key, item in shaped.items():
        if key not in keys:
            continue
        if type(item) is str:
            picked[key] = item
        elif item:
            known = (
                {name: one[name] for name in one if name != "extra"} if type(one) is dict else one
                for one in item
            )
            picked[key] = _rows(key, tuple(known))
    return picked
