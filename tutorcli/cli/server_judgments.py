"""Commands of the server about judgments: those that wait for a lead, and what leaves the server."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutorcli.cli import output
from tutorcli.cli.arguments import Json
from tutorcli.cli.server_open import FARTHEST, Db, Limit, opened
from tutorcli.cli.server_write import Output, check_target, written
from tutorcli.cli.sources import BAD_INPUT
from tutorcli.errors import ConfigError, message

if TYPE_CHECKING:
    from tutorcli.server.context import Context
    from tutorcli.server.services.rulings import Act

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


def quarantine_list(
    after: Annotated[
        int,
        typer.Option(
            "--after", metavar="N", min=0, max=FARTHEST, help="Those behind this feed number."
        ),
    ] = 0,
    limit: Limit = 200,
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
        output.say_flaws([f"tutorcli: {item.why}" for item in released.left])
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
        int,
        typer.Option(
            "--after", metavar="N", min=0, max=FARTHEST, help="What came behind this feed number."
        ),
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
