"""kill -9 while keys are typed at the screen: what was drawn was kept."""

import re
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from tests.screens import PROGRAM, annotate, damage, draft, fill, judged, order_of, question
from tests.terminal import Terminal
from tutorcli.core.draft import COMMENT, entry_of
from tutorcli.core.judgment import Judgment

FULL = pytest.mark.integration
TASKS = 3000
ENTER_GAP_S = 0.045
"""Enter that comes sooner after a key counts as pasted."""


def note(number: int) -> str:
    """What is typed as the comment of every second task."""
    return f"note {number}: the second line of the book move"


@dataclass
class Seen:
    """What the screen has shown, over all the times that it was killed."""

    question: int = 1
    """The greatest number of a task on the screen: those before it were confirmed."""
    ranked: dict[int, str] = field(default_factory=dict)
    """The last ranking that was drawn of a task; as typed, without spaces."""
    noted: dict[int, int] = field(default_factory=dict)
    """Characters of the comment that were drawn."""


def look(terminal: Terminal, seen: Seen) -> None:
    """Take down what the screen shows."""
    screen = terminal.screen()
    found = re.search(r"Question (\d+)\.", screen)
    if not found:
        return
    number = int(found[1])
    seen.question = max(seen.question, number)
    strip = screen.splitlines()[-2]
    if ranking := re.match(r" ([1-3](?: > [1-3])*)", strip):
        seen.ranked[number] = ranking[1].replace(" > ", "")
    if "Ctrl+S done" in screen:
        text = note(number)
        drawn = max(n for n in range(len(text) + 1) if text[:n] in screen)
        # A letter or two stand elsewhere on the screen as well.
        if drawn >= len("note "):
            seen.noted[number] = max(drawn, seen.noted.get(number, 0))


class TimeUp(Exception):  # noqa: N818 - not an error
    """The moment to kill the program has come."""


@dataclass
class Typist:
    """Types until a moment that comes in the middle of anything."""

    terminal: Terminal
    rng: Random
    until: float
    noted: int = 0
    """The task whose comment was begun before the program was killed."""

    def wait(self, seconds: float) -> None:
        """Read for a while."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            if now > self.until:
                raise TimeUp
            self.terminal.read(min(end, self.until) - now)

    def wait_for(self, text: str) -> None:
        """Read until a text is on the screen."""
        for _ in range(400):
            if text in self.terminal.screen():
                return
            self.wait(0.005)
        raise AssertionError(f"{text} did not come\n{self.terminal.screen()}")

    def burst(self, text: str) -> None:
        """Type text in pieces, now and then faster than it is drawn."""
        while text:
            size = self.rng.randint(1, 6)
            self.terminal.write(text[:size].encode())
            text = text[size:]
            self.wait(self.rng.choice((0, 0.004, 0.02)))

    def judge(self, number: int) -> None:
        """A comment with every second task, a ranking, Enter."""
        if number % 2 and number != self.noted:
            self.terminal.press("ctrl+n")
            self.wait_for("Ctrl+S done")
            self.burst(note(number))
            self.terminal.press("ctrl+s")
            self.wait_for("Enter submit")
        self.burst(keys(number))
        self.wait(ENTER_GAP_S)
        self.terminal.press("enter")
        self.wait_for(f"Question {number + 1}.")


def keys(number: int) -> str:
    """The digits that rank a task: two of three, in an order of its own."""
    return ("12", "21", "31", "13", "23", "32")[number % 6]


def one_life(home: Path, rng: Random, seen: Seen, program: tuple[str, ...]) -> None:
    """Start the program, type at it, kill it in the middle."""
    name = f"t{seen.question}"
    # What is submitted is no draft, whatever a killed program left of it.
    before = None if name in judged(home) else draft(home, name)
    # Now and then as people start it; of that most is imports.
    is_warm = program == PROGRAM and rng.random() < 0.95
    with annotate(home, program=program, is_warm=is_warm) as terminal:
        if before is not None and before.place.get("editing"):
            terminal.wait_for("Ctrl+S done")
            terminal.press("ctrl+s")
        terminal.wait_for("Enter submit")
        typist = Typist(terminal, rng, time.perf_counter() + rng.uniform(0, 0.6))
        if before is not None and COMMENT in before.texts:
            typist.noted = seen.question
        try:
            while True:
                look(terminal, seen)
                typist.judge(seen.question)
        except TimeUp:
            terminal.kill(signal.SIGKILL)
        terminal.wait()
        look(terminal, seen)


def losses(home: Path, seen: Seen) -> list[str]:
    """What was drawn and is not in the files."""
    lost = [f"damaged: {line}" for line in damage(home)]
    said = judged(home)
    lost += [f"judgment of {n}" for n in range(1, seen.question) if f"t{n}" not in said]
    for number in {max(seen.question - 1, 1), seen.question}:
        ranking, comment = kept(home, number, said.get(f"t{number}"))
        if not ranking.startswith(seen.ranked.get(number, "")):
            lost.append(f"ranking of {number}: {seen.ranked[number]} was drawn, {ranking} is kept")
        drawn = note(number)[: seen.noted.get(number, 0)]
        if not comment.startswith(drawn):
            lost.append(f"comment on {number}: {drawn!r} was drawn, {comment!r} is kept")
    return lost


def kept(home: Path, number: int, judgment: Judgment | None) -> tuple[str, str]:
    """Ranking and comment of a task in the files, as they are typed."""
    name = f"t{number}"
    if judgment is not None:
        order, tiers, comment = judgment.shown_order, judgment.ranking, judgment.comment
    elif (unfinished := draft(home, name)) is not None:
        order, tiers = order_of(home, name), entry_of(unfinished).tiers
        comment = unfinished.text(COMMENT)
    else:
        return "", ""
    digits = (str(order.index(answer) + 1) for tier in tiers for answer in tier)
    return "".join(digits), comment or ""


def run(home: Path, kills: int, seed: int, program: tuple[str, ...] = PROGRAM) -> list[str]:
    """Kill the program so many times; what was lost, until something is."""
    fill(home, map(question, range(1, TASKS)))
    rng, seen = Random(seed), Seen()
    for _ in range(kills):
        one_life(home, rng, seen, program)
        if lost := losses(home, seen):
            return lost
    assert seen.question > kills / 2, "too little was typed for the test to say anything"
    return []


@pytest.mark.parametrize(
    ("kills", "seed"), [(4, 0), *(pytest.param(75, n, marks=FULL) for n in (1, 2, 3, 4))]
)
def test_nothing_that_was_drawn_is_lost_when_the_screen_is_killed(
    home: Path, kills: int, seed: int
) -> None:
    assert run(home, kills, seed) == []


LATE = """
import sys, threading
from tutorcli.store.drafts import Drafts
from tutorcli.__main__ import main

written, kept = Drafts.add, []

def add(self, *row):
    kept.append(row)
    if len(kept) == 8:
        for one in kept:
            written(self, *one)
        kept.clear()

Drafts.add = add
sys.exit(main())
"""


@FULL
def test_the_same_kills_find_it_when_keys_are_kept_late(home: Path) -> None:
    assert run(home, 20, 5, (sys.executable, "-c", LATE)) != []
