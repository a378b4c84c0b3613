"""From task to task: set aside, forget, take back, undo, amend, and the list."""

from tests.screens import question
from tests.tui.tutoring import Home, asked, by_number
from tutorcli.core.judgment import Judgment


def ended(judgment: Judgment) -> tuple[str, str | None, str | None]:
    return judgment.disposition, judgment.reason, judgment.refer_to


async def test_a_task_is_set_aside_in_five_ways_each_with_its_reason(work: Home) -> None:
    work.fill(asked(n, "ab") for n in range(1, 7))
    async with work.tutor() as tutor:
        await tutor.press("1", "f7", "2", "f5")
        assert "Set this task aside" in tutor.panel
        await tutor.press("1")
        assert "Why?" in tutor.panel
        await tutor.press("2")
        assert tutor.task == "t2"
        await tutor.press("f3", "x", "escape", "s", "2")
        assert "Refer to" in tutor.panel
        assert ">1  Emergency" in tutor.panel
        await tutor.press("down", "enter", "1", "ctrl+k", "2", "space")
        assert "2/2" in tutor.panel
        await tutor.press("4", "2", "f5", "3", "2", "f5", "4", "3")
        assert tutor.task == "t6"
        await tutor.press("f5", "5", "escape", "f5", "7", "5", "1")
        assert "No open task is left" in tutor.strip
    found = [work.judged(f"t{n}")[0] for n in range(1, 7)]
    assert list(map(ended, found)) == [
        ("skip", "language", None),
        ("refer", "other_specialty", "cardiology"),
        ("refer", "other_jurisdiction", "other"),
        ("bad_task", "unclear_prompt", None),
        ("give_up", "undecidable", None),
        ("conflict", "knows_party", None),
    ]
    assert (found[0].ranking, found[0].confidence, found[1].comment) == ((), None, "x")


async def test_what_was_keyed_in_is_forgotten_on_request(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        await tutor.press("f5")
        assert "forget what I keyed in here" not in tutor.panel
        await tutor.press("escape", "1", "2", "f5", "6")
        assert tutor.task == "t2"
        assert work.draft("t1") is None
        await tutor.press("1", "2", "enter")
        assert (tutor.task, tutor.strip.split()[0]) == ("t1", "-")
    assert work.judged("t1") == []


async def test_undo_reopens_what_was_submitted_and_again_the_one_before(work: Home) -> None:
    work.fill(question(n, "ab") for n in range(1, 4))
    async with work.tutor() as tutor:
        await tutor.press("f8")
        assert "nothing was submitted here yet" in tutor.strip
        await tutor.press("1", "f7", "4", "enter", "2", "enter", "1", "f8")
        assert (tutor.task, "judged before" in tutor.head) == ("t2", True)
        assert tutor.strip.strip().startswith("2 > 1")
        assert "what was submitted stands until you submit again" in tutor.strip
        await tutor.press("f8")
        assert tutor.task == "t1"
        assert tutor.strip.strip().startswith("1 > 2 · confidence 4")
        await tutor.press("backspace", "backspace", "2", "enter")
        # Back to the tasks that were left, the last one first, each as it was.
        assert (tutor.task, len(work.judged("t1"))) == ("t2", 2)
        await tutor.press("enter")
        assert (tutor.task, tutor.strip.split()[0]) == ("t3", "1")
    first, second = work.judged("t1")
    assert (by_number(first), by_number(second)) == ("1 > 2", "2 > 1")
    assert (second.supersedes, second.revision, second.confidence) == (first.id, 2, 4)
    assert len({one.id for one in (first, second, *work.judged("t2"))}) == 4


async def test_an_undo_that_is_left_alone_changes_nothing(work: Home) -> None:
    work.fill([question(1, "ab"), question(2, "ab")])
    async with work.tutor() as tutor:
        await tutor.press("1", "enter", "f8", "f5", "6")
        assert tutor.task == "t2"
        assert work.draft("t1") is None
    assert [by_number(one) for one in work.judged("t1")] == ["1 > 2"]


async def test_a_judgment_is_taken_back_for_good(work: Home) -> None:
    work.fill([question(1, "ab"), question(2, "ab")])
    async with work.tutor() as tutor:
        await tutor.press("1", "enter", "f8", "f5")
        assert "7  take back for good what I submitted" in tutor.panel
        await tutor.press("7")
        assert tutor.task == "t2"
        await tutor.press("1", "enter")
        assert tutor.task == "t1"
        assert "judged before" not in tutor.head
        await tutor.press("2", "enter")
    found = work.judged("t1")
    assert [one.disposition for one in found] == ["done", "withdrawn", "done"]
    assert [one.supersedes for one in found] == [None, found[0].id, found[1].id]


async def test_a_judged_task_is_reopened_from_the_list_and_the_one_left_comes_back(
    work: Home,
) -> None:
    work.fill(question(n, "ab") for n in range(1, 5))
    async with work.tutor() as tutor:
        await tutor.press("1", "enter", "f5", "1", "1", "2", "f11")
        await tutor.until("done 1")
        assert "draft 1" in tutor.rows[0]
        listed = tutor.rows[4:8]
        assert [row.split()[0] for row in listed] == [">", "t1", "t2", "t4"]
        assert [row[19:27].strip() for row in listed[1:]] == ["done", "skipped", "open"]
        assert "Question 3." in listed[0]
        await tutor.press("tab", "tab", "tab")
        assert ["Question 1." in row for row in tutor.rows[4:6]] == [True, False]
        await tutor.press("enter")
        assert tutor.task == "t1"
        await tutor.press("enter")
        assert (tutor.task, tutor.strip.split()[0]) == ("t3", "2")
        await tutor.press("f11", "end", "up", "down", "home", "down", "escape")
        assert tutor.task == "t3"
    assert [one.revision for one in work.judged("t1")] == [1, 2]


async def test_keys_that_come_in_one_packet_reach_the_screen_that_the_first_opens(
    work: Home,
) -> None:
    work.fill(question(n) for n in range(1, 5))
    async with work.tutor() as tutor:
        await tutor.press_at_once("f11", "end", "up", "enter", "2")
        assert (tutor.task, tutor.strip.split()[0]) == ("t3", "2")
        await tutor.press_at_once("f1", "down", "escape", "1", "f11", "escape", "enter")
        assert tutor.task == "t1"
    assert by_number(work.judged("t3")[0]) == "2 > 1 > 3"


async def test_after_the_last_task_undo_and_the_list_still_work(work: Home) -> None:
    work.fill([question(1, "ab")])
    async with work.tutor() as tutor:
        await tutor.press("1", "enter")
        assert "No open task is left" in tutor.strip
        assert "Question" not in tutor.screen
        await tutor.press("1", "enter", "f4", "f5", "f6", "tab", "down", "f12", "t", "f2", "f3")
        assert work.draft("t1") is None
        await tutor.press("f1", "escape", "f11", "escape", "f8")
        assert "Question 1." in tutor.screen
        await tutor.press("escape", "backspace", "backspace", "slash", "enter")
        assert "No open task is left" in tutor.strip
        await tutor.press("f8", "f8")
        assert tutor.task == "t1"
    assert [one.accept_line for one in work.judged("t1")] == [None, 0]


async def test_a_home_without_tasks_says_so(work: Home) -> None:
    work.fill([])
    async with work.tutor(size=(80, 24)) as tutor:
        assert "tutorcli import FILE" in tutor.strip
        await tutor.press("f11", "down", "enter", "tab", "escape", "f8", "enter")
        assert "nothing was submitted here yet" in tutor.strip
