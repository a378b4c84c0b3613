"""What an administrator may type wrong: said in words, with the right exit code, and nothing is done."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import SAMPLES, Run
from tutorcli.cli.table import COMMANDS

LONG = "x" * 300
"""Longer than a file's name can be."""


@pytest.fixture
def tutor(run: Run) -> str:
    """A tutor."""
    return str(run("server", "tutor", "add", "--role", "lead", "--json").json["tutor"])


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("person", "export", "{tutor}", "-o", LONG), 8),
        (("export", "-o", LONG), 8),
        (("backup", "-o", LONG), 8),
        (("restore", LONG), 3),
    ],
)
def test_a_name_too_long_for_a_file_is_told(
    run: Run, tutor: str, tmp_path: Path, argv: tuple[str, ...], code: int
) -> None:
    ran = run("server", *(item.format(tutor=tutor) for item in argv))
    assert ran.code == code, ran.err
    assert LONG in ran.err


@pytest.mark.parametrize(
    "argv",
    [
        ("audit", "list", "--after"),
        ("audit", "list", "--limit"),
        ("quarantine", "list", "--after"),
        ("quarantine", "list", "--limit"),
        ("export", "--after"),
    ],
)
def test_a_number_that_no_database_holds_is_a_wrong_use(
    run: Run, tutor: str, argv: tuple[str, ...]
) -> None:
    ran = run("server", *argv, str(1 << 64))
    assert ran.code == 2
    assert "is not in the range" in ran.err


@pytest.mark.parametrize(
    "url",
    ["sqlite+aiosqlite:///{path}", "sqlite+none:///{path}", "sqlite:///{path}?timeout=x"],
)
def test_a_database_of_sqlite_is_a_plain_file(run: Run, tutor: str, home: Path, url: str) -> None:
    path = home / "data" / "server" / "server.db"
    ran = run("server", "tutor", "list", "--db", url.format(path=path))
    assert ran.code == 2
    assert "sqlite:///path/to/server.db" in ran.err
    assert ran.out == ""


def test_a_change_of_nothing_is_a_wrong_use(run: Run, tutor: str) -> None:
    ran = run("server", "tutor", "change", tutor)
    assert ran.code == 2
    assert "--role" in ran.err
    acts = run("server", "audit", "list", "--json").json["acts"]
    assert [act["act"] for act in acts] == ["tutor.add", "code.new"]


@pytest.mark.parametrize("verb", ["withdraw", "purge"])
def test_taking_back_no_task_is_a_wrong_use_before_anybody_is_asked(
    run: Run, tutor: str, verb: str
) -> None:
    for flags in ((), ("--yes",)):
        ran = run("server", "tasks", verb, *flags)
        assert ran.code == 2
        assert "--batch" in ran.err


def test_the_first_example_of_an_import_works(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES.parent)
    _, *argv = COMMANDS["server tasks import"].examples[0].split()
    ran = run(*argv, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["imported"] > 0


def test_a_token_that_is_not_there_is_told_before_anybody_is_asked(run: Run, tutor: str) -> None:
    ran = run("server", "token", "revoke", "none")
    assert ran.code == 3
    assert "no such token" in ran.err


def test_what_is_not_restored_leaves_no_new_database(run: Run, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'there.db'}"
    for source, says in ((tmp_path, "is no backup"), (tmp_path / "none.db", "does not exist")):
        ran = run("server", "restore", str(source), "--db", there)
        assert ran.code == 3
        assert says in ran.err
    assert not (tmp_path / "there.db").exists()
