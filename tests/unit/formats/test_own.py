import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tutorcli.core.judgment import Frozen, freeze
from tutorcli.core.task import Passage, RubricCriterion, Task, Turn, task_sha256, task_to_json
from tutorcli.formats.containers import Line
from tutorcli.formats.flaws import BadLine
from tutorcli.formats.own import blinded, read, write
from tutorcli.formats.policy import Policy
from tutorcli.formats.port import Arrival, Dossier, Fill

from .making import judgment_row, make_judgment, make_task, task_row
from .test_encoding import TASK


def line(value: Any) -> Line:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Line("x.jsonl", 1, raw)


def task_of(value: Any, fill: Fill | None = None) -> Task:
    arrival = read(line(value), fill or Fill())
    assert isinstance(arrival, Arrival)
    return arrival.task


def judgment_of(value: Any) -> Frozen:
    frozen = read(line(value), Fill())
    assert isinstance(frozen, Frozen)
    return frozen


def faults(value: Any) -> list[tuple[str, str]]:
    with pytest.raises(BadLine) as caught:
        read(line(value), Fill())
    return [(fault.field, str(fault.what)) for fault in caught.value.faults]


def test_a_line_without_schema_is_a_task() -> None:
    assert task_of(task_row()).id == "t1"
    assert task_of(task_row(schema=None)).id == "t1"
    assert task_of(task_row(schema="tutorcli.task/1")).extra == {}


def test_a_carriage_return_at_the_end_is_blank_space() -> None:
    assert task_of(json.dumps(task_row()).encode() + b"\r").id == "t1"


def test_text_is_kept_exactly_as_it_came() -> None:
    text = " \r\n\u2028e\u0301\ufeff\t\x00 \U0001f600 "
    task = task_of(task_row(prompt=text, answers=[{"id": " a ", "text": text}]))
    assert (task.prompt, task.answers[0].id, task.answers[0].text) == (text, " a ", text)


@pytest.mark.parametrize("key", ["candidates", "responses", "completions"])
def test_answers_are_read_under_the_names_of_others(key: str) -> None:
    task = task_of(task_row(answers=..., **{key: [{"id": "a", "text": "x"}]}))
    assert [answer.id for answer in task.answers] == ["a"]
    assert task.extra == {}


def test_numeric_ids_become_text() -> None:
    task = task_of(
        task_row(id=7, answers=[{"id": 1, "text": "x"}, {"id": 2, "text": "", "revision_of": 1}])
    )
    assert (task.id, task.answers[1].id, task.answers[1].revision_of) == ("7", "2", "1")


def test_unknown_keys_are_written_back_where_they_stood() -> None:
    row = task_row(
        prompt=...,
        zebra={"b": None, "a": [1.5]},
        messages=[{"role": "user", "content": "x", "name": "n"}],
        answers=[{"id": "a", "text": "t", "score": 3}],
        context=[{"text": "p", "url": "u"}],
        rubric=[{"id": "r", "criterion": "c", "points": -1, "weight": 2}],
    )
    assert task_to_json(task_of(row)) == {"schema": "tutorcli.task/1", **row}


@given(TASK)
def test_what_is_written_reads_as_the_same_task(value: dict[str, Any]) -> None:
    task = task_of(value)
    [written] = write(Dossier(task), Policy())
    again = task_of(written.line)
    assert again == task
    assert task_sha256(again) == task_sha256(task)


def test_domain_and_language_fill_in_where_a_line_has_none() -> None:
    fill = Fill("finance", "zh")
    bare = task_of(task_row(domain=..., language=None), fill)
    assert (bare.domain, bare.language) == ("finance", "zh")
    own = task_of(task_row(), fill)
    assert (own.domain, own.language) == ("law", "en")


