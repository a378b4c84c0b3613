import re
import sys

import pytest

from tutorcli import __version__
from tutorcli.cli import overview, screens, session
from tutorcli.cli.main import _command, _tree
from tutorcli.cli.table import COMMANDS, GROUPS

from .conftest import Run


def test_version_is_one_line(run: Run) -> None:
    assert run("--version").out == f"tutorcli {__version__}\n"
    assert run("--no-color", "--version").out == f"tutorcli {__version__}\n"


@pytest.mark.parametrize("argv", [(), ("--help",), ("-h",), ("--no-color", "-h")])
def test_help_lists_every_command(run: Run, argv: tuple[str, ...]) -> None:
    out = run(*argv).out
    assert out == overview.overview()
    for path in COMMANDS:
        assert re.search(rf"^  {path.partition(' ')[0]} ", out, re.MULTILINE)
    assert max(map(len, out.splitlines())) <= 80


def test_help_is_the_same_with_and_without_the_parser(run: Run) -> None:
    assert run("--debug", "--help").out == overview.overview()
    assert _tree().make_context(
        "tutorcli", ["queue"], resilient_parsing=True
    ).get_help() + "\n" == (overview.overview())


def test_help_names_every_flag_of_the_program() -> None:
    context = _tree().make_context("tutorcli", ["queue"], resilient_parsing=True)
    spoken = " ".join(names for names, _ in overview.OPTIONS)
    for param in _tree().get_params(context):
        assert all(name in spoken for name in param.opts), param.opts


@pytest.mark.parametrize("path", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help_with_an_example(run: Run, path: str, flag: str) -> None:
    ran = run(*path.split(), flag)
    assert ran.code == 0
    entry = COMMANDS[path]
    assert ran.out.startswith(f"Usage: tutorcli {path} ")
    assert " ".join(entry.summary.split()) in " ".join(ran.out.split())
    assert all(f"\n  {line}\n" in ran.out for line in entry.examples)
    assert ran.out.index(entry.examples[0]) < ran.out.index("Options:")
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("path", COMMANDS)
def test_the_table_says_what_the_docstring_says(path: str) -> None:
    import importlib

    module, _, function = COMMANDS[path].place.partition(":")
    act = getattr(importlib.import_module(f"tutorcli.cli.{module}"), function)
    assert (act.__doc__ or "").partition("\n")[0] == COMMANDS[path].summary


@pytest.mark.parametrize(
    ("path", "line"), [(path, line) for path, it in COMMANDS.items() for line in it.examples]
)
def test_every_example_can_be_parsed(path: str, line: str) -> None:
    import shlex

    argv = shlex.split(line.removeprefix("tutorcli "))
    assert argv[: len(path.split())] == path.split()
    command = _command(path, COMMANDS[path])
    command.make_context(path, argv[len(path.split()) :])


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_lists_its_commands(run: Run, group: str) -> None:
    out = run(group, "--help").out
    for path in COMMANDS:
        if path.startswith(f"{group} "):
            assert f"\n  {path.removeprefix(f'{group} ').partition(' ')[0]} " in out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("queu",), "did you mean 'queue'?"),
        (("config", "shw"), "did you mean 'show'?"),
        (("queue", "--limt", "3"), "--limit"),
        (("queue", "--limit", "0"), "--limit"),
        (("queue", "--state", "gone"), "set-aside"),
        (("show",), "task"),
    ],
)
def test_a_wrong_command_line_exits_2_and_guesses(
    run: Run, argv: tuple[str, ...], said: str
) -> None:
    ran = run(*argv)
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err.lower()
    assert ran.err.startswith("tutorcli: ")
    assert "--help" in ran.err.splitlines()[-1]


@pytest.mark.parametrize("argv", [["--no-color", "queue"], ["queue", "--no-color"]])
def test_flags_that_hold_everywhere_stand_anywhere(argv: list[str]) -> None:
    assert session.start(argv) == ["queue"]
    assert session.this().typed == {"color": "never"}


def test_behind_two_dashes_nothing_is_a_flag() -> None:
    assert session.start(["show", "--", "-v", "--debug"]) == ["show", "--", "-v", "--debug"]
    assert not session.this().debug
    assert not session.this().verbose


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("qu", {"queue"}), ("config ", {"show", "check", "keys"}), ("p", {"protocol", "pack"})],
)
def test_completion_offers_commands(
    run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, offered: set[str]
) -> None:
    monkeypatch.setenv("_TUTORCLI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"tutorcli {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(f"tutorcli {typed}".split(" ")) - 1))
    assert set(run().out.split()) == offered


def test_completion_never_opens_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "is_terminal", lambda: True)
    assert screens.wanted([]) == screens.Wanted(bare=True)
    monkeypatch.setenv("_TUTORCLI_COMPLETE", "complete_bash")
    assert screens.wanted([]) is None


@pytest.mark.parametrize(
    ("argv", "wanted"),
    [
        (["annotate"], screens.Wanted()),
        (["annotate", "t1"], screens.Wanted("t1")),
        (
            ["annotate", "--domain", "law", "--language=fr", "--tag", "x", "--plain"],
            screens.Wanted(None, "law", "fr", "x", plain=True),
        ),
        (["annotate", "--help"], None),
        (["annotate", "--domain"], None),
        (["annotate", "a", "b"], None),
        (["annotate", "--domian", "law"], None),
        (["queue"], None),
    ],
)
def test_the_way_to_the_screen_needs_no_parser(
    argv: list[str], wanted: screens.Wanted | None
) -> None:
    assert screens.wanted(argv) == wanted


def test_without_a_terminal_the_screen_is_refused(run: Run) -> None:
    ran = run("annotate")
    assert ran.code == 2
    assert "needs a terminal" in ran.err
    assert "tutorcli judge" in ran.err


def test_a_dumb_terminal_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    ran = run("annotate")
    assert ran.code == 2
    assert "TERM=dumb" in ran.err
    assert "tutorcli judge" in ran.err


def test_the_parser_is_not_loaded_for_help(run: Run) -> None:
    import subprocess

    code = (
        "import sys; sys.argv = ['tutorcli', '--help']\n"
        "from tutorcli.__main__ import main; main(); assert 'typer' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_alone_prints_its_help(run: Run, group: str) -> None:
    ran = run(group)
    assert (ran.code, ran.out, ran.err) == (2, run(group, "--help").out, "")
