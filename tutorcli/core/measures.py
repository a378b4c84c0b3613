"""The figures in a judgment as integers, kind by kind, for statistics.

They are derived: from the judgment's bytes they can be made anew at any time. Names of tutors,
answers, criteria, labels and documents stand as codes of a list of names that the store keeps; ids of
judgments, tasks and assignments, of which there are as many as judgments, as 63 bits of their hash.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    # To import it takes as long as to import all the rest.
    from tutorcli.core.judgment import Judgment, Span

MISSING = -(2**63)
"""A value that is not there: the criterion does not apply, the time is not known."""
NONE = ""
"""The name that stands for no name."""
_MET = {"no": 0, "yes": 1, "na": 2, "unsure": 3}
_WHOLE = 1000
_BITS, _SEVERITY_BITS = 27, 6
"""Of a code point's place (a line of a file has fewer than 2**25) and of a severity."""


class Kind(IntEnum):
    """What a group of rows tells; the numbers are stored."""

    HEAD = 0
    """Of the judgment as a whole: one `Head`; all others are made of `Row`."""
    RANK = 1
    """ref: answer; value: its tier, 0 is best."""
    ACCEPT = 2
    """value: how many tiers are acceptable."""
    STRENGTH = 3
    """key: first answer; ref: second; value: above 0 first is better."""
    RATING = 4
    """key: criterion; ref: answer, or none for the task; value: `MISSING` when it does not apply."""
    CRITERION = 5
    """key: criterion of the rubric; ref: answer; value: 0 not met, 1 met, 2 does not apply, 3 unsure."""
    STEP = 6
    """key: index as text; ref: answer; value: 1, 0, -1, or `MISSING` for unsure."""
    SPAN = 7
    """key: label; ref: answer; value: see `unpacked`."""
    EDIT = 8
    """ref: answer that was edited; value: number of reasons."""
    LABEL = 9
    """key: a reason of an edit; ref: answer."""
    FLAG = 10
    """key: the flag."""
    CONFIDENCE = 11
    """value: 1 a guess to 5 certain."""
    SHOWN = 12
    """ref: answer; value: its place on the screen, from 0."""


class Head(NamedTuple):
    """What statistics need of a judgment as a whole."""

    id: int
    """`key_of` its id."""
    supersedes: int
    """`key_of` the id that it supersedes, or `MISSING`."""
    task: int
    """`task_key`: judgments of an older text of a task are of another."""
    assignment: int
    """`key_of` the assignment."""
    revision: int
    at: int
    """Milliseconds since 1970: when it was decided; on a server, when it was received."""
    active_ms: int
    read: int
    """Thousandths of the answer that was read least; `MISSING` when nothing is known."""
    tutor: int
    role: int
    stage: int
    by: int
    disposition: int
    protocol: int
    guideline: int


HEAD_FORMAT = struct.Struct("<8q7I")
"""How a `Head` is stored, its fields in order."""


class Row(NamedTuple):
    """One figure of a judgment; what it means depends on its `Kind`."""

    key: int
    """Code of a name."""
    ref: int
    """Code of a name, most often of an answer."""
    value: int


ROW_FORMAT = struct.Struct("<IIq")
"""How a `Row` is stored, its fields in order."""

Code = Callable[[str], int]
_Named = tuple[Kind, str, str, int]


def measures(judgment: "Judgment", code: Code, at: str | None = None) -> Mapping[Kind, bytes]:
    """All figures of a judgment.

    Args:
        judgment: Whose.
        code: The code of each of `names`.
        at: When it was received, ISO 8601; None: when it was decided counts.

    Returns:
        For each kind that it tells something of, `HEAD` among them, the packed rows.
    """
    grouped: dict[Kind, bytearray] = {}
    for kind, key, ref, value in _rows(judgment):
        packed = ROW_FORMAT.pack(code(key), code(ref), _bounded(value))
        grouped.setdefault(kind, bytearray()).extend(packed)
    head = HEAD_FORMAT.pack(
        *_numbers(judgment, at), *(code(name) for name in _head_names(judgment))
    )
    return {Kind.HEAD: head} | {kind: bytes(rows) for kind, rows in grouped.items()}


def names(judgment: "Judgment") -> set[str]:
    """Every name that `measures` asks the code of."""
    found = set(_head_names(judgment))
    for _, key, ref, _ in _rows(judgment):
        found |= {key, ref}
    return found


