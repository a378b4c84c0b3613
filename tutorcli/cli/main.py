"""The tree of commands; loads the module of the one that is asked for, and nothing for help."""

import os
from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from tutorcli import __version__
from tutorcli.cli.overview import overview
from tutorcli.cli.table import COMMANDS, GROUPS, Entry
from tutorcli.errors import ConfigError, Message

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter
    from typer._click.shell_completion import CompletionItem

NAME = "tutorcli"
COMPLETE = "_TUTORCLI_COMPLETE"
"""The variable with which a shell asks for completions."""

_HELP = {"help_option_names": ["-h", "--help"]}


def run(argv: Sequence[str]) -> int:
    """Run one command line, without the program's name.

    Returns:
        The exit code of a command that does not raise.

    Raises:
        ConfigError: The command line is wrong.
        TutorError: What the command raises.
    """
    tree = _tree()
    try:
        if COMPLETE in os.environ:
            tree.main(list(argv), NAME, COMPLETE)
        with tree.make_context(NAME, list(argv)) as context:
            tree.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as end:
        return int(end.code or 0)
    except typer.TyperException as error:
        raise _usage_error(error) from None
    return 0


def _usage_error(error: typer.TyperException) -> ConfigError:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else NAME
    what = error.format_message().rstrip(".").replace("\n", " ")
    return ConfigError(
        Message("{what}", {"what": what[:1].lower() + what[1:]}),
        hint=Message("see: {path} --help", {"path": path}),
    )


def _tree() -> TyperGroup:
    app = typer.Typer(
        name=NAME,
        cls=_Root,
        rich_markup_mode=None,
        add_completion=True,
        invoke_without_command=True,
        context_settings=_HELP,
    )
    app.callback()(_root)
    tree = typer.main.get_command(app)
    assert isinstance(tree, TyperGroup)  # noqa: S101 - an application with a callback is one
    tree.commands = _Late("")
    return tree


def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version"),
    no_color: bool = typer.Option(False, "--no-color"),
    verbose: bool = typer.Option(False, "--verbose", "-v"),
    debug: bool = typer.Option(False, "--debug"),
) -> None:
    del no_color, verbose, debug  # Taken out of the arguments before; here for completion.
    if version:
        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None and not context.resilient_parsing:
        typer.echo(overview(), nl=False)


class _Late(MutableMapping[str, "Command"]):
    """Commands below a path, each built when it is first asked for."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._built: dict[str, Command] = {}

    def __getitem__(self, name: str) -> "Command":
        if name not in self._built:
            path = f"{self._path} {name}".strip()
            if path in GROUPS:
                self._built[name] = _group(path)
            elif path in COMMANDS:
                self._built[name] = _command(name, COMMANDS[path])
            else:
                raise KeyError(name)
        return self._built[name]

    def __setitem__(self, name: str, command: "Command") -> None:
        self._built[name] = command

    def __delitem__(self, name: str) -> None:
        del self._built[name]

    def __iter__(self) -> Iterator[str]:
        above = f"{self._path} ".lstrip()
        names = [path.removeprefix(above) for path in COMMANDS if path.startswith(above)]
        return iter(dict.fromkeys(name.partition(" ")[0] for name in names))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def summary(self, name: str) -> str:
        """One line about a command that need not be built."""
        path = f"{self._path} {name}".strip()
        return GROUPS.get(path) or COMMANDS[path].summary


def _command(name: str, entry: Entry) -> "Command":
    module, _, function = entry.place.partition(":")
    act = getattr(import_module(f"tutorcli.cli.{module}"), function)
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    details = (act.__doc__ or "").partition("\n\n")[2]
    app.command(
        name,
        cls=_WithExamples,
        help="\n\n".join([entry.summary, *entry.examples, details]),
        context_settings=_HELP,
    )(act)
    return typer.main.get_command(app)


def _group(path: str) -> TyperGroup:
    app = typer.Typer(
        name=path.rpartition(" ")[2],
        cls=_Group,
        rich_markup_mode=None,
        add_completion=False,
        invoke_without_command=True,
        help=GROUPS[path],
        context_settings=_HELP,
    )
    app.callback()(_help_alone)
    group = typer.main.get_group(app)
    group.commands = _Late(path)
    return group


def _help_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None and not context.resilient_parsing:
        typer.echo(context.get_help())
        raise typer.Exit(ConfigError.exit_code)


def _write_examples(formatter: "HelpFormatter", examples: Sequence[str]) -> None:
    with formatter.section("Example" if len(examples) == 1 else "Examples"):
        for line in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class _WithExamples(TyperCommand):
    """A command whose help begins with what it does and examples that can be copied."""

    def format_help_text(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write summary, examples, then the rest."""
        del ctx
        summary, *rest = (self.help or "").split("\n\n")
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(summary)
        _write_examples(formatter, [part for part in rest if part.startswith(f"{NAME} ")])
        for part in rest:
            if part.strip() and not part.startswith(f"{NAME} "):
                with formatter.indentation():
                    formatter.write_paragraph()
                    formatter.write_text(" ".join(part.split()))


class _Group(TyperGroup):
    """Commands listed from the table, so that help and completion build none of them."""

    def list_commands(self, ctx: "Context") -> list[str]:
        """Names in the order of the table."""
        del ctx
        return list(self.commands)

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write name and summary of each."""
        del ctx
        late: Any = self.commands
        with formatter.section("Commands"):
            formatter.write_dl([(name, late.summary(name)) for name in late])

    def shell_complete(self, ctx: "Context", incomplete: str) -> "list[CompletionItem]":
        """Names that begin like that, and options."""
        from typer._click.shell_completion import CompletionItem

        late: Any = self.commands
        found = [
            CompletionItem(name, help=late.summary(name))
            for name in late
            if name.startswith(incomplete)
        ]
        return found + super(TyperGroup, self).shell_complete(ctx, incomplete)


class _Root(_Group):
    """The tree itself; its help is also written where no parser is loaded."""

    def format_help(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write the overview."""
        del ctx
        formatter.write(overview())
