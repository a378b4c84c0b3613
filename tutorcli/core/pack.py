"""Packs: what instruments are called in a specialty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tutorcli.core.canonical import digest, dumps, normal

Titles = Mapping[str, str]
"""Language (en, zh_Hans, ...) to wording; en is always there."""


def wording(titles: Titles, language: str) -> str:
    """The wording in ``language``, else in English."""
    return titles.get(language) or titles["en"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What one value of a scale means."""

    value: int
    title: Titles


@dataclass(frozen=True, slots=True)
class Criterion:
    """A scale from `min` to `max` with its anchors."""

    id: str
    title: Titles
    min: int
    max: int
    na: bool = False
    """Whether it may not apply."""
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A named thing: an error label, a specialty or a reason."""

    id: str
    title: Titles


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad an error is, 1 to 4, and what it weighs."""

    value: int
    weight: int
    title: Titles


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Something in a prompt that calls for attention, with the words that betray it."""

    id: str
    title: Titles
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Pack:
    """Criteria, labels, severities and guideline of a specialty; immutable once named."""

    name: str
    version: str
    domain: str
    title: Titles
    criteria: tuple[Criterion, ...] = ()
    labels: tuple[Label, ...] = ()
    severities: tuple[Severity, ...] = ()
    specialties: tuple[Label, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    guideline: Mapping[str, str] = field(default_factory=dict)
    """Language to Markdown text."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """The JSON object that the hash is made of."""

    @cached_property
    def ref(self) -> str:
        """``name@version#sha256``."""
        return f"{self.name}@{self.version}#{digest(dumps(normal(self.document)))}"

    @cached_property
    def guideline_ref(self) -> str | None:
        """``name@version#sha256`` of the guideline's text in all languages."""
        if not self.guideline:
            return None
        return f"{self.name}@{self.version}#{digest(dumps(dict(self.guideline)))}"

    def criterion(self, criterion_id: str) -> Criterion | None:
        """The criterion of that id, if the pack has it."""
        return next((item for item in self.criteria if item.id == criterion_id), None)
