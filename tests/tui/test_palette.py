"""Every action is found by its name and runs on the screen below."""

from textual import events

from tests.screens import question
from tests.tui.tutoring import CHINESE, Home, Tutor, asked
from tutorcli.tui.actions import ACTIONS
from tutorcli.tui.screens.annotate import AnnotateScreen
from tutorcli.tui.screens.palette import Palette


def listed(tutor: Tutor) -> list[str]:
    """Ids of the actions found, best first."""
    palette = tutor.app.screen
    assert isinstance(palette, Palette)
    return [row.action.id for row in palette.rows.rows]


async def test_it_lists_every_action_with_its_keys(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("ctrl+p")
        assert listed(tutor) == [action.id for action in ACTIONS if action.id != "palette"]
        assert "> submit" in tutor.screen
        assert "F9 Ctrl+A" in tutor.screen
        await tutor.press("end")
        assert "> quit" in tutor.screen
        assert "Leave; the draft is kept." in tutor.screen
        await tutor.press("escape")
        assert isinstance(tutor.app.screen, AnnotateScreen)


async def test_typed_letters_find_and_enter_runs_on_the_screen_below(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("1", ":")
        await tutor.type("ac ln")
        assert listed(tutor)[0] == "accept_line"
        await tutor.press("enter")
        assert "1 |" in tutor.strip


async def test_a_wide_blank_of_an_input_method_is_typed(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press(":", *"ac", "\u3000", *"ln")
        assert "ac\u3000ln_" in tutor.screen
        assert listed(tutor)[0] == "accept_line"


async def test_backspace_takes_a_whole_character(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press(":", "t", "e", "\u0301", "backspace")
        palette = tutor.app.screen
        assert isinstance(palette, Palette)
        assert palette.typed == "t"


async def test_what_it_opens_answers_to_the_screen_below(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press(":")
        await tutor.type("tasks")
        await tutor.press("enter", "down", "enter")
        assert tutor.task == "t2"


async def test_keys_that_come_at_once_keep_their_order(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor() as tutor:
        await tutor.press_at_once("1", ":", "t", "i", "e", "enter", "2")
        assert tutor.strip.strip().startswith("1 = 2")


async def test_an_action_that_cannot_act_says_why_and_does_not_run(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press(":")
        await tutor.type("tie")
        assert "cannot act now: a tie needs an answer before it" in tutor.screen
        await tutor.press("enter")
        assert isinstance(tutor.app.screen, Palette)
        await tutor.press("escape", "1", ":")
        await tutor.type("tie")
        assert "cannot act now" not in tutor.screen


async def test_only_what_answers_an_open_choice_acts_while_it_is_open(work: Home) -> None:
    work.fill([asked(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f5", "ctrl+p")
        await tutor.type("edit")
        assert "cannot act now: not here" in tutor.screen
        await tutor.press(*["backspace"] * 4)
        await tutor.type("close")
        await tutor.press("enter")
        assert tutor.panel == ""


async def test_it_opens_on_the_list_of_tasks_with_what_acts_there(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press("f11", "ctrl+p")
        assert "Open the task that is marked." in tutor.screen
        await tutor.type("undo")
        assert "cannot act now: not here" in tutor.screen
        await tutor.press(*["backspace"] * 4)
        await tutor.type("help")
        await tutor.press("enter")
        assert "The list of tasks" in tutor.screen


async def test_names_are_found_in_chinese(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(look=CHINESE, size=(80, 24)) as tutor:
        await tutor.press("：")
        await tutor.type("并列")
        assert listed(tutor)[0] == "tie"
        await tutor.press(*["backspace"] * 2)
        await tutor.type("ｔｉｅ")
        assert listed(tutor)[0] == "tie"
        assert max(map(len, tutor.rows)) <= 80


async def test_a_paste_is_searched_for_and_runs_nothing(work: Home) -> None:
    work.fill([question(1)])
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press(":")
        await tutor.post(events.Paste("qu\x1b[31mit\n"))
        palette = tutor.app.screen
        assert isinstance(palette, Palette)
        assert "␛" in palette.head.text
        await tutor.press_at_once(*["backspace"] * len(palette.typed), *"quit")
        assert palette.typed == "quit"
        await tutor.press("enter", after_s=0.01)
        assert tutor.app.is_running
        assert isinstance(tutor.app.screen, Palette)


async def test_without_a_task_it_says_so(work: Home) -> None:
    async with work.tutor(size=(80, 24)) as tutor:
        await tutor.press(":")
        assert "no task is open" in tutor.screen
