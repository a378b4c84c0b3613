"""Commands of the server about tasks, about judgments that wait, and about what leaves it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.server_open import Db, Yes, ask, opened
from tutorcli.cli.server_write import Output, check_target, written
from tutorcli.errors import ConfigError, message

if TYPE_CHECKING:
    from tutorcli.formats.containers import Line
    from tutorcli.formats.flaws import LineError
    from tutorcli.server.context import Context
    from tutorcli.server.services.rulings import Act
    from tutorcli.server.services.taking import Taken
    from tutorcli.server.services.withdrawing import Gone, Which

BAD_INPUT = 3
SHOWN_ERRORS = 20
"""How many errors are printed; ``--json`` has all."""

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE|FOLDER|-...", help="Files; of a folder its *.jsonl; - is standard input."
    ),
]
Format = Annotated[str, typer.Option("--format", metavar="F", help="See: tutorcli formats.")]
Domain = Annotated[
    str | None, typer.Option(metavar="D", help="The domain of tasks that name none.")
]
Language = Annotated[
    str | None, typer.Option(metavar="L", help="The language of tasks that name none.")
]
Gold = Annotated[
    bool,
    typer.Option("--gold", help="Gold tasks; the files hold a known judgment of each beside it."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Say what would happen; write nothing.")
]
Tasks = Annotated[list[str] | None, typer.Argument(metavar="[TASK]...", help="Ids of tasks.")]
Batch = Annotated[
    str | None, typer.Option("--batch", metavar="BATCH", help="All tasks of this batch.")
]
Judgments = Annotated[
    list[str], typer.Argument(metavar="JUDGMENT...", help="Ids, as in: server quarantine list.")
]
Waiting = Annotated[
    list[str] | None,
    typer.Argument(metavar="[JUDGMENT]...", help="Ids, as in: server quarantine list."),
]
Reason = Annotated[
    str | None,
    typer.Option("--reason", metavar="REASON", help="All that wait for this reason."),
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
    with opened(db, creates=True) as context:
        from tutorcli.formats.port import Fill

        how = (format_name, Fill(domain, language), gold, dry_run)
        taken = _take(context, sources, how)
    if as_json:
        output.emit_json(_taken_row(taken, is_dry_run=dry_run))
    else:
        _say_taken(taken, is_dry_run=dry_run)
    if taken.rejected:
        raise typer.Exit(BAD_INPUT)


def _take(context: "Context", sources: Sequence[str], how: tuple[str, Any, bool, bool]) -> "Taken":
    from tutorcli.catalog.shelf import Catalog
    from tutorcli.formats.containers import files_of
    from tutorcli.formats.registry import reader
    from tutorcli.server.services.auditing import CONSOLE
    from tutorcli.server.services.taking import Taking, take

    name, fill, is_gold, is_dry_run = how
    catalog = Catalog(session.settings().config)
    taking = Taking(catalog, fill, is_gold, is_dry_run, reader(name))
    with output.Progress("lines read") as progress:
        return take(context, CONSOLE, _lines(files_of(sources), progress), taking)


def _lines(files: Sequence[str], progress: output.Progress) -> "Iterator[Line]":
    from tutorcli.formats.containers import lines

    for file in files:
        for line in lines(file):
            yield line
            progress.advance()


def _taken_row(taken: "Taken", *, is_dry_run: bool) -> dict[str, Any]:
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
        "dry_run": is_dry_run,
    }


def _say_taken(taken: "Taken", *, is_dry_run: bool) -> None:
    output.say_flaws([_flaw(error) for error in taken.errors], SHOWN_ERRORS)
    if taken.rejected:
        output.say(f"nothing was imported: {output.counted(taken.rejected, 'bad line')}")
        return
    would = "would be " if is_dry_run else ""
    tasks = output.counted(taken.imported, "task")
    duplicates = output.counted(taken.duplicates, "duplicate")
    output.say(f"{tasks} {would}imported, {duplicates}")


def _flaw(error: "LineError") -> str:
    from tutorcli.i18n import translate

    field = f"{error.field}: " if error.field else ""
    return f"tutorcli: {error.file}:{error.line}: {field}{translate(error.message)}"


def _which(tasks: Sequence[str] | None, batch: str | None) -> "Which":
    from tutorcli.server.services.withdrawing import Which

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

        ask("Withdraw these tasks?", yes=yes)
        gone = withdraw(context, CONSOLE, _which(tasks, batch))
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
        from tutorcli.server.services.persons import sweep
        from tutorcli.server.services.withdrawing import purge

        ask("Destroy the texts of these tasks for good?", yes=yes)
        gone = purge(context, CONSOLE, _which(tasks, batch), with_judgments=with_judgments)
        sweep(context)
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


def quarantine_list(
    after: Annotated[
        int, typer.Option("--after", metavar="N", min=0, help="Those behind this feed number.")
    ] = 0,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")
    ] = 200,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List the judgments that wait, and why."""
    with opened(db) as context:
        from tutorcli.server.services.rulings import quarantine

        found = quarantine(context, after, limit)
    if as_json:
        from dataclasses import asdict

        output.emit_json({"quarantined": [asdict(item) for item in found]})
        return
    rows = [
        (item.judgment, item.reason, item.tutor, item.received_at[:10], item.task) for item in found
    ]
    headers = ("judgment", "reason", "tutor", "received", "task")
    output.emit(output.table(headers, rows, right=frozenset(), wraps=True))
    if len(found) == limit:
        output.say(f"there may be more: --after {found[-1].feed}")


