"""Figures of judgments: agreement, tutors, gold, bias, time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.sources import BAD_INPUT, say_errors
from tutorcli.errors import BelowThreshold, ConfigError, message

if TYPE_CHECKING:
    from tutorcli.stats.bootstrap import Sampling
    from tutorcli.stats.table import Source, Window
    from tutorcli.team.figures import Ask

Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE|FOLDER|-]...", help="Judgment files of several tutors, instead of the queue."
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="WORD,...",
        help="Apart by domain, language, batch, task, protocol, guideline, criterion; between "
        "whom: pair, gold or others.",
    ),
]
After = Annotated[
    str | None,
    typer.Option(metavar="T", help="Only what was decided (on a server: received) since T."),
]
Before = Annotated[str | None, typer.Option(metavar="T", help="Only what was decided before T.")]
Level = Annotated[
    float, typer.Option("--ci", metavar="SHARE", help="Level of the intervals, such as 0.95.")
]
Seed = Annotated[int, typer.Option(metavar="N", help="Of the draws behind the intervals.")]
FailUnder = Annotated[
    float | None,
    typer.Option(
        metavar="X", help="Exit 7 when a figure of agreement lies below X, or is undefined."
    ),
]
Names = Annotated[
    bool, typer.Option("--names", help="With --remote: names of tutors beside their ids.")
]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, a row a figure.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print tables of Markdown.")]
Remote = Annotated[
    bool, typer.Option("--remote", help="Of the server's judgments; needs the role lead.")
]


def agreement(
    *,
    files: Files = None,
    by: By = None,
    after: After = None,
    before: Before = None,
    ci: Level = 0.95,
    seed: Seed = 0,
    fail_under: FailUnder = None,
    names: Names = False,
    csv: Csv = False,
    markdown: Markdown = False,
    remote: Remote = False,
    as_json: Json = False,
) -> None:
    """How far tutors agree, for each way of judging.

    Of the judgments in the queue, in files, or on the server. Every figure comes with what it
    rests on and an interval over whole tasks; what is undefined says why. docs/statistics.md
    explains each.
    """
    asked = _Asked("agreement", Terms(after, before, ci, seed), words(by), names=names)
    _print(asked, Form(as_json, csv, markdown), files, remote=remote, fail_under=fail_under)


def tutors(
    *,
    files: Files = None,
    after: After = None,
    before: Before = None,
    ci: Level = 0.95,
    seed: Seed = 0,
    fail_under: FailUnder = None,
    names: Names = False,
    csv: Csv = False,
    markdown: Markdown = False,
    remote: Remote = False,
    as_json: Json = False,
) -> None:
    """How each tutor works: how much, how long, how carefully, and how far as the others.

    Tutors stand as ids. Leniency and spread are against the others on the same answers.
    """
    asked = _Asked("tutors", Terms(after, before, ci, seed), names=names)
    _print(asked, Form(as_json, csv, markdown), files, remote=remote, fail_under=fail_under)


def gold(
    *,
    files: Files = None,
    after: After = None,
    before: Before = None,
    ci: Level = 0.95,
    fail_under: FailUnder = None,
    names: Names = False,
    csv: Csv = False,
    markdown: Markdown = False,
    remote: Remote = False,
    as_json: Json = False,
) -> None:
    """How tutors judged what is known: gold tasks on a server, adjudicated ones in files.

    Counted are the pairs, ratings and the accept line that are known, and the tasks in which all
    of them are as known.
    """
    asked = _Asked("gold", Terms(after, before, ci), names=names)
    _print(asked, Form(as_json, csv, markdown), files, remote=remote, fail_under=fail_under)


def bias(
    *,
    files: Files = None,
    after: After = None,
    before: Before = None,
    ci: Level = 0.95,
    seed: Seed = 0,
    names: Names = False,
    csv: Csv = False,
    markdown: Markdown = False,
    remote: Remote = False,
    as_json: Json = False,
) -> None:
    """Whether the place on the screen or the length of answers sways tutors.

    One half is no bias: the answer shown first, or the longer one, wins as often as it loses.
    """
    asked = _Asked("bias", Terms(after, before, ci, seed), names=names)
    _print(asked, Form(as_json, csv, markdown), files, remote=remote)


def over_time(
    *,
    files: Files = None,
    after: After = None,
    before: Before = None,
    ci: Level = 0.95,
    seed: Seed = 0,
    csv: Csv = False,
    markdown: Markdown = False,
    remote: Remote = False,
    as_json: Json = False,
) -> None:
    """Work and agreement by week, and whether agreement drifts.

    The drift is the figure of the later half of the tasks less that of the earlier half.
    """
    asked = _Asked("time", Terms(after, before, ci, seed))
    _print(asked, Form(as_json, csv, markdown), files, remote=remote)


@dataclass(frozen=True, slots=True)
class Terms:
    """Of which time, and with which intervals: what every question has, as it was typed."""

    after: str | None
    before: str | None
    ci: float
    seed: int = 0

    def window(self) -> "Window":
        """Of which time.

        Raises:
            ConfigError: A time means nothing.
        """
        from tutorcli.stats.table import Window

        return Window(moment("after", self.after), moment("before", self.before))

    def sampling(self) -> "Sampling":
        """How intervals are made."""
        from tutorcli.stats.bootstrap import Sampling

        return Sampling(self.seed, self.ci)

    def parameters(self) -> dict[str, str]:
        """The same as parameters of a request.

        Raises:
            ConfigError: As `window`.
        """
        known = {"ci": repr(self.ci), "seed": str(self.seed)}
        for flag, text in (("after", self.after), ("before", self.before)):
            at = moment(flag, text)
            if at is not None:
                known[flag] = str(at)
        return known


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it was typed."""

    what: str
    terms: Terms
    by: tuple[str, ...] = ()
    names: bool = False

    def ask(self) -> "Ask":
        """The question.

        Raises:
            ConfigError: A time or a word means nothing.
        """
        from tutorcli.team.figures import Ask, check

        found = Ask(self.what, self.by, self.terms.window(), self.terms.sampling())
        check(found)
        return found

    def parameters(self) -> dict[str, str]:
        """The question as the parameters of a request."""
        names = "1" if self.names else ""
        return {"what": self.what, "by": ",".join(self.by), "names": names} | (
            self.terms.parameters()
        )


