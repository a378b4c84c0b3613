"""Files in and out: import, export, formats."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.errors import ConfigError, Message, message

if TYPE_CHECKING:
    from tutorcli.formats.containers import SourceError
    from tutorcli.formats.flaws import LineError
    from tutorcli.services.exchange import ImportReport
    from tutorcli.services.exporting import ExportOptions, ExportReport

SHOWN_ERRORS = 20
"""How many errors are printed; ``--json`` has all."""
BAD_INPUT = 3


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


def import_(
    *,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER|-...", help="Files; of a folder its *.jsonl; - is standard input."
        ),
    ],
    format_name: Annotated[
        str, typer.Option("--format", metavar="F", help="See: tutorcli formats.")
    ] = "jsonl",
    domain: Annotated[
        str | None, typer.Option(metavar="D", help="The domain of tasks that name none.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="L", help="The language of tasks that name none.")
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", help="Replace tasks of the same id; judgments keep the old text."),
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the rest, and put bad lines into a file.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would happen; write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring tasks from files into the queue.

    All of a call or nothing: with one bad line nothing is imported, and every bad line is named.
    A task that is known with the same content is a duplicate, and nothing happens to it.
    """
    from tutorcli.formats.containers import SourceError
    from tutorcli.formats.port import Fill
    from tutorcli.services.exchange import ImportOptions, import_files
    from tutorcli.store.db import Queue

    options = ImportOptions(format_name, Fill(domain, language), update, skip_bad, dry_run)
    try:
        with (
            Queue.open(session.settings().data) as queue,
            output.Progress("lines read") as progress,
        ):
            report = import_files(queue, sources, options, lambda *_: progress.advance())
    except SourceError as error:
        if json:
            output.emit_json(_unread(error))
        raise
    if json:
        output.emit_json(_import_row(report))
    else:
        _say_import(report)
    if report.rejected and not skip_bad:
        raise typer.Exit(BAD_INPUT)


def _import_row(report: "ImportReport") -> dict[str, Any]:
    return {
        "imported": report.imported,
        "updated": report.updated,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "errors": [_error_row(error) for error in report.errors],
        "seconds": report.seconds,
        "judgments": report.judgments,
        "duplicate_judgments": report.duplicate_judgments,
        "left_aside": str(report.left_aside) if report.left_aside else None,
        "dry_run": report.is_dry_run,
    }


def _error_row(error: "LineError") -> dict[str, Any]:
    return {
        "file": error.file,
        "line": error.line,
        "field": error.field or None,
        "message": str(error.message),
    }


def _unread(error: "SourceError") -> dict[str, Any]:
    """The object of a call that ended at a file which cannot be read at all."""
    from tutorcli.services.exchange import ImportReport

    said = str(error.reason) if error.hint is None else f"{error.reason}; {error.hint}"
    row = {"file": error.file, "line": None, "field": None, "message": said}
    return {**_import_row(ImportReport()), "errors": [row]}


def _say_import(report: "ImportReport") -> None:
    for error in report.errors[:SHOWN_ERRORS]:
        place = f"{error.file}:{error.line}: " + (f"{error.field}: " if error.field else "")
        output.say(f"tutorcli: {_safe(place)}{_in_language(error.message)}")
    if (left := len(report.errors) - SHOWN_ERRORS) > 0:
        output.say(f"tutorcli: {output.counted(left, 'further error')}; --json lists all")
    lines = output.counted(report.rejected, "bad line")
    if report.rejected and report.left_aside is None and not report.skipped_bad:
        output.say(f"nothing was imported: {lines}")
        output.say("  mend them, or import the rest with --skip-bad")
        if any(_is_fillable(error) for error in report.errors):
            output.say("  --domain D and --language L fill in what the lines lack")
        return
    if report.rejected:
        where = (
            f" left aside in {report.left_aside}" if report.left_aside else " would be left aside"
        )
        output.say(f"{lines}{_safe(where)}")
    output.say(_what_came(report))
    if not report.is_dry_run and (report.imported or report.updated):
        output.say("  next: tutorcli annotate")


def _is_fillable(error: "LineError") -> bool:
    return error.field in {"domain", "language"} and error.message.text == "is missing"


def _what_came(report: "ImportReport") -> str:
    counts = [f"{output.counted(report.imported, 'task')} imported"]
    if report.updated:
        counts.append(f"{report.updated} updated")
    if report.duplicates:
        counts.append(output.counted(report.duplicates, "duplicate"))
    if report.judgments or report.duplicate_judgments:
        known = f" ({report.duplicate_judgments} known)" if report.duplicate_judgments else ""
        counts.append(f"{output.counted(report.judgments, 'judgment')} imported{known}")
    return ("dry run, nothing written: " if report.is_dry_run else "") + ", ".join(counts)


