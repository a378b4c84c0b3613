"""Nothing said is lost, nothing hidden is shown, and only time at the screen counts."""

import gc
from collections.abc import Callable, Iterator, Sequence

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from tests.screens import question
from tests.tui.tutoring import ROOT, Home, Tutor, asked, by_number
from tutorcli.core.draft import EDIT
from tutorcli.errors import StoreError, message
from tutorcli.store.drafts import Drafts
from tutorcli.store.tasks import Filters
from tutorcli.tui.app import TutorApp
from tutorcli.tui.opening import run
from tutorcli.tui.screens.annotate import AnnotateScreen

LONG = "\n\n".join(f"Paragraph {n} of a long answer." for n in range(200))


def state(tutor: Tutor) -> list[object]:
    """What a tutor would miss; a task that is opened anew has the focus on its first instrument."""
    draft = tutor.opened.draft
    texts = {text_id: draft.text(text_id) for text_id in draft.texts}
    pane = tutor.app.annotate._pane
    is_open = tutor.app.annotate.editing.is_open
    edited = pane.editor.text if is_open and pane is not None else None
    said = "" if is_open else tutor.strip.partition("  ")[0].strip()
    return [tutor.task, said, tutor.focus, texts, edited]


@pytest.mark.integration
async def test_the_next_start_is_where_the_last_one_ended_after_any_key(work: Home) -> None:
    work.fill([asked(1), asked(2)])
    steps: Sequence[Sequence[str]] = (
        ("f5", "1", "escape", "2", "equals_sign"),
        ("3", "slash", "tab"),
        ("f6", "3", "2", "tab", "9"),
        ("shift+tab", "f6", "2"),
        ("f7", "4", "f3", *"a note"),
        (*"s", "escape", "tab", "f4", "x", "delete"),
        ("y", "escape"),
        ("1", "space"),
    )
    for keys in steps:
        async with work.tutor("t2" if keys is steps[0] else None, size=(160, 45)) as tutor:
            await tutor.press(*keys)
            before = state(tutor)
        async with work.tutor(size=(160, 45)) as tutor:
            assert state(tutor) == before
    assert work.judged("t2") == []


@pytest.mark.parametrize("keys", [("2", "equals_sign"), ("f6", "3", "tab"), ("f4", "x")])
async def test_another_size_keeps_the_place_and_what_was_said(
    work: Home, keys: Sequence[str]
) -> None:
    task = asked(1)
    for answer in task["answers"]:
        answer["text"] = LONG
    work.fill([task])
    async with work.tutor(size=(160, 45)) as tutor:
        await tutor.press("tab", "tab", *["pagedown"] * 4, *keys)
        before = state(tutor)
        grid = tutor.app.annotate.grid
        place = grid._document(grid._columns[2]).anchor(grid._columns[2].top)
        for size in ((120, 40), (80, 24), (160, 45)):
            await tutor.resize(*size)
            assert state(tutor) == before
            assert len(tutor.rows) == size[1]
            assert tutor.rows[-1].split()
        assert grid._document(grid._columns[2]).anchor(grid._columns[2].top) == place


HIDDEN = {
    "source": {"file": "hidden-1"},
    "metadata": {"note": "hidden-2"},
    "licence": "cc-by",
    "unknown_key": "hidden-3",
}


def with_models(number: int) -> dict[str, object]:
    task = asked(number, "abcd") | HIDDEN
    for n, answer in enumerate(task["answers"], 4):
        answer |= {
            "model": f"hidden-{n}",
            "kind": "human" if n == 4 else "model",
            "provenance": {"temperature": f"hidden-{n}"},
            "reasoning": "Let me think.",
        }
    task["answers"][1]["revision_of"] = "a"
    return task


