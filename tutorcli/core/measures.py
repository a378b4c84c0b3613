"""The figures in a judgment as rows of integers, for statistics."""

from collections.abc import Iterator
from dataclasses import dataclass

from tutorcli.core.judgment import Judgment

_MET = {"no": 0, "yes": 1, "na": 2, "unsure": 3}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a judgment; what it means depends on `kind`."""

    kind: str
    """rank, accept, strength, rating, criterion, step, span, edit, flag or confidence."""
    key: str
    """The criterion, label, first answer of a pair; empty where the kind needs none."""
    ref: str
    """The answer; empty: the task."""
    value: int | None
    """None: the criterion does not apply."""


def measures(judgment: Judgment) -> Iterator[Measure]:
    """The rows of one judgment, in a fixed order."""
    for tier, answers in enumerate(judgment.ranking):
        for answer in answers:
            yield Measure("rank", "", answer, tier)
    if judgment.accept_line is not None:
        yield Measure("accept", "", "", judgment.accept_line)
    for strength in judgment.strengths:
        yield Measure("strength", strength.first, strength.second, strength.value)
    for rating in judgment.ratings:
        yield Measure("rating", rating.criterion, rating.answer or "", rating.value)
    for mark in judgment.criteria:
        yield Measure("criterion", mark.criterion, mark.answer, _MET[mark.met])
    yield from _detail_measures(judgment)


def _detail_measures(judgment: Judgment) -> Iterator[Measure]:
    for step in judgment.steps:
        value = None if step.label == "unsure" else step.label
        yield Measure("step", str(step.index), step.answer, value)
    for span in judgment.spans:
        yield Measure("span", span.label, span.answer, span.severity)
    for edit in judgment.edits:
        yield Measure("edit", "", edit.answer, len(edit.reasons))
    for flag in judgment.flags:
        yield Measure("flag", flag, "", 1)
    if judgment.confidence is not None:
        yield Measure("confidence", "", "", judgment.confidence)
