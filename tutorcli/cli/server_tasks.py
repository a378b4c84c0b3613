"""Commands of the server about tasks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.server_open import Db, Yes, ask, opened, require_server
from tutorcli.cli.sources import (
    BAD_INPUT,
    Domain,
    DryRun,
    Format,
    Language,
    Sources,
    say_errors,
)
from tutorcli.errors import ConfigError, message

if TYPE_CHECKING:
    from tutorcli.formats.containers import Line
    from tutorcli.server.context import Context
    from tutorcli.server.services.taking import Taken
    from tutorcli.server.services.withdrawing import Gone, Which

Gold = Annotated[
    bool,
    typer.Option("--gold", help="Gold tasks; the files hold a known judgment of each beside it."),
]
Tasks = Annotated[list[str] | None, typer.Argument(metavar="[TASK]...", help="Ids of tasks.")]
Batch = Annotated[
    str | None, typer.Option("--batch", metavar="BATCH", help="All tasks of this batch.")
]


def tasks_import(
    *,
    sources: Sources,
    format_name: Format = "jsonl",
    domain: Domain = None,
    language: Language = None,
    gold: Gold = False,
    dry_run: DryRun = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Bring tasks from files into the project.

    All of a call or nothing: with one bad line nothing is imported, and every bad line is named. A
    task that is known with the same content is a duplicate, and nothing happens to it.
    """
    require_server()
    from tutorcli.formats.containers import files_of

    # Before a database is made for them.
    files = files_of(sources)
    with opened(db, creates=True) as context:
        from tutorcli.formats.port import Fill

        how = (format_name, Fill(domain, language), gold, dry_run)
        taken = _take(context, files, how)
    if as_json:
        output.emit_json(_taken_row(taken, is_dry_run=dry_run))
    else:
        _say_taken(taken, is_dry_run=dry_run)
    if taken.rejected:
        raise typer.Exit(BAD_INPUT)


def _take(context: "Context", files: Sequence[str], how: tuple[str, Any, bool, bool]) -> "Taken":
    from tutorcli.catalog.shelf import Catalog
    from tutorcli.formats.registry import reader
    from tutorcli.server.services.auditing import CONSOLE
    from tutorcli.server.services.taking import Taking, take

    name, fill, is_gold, is_dry_run = how
    catalog = Catalog(session.settings().config)
    taking = Taking(catalog, fill, is_gold, is_dry_run, reader(name))
    with output.Progress("lines read") as progress:
        return take(context, CONSOLE, _lines(files, progress), taking)


def _lines(files: Sequence[str], progress: output.Progress) -> "Iterator[Line]":
    from tutorcli.formats.containers import lines

    for file in files:
        for line in lines(file):
            yield line
            progress.advance()


def _taken_row(taken: "Taken", *, is_dry_run: bool) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "imported": taken.imported,
        "duplicates": taken.duplicates,
        "rejected": taken.rejected,
        "errors": [
            {
                "file": error.file,
                "line": error.line,
                "field": error.field or None,
                "message": str(error.message),
            }
            for error in taken.errors
        ],
        "otherwise": [asdict(item) for item in taken.otherwise],
        "dry_run": is_dry_run,
    }


def _say_taken(taken: "Taken", *, is_dry_run: bool) -> None:
    say_errors(taken.errors)
    if taken.rejected:
        output.say(f"nothing was imported: {output.counted(taken.rejected, 'bad line')}")
        return
    would = "would be " if is_dry_run else ""
    tasks = output.counted(taken.imported, "task")
    duplicates = output.counted(taken.duplicates, "duplicate")
    output.say(f"{tasks} {would}imported, {duplicates}")
    for item in taken.otherwise:
        by = item.guideline or item.pack or "no pack"
        output.say(f"  {item.domain} {item.language} stays judged by {by}, not by what is here")
    if taken.otherwise:
        output.say("  to have all judged by what is here: tutorcli server tasks publish")


def _which(tasks: Sequence[str] | None, batch: str | None) -> "Which":
    from tutorcli.server.services.withdrawing import Which

    if not tasks and batch is None:
        raise ConfigError(
            message("name tasks, or a batch"),
            hint=message("write ids of tasks, or --batch BATCH"),
        )
    return Which(tuple(tasks or ()), batch)


def _say_gone(gone: "Gone", word: str, *, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        output.emit_json(asdict(gone))
        return
    tasks = output.counted(gone.tasks, "task")
    homes = output.counted(gone.assignments, "assignment")
    judgments = f", {output.counted(gone.judgments, 'judgment')}" if gone.judgments else ""
    output.say(f"{tasks}{judgments} {word}; tutors hear of {homes} at their next sync")


def tasks_withdraw(
    tasks: Tasks = None,
    batch: Batch = None,
    yes: Yes = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Take tasks back from those who have not judged them.

    They are handed out no more. What was judged stays. Work on them that arrives later waits in quarantine.
    """
    with opened(db) as context:
        from tutorcli.server.services.auditing import CONSOLE
        from tutorcli.server.services.withdrawing import withdraw

        which = _which(tasks, batch)
        ask("Withdraw these tasks?", yes=yes)
        gone = withdraw(context, CONSOLE, which)
    _say_gone(gone, "withdrawn", as_json=as_json)


def tasks_purge(
    *,
    tasks: Tasks = None,
    batch: Batch = None,
    with_judgments: Annotated[
        bool, typer.Option("--with-judgments", help="The texts of their judgments go too.")
    ] = False,
    yes: Yes = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Replace the texts of tasks by their hashes, everywhere.

    Here at once, and on the tutors' machines at their next sync: for what should never have been handed out. Chains and exports still verify. Backups made before
    hold the texts; a restore of one purges them again.
    """
    with opened(db) as context:
        from tutorcli.server.services.auditing import CONSOLE
        from tutorcli.server.services.withdrawing import purge

        which = _which(tasks, batch)
        ask("Destroy the texts of these tasks for good?", yes=yes)
        gone = purge(context, CONSOLE, which, with_judgments=with_judgments)
    _say_gone(gone, "purged", as_json=as_json)


def tasks_publish(db: Db = None, as_json: Json = False) -> None:
    """Have tasks judged by the packs and guidelines of now.

    Those are the ones of this machine. Work that is under way by an older guideline waits in quarantine when it arrives.
    """
    with opened(db) as context:
        from tutorcli.catalog.shelf import Catalog
        from tutorcli.server.services.auditing import CONSOLE
        from tutorcli.server.services.publishing import publish

        changed = publish(context, CONSOLE, Catalog(session.settings().config))
    if as_json:
        output.emit_json({"subjects": changed})
    else:
        what = output.counted(changed, "domain and language", "domains and languages")
        output.say(f"{what} changed")