def key_of(text: str) -> int:
    """63 bits of the hash of an id, 0 to 2**63 - 1: two of a million are alike once in 10**7 times."""
    # It takes 5 ms to import, and those who only read need it not.
    from hashlib import sha256

    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> 1


def task_key(task: str, task_sha256: str) -> int:
    """The key of a task with a certain text."""
    return key_of(f"{task}\0{task_sha256}")


def unpacked(value: int) -> tuple[bool, int, int, int]:
    """Of the value of a span: whether it lies in the reasoning, start, end, severity."""
    place = (1 << _BITS) - 1
    severity, rest = value & ((1 << _SEVERITY_BITS) - 1), value >> _SEVERITY_BITS
    return bool(rest >> (2 * _BITS)), (rest >> _BITS) & place, rest & place, severity


def _packed(span: "Span") -> int:
    most = (1 << _BITS) - 1
    start, end = (min(max(place, 0), most) for place in (span.start, span.end))
    severity = min(max(span.severity, 0), (1 << _SEVERITY_BITS) - 1)
    places = ((span.field != "text") << (2 * _BITS)) | (start << _BITS) | end
    return (places << _SEVERITY_BITS) | severity


def _numbers(judgment: "Judgment", at: str | None) -> tuple[int, ...]:
    read = judgment.read.values()
    return (
        key_of(judgment.id),
        MISSING if judgment.supersedes is None else key_of(judgment.supersedes),
        task_key(judgment.task, judgment.task_sha256),
        key_of(judgment.assignment),
        _bounded(judgment.revision),
        _milliseconds(at or judgment.decided_at),
        MISSING if judgment.active_ms is None else _bounded(judgment.active_ms),
        int(_WHOLE * min(max(min(read), 0), 1)) if read else MISSING,
    )


def _head_names(judgment: "Judgment") -> tuple[str, ...]:
    found = (
        judgment.tutor,
        judgment.role,
        judgment.stage,
        judgment.by,
        judgment.disposition,
        judgment.protocol,
        judgment.guideline,
    )
    return tuple(NONE if name is None else _storable(name) for name in found)


def _rows(judgment: "Judgment") -> Iterator[_Named]:
    for kind, key, ref, value in _all_rows(judgment):
        yield kind, _storable(key), _storable(ref), value


def _storable(name: str) -> str:
    """PostgreSQL stores no zero character; no criterion, label or answer has one in its name."""
    return name.replace("\0", "\ufffd")


def _all_rows(judgment: "Judgment") -> Iterator[_Named]:
    for tier, answers in enumerate(judgment.ranking):
        for answer in answers:
            yield Kind.RANK, NONE, answer, tier
    if judgment.accept_line is not None:
        yield Kind.ACCEPT, NONE, NONE, judgment.accept_line
    for strength in judgment.strengths:
        yield Kind.STRENGTH, strength.first, strength.second, strength.value
    for rating in judgment.ratings:
        value = MISSING if rating.value is None else rating.value
        yield Kind.RATING, rating.criterion, rating.answer or NONE, value
    for mark in judgment.criteria:
        yield Kind.CRITERION, mark.criterion, mark.answer, _MET[mark.met]
    yield from _detail_rows(judgment)


def _detail_rows(judgment: "Judgment") -> Iterator[_Named]:
    for step in judgment.steps:
        value = MISSING if step.label == "unsure" else step.label
        yield Kind.STEP, str(_bounded(step.index)), step.answer, value
    for span in judgment.spans:
        yield Kind.SPAN, span.label, span.answer, _packed(span)
    for edit in judgment.edits:
        yield Kind.EDIT, NONE, edit.answer, len(edit.reasons)
        for reason in edit.reasons:
            yield Kind.LABEL, reason, edit.answer, 1
    for flag in judgment.flags:
        yield Kind.FLAG, flag, NONE, 1
    if judgment.confidence is not None:
        yield Kind.CONFIDENCE, NONE, NONE, judgment.confidence
    for place, answer in enumerate(judgment.shown_order):
        yield Kind.SHOWN, NONE, answer, place


def _bounded(value: int) -> int:
    """The value, or the nearest that 64 bits hold."""
    return min(max(value, MISSING), 2**63 - 1)


def _milliseconds(at: str | None) -> int:
    try:
        return round(datetime.fromisoformat(at).timestamp() * 1000) if at else MISSING
    except (ValueError, OverflowError):
        return MISSING
