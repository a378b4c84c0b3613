"""What the docs promise, the program has; what the program has, the docs tell."""

import re
import shlex
from pathlib import Path

import pytest

from tutorcli.cli import main, outcome
from tutorcli.cli.overview import overview
from tutorcli.cli.table import COMMANDS, GROUPS
from tutorcli.core.settings import KEYS
from tutorcli.errors import TutorError
from tutorcli.tui.actions import ACTIONS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PRINT_NO_DATA = {"demo", "learn", "annotate", "server start"}
GLOBAL = {"--no-color", "--verbose", "-v", "--debug"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def parse(line: str) -> None:
    """Parse a command line without running it; raises when a command or an option is unknown."""
    words = [word for word in shlex.split(line, comments=True)[1:] if word not in GLOBAL]
    for sign in ("|", ">", "<", "&&"):
        words = words[: words.index(sign)] if sign in words else words
    command: object = main._tree()
    while words and hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    if not hasattr(command, "commands"):
        command.make_context("tutorcli", words)  # type: ignore[attr-defined]


def command_lines() -> list[str]:
    """Lines of code in the pages that call the program."""
    lines = [line for page in PAGES for line in page.read_text(encoding="utf-8").splitlines()]
    found = [re.fullmatch(r"(?: {4}|\$ )?(tutorcli(?: .*)?)", line) for line in lines]
    return list(dict.fromkeys(hit[1] for hit in found if hit))


@pytest.mark.parametrize("line", command_lines())
def test_a_command_line_in_the_docs_is_understood(line: str) -> None:
    parse(line)


def test_the_parser_of_these_tests_refuses_what_does_not_exist() -> None:
    with pytest.raises(Exception, match="frobnicate"):
        parse("tutorcli queue --frobnicate")
    with pytest.raises(KeyError):
        parse("tutorcli frobnicate")


@pytest.mark.parametrize("path", [path for path in COMMANDS if path not in PRINT_NO_DATA])
def test_every_command_that_prints_data_takes_json(path: str) -> None:
    parse(f"tutorcli {COMMANDS[path].examples[0].removeprefix('tutorcli ')} --json")


def test_the_overview_and_the_docs_name_every_command() -> None:
    text, page = overview(), read("docs/cli.md")
    for path in COMMANDS:
        assert f"\n  {path.partition(' ')[0]} " in text, path
        assert re.search(rf"^##+ tutorcli {path}$", page, re.MULTILINE), path
    assert {path.rpartition(" ")[0] for path in COMMANDS if " " in path} == set(GROUPS)


def test_every_exit_code_is_in_the_docs() -> None:
    def codes(kind: type[TutorError]) -> set[int]:
        return {kind.exit_code}.union(*map(codes, kind.__subclasses__()))

    told = {int(code) for code in re.findall(r"^\| (\d+) \|", read("docs/errors.md"), re.MULTILINE)}
    assert told == codes(TutorError) | {0, outcome.INTERRUPTED, outcome.BROKEN_PIPE}


def test_every_setting_and_every_action_is_in_the_docs() -> None:
    settings, keys = read("docs/settings.md"), read("docs/keys.md")
    assert [key.name for key in KEYS if f"| `{key.name}` |" not in settings] == []
    assert [action.id for action in ACTIONS if f"| `{action.id}` |" not in keys] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [it for it in targets if not (page.parent / it).exists()] == []


def test_the_targets_of_make_are_those_of_the_guide() -> None:
    told = set(re.findall(r"^\| `make ([a-z-]+)`", read("CONTRIBUTING.md"), re.MULTILINE))
    made = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))
    assert told | {"help", "venv", "constraints"} == made


def test_constraints_hold_versions_and_nothing_of_a_machine() -> None:
    line = re.compile(r"[a-z0-9-]+==[0-9a-z.]+( ; [a-z_ '=<>0-9()PyA-Z!.]+)?")
    assert [it for it in read("constraints.txt").splitlines() if not line.fullmatch(it)] == []
