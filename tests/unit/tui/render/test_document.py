from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.tui.render.document import Document
from tutorcli.tui.render.palette import Palette

PALETTE = Palette.plain()
PARAGRAPH = "The patient took **aspirin** and a [drug](http://x) for a week.\n\n"
ANSWER = "".join(f"## Part {n}\n\n{PARAGRAPH * 3}- one\n- two\n\n" for n in range(40))
CHINESE = "患者，男，45岁。因“反复上腹痛3年，加重1周”入院，**诊断为**胃溃疡。\n\n"


def document(text: str, width: int = 39, **options: object) -> Document:
    return Document(text, width, PALETTE, **options)  # type: ignore[arg-type]


def whole(text: str, width: int = 39) -> Document:
    laid_out = document(text, width)
    while laid_out.layout_some(10):
        pass
    return laid_out


def texts(shown: Document, first: int, end: int) -> list[str]:
    return [strip.text.rstrip() for strip in shown.lines(first, end)]


def all_text(shown: Document) -> list[str]:
    while shown.layout_some(10):
        pass
    return texts(shown, 0, shown.height)


def test_a_million_characters_are_laid_out_only_where_they_are_looked_at() -> None:
    answer = document(PARAGRAPH * 16_000)
    assert len(answer.lines(0, 45)) == 45
    assert answer.rendered_segments <= 3
    last = answer.end(45)
    assert texts(answer, last + 44, last + 45) == [""] or texts(answer, last, last + 45)[-1]
    assert answer.rendered_segments <= 6


MONSTERS = {
    "spaced line": "word " * 40_000,
    "chinese line": "患者腹痛，" * 40_000,
    "solid line": "x" * 200_000,
    "lines": "".join(f"line {n}\n" for n in range(50_000)),
    "fence": "```\n" + "x = 1\n" * 50_000,
    "line in a fence": "```\n" + "x" * 200_000,
    "list": "- item\n" * 50_000,
    "table": "|a|b|\n|-|-|\n" + "|1|2|\n" * 50_000,
    "nested list": "- a\n" + "  - b\n" * 50_000,
}


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_monsters_are_cut_so_that_a_screen_costs_a_few_segments(text: str) -> None:
    answer = document(text)
    assert all(strip.cell_length == 39 for strip in answer.lines(0, 45))
    answer.end(45)
    assert answer.rendered_segments <= 8


def test_the_last_page_shows_the_end_at_the_bottom() -> None:
    answer = document(PARAGRAPH * 2000 + "The very end.")
    last = answer.end(20)
    assert texts(answer, last, last + 20)[-1] == "The very end."
    assert answer.height == last + 20
    assert document("short").end(20) == 0


COMPLETE = whole(ANSWER)


@given(st.integers(0, 400), st.integers(1, 60))
def test_a_line_is_the_same_whichever_part_was_laid_out_first(first: int, rows: int) -> None:
    lazy = document(ANSWER)
    y = lazy.locate(COMPLETE.anchor(first))
    assert texts(lazy, y, y + rows) == texts(COMPLETE, first, first + rows)


def test_the_pieces_together_are_what_one_layout_gives() -> None:
    shown = "\n".join(all_text(document(ANSWER)))
    assert shown.count("Part ") == 40
    assert shown.count("• one\n• two\n\n") == 39
    assert "\n\n\n" not in shown


def test_the_height_is_exact_once_all_is_laid_out() -> None:
    answer = document(ANSWER)
    assert not answer.is_complete
    assert COMPLETE.is_complete
    assert texts(COMPLETE, COMPLETE.height - 1, COMPLETE.height + 1) == ["• two", ""]


def test_an_anchor_stays_when_what_is_above_is_laid_out() -> None:
    answer = document(CHINESE * 400)
    y = answer.height // 2
    place, shown = answer.anchor(y), texts(answer, y, y + 10)
    while answer.layout_some(5):
        pass
    assert texts(answer, answer.locate(place), answer.locate(place) + 10) == shown


@given(st.integers(0, 300), st.sampled_from([10, 20, 80]))
def test_an_anchor_survives_another_width(y: int, width: int) -> None:
    place = COMPLETE.anchor(y)
    assert COMPLETE.locate(place) == y
    other = document(ANSWER).resized(width)
    assert abs(other.offset_at(other.locate(place)) - COMPLETE.offset_at(y)) < 200
    back = other.resized(39)
    at = back.locate(place)
    assert texts(back, at, at + 5) == texts(COMPLETE, y, y + 5)


