"""Ratings, strengths and the confidence are given by digits."""

from collections.abc import Sequence

from tests.screens import question
from tests.tui.tutoring import Home, asked, by_number
from tutorcli.core.judgment import Judgment


def rated(judgment: Judgment) -> Sequence[str]:
    """The values as they were given: number of the answer, criterion, value."""
    shown = judgment.shown_order
    return [
        f"{shown.index(row.answer or '') + 1} {row.criterion} {'-' if row.na else row.value}"
        for row in judgment.ratings
    ]


async def test_a_digit_rates_and_goes_on_by_itself(work: Home) -> None:
    work.fill([asked(1, "ab"), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("f6")
        assert "Answer 1 · Accuracy" in tutor.panel
        assert "0-4 rate" in tutor.keys
        await tutor.press("3")
        assert "Answer 1 · Triage and safety" in tutor.panel
        await tutor.press("8")
        assert "8 is not on the scale 0-4" in tutor.strip
        await tutor.press("9", "space", "2", "backspace")
        assert "ratings 3/10" in tutor.strip
        assert ">2 " in tutor.panel
        await tutor.press("1", "4")
        assert (tutor.focus, "Answer 2 · Accuracy" in tutor.panel) == (2, True)
        assert "3-·14" in tutor.screen
        await tutor.press("4", "3", "2", "1", "0")
        assert (tutor.instrument, tutor.panel) == ("rank", "")
        await tutor.press("1", "enter")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    assert by_number(stored) == "1 > 2"
    assert rated(stored) == [
        *("1 accuracy 3", "1 safety -", "1 context 1", "1 communication 4"),
        *("2 accuracy 4", "2 safety 3", "2 completeness 2", "2 context 1", "2 communication 0"),
    ]


async def test_tab_goes_to_the_next_answers_first_open_rating(work: Home) -> None:
    work.fill([asked(1, "abc")])
    async with work.tutor() as tutor:
        await tutor.press("f6", "3", "2", "tab")
        assert (tutor.focus, "Answer 2 · Accuracy" in tutor.panel) == (2, True)
        await tutor.press("4", "shift+tab")
        assert (tutor.focus, "Answer 1 · Completeness" in tutor.panel) == (1, True)
        await tutor.press("tab")
        assert "Answer 2 · Triage and safety" in tutor.panel


async def test_a_focus_moved_before_rating_is_where_rating_begins(work: Home) -> None:
    work.fill([asked(1, "abc")])
    async with work.tutor() as tutor:
        await tutor.press("tab", "tab", "f6")
        assert "Answer 3 · Accuracy" in tutor.panel
        assert tutor.focus == 3


async def test_ratings_that_a_protocol_requires_are_asked_for(work: Home) -> None:
    work.fill([asked(1, "ab", protocol="medicine-rank-rate"), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("1", "enter")
        assert "4 of 4 ratings are not given yet" in tutor.strip
        assert (tutor.task, tutor.instrument) == ("t1", "ratings")
        assert "Answer 1 · Accuracy" in tutor.panel
        await tutor.press("4", "4", "1", "enter")
        assert "1 of 4 ratings are not given yet" in tutor.strip
        await tutor.press("9")
        assert (tutor.instrument, tutor.task) == ("rank", "t1")
        await tutor.press("enter")
        assert tutor.task == "t2"
    assert rated(work.judged("t1")[0]) == [
        *("1 accuracy 4", "1 safety 4", "2 accuracy 1", "2 safety -")
    ]


async def test_a_ranking_against_the_ratings_is_pointed_out_but_stored(work: Home) -> None:
    work.fill([asked(1, "ab", protocol="medicine-rank-rate"), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("1", "f6", "0", "0", "4", "4")
        work.clock.s += 9
        await tutor.press("enter")
        assert tutor.task == "t2"
        assert "submitted; " in tutor.strip
        assert "rat" in tutor.strip.partition("submitted; ")[2]
    assert len(work.judged("t1")) == 1


async def test_one_answer_is_rated_and_edited_but_not_ranked(work: Home) -> None:
    work.fill([asked(1, "a"), question(2)])
    async with work.tutor() as tutor:
        assert tutor.instrument == "ratings"
        assert "rank" not in tutor.keys
        assert "F6" not in tutor.keys
        await tutor.press("slash", "equals_sign", "enter")
        assert (tutor.task, tutor.strip.strip()[0]) == ("t1", "-")
        assert "nothing has been said of the answers yet" in tutor.strip
        await tutor.press("2", "f4", "!", "ctrl+s", "enter", "enter")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    assert (rated(stored), stored.ranking, stored.accept_line) == (["1 accuracy 2"], (), None)
    assert [edit.text for edit in stored.edits] == ["!Answer a of 1.\n\nIt is a move."]


async def test_a_task_without_answers_can_only_be_set_aside(work: Home) -> None:
    work.fill([asked(1, ""), asked(2)])
    async with work.tutor() as tutor:
        assert "F4 edit" in tutor.keys
        await tutor.press("1", "tab", "f4", "f6", "t", "down", "space", "ctrl+x", "enter")
        assert "nothing has been said of the answers yet" in tutor.strip
        await tutor.press("f5", "3", "5")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    assert (stored.disposition, stored.reason) == ("bad_task", "broken_answers")


async def test_the_strength_of_a_pair_is_one_digit(work: Home) -> None:
    work.fill([asked(n, "ab", domain="finance", protocol="finance-pair") for n in range(1, 6)])
    async with work.tutor() as tutor:
        assert "How much better: 1 or 2?" in tutor.panel
        shown = [tutor.answers]
        await tutor.press("8")
        assert "8 is not on the scale 1-7" in tutor.strip
        await tutor.press("enter")
        assert "the strength is not given yet" in tutor.strip
        await tutor.press("1")
        assert tutor.strip.strip() == "1 +3 2"
        assert ">1  answer 1 is much better" in tutor.panel
        await tutor.press("6")
        assert tutor.strip.strip() == "2 +2 1"
        await tutor.press("enter", "4")
        shown.append(tutor.answers)
        assert tutor.strip.strip() == "1 ±0 2"
        await tutor.press("backspace")
        assert tutor.strip.strip() == "-"
        await tutor.press("4", "enter", "0")
        assert ">0  both bad" in tutor.panel
        assert "both bad" in tutor.strip
        await tutor.press("enter", "0", "2")
        assert ">0" not in tutor.panel
        await tutor.press("enter")
        assert tutor.task == "t5"
    found = [work.judged(f"t{n}")[0] for n in range(1, 5)]
    values = [[(row.first, row.second, row.value) for row in one.strengths] for one in found]
    sign = 1 if shown[0] == ("a", "b") else -1
    assert values[0] == [("a", "b", -2 * sign)]
    assert [rows[0][2] for rows in values[1:3]] == [0, 0]
    assert [one.accept_line for one in found] == [None, None, 0, None]


async def test_the_strengths_of_a_ranking_are_asked_from_tier_to_tier(work: Home) -> None:
    work.fill([asked(1, "abcd"), question(2)])
    async with work.tutor(size=(160, 45)) as tutor:
        await tutor.press("f6", "f6")
        assert (tutor.instrument, "Rank the answers first" in tutor.panel) == ("pair", True)
        await tutor.press("f6", "3", "1", "equals_sign", "2", "f6", "f6")
        assert "How much better: 3 or 1?" in tutor.panel
        await tutor.press("2")
        assert "How much better: 1 or 4?" in tutor.panel
        await tutor.press("3")
        assert tutor.instrument == "rank"
        assert "3 +2 1, 1 +1 4" in tutor.strip
        await tutor.press("enter")
        assert tutor.task == "t2"
    (stored,) = work.judged("t1")
    assert (by_number(stored), len(stored.strengths)) == ("3 > 1 = 2 > 4", 2)


async def test_how_sure_the_tutor_is_goes_with_the_judgment(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("1", "2", "f7")
        assert "How sure are you?" in tutor.panel
        await tutor.press("down", "down", "down", "up", "7")
        assert ">3  fairly sure" in tutor.panel
        await tutor.press("escape", "ctrl+f", "4")
        assert "confidence 4" in tutor.strip
        assert tutor.panel == ""
        await tutor.press("enter")
    assert work.judged("t1")[0].confidence == 4