def export(
    *,
    format_name: Annotated[
        str, typer.Option("--format", metavar="F", help="See: tutorcli formats.")
    ],
    target: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE|-", help="Where to; - is standard output."),
    ] = "-",
    what: Annotated[What, typer.Option(help="Which rows of the format jsonl.")] = What.ALL,
    pairs: Annotated[
        Pairs, typer.Option(help="Every pair of a ranking, best with worst tier, or neighbours.")
    ] = Pairs.ALL,
    tutors: Annotated[
        Tutors, typer.Option(help="A row for each tutor, or where more than half agree.")
    ] = Tutors.EACH,
    min_strength: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, help="Pairs at least so strong: tiers between, or as said."
        ),
    ] = 1,
    edits: Annotated[
        Edits, typer.Option(help="Edits as better than their own base; verified: in a blind look.")
    ] = Edits.INCLUDE,
    reasoning: Annotated[
        Reasoning, typer.Option(help="Traces: none, between <think> tags, or under a key.")
    ] = Reasoning.DROP,
    split: Annotated[
        str | None,
        typer.Option(metavar="90/10", help="Two files, train and test, by task: no task in both."),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(metavar="CURSOR", min=0, help="What is new since an export that named it."),
    ] = None,
    unblind: Annotated[
        bool,
        typer.Option(
            "--unblind", help="Models and sources also of tasks that you have not judged yet."
        ),
    ] = False,
) -> None:
    """Write judgments as training or evaluation files.

    The file appears whole or not at all. What was chosen is told on stderr, and in the rows of
    formats that choose.
    """
    from tutorcli.formats.policy import Policy
    from tutorcli.services.exporting import ExportOptions
    from tutorcli.services.exporting import export as write
    from tutorcli.store.db import Queue

    options = ExportOptions(
        format_name,
        what.value,
        Policy(pairs.value, tutors.value, min_strength, edits.value, reasoning.value),
        unblind,
        since,
        _test_share(split),
    )
    with Queue.open(session.settings().data) as queue:
        report = write(queue, target, options)
    _say_export(report, options)


def _test_share(split: str | None) -> float | None:
    if split is None:
        return None
    train, sign, test = split.partition("/")
    if not (sign and train.isdecimal() and test.isdecimal() and int(train) + int(test) > 0):
        raise ConfigError(
            message('--split cannot be "{value}"', value=split),
            hint=message("write the two parts, such as 90/10"),
        )
    return int(test) / (int(train) + int(test))


def _say_export(report: "ExportReport", options: "ExportOptions") -> None:
    from tutorcli.formats.registry import find

    chooses = find(options.format).loses is not None
    output.say(f"{_pairs(report) if chooses else _rows(report)} written")
    for name, count in report.files.items():
        if name != "-":
            output.say(f"  {_safe(name)}: {output.counted(count, 'row')}")
    if chooses:
        output.say(f"  policy: {options.policy}")
    if report.blind:
        output.say(
            f"  {output.counted(report.blind, 'task')} not judged yet left without model, kind, "
            "provenance, revision_of, source, metadata and unknown keys; --unblind writes them"
        )
    output.say(f"  what is new later: --since {report.cursor}")


def _rows(report: "ExportReport") -> str:
    return ", ".join(output.counted(report.rows[kind], kind) for kind in ("task", "judgment"))


def _pairs(report: "ExportReport") -> str:
    verified = report.rows["verified edit"]
    edits = output.counted(report.rows["edit"] + verified, "edit")
    pairs, tasks = output.counted(report.rows["pair"], "pair"), output.counted(report.tasks, "task")
    return f"{pairs} and {edits} ({verified} verified) of {tasks}"


def formats(json: Json = False) -> None:
    """List the formats, and what each loses."""
    from tutorcli.formats.registry import FORMATS

    if json:
        rows = [
            {
                "name": known.name,
                "title": str(known.title),
                "suffixes": list(known.suffixes),
                "read": known.can_read,
                "write": known.can_write,
                "loses": str(known.loses) if known.loses else None,
            }
            for known in FORMATS
        ]
        output.emit_json({"formats": rows})
        return
    session.settings()
    for known in FORMATS:
        ways = [
            word for word, can in (("import", known.can_read), ("export", known.can_write)) if can
        ]
        output.emit(f"{known.name} ({', '.join(ways)}): {_in_language(known.title)}")
        loses = _in_language(known.loses) if known.loses else "nothing"
        output.emit(f"  loses: {loses}")


def _in_language(what: Message) -> str:
    from tutorcli import i18n

    return _safe(i18n.translate(what))


def _safe(text: str) -> str:
    from tutorcli.core.text import safe_line

    return safe_line(text)
