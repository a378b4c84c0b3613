"""What one tutor says of one task; frozen once submitted, changed only by a further revision."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Literal

from tutorcli.core.canonical import Json, digest, dumps, normal
from tutorcli.core.ranking import Ranking, Tiers

SCHEMA = "tutorcli.judgment/1"

Role = Literal["label", "review", "adjudication", "calibration", "training", "imported"]
Disposition = Literal["done", "skip", "refer", "bad_task", "give_up", "conflict", "withdrawn"]
SET_ASIDE: tuple[Disposition, ...] = ("skip", "refer", "bad_task", "give_up", "conflict")
"""Dispositions that put a task aside without judging it."""
PERSONAL_DATA = "personal_data"
"""The reason of a bad task whose text nobody is to see any more, whatever the protocol."""

_STRICT = {"strict": True, "extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Strength:
    """How much better one answer of a pair is."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    first: str
    """Smaller than `second` by code point."""
    second: str
    value: int
    """Above 0: first is better; 0: equal."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A value on the scale of a criterion of the pack."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    criterion: str
    answer: str | None = None
    """None: the task as a whole."""
    value: int | None = None
    """None when the criterion does not apply."""
    na: bool = False


@dataclass(frozen=True, slots=True)
class CriterionMark:
    """Whether an answer meets a criterion of the task's rubric."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    answer: str
    criterion: str
    met: Literal["yes", "no", "na", "unsure"]


@dataclass(frozen=True, slots=True)
class StepLabel:
    """Good, neutral or bad: one step of an answer's reasoning."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    answer: str
    index: int
    label: Literal[1, 0, -1, "unsure"]
    error: str | None = None
    severity: int | None = None
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """An error marked in a text."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    answer: str
    field: str
    """text or reasoning."""
    start: int
    """Code point of the exact stored text."""
    end: int
    quote: str
    label: str
    severity: int
    """1 minor to 4 critical."""
    comment: str | None = None
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """The tutor's corrected answer: an answer of its own."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    answer: str
    """The answer that was edited."""
    base_sha256: str
    """Hash of the text that was edited."""
    text: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusalMark:
    """Whether an answer should have refused, and what it did."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    answer: str
    should: str
    did: str


@dataclass(frozen=True, slots=True)
class CitationMark:
    """Whether a cited authority exists and supports the claim."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    answer: str
    span: Any
    exists: str
    supports: str


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one tutor says of one task."""

    __pydantic_config__: ClassVar[Any] = _STRICT

    id: str
    """UUIDv7, given when the draft began."""
    task: str
    task_sha256: str
    tutor: str
    assignment: str
    role: Role = "label"
    by: Literal["human", "model"] = "human"
    stage: str | None = None
    about: tuple[str, ...] = ()
    """Judgments that this one is about (reviews, adjudications)."""
    revision: int = 1
    supersedes: str | None = None
    disposition: Disposition = "done"
    reason: str | None = None
    """A code of the protocol's list of reasons."""
    refer_to: str | None = None
    ranking: Tiers = ()
    accept_line: int | None = None
    strengths: tuple[Strength, ...] = ()
    ratings: tuple[Rating, ...] = ()
    criteria: tuple[CriterionMark, ...] = ()
    steps: tuple[StepLabel, ...] = ()
    spans: tuple[Span, ...] = ()
    edits: tuple[Edit, ...] = ()
    refusal: tuple[RefusalMark, ...] = ()
    citations: tuple[CitationMark, ...] = ()
    claims: tuple[Any, ...] = ()
    turns: tuple[Any, ...] = ()
    authored: Any = None
    verdict: str | None = None
    feedback: str | None = None
    flags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comment: str | None = None
    confidence: int | None = None
    """1 a guess to 5 certain."""
    shown_order: tuple[str, ...] = ()
    read: dict[str, float | int] = field(default_factory=dict)
    """Answer: the fraction of its text that was on the screen, 0 to 1."""
    started_at: str | None = None
    decided_at: str | None = None
    """UTC, ISO 8601."""
    active_ms: int | None = None
    """Milliseconds in which the tutor was there."""
    protocol: str | None = None
    guideline: str | None = None
    pack: str | None = None
    app: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def preference(self) -> Ranking:
        """Ranking and accept line as one value."""
        return Ranking(self.ranking, self.accept_line)

    @property
    def thread(self) -> tuple[str, str, str, str | None]:
        """Revisions of one thread replace one another: tutor, assignment, role, stage."""
        return (self.tutor, self.assignment, self.role, self.stage)