def quarantine_release(
    judgments: Waiting = None, reason: Reason = None, db: Db = None, as_json: Json = False
) -> None:
    """Let judgments that wait count.

    One is accepted when its assignment kept its place or one is free, else it is surplus. Work on tasks
    that were handed out after a backup that was restored waits as unassigned; the task of each is found
    by its hash.
    """
    if bool(judgments) == (reason is not None):
        raise ConfigError(
            message("name judgments, or a reason"),
            hint=message("tutorcli server quarantine release --reason unassigned"),
        )
    if reason is None:
        _rule(judgments or (), "release", db, as_json=as_json)
    else:
        _release_all(reason, db, as_json=as_json)


def _release_all(reason: str, db: str | None, *, as_json: bool) -> None:
    with opened(db) as context:
        from tutorcli.server.services.auditing import CONSOLE
        from tutorcli.server.services.rulings import release_all

        with output.Progress("judgments released") as progress:
            released = release_all(context, CONSOLE, reason, progress.advance)
    if as_json:
        from dataclasses import asdict

        output.emit_json(asdict(released))
    else:
        accepted = sum(item.status == "accepted" for item in released.ruled)
        surplus = len(released.ruled) - accepted
        judgments = output.counted(len(released.ruled), "judgment")
        output.say_flaws([f"tutorcli: {item.why}" for item in released.left], SHOWN_ERRORS)
        output.say(f"{judgments} released: {accepted} accepted, {surplus} surplus")
    if released.left:
        raise typer.Exit(BAD_INPUT)


def quarantine_reject(judgments: Judgments, db: Db = None, as_json: Json = False) -> None:
    """Leave judgments that wait uncounted.

    They are kept, and can be released later.
    """
    _rule(judgments, "reject", db, as_json=as_json)


def _rule(judgments: Sequence[str], act: "Act", db: str | None, *, as_json: bool) -> None:
    with opened(db) as context:
        from tutorcli.server.services.auditing import CONSOLE
        from tutorcli.server.services.rulings import rule_each

        # One by one: what was decided stands, also when the next id is wrong.
        ruled = []
        for one in rule_each(context, CONSOLE, judgments, act):
            ruled.append(one)
            if not as_json:
                output.say(f"{one.judgment} is {one.reason or one.status}")
    if as_json:
        from dataclasses import asdict

        output.emit_json({"ruled": [asdict(item) for item in ruled]})


def export(
    target: Output = Path("-"),
    after: Annotated[
        int, typer.Option("--after", metavar="N", min=0, help="What came behind this feed number.")
    ] = 0,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write all judgments as JSON Lines.

    In the words of their tasks, in the order in which they came. Each line has the status of now; of a judgment that a lead decided on later, the last line counts.
    With --json, which needs a file, what was written is told as an object on stdout.
    """
    check_target(target, as_json=as_json)
    with opened(db) as context, output.Progress("judgments written") as progress:
        pages = _Pages(context, after, progress)
        count = written(target, pages.lines())
    if as_json:
        output.emit_json({"judgments": count, "next": pages.next, "file": str(target)})
        return
    output.say(f"{output.counted(count, 'judgment')} written")
    output.say(f"  what is new later: --after {pages.next}")


class _Pages:
    """The feed from a cursor on, and where the next cursor stands."""

    def __init__(self, context: "Context", after: int, progress: output.Progress) -> None:
        self._context, self._progress = context, progress
        self.next = after

    def lines(self) -> Iterator[bytes]:
        """All lines there are."""
        from tutorcli.server.services.exporting import Sight, judgments_after

        has_more = True
        while has_more:
            page = judgments_after(self._context, Sight(sees_gold=True), self.next)
            yield from page.lines
            self._progress.advance(len(page.lines))
            self.next, has_more = page.next, page.more
