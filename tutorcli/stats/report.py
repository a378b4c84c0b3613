"""What a statistics command found: figures, each of a kind of judging and within a scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutorcli.errors import Message
from tutorcli.stats.bootstrap import Sampling
from tutorcli.stats.figure import Figure, to_json

SCHEMA = "tutorcli.stats/1"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure, and of what it is."""

    kind: str
    """The way of judging: preference, ranking, ratings, flags, labels, rubric, spans, steps, edits;
    pairs, which are those of all rankings; or what is told of a tutor."""
    scope: Mapping[str, str]
    """Such as ``{"domain": "law", "criterion": "accuracy"}``; empty: everything."""
    figure: Figure


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one command."""

    what: str
    """agreement, tutors, bias, gold or time."""
    sampling: Sampling
    judgments: int
    """That count: current, human, labels, done."""
    tasks: int
    tutors: int
    lines: tuple[Line, ...]
    notes: tuple[Message, ...] = field(default=())
    """What the reader has to know, such as versions of a guideline that are mixed."""


def report_to_json(report: Report) -> dict[str, Any]:
    """The report as a JSON object, documented in ``docs/schema/stats.json``."""
    return {
        "schema": SCHEMA,
        "what": report.what,
        "seed": report.sampling.seed,
        "ci": report.sampling.level,
        "resamples": report.sampling.resamples,
        "judgments": report.judgments,
        "tasks": report.tasks,
        "tutors": report.tutors,
        "notes": [str(note) for note in report.notes],
        "figures": [
            {"kind": line.kind, **to_json(line.figure, line.scope)} for line in report.lines
        ],
    }
