"""Rankings: tiers of answers, best first, and the line below which none is acceptable."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from tutorcli.errors import InputError, message, near

Tiers = tuple[tuple[str, ...], ...]

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")
_TOKEN = re.compile(
    r"\s*(?:(?P<plain>[A-Za-z0-9_-]+)|#(?P<shown>[0-9]{1,4})"
    r'|(?P<quoted>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?P<sign>[>=|]))'
)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Answers in order; those of one tier are tied, those absent are unranked."""

    tiers: Tiers = ()
    """Ids, best tier first."""
    accept_line: int | None = None
    """How many tiers are acceptable: 0 none, None not asked or not drawn."""

    @property
    def answers(self) -> tuple[str, ...]:
        """All ranked ids, best first."""
        return tuple(answer for tier in self.tiers for answer in tier)

    def pairs(self) -> Iterator[tuple[str, str, int]]:
        """Each implied pair (better, worse, tiers between them); ties and unranked give none."""
        for upper, better in enumerate(self.tiers):
            for lower in range(upper + 1, len(self.tiers)):
                for first in better:
                    for second in self.tiers[lower]:
                        yield first, second, lower - upper

    def ties(self) -> Iterator[tuple[str, str]]:
        """Each tied pair, in the order of the tier."""
        for tier in self.tiers:
            for index, first in enumerate(tier):
                for second in tier[index + 1 :]:
                    yield first, second

    def __str__(self) -> str:
        return format_ranking(self)


def format_ranking(ranking: Ranking, names: Mapping[str, str] | None = None) -> str:
    """The text form, such as ``b > a = c | d``; ``|`` alone: nothing is ranked, all are bad.

    Args:
        ranking: What to write.
        names: Other names for the answers (the numbers shown); by default their ids.
    """
    parts: list[str] = []
    for index, tier in enumerate(ranking.tiers):
        if ranking.accept_line == index:
            parts.append("|")
        elif index:
            parts.append(">")
        parts.append(" = ".join(names[answer] if names else _name(answer) for answer in tier))
    if ranking.accept_line == len(ranking.tiers):
        parts.append("|")
    return " ".join(parts)


def _name(answer: str) -> str:
    if _PLAIN_ID.fullmatch(answer):
        return answer
    return json.dumps(answer, ensure_ascii=False)


def parse_ranking(text: str, answers: Sequence[str], shown: Sequence[str] | None = None) -> Ranking:
    """Read the text form.

    Args:
        text: Such as ``b > a = c | d``; ``#1`` names the first answer as shown.
        answers: The ids of the task's answers.
        shown: The ids in the order shown, for ``#``; by default ``answers``.

    Raises:
        InputError: A sign is misplaced, or an answer is unknown or named twice.
    """
    tiers: list[list[str]] = []
    line: int | None = None
    expects_answer, ties = True, False
    for kind, value in _tokens(text):
        if kind == "sign":
            line, ties = _sign(value, tiers, line, expects_answer, text)
            expects_answer = True
            continue
        if not expects_answer:
            raise InputError(
                message('ranking "{text}" lacks a sign before "{value}"', text=text, value=value)
            )
        answer = _resolve(kind, value, answers, shown or answers)
        if any(answer in tier for tier in tiers):
            raise InputError(message('ranking names answer "{answer}" twice', answer=answer))
        if ties:
            tiers[-1].append(answer)
        else:
            tiers.append([answer])
        expects_answer = False
    if expects_answer and line != len(tiers):
        raise InputError(message('ranking "{text}" ends without an answer', text=text))
    return Ranking(tuple(map(tuple, tiers)), line)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise InputError(
                message(
                    'ranking "{text}" cannot be read at "{rest}"', text=text, rest=text[at:].strip()
                ),
                hint=message('write it like "b > a = c | d"'),
            )
        yield str(found.lastgroup), found[str(found.lastgroup)]
        at = found.end()


def _sign(
    sign: str, tiers: list[list[str]], line: int | None, expects_answer: bool, text: str
) -> tuple[int | None, bool]:
    if sign == "|":
        if line is not None or (expects_answer and tiers):
            raise InputError(message('ranking "{text}" has a misplaced accept line', text=text))
        return len(tiers), False
    if expects_answer:
        raise InputError(message('ranking "{text}" has a misplaced "{sign}"', text=text, sign=sign))
    return line, sign == "="


def _resolve(kind: str, value: str, answers: Sequence[str], shown: Sequence[str]) -> str:
    if kind == "shown":
        if not 1 <= int(value) <= len(shown):
            raise InputError(
                message(
                    "ranking names answer #{n}; the task has {count}", n=value, count=len(shown)
                )
            )
        return shown[int(value) - 1]
    answer = json.loads(value) if kind == "quoted" else value
    if answer not in answers:
        guess = near(answer, answers)
        raise InputError(
            message('ranking names answer "{answer}", which the task lacks', answer=answer),
            hint=message('did you mean "{guess}"?', guess=guess)
            if guess
            else message("answers of this task: {answers}", answers=", ".join(answers)),
        )
    return str(answer)


@dataclass(frozen=True, slots=True)
class RankEntry:
    """A ranking while it is being keyed in.

    Every method returns the entry after one key; a key that means nothing here returns the same.
    """

    tiers: Tiers = ()
    accept_line: int | None = None
    tie_next: bool = False
    """The next answer joins the last tier."""

    def add(self, answer: str) -> Self:
        """The answer goes below the others, or joins the last tier after `tie`."""
        if any(answer in tier for tier in self.tiers):
            return self
        if self.tie_next and self.tiers:
            tiers = (*self.tiers[:-1], (*self.tiers[-1], answer))
        else:
            tiers = (*self.tiers, (answer,))
        return replace(self, tiers=tiers, tie_next=False)

    def tie(self) -> Self:
        """The next answer will be tied with the one before; again: it will not."""
        if not self.tiers or self.accept_line == len(self.tiers):
            return self
        return replace(self, tie_next=not self.tie_next)

    def line(self) -> Self:
        """Draw the accept line below what is ranked so far; again: take it away."""
        if self.accept_line == len(self.tiers):
            return replace(self, accept_line=None)
        return replace(self, accept_line=len(self.tiers), tie_next=False)

    def back(self) -> Self:
        """Take back the last key: a pending tie, the line just drawn, or the last answer."""
        if self.tie_next:
            return replace(self, tie_next=False)
        if self.accept_line is not None and self.accept_line == len(self.tiers):
            return replace(self, accept_line=None)
        if not self.tiers:
            return self
        last = self.tiers[-1]
        if len(last) > 1:
            return replace(self, tiers=(*self.tiers[:-1], last[:-1]), tie_next=True)
        return replace(self, tiers=self.tiers[:-1])

    def unranked(self, answers: Sequence[str]) -> tuple[str, ...]:
        """The answers that have no place yet, in the order given."""
        ranked = {answer for tier in self.tiers for answer in tier}
        return tuple(answer for answer in answers if answer not in ranked)

    def filled(self, answers: Sequence[str]) -> Self:
        """The entry with the last answer left put below the others.

        With two or more left, or none keyed in yet, nothing is filled in. A tie or a line keyed
        before stands before the answer that is filled in.
        """
        left = self.unranked(answers)
        if len(left) != 1 or not self.tiers:
            return self
        return self.add(left[0])

    def ranking(self) -> Ranking:
        """What has been keyed in so far."""
        return Ranking(self.tiers, self.accept_line)
