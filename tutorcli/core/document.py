"""A protocol, pack or guideline as it travels."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from tutorcli.core.bodies import OPEN


@dataclass(frozen=True, slots=True)
class Document:
    """A protocol, pack or guideline; immutable, named by its hash."""

    __pydantic_config__: ClassVar[Any] = OPEN

    ref: str
    """``name@version#sha256``."""
    kind: Literal["protocol", "pack", "guideline"]
    body: str
    """Canonical JSON, the text that the hash is made of."""
