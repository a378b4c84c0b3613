import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.core.canonical import dumps
from tutorcli.core.task import task_sha256, task_to_json
from tutorcli.formats import encoding
from tutorcli.formats.containers import Line
from tutorcli.formats.encoding import body_of, canonical, sha256_of
from tutorcli.formats.own import arrival_of, read
from tutorcli.formats.port import Arrival, Fill

from .making import task_row

TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
FREE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
UNKNOWN = st.dictionaries(
    st.sampled_from(["zz", "A", "extra", "model ", "kinds", "é"]), FREE, max_size=2
)


def row(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries(
        required, optional={key: st.none() | it for key, it in optional.items()}
    )
    return st.tuples(UNKNOWN, known).map(lambda both: both[0] | both[1])


def rows(of: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(of, max_size=3)


TURN = row({"role": TEXT}, {"content": TEXT, "reasoning": TEXT})
ANSWER = row(
    {"id": TEXT.filter(bool) | st.integers(), "text": TEXT},
    {
        "turns": rows(TURN),
        "model": TEXT,
        "reasoning": TEXT,
        "steps": rows(TEXT),
        "revision_of": TEXT,
        "kind": st.sampled_from(["model", "human", "edited"]),
        "provenance": FREE,
    },
)
PASSAGE = row({"text": TEXT}, {"id": TEXT | st.integers(), "title": TEXT, "locator": TEXT})
CRITERION = row(
    {"id": TEXT, "criterion": TEXT, "points": st.integers() | st.sampled_from([0.5, -2.25])},
    {"axis": TEXT, "tags": rows(TEXT)},
)
OPTIONAL = {
    "reference": TEXT,
    "context": rows(PASSAGE),
    "rubric": rows(CRITERION),
    "tags": rows(TEXT),
    "batch": TEXT,
    "priority": st.integers(-5, 5),
    "overlap": st.integers(1, 3),
    "source": FREE,
    "metadata": FREE,
    "licence": TEXT,
}
ASKED = st.fixed_dictionaries({"prompt": TEXT}) | st.fixed_dictionaries(
    {"messages": st.lists(TURN, min_size=1, max_size=3)}
)
TASK = st.tuples(
    row({"id": TEXT.filter(bool), "domain": st.just("law"), "language": st.just("en")}, OPTIONAL),
    ASKED,
    st.lists(ANSWER, max_size=3, unique_by=lambda answer: str(answer["id"])),
    st.sampled_from(["answers", "candidates", "completions"]),
).map(lambda parts: parts[0] | parts[1] | {parts[3]: parts[2]})


@given(TASK)
def test_body_and_hash_are_those_of_the_core(value: dict[str, Any]) -> None:
    arrival = read(Line("x", 1, json.dumps(value).encode()), Fill())
    assert isinstance(arrival, Arrival)
    assert body_of(arrival) == dumps(task_to_json(arrival.task)).encode()
    assert sha256_of(arrival) == task_sha256(arrival.task)


@given(FREE)
def test_canonical_bytes_are_those_of_the_core(value: Any) -> None:
    assert canonical(value) == dumps(value).encode()


def test_every_character_is_written_as_the_core_writes_it() -> None:
    text = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert canonical({text[:70_000]: text}) == dumps({text[:70_000]: text}).encode()


@pytest.mark.parametrize("number", [2**63, -(2**64), 10**40, 0, -1])
def test_whole_numbers_of_any_size_are_written_out(number: int) -> None:
    assert canonical([number]) == f"[{number}]".encode()


def test_a_task_without_answers_keeps_the_empty_list() -> None:
    arrival = arrival_of(task_row(answers=[], A="first"), is_without_floats=True)
    assert body_of(arrival).startswith(b'{"A":"first","answers":[],')


def test_most_tasks_go_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "dumps", lambda _: 1 / 0)
    monkeypatch.setattr(encoding, "task_sha256", lambda _: 1 / 0)
    arrival = read(Line("x", 1, json.dumps(task_row()).encode()), Fill())
    assert isinstance(arrival, Arrival)
    assert body_of(arrival)
    assert sha256_of(arrival)
