"""The closed union of ways of judging."""

from dataclasses import fields
from typing import get_args

from tutorcli.core.canonical import dumps, loads
from tutorcli.core.instruments import (
    INSTRUMENTS,
    EditWithReasons,
    Instrument,
    Pair,
    Rank,
    Ratings,
    parameters,
)
from tutorcli.core.judgment import Judgment


def test_every_member_of_the_union_has_a_word() -> None:
    assert set(INSTRUMENTS.values()) == set(get_args(Instrument))
    assert {kind: cls.kind for kind, cls in INSTRUMENTS.items()} == {
        kind: kind for kind in INSTRUMENTS
    }


def test_every_instrument_fills_fields_that_a_judgment_has() -> None:
    known = {item.name for item in fields(Judgment)}
    filled = [name for cls in INSTRUMENTS.values() for name in cls.fills]
    assert set(filled) <= known
    assert len(set(filled)) == len(filled)


def test_parameters_hold_every_field_with_its_default() -> None:
    for kind, cls in INSTRUMENTS.items():
        given = parameters(cls())
        assert set(given) == {item.name for item in fields(cls)} | {"kind"}
        assert given["kind"] == kind
        assert loads(dumps(given)) == given


def test_parameters_tell_instruments_apart() -> None:
    made: list[Instrument] = [Rank(), Rank(accept_line="never"), Pair(scale=2), Ratings(criteria=("a",)),
            EditWithReasons(required=True)]  # fmt: skip
    assert len({dumps(parameters(item)) for item in made}) == len(made)
    assert parameters(Ratings(criteria=("a",))) == {
        "kind": "ratings",
        "required": False,
        "criteria": ["a"],
        "per": "answer",
    }
