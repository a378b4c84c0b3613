"""The help of the program itself, written without the parser: it alone costs six bare starts."""

from collections.abc import Iterable

from tutorcli.cli.table import COMMANDS, GROUPS

_WIDTH = 78
_HEAD = """\
Usage: tutorcli [OPTIONS] COMMAND [ARGS]...

  Specialist tutors rank and edit answers of language models, offline.

Examples:
  tutorcli learn
  tutorcli demo
  tutorcli import sample_tasks
  tutorcli annotate
"""
OPTIONS = (
    ("--version", "Print the version and end."),
    ("--no-color", "No colour; any command takes it."),
    ("-v, --verbose", "The log goes to stderr too; any command takes it."),
    ("--debug", "Tracebacks go to stderr, and may quote tasks; any command takes it."),
    ("--install-completion", "Install completion for this shell (bash, zsh, fish)."),
    ("--show-completion", "Print that completion instead."),
    ("-h, --help", "Print this help; every command has its own."),
)


def overview() -> str:
    """The help of the program: how it is called, options and commands; ends with a newline."""
    names = dict.fromkeys(path.partition(" ")[0] for path in COMMANDS)
    commands = [(name, GROUPS.get(name) or COMMANDS[name].summary) for name in names]
    return f"{_HEAD}\nOptions:\n{_list(OPTIONS)}\nCommands:\n{_list(commands)}"


def _list(rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    start = max(len(name) for name, _ in rows) + 4
    return "".join(f"  {name:<{start - 2}}{_wrapped(text, start)}\n" for name, text in rows)


def _wrapped(text: str, start: int) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and start + len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return ("\n" + " " * start).join(lines)
