"""Sentences about a whole report of statistics, the same on a terminal, in a file and on a page."""

from collections.abc import Mapping
from typing import Any

from tutorcli.cli.figure_names import sentence, title_of
from tutorcli.cli.figure_rows import float_of, whole
from tutorcli.i18n import ntr, tr, translate


def headline(report: Mapping[str, Any]) -> str:
    """What the report is and of how much, in one line."""
    return tr("{title}: {size}", title=title_text(report), size=size_of(report))


def title_text(report: Mapping[str, Any]) -> str:
    """What the report is called."""
    return translate(title_of(str(report.get("what", ""))))


def size_of(report: Mapping[str, Any]) -> str:
    """Such as ``1462 judgments of 300 tasks by 5 tutors``."""
    return tr(
        "{judgments} of {tasks} by {tutors}",
        judgments=ntr("{n} judgment", "{n} judgments", whole(report.get("judgments"))),
        tasks=ntr("{n} task", "{n} tasks", whole(report.get("tasks"))),
        tutors=ntr("{n} tutor", "{n} tutors", whole(report.get("tutors"))),
    )


def notes_of(report: Mapping[str, Any]) -> list[str]:
    """What the reader has to know, safe and in the language of the screen."""
    return [translate(sentence(str(note))) for note in report.get("notes") or ()]


def how_sampled(report: Mapping[str, Any]) -> str:
    """Level, resamples and seed of the intervals, in one sentence."""
    return tr(
        "Intervals: {level}, {resamples} resamples of whole tasks, seed {seed}",
        level=f"{(float_of(report.get('ci')) or 0.0) * 100:g}%",
        resamples=whole(report.get("resamples")),
        seed=whole(report.get("seed")),
    )
