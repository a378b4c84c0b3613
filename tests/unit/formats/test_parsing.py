import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.core.canonical import loads
from tutorcli.errors import InputError
from tutorcli.formats.parsing import parsed

TEXT = st.text(st.characters(codec="utf-8"))
KEY = st.sampled_from(["a", "b", 'q"', "c:", "", "\\", 'x":'])
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY | TEXT, inner, max_size=4),
    max_leaves=12,
)


def both(raw: bytes) -> tuple[Any, Any]:
    def value_or_words(act: Any) -> Any:
        try:
            return act()
        except InputError as error:
            return str(error)

    return value_or_words(lambda: parsed(raw, "x").value), value_or_words(
        lambda: loads(raw.decode())
    )


def same(one: Any, other: Any) -> bool:
    """Equal in types too: 1 is not 1.0, nor True."""
    return bool(one == other) and repr(one) == repr(other)


@given(
    VALUE, st.booleans(), st.sampled_from([None, 1]), st.sampled_from([":", ": ", " : ", "\t:\r"])
)
def test_the_fast_way_reads_what_the_careful_one_reads(
    value: Any, ascii_only: bool, indent: int | None, colon: str
) -> None:
    raw = json.dumps(
        value, ensure_ascii=ascii_only, indent=indent, separators=(",", colon)
    ).encode()
    fast, careful = both(raw)
    assert same(fast, careful)


@given(VALUE)
def test_floats_are_never_overlooked(value: Any) -> None:
    found = parsed(json.dumps({"a": value}).encode(), "x")
    assert not found.is_without_floats or floats(found.value) == []


def floats(value: Any) -> list[float]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value] if isinstance(value, float) else [x for item in inner for x in floats(item)]


@st.composite
def objects_of(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """An object whose keys may stand twice, with blanks wherever they are allowed."""
    members = []
    for key, item, blanks in draw(st.lists(st.tuples(KEY, inner, BLANKS), max_size=5)):
        members.append(f"{blanks[0]}{json.dumps(key)}{blanks[1]}:{blanks[2]}{item}")
    return "{" + ",".join(members) + "}"


BLANKS = st.tuples(*[st.sampled_from(["", " ", "\t", "\r", "  "])] * 3)
LEAVES = st.sampled_from(["1", '"v"', '"\\":"', '"a\\\\"', "{}", "[]"])
OBJECTS = objects_of(st.recursive(LEAVES, objects_of, max_leaves=20))


@given(OBJECTS)
def test_no_repeated_key_passes_the_fast_way(text: str) -> None:
    fast, careful = both(text.encode())
    assert same(fast, careful)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"a":NaN}', "NaN is not JSON"),
        (b'{"a":Infinity}', "Infinity is not JSON"),
        (b'{"a":-Infinity}', "-Infinity is not JSON"),
        (b'{"a":1e999}', "1e999 is too large"),
        (b'{"a":1,"a":2}', 'the key "a" stands twice'),
        (b'{"b":{"a":1,"a" :1}}', 'the key "a" stands twice'),
        (b'{"a":"\\":","b":1,"b":2}', 'the key "b" stands twice'),
        (b'{"a":"\\ud800"}', "half of a surrogate pair"),
        (b'{"\\udc00":1}', "half of a surrogate pair"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper than 100"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested deeper than 100"),
        (b"[" * 100_000, "nested deeper than 100"),
        (b'{"a":"\x01"}', "not JSON"),
        (b'{"a":"\xff"}', "is not UTF-8"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1} {}', "not JSON"),
        (b'{"a":' + b"1" * 5000 + b"}", "not JSON"),
    ],
    ids=lambda value: ascii(value[:24]),
)
def test_what_is_not_json_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words.replace("(", "\\(")):
        parsed(raw, "x")


def test_a_hundred_levels_are_allowed() -> None:
    raw = b'{"a":' + b"[" * 99 + b"]" * 99 + b"}"
    assert parsed(raw, "x").value == json.loads(raw)


def test_integral_floats_are_whole_numbers() -> None:
    assert repr(parsed(b'{"a":2.0,"b":1E2,"c":0.5}', "x").value) == "{'a': 2, 'b': 100, 'c': 0.5}"