@pytest.mark.parametrize(
    ("members", "field", "words"),
    [
        ({"id": ...}, "id", "is missing"),
        ({"id": None}, "id", "is missing"),
        ({"id": ""}, "id", "is empty"),
        ({"id": 1.5}, "id", "must be text, not a number"),
        ({"id": True}, "id", "must be text, not true or false"),
        ({"domain": ...}, "domain", "is missing"),
        ({"domain": " "}, "domain", "is empty"),
        ({"language": ...}, "language", "is missing"),
        ({"language": ["en"]}, "language", "must be text, not a list"),
        ({"prompt": ...}, "prompt", "is missing; a task has a prompt or messages"),
        ({"messages": [{"role": "user"}]}, "messages", "a task has a prompt or messages, not both"),
        ({"answers": ...}, "answers", "is missing"),
        ({"answers": "a"}, "answers", "must be a list, not text"),
        ({"answers": [{"id": "a"}]}, "answers[0].text", "is missing"),
        ({"answers": [{"id": "a", "text": None}]}, "answers[0].text", "is missing"),
        ({"answers": [{"text": "a"}]}, "answers[0].id", "is missing"),
        ({"answers": [{"id": "a", "text": 3}]}, "answers[0].text", "must be text, not a number"),
        ({"answers": ["a"]}, "answers[0]", "must be an object, not text"),
        ({"answers": [{"id": "", "text": ""}]}, "answers[0].id", "is empty"),
        ({"answers": [{"id": "a", "text": ""}] * 2}, "answers[1].id", '"a" stands twice'),
        (
            {"answers": [{"id": n, "text": ""} for n in range(100)]},
            "answers",
            "100 answers; 99 at most",
        ),
        (
            {"answers": [{"id": "a", "text": "", "kind": "robot"}]},
            "answers[0].kind",
            '"robot" is not "model", "human", "edited", "refined" or "reference"',
        ),
        (
            {"answers": [{"id": "a", "text": "", "turns": [{"role": "user", "content": []}]}]},
            "answers[0].turns[0].content",
            "must be text, not a list",
        ),
        ({"priority": "5"}, "priority", "must be a whole number, not text"),
        ({"priority": 1.5}, "priority", "must be a whole number, not a number"),
        ({"priority": True}, "priority", "must be a whole number, not true or false"),
        ({"priority": 2**63}, "priority", "is too large a number"),
        ({"overlap": 0}, "overlap", "0 is less than 1"),
        ({"due": "tomorrow"}, "due", '"tomorrow" is not an ISO 8601 date'),
        ({"tags": {"a": 1}}, "tags", "must be a list, not an object"),
        (
            {"rubric": [{"id": "r", "criterion": "c", "points": "2"}]},
            "rubric[0].points",
            "must be a whole number, not text",
        ),
        (
            {"schema": "tutorcli.tasks/1"},
            "schema",
            'is not known here; did you mean "tutorcli.task/1"?',
        ),
        (
            {"schema": "x"},
            "schema",
            "is not known here; it is one of tutorcli.task/1, tutorcli.judgment/1",
        ),
        ({"schema": 1}, "schema", "must be text, not a number"),
    ],
)
def test_a_wrong_task_is_told_by_its_field(members: dict[str, Any], field: str, words: str) -> None:
    assert faults(task_row(**members)) == [(field, words)]


def test_every_fault_of_a_line_is_told() -> None:
    found = faults(task_row(id=..., domain=3, answers=[{"id": "a"}, {"text": "b"}]))
    assert [field for field, _ in found] == ["id", "domain", "answers[0].text", "answers[1].id"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"[]", "must be a JSON object, not a list"),
        (b'"x"', "must be a JSON object, not text"),
        (b"null", "must be a JSON object, not null"),
        (b"12", "must be a JSON object, not a number"),
        (b'{"id": NaN}', "NaN is not JSON"),
        (b'{"id": "a", "id": "b"}', 'the key "id" stands twice in one object'),
        (b"{" + b'"a":{' * 120 + b"}" * 121, "nested deeper than 100 levels"),
        (b'{"id": "\xe9"}', "is not UTF-8: byte 9 of the line cannot be read"),
    ],
)
def test_what_is_no_object_of_json_is_told_of_the_whole_line(raw: bytes, words: str) -> None:
    assert faults(raw) == [("", words)]


def test_a_line_too_long_is_told() -> None:
    with pytest.raises(BadLine, match="longer than 32 MiB"):
        read(Line("x", 1, None), Fill())


