"""Tutors of four languages judge five tasks each by keys alone; what is stored is what they meant."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest

from tests.screens import annotate, damage, draft, fill, judged, lines_of, order_of
from tests.terminal import Terminal
from tutorcli.core.judgment import Judgment
from tutorcli.tui.actions import ACTIONS

ROOT = Path(__file__).parents[3]
FULL = pytest.mark.integration
WIDE = {number: number + 0xFEE0 for number in range(ord("!"), ord("~") + 1)} | {ord(" "): 0x3000}
"""What an input method sends for ASCII while it writes full-width characters."""
AZERTY = dict(zip(map(ord, "0123456789/"), "à&é\"'(-è_ç)", strict=True))
"""The keys of the digit row without Shift, and the one beside it for the accept line."""
RATED = "432143"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A tutor: the tasks, the keyboard, and words of the interface."""

    tasks: tuple[str, ...]
    """Ranked with a tie; edited; rated; of two answers or all bad; set aside, then judged."""
    keys: Mapping[int, int | str]
    """What the keyboard sends for the characters of the default keymap."""
    comment: str
    inserted: str
    word: str
    """What is looked for in the answers; stands in each of them."""
    submit: str
    submitted: str
    none_left: str
    keymap: str = "default"


SPEAKERS = {
    "en": Speaker(
        ("fin-en-04", "med-en-02", "law-en-02", "fin-en-02", "fin-en-03"),
        {},
        "The second one; 2 > 1 = 3.",
        "As of 2026: ",
        "the",
        "submit",
        "submitted",
        "No open task is left",
    ),
    "zh-Hans": Speaker(
        ("fin-zh-02", "fin-zh-04", "law-zh-02", "fin-zh-03", "med-zh-03"),
        WIDE,
        "第二个最好　（２＞１＝３）",
        "　　更正：按２０２６年的规定，",
        "的",
        "提交",
        "已提交",
        "没有待评判的任务了",
    ),
    "fr": Speaker(
        ("fin-fr-01", "med-fr-02", "law-fr-02", "med-fr-01", "fin-fr-02"),
        AZERTY,
        "La deuxième, à 90 % ; ça ne fait pas « é = è ».",
        "Au 1ᵉʳ janvier 2026\u00a0: ",
        "la",
        "valider",
        "validé",
        "Il ne reste aucune tâche",
        keymap="azerty",
    ),
    "pt-BR": Speaker(
        ("fin-pt-01", "med-pt-01", "law-pt-02", "fin-pt-02", "med-pt-02"),
        {},
        "A segunda está certa; não há dúvida: 2 > 1 = 3.",
        "Atenção à revisão de 2026: ",
        "de",
        "entregar",
        "entregue",
        "Não resta",
    ),
}


def tasks_of(speaker: Speaker) -> list[dict[str, Any]]:
    """The tasks in the order in which they are to come."""
    lines = [one for file in (ROOT / "sample_tasks").glob("*_*.jsonl") for one in lines_of(file)]
    tasks = {one["id"].removeprefix("sample-"): one for one in lines}
    return [
        {key: value for key, value in tasks[name].items() if key not in {"priority", "due"}}
        for name in speaker.tasks
    ]


class Sitting:
    """A tutor at the terminal."""

    def __init__(self, terminal: Terminal, speaker: Speaker, language: str) -> None:
        """At the first task."""
        self.terminal, self._speaker = terminal, speaker
        self._english = english_titles(language)

    def type(self, keys: str) -> None:
        """Characters of the default keymap, as this tutor's keyboard sends them."""
        for key in keys.translate(self._speaker.keys):
            self.write(key)

    def write(self, text: str) -> None:
        """Text as it is."""
        self.terminal.write(text.encode())
        self.look()

    def press(self, *keys: str) -> None:
        """Keys by name."""
        for key in keys:
            self.terminal.press(key)
            self.look()

    def look(self) -> None:
        """Wait for the screen; no word of its key bar is English."""
        self.terminal.settle(0.04)
        hints = re.split(r" {2,}", self.terminal.screen().splitlines()[-1].strip())
        titles = {hint.partition(" ")[2] for hint in hints}
        assert not titles & self._english, self.terminal.screen()

    def submit(self, then: str) -> None:
        """Hand the judgment in and read what follows."""
        self.press("enter")
        self.terminal.wait_for(then)
        self.terminal.settle()

    def shows(self, *parts: str) -> None:
        """Whether all of this is on the screen, cut or not."""
        for part in parts:
            self.terminal.wait_for(part)


def english_titles(language: str) -> set[str]:
    """Titles of actions and hints that have another word in a language; none for English."""
    catalogue = ROOT / "tutorcli/locale" / language.replace("-", "_") / "LC_MESSAGES/tutorcli.mo"
    if not catalogue.exists():
        return set()
    with catalogue.open("rb") as file:
        translated = GNUTranslations(file).gettext
    hints = ("next", "rank", "rate", "close", "clear", "read on", "previous", "swap", "reasons")
    titles = {*(str(action.title) for action in ACTIONS), *hints, "done (or Esc)", "leave open"}
    return {title for title in titles if translated(title) != title}


