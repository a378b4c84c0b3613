"""A tutor's commands: list, judge, look, and the ways to the screens."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Domain, Json, Language, Tag, line_from

if TYPE_CHECKING:
    from collections import Counter

    from tutorcli.services.queueing import Overview

_MOST_WORDS = 12
"""Domains or languages that a line tells."""


class State(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DRAFT = "draft"
    DONE = "done"
    SET_ASIDE = "set-aside"
    WITHDRAWN = "withdrawn"


def demo(
    play: Annotated[
        bool, typer.Option("--play", help="The program presses the keys itself, to the end.")
    ] = False,
) -> None:
    """Try it: a throwaway home with the sample tasks.

    The home is a new folder and is removed at the end; your own queue is not touched.
    """
    from tutorcli.cli.trial import run

    run(is_played=play)


def learn(
    play: Annotated[
        bool, typer.Option("--play", help="The program presses the keys itself, to the end.")
    ] = False,
) -> None:
    """Learn the screen in ten minutes: a lesson on sample tasks.

    It says what to press and why, in your language and with your keys. The home is a new folder
    and is removed at the end; Ctrl+Q leaves at any time. With --play it exits with 1 where a step
    is not reached.
    """
    from tutorcli.cli.learning import run

    run(is_played=play)


def annotate(
    task: Annotated[
        str | None, typer.Argument(metavar="TASK", help="Its id; by default the next one.")
    ] = None,
    domain: Domain = None,
    language: Language = None,
    tag: Tag = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Questions and answers line by line, no screen.")
    ] = False,
) -> None:
    """Judge tasks on the screen.

    Without TASK it opens the last touched draft, else the first open task.
    """
    from tutorcli.cli.screens import Wanted, show

    show(Wanted(task, domain, language, tag, plain))


def queue(
    *,
    domain: Domain = None,
    language: Language = None,
    state: Annotated[
        State | None, typer.Option("--state", help="Tasks in this state only.")
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            "--search", metavar="-|@FILE", help="Tasks that hold this text, from stdin or a file."
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List the tasks and where each stands.

    The counts of states are of all tasks of the domain and the language; a task has one state, and
    a draft comes before the others. Those of domains and languages are of the state as well.
    """
    from tutorcli.core.text import safe_line
    from tutorcli.i18n import translate
    from tutorcli.services import browsing, queueing
    from tutorcli.services.desk import open_desk
    from tutorcli.store.tasks import Filters

    text = "" if search is None else line_from(search, "--search")
    wanted = queueing.Wanted(
        Filters(domain=domain, language=language), state.value if state else None, text, limit
    )
    with open_desk(session.settings()) as desk:
        found = queueing.overview(desk, wanted)
        domains, languages = browsing.kinds(desk, wanted.filters, wanted.state)
        unknown = queueing.no_such(desk, wanted.filters)
    if as_json:
        names = ("id", "domain", "language", "state", "disposition", "answers", "updated_at")
        rows = [{name: getattr(item, name) for name in names} for item in found.tasks]
        kinds = {"domains": by_number(domains), "languages": by_number(languages)}
        output.emit_json({"counts": in_order(found.counts), **kinds, "tasks": rows})
    else:
        _print_queue(found)
        _say_kind("domains", domains)
        _say_kind("languages", languages)
        if unknown is not None:
            output.say("\n  ".join(safe_line(translate(line)) for line in unknown))
        elif not any(found.counts.values()):
            output.say("import tasks with: tutorcli import FILE")
        elif len(found.tasks) == limit:
            output.say(f"the first {limit} are shown; see more with --limit")


def in_order(counts: dict[str, int]) -> dict[str, int]:
    """Counts of every state, in the order in which a task goes through them."""
    return {name.value: counts.get(name.value, 0) for name in State}


def in_words(counts: dict[str, int]) -> str:
    """The counts on one line."""
    return ", ".join(f"{n} {name}" for name, n in in_order(counts).items())


def by_number(counts: "Counter[str]") -> dict[str, int]:
    """The most frequent first."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _say_kind(name: str, counts: "Counter[str]") -> None:
    from tutorcli.core.text import safe_line

    words = [f"{n} {safe_line(word)}" for word, n in by_number(counts).items()]
    if len(words) > _MOST_WORDS:
        words[_MOST_WORDS:] = [f"{len(words) - _MOST_WORDS} more; --json has all"]
    if words:
        output.say(f"{name}: {', '.join(words)}")


def _print_queue(found: "Overview") -> None:
    rows = [
        (
            item.id,
            item.domain,
            item.language,
            (item.state == "set-aside" and item.disposition) or item.state,
            item.answers,
            item.title,
        )
        for item in found.tasks
    ]
    if rows:
        headers = ("task", "domain", "language", "state", "answers", "prompt")
        output.emit(output.table(headers, rows))
    output.say(in_words(found.counts))


def show(
    task: Annotated[str, typer.Argument(metavar="TASK", help="Its id.")],
    with_judgments: Annotated[
        bool, typer.Option("--judgments", help="Also what was said of it.")
    ] = False,
    unblind: Annotated[
        bool,
        typer.Option(
            "--unblind",
            help="Also what would bias a judgment: models, sources, other tutors. For a lead.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Print a task, and what you said of it.

    Until you have judged it, models and sources stay hidden.
    """
    from tutorcli.cli.look import look_at
    from tutorcli.services.desk import open_desk

    with open_desk(session.settings()) as desk:
        seen = look_at(desk, task, with_judgments=with_judgments, unblind=unblind)
    if as_json:
        output.emit_json(seen.row())
        return
    output.emit(seen.text())
    if seen.unusable is not None:
        from tutorcli.cli.notes import say_unusable

        say_unusable({str(seen.task.protocol): seen.unusable})