def test_no_message_quotes_a_long_value() -> None:
    secret = "the patient is called " * 10
    row = task_row(answers=[{"id": "a", "text": "", "kind": secret}], language=[secret])
    assert all(secret not in words for _, words in faults(row))


def test_the_bytes_of_a_judgment_stay_what_they_are() -> None:
    frozen = freeze(
        make_judgment(ranking=(("b",), ("a", "c")), comment="é\u2028", read={"a": 0.25})
    )
    assert judgment_of(frozen.body + b"\r") == frozen


def test_a_judgment_by_hand_gets_canonical_bytes() -> None:
    frozen = judgment_of(judgment_row(comment=None, stage=None, confidence=3))
    assert frozen == freeze(make_judgment(ranking=(("b",), ("a", "c")), confidence=3))


@pytest.mark.parametrize(
    ("members", "field", "words"),
    [
        ({"task": ...}, "task", "is missing"),
        ({"assignment": ...}, "assignment", "is missing"),
        ({"id": ""}, "id", "is empty"),
        ({"rankin": []}, "rankin", 'is no known key; did you mean "ranking"?'),
        ({"xyzzy": 1}, "xyzzy", "is no known key"),
        ({"ratings": [{"answr": "a", "criterion": "c"}]}, "ratings[0].answr", 'is no known key; did you mean "answer"?'),
        ({"ratings": [{"answer": "a", "criterion": "c", "value": "4"}]}, "ratings[0].value", "must be a whole number, not text"),
        ({"ratings": [{"criterion": "c", "na": 1}]}, "ratings[0].na", "must be true or false, not a number"),
        ({"ranking": ["a", "b"]}, "ranking[0]", "must be a list, not text"),
        ({"ranking": [["a"], ["b", "a"]]}, "ranking", 'names answer "a" twice'),
        ({"accept_line": 3}, "accept_line", "3 is not from 0 to 2"),
        ({"revision": 0}, "revision", "0 is less than 1"),
        ({"strengths": [{"first": "b", "second": "a", "value": 1}]}, "strengths[0]", "first must come before second by code point"),
        ({"role": "lable"}, "role", '"lable" is not "label", "review", "adjudication", "calibration", "training" or "imported"'),
        ({"confidence": 2**70}, "confidence", "is too large a number"),
        ({"read": ["a"]}, "read", "must be an object, not a list"),
    ],
)  # fmt: skip
def test_a_wrong_judgment_is_told_by_its_field(
    members: dict[str, Any], field: str, words: str
) -> None:
    assert (field, words) in faults(judgment_row(**members))


def test_a_task_stands_before_its_judgments() -> None:
    said = tuple(freeze(make_judgment(f"j{n}")) for n in range(2))
    rows = list(write(Dossier(make_task(), judgments=said), Policy()))
    assert [row.kind for row in rows] == ["task", "judgment", "judgment"]
    assert [row.line for row in rows[1:]] == [one.body + b"\n" for one in said]
    hidden = Dossier(make_task(), is_shown=False, judgments=said)
    assert [row.kind for row in write(hidden, Policy())] == ["judgment", "judgment"]


def test_a_blind_task_holds_what_its_hash_covers_and_no_model() -> None:
    lost = {"model": "HIDDEN"}
    answer = replace(
        make_task().answers[0],
        turns=(Turn("user", "x", extra={"name": "HIDDEN"}),),
        kind="human",
        revision_of="b",
        provenance=lost,
        extra=lost,
        reasoning="r",
        steps=("s",),
    )
    task = make_task(
        answers=(answer, make_task().answers[1]),
        context=(Passage("p", extra=lost),),
        rubric=(RubricCriterion("r", "c", 1, extra=lost),),
        source="HIDDEN",
        metadata=lost,
        extra=lost,
        tags=("t",),
        licence="MIT",
        priority=3,
    )
    blind = blinded(task)
    row = json.dumps(task_to_json(blind))
    assert "HIDDEN" not in row
    assert not any(f'"{key}"' in row for key in ("model", "kind", "revision_of", "provenance"))
    assert task_sha256(blind) == task_sha256(task)
    assert (blind.tags, blind.licence, blind.priority) == (("t",), "MIT", 3)
