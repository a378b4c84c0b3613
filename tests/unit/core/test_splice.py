"""Splices replayed give exactly the text that was edited."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing import within
from tutorcli.core.splice import TextBuffer

TEXTS = st.text(st.sampled_from("ab中\n\r\t\u2028\x0b\x1b👨\u200d"), max_size=40)


def place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_comes_back_exactly(text: str) -> None:
    assert TextBuffer(text).text == text


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), TEXTS), max_size=8))
def test_splices_do_what_slicing_does(text: str, edits: list[tuple[int, int, str]]) -> None:
    buffer = TextBuffer(text)
    for offset, length, inserted in edits:
        start = min(offset, len(text))
        end = min(start + length, len(text))
        where = (*place(text, start), *place(text, end))
        assert buffer.between(*where) == text[start:end]
        buffer.splice(*where, inserted)
        text = text[:start] + inserted + text[end:]
        assert buffer.text == text
        assert buffer.end == place(text, len(text))


@pytest.mark.parametrize(
    "where", [(0, 4, 0, 4), (2, 0, 2, 0), (0, 1, 0, 0), (1, 0, 0, 0), (-1, 0, 0, 0)]
)
def test_a_place_outside_the_text_is_refused(where: tuple[int, int, int, int]) -> None:
    buffer = TextBuffer("one\ntwo")
    with pytest.raises(ValueError, match=r"no row|lies before"):
        buffer.splice(*where, "x")
    assert buffer.text == "one\ntwo"


@pytest.mark.parametrize("text", ["x" * 1_000_000, "line of text\n" * 80_000])
def test_a_thousand_keys_in_a_million_characters_take_less_than_a_second(text: str) -> None:
    buffer = TextBuffer(text)
    with within(1):
        for _ in range(1_000):
            buffer.splice(0, 5, 0, 5, "x")
