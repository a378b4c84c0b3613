"""What a push brings, read before any lock is taken."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import orjson

from tutorcli.core.canonical import MAX_DEPTH, loads
from tutorcli.core.judgment import SCHEMA, Judgment
from tutorcli.core.wire import Item, PushRequest, Reason
from tutorcli.errors import InputError
from tutorcli.formats.flaws import BadLine
from tutorcli.formats.own import judgment_of
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.standing import check_device_id

MAX_ID = 200
"""Characters of an id; longer ones fit no index."""
MAX_ABOUT = 100
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MAX_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class Arrival:
    """One item: its bytes, and the judgment where it could be read."""

    dseq: int
    sha256: bytes
    """As the device says; the chain is made of it."""
    body: str | None
    judgment: Judgment | None = None
    fault: Reason | None = None
    """Why there is no judgment."""
    assignment: str | None = None
    """What it is about, where that was said beside a body that did not come."""


def check(context: Context, request: PushRequest) -> None:
    """Refuse an envelope that no client of this protocol sends.

    Raises:
        Rejected: bad_request, or too_large when it has too many items.
    """
    check_device_id(request.device)
    if len(request.items) > context.project.limits.items:
        raise Rejected("too_large", f"more than {context.project.limits.items} judgments")
    if not _DIGEST.fullmatch(request.prev_head):
        raise Rejected("bad_request", "prev_head is no digest")
    if not 1 <= request.first <= _MAX_NUMBER:
        raise Rejected("bad_request", "first is no number of a judgment")
    for number, item in enumerate(request.items, request.first):
        if item.dseq != number:
            raise Rejected("bad_request", "the items are not in order, or do not begin at first")
        if not _DIGEST.fullmatch(item.sha256):
            raise Rejected("bad_request", "sha256 is no digest")


def arrivals(items: Iterable[Item], limit: int) -> list[Arrival]:
    """Every item, with its judgment or what is wrong with it.

    Args:
        items: As they were sent.
        limit: Bytes that a body may have.
    """
    return [_arrival(item, limit) for item in items]


def _arrival(item: Item, limit: int) -> Arrival:
    digest = bytes.fromhex(item.sha256)
    if item.body is None:
        named = item.assignment if item.assignment and _is_id(item.assignment) else None
        return Arrival(item.dseq, digest, None, fault="too_large", assignment=named)
    raw = item.body.encode()
    if len(raw) > limit:
        return Arrival(item.dseq, digest, None, fault="too_large")
    # PostgreSQL stores no NUL, and no JSON holds one.
    body = item.body if "\x00" not in item.body else None
    if sha256(raw).digest() != digest:
        return Arrival(item.dseq, digest, body, fault="wrong_digest")
    try:
        judgment = _quickly(raw) or _judgment(loads(item.body))
    except InputError:
        return Arrival(item.dseq, digest, body, fault="not_json")
    except (BadLine, ValueError):
        return Arrival(item.dseq, digest, body, fault="schema")
    return Arrival(item.dseq, digest, body, judgment)


def _quickly(raw: bytes) -> Judgment | None:
    """The judgment in a quarter of the time; None where only the careful parser can tell.

    In what comes out of orjson as it went in no key stood twice. It could be nested too deep, or no
    judgment only because it says 1.0 where 1 is meant.
    """
    try:
        value = orjson.loads(raw)
        is_flat = raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH
        if is_flat and orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == raw:
            return _judgment(value)
    except (BadLine, ValueError, orjson.JSONEncodeError):
        pass
    return None


def _judgment(value: object) -> Judgment:
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise ValueError("no judgment")
    judgment = judgment_of(value)
    names = (judgment.id, judgment.assignment, *judgment.about)
    if len(judgment.about) > MAX_ABOUT or not all(map(_is_id, names)):
        raise ValueError("no ids")
    return judgment


def _is_id(text: str) -> bool:
    return 0 < len(text) <= MAX_ID and "\x00" not in text
