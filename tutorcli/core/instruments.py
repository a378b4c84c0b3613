"""The ways of judging: a closed union, each with its parameters.

A protocol is made of these. `tutorcli.tui.instruments` has a screen for each; a further one is a
class here, its entry in `INSTRUMENTS`, and its file there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Rank:
    """Answers best first, with ties."""

    kind: ClassVar[str] = "rank"
    fills: ClassVar[tuple[str, ...]] = ("ranking", "accept_line")

    required: bool = True
    accept_line: Literal["offered", "required", "never"] = "offered"


@dataclass(frozen=True, slots=True)
class Pair:
    """How much better one of two answers is."""

    kind: ClassVar[str] = "pair"
    fills: ClassVar[tuple[str, ...]] = ("strengths",)

    required: bool = False
    scale: int = 3
    """The strongest value; from -scale to scale, 0 is equal."""


@dataclass(frozen=True, slots=True)
class Ratings:
    """A value for each criterion, on its anchored scale."""

    kind: ClassVar[str] = "ratings"
    fills: ClassVar[tuple[str, ...]] = ("ratings",)

    required: bool = False
    criteria: tuple[str, ...] = ()
    """Ids of the pack's criteria; empty: all of them."""
    per: Literal["answer", "task"] = "answer"


@dataclass(frozen=True, slots=True)
class EditWithReasons:
    """A corrected answer, with the reasons."""

    kind: ClassVar[str] = "edit"
    fills: ClassVar[tuple[str, ...]] = ("edits",)

    required: bool = False
    reasons: tuple[str, ...] = ()
    """Ids of the pack's labels; empty: all of them."""


Instrument = Rank | Pair | Ratings | EditWithReasons

INSTRUMENTS: Mapping[str, type[Instrument]] = {
    kind.kind: kind for kind in (Rank, Pair, Ratings, EditWithReasons)
}
"""Every way of judging, by the word that protocols use."""


def parameters(instrument: Instrument) -> dict[str, Any]:
    """The instrument as a JSON object, defaults included: part of a protocol's hash."""
    values = {item.name: getattr(instrument, item.name) for item in fields(instrument)}
    return {"kind": instrument.kind} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }
