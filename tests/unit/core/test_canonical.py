"""Canonical JSON: one text for one value, and a strict reader."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.made import JSON, WORDS
from tutorcli.core.canonical import MAX_DEPTH, Json, digest, dumps, loads, normal, present
from tutorcli.errors import InputError


@given(JSON)
def test_reading_and_writing_again_changes_nothing(value: Json) -> None:
    text = dumps(normal(value))
    assert dumps(loads(text)) == text


@given(JSON)
def test_nothing_is_lost_on_the_way(value: Json) -> None:
    assert loads(dumps(normal(value))) == value


@given(JSON)
def test_the_text_of_any_other_writer_gives_the_same_canonical_text(value: Json) -> None:
    foreign = json.dumps(value, indent=2, ensure_ascii=True)
    assert dumps(loads(foreign)) == dumps(normal(value))


@given(st.dictionaries(WORDS, st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert dumps(dict(reversed(value.items()))) == dumps(value)


def test_keys_are_sorted_by_code_point_not_by_utf16() -> None:
    # U+FF61 comes before U+1F600 by code point, after it by UTF-16 unit.
    assert dumps({"\U0001f600": 1, "\uff61": 2, "b": 3, "B": 4, "é": 5}) == (
        '{"B":4,"b":3,"é":5,"\uff61":2,"\U0001f600":1}'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, None, True], "a": {}}, '{"a":{},"b":[1,null,true]}'),
        ("中文 \u2028 é\U0001f600", '"中文 \u2028 é\U0001f600"'),
        ('"\\\n\x00\x7f', '"\\"\\\\\\n\\u0000\x7f"'),
        (0.1, "0.1"),
        ([], "[]"),
    ],
)
def test_nothing_is_escaped_or_spaced_that_need_not_be(value: Json, text: str) -> None:
    assert dumps(value) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1.0", "1"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("1e2", "100"),
        ("2.50", "2.5"),
        ('[1.0, {"a": 3.0}]', '[1,{"a":3}]'),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_integral_floats_are_integers(text: str, canonical: str) -> None:
    assert dumps(loads(text)) == canonical
    assert dumps(normal(json.loads(text))) == canonical


def test_truth_values_are_not_numbers() -> None:
    assert dumps(normal([True, False, 1.0])) == "[true,false,1]"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_written(number: float) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words
        dumps({"a": [number]})


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["a\udc00b"]])
def test_a_lone_surrogate_is_not_written(value: Json) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the codec's own words
        dumps(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("{'a': 1}", "not JSON"),
        ('{"a": 1,}', "not JSON"),
        ("1 2", "not JSON"),
        ("NaN", "NaN"),
        ('[1, {"a": Infinity}]', "Infinity"),
        ("-Infinity", "-Infinity"),
        ("1e999", "too large"),
        ('{"a": 1, "b": {"c": 1, "c": 1}}', '"c" stands twice'),
        (r'"\ud800"', "surrogate"),
        (r'{"\udc00": 1}', "surrogate"),
        (r'["\udc00\ud800"]', "surrogate"),
        ('"a\nb"', "not JSON"),
        ("9" * 5000, "not JSON"),
    ],
)
def test_a_text_that_is_not_strict_json_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        loads(text)


def test_a_lone_surrogate_in_the_text_itself_is_refused() -> None:
    with pytest.raises(InputError):
        loads('{"a": "\ud800"}')


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert loads(r'"\ud83d\ude00"') == "\U0001f600"
    assert loads(r'"\\ud800"') == r"\ud800"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_hundred_levels_are_read_and_one_more_is_not(opening: str, closing: str) -> None:
    loads(opening * MAX_DEPTH + "1" + closing * MAX_DEPTH)
    with pytest.raises(InputError, match="nested deeper than 100"):
        loads(opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1))


def test_a_hundred_thousand_levels_do_not_crash() -> None:
    with pytest.raises(InputError):
        loads("[" * 100_000)


def test_brackets_inside_texts_and_beside_each_other_are_not_depth() -> None:
    text = json.dumps(["[" * 300 + '\\"{', *([[]] * 300)])
    assert loads(text)[0].startswith("[[[")


def test_an_absent_member_and_a_null_one_are_the_same_in_objects_of_ours() -> None:
    assert present({"a": None, "b": 0, "c": [None], "d": ""}) == {"b": 0, "c": [None], "d": ""}


def test_a_digest_is_sha256_in_lower_case() -> None:
    # FIPS 180-2, appendix B.1.
    wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest("abc") == digest(b"abc") == wanted
    assert digest("é") == digest("é".encode())
