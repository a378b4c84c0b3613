"""Answers are ranked by keys, and Enter stores what was said."""

import pytest
from textual import events

from tests.screens import question
from tests.tui.tutoring import Home, by_number

TWELVE = "abcdefghijkl"


async def test_digits_rank_best_first_and_enter_stores_and_goes_on(work: Home) -> None:
    work.fill([question(1, "abcd"), question(2, "ab")])
    async with work.tutor(size=(160, 45)) as tutor:
        shown = tutor.answers
        assert "Question 1." in tutor.screen
        work.clock.s += 5
        await tutor.press("2", "1", "4")
        assert tutor.strip.strip() == "2 > 1 > 4 (> 3)"
        await tutor.press("enter")
        assert "Question 2." in tutor.screen
        assert tutor.strip.split() == ["-", "submitted;", "F8", "undoes"]
    (stored,) = work.judged("t1")
    assert by_number(stored) == "2 > 1 > 4 > 3"
    assert (stored.shown_order, stored.disposition, stored.revision) == (shown, "done", 1)
    assert stored.protocol is not None
    assert stored.protocol.startswith("rank@2#")
    assert stored.read == dict.fromkeys(shown, 1.0)
    assert work.draft("t1") is None


async def test_ties_the_line_and_every_key_taken_back_again(work: Home) -> None:
    work.fill([question(1, "abcde")])
    async with work.tutor(size=(160, 45)) as tutor:
        seen = []
        for key in ("3", "equals_sign", "1", "slash", "5"):
            await tutor.press(key)
            seen.append(tutor.strip.strip())
        assert seen == ["3", "3 =", "3 = 1", "3 = 1 |", "3 = 1 | 5"]
        heads = next(row for row in tutor.rows if "> Answer 1" in row)
        assert heads.count("#1=") == 2
        for left in ["3 = 1 |", "3 = 1", "3 =", "3", "-"]:
            await tutor.press("backspace")
            assert tutor.strip.strip() == left
        await tutor.press("backspace")
        assert "nothing to take back" in tutor.strip


async def test_the_answer_left_over_stays_in_brackets_until_enter(work: Home) -> None:
    work.fill([question(1), question(2), question(3)])
    async with work.tutor() as tutor:
        await tutor.press("1", "2", "slash")
        assert tutor.strip.strip() == "1 > 2 | (3)"
        assert "(#3)" in tutor.screen
        draft = work.draft("t1")
        assert draft is not None
        assert len(draft.fields["ranking"]) == 2
        await tutor.press("enter", "1", "2", "equals_sign")
        assert tutor.strip.strip() == "1 > 2 (= 3)"
        await tutor.press("enter", "3", "slash", "1", "2", "enter")
    assert [by_number(work.judged(f"t{n}")[0]) for n in (1, 2, 3)] == [
        "1 > 2 | 3",
        "1 > 2 = 3",
        "3 | 1 > 2",
    ]


