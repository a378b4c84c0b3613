"""Canonical JSON: one text, and so one hash, for one value."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tutorcli.errors import InputError, message

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with text keys."""

MAX_DEPTH = 100
"""Arrays and objects may lie this deep in one another."""

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def dumps(value: Json) -> str:
    """The canonical text of a JSON value.

    Keys are sorted by code point, nothing is escaped that need not be, no blanks stand between
    tokens. Integral floats must be integers already (`loads` and `normal` see to that).

    Raises:
        ValueError: A number is NaN or infinite, or a text holds a lone surrogate.
    """
    text = _encode(value)
    if not text.isascii():
        text.encode()
    return text


def normal(value: Json) -> Json:
    """``value`` with integral floats as integers, at any depth."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [normal(item) for item in value]
    return value


def present(value: Mapping[str, Json]) -> dict[str, Json]:
    """``value`` without its null members: in objects of ours null means absent."""
    return {key: item for key, item in value.items() if item is not None}


def digest(text: str | bytes) -> str:
    """SHA-256 of UTF-8 text or of bytes, 64 lower-case hexadecimal digits."""
    return sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def loads(text: str) -> Json:
    """Parse JSON strictly.

    Raises:
        InputError: Not JSON, NaN or Infinity, a key that stands twice in one object, a lone
            surrogate, or nesting deeper than `MAX_DEPTH`.
    """
    # Counting brackets costs a scan; only a text with more of them than levels allowed can be deep.
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise InputError(message("nested deeper than {limit} levels", limit=MAX_DEPTH))
    try:
        value = _decode(text)
    except json.JSONDecodeError as error:
        raise InputError(
            message("not JSON: {reason} at column {column}", reason=error.msg, column=error.colno)
        ) from None
    except ValueError as error:
        raise InputError(message("not JSON: {reason}", reason=error)) from None
    _refuse_surrogates(text, value)
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise InputError(message('the key "{key}" stands twice in one object', key=twice))
    return value


def _float(text: str) -> int | float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise InputError(message("the number {number} is too large", number=text))
    return int(value) if value.is_integer() else value


def _constant(name: str) -> None:
    raise InputError(message("{name} is not JSON", name=name))


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_float, parse_constant=_constant
).decode


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.DOTALL):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]}":
            depth -= 1
    return deepest


def _refuse_surrogates(text: str, value: Json) -> None:
    try:
        if not text.isascii():
            text.encode()
        if _SURROGATE_ESCAPE.search(text):
            _encode(value).encode()
    except UnicodeEncodeError:
        raise InputError(message("a text holds half of a surrogate pair")) from None
