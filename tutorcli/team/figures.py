"""What a lead asks of judgments, and the answer: the same for a home, for files and for a server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tutorcli.core.measures import Kind
from tutorcli.errors import ConfigError, Message, message, near
from tutorcli.stats.agreement import SECTIONS, pairs_of_tutors
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.parts import OF_JUDGMENT, OF_TASK, Part, Parts
from tutorcli.stats.report import Line, Report, report_to_json
from tutorcli.stats.table import GOLD, Source, Table, Window

# What only one question needs is imported where it is answered.

WHAT = ("agreement", "tutors", "gold", "bias", "time")
BETWEEN = ("pair", "gold", "others")
"""Between whom: each two tutors, each tutor and what is known, each tutor and the others."""
BY = (*OF_TASK, *OF_JUDGMENT, "criterion", *BETWEEN)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question."""

    what: str = "agreement"
    by: tuple[str, ...] = ()
    window: Window = field(default_factory=Window)
    sampling: Sampling = field(default_factory=Sampling)


def check(ask: Ask) -> None:
    """Make sure that a question can be answered.

    Raises:
        ConfigError: A word of ``by`` is unknown, stands twice, or goes with another question.
    """
    for word in ask.by:
        if word not in BY:
            raise ConfigError(
                message('--by cannot be "{word}"', word=word),
                hint=message('did you mean "{guess}"?', guess=guess)
                if (guess := near(word, BY))
                else message("words: {words}", words=", ".join(BY)),
            )
        if ask.what != "agreement":
            raise ConfigError(message("--by goes with: tutorcli stats agreement"))
    if len(set(ask.by)) < len(ask.by):
        raise ConfigError(message("--by names a word twice"))
    if len(set(ask.by) & set(BETWEEN)) > 1:
        raise ConfigError(message("--by takes one of {words}", words=", ".join(BETWEEN)))


def answer(source: Source, ask: Ask) -> dict[str, Any]:
    """The answer to a question, as the JSON object that every reader of it gets.

    The same judgments give the same bytes, whatever their order and wherever they lie.

    Raises:
        ConfigError: As `check`.
    """
    check(ask)
    table = Table(source, ask.window)
    lines = tuple(_lines(table, ask))
    counted = table.is_done & ~table.is_known
    report = Report(
        ask.what,
        ask.sampling,
        judgments=int(counted.sum()),
        tasks=int(np.count_nonzero(np.bincount(table.task[counted]))),
        tutors=int(np.count_nonzero(np.bincount(table.tutor[counted]))),
        lines=lines,
        notes=tuple(_notes(table, ask)),
    )
    return report_to_json(report)


def _lines(table: Table, ask: Ask) -> Iterator[Line]:
    match ask.what:
        case "tutors":
            from tutorcli.stats.tutors import working
            from tutorcli.team.golds import against_gold

            yield from working(table, ask.sampling)
            yield from against_gold(table, ask.sampling)
        case "gold":
            from tutorcli.team.golds import against_gold

            yield from against_gold(table, ask.sampling)
        case "bias":
            from tutorcli.stats.tutors import swayed

            yield from swayed(table, ask.sampling)
        case "time":
            from tutorcli.stats.weeks import weekly

            yield from weekly(table, ask.sampling)
        case _:
            yield from _agreement(table, ask)


def _agreement(table: Table, ask: Ask) -> Iterator[Line]:
    by = tuple(word for word in ask.by if word in OF_TASK + OF_JUDGMENT)
    between = next((word for word in ask.by if word in BETWEEN), None)
    chosen = table.is_known | ~table.is_known if between == "gold" else None
    parts = Parts(table, by, chosen=chosen)
    if between == "others":
        yield from _others(parts, ask.sampling)
        return
    following = [*(section.kinds for section in SECTIONS.values()), ()][1:]
    for (kind, section), keep in zip(SECTIONS.items(), following, strict=True):
        for whole in parts.each(section.kinds, keep, section.around):
            for part in _between(whole, between):
                if any(part.rows(told).judgment.size for told in section.told):
                    for scope, found in section.figures(part, ask.sampling):
                        yield Line(kind, {**part.scope, **scope}, found)


def _between(part: Part, word: str | None) -> Iterator[Part]:
    if word == "pair":
        yield from pairs_of_tutors(part)
    elif word == "gold":
        yield from pairs_of_tutors(part, GOLD)
    else:
        yield part


def _others(parts: Parts, sampling: Sampling) -> Iterator[Line]:
    from tutorcli.stats.coding import all_preferences, rated
    from tutorcli.stats.others import others

    for part in parts.each((Kind.RANK, Kind.STRENGTH, Kind.RATING)):
        for tutor, found in others(all_preferences(part), sampling):
            yield Line("pairs", {**part.scope, "tutor": tutor}, found)
        for criterion, ratings in rated(part):
            for tutor, found in others(ratings, sampling):
                yield Line("ratings", {**part.scope, "tutor": tutor, "criterion": criterion}, found)


def _notes(table: Table, ask: Ask) -> Iterator[Message]:
    if not len(table):
        yield message("there are no judgments that count")
    for name in OF_JUDGMENT:
        if name in ask.by:
            continue
        places = np.unique(getattr(table, name)[table.is_done]).tolist()
        versions: dict[str, list[str]] = {}
        for ref in sorted(table.words[place] for place in places):
            versions.setdefault(ref.partition("@")[0], []).append(ref)
        for document, refs in versions.items():
            if document and len(refs) > 1:
                yield message(
                    'judgments by {n} versions of {name} "{document}" are taken together; '
                    "apart: --by {name}",
                    n=len(refs),
                    name=name,
                    document=document,
                )
