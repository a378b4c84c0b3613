"""What a process may load, read from sys.modules in a fresh interpreter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tutorcli.cli.table import COMMANDS

HEAVY = {"textual", "rich", "pydantic", "httpx", "sqlite_utils", "numpy"}
HEAVY_FOR_A_COMMAND = {"textual", "pydantic", "httpx", "sqlite_utils", "numpy"}
REPORT = (
    "import json, sys; print('\\n' + json.dumps(sorted({n.split('.')[0] for n in sys.modules})))"
)


def loaded(code: str, **env: str) -> set[str]:
    """Top-level names in sys.modules after ``code`` ran in a new interpreter."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{REPORT}"],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONDONTWRITEBYTECODE": "1", "PATH": "", **env},
    )
    return set(json.loads(ran.stdout.rstrip().splitlines()[-1]))


def command(*argv: str) -> str:
    """Code that runs the command line and survives its exit."""
    return (
        f"import sys; sys.argv = {['tutorcli', *argv]!r}\n"
        "from tutorcli.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code"
    )


@pytest.mark.parametrize("module", ["tutorcli", "tutorcli.errors", "tutorcli.i18n"])
def test_the_lowest_floor_loads_nothing_heavy(module: str) -> None:
    assert not loaded(f"import {module}") & HEAVY


def test_english_loads_no_gettext() -> None:
    code = "from tutorcli import i18n; i18n.activate('en_US.UTF-8'); i18n.tr('{n}', n=1)"
    assert "gettext" not in loaded(code)


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_words_about_the_program_load_nothing_heavy(flag: str) -> None:
    assert not loaded(command(flag)) & {*HEAVY, "typer"}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=() if number % 8 == 0 else pytest.mark.integration)
        for number, path in enumerate(COMMANDS)
    ],
)
def test_the_help_of_a_command_loads_nothing_heavy(path: str) -> None:
    assert not loaded(command(*path.split(), "--help")) & HEAVY_FOR_A_COMMAND


def test_completion_loads_nothing_heavy() -> None:
    env = {"_TUTORCLI_COMPLETE": "complete_bash", "COMP_WORDS": "tutorcli qu", "COMP_CWORD": "1"}
    assert not loaded(command(), **env) & HEAVY_FOR_A_COMMAND


@pytest.mark.parametrize(
    "module", ["tutorcli.core.task", "tutorcli.core.judgment", "tutorcli.core.draft"]
)
def test_core_loads_no_library(module: str) -> None:
    assert not loaded(f"import {module}") & {*HEAVY, "typer", "sqlite3", "pysqlite3", "httpx"}


def test_the_screens_come_up_without_parser_validator_or_network() -> None:
    names = loaded("import tutorcli.cli.screens, tutorcli.tui.opening, tutorcli.tui.app")
    assert not names & {"httpx", "pydantic", "typer", "sqlite_utils", "numpy"}


def test_what_is_asked_is_drawn_without_textual_and_markdown() -> None:
    names = loaded("import tutorcli.cli.screens, tutorcli.tui.opening")
    assert not names & {"textual", "markdown_it"}


@pytest.mark.integration
def test_a_whole_session_on_the_screens_loads_no_network(tmp_path: Path) -> None:
    env = {"TUTORCLI_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    there = f"import os; os.chdir({str(tmp_path)!r})\n"
    names = loaded(there + command("demo", "--play"), **env)
    assert "textual" in names
    assert not names & {"httpx", "httpcore", "urllib3", "requests"}