EVERY_SCREEN = (
    *(("escape",), ("f12",), ("f12", "f1"), ("pagedown",), ("escape", "f2"), ("escape", "f5")),
    *(("1",), ("escape", "f11"), ("tab",), ("escape", "f7"), ("escape", "f6"), ("3",)),
    *(("f6",), ("f6", "t"), ("tab",), ("f4",), ("x", "ctrl+s"), ("enter", "f3"), ("escape",)),
)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_no_screen_tells_who_answered_before_the_judgment(
    work: Home, size: tuple[int, int]
) -> None:
    work.fill(with_models(n) for n in (1, 2))
    seen = []
    async with work.tutor(size=size) as tutor:
        for keys in EVERY_SCREEN:
            await tutor.press(*keys)
            seen.append(tutor.screen)
        await tutor.press("1", "2", "3", "f5", "1", "1", "f8")
        seen.append(tutor.screen)
    assert len(set(seen)) > 15
    assert not [screen for screen in seen if "hidden-" in screen or "human" in screen]


async def test_only_the_time_at_the_screen_counts(work: Home) -> None:
    work.fill([question(1), question(2)])
    async with work.tutor() as tutor:
        work.clock.s += 30
        await tutor.press("1")
        assert tutor.opened.active_ms == 30_200
        await tutor.press("down", after_s=10_000)
        assert tutor.opened.active_ms == 30_200 + 120_000
        work.clock.s += 5
        await tutor.post(events.AppBlur())
        work.clock.s += 60
        await tutor.post(events.AppFocus())
        work.clock.s += 7
        await tutor.press("2", "f3", "x", "escape")
        assert tutor.opened.active_ms == 30_200 + 120_000 + 5_000 + 7_800
    async with work.tutor() as tutor:
        await tutor.press("enter")
    assert work.judged("t1")[0].active_ms == 163_200


async def test_a_key_that_could_not_be_logged_is_logged_with_the_next(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.fill([asked(1)])
    add, is_full = Drafts.add, False

    def adding(self: Drafts, *row: object) -> None:
        if is_full:
            raise StoreError(message("the disk is full"))
        add(self, *row)  # type: ignore[arg-type]

    monkeypatch.setattr(Drafts, "add", adding)
    async with work.tutor() as tutor:
        await tutor.press("1")
        is_full = True
        await tutor.press("2")
        assert "the disk is full" in tutor.strip
        assert tutor.strip.startswith(" 1 > 2 (> 3)")
        is_full = False
        await tutor.press("f4")
        is_full = True
        await tutor.press("x")
        assert "the disk is full" in tutor.strip
        is_full = False
        await tutor.press("y")
        edited = tutor.answers[0]
    draft = work.draft("t1")
    assert draft is not None
    assert len(draft.fields["ranking"]) == 2
    assert (draft.text(EDIT + edited) or "").startswith("xyAnswer")


async def test_a_judgment_that_cannot_be_stored_stays_on_the_screen(
    work: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.fill([question(1, "ab"), question(2)])

    def refuse(*_: object) -> int:
        raise StoreError(message("the disk is full"))

    async with work.tutor() as tutor:
        with monkeypatch.context() as context:
            context.setattr("tutorcli.store.judgments.append", refuse)
            await tutor.press("2", "enter")
        assert "the disk is full" in tutor.strip
        assert tutor.strip.startswith(" 2 > 1")
        await tutor.press("enter")
        assert tutor.task == "t2"
    assert by_number(work.judged("t1")[0]) == "2 > 1"


@pytest.fixture
def _collecting() -> Iterator[None]:
    yield
    gc.enable()


@pytest.mark.usefixtures("_collecting")
def test_a_crash_prints_no_text_of_the_task(
    work: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    work.fill([question(1)])

    def crash(self: AnnotateScreen) -> None:
        prompt = self.sitting.opened
        raise ZeroDivisionError(len(repr(prompt)))

    async def press(pilot: Pilot[object]) -> None:
        await pilot.press("f1")

    monkeypatch.setattr(AnnotateScreen, "action_help", crash)
    headless: Callable[[TutorApp], object] = lambda app: App.run(  # noqa: E731
        app, headless=True, size=(80, 24), auto_pilot=press
    )
    monkeypatch.setattr(TutorApp, "run", headless)
    with pytest.raises(ZeroDivisionError):
        run(work.settings, [ROOT / "themes"], None, Filters())
    printed = "".join(capfd.readouterr())
    assert "Question" not in printed
    assert "Answer" not in printed
