"""Releasing work of forgotten assignments on the command line, on the database of a laboratory."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.unit.cli.conftest import Ran, Run

Server = Callable[..., Ran]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A server, and a laptop whose three judgments came before and after the server went back."""
    made = Lab(tmp_path)
    made.add_tasks(8)
    laptop = made.add_laptop()
    made.backup()
    laptop.sync()
    laptop.judge(3)
    laptop.sync()
    yield made
    made.close()


@pytest.fixture
def server(run: Run, lab: Lab) -> Server:
    """Run a command of the server on the laboratory's database."""
    url = f"sqlite:///{lab.folder}/server.db"
    return lambda *argv: run("server", *argv, "--db", url)


def go_back(lab: Lab) -> None:
    """Put the old backup in place; the laptop sends what the server has lost."""
    lab.restore(lab.backups[0])
    lab.laptops[0].sync()


def test_forgotten_work_is_released_by_its_reason(lab: Lab, server: Server) -> None:
    go_back(lab)
    listed = server("quarantine", "list", "--json").json["quarantined"]

    ran = server("quarantine", "release", "--reason", "unassigned")

    assert [(row["reason"], row["can_be_released"]) for row in listed] == [("unassigned", True)] * 3
    assert (ran.code, ran.out) == (0, "")
    assert "3 judgments released: 3 accepted, 0 surplus" in ran.err
    assert server("quarantine", "list", "--json").json == {"quarantined": []}
    lab.check()


def test_ids_are_released_one_by_one(lab: Lab, server: Server) -> None:
    go_back(lab)
    wanted = sorted(lab.laptops[0].stored())[:2]

    ran = server("quarantine", "release", *wanted, "--json")

    assert [row["judgment"] for row in ran.json["ruled"]] == wanted
    assert {row["status"] for row in ran.json["ruled"]} == {"accepted"}
    assert len(server("quarantine", "list", "--json").json["quarantined"]) == 1


def test_what_has_no_task_any_more_is_named_and_the_rest_released(lab: Lab, server: Server) -> None:
    first = json.loads(server("export").out.splitlines()[0])
    go_back(lab)
    server("tasks", "purge", first["task"], "--yes")
    judgment = first["judgment"]["id"]

    ran = server("quarantine", "release", "--reason", "unassigned")
    again = server("quarantine", "release", "--reason", "unassigned", "--json")
    alone = server("quarantine", "release", judgment)

    assert (ran.code, again.code, alone.code) == (3, 3, 3)
    assert judgment in ran.err
    assert "2 judgments released" in ran.err
    assert [row["judgment"] for row in again.json["left"]] == [judgment]
    assert judgment in alone.err


@pytest.mark.parametrize(
    ("argv", "code"),
    [((), 2), (("j", "--reason", "unassigned"), 2), (("--reason", "unasigned"), 3)],
)
def test_a_release_of_nothing_is_an_error(server: Server, argv: tuple[str, ...], code: int) -> None:
    ran = server("quarantine", "release", *argv)

    assert ran.code == code
    assert "unassigned" in ran.err


def test_a_restore_says_what_it_took_away_again(lab: Lab, server: Server) -> None:
    task = json.loads(server("export").out.splitlines()[0])["task"]
    server("tasks", "purge", task, "--yes")

    ran = server("restore", str(lab.backups[0]), "--yes")

    assert "erased again: 0 persons; purged again: 1 task\n" in ran.err


def test_a_restore_says_how_work_that_came_after_the_backup_is_released(
    lab: Lab, server: Server
) -> None:
    ran = server("restore", str(lab.backups[0]), "--yes")

    assert ran.code == 0
    assert "tutorcli server quarantine release --reason unassigned" in ran.err
