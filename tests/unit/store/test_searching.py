"""Search in titles and in whole texts."""

import pytest

from tests.unit.store.conftest import fill, make_task
from tutorcli.core.task import Answer, Passage, RubricCriterion, Turn
from tutorcli.store.db import Queue
from tutorcli.store.searching import search_bodies, search_titles
from tutorcli.store.tasks import Filters


def ids(found: list[object]) -> list[str]:
    return [item.id for item in found]  # type: ignore[attr-defined]


@pytest.fixture
def filled(queue: Queue) -> Queue:
    fill(
        queue,
        [
            make_task("t1", "Chest PAIN after a Straße walk", domain="medicine"),
            make_task("t2", "Pain in the chest", domain="law", priority=1),
            make_task("t3", "患者胸痛三天", language="zh"),
            make_task("t4", "x" * 79 + " tail of it"),
        ],
    )
    return queue


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("chest pain", ["t2", "t1"]),
        ("PAIN", ["t2", "t1"]),
        ("strasse", ["t1"]),
        ("胸痛", ["t3"]),
        ("tail", []),
        ("100% _", []),
        ("  ", []),
    ],
)
def test_titles_hold_all_the_words(filled: Queue, words: str, expected: list[str]) -> None:
    assert ids([*search_titles(filled, words)]) == expected


def test_search_keeps_to_filters_and_limit(filled: Queue) -> None:
    assert ids([*search_titles(filled, "pain", filters=Filters(domain="law"))]) == ["t2"]
    assert len(search_titles(filled, "pain", 1)) == 1
    assert ids([*search_bodies(filled, "pain", filters=Filters(domain="law"))]) == ["t2"]
    assert len(search_bodies(filled, "pain", 1)) == 1


def test_titles_are_found_in_the_index_alone(filled: Queue) -> None:
    plan = filled.rows(
        "EXPLAIN QUERY PLAN SELECT t.id FROM live_tasks t WHERE instr(t.folded, 'x') > 0 LIMIT 5"
    )
    assert any("COVERING INDEX tasks_import" in row[-1] for row in plan)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LINE one\nline two", True),
        ('say "hi" \\ 100%_^', True),
        ("ÉTÉ", True),
        ("trace", True),
        ("passage", True),
        ("must mention", True),
        ("last turn", True),
        ("secret-model", False),
        ("secret-source", False),
        ("secret-extra", False),
        ("answers", False),
        ("", False),
    ],
)
def test_texts_are_searched_but_not_what_is_hidden(queue: Queue, text: str, *, found: bool) -> None:
    answers = (
        Answer("a", 'Line one\nLine two, say "hi" \\ 100%_^', model="secret-model"),
        Answer("b", "été", reasoning="Trace", turns=(Turn("assistant", "last turn"),)),
    )
    task = make_task(
        "t1",
        answers=answers,
        context=(Passage("A passage"),),
        rubric=(RubricCriterion("r", "Must mention it", 1),),
        source={"from": "secret-source"},
        extra={"k": "secret-extra"},
    )
    fill(queue, [task])
    assert bool(search_bodies(queue, text)) is found
