"""The rows above the list of tasks: how many of each kind, how the day stands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rich.cells import cell_len

from tutorcli.core.text import short_line
from tutorcli.errors import Message, message
from tutorcli.i18n import tr, translate
from tutorcli.services.browsing import Progress
from tutorcli.store.paging import Sought
from tutorcli.tui import signs
from tutorcli.tui.choosing import Option
from tutorcli.tui.themes import Chrome
from tutorcli.tui.widgets.bar import Run, fitted
from tutorcli.tui.widgets.task_rows import DISPOSITIONS, STATES

Kind = Literal["state", "domain", "language", "disposition"]

KINDS: Mapping[str, Kind] = {
    "1": "state",
    "2": "domain",
    "3": "language",
    "4": "disposition",
}
"""Key to what it filters by."""
TITLES: Mapping[Kind, Message] = {
    "state": message("State"),
    "domain": message("Domain"),
    "language": message("Language"),
    "disposition": message("Set aside"),
}
EVERY = ""
"""Id of the option that lets all through."""
_NAMED: Mapping[Kind, Mapping[str, Message]] = {"state": STATES, "disposition": DISPOSITIONS}
_LONGEST = 40
"""Characters of a word that are shown."""


@dataclass(slots=True)
class Figures:
    """What is known so far; counting goes on beside the keys."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    progress: Progress | None = None


def chosen(sought: Sought, kind: Kind, word: str) -> Sought:
    """What is sought once a word was chosen; a disposition and another state exclude each other."""
    value = word or None
    if kind == "domain":
        return replace(sought, domain=value)
    if kind == "language":
        return replace(sought, language=value)
    if kind == "state":
        keeps = value in {None, "set-aside"}
        return replace(sought, state=value, disposition=sought.disposition if keeps else None)
    state = sought.state if value is None or sought.state == "set-aside" else None
    return replace(sought, state=state, disposition=value)


def wanted(sought: Sought, kind: Kind) -> str | None:
    """The word of that kind that was chosen."""
    word: str | None = getattr(sought, kind)
    return word


def options(kind: Kind, figures: Figures, sought: Sought) -> list[Option]:
    """What can be chosen of a kind, and how many tasks each choice has."""
    total = sum(figures.counts.get(kind, {}).values())
    named = [
        Option(word, f"{name_of_word(kind, word)}  {number}")
        for word, number in _in_order(kind, figures, sought)
    ]
    return [Option(EVERY, f"{tr('all')}  {total}"), *named]


def _in_order(kind: Kind, figures: Figures, sought: Sought) -> list[tuple[str, int]]:
    counts = figures.counts.get(kind, Counter())
    if kind in _NAMED:
        known = [(word, counts[word]) for word in _NAMED[kind]]
        return known if kind == "state" else [pair for pair in known if pair[1]]
    found = sorted(
        ((word, number) for word, number in counts.items() if number > 0),
        key=lambda pair: (-pair[1], pair[0]),
    )
    word = wanted(sought, kind)
    # What was chosen stays in sight, whatever else was chosen since.
    return found if word is None or counts[word] > 0 else [(word, 0), *found]


def name_of_word(kind: Kind, word: str) -> str:
    """A state or a disposition in the interface's language; a domain or a language as it is."""
    named = _NAMED.get(kind, {})
    return translate(named[word]) if word in named else short_line(word, _LONGEST)


def head_rows(figures: Figures, sought: Sought, width: int, chrome: Chrome) -> list[list[Run]]:
    """States, domains, languages, and how the day stands, with the ways of setting aside."""
    rows = [_row(key, figures, sought, width, chrome) for key in "123"]
    day = progress_text(figures)
    first: list[Run] = [(f" {day} ", chrome.note)]
    left = width - cell_len(first[0][0])
    if figures.counts.get("disposition") or sought.disposition:
        first += _row("4", figures, sought, left, chrome)
    return [*rows, first]


def _row(key: str, figures: Figures, sought: Sought, width: int, chrome: Chrome) -> list[Run]:
    kind = KINDS[key]
    word = wanted(sought, kind)
    counts = figures.counts.get(kind)
    title: list[Run] = [(f" {key}", chrome.key), (f" {translate(TITLES[kind])}: ", chrome.bar)]
    every = tr("all") + (f" {sum(counts.values())}" if counts is not None else "")
    groups = [_group(every, chrome, is_chosen=word is None)]
    for name, number in _in_order(kind, figures, sought):
        text = name_of_word(kind, name) + (f" {number}" if counts is not None else "")
        groups.append(_group(text, chrome, is_chosen=name == word))
    here = next((group for group in groups if group[0][1] is chrome.active), groups[0])
    if here[0] not in fitted([title, *groups], width):
        groups = [here, *(group for group in groups if group is not here)]
    return fitted([title, *groups], width)


def _group(text: str, chrome: Chrome, *, is_chosen: bool) -> list[Run]:
    # The brackets tell what was chosen where there are no colours.
    return [(f"[{text}]", chrome.active)] if is_chosen else [(f" {text} ", chrome.bar)]


def progress_text(figures: Figures) -> str:
    """What was done today, what is left, and until when."""
    day = figures.progress
    if day is None:
        return ""
    parts: Sequence[str] = [tr("{n} judged today", n=day.judged)]
    if day.overdue:
        parts = [*parts, tr("{n} overdue", n=day.overdue)]
    due = [tr("{n} due by {day}", n=number, day=when) for when, number in day.due]
    return f" {signs.now().dot} ".join([*parts, *due])