@given(
    st.sampled_from([ANSWER, CHINESE * 30, "```\na\n\nb\n```\n\nc", "|a|b|\n|-|-|\n|c|d|\n" * 5])
)
def test_offsets_rise_from_line_to_line_to_the_length(text: str) -> None:
    answer = whole(text)
    offsets = [answer.offset_at(y) for y in range(-1, answer.height + 2)]
    assert all(first <= then for first, then in pairwise(offsets))
    assert offsets[0] == 0
    assert offsets[-3] == len(text)


def test_an_offset_names_the_end_of_its_block() -> None:
    text = "one\n\n# two\n\nthree"
    answer = document(text)
    assert [text[: answer.offset_at(y)].split() for y in range(5)] == [
        ["one"],
        ["one"],
        ["one", "#", "two"],
        ["one", "#", "two"],
        ["one", "#", "two", "three"],
    ]


def test_carriage_returns_of_line_ends_are_not_shown_and_are_counted() -> None:
    text = "one\r\n\r\ntwo\rthree\r\n"
    answer = document(text)
    assert texts(answer, 0, 3) == ["one", "", "two␍three"]
    assert answer.offset_at(2) == len(text)


def test_an_empty_text_has_no_lines() -> None:
    answer = document("")
    assert answer.height == 0
    assert texts(answer, 0, 2) == ["", ""]
    assert (answer.end(5), answer.offset_at(3), answer.locate(answer.anchor(3))) == (0, 0, 0)
    assert not answer.layout_some()


def test_reasoning_is_one_folded_line() -> None:
    answer = document("<think>\nwhy " + "so " * 1000 + "</think>\n\nBecause.")
    assert texts(answer, 0, 2) == ["▸ reasoning, 1,001 words", "Because."]
    assert answer.height == 2


@pytest.mark.parametrize(
    ("text", "reasoning"),
    [
        ("<think>why</think>\nso", None),
        ("why</think>\nso", None),
        ("so", "why"),
    ],
)
def test_reasoning_of_every_form_unfolds_and_folds(text: str, reasoning: str | None) -> None:
    answer = document(text, reasoning=reasoning)
    folded = all_text(answer)
    answer.toggle_fold()
    assert all_text(answer) == ["▾ reasoning, 1 words", "┊ why", "", "so"]
    answer.toggle_fold()
    assert all_text(answer) == folded == ["▸ reasoning, 1 words", "so"]


def test_unclosed_reasoning_is_all_there_is() -> None:
    answer = document("<think>why\n\nand how", fold_open=True)
    assert all_text(answer) == ["▾ reasoning, 3 words", "┊ why", "┊", "┊ and how"]


def test_the_field_and_the_tags_are_one_fold() -> None:
    answer = document("<think>b</think>c", reasoning="a", fold_open=True)
    assert all_text(answer) == ["▾ reasoning, 2 words", "┊ a", "", "┊ b", "", "c"]


def test_the_words_of_the_fold_are_the_callers() -> None:
    answer = document(
        "x", reasoning="why", fold_label=lambda extent, is_open: f"{extent.n} {is_open}"
    )
    assert texts(answer, 0, 1) == ["1 False"]


def test_an_anchor_in_the_answer_survives_the_fold() -> None:
    answer = document(ANSWER, reasoning=ANSWER)
    shown = texts(answer, 20, 25)
    place = answer.anchor(20)
    answer.toggle_fold()
    y = answer.locate(place)
    assert y > 100
    assert texts(answer, y, y + 5) == shown
    inside = answer.anchor(50)
    answer.toggle_fold()
    assert answer.locate(inside) == 0


def test_folded_reasoning_counts_as_shown_and_unfolded_reasoning_as_far_as_it_is() -> None:
    text = "<think>why</think>so"
    answer = document(text)
    assert [answer.offset_at(y) for y in range(2)] == [len("<think>why</think>"), len(text)]
    answer.toggle_fold()
    assert [answer.offset_at(y) for y in range(2)] == [0, len("<think>why")]


def test_headings_lead_to_their_lines() -> None:
    answer = document("Start.\n\n" + ANSWER)
    titles = answer.headings()
    assert [heading.title for heading in titles] == [f"Part {n}" for n in range(40)]
    for heading in titles[::7]:
        y = answer.locate(heading.anchor)
        assert texts(answer, y, y + 1) == [heading.title]


def test_other_colours_give_the_same_text() -> None:
    answer = document(ANSWER)
    other = answer.recoloured(Palette.from_colours({"text": "red"}))
    assert texts(other, 0, 30) == texts(answer, 0, 30)
    assert other.line(0) is not answer.line(0)


def test_a_strip_is_made_once() -> None:
    answer = document(ANSWER)
    assert answer.line(3) is answer.line(3)