def rank_with_a_tie(sitting: Sitting, speaker: Speaker) -> None:
    """A line below the best, a tie, a comment; one key too much is taken back."""
    sitting.type("2/13")
    sitting.press("backspace")
    sitting.type("=3")
    sitting.shows("2 | 1 = 3")
    sitting.type("n")
    sitting.write(speaker.comment)
    sitting.press("ctrl+s")


def edit(sitting: Sitting, speaker: Speaker) -> None:
    """Words before an answer's own, a reason, a ranking whose last place fills itself."""
    sitting.type("e")
    sitting.write(speaker.inserted)
    sitting.press("ctrl+s")
    sitting.type("1")
    sitting.press("enter")
    sitting.type("31")


def rate(sitting: Sitting, speaker: Speaker) -> None:
    """Documents where there are some, words found, then every rating that the protocol wants."""
    sitting.type("xx")
    sitting.type("f")
    sitting.write(speaker.word)
    sitting.press("enter")
    sitting.shows(f"{speaker.word}_")
    sitting.press("escape")
    sitting.type("12r")
    sitting.type(RATED)


def compare(sitting: Sitting, speaker: Speaker) -> None:
    """Two answers word by word; then which of two is better, or none of three is any good."""
    is_pair = "fr" not in speaker.tasks[3]
    sitting.type("d" if is_pair else "d2")
    sitting.shows("[-", "+}")
    sitting.press("escape")
    sitting.type("6" if is_pair else "/12")


def set_aside(sitting: Sitting, speaker: Speaker) -> None:
    """No time for it; then back at once, and judged after all."""
    sitting.type("s13")
    sitting.shows(speaker.none_left)
    sitting.type("u")
    sitting.shows(speaker.submit)
    sitting.type("13245"[: len(tasks_of(speaker)[-1]["answers"])])


ACTS: Sequence[Callable[[Sitting, Speaker], None]] = (
    rank_with_a_tie,
    edit,
    rate,
    compare,
    set_aside,
)


def as_shown(home: Path, judgment: Judgment) -> tuple[tuple[int, ...], ...]:
    """The ranking in the numbers of the screen."""
    order = order_of(home, judgment.task)
    return tuple(tuple(sorted(order.index(one) + 1 for one in tier)) for tier in judgment.ranking)


def sit(home: Path, language: str, acts: int) -> dict[str, Judgment]:
    """Judge the first tasks of a speaker; what is stored by the task's short id."""
    speaker = SPEAKERS[language]
    fill(home, tasks_of(speaker))
    (home / "config").mkdir(parents=True)
    settings = f'language = "{language}"\nkeymap = "{speaker.keymap}"\n'
    (home / "config" / "config.toml").write_text(settings, "utf-8")
    with annotate(home, size=(100, 30)) as terminal:
        terminal.wait_for(f"Enter {speaker.submit}")
        sitting = Sitting(terminal, speaker, language)
        for number, act in enumerate(ACTS[:acts], 1):
            act(sitting, speaker)
            is_last = number == len(ACTS)
            sitting.submit(speaker.none_left if is_last else speaker.submitted)
        sitting.press("ctrl+q")
        assert terminal.wait() == 0
    assert damage(home) == []
    return {task.removeprefix("sample-"): one for task, one in judged(home).items()}


@pytest.mark.parametrize("language", ["zh-Hans", *(pytest.param("fr", marks=FULL),)])
def test_a_ranking_and_a_comment_of_other_keyboards_are_stored_as_meant(
    home: Path, language: str
) -> None:
    speaker = SPEAKERS[language]
    [first] = sit(home, language, 1).values()
    assert as_shown(home, first) == ((2,), (1, 3))
    assert (first.accept_line, first.comment) == (1, speaker.comment)


@pytest.mark.integration
@pytest.mark.parametrize("language", SPEAKERS)
def test_five_tasks_are_judged_by_keys_alone_and_stored_as_meant(home: Path, language: str) -> None:
    speaker = SPEAKERS[language]
    found = sit(home, language, 5)
    tied, edited, rated, compared, late = (found[name] for name in speaker.tasks)
    assert {one.disposition for one in found.values()} == {"done"}
    assert as_shown(home, tied) == ((2,), (1, 3))
    assert (tied.accept_line, tied.comment) == (1, speaker.comment)

    base = {one["id"]: one["text"] for one in tasks_of(speaker)[1]["answers"]}
    first = order_of(home, edited.task)[0]
    assert as_shown(home, edited) == ((3,), (1,), (2,))
    [change] = edited.edits
    assert (change.answer, change.text) == (first, speaker.inserted + base[first])
    assert len(change.reasons) == 1

    order = order_of(home, rated.task)
    marks = [(order.index(one.answer or ""), str(one.value)) for one in rated.ratings]
    assert as_shown(home, rated) == tuple((n,) for n in range(1, len(order) + 1))
    assert (
        "".join(value for _, value in sorted(marks, key=lambda mark: mark[0]))
        == RATED[: 2 * len(order)]
    )

    if language == "fr":
        assert (as_shown(home, compared), compared.accept_line) == (((1,), (2,), (3,)), 0)
    else:
        [strength] = compared.strengths
        best = strength.second if strength.value < 0 else strength.first
        assert (order_of(home, compared.task).index(best), abs(strength.value)) == (1, 2)

    assert late.revision == 2
    assert as_shown(home, late)[:3] == ((1,), (3,), (2,))
    assert [draft(home, one.task) for one in found.values()] == [None] * 5
