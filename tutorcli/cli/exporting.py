"""Judgments out, into files."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.errors import ConfigError, message

if TYPE_CHECKING:
    from tutorcli.services.exporting import ExportOptions, ExportReport

STDOUT = "-"
WHOLE = 100


class What(StrEnum):
    """Which rows."""

    TASKS = "tasks"
    JUDGMENTS = "judgments"
    ALL = "all"


class Pairs(StrEnum):
    """Which pairs of a ranking."""

    ALL = "all"
    TOP_BOTTOM = "top-bottom"
    ADJACENT = "adjacent"


class Tutors(StrEnum):
    """Whose word counts."""

    EACH = "each"
    MAJORITY = "majority"


class Edits(StrEnum):
    """What becomes of corrected answers."""

    VERIFIED = "verified"
    INCLUDE = "include"
    ONLY = "only"
    EXCLUDE = "exclude"


class Reasoning(StrEnum):
    """What becomes of traces."""

    DROP = "drop"
    TAG = "tag"
    KEY = "key"


Format = Annotated[str, typer.Option("--format", metavar="F", help="See: tutorcli formats.")]
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE|-", help="Where to; - is standard output.")
]
WhichRows = Annotated[
    What | None, typer.Option("--what", help="Which rows of the format jsonl. [default: all]")
]
WhichPairs = Annotated[
    Pairs | None,
    typer.Option(
        "--pairs",
        help="Every pair of a ranking, best with worst tier, or neighbours. [default: all]",
    ),
]
WhoseWord = Annotated[
    Tutors | None,
    typer.Option(
        "--tutors",
        help="A row for each tutor, or where more than half agree. [default: each]",
    ),
]
MinStrength = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Pairs at least so strong: tiers between, or as said. [default: 1]",
    ),
]
WhichEdits = Annotated[
    Edits | None,
    typer.Option(
        "--edits",
        help="Edits as better than their own base; verified: in a blind look. [default: include]",
    ),
]
Traces = Annotated[
    Reasoning | None,
    typer.Option(
        "--reasoning",
        help="Traces: none, between <think> tags, or under a key. [default: drop]",
    ),
]
Split = Annotated[
    str | None,
    typer.Option(metavar="90/10", help="Two files, train and test, by task: no task in both."),
]
Since = Annotated[
    int | None,
    typer.Option(metavar="CURSOR", min=0, help="What is new since an export that named it."),
]
Unblind = Annotated[
    bool,
    typer.Option(
        "--unblind", help="Models and sources also of tasks that you have not judged yet."
    ),
]


def export(
    *,
    format_name: Format,
    target: Output = STDOUT,
    what: WhichRows = None,
    pairs: WhichPairs = None,
    tutors: WhoseWord = None,
    min_strength: MinStrength = None,
    edits: WhichEdits = None,
    reasoning: Traces = None,
    split: Split = None,
    since: Since = None,
    unblind: Unblind = False,
    as_json: Json = False,
) -> None:
    """Write judgments as training or evaluation files.

    The file appears whole or not at all. What was chosen is told on stderr, and in the rows of
    formats that choose; with --json, which needs a file, as an object on stdout.
    """
    typed = {
        "what": what,
        "pairs": pairs,
        "tutors": tutors,
        "min-strength": min_strength,
        "edits": edits,
        "reasoning": reasoning,
    }
    options = _options(format_name, {key: it for key, it in typed.items() if it is not None})
    options = replace(options, unblind=unblind, since=since, test_share=_test_share(split))
    if as_json and target == STDOUT:
        raise ConfigError(
            message("--json tells of a file, and the rows go to standard output"),
            hint=message("name a file with -o"),
        )
    from tutorcli.services.exporting import export as write
    from tutorcli.store.db import Queue

    with Queue.open(session.settings().data) as queue:
        report = write(queue, target, options)
    if as_json:
        output.emit_json(_row(report, options))
    else:
        _say_export(report, options)


def _options(format_name: str, typed: Mapping[str, Any]) -> "ExportOptions":
    """What was typed of the options that belong to some formats.

    Raises:
        ConfigError: There is no such format, or an option means nothing with it.
    """
    from tutorcli.formats.policy import Policy
    from tutorcli.formats.registry import refuse_foreign
    from tutorcli.services.exporting import ExportOptions

    refuse_foreign(format_name, typed)
    chosen: dict[str, Any] = {
        key.replace("-", "_"): it.value if isinstance(it, StrEnum) else it
        for key, it in typed.items()
    }
    what = chosen.pop("what", What.ALL.value)
    return ExportOptions(format_name, what, Policy(**chosen))


def _row(report: "ExportReport", options: "ExportOptions") -> dict[str, Any]:
    from tutorcli.formats.registry import find

    chooses = find(options.format).loses is not None
    return {
        "format": options.format,
        "files": report.files,
        "rows": dict(report.rows),
        "tasks": report.tasks,
        "blind": report.blind,
        "closed": report.closed,
        "cursor": report.cursor,
        "policy": str(options.policy) if chooses else None,
    }


def _test_share(split: str | None) -> float | None:
    if split is None:
        return None
    train, sign, test = split.partition("/")
    are_numbers = bool(sign) and train.isdecimal() and test.isdecimal()
    if are_numbers and int(train) + int(test) == WHOLE:
        return int(test) / WHOLE
    guess = _near_split(int(train), int(test)) if are_numbers else None
    raise ConfigError(
        message('--split cannot be "{value}"', value=split),
        hint=message('the two parts make 100; did you mean "{guess}"?', guess=guess)
        if guess
        else message("write the two parts of 100, such as 90/10"),
    )


def _near_split(train: int, test: int) -> str | None:
    """Parts of 10 or 1 as parts of 100; else what the first part leaves."""
    if (total := train + test) and WHOLE % total == 0:
        train = train * WHOLE // total
    return f"{train}/{WHOLE - train}" if 0 < train < WHOLE else None


def _say_export(report: "ExportReport", options: "ExportOptions") -> None:
    from tutorcli.core.text import safe_line
    from tutorcli.formats.registry import find

    chooses = find(options.format).loses is not None
    output.say(f"{_pairs(report) if chooses else _rows(report)} written")
    for name, count in report.files.items():
        if name != "-":
            output.say(f"  {safe_line(name)}: {output.counted(count, 'row')}")
    if chooses:
        output.say(f"  policy: {options.policy}")
    if report.blind:
        output.say(
            f"  {output.counted(report.blind, 'task')} not judged yet left without model, kind, "
            "provenance, revision_of, source, metadata and unknown keys; --unblind writes them"
        )
    if report.closed:
        output.say(f"  {output.counted(report.closed, 'task')} with personal data left out")
    output.say(f"  what is new later: --since {report.cursor}")


def _rows(report: "ExportReport") -> str:
    return ", ".join(output.counted(report.rows[kind], kind) for kind in ("task", "judgment"))


def _pairs(report: "ExportReport") -> str:
    verified = report.rows["verified edit"]
    edits = output.counted(report.rows["edit"] + verified, "edit")
    pairs, tasks = output.counted(report.rows["pair"], "pair"), output.counted(report.tasks, "task")
    return f"{pairs} and {edits} ({verified} verified) of {tasks}"