@dataclass(frozen=True, slots=True)
class Form:
    """How the answer is printed."""

    json: bool
    csv: bool
    markdown: bool


def words(typed: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(word for part in typed or () for word in part.split(",") if word)


def moment(flag: str, text: str | None) -> int | None:
    """Milliseconds since 1970 of a date or time of ISO 8601; without a zone it is UTC.

    Raises:
        ConfigError: It is neither.
    """
    if text is None:
        return None
    from datetime import UTC, datetime

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            message('--{flag} cannot be "{text}"', flag=flag, text=text),
            hint=message("write a date or a time, such as 2027-03-01 or 2027-03-01T08:00"),
        ) from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _print(
    asked: _Asked,
    form: Form,
    files: Sequence[str] | None,
    *,
    remote: bool,
    fail_under: float | None = None,
) -> None:
    check_form(form, files, asked.terms, remote=remote)
    if fail_under is not None and not -1 <= fail_under <= 1:
        raise ConfigError(message("--fail-under {least} is not from -1 to 1", least=fail_under))
    if asked.names and not remote:
        raise ConfigError(message("--names needs --remote: names are known to the server alone"))
    report = asked_of_server(asked.parameters()) if remote else _own(asked, files)
    names = report.pop("names", {})
    if form.json:
        output.emit_json(report | ({"names": names} if names else {}))
    else:
        output.emit(_text(_named(report, names), form))
    if fail_under is not None:
        from tutorcli.team.thresholds import below

        if missed := below(report, fail_under):
            output.say_flaws(missed)
            raise BelowThreshold(
                message("figures below {least}: {n}", n=len(missed), least=fail_under)
            )


def check_form(form: Form, files: Sequence[str] | None, terms: Terms, *, remote: bool) -> None:
    """Make sure that what was typed goes together.

    Raises:
        ConfigError: It does not.
    """
    if sum((form.json, form.csv, form.markdown)) > 1:
        raise ConfigError(message("--json, --csv and --markdown exclude one another"))
    if remote and files:
        raise ConfigError(message("--remote and files exclude one another"))
    if not 0.5 <= terms.ci < 1:
        raise ConfigError(message("--ci {level} is not from 0.5 to below 1", level=terms.ci))


@contextmanager
def opened(
    files: Sequence[str] | None, what: Sequence[str], *, is_blind: bool = False
) -> "Iterator[Source]":
    """The judgments of files, or of the queue in one unchanging state; tells what is being done.

    Args:
        files: As they were typed; none: the queue.
        what: What is made of them, by the names of the reports.
        is_blind: Whether of the queue's tasks only those are opened that its tutor has judged.

    Raises:
        Exit: A line of a file is bad; all that are were told.
    """
    from tutorcli.cli.figure_progress import waiting, watched

    with waiting(files) as pulse:
        if files:
            from tutorcli.services.figure_files import of_files

            source, errors = of_files(files)
            if errors:
                pulse.end()
                say_errors(errors)
                raise typer.Exit(BAD_INPUT)
            yield watched(source, pulse, what)
            return
        from tutorcli.services.figures import QueueSource
        from tutorcli.store.db import Queue

        with Queue.open(session.settings().data) as queue, queue.reading():
            yield watched(QueueSource(queue, is_blind), pulse, what)


def asked_of_server(parameters: Mapping[str, str]) -> dict[str, Any]:
    """What the server answers to a question, empty words left out; tells that it is asked.

    Raises:
        TutorError: As `services.asking.ask_server`.
    """
    from tutorcli.cli.figure_progress import asking
    from tutorcli.cli.login import proxy_of
    from tutorcli.services.asking import ask_server

    settings = session.settings()
    with asking():
        question = {key: value for key, value in parameters.items() if value}
        return ask_server(settings, question, proxy_of)


def _own(asked: _Asked, files: Sequence[str] | None) -> dict[str, Any]:
    from tutorcli.team.figures import answer

    ask = asked.ask()
    with opened(files, (asked.what,)) as source:
        return answer(source, ask)


def _named(report: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The report with names beside the ids of tutors."""
    figures = [
        {
            key: f"{names[item]} ({item})" if key in {"tutor", "other"} and item in names else item
            for key, item in figure.items()
        }
        for figure in report["figures"]
    ]
    return report | {"figures": figures}


def _text(report: dict[str, Any], form: Form) -> str:
    from tutorcli.cli import figures_files, figures_text
    from tutorcli.cli.figure_bars import look

    if form.csv:
        return figures_files.report_csv(report).removesuffix("\r\n")
    if form.markdown:
        return figures_files.report_markdown(report)
    return figures_text.report_text(report, look(color=session.settings().color))
