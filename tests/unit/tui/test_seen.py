"""What counts as read: what has been on the screen, wherever the tutor jumped."""

from hypothesis import given
from hypothesis import strategies as st

from tests.screens import question
from tutorcli.core.task import task_from_json
from tutorcli.tui.render.palette import Palette
from tutorcli.tui.render.stack import Stack
from tutorcli.tui.texts import answer_text
from tutorcli.tui.widgets.column import Column, Text
from tutorcli.tui.widgets.seen import Seen

BODY = 10
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)))


@given(spans)
def test_what_was_seen_is_counted_once(steps: list[tuple[int, int]]) -> None:
    seen = Seen()
    for start, length in steps:
        seen.add(start, start + length)
    assert seen.total == len({at for start, length in steps for at in range(start, start + length)})


def make(text: Text, width: int) -> Stack:
    return Stack(text.parts, width, Palette.plain(), lambda *_: "reasoning")


def column() -> tuple[Column, Stack]:
    task = question(1, "a")
    task["answers"][0]["text"] = "\n\n".join(f"Line {n:02}." for n in range(50))
    made = Column(answer_text(task_from_json(task).answers[0]))
    return made, made.fitted(make, 40, BODY)


def test_scrolling_on_counts_what_lies_between() -> None:
    read, stack = column()
    before = read.read(BODY)
    read.scroll_to(stack, stack.height // 2, BODY)
    assert before < 0.15
    assert read.read(BODY) > 0.5


def test_a_jump_counts_only_where_it_leads() -> None:
    read, stack = column()
    before = read.read(BODY)
    read.scroll_to(stack, stack.height, BODY)
    read.jumped()
    after = read.read(BODY)
    assert 0 < after - before < 0.15
    read.scroll_to(stack, 0, BODY)
    assert read.read(BODY) == after


def test_after_a_jump_reading_on_counts_again() -> None:
    read, stack = column()
    read.read(BODY)
    read.scroll_to(stack, stack.height // 2, BODY)
    read.jumped()
    read.read(BODY)
    read.scroll_to(stack, stack.height, BODY)
    assert 0.5 < read.read(BODY) < 0.75
    read.scroll_to(stack, 0, BODY)
    read.read(BODY)
    read.scroll_to(stack, stack.height, BODY)
    assert read.read(BODY) == 1


def test_a_text_read_half_before_is_read_whole_from_where_it_was_left() -> None:
    left, stack = column()
    left.scroll_to(stack, stack.height // 2, BODY)
    share, place = left.read(BODY), left.place()
    again = column()[0]
    again.resume(place, share)
    stack = again.fitted(make, 40, BODY)
    assert again.top == left.top
    assert again.read(BODY) == share
    again.scroll_to(stack, stack.height, BODY)
    assert again.read(BODY) == 1


def test_another_width_and_back_is_exactly_where_it_was() -> None:
    read, stack = column()
    read.scroll_to(stack, 33, BODY)
    shown = [strip.text.strip() for strip in map(stack.line, range(33, 43))]
    wide = read.fitted(make, 90, BODY)
    assert wide.line(read.top).text.strip() in shown
    assert read.fitted(make, 40, BODY) is stack
    assert read.top == 33


def test_no_blank_rows_follow_a_text_that_became_shorter() -> None:
    task = question(1, "a")
    task["answers"][0]["text"] = "word " * 400
    read = Column(answer_text(task_from_json(task).answers[0]))
    stack = read.fitted(make, 20, BODY)
    read.scroll_to(stack, stack.height, BODY)
    wide = read.fitted(make, 100, BODY)
    assert read.top == max(wide.height - BODY, 0)
