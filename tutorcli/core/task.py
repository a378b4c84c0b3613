"""What a tutor is asked: one prompt with its answers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Literal

from tutorcli.core.canonical import Json, digest, dumps, present
from tutorcli.errors import Message, message

SCHEMA = "tutorcli.task/1"
MAX_ANSWERS = 99

_STRICT = {"strict": True, "extra": "forbid"}
_DUE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?")
_ANSWER_KEYS_OF_OTHERS = ("candidates", "responses", "completions")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    role: str
    """Who speaks: user, assistant, system or any other word."""
    content: str = ""
    reasoning: str | None = None
    """The model's trace before this message."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Keys of the source that have no meaning here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's output, or a text that stands beside one."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    id: str
    text: str
    """The answer; with `turns` its last reply. Exactly as it came."""
    turns: tuple[Turn, ...] = ()
    model: str | None = None
    """Hidden from the tutor until judged."""
    reasoning: str | None = None
    steps: tuple[str, ...] = ()
    """The trace or the answer cut into steps."""
    revision_of: str | None = None
    kind: Literal["model", "human", "edited", "refined", "reference"] = "model"
    provenance: Any = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A document that the tutor may need to judge the answers."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    text: str
    id: str | None = None
    title: str | None = None
    locator: str | None = None
    """Page, clause or address inside the document."""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RubricCriterion:
    """One line of a rubric that came with the task."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    id: str
    criterion: str
    points: int | float
    """Negative when meeting it is bad."""
    axis: str | None = None
    tags: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One prompt, or one conversation, with the answers to be judged."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    id: str
    domain: str
    """Any word; medicine, law and finance have packs."""
    language: str
    """BCP-47."""
    answers: tuple[Answer, ...]
    """0 to 99, ids unique."""
    prompt: str | None = None
    messages: tuple[Turn, ...] = ()
    reference: str | None = None
    context: tuple[Passage, ...] = ()
    rubric: tuple[RubricCriterion, ...] = ()
    protocol: str | None = None
    guideline: str | None = None
    tags: tuple[str, ...] = ()
    subdomain: str | None = None
    jurisdiction: str | None = None
    as_of: str | None = None
    batch: str | None = None
    region: str | None = None
    confidentiality: str | None = None
    priority: int = 0
    """Greater comes first."""
    due: str | None = None
    """ISO 8601 date or time."""
    overlap: int = 1
    """How many tutors are to judge it."""
    source: Any = None
    licence: str | None = None
    metadata: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    def answer(self, answer_id: str) -> Answer | None:
        """The answer of that id, if the task has it."""
        return next((answer for answer in self.answers if answer.id == answer_id), None)

    @property
    def opening(self) -> str:
        """The text that a title is made of: the prompt, or the last thing the user said."""
        if self.prompt is not None:
            return self.prompt
        said = [turn.content for turn in self.messages if turn.role == "user" and turn.content]
        return said[-1] if said else (self.messages[-1].content if self.messages else "")


_NESTED: Mapping[type, tuple[tuple[str, type | None], ...]] = {
    Turn: (),
    Passage: (),
    RubricCriterion: (("tags", None),),
    Answer: (("turns", Turn), ("steps", None)),
    Task: (
        ("answers", Answer),
        ("messages", Turn),
        ("context", Passage),
        ("rubric", RubricCriterion),
        ("tags", None),
    ),
}
_KEYS = {
    kind: tuple(item.name for item in fields(kind) if item.name != "extra") for kind in _NESTED
}
_KEY_SETS = {kind: frozenset(keys) for kind, keys in _KEYS.items()}
_ID_KEYS: Mapping[type, tuple[str, ...]] = {
    Turn: (),
    Answer: ("id", "revision_of"),
    Task: ("id",),
    RubricCriterion: ("id",),
    Passage: ("id",),
}
_OPTIONAL_OF_DEFAULT = {"kind": "model", "priority": 0, "overlap": 1}


def shape(value: Json, kind: type = Task) -> Json:
    """``value`` in the form of `Task`: aliases resolved, unknown keys gathered in ``extra``.

    Nothing is validated: what has another type than expected stays as it is, so that whoever
    validates next can name it. Null members are dropped, numeric ids become text.
    """
    if not isinstance(value, dict):
        return value
    known = _KEY_SETS[kind]
    if kind is Task and value.get("answers") is None:
        value = _with_answers(value)
    if known.issuperset(value) and None not in value.values():
        shaped = dict(value)
    else:
        shaped = {key: item for key, item in value.items() if item is not None and key in known}
        extra = {key: item for key, item in value.items() if key not in known}
        extra.pop("schema", None) if kind is Task else None
        if extra:
            shaped["extra"] = extra
    for key in _ID_KEYS[kind]:
        if type(shaped.get(key)) is int:
            shaped[key] = str(shaped[key])
    for key, inner in _NESTED[kind]:
        if key in shaped and isinstance(items := shaped[key], list):
            shaped[key] = tuple([shape(item, inner) for item in items] if inner else items)
    return shaped


def _with_answers(value: dict[str, Json]) -> dict[str, Json]:
    for alias in _ANSWER_KEYS_OF_OTHERS:
        if alias in value:
            rest = {key: item for key, item in value.items() if key not in {alias, "answers"}}
            return {**rest, "answers": value[alias]}
    return value


def task_from_json(value: Mapping[str, Json]) -> Task:
    """The task of a JSON object that has been validated before (a row of the store)."""
    return _build(Task, shape(value))  # type: ignore[no-any-return]


def _build(kind: type, shaped: dict[str, Any]) -> Any:
    for key, inner in _NESTED[kind]:
        if inner is not None and key in shaped:
            shaped[key] = tuple(_build(inner, item) for item in shaped[key])
    return kind(**shaped)


def task_to_json(task: Task) -> dict[str, Json]:
    """The JSON object of a task, unknown keys back where they stood."""
    return {"schema": SCHEMA, **_to_json(task)}


def _to_json(value: Any) -> dict[str, Json]:
    kind = type(value)
    row: dict[str, Json] = {}
    for key in _KEYS[kind]:
        item = getattr(value, key)
        if item is None or item == _OPTIONAL_OF_DEFAULT.get(key, ()):
            continue
        row[key] = item
    for key, inner in _NESTED[kind]:
        if key in row:
            row[key] = [_to_json(item) if inner else item for item in row[key]]
    if kind is Task:
        row.setdefault("answers", [])
    if value.extra:
        row.update(value.extra)
    return row


def task_sha256(task: Task) -> str:
    """The hash of what a tutor sees of a task: 64 hexadecimal digits.

    Prompt, messages, context, reference, rubric, and the answers sorted by id as id, text, turns,
    reasoning and steps; models, provenance, tags and unknown keys do not count.
    """
    return digest(dumps(_seen(task)))


def _seen(task: Task) -> dict[str, Json]:
    answers = [
        present(
            {
                "id": answer.id,
                "text": answer.text,
                "turns": [_turn(turn) for turn in answer.turns] or None,
                "reasoning": answer.reasoning,
                "steps": list(answer.steps) or None,
            }
        )
        for answer in sorted(task.answers, key=lambda answer: answer.id)
    ]
    return present(
        {
            "prompt": task.prompt,
            "messages": [_turn(turn) for turn in task.messages] or None,
            "context": [_plain(passage) for passage in task.context] or None,
            "reference": task.reference,
            "rubric": [_plain(criterion) for criterion in task.rubric] or None,
            "answers": answers,
        }
    )


def _turn(turn: Turn) -> dict[str, Json]:
    return present({"role": turn.role, "content": turn.content, "reasoning": turn.reasoning})


def _plain(value: Passage | RubricCriterion) -> dict[str, Json]:
    row = _to_json(value)
    return {key: row[key] for key in row if key not in value.extra}


def problems(task: Task) -> Iterator[tuple[str, Message]]:
    """What is wrong with a task whose fields have the right types: (field, why)."""
    if not task.id:
        yield "id", message("is empty")
    if not task.domain.strip():
        yield "domain", message("is empty")
    if not task.language.strip():
        yield "language", message("is empty")
    if task.prompt is None and not task.messages:
        yield "prompt", message("is missing; a task has a prompt or messages")
    if task.prompt is not None and task.messages:
        yield "messages", message("a task has a prompt or messages, not both")
    if len(task.answers) > MAX_ANSWERS:
        count = len(task.answers)
        yield "answers", message("{count} answers; {most} at most", count=count, most=MAX_ANSWERS)
    if task.overlap < 1:
        yield "overlap", message("{value} is less than 1", value=task.overlap)
    if task.due is not None and not _is_date(task.due):
        yield "due", message('"{value}" is not an ISO 8601 date', value=task.due)
    yield from _answer_problems(task)


def _is_date(text: str) -> bool:
    if not _DUE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _answer_problems(task: Task) -> Iterator[tuple[str, Message]]:
    seen: set[str] = set()
    for index, answer in enumerate(task.answers):
        if not answer.id:
            yield f"answers[{index}].id", message("is empty")
        if answer.id in seen:
            yield f"answers[{index}].id", message('"{id}" stands twice', id=answer.id)
        seen.add(answer.id)


def shown_order(task: Task, assignment: str, tutor: str) -> tuple[str, ...]:
    """The answers' ids in the order that this tutor sees: fixed, and different for each tutor."""
    return tuple(
        sorted(
            (answer.id for answer in task.answers),
            key=lambda answer_id: digest(f"{assignment}\n{tutor}\n{answer_id}"),
        )
    )
