"""What a process may load, read from sys.modules in a fresh interpreter."""

import json
import subprocess
import sys

import pytest

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


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["import", "--help"]])
def test_words_about_the_program_load_nothing_heavy(argv: list[str]) -> None:
    assert not loaded(command(*argv)) & HEAVY_FOR_A_COMMAND


def test_completion_loads_nothing_heavy() -> None:
    env = {"_TUTORCLI_COMPLETE": "complete_bash", "COMP_WORDS": "tutorcli qu", "COMP_CWORD": "1"}
    assert not loaded(command(), **env) & HEAVY_FOR_A_COMMAND


@pytest.mark.parametrize(
    "module", ["tutorcli.core.task", "tutorcli.core.judgment", "tutorcli.core.draft"]
)
def test_core_loads_no_library(module: str) -> None:
    assert not loaded(f"import {module}") & {*HEAVY, "typer", "sqlite3", "pysqlite3", "httpx"}


def test_the_screens_never_load_the_network() -> None:
    assert "httpx" not in loaded("import tutorcli.tui.app")