async def test_the_line_before_any_answer_says_that_all_are_bad(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("slash")
        assert "all bad" in tutor.strip
        await tutor.press("enter")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    assert (stored.ranking, stored.accept_line) == ((), 0)


async def test_two_unranked_answers_are_asked_about_once(work: Home) -> None:
    work.fill([question(1, "abcd"), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("enter")
        assert "no answer has been ranked yet" in tutor.strip
        await tutor.press("2", "3", "enter")
        assert "2 answers have no place; Enter again submits without them" in tutor.strip
        await tutor.press("down", "enter")
        assert "Enter again" in tutor.strip
        assert tutor.task == "t1"
        await tutor.press("enter")
        assert tutor.task == "t2"
    assert [by_number(stored) for stored in work.judged("t1")] == ["2 > 3"]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_beyond_nine_the_focus_and_space_append(work: Home, size: tuple[int, int]) -> None:
    work.fill([question(1, TWELVE)])
    async with work.tutor(size=size) as tutor:
        await tutor.press(*["tab"] * 11, "space")
        assert (tutor.focus, tutor.strip.strip()) == (12, "12")
        assert ">12 #1" in tutor.screen
        await tutor.press("shift+tab", "space", "equals_sign", "3", "tab", "tab", "space")
        assert tutor.focus == 1
        assert tutor.strip.strip() == "12 > 11 = 3 > 1"
        await tutor.press("0")
        assert "there is no answer 0" in tutor.strip
        await tutor.press("3")
        assert "answer 3 is ranked already" in tutor.strip
        await tutor.press("enter", "enter")
    assert [by_number(stored) for stored in work.judged("t1")] == ["12 > 11 = 3 > 1"]


async def test_full_width_characters_are_their_narrow_twins(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("２", "＝", "１", "／")
        assert tutor.strip.strip() == "2 = 1 | (3)"
        await tutor.press("？")
        assert "Press the numbers of the answers" in tutor.screen
        await tutor.press("escape", "enter", "\u3000")
        assert (tutor.task, tutor.strip.strip()) == ("t2", "1")
    assert by_number(work.judged("t1")[0]) == "2 = 1 | 3"


async def test_enter_right_behind_a_wide_blank_belongs_to_a_paste(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press("1", "2", "\u3000")
        await tutor.press("enter", after_s=0.004)
        assert "Enter came within a paste" in tutor.strip
    assert work.judged("t1") == []


async def test_a_paste_ranks_nothing_and_submits_nothing(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.post(events.Paste("123\n"))
        assert "A paste does nothing here" in tutor.strip
        assert tutor.strip.lstrip().startswith("-")
        await tutor.press("1", "2", "3", "enter", after_s=0.004)
        assert "1 > 2 > 3" in tutor.strip
        assert "Enter came within a paste" in tutor.strip
        assert work.judged("t1") == []
        await tutor.press("enter", after_s=0.031)
    assert len(work.judged("t1")) == 1


async def test_enter_counts_from_thirty_milliseconds_after_a_printable_key(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("1", "2")
        await tutor.press("enter", after_s=0.029)
        assert tutor.task == "t1"
        await tutor.press("tab")
        await tutor.press("enter", after_s=0.001)
        assert tutor.task == "t2"


async def test_the_label_of_the_answer_with_the_focus_is_always_on_the_screen(work: Home) -> None:
    work.fill([question(1, "".join(map(chr, range(0x4E00, 0x4E00 + 99))))])
    async with work.tutor(size=(80, 24)) as tutor:
        assert ">1 " in tutor.screen
        for _ in range(3):
            await tutor.press("shift+tab")
        assert (tutor.focus, ">97" in tutor.screen) == (97, True)
        await tutor.press("space")
        assert ">97 #1" in tutor.screen


async def test_the_keys_say_why_one_cannot_act_yet(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(160, 45)) as tutor:
        assert "= tie (a tie needs an answer before it)" in tutor.keys
        assert "F4 edit" in tutor.keys
        await tutor.resize(200, 45)
        assert "Bksp take back (nothing to take back)" in tutor.keys
        await tutor.resize(80, 24)
        assert "= tie  / accept line" in tutor.keys
        await tutor.press("equals_sign")
        assert "a tie needs an answer before it" in tutor.strip
        await tutor.press("1")
        assert "= tie " in tutor.keys
        assert "needs an answer" not in tutor.keys + tutor.strip


async def test_function_keys_and_control_keys_rank_where_signs_cannot_be_typed(work: Home) -> None:
    work.fill([question(1, "abcd")])
    async with work.tutor() as tutor:
        await tutor.press("1", "f9", "2", "f10", "3")
        assert tutor.strip.strip() == "1 = 2 | 3 (> 4)"
        await tutor.press(*["backspace"] * 6, "4", "ctrl+a", "3", "ctrl+b")
        assert tutor.strip.strip() == "4 = 3 |"
