"""Commands of the server about its keeping: audit, backups, restores."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output
from tutorcli.cli.arguments import Json
from tutorcli.cli.server_open import FARTHEST, Db, Limit, Yes, ask, opened, require_server
from tutorcli.errors import Mismatch, message

if TYPE_CHECKING:
    from tutorcli.server.services.auditing import Checked
    from tutorcli.server.services.restoring import Restored


def audit_list(
    after: Annotated[
        int,
        typer.Option("--after", metavar="N", min=0, max=FARTHEST, help="Acts behind this number."),
    ] = 0,
    limit: Limit = 1000,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List what leads and administrators did.

    Ids and numbers, never names or texts.
    """
    with opened(db) as context:
        from tutorcli.server.services import auditing

        acts = auditing.acts(context, after, limit)
    if as_json:
        output.emit_json({"acts": acts})
        return
    rows = [
        (act["seq"], f"{act['at'][:19]}Z", act["actor"], act["act"], act["object"]) for act in acts
    ]
    headers = ("act", "at", "by", "what", "of")
    output.emit(output.table(headers, rows, right=frozenset({0}), wraps=True))
    if len(acts) == limit:
        output.say(f"there may be more: --after {acts[-1]['seq']}")


def audit_verify(db: Db = None, as_json: Json = False) -> None:
    """Prove that nothing stored was changed.

    Every chain is made anew: that of the acts, and that of each device from its judgments. Exits with 6 when something was changed, and says what. The head that is printed, noted elsewhere,
    proves later that no act before it was changed or left out.
    """
    with opened(db) as context, output.Progress("judgments hashed") as progress:
        from tutorcli.server.services import auditing

        checked = auditing.verify(context, progress.advance)
    if as_json:
        output.emit_json(_checked_row(checked))
    else:
        _say_checked(checked)
    if checked.breaks:
        count = output.counted(len(checked.breaks), "place")
        raise Mismatch(
            message("what is stored is not what was written: {count}", count=count),
            hint=message("keep this database as it is, and compare it with a backup"),
        )


def _checked_row(checked: "Checked") -> dict[str, Any]:
    from dataclasses import asdict

    return {"ok": not checked.breaks, **asdict(checked)}


def _say_checked(checked: "Checked") -> None:
    counts = (
        output.counted(checked.acts, "act"),
        output.counted(checked.devices, "device"),
        output.counted(checked.judgments, "judgment"),
        f"{checked.purged} purged",
    )
    output.emit(", ".join(counts))
    output.emit(f"head of the audit: {checked.head}")
    output.say_flaws([f"{item.chain} {item.number}: {item.what}" for item in checked.breaks])


def backup(
    target: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE|FOLDER", help="A new file, or a folder for it."
        ),
    ] = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Copy the whole database into one checked file.

    The server runs on meanwhile, on SQLite or PostgreSQL. The copy is checked before it gets its name, and what it holds is durable then: homes may purge it
    where the policy says so. The keys of names go into a file beside it, FILE.keys; keep it elsewhere.
    """
    file = _new_file(target or Path.cwd())
    with opened(db) as context:
        from tutorcli.server.services import backing
        from tutorcli.server.services.auditing import CONSOLE

        with output.Progress("rows copied", backing.rows_to_copy(context)) as progress:
            made = backing.backup(context, CONSOLE, file, progress.advance)
    if as_json:
        keys = str(made.keys) if made.keys else None
        row = {"file": str(made.file), "keys": keys, "rows": made.rows, "durable": made.durable}
        output.emit_json(row | {"checked": _checked_row(made.checked)})
        return
    judgments = output.counted(made.rows["judgments"], "judgment")
    output.say(f"{judgments} and all else copied to {made.file}, checked")
    if made.keys:
        output.say(f"  keys of names: {made.keys}; keep them elsewhere")


def _new_file(target: Path) -> Path:
    """The target; in it, where it is a folder, a file with the time in its name."""
    import os
    import time

    if not os.path.isdir(target):  # noqa: PTH112 - that of a Path raises for a name that is too long
        return target

    return target / time.strftime("server-%Y%m%d-%H%M%S.db")


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file of: server backup.")],
    yes: Yes = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Put a backup in place of what the database holds.

    Stop the server before. A file that does not verify is refused. Homes see that the server went back and send again what it
    lacks. What was erased, purged, withdrawn, revoked or taken from a tutor since stays so. Into an empty database, also of another
    kind, it is the way to move: from SQLite to PostgreSQL.
    """
    require_server()
    from tutorcli.server import archive

    # Before a database is made for it.
    with archive.opened(source):
        pass
    with opened(db, creates=True) as context:
        from tutorcli.server.services import restoring
        from tutorcli.server.services.auditing import CONSOLE

        if not restoring.is_empty(context):
            ask("Replace everything in this database?", yes=yes)
        with output.Progress("rows restored") as progress:
            done = restoring.restore(context, CONSOLE, source, progress.advance)
    _say_restored(done, as_json=as_json)


def _say_restored(done: "Restored", *, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        output.emit_json(asdict(done))
        return
    judgments = output.counted(done.rows["judgments"], "judgment")
    output.say(f"{judgments} and all else restored as of {done.made}; epoch {done.epoch}")
    if done.kept.erased or done.kept.purged:
        persons = output.counted(done.kept.erased, "person")
        tasks = output.counted(done.kept.purged, "task")
        output.say(f"  erased again: {persons}; purged again: {tasks}")
    if done.kept.withdrawn or done.kept.narrowed:
        tasks = output.counted(done.kept.withdrawn, "task")
        tutors = output.counted(done.kept.narrowed, "tutor")
        output.say(f"  withdrawn again: {tasks}; roles or qualifications taken again: {tutors}")
    if done.nameless:
        names = output.counted(done.nameless, "name")
        output.say(
            f"  {names} cannot be read: put the file of keys beside the backup and restore again"
        )
    output.say(
        "  work on tasks that were handed out after the backup comes as unassigned; release it:"
    )
    output.say("  tutorcli server quarantine release --reason unassigned")
