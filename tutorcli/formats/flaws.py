"""What is wrong with a line of a file, in words."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutorcli.core.judgment import Judgment
from tutorcli.core.rules import Fault
from tutorcli.errors import Message, message, near

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, ValidationError

_LONGEST_QUOTE = 40
"""Code points of a value that a message repeats; longer ones are text, which no message holds."""


@dataclass(frozen=True, slots=True)
class LineError:
    """One thing that is wrong with one line."""

    file: str
    """As it was named; ``-`` is standard input."""
    line: int
    """From 1."""
    field: str
    """Such as ``answers[2].text``; empty: the line as a whole."""
    message: Message

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: "
        return f"{place}{self.field}: {self.message}" if self.field else f"{place}{self.message}"


class BadLine(Exception):  # noqa: N818 - a finding about a file, which its reader reports
    """A line that cannot be read, with all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """``faults``: at least one."""
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field}: {fault.what}" for fault in self.faults))


def faults_of(error: "ValidationError", kinds: Sequence[type] = ()) -> Iterator[Fault]:
    """The findings of pydantic as faults, one a field.

    Args:
        error: What the validation raised.
        kinds: Dataclasses whose fields an unknown key may have meant.
    """
    seen: set[str] = set()
    for detail in error.errors(include_url=False):
        place = field_of(detail["loc"])
        if place not in seen:
            seen.add(place)
            yield Fault(place, _what(detail, kinds))


def field_of(location: Sequence[int | str]) -> str:
    """``answers[2].text`` of the path to a value; the branches of a union are no part of it."""
    parts: list[str] = []
    for step in location:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step not in {"int", "float"}:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


_WANTED = {
    "string_type": message("text"),
    "int_type": message("a whole number"),
    "int_from_float": message("a whole number"),
    "float_type": message("a number"),
    "bool_type": message("true or false"),
    "tuple_type": message("a list"),
    "dict_type": message("an object"),
    "dataclass_type": message("an object"),
}


def _what(detail: "ErrorDetails", kinds: Sequence[type]) -> Message:
    kind, value = detail["type"], detail["input"]
    if kind == "missing":
        return message("is missing")
    if kind == "unexpected_keyword_argument":
        return _unknown_key(detail["loc"], kinds)
    if kind == "literal_error":
        expected = detail["ctx"]["expected"].replace("'", '"')
        if isinstance(value, str) and len(value) <= _LONGEST_QUOTE:
            return message('"{value}" is not {expected}', value=value, expected=expected)
        return message("is not {expected}", expected=expected)
    if wanted := _WANTED.get(kind):
        return message("must be {wanted}, not {found}", wanted=wanted, found=name_of(value))
    return message("cannot be read: {reason}", reason=detail["msg"])


def _unknown_key(location: Sequence[int | str], kinds: Sequence[type]) -> Message:
    from dataclasses import fields

    known = [item.name for kind in kinds for item in fields(kind)]
    if guess := near(str(location[-1]), known):
        return message('is no known key; did you mean "{guess}"?', guess=guess)
    return message("is no known key")


def answer_faults(judgment: Judgment, answers: Collection[str]) -> Iterator[Fault]:
    """The answers that a judgment names and its task lacks."""
    for place, answer in _named(judgment):
        if answer not in answers:
            guess = near(answer, answers)
            known = message('did you mean "{guess}"?', guess=guess) if guess else None
            known = known or message("answers of this task: {known}", known=", ".join(answers))
            what = message(
                'names answer "{answer}", which the task lacks; {known}', answer=answer, known=known
            )
            yield Fault(place, what)


def _named(judgment: Judgment) -> Iterator[tuple[str, str]]:
    for answer in judgment.preference.answers:
        yield "ranking", answer
    for index, strength in enumerate(judgment.strengths):
        yield f"strengths[{index}].first", strength.first
        yield f"strengths[{index}].second", strength.second
    for index, rating in enumerate(judgment.ratings):
        if rating.answer is not None:
            yield f"ratings[{index}].answer", rating.answer
    rows = {name: getattr(judgment, name) for name in _ROWS_WITH_AN_ANSWER}
    for name, items in rows.items():
        for index, item in enumerate(items):
            yield f"{name}[{index}].answer", item.answer
    for index, answer in enumerate(judgment.shown_order):
        yield f"shown_order[{index}]", answer
    for answer in judgment.read:
        yield "read", answer


_ROWS_WITH_AN_ANSWER = ("criteria", "steps", "spans", "edits", "refusal", "citations")


def name_of(value: Any) -> Message:
    """What kind of JSON value it is."""
    if value is None:
        return message("null")
    if isinstance(value, bool):
        return message("true or false")
    if isinstance(value, (int, float)):
        return message("a number")
    if isinstance(value, str):
        return message("text")
    return message("an object") if isinstance(value, dict) else message("a list")
