"""Several texts below each other are their documents' lines, with gaps and headings between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.tui.render.document import Document
from tutorcli.tui.render.extent import Extent
from tutorcli.tui.render.finding import needle_of
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.stack import Part, Stack

PALETTE = Palette.plain()
WIDTH = 30
LONG = "".join(f"## Part {n}\n\nThe patient took **aspirin** for a week.\n\n" for n in range(12))
PARTS = st.lists(
    st.builds(
        Part,
        st.sampled_from(
            ["", "one", "two words\n\nand more", "患者，男，45岁。" * 20, LONG, "a\r\nb"]
        ),
        st.sampled_from(["", "user", "Context: 标题"]),
        st.sampled_from([None, "because of this", "why\n\n" * 30]),
    ),
    max_size=5,
)


def label(extent: Extent, is_open: bool) -> str:
    return f"{'-' if is_open else '+'} {extent.n}"


def stack(parts: list[Part], width: int = WIDTH) -> Stack:
    return Stack(parts, width, PALETTE, label)


def wanted(parts: list[Part], width: int = WIDTH) -> list[str]:
    """What should stand on each line."""
    lines: list[str] = []
    for index, part in enumerate(parts):
        lines += [""] * (index > 0) + [part.heading] * bool(part.heading)
        text = Document(part.text, width, PALETTE, reasoning=part.reasoning, fold_label=label)
        while text.layout_some(10):
            pass
        lines += [strip.text.rstrip() for strip in text.lines(0, text.height)]
    return lines


def finish(whole: Stack) -> Stack:
    while whole.layout_some():
        pass
    return whole


def laid_out(parts: list[Part], width: int = WIDTH) -> Stack:
    return finish(stack(parts, width))


def shown(whole: Stack, first: int = 0, end: int | None = None) -> list[str]:
    end = whole.height if end is None else end
    whole.ensure(first, end)
    return [whole.line(y).text.rstrip() for y in range(first, end)]


@given(PARTS)
def test_lines_are_those_of_the_texts_with_gaps_and_headings(parts: list[Part]) -> None:
    whole = laid_out(parts)
    assert shown(whole) == wanted(parts)
    assert whole.height == len(wanted(parts))


@given(PARTS, st.integers(0, 60))
def test_every_line_has_the_width_and_below_the_end_is_nothing(parts: list[Part], y: int) -> None:
    whole = stack(parts)
    whole.ensure(y, y + 1)
    assert whole.line(y).cell_length == WIDTH
    whole = laid_out(parts)
    assert whole.line(whole.height).text.strip() == ""


@given(PARTS.filter(bool), st.lists(st.integers(0, 80), max_size=5))
def test_where_one_looked_first_changes_no_line(parts: list[Part], looks: list[int]) -> None:
    lazy = stack(parts)
    for y in looks:
        lazy.ensure(y, y + 7)
        lazy.line(y)
        lazy.offset_at(y)
    assert shown(finish(lazy)) == wanted(parts)


@given(PARTS.filter(bool), st.integers(1, 12))
def test_the_last_page_ends_with_the_last_line(parts: list[Part], rows: int) -> None:
    lazy = stack(parts)
    top = lazy.end(rows)
    page = shown(lazy, top, top + rows)
    assert page[: len(wanted(parts))] == wanted(parts)[-rows:]


@given(PARTS.filter(bool))
def test_what_was_shown_grows_to_the_length_of_all_texts(parts: list[Part]) -> None:
    whole = laid_out(parts)
    offsets = [whole.offset_at(y) for y in range(whole.height)]
    assert offsets == sorted(offsets)
    assert offsets == [] or offsets[-1] == sum(len(part.text) for part in parts)


@given(PARTS.filter(bool), st.integers(0, 60))
def test_a_place_is_found_again(parts: list[Part], y: int) -> None:
    whole = laid_out(parts)
    y = min(y, max(whole.height - 1, 0))
    found = whole.locate(whole.anchor(y))
    # A heading belongs to the gap above it.
    assert found in {y, y - 1}
    if found != y:
        assert parts[whole.anchor(y).part].heading == shown(whole)[y]


@given(PARTS.filter(bool), st.integers(0, 60))
def test_a_place_is_in_the_same_text_at_another_width(parts: list[Part], y: int) -> None:
    whole, narrow = laid_out(parts), laid_out(parts, 17)
    place = whole.anchor(min(y, max(whole.height - 1, 0)))
    again = narrow.anchor(narrow.locate(place))
    assert again.part == place.part


def test_folding_opens_all_reasoning_and_closes_it_again() -> None:
    parts = [Part("a", "user", "first"), Part("b"), Part("c", "", "second")]
    whole = laid_out(parts)
    folded = shown(whole)
    assert "+ 1" in folded
    assert whole.toggle_fold()
    opened = shown(finish(whole))
    assert any("first" in line for line in opened)
    assert any("second" in line for line in opened)
    assert whole.height == len(opened) > len(folded)
    assert whole.toggle_fold()
    assert shown(whole) == folded
    assert not stack([Part("a")]).toggle_fold()


def test_nothing_at_all_can_be_drawn_too() -> None:
    empty = stack([])
    assert (empty.height, empty.end(5), empty.offset_at(0), empty.layout_some()) == (0, 0, 0, False)
    assert empty.line(0).cell_length == WIDTH
    assert empty.locate(empty.anchor(0)) == 0
    assert not empty.toggle_fold()
    empty.ensure(0, 5)


@pytest.mark.parametrize("turns", [400])
def test_a_row_of_a_long_chat_looks_at_few_of_its_texts(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = stack([Part("What a tutor reads. " * 20, "user")] * turns)
    top = chat.end(40)
    asked = []
    ensure = Document.ensure

    def counted(document: Document, first: int, end: int) -> None:
        asked.append(first)
        ensure(document, first, end)

    monkeypatch.setattr(Document, "ensure", counted)
    for y in range(top, top + 40):
        chat.ensure(y, y + 1)
        chat.line(y)
    assert len(asked) <= 4 * 40


def test_a_part_is_folded_to_one_line_until_it_is_asked_for() -> None:
    parts = [
        Part("first\n\nmore", "user", folded="+ user, 2 words"),
        Part("second", "assistant", folded="+ assistant, 1 words"),
        Part("third", "user"),
    ]
    whole = laid_out(parts)
    assert shown(whole) == ["+ user, 2 words", "+ assistant, 1 words", "user", "third"]
    assert (whole.folded_parts, whole.toggle_parts(), whole.folded_parts) == ([0, 1], True, [])
    unfolded = [Part(part.text, part.heading) for part in parts]
    assert shown(finish(whole)) == wanted(unfolded)
    again = laid_out(parts, 20)
    again.fold_as(whole)
    assert again.folded_parts == []
    assert whole.toggle_parts()
    assert shown(whole) == shown(laid_out(parts))
    assert not laid_out(unfolded).toggle_parts()


def test_a_place_in_a_folded_part_is_its_line() -> None:
    parts = [Part(LONG, "user", folded="+ user"), Part("end", "user")]
    whole = laid_out(parts)
    whole.toggle_parts()
    place = finish(whole).anchor(20)
    whole.toggle_parts()
    assert whole.locate(place) == 0
    assert whole.end(3) == whole.height - 3


def test_what_is_found_in_a_folded_part_is_unfolded() -> None:
    parts = [Part("the needle", "user", folded="+ user"), Part("end", "user")]
    whole, needle = laid_out(parts), needle_of("needle")
    assert needle is not None
    (found,) = whole.hits(needle)
    line, _ = whole.spot(found, needle)
    assert whole.line(line).text.strip() == "the needle"
