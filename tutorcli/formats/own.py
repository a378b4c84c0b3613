"""Our own JSON Lines: one task or one judgment a line, nothing lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from tutorcli.core import judgment as judgments
from tutorcli.core import task as tasks
from tutorcli.core.canonical import Json
from tutorcli.core.judgment import ROWS, Frozen, Judgment, freeze
from tutorcli.core.rules import Fault
from tutorcli.core.task import Answer, Task
from tutorcli.errors import InputError, Message, message, near
from tutorcli.formats.containers import MAX_LINE, Line
from tutorcli.formats.encoding import canonical
from tutorcli.formats.flaws import BadLine, faults_of, name_of
from tutorcli.formats.parsing import parsed
from tutorcli.formats.policy import Policy
from tutorcli.formats.port import Arrival, Dossier, Fill, Row

_MAX_INTEGER = 2**63 - 1
"""The greatest integer that the store's columns hold."""
_SCHEMAS = (tasks.SCHEMA, judgments.SCHEMA)


def read(line: Line, fill: Fill) -> Arrival | Frozen:
    """The task, or the judgment with its bytes, of one line.

    Raises:
        BadLine: With every fault that can be seen at once.
    """
    if line.raw is None:
        raise BadLine([Fault("", message("longer than {n} MiB", n=MAX_LINE >> 20))])
    try:
        value, is_without_floats = parsed(line.raw, line.file)
    except InputError as error:
        raise BadLine([Fault("", error.what)]) from None
    if not isinstance(value, dict):
        raise BadLine(
            [Fault("", message("must be a JSON object, not {found}", found=name_of(value)))]
        )
    match value.get("schema"):
        case None | tasks.SCHEMA:
            return arrival_of(value, fill, is_without_floats=is_without_floats)
        case judgments.SCHEMA:
            return _frozen(judgment_of(value), value, line.raw)
        case other:
            raise BadLine([Fault("schema", _unknown_schema(other))])


def write(dossier: Dossier, policy: Policy) -> Iterator[Row]:
    """The task's row, then those of its judgments; nothing is chosen, so no policy applies."""
    del policy
    if dossier.task is not None and dossier.is_shown:
        body = (
            dossier.body.encode() if dossier.body else canonical(tasks.task_to_json(dossier.task))
        )
        yield Row("task", body + b"\n")
    for frozen in dossier.judgments:
        yield Row("judgment", frozen.body + b"\n")


def blinded(task: Task) -> Task:
    """The task as it may leave while its tutor has not judged it: what the hash covers, and labels.

    Model, kind, provenance and revision_of of the answers, source, metadata and unknown keys are
    left out.
    """
    return replace(
        task,
        source=None,
        metadata=None,
        extra={},
        answers=tuple(_blinded_answer(answer) for answer in task.answers),
        messages=tuple(replace(turn, extra={}) for turn in task.messages),
        context=tuple(replace(passage, extra={}) for passage in task.context),
        rubric=tuple(replace(criterion, extra={}) for criterion in task.rubric),
    )


def _blinded_answer(answer: Answer) -> Answer:
    turns = tuple(replace(turn, extra={}) for turn in answer.turns)
    return Answer(
        answer.id, answer.text, turns=turns, reasoning=answer.reasoning, steps=answer.steps
    )


def arrival_of(
    value: dict[str, Json], fill: Fill | None = None, *, is_without_floats: bool = False
) -> Arrival:
    """The task of a JSON object, checked.

    Args:
        value: The object.
        fill: What it gets where it says nothing.
        is_without_floats: Whether it is known that none is in it.

    Raises:
        BadLine: With every fault.
    """
    if fill is not None:
        value = _filled(value, fill)
    shaped = tasks.shape(value)
    task: Task = _validated(_task_validator(), shaped, (Task,))
    faults = [Fault(field, what) for field, what in tasks.problems(task)]
    for field, number in (("priority", task.priority), ("overlap", task.overlap)):
        if abs(number) > _MAX_INTEGER:
            faults.append(Fault(field, message("is too large a number")))
    if faults:
        raise BadLine(faults)
    return Arrival(task, shaped, is_without_floats)


