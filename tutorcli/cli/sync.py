"""Exchanging work with a server."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.login import proxy_of
from tutorcli.cli.outcome import Interrupted
from tutorcli.errors import TutorError, message

if TYPE_CHECKING:
    from tutorcli.services.desk import Desk
    from tutorcli.sync.report import SyncReport

REASONS = {
    "late": "the task went to others after its lease",
    "withdrawn": "the task was withdrawn",
    "purged": "the task was removed",
    "unassigned": "the server does not know the assignment",
    "not_assigned": "the task was lent to somebody else",
    "wrong_tutor": "it is signed as another tutor",
    "stale_text": "the task's text has changed",
    "stale_guideline": "the guideline has changed",
    "own_work": "nobody reviews their own work",
    "id_reused": "its id is known with other content",
    "too_large": "it is longer than the server takes",
    "not_json": "it could not be read",
    "schema": "it could not be read",
    "wrong_digest": "it was damaged on its way",
    "rejected": "a lead rejected it",
}
"""Why a judgment was not simply accepted, in words."""


Pull = Annotated[
    int | None,
    typer.Option("--pull", metavar="N", min=0, help="Hold N open tasks; default: setting pull."),
]
Verify = Annotated[
    bool, typer.Option("--verify", help="Then compare counts and hashes with the server.")
]
Adopt = Annotated[
    str | None,
    typer.Option(
        "--adopt",
        metavar="BATCH",
        help="First submit your local judgments of this batch; if cut, run it again.",
    ),
]


def sync(
    pull: Pull = None, verify: Verify = False, adopt: Adopt = None, as_json: Json = False
) -> None:
    """Send what is unsent, fetch tasks and news.

    It may be cut at any time and run again: nothing is lost and nothing stored twice. Judgments
    that the server counts as surplus or sets aside are named with the reason.
    """
    from tutorcli.services import signing
    from tutorcli.services.desk import open_desk
    from tutorcli.sync.course import Wanted
    from tutorcli.sync.report import SyncReport
    from tutorcli.sync.run import sync as run_sync

    settings, report = session.settings(), SyncReport()
    with open_desk(settings) as desk:
        channel = signing.require_channel(desk.queue)
        if adopt is not None:
            _adopt(desk, channel.name, adopt)
        with contextlib.closing(signing.open_remote(settings, channel, proxy_of)) as remote:
            wanted = settings.pull if pull is None else pull
            with _cut_told(report), output.Progress("judgments and tasks") as progress:
                run_sync(
                    desk.queue,
                    channel.name,
                    remote,
                    Wanted(wanted, verify, lambda _what, steps: progress.advance(steps)),
                    report,
                )
    if as_json:
        output.emit_json(report.row())
    else:
        _say(report)


def _adopt(desk: "Desk", channel: str, batch: str) -> None:
    """Submit local judgments; what was done is said also where it ends early."""
    from tutorcli.services import adopting

    adopted = adopting.Adopted()
    try:
        with output.Progress("local judgments") as progress:
            adopting.adopt(desk, channel, batch, adopted, progress.advance)
    except KeyboardInterrupt:
        raise Interrupted(
            message("interrupted; {n} local judgments were submitted", n=adopted.judgments),
            message("the same command submits the others; none is submitted twice"),
        ) from None
    except TutorError:
        if adopted.judgments:
            output.say(
                f"{output.counted(adopted.judgments, 'local judgment')} submitted;"
                " the same command submits the others"
            )
        raise
    output.say(
        f"{output.counted(adopted.judgments, 'local judgment')} submitted,"
        f" {adopted.known} known already"
    )


@contextlib.contextmanager
def _cut_told(report: "SyncReport") -> Iterator[None]:
    """Say what a sync that ends early has done."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            message("interrupted; {sent} judgments were sent, nothing is lost", sent=report.sent),
            message("tutorcli sync goes on from there"),
        ) from None
    except TutorError:
        if report.sent or report.fetched:
            output.say(_line(report))
        raise


def _line(report: "SyncReport") -> str:
    words = [
        f"{output.counted(report.sent, 'judgment')} sent",
        f"{output.counted(report.fetched, 'task')} fetched",
        f"{report.count('quarantined')} quarantined",
    ]
    more = {
        "surplus": report.count("surplus"),
        "invalid": report.count("invalid"),
        "known already": report.count("duplicate"),
        "withdrawn": report.withdrawn,
        "purged": report.purged,
        "drafts erased with them": report.drafts_erased,
        "given to others": report.expired,
        "from your other machines": report.mine,
        "removed here": report.removed,
        "still unsent": report.unsent,
    }
    return ", ".join(words + [f"{n} {what}" for what, n in more.items() if n])


def _say(report: "SyncReport") -> None:
    from tutorcli.core.text import safe_line
    from tutorcli.sync.report import CLOCK_WARN_MS

    output.say(_line(report))
    output.say_flaws(
        [why(item.task or item.judgment, item.status, item.reason) for item in report.not_accepted]
    )
    if report.went_back:
        lost = output.counted(report.went_back, "judgment")
        output.say(f"the server went back {lost}; sent again")
    if report.new_device:
        output.say("the server knew another history of this home; it goes on as a new device")
    if abs(report.clock_offset_ms or 0) > CLOCK_WARN_MS:
        output.say(
            safe_line(f"this machine's clock is {clock_off(report.clock_offset_ms or 0)}; set it")
        )
    if report.verified:
        output.say("verified: the server and this home hold the same")
        if report.elsewhere:
            output.say(
                f"{output.counted(report.elsewhere, 'open task')} of yours"
                " on another machine, or due with the next sync"
            )


def why(name: str | None, status: str, reason: str | None) -> str:
    """One line about a judgment that was not simply accepted."""
    return f"  {status}: {name or '?'} ({REASONS.get(reason or '', reason or 'no reason given')})"


def clock_off(offset_ms: int) -> str:
    """How far this machine's clock is off, in words."""
    minutes = round(abs(offset_ms) / 60_000)
    return f"{output.counted(minutes, 'minute')} {'behind' if offset_ms > 0 else 'ahead'}"