ROWS: Mapping[str, type] = {
    "strengths": Strength,
    "ratings": Rating,
    "criteria": CriterionMark,
    "steps": StepLabel,
    "spans": Span,
    "edits": Edit,
    "refusal": RefusalMark,
    "citations": CitationMark,
}
"""Fields of a judgment that hold rows, and what a row is."""

_FIELDS = tuple(item.name for item in fields(Judgment))
_DEFAULTS = {
    item.name: item.default if item.default is not MISSING else None
    for item in fields(Judgment)
    if item.name not in {"role", "by", "revision", "disposition"}
}
_ROW_FIELDS = {kind: tuple(item.name for item in fields(kind)) for kind in ROWS.values()}


def judgment_to_json(judgment: Judgment) -> dict[str, Json]:
    """The JSON object of a judgment; members that say nothing are absent."""
    row: dict[str, Json] = {"schema": SCHEMA}
    for name in _FIELDS:
        value = getattr(judgment, name)
        if value is None or value == _DEFAULTS.get(name, ()) or value == {}:
            continue
        row[name] = [_row(item) for item in value] if name in ROWS else value
    return normal(row)  # type: ignore[no-any-return]


def _row(value: Any) -> dict[str, Json]:
    names = _ROW_FIELDS[type(value)]
    row = {name: getattr(value, name) for name in names}
    return {name: item for name, item in row.items() if item is not None and item != ()}


def shape(value: Json) -> Json:
    """``value`` with lists as tuples where `Judgment` has them, the schema name left out."""
    if not isinstance(value, dict):
        return value
    shaped = {key: item for key, item in value.items() if item is not None and key != "schema"}
    for key, item in shaped.items():
        if isinstance(item, list):
            shaped[key] = tuple(_shape_item(key, entry) for entry in item)
    return shaped


def _shape_item(key: str, item: Json) -> Json:
    if key == "ranking" and isinstance(item, list):
        return tuple(item)
    if key in ROWS and isinstance(item, dict):
        return {
            name: tuple(entry) if isinstance(entry, list) and name == "reasons" else entry
            for name, entry in item.items()
        }
    return item


def judgment_from_json(value: Mapping[str, Json]) -> Judgment:
    """The judgment of a JSON object that has been validated before (a row of the store)."""
    shaped = shape(dict(value))
    for key, kind in ROWS.items():
        if key in shaped:
            shaped[key] = tuple(kind(**row) for row in shaped[key])
    return Judgment(**shaped)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A judgment with the bytes that stand for it for ever."""

    judgment: Judgment
    body: bytes
    """Canonical JSON, UTF-8."""

    @property
    def sha256(self) -> str:
        """Hash of the bytes, 64 hexadecimal digits."""
        return digest(self.body)


def freeze(judgment: Judgment) -> Frozen:
    """Fix the bytes of a judgment.

    Raises:
        ValueError: A text holds a lone surrogate, or a number is not finite.
    """
    return Frozen(judgment, dumps(judgment_to_json(judgment)).encode())


def current(judgments: Iterable[Judgment]) -> dict[tuple[str, str, str, str | None], Judgment]:
    """The judgment that counts of each thread.

    It is one that no other supersedes; if several remain, the greatest (revision, id).
    """
    known = list(judgments)
    # A name in another thread counts for nothing: no one replaces what another tutor said.
    superseded = {(judgment.thread, judgment.supersedes) for judgment in known}
    standing: dict[tuple[str, str, str, str | None], Judgment] = {}
    for judgment in known:
        if (judgment.thread, judgment.id) in superseded:
            continue
        other = standing.get(judgment.thread)
        if other is None or (judgment.revision, judgment.id) > (other.revision, other.id):
            standing[judgment.thread] = judgment
    return standing
