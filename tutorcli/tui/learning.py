"""The lesson for a new tutor: its steps, what each asks for, and when it is done; draws nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter

from tutorcli.core.draft import Draft, edits_of, entry_of
from tutorcli.core.judgment import SET_ASIDE, Judgment
from tutorcli.core.ranking import format_ranking
from tutorcli.errors import Message, message
from tutorcli.services.judging import Opened
from tutorcli.tui.actions import DONE_EDITING, Keymap, shown

WORD = "~word"
"""Among the keys of a step: the beginning of a word that stands on the screen."""


@dataclass(frozen=True, slots=True)
class Scene:
    """How the screen stands after a key."""

    opened: Opened | None
    last: Judgment | None
    """The judgment that was stored last."""
    is_prompt_open: bool = False
    is_editing: bool = False
    sought: str = ""
    """What was looked for, once it is cleared."""

    @property
    def draft(self) -> Draft | None:
        """What was said of the open task."""
        return self.opened.draft if self.opened else None

    @property
    def ranking(self) -> str:
        """The ranking in text form by the numbers shown."""
        if self.opened is None:
            return ""
        order = self.opened.assigned.order
        names = {answer: str(number) for number, answer in enumerate(order, 1)}
        return format_ranking(entry_of(self.opened.draft).ranking(), names)

    @property
    def focus(self) -> int:
        """The number of the answer that has the focus."""
        order = self.opened.assigned.order if self.opened else ()
        focus = self.opened.draft.place.get("focus") if self.opened else None
        return order.index(str(focus)) + 1 if focus in order else 1


@dataclass(frozen=True, slots=True)
class Step:
    """Something to try, and how it is known that it was done."""

    id: str
    title: Message
    do: Message
    """What to press; ``{tie}`` stands for the key of that action."""
    why: Message
    hint: Message
    """What to try when it does not come about."""
    is_done: Callable[[Scene], bool]
    keys: tuple[str, ...]
    """What does it: ids of actions, else names of keys."""


def _was_edited(scene: Scene) -> bool:
    opened = scene.opened
    return bool(opened and not scene.is_editing and edits_of(opened.draft, opened.assigned))


def _is_rated(scene: Scene) -> bool:
    return bool(scene.draft and scene.draft.rows.get("ratings"))


def _has_line(scene: Scene) -> bool:
    return bool(scene.draft and entry_of(scene.draft).accept_line)


def _is_reopened(scene: Scene) -> bool:
    return bool(scene.opened and scene.opened.judged)


STEPS: tuple[Step, ...] = (
    Step(
        "prompt",
        message("Read the prompt"),
        message("Press {prompt}: it gets more room; {down} scrolls it."),
        message("The prompt stands above, the answers below it, without the models' names."),
        message("{prompt} is the key. Nothing here can break: this is a throwaway home."),
        lambda scene: scene.is_prompt_open,
        ("prompt",),
    ),
    Step(
        "answers",
        message("Read the answers"),
        message("Press {prompt} again, then {next_answer} to go to answer 2."),
        message("The answer that has the focus scrolls; how far you read is kept with it."),
        message("{next_answer} goes to the next answer, and from the last one to the first."),
        lambda scene: not scene.is_prompt_open and scene.focus == 2,
        ("prompt", "next_answer"),
    ),
    Step(
        "find",
        message("Find words"),
        message("Press {find}, type a word that you see, then {close} to clear."),
        message("It looks through the prompt and all answers; Enter goes from hit to hit."),
        message("First {find}, then some letters, at the end {close}."),
        lambda scene: bool(scene.sought),
        ("find", WORD, "close"),
    ),
    Step(
        "rank",
        message("Rank"),
        message("Press the numbers of answers, best first. For now: 2, then 1."),
        message("Four answers take four keys; the last one left finds its place by itself."),
        message("The line below should read 2 > 1. {back} takes back the last key."),
        lambda scene: scene.ranking.startswith("2 > 1"),
        ("2", "1"),
    ),
    Step(
        "tie",
        message("Tie"),
        message("Press {tie}, then 3: answer 3 is as good as answer 1."),
        message("Ties are welcome: say them where you would have to toss a coin."),
        message("The line below should read 2 > 1 = 3. {back} takes back the last key."),
        lambda scene: scene.ranking.startswith("2 > 1 = 3"),
        ("tie", "3"),
    ),
    Step(
        "accept_line",
        message("Accept line"),
        message("Press {accept_line}: what is ranked above it is good enough to use."),
        message("Answers below it are not acceptable. Pressed again, the line goes away."),
        message("{accept_line} draws a | into the line below."),
        _has_line,
        ("accept_line",),
    ),
    Step(
        "rate",
        message("Rate"),
        message("Press {instrument}, then a digit: it rates the answer in focus."),
        message("Some tasks demand ratings, here they are free; each digit goes on by itself."),
        message("{instrument} shows what each digit means; then press one."),
        _is_rated,
        ("instrument", "3"),
    ),
    Step(
        "submit",
        message("Submit"),
        message("Press {submit}: the judgment is stored and the next task comes."),
        message("It is on the disk before the screen moves; a draft keeps every key till then."),
        message("If it asks about answers without a place, press {submit} again."),
        lambda scene: bool(scene.last and scene.last.disposition == "done"),
        ("submit",),
    ),
    Step(
        "set_aside",
        message("Set aside"),
        message("Press {set_aside}, then 1 to skip, then the digit of a reason."),
        message("Skip or refer what is not your field; never guess to get it off the list."),
        message("{set_aside} asks how to leave the task, then why; digits answer."),
        lambda scene: bool(scene.last and scene.last.disposition in SET_ASIDE),
        ("set_aside", "1", "1"),
    ),
    Step(
        "undo",
        message("Undo"),
        message("Press {undo}: the task you left last is open again."),
        message("What was stored stands until you submit again; nothing is ever overwritten."),
        message("{undo} reopens what was judged last, then the one before."),
        _is_reopened,
        ("undo",),
    ),
    Step(
        "edit",
        message("Edit"),
        message("Press {edit}, type a few words, and end with {done}."),
        message("Mend the best answer by the smallest change; the difference stands beside it."),
        message("{edit} opens the answer in focus; what changes nothing is dropped."),
        _was_edited,
        ("edit", "O", "K", "space", DONE_EDITING),
    ),
    Step(
        "finish",
        message("On your own"),
        message("{submit} leaves the reasons; rank as you see fit; {submit} again."),
        message("Reasons for an edit may be given or left out; {help} shows every key."),
        message("Numbers rank once {submit} or {instrument} has left the reasons."),
        lambda scene: bool(
            scene.last and scene.last.disposition == "done" and scene.last.revision > 1
        ),
        ("submit", "2", "1", "3", "4", "submit"),
    ),
)
"""In order; each stands on what the ones before have brought about."""

WITHHELD = frozenset({"submit", "set_aside", "undo", "tasks", "personal_data"})
"""Actions that would lead away from the task of a step that does not ask for them."""


@dataclass(slots=True)
class Lesson:
    """How far a tutor has come."""

    keymap: Keymap
    steps: tuple[Step, ...]
    done: int = 0
    """How many steps are done."""
    _pressed: int = 0
    """How many keys of the step were pressed in its order."""

    @classmethod
    def begin(cls, keymap: Keymap) -> "Lesson":
        """The lesson from its beginning."""
        return cls(keymap, STEPS)

    @property
    def step(self) -> Step | None:
        """The step that is to be done; None at the end."""
        return self.steps[self.done] if self.done < len(self.steps) else None

    def see(self, scene: Scene) -> bool:
        """Go on past what is done; whether anything was."""
        before = self.done
        while self.step is not None and self.step.is_done(scene):
            self.done, self._pressed = self.done + 1, 0
        return self.done > before

    def withholds(self, action: str | None) -> bool:
        """Whether an action would lead away from the step."""
        return self.step is not None and action in WITHHELD and action not in self.step.keys

    def press(self, key: str, action: str | None) -> bool:
        """Follow a key; whether it is the next one that the step asks for."""
        if self.step is None:
            return False
        keys, name = self.step.keys, action or key
        if action == "back":
            self._pressed = max(self._pressed - 1, 0)
            return True
        is_next = self._pressed < len(keys) and name == keys[self._pressed]
        self._pressed += is_next
        return is_next

    def worded(self, text: Message) -> Message:
        """A text with the keys of now in the places of actions."""
        names = [name for _, name, _, _ in Formatter().parse(text.text) if name]
        return Message(text.text, {name: self._key(name) for name in names})

    def _key(self, name: str) -> str:
        return shown(DONE_EDITING) if name == "done" else self.keymap.key(name)
