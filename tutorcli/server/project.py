"""The settings of a server's one project, as ``server.toml`` has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from tutorcli.core.policy import Policy
from tutorcli.core.wire import Consent, Limits
from tutorcli.errors import ConfigError, Message, message, near

Rate = Annotated[float, Field(ge=0, le=0.5)]
Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=1, le=3650)]


@dataclass(frozen=True, slots=True)
class Project:
    """What a lead and an administrator decide of a project."""

    __pydantic_config__: ClassVar[Any] = {"strict": True, "extra": "forbid"}

    name: Annotated[str, Field(min_length=1)] = "tutorcli"
    """For people."""
    region: Annotated[str, Field(min_length=1)] | None = None
    """Where the data may lie and be read; tasks and tutors must fit. None: anywhere."""
    lease_days: Days = 14
    """How long a task is lent."""
    gold_rate: Rate = 0.07
    """Share of handed-out places that a gold task takes."""
    repeat_rate: Rate = 0.04
    """Share of handed-out places that a silent repeat takes."""
    repeat_after_days: Days = 7
    """Days after a judgment from which its task may come again."""
    consent: str | None = None
    """The text that a tutor agrees to at enrolment."""
    policy: Policy = field(default_factory=Policy)
    durable: Literal["backup", "have"] = "backup"
    """What counts as durable: what lies in a verified backup, or what the database has."""
    code_hours: Count = 24
    """How long an enrolment code may be used."""
    token_days: Days = 90
    """How long a token is good."""
    limits: Limits = field(default_factory=Limits)

    @property
    def consent_asked(self) -> Consent | None:
        """The consent text with its hash, as hello shows it."""
        if self.consent is None:
            return None
        return Consent(self.consent, sha256(self.consent.encode()).hexdigest())


def project_of(table: Mapping[str, Any], where: str) -> Project:
    """The project that a TOML table describes; what it leaves out has its default.

    Args:
        table: The parsed file.
        where: Its name, for the message.

    Raises:
        ConfigError: A key is unknown, or a value is of the wrong type or out of range.
    """
    for key, known in _unknown(table):
        raise _unknown_key(where, key, known)
    try:
        project: Project = _adapter().validate_json(orjson.dumps(dict(table)))
    except TypeError as error:
        raise ConfigError(message("{where}: {reason}", where=where, reason=error)) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            message("{where}: {key}: {reason}", where=where, key=key, reason=first["msg"])
        ) from None
    for key, number in _out_of_range(project):
        raise ConfigError(
            message("{where}: {key}: {number} is out of range", where=where, key=key, number=number)
        )
    return project


@cache
def _adapter() -> TypeAdapter[Project]:
    return TypeAdapter(Project)


def _unknown(table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Keys that mean nothing, each with those that would."""
    for kind, part, prefix in (
        (Project, table, ""),
        (Policy, table.get("policy"), "policy."),
        (Limits, table.get("limits"), "limits."),
    ):
        names = [item.name for item in fields(kind)]
        if isinstance(part, Mapping):
            for key in part:
                if key not in names:
                    yield prefix + key, [prefix + name for name in names]


def _unknown_key(where: str, key: str, known: list[str]) -> ConfigError:
    hint: Message = message("keys: {keys}", keys=", ".join(known))
    part, dot, name = key.rpartition(".")
    if guess := near(name, [other.removeprefix(part + dot) for other in known]):
        hint = message('did you mean "{guess}"?', guess=part + dot + guess)
    return ConfigError(message('{where}: unknown key "{key}"', where=where, key=key), hint=hint)


def _out_of_range(project: Project) -> Iterator[tuple[str, int]]:
    limits, policy = project.limits, project.policy
    for key, number, allowed in (
        ("limits.body", limits.body, range(1024, 1 << 30)),
        ("limits.items", limits.items, range(1, 1001)),
        ("limits.item", limits.item, range(1024, 1 << 30)),
        ("policy.purge_after_days", policy.purge_after_days, range(3651)),
        ("policy.offline_days", policy.offline_days, range(3651)),
    ):
        if number not in allowed:
            yield key, number
