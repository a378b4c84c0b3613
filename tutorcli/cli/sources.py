"""What commands take that read files of tasks, and how they say what is wrong with a line."""

from typing import TYPE_CHECKING, Annotated

import typer

from tutorcli.cli import output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tutorcli.formats.flaws import LineError

SHOWN_ERRORS = 20
"""How many errors are printed; ``--json`` has all."""
BAD_INPUT = 3

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
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Say what would happen; write nothing.")
]


def say_errors(errors: "Sequence[LineError]") -> None:
    """The first errors of lines, each with its file, line and field, and how many more there are."""
    from tutorcli.core.text import safe, safe_line
    from tutorcli.i18n import translate

    for error in errors[:SHOWN_ERRORS]:
        place = f"{error.file}:{error.line}: " + (f"{error.field}: " if error.field else "")
        output.say(f"tutorcli: {safe_line(place)}{safe(translate(error.message))}")
    if (left := len(errors) - SHOWN_ERRORS) > 0:
        output.say(f"tutorcli: {output.counted(left, 'further error')}; --json lists all")