def _filled(value: dict[str, Json], fill: Fill) -> dict[str, Json]:
    given = {"domain": fill.domain, "language": fill.language}
    missing = {key: word for key, word in given.items() if word and value.get(key) is None}
    return {**value, **missing} if missing else value


def judgment_of(value: dict[str, Json]) -> Judgment:
    """The judgment of a JSON object, checked as far as it can be without its task.

    Raises:
        BadLine: With every fault.
    """
    kinds = (Judgment, *ROWS.values())
    judgment: Judgment = _validated(_judgment_validator(), judgments.shape(value), kinds)
    if faults := list(_judgment_faults(judgment, value)):
        raise BadLine(faults)
    return judgment


def _frozen(judgment: Judgment, value: dict[str, Json], raw: bytes) -> Frozen:
    """The judgment with the bytes of its line, if they are canonical."""
    body = raw.strip()
    return Frozen(judgment, body) if canonical(value) == body else freeze(judgment)


def _judgment_faults(judgment: Judgment, value: dict[str, Json]) -> Iterator[Fault]:
    for field in ("id", "task", "tutor", "assignment"):
        if not getattr(judgment, field):
            yield Fault(field, message("is empty"))
    if judgment.revision < 1:
        yield Fault("revision", message("{value} is less than 1", value=judgment.revision))
    line, tiers = judgment.accept_line, len(judgment.ranking)
    if line is not None and not 0 <= line <= tiers:
        what = message("{value} is not from 0 to {tiers}", value=line, tiers=tiers)
        yield Fault("accept_line", what)
    named = [answer for tier in judgment.ranking for answer in tier]
    if len(named) != len(set(named)):
        twice = next(answer for answer in named if named.count(answer) > 1)
        yield Fault("ranking", message('names answer "{answer}" twice', answer=twice))
    for index, strength in enumerate(judgment.strengths):
        if strength.first >= strength.second:
            what = message("first must come before second by code point")
            yield Fault(f"strengths[{index}]", what)
    for field, item in value.items():
        if field != "extra" and _has_large_integer(item):
            yield Fault(field, message("is too large a number"))


def _has_large_integer(value: Json) -> bool:
    if isinstance(value, int):
        return abs(value) > _MAX_INTEGER
    if isinstance(value, dict):
        return any(map(_has_large_integer, value.values()))
    return isinstance(value, list) and any(map(_has_large_integer, value))


def _unknown_schema(schema: Json) -> Message:
    if not isinstance(schema, str):
        return message(
            "must be {wanted}, not {found}", wanted=message("text"), found=name_of(schema)
        )
    if guess := near(schema, _SCHEMAS):
        return message('is not known here; did you mean "{guess}"?', guess=guess)
    return message("is not known here; it is one of {known}", known=", ".join(_SCHEMAS))


Validate = Callable[[Any], Any]


@cache
def _task_validator() -> Validate:
    return _validator(Task)


@cache
def _judgment_validator() -> Validate:
    return _validator(Judgment)


def _validator(kind: type) -> Validate:
    """Validation of a dataclass that takes dicts for it, and stays strict about all else.

    Strict mode takes instances alone; asking for lax mode would take "5" for 5 everywhere.
    """
    from pydantic import TypeAdapter
    from pydantic_core import SchemaValidator

    return SchemaValidator(_taking_dicts(TypeAdapter(kind).core_schema)).validate_python


def _taking_dicts(schema: Any) -> Any:
    if isinstance(schema, dict):
        copy = {key: _taking_dicts(item) for key, item in schema.items()}
        return copy | {"strict": False} if copy.get("type") == "dataclass" else copy
    return [_taking_dicts(item) for item in schema] if isinstance(schema, list) else schema


def _validated(validate: Validate, shaped: Json, kinds: tuple[type, ...]) -> Any:
    from pydantic_core import ValidationError

    try:
        return validate(shaped)
    except ValidationError as error:
        raise BadLine(faults_of(error, kinds)) from None
