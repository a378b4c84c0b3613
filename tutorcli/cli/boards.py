"""Which model answers better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.figures import (
    After,
    Before,
    Csv,
    Files,
    Form,
    Level,
    Markdown,
    Remote,
    Seed,
    Terms,
    asked_of_server,
    check_form,
    opened,
    words,
)
from tutorcli.errors import ConfigError, message, near

if TYPE_CHECKING:
    from tutorcli.stats.strengths import ModelKind
    from tutorcli.team.boards import BoardAsk

MODELS = ("davidson", "bradley-terry")
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="WORD,...",
        help="A board for each domain, language or batch; another word is a key of the answers' "
        "provenance, whose values are compared in place of models.",
    ),
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="|".join(MODELS),
        help="Ties modelled, or half a win for each (comparable with LMArena).",
    ),
]
Control = Annotated[
    list[str] | None,
    typer.Option(
        "--control",
        metavar="WORD,...",
        help="Take the effect of position, length, lists, headings, bold out of the strengths.",
    ),
]


def leaderboard(
    *,
    files: Files = None,
    by: By = None,
    model: Model = "davidson",
    control: Control = None,
    after: After = None,
    before: Before = None,
    ci: Level = 0.95,
    seed: Seed = 0,
    csv: Csv = False,
    markdown: Markdown = False,
    remote: Remote = False,
    as_json: Json = False,
) -> None:
    """Which model answers better, with honest intervals.

    Strengths come from all pairs of answers that tutors compared. Models share a place while
    nothing tells them apart. In your own queue only tasks that you have judged count, for the
    models of the others stay hidden.
    """
    form, terms = Form(as_json, csv, markdown), Terms(after, before, ci, seed)
    check_form(form, files, terms, remote=remote)
    if model not in MODELS:
        guess = near(model, MODELS)
        raise ConfigError(
            message('--model cannot be "{model}"', model=model),
            hint=message('did you mean "{guess}"?', guess=guess or MODELS[0]),
        )
    asked = _Asked(words(by), cast("ModelKind", model), words(control), terms)
    found = asked_of_server(asked.parameters()) if remote else _own(asked.ask(), files)
    _print(found, form)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it was typed."""

    by: tuple[str, ...]
    model: "ModelKind"
    control: tuple[str, ...]
    terms: Terms

    def ask(self) -> "BoardAsk":
        """The question.

        Raises:
            ConfigError: A time or a word means nothing.
        """
        from tutorcli.team.boards import BoardAsk, check

        found = BoardAsk(
            self.by, self.model, self.control, self.terms.window(), self.terms.sampling()
        )
        check(found)
        return found

    def parameters(self) -> dict[str, str]:
        """The question as the parameters of a request."""
        lists = {"by": ",".join(self.by), "control": ",".join(self.control)}
        return {"what": "leaderboard", "model": self.model} | lists | self.terms.parameters()


def _own(ask: "BoardAsk", files: Sequence[str] | None) -> dict[str, Any]:
    from tutorcli.team.boards import boards

    with opened(files, ("leaderboard",), is_blind=True) as source:
        return boards(source, ask)


def _print(found: dict[str, Any], form: Form) -> None:
    from tutorcli.cli.board_files import boards_csv, boards_markdown
    from tutorcli.cli.board_text import boards_text
    from tutorcli.cli.figure_bars import look
    from tutorcli.cli.figure_words import notes_of

    if form.json:
        output.emit_json(found)
    elif form.csv:
        output.emit(boards_csv(found["boards"]).removesuffix("\r\n"))
        for note in notes_of(found):
            output.say(note)
    elif form.markdown:
        output.emit(boards_markdown(found))
    else:
        output.emit(boards_text(found, look(color=session.settings().color)))


Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE.html", help="The page to write.")
]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="What stands on top.")]


def report(
    *,
    files: Files = None,
    target: Output,
    title: Title = "tutorcli",
    after: After = None,
    before: Before = None,
    ci: Level = 0.95,
    seed: Seed = 0,
    remote: Remote = False,
    as_json: Json = False,
) -> None:
    """Write one page of HTML with all figures, charts and a data sheet.

    The page loads nothing and runs nothing; it can be mailed and printed. It appears whole or not
    at all.
    """
    terms = Terms(after, before, ci, seed)
    check_form(Form(as_json, csv=False, markdown=False), files, terms, remote=remote)
    if remote:
        found = asked_of_server({"what": "report"} | terms.parameters())
    else:
        from tutorcli.cli.figure_progress import OF_REPORT
        from tutorcli.team.sheet import everything

        window = terms.window()
        with opened(files, OF_REPORT, is_blind=True) as source:
            found = everything(source, window, terms.sampling())
    _write_page(target, title, found)
    if as_json:
        output.emit_json(found | {"file": target})
    else:
        output.say(f"{output.counted(len(found['parts']), 'part')} written to {target}")


def _write_page(target: str, title: str, found: dict[str, Any]) -> None:
    from datetime import UTC, datetime

    from tutorcli.cli.figures_page import Content, page
    from tutorcli.services.targets import Target

    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    text = page(Content(title, made, found["parts"], found["sheet"]))
    with Target(target) as file:
        file.write(text.encode())
