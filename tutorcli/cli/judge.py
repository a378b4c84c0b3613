"""Judging from a script: one task by flags, or many from a file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.errors import ConfigError, InputError, message

if TYPE_CHECKING:
    from tutorcli.cli.said import Typed
    from tutorcli.core.judgment import Disposition
    from tutorcli.formats.flaws import LineError
    from tutorcli.services.desk import Desk
    from tutorcli.services.judging import Said, Submitted

Task = Annotated[str | None, typer.Argument(metavar="TASK", help="Its id.")]
Rank = Annotated[
    str | None,
    typer.Option("--rank", metavar="RANKING", help="Such as 'b > a = c | d'; #1 as shown."),
]
Rates = Annotated[
    list[str] | None,
    typer.Option("--rate", metavar="ANSWER:CRITERION=VALUE", help="VALUE may be na."),
]
Edits = Annotated[
    list[str] | None,
    typer.Option("--edit", metavar="ANSWER=@FILE", help="The corrected answer."),
]
Comment = Annotated[
    str | None, typer.Option("--comment", metavar="-|@FILE", help="From stdin or a file.")
]
Confidence = Annotated[
    int | None, typer.Option("--confidence", min=1, max=5, help="1 a guess, 5 certain.")
]
Flags = Annotated[
    list[str] | None, typer.Option("--flag", metavar="NAME", help="Something to look at.")
]
Skip = Annotated[
    str | None, typer.Option("--skip", metavar="REASON", help="Leave it to another tutor.")
]
Refer = Annotated[
    str | None, typer.Option("--refer", metavar="SPECIALTY", help="It belongs to a specialty.")
]
BadTask = Annotated[
    str | None, typer.Option("--bad-task", metavar="REASON", help="It cannot be judged by anyone.")
]
GiveUp = Annotated[
    str | None, typer.Option("--give-up", metavar="REASON", help="You tried and cannot decide.")
]
Conflict = Annotated[
    str | None, typer.Option("--conflict", metavar="REASON", help="You may not judge it.")
]
Withdraw = Annotated[bool, typer.Option("--withdraw", help="Take your judgment back for good.")]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FILE.jsonl|-",
        help="Many: a line is a task's id as task, and fields of a judgment.",
    ),
]


def judge(
    task: Task = None,
    *,
    rank: Rank = None,
    rate: Rates = None,
    edit: Edits = None,
    comment: Comment = None,
    confidence: Confidence = None,
    flag: Flags = None,
    skip: Skip = None,
    refer: Refer = None,
    bad_task: BadTask = None,
    give_up: GiveUp = None,
    conflict: Conflict = None,
    withdraw: Withdraw = False,
    source: From = None,
    as_json: Json = False,
) -> None:
    """Judge one task, or many from a file, without the screen.

    REASON is a code of the protocol's list (tutorcli protocol show rank). A judged task gets a
    further revision. With --from nothing is stored when a line is wrong.
    """
    from tutorcli.cli.said import Typed

    asked: dict[Disposition, str | None] = {
        "skip": skip,
        "refer": refer,
        "bad_task": bad_task,
        "give_up": give_up,
        "conflict": conflict,
        "withdrawn": "" if withdraw else None,
    }
    endings = {name: word for name, word in asked.items() if word is not None}
    typed = Typed(
        rank, tuple(rate or ()), tuple(edit or ()), comment, confidence, tuple(flag or ()), endings
    )
    if (task is None) == (source is None):
        raise ConfigError(
            message("judge takes a TASK, or --from with a file"),
            hint=message("see: tutorcli judge --help"),
        )
    if source is None:
        _judge_one(str(task), typed, as_json)
    elif typed != Typed():
        raise ConfigError(message("with --from everything is said in the file"))
    else:
        _judge_lines(source, as_json)


def _judge_one(task: str, typed: "Typed", as_json: bool) -> None:
    from tutorcli.cli.look import one_line
    from tutorcli.cli.notes import say_notes
    from tutorcli.cli.said import said_by_flags
    from tutorcli.services import closing, judging
    from tutorcli.services.desk import open_desk

    # Before anything is opened: a wrong command line has no side effect.
    ending = typed.ending()
    with open_desk(session.settings()) as desk:
        opened = judging.open_task(desk, task, ending)
        said = said_by_flags(typed, opened.assigned)
        submitted = judging.judge(desk, [(task, said)])[0]
        copies = closing.copies(desk, submitted.frozen.judgment)
    warnings = [*submitted.warnings, *([copies] if copies else [])]
    if as_json:
        output.emit_json({**_row(submitted), "warnings": [str(item) for item in warnings]})
    else:
        output.emit(one_line(submitted.frozen.judgment))
        say_notes(warnings)


def _row(submitted: "Submitted") -> dict[str, Any]:
    judgment = submitted.frozen.judgment
    return {
        "task": judgment.task,
        "judgment": judgment.id,
        "revision": judgment.revision,
        "disposition": judgment.disposition,
        "ranking": [list(tier) for tier in judgment.ranking],
        "accept_line": judgment.accept_line,
    }


def _judge_lines(source: str, as_json: bool) -> None:
    from tutorcli.cli.look import one_line
    from tutorcli.cli.notes import say_notes
    from tutorcli.services import closing, judging
    from tutorcli.services.desk import open_desk

    with open_desk(session.settings()) as desk:
        ready, errors = _read(desk, source)
        done = [] if errors else judging.judge(desk, ready)
        copies = [closing.copies(desk, item.frozen.judgment) for item in done]
    if as_json:
        rejected = len({error.line for error in errors})
        rows = [_row(item) for item in done]
        flaws = [_flaw(error) for error in errors]
        output.emit_json(
            {"judged": len(done), "rejected": rejected, "judgments": rows, "errors": flaws}
        )
    else:
        for item in done:
            output.emit(one_line(item.frozen.judgment))
        say_notes([item for item in copies if item is not None])
    if errors:
        raise _refusal(source, errors)


def _flaw(error: "LineError") -> dict[str, Any]:
    return {
        "file": error.file,
        "line": error.line,
        "field": error.field or None,
        "message": str(error.message),
    }


def _refusal(source: str, errors: Sequence["LineError"]) -> InputError:
    output.say_flaws([str(error) for error in errors])
    bad = len({error.line for error in errors})
    what = message(
        "{file}: lines that are wrong: {count}; nothing was stored", file=source, count=bad
    )
    return InputError(what, hint=message("mend them and run it again"))


def _read(desk: "Desk", source: str) -> "tuple[list[tuple[str, Said]], list[LineError]]":
    """Every line as what it says of its task; and what is wrong with lines."""
    from tutorcli.formats.containers import lines
    from tutorcli.formats.flaws import BadLine, LineError

    ready: list[tuple[str, Said]] = []
    errors: list[LineError] = []
    for line in lines(source):
        try:
            ready.append(_ready(desk, line.raw, source))
        except BadLine as bad:
            errors += [LineError(source, line.number, it.field, it.what) for it in bad.faults]
    return ready, errors


def _ready(desk: "Desk", raw: bytes | None, source: str) -> "tuple[str, Said]":
    """A line's task and what it says, checked by the rules of the screen.

    Raises:
        BadLine: Something in it is wrong.
    """
    from tutorcli.cli.said import judgment_of_line, said_by_line
    from tutorcli.core.canonical import loads
    from tutorcli.core.rules import Fault
    from tutorcli.formats.containers import decoded
    from tutorcli.formats.flaws import BadLine
    from tutorcli.services import judging
    from tutorcli.services.judging import Ending
    from tutorcli.store import tasks

    if raw is None:
        raise BadLine([Fault("", message("is too long"))])
    try:
        judgment = judgment_of_line(loads(decoded(raw, source)))
        if not tasks.listed(desk.queue, [judgment.task]):
            # The near miss would be looked for with every line.
            what = message('there is no task "{id}"', id=judgment.task)
            raise BadLine([Fault("", what)])
        ending = Ending(judgment.disposition, judgment.reason, judgment.refer_to)
        opened = judging.open_task(desk, judgment.task, ending)
    except InputError as error:
        raise BadLine([Fault("", error.what)]) from None
    said = said_by_line(judgment, opened.assigned)
    if faults := judging.faults_of(desk, opened, said):
        raise BadLine(faults)
    return judgment.task, said
