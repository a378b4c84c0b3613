"""What of a task is shown, and what never is."""

import json
from pathlib import Path

import pytest

from tutorcli import i18n
from tutorcli.catalog.shelf import Catalog
from tutorcli.core.task import Answer, Passage, RubricCriterion, Task, Turn, task_from_json
from tutorcli.tui.render.extent import Extent, extent_of
from tutorcli.tui.texts import answer_text, fold_label, guideline_text, prompt_text
from tutorcli.tui.widgets.column import Text

SAMPLES = Path(__file__).parents[3] / "sample_tasks"


def task(**fields: object) -> Task:
    known = {"id": "t", "domain": "law", "language": "en", "answers": ()}
    return Task(**{**known, **fields})  # type: ignore[arg-type]


def shown(text: Text) -> list[tuple[str, str]]:
    return [(part.heading, part.text) for part in text.parts]


def test_a_prompt_stands_alone_without_a_heading() -> None:
    assert shown(prompt_text(task(prompt="P\r\n"))) == [("", "P\r\n")]


def test_a_chat_is_shown_turn_by_turn_from_its_end() -> None:
    messages = (Turn("system", "s"), Turn("user", "u"), Turn("assistant", "a", "why"), Turn("tool", ""))  # fmt: skip
    text = prompt_text(task(messages=messages))
    assert shown(text) == [("system", "s"), ("user", "u"), ("assistant", "a"), ("tool", "")]
    assert text.parts[2].reasoning == "why"
    assert text.opens_at_end


def test_context_rubric_and_reference_follow_under_headings() -> None:
    text = prompt_text(
        task(
            prompt="P",
            context=(Passage("one", "c1", "Title", "p. 3"), Passage("two", "c2"), Passage("three")),
            rubric=(RubricCriterion("r", "Says so.", -2.5), RubricCriterion("s", "And so.", 1)),
            reference="R",
        )
    )
    assert shown(text) == [
        ("", "P"),
        ("Context: Title · p. 3", "one"),
        ("Context: c2", "two"),
        ("Context", "three"),
        ("Rubric", "- Says so. (-2.5)\n- And so. (+1)"),
        ("Reference answer", "R"),
    ]
    assert not text.opens_at_end


def test_hostile_headings_are_made_visible() -> None:
    messages = (Turn("us\x1b[31mer\n", "x"),)
    ((heading, _),) = shown(prompt_text(task(messages=messages)))
    assert "\x1b" not in heading
    assert "\n" not in heading
    passage = Passage("x", title="a\u202eb\r\nc")
    heading = shown(prompt_text(task(prompt="", context=(passage,))))[1][0]
    assert "\u202e" not in heading
    assert "\n" not in heading


def test_an_answer_has_its_reasoning_folded_beside_it() -> None:
    text = answer_text(Answer("a", "T", reasoning="R", model="secret"))
    assert (text.id, text.length) == ("a", 1)
    assert (text.parts[0].text, text.parts[0].reasoning) == ("T", "R")


def test_an_answer_of_several_turns_is_shown_whole_with_its_reasoning() -> None:
    turns = (Turn("assistant", "one"), Turn("user", "two"), Turn("assistant", "three"))
    text = answer_text(Answer("a", "three", turns=turns, reasoning="R"))
    assert shown(text) == [("assistant", "one"), ("user", "two"), ("assistant", "three")]
    assert [part.reasoning for part in text.parts] == [None, None, "R"]
    assert text.length == len("onetwothree")


def every(value: object) -> list[str]:
    """All texts in a JSON value, with keys."""
    if isinstance(value, dict):
        return [item for key, inner in value.items() for item in (key, *every(inner))]
    if isinstance(value, list):
        return [item for inner in value for item in every(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*_*.jsonl")), ids=lambda path: path.stem)
def test_what_the_blind_rule_hides_is_in_no_text(file: Path) -> None:
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = task_from_json(row)
        hidden = [answer.model for answer in found.answers if answer.model]
        hidden += [str(row["source"]), *every(row["metadata"]["planted"])[1:]]
        texts = [prompt_text(found), *(answer_text(answer) for answer in found.answers)]
        seen = "\n".join(f"{heading}\n{body}" for text in texts for heading, body in shown(text))
        assert [word for word in hidden if len(word) > 1 and word in seen] == []


def test_everything_that_the_hash_covers_is_shown() -> None:
    row = {
        "id": "t",
        "domain": "law",
        "language": "en",
        "messages": [{"role": "user", "content": "seen-1", "reasoning": "seen-2"}],
        "context": [{"title": "seen-3", "locator": "seen-4", "text": "seen-5"}],
        "reference": "seen-6",
        "rubric": [{"id": "r", "criterion": "seen-7", "points": 1}],
        "answers": [
            {"id": "a", "text": "seen-8", "reasoning": "seen-9"},
            {"id": "b", "text": "x", "turns": [{"role": "user", "content": "seen-10"}]},
        ],
    }
    found = task_from_json(row)
    texts = [prompt_text(found), *(answer_text(answer) for answer in found.answers)]
    seen = [
        word
        for text in texts
        for part in text.parts
        for word in (part.heading, part.text, part.reasoning or "")
    ]
    assert [n for n in range(1, 11) if not any(f"seen-{n}" in word for word in seen)] == []


def test_the_guideline_comes_with_criteria_and_red_flags_in_the_tutors_language() -> None:
    pack = Catalog().pack("medicine")
    text = guideline_text(pack, "zh_Hans")
    assert text.parts[0].text == pack.guideline["zh_Hans"]
    assert "准确性" in text.parts[1].text
    assert "胸痛" in text.parts[2].text
    assert guideline_text(pack, "de").parts[0].text == pack.guideline["en"]


def test_headings_are_in_the_tutors_language() -> None:
    i18n.activate("zh-Hans")
    headings = [heading for heading, _ in shown(prompt_text(task(messages=(Turn("user", "x"),), reference="R")))]  # fmt: skip
    assert "user" not in headings
    assert "Reference answer" not in headings


def test_folded_reasoning_says_how_long_it_is() -> None:
    words, characters = Extent(12_345, is_words=True), Extent(7, is_words=False)
    assert "12,345 words" in fold_label("Ctrl+G", words, is_open=False)
    assert "7 characters" in fold_label("t", characters, is_open=False)
    assert fold_label("t", words, is_open=True) != fold_label("t", words, is_open=False)


def test_chinese_is_measured_in_characters_and_other_text_in_words() -> None:
    assert extent_of(["Take aspirin", "daily."]) == Extent(3, is_words=True)
    assert extent_of(["患者，男，45岁。\nALT 80"]) == Extent(15, is_words=False)
    assert extent_of([]) == Extent(0, is_words=True)


def test_earlier_turns_of_a_long_chat_and_long_documents_are_a_line_each() -> None:
    said = "word " * 100
    messages = (Turn("system", "s"), Turn("user", said), Turn("assistant", "a\x1bb"), Turn("user", "u"), Turn("tool", "x"))  # fmt: skip
    text = prompt_text(task(messages=messages, context=(Passage(said, title="T"),)))
    assert [part.folded for part in text.parts] == [
        "+ system, 1 words: s",
        f"+ user, 100 words: {said[:200]}…",
        "+ assistant, 1 words: a␛b",
        "",
        "",
        "+ Context: T, 100 words",
    ]
    assert text.opens_at_end
    assert not any(part.folded for part in prompt_text(task(messages=messages[2:])).parts)
