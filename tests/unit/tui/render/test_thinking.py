import pytest

from tutorcli.tui.render.thinking import reasoning_span


def split(text: str) -> tuple[str, str] | None:
    span = reasoning_span(text)
    return span and (text[span[0] : span[1]], text[span[2] :])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>why</think>so", ("why", "so")),
        ("\n <think>\nwhy\n</think>\n\nso", ("\nwhy\n", "\n\nso")),
        ("<Thinking>why</Thinking>so", ("why", "so")),
        ("why\n</think>\nso", ("why\n", "\nso")),
        ("the answer is 4.</think>\n\n4", ("the answer is 4.", "\n\n4")),
        ("<think>why", ("why", "")),
        ("<think></think>so", ("", "so")),
    ],
)
def test_reasoning_at_the_start_is_told_from_the_answer(
    text: str, expected: tuple[str, str]
) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "so",
        "so <think>why</think> then",
        "the tag `</think>` ends it",
        "```\n<think>\n</think>\n```",
    ],
)
def test_an_answer_that_speaks_of_the_tags_has_no_reasoning(text: str) -> None:
    assert split(text) is None


def test_a_later_tag_that_stands_alone_counts_when_an_earlier_one_does_not() -> None:
    assert split("I say `</think>` now\n</think>\nso") == ("I say `</think>` now\n", "\nso")
