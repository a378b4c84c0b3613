"""Files in, and the formats."""

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.outcome import Interrupted
from tutorcli.cli.sources import (
    BAD_INPUT,
    Domain,
    DryRun,
    Format,
    Language,
    Sources,
    say_errors,
)
from tutorcli.errors import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tutorcli.errors import InputError
    from tutorcli.formats.containers import SourceError
    from tutorcli.formats.flaws import LineError
    from tutorcli.services.exchange import ImportOptions, ImportReport
    from tutorcli.store.db import Queue

Update = Annotated[
    bool,
    typer.Option("--update", help="Replace tasks of the same id; judgments keep the old text."),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Import the rest, and put bad lines into a file.")
]


def import_(
    *,
    sources: Sources,
    format_name: Format = "jsonl",
    domain: Domain = None,
    language: Language = None,
    update: Update = False,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Bring tasks from files into the queue.

    All of a call or nothing: with one bad line nothing is imported, and every bad line is named.
    A task that is known with the same content is a duplicate, and nothing happens to it.
    """
    with ExitStack() as stack:
        with _told_when_cut():
            from tutorcli.formats.containers import SourceError
            from tutorcli.formats.port import Fill
            from tutorcli.services.exchange import ImportOptions
            from tutorcli.store.db import Queue

            options = ImportOptions(format_name, Fill(domain, language), update, skip_bad, dry_run)
            queue = stack.enter_context(Queue.open(session.settings().data))
        try:
            report = _run(queue, sources, options)
        except SourceError as error:
            if json:
                output.emit_json(_unread(error))
            raise
        unusable = _unusable(queue, report)
    if json:
        output.emit_json(_import_row(report, unusable))
    else:
        _say_import(report, unusable)
    if report.rejected and not skip_bad:
        raise typer.Exit(BAD_INPUT)


def _run(queue: "Queue", sources: "Sequence[str]", options: "ImportOptions") -> "ImportReport":
    from tutorcli.services.exchange import import_files

    with _told_when_cut(queue), output.Progress("lines read") as progress:
        return import_files(queue, sources, options, progress.advance)


@contextmanager
def _told_when_cut(queue: "Queue | None" = None) -> "Iterator[None]":
    """Ctrl-C leaves nothing or all; which, the queue knows once it is open."""
    before = _newest(queue)
    try:
        yield
    except KeyboardInterrupt:
        if _newest(queue) == before:
            raise Interrupted(
                message("interrupted: nothing was imported"),
                message("run the same command again to import it"),
            ) from None
        raise Interrupted(
            message("interrupted, but everything had been imported"),
            message("see it with: tutorcli queue"),
        ) from None


def _newest(queue: "Queue | None") -> int | None:
    if queue is None:
        return None
    from tutorcli.store import tasks

    return tasks.newest_import(queue)


def _unusable(queue: "Queue", report: "ImportReport") -> "Mapping[str, InputError]":
    """Protocols that tasks just imported name and that cannot be used here."""
    if report.is_dry_run or not (report.imported or report.updated):
        return {}
    from tutorcli.catalog.shelf import Catalog
    from tutorcli.services.queueing import unusable

    return unusable(queue, Catalog(session.settings().config))


def _import_row(report: "ImportReport", unusable: "Mapping[str, InputError]") -> dict[str, Any]:
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
        "missing_protocols": list(unusable),
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
    return {**_import_row(ImportReport(), {}), "errors": [row]}


def _say_import(report: "ImportReport", unusable: "Mapping[str, InputError]") -> None:
    say_errors(report.errors)
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
    if unusable:
        from tutorcli.cli.notes import say_unusable

        say_unusable(unusable)
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
                "options": sorted(known.options),
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
