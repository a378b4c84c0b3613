"""Tasks: shape, the way through JSON and back, the hash of what a tutor sees."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.made import JSON, WORDS, make_task
from tutorcli.core.canonical import Json, digest, dumps, loads, normal
from tutorcli.core.task import (
    Answer,
    Passage,
    RubricCriterion,
    Task,
    Turn,
    problems,
    shape,
    shown_order,
    task_from_json,
    task_sha256,
    task_to_json,
)

FULL: dict[str, Json] = {
    "schema": "tutorcli.task/1",
    "id": "t1",
    "domain": "law",
    "language": "zh-Hans",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Q\r\n ", "name": "unknown"},
        {"role": "assistant", "content": "A", "reasoning": "hm"},
    ],
    "answers": [
        {
            "id": "b",
            "text": "",
            "turns": [{"role": "assistant", "content": "x"}],
            "model": "m",
            "reasoning": "r",
            "steps": ["s1", "s2"],
            "revision_of": "a",
            "kind": "human",
            "provenance": {"x": None},
            "logprobs": [None, 1.5],
        },
        {"id": "a", "text": "T"},
    ],
    "reference": "ref",
    "context": [{"id": "c", "title": "t", "locator": "p. 1", "text": "passage", "url": None}],
    "rubric": [
        {"id": "r1", "criterion": "c", "points": -2.5, "axis": "x", "tags": ["y"], "z": 1},
        {"id": "r2", "criterion": "d", "points": 1},
    ],
    "protocol": "rank",
    "guideline": "g@1",
    "tags": ["t", "u"],
    "subdomain": "s",
    "jurisdiction": "CN",
    "as_of": "2026-01-01",
    "batch": "b",
    "region": "r",
    "confidentiality": "c",
    "priority": -3,
    "due": "2026-01-01T10:00:00+08:00",
    "overlap": 3,
    "source": {"repo": None, "rows": [1, None]},
    "licence": "MIT",
    "metadata": [None, {"k": None}],
    "colour": {"deep": [None, {"er": None}]},
    "extra": {"mine": 1},
}


def back_and_forth(row: dict[str, Json]) -> dict[str, Json]:
    return task_to_json(task_from_json(row))


def test_every_field_comes_back_as_it_came() -> None:
    assert dumps(back_and_forth(FULL)) == dumps(FULL)
    assert dumps(back_and_forth(back_and_forth(FULL))) == dumps(FULL)


def test_defaults_are_not_written() -> None:
    row: dict[str, Json] = {"id": "t", "domain": "d", "language": "en", "prompt": "", "answers": []}
    given = row | {"priority": 0, "overlap": 1, "tags": [], "context": [], "metadata": None}
    assert back_and_forth(given) == {"schema": "tutorcli.task/1", **row}


def test_unknown_keys_are_kept_where_they_stood() -> None:
    task = task_from_json(FULL)
    assert task.extra == {"colour": {"deep": [None, {"er": None}]}, "extra": {"mine": 1}}
    assert task.answers[0].extra == {"logprobs": [None, 1.5]}
    assert task.messages[1].extra == {"name": "unknown"}
    assert task.context[0].extra == {"url": None}
    assert task.rubric[0].extra == {"z": 1}


KNOWN = set(FULL) | {"prompt", "candidates", "responses", "completions"}


@given(st.dictionaries(WORDS.filter(lambda key: key not in KNOWN), JSON, max_size=4))
def test_any_unknown_key_comes_back(unknown: dict[str, Json]) -> None:
    row = FULL | unknown
    assert dumps(normal(back_and_forth(row))) == dumps(normal(row))


@given(WORDS, WORDS, WORDS)
def test_text_is_kept_exactly(prompt: str, text: str, reasoning: str) -> None:
    answers = [{"id": "a", "text": text, "reasoning": reasoning}]
    row = {"id": "t", "domain": "d", "language": "en", "prompt": prompt, "answers": answers}
    again = loads(dumps(back_and_forth(row)))
    assert again["prompt"] == prompt
    assert again["answers"] == answers


@pytest.mark.parametrize("alias", ["candidates", "responses", "completions"])
def test_other_words_for_answers_are_read(alias: str) -> None:
    answers = [{"id": 1, "text": "x"}]
    row = {"id": "t", "domain": "d", "language": "en", "prompt": "p"}
    task = task_from_json(row | {alias: answers})
    assert [answer.id for answer in task.answers] == ["1"]
    assert task.extra == {}
    assert "answers" in task_to_json(task)


def test_another_word_beside_answers_is_an_unknown_key() -> None:
    row = {"id": "t", "domain": "d", "language": "en", "prompt": "p", "answers": []}
    task = task_from_json(row | {"responses": [1]})
    assert task.answers == ()
    assert task.extra == {"responses": [1]}


def test_a_null_member_is_an_absent_one_before_another_word_for_it() -> None:
    row = {"id": "t", "domain": "d", "language": "en", "prompt": "p", "answers": None}
    task = task_from_json(row | {"candidates": [{"id": "a", "text": "x"}]})
    assert [answer.id for answer in task.answers] == ["a"]


def test_numeric_ids_become_text_everywhere() -> None:
    row = {
        "id": 7,
        "domain": "d",
        "language": "en",
        "prompt": "p",
        "answers": [{"id": 1, "text": "x"}, {"id": 2, "text": "y", "revision_of": 1}],
        "context": [{"id": 3, "text": "c"}],
        "rubric": [{"id": 4, "criterion": "c", "points": 1}],
    }
    task = task_from_json(row)
    assert (task.id, [answer.id for answer in task.answers]) == ("7", ["1", "2"])
    assert (task.answers[1].revision_of, task.context[0].id, task.rubric[0].id) == ("1", "3", "4")


def test_a_truth_value_is_no_id() -> None:
    assert shape({"id": True})["id"] is True


def test_a_message_without_content_reads_as_empty() -> None:
    row = FULL | {"messages": [{"role": "assistant"}, {"role": "user", "content": None}]}
    assert [turn.content for turn in task_from_json(row).messages] == ["", ""]


@pytest.mark.parametrize("value", [None, 1, "x", [], [{"id": 1}]])
def test_shape_leaves_what_is_no_object_alone(value: Json) -> None:
    assert shape(value) == value


def test_shape_leaves_wrong_types_for_whoever_validates() -> None:
    shaped = shape({"id": "t", "answers": "none", "tags": [1], "messages": [3, {"role": 1}]})
    assert shaped == {
        "id": "t",
        "answers": "none",
        "tags": (1,),
        "messages": (3, {"role": 1}),
    }


def test_shape_does_not_change_what_it_was_given() -> None:
    before = json.dumps(FULL)
    shape(FULL)
    assert json.dumps(FULL) == before


# -- the hash


def full_task() -> Task:
    return task_from_json(FULL)


def test_the_hash_is_that_of_the_canonical_text_of_what_is_seen() -> None:
    task = make_task("ba")
    seen = (
        '{"answers":[{"id":"a","text":"Text of a."},{"id":"b","text":"Text of b."}],'
        '"prompt":"What?"}'
    )
    assert task_sha256(task) == digest(seen)


@given(st.permutations("abcd"))
def test_the_order_of_answers_does_not_change_the_hash(order: list[str]) -> None:
    assert task_sha256(make_task(order)) == task_sha256(make_task("abcd"))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "other"},
        {"domain": "medicine"},
        {"language": "en"},
        {"protocol": None},
        {"guideline": None},
        {"tags": ("x",)},
        {"subdomain": None},
        {"jurisdiction": None},
        {"as_of": None},
        {"batch": None},
        {"region": None},
        {"confidentiality": None},
        {"priority": 9},
        {"due": None},
        {"overlap": 1},
        {"source": 1},
        {"licence": None},
        {"metadata": None},
        {"extra": {}},
    ],
)
def test_what_a_tutor_does_not_see_does_not_change_the_hash(change: dict[str, Any]) -> None:
    task = full_task()
    assert replace(task, **change) != task
    assert task_sha256(replace(task, **change)) == task_sha256(task)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "other"},
        {"kind": "model"},
        {"provenance": 1},
        {"revision_of": None},
        {"extra": {}},
    ],
)
def test_where_an_answer_comes_from_does_not_change_the_hash(change: dict[str, Any]) -> None:
    task = full_task()
    answers = (replace(task.answers[0], **change), task.answers[1])
    assert answers != task.answers
    assert task_sha256(replace(task, answers=answers)) == task_sha256(task)


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "x"},
        {"messages": ()},
        {"messages": (Turn("system", "Be brief!"),)},
        {"messages": (Turn("user", "Be brief."),)},
        {"messages": (Turn("system", "Be brief.", "hm"),)},
        {"reference": None},
        {"reference": ""},
        {"context": ()},
        {"context": (Passage("passage", "c", "t", "p. 2"),)},
        {"context": (Passage("passage", "c", "u", "p. 1"),)},
        {"context": (Passage("Passage", "c", "t", "p. 1"),)},
        {"rubric": (RubricCriterion("r1", "c", 2.5, "x", ("y",)),)},
        {"rubric": ()},
        {"answers": (Answer("b", ""),)},
        {"answers": (Answer("b", ""), Answer("a", "T "))},
        {"answers": (Answer("b", ""), Answer("c", "T"))},
        {"answers": (Answer("b", "", reasoning="r"), Answer("a", "T"))},
        {"answers": (Answer("b", "", steps=("s1s2",)), Answer("a", "T"))},
        {"answers": (Answer("b", "", turns=(Turn("assistant", "x", "y"),)), Answer("a", "T"))},
    ],
)
def test_any_text_that_a_tutor_sees_changes_the_hash(change: dict[str, Any]) -> None:
    assert task_sha256(replace(full_task(), **change)) != task_sha256(full_task())


@given(WORDS, WORDS)
def test_two_texts_have_one_hash_only_when_they_are_the_same(first: str, second: str) -> None:
    tasks = [replace(make_task(), prompt=text) for text in (first, second)]
    assert (task_sha256(tasks[0]) == task_sha256(tasks[1])) == (first == second)


def test_unknown_keys_of_what_is_seen_do_not_change_the_hash() -> None:
    task = full_task()
    bare = replace(
        task,
        messages=tuple(replace(turn, extra={}) for turn in task.messages),
        context=tuple(replace(passage, extra={}) for passage in task.context),
        rubric=tuple(replace(item, extra={}) for item in task.rubric),
    )
    assert task_sha256(bare) == task_sha256(task)


# -- what is wrong with a task


def fields_with_problems(task: Task) -> list[str]:
    return [field for field, _ in problems(task)]


def test_a_good_task_has_no_problems() -> None:
    assert fields_with_problems(full_task()) == []
    assert fields_with_problems(make_task("")) == []
    assert fields_with_problems(make_task([f"a{n}" for n in range(99)])) == []


@pytest.mark.parametrize(
    ("task", "field"),
    [
        (make_task(id=""), "id"),
        (make_task(domain=" "), "domain"),
        (make_task(language=""), "language"),
        (make_task(prompt=None), "prompt"),
        (make_task(messages=(Turn("user", "x"),)), "messages"),
        (make_task(overlap=0), "overlap"),
        (make_task(due="tomorrow"), "due"),
        (make_task(due="2026-1-1"), "due"),
        (make_task([f"a{n}" for n in range(100)]), "answers"),
        (make_task(["a", "b", "a"]), "answers[2].id"),
        (make_task(["a", ""]), "answers[1].id"),
    ],
)
def test_each_problem_names_its_field(task: Task, field: str) -> None:
    assert fields_with_problems(task) == [field]


@pytest.mark.parametrize(
    "due", ["2026-01-01", "2026-01-01T10:00", "2026-01-01T10:00:00.5Z", "2026-01-01T10:00:00+08:00"]
)
def test_dates_and_times_of_iso_8601_are_taken(due: str) -> None:
    assert fields_with_problems(make_task(due=due)) == []


@pytest.mark.parametrize("due", ["2026-13-01", "2026-02-30", "2026-01-01T25:00"])
def test_a_date_that_no_calendar_has_is_a_problem(due: str) -> None:
    assert fields_with_problems(make_task(due=due)) == ["due"]


# -- small things


def test_the_opening_is_the_prompt_or_the_last_word_of_the_user() -> None:
    assert make_task(prompt="p").opening == "p"
    said = (Turn("user", "one"), Turn("assistant", "two"), Turn("user", ""))
    assert make_task(prompt=None, messages=said).opening == "one"
    assert make_task(prompt=None, messages=said[1:2]).opening == "two"
    assert make_task(prompt=None).opening == ""


def test_an_answer_is_found_by_its_id() -> None:
    task = make_task("ab")
    assert task.answer("b") is task.answers[1]
    assert task.answer("c") is None


def test_the_order_shown_holds_every_answer_once_and_is_fixed() -> None:
    task = make_task("abcdefgh")
    order = shown_order(task, "t", "local-1")
    assert sorted(order) == list("abcdefgh")
    assert shown_order(make_task("hgfedcba"), "t", "local-1") == order


def test_tutors_and_assignments_see_different_orders() -> None:
    task = make_task("abcdefgh")
    assert len({shown_order(task, "t", f"local-{n}") for n in range(20)}) == 20
    assert len({shown_order(task, f"t{n}", "local-1") for n in range(20)}) == 20


def test_no_place_is_favoured_by_the_order_shown() -> None:
    first = [shown_order(make_task("abcd"), f"t{n}", "local-1")[0] for n in range(2000)]
    # Each of four answers stands first in 500 of 2,000 tasks, standard deviation 19.4.
    assert all(420 < first.count(answer) < 580 for answer in "abcd")
