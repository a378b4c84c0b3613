"""The server's commands, through the command line, on a database of the test's home."""

import io
import json
import sqlite3
import stat
import sys
from pathlib import Path

import pytest
import typer

from tests.unit.cli.conftest import Run
from tests.unit.server.peopled import device_of, made
from tutorcli.cli.server_open import ask, settled
from tutorcli.cli.table import COMMANDS

NAME = "Dr. Ada Example"


@pytest.fixture
def database(home: Path) -> Path:
    return home / "data" / "server" / "server.db"


@pytest.fixture
def tutor(run: Run) -> str:
    """A tutor with a name."""
    ran = run("server", "tutor", "add", "--name", "-", "--json", stdin=f"{NAME}\n")
    assert ran.code == 0, ran.err
    return str(ran.json["tutor"])


def settings_of(home: Path, text: str) -> None:
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / "server.toml").write_text(text)


def tampered(database: Path, statement: str) -> None:
    raw = sqlite3.connect(database)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute(statement)
    raw.commit()
    raw.close()


def test_the_first_administrator_makes_the_database(run: Run, database: Path) -> None:
    ran = run("server", "tutor", "add", "--role", "admin")
    assert ran.code == 0
    assert "t-" in ran.out
    assert "tutorcli login URL" in ran.err
    assert "good once, until" in ran.err
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700


def test_tutors_are_listed_with_what_they_may_be_given(run: Run) -> None:
    flags = ("--role", "tutor", "--role", "lead", "--region", "cn")
    given = ("--qualify", "medicine:zh:2027-06-30", "--qualify", "law")
    assert run("server", "tutor", "add", *flags, *given, "--name", "-", stdin=NAME).code == 0
    (found,) = run("server", "tutor", "list", "--json").json["tutors"]
    assert found["roles"] == ["tutor", "lead"]
    assert found["regions"] == ["cn"]
    assert found["name"] == NAME
    assert found["qualifications"] == [
        {"domain": "law", "language": "*", "expires": None},
        {"domain": "medicine", "language": "zh", "expires": "2027-06-30T23:59:59.999Z"},
    ]
    shown = run("server", "tutor", "list").out
    assert "medicine:zh" in shown
    assert NAME in shown


def test_a_change_replaces_what_it_names(run: Run, tutor: str) -> None:
    ran = run("server", "tutor", "change", tutor, "--role", "auditor", "--region", "eu", "--json")
    assert (ran.json["roles"], ran.json["regions"]) == (["auditor"], ["eu"])
    assert ran.json["name"] == NAME
    ran = run("server", "tutor", "change", tutor, "--region", "none")
    assert ran.code == 0
    assert run("server", "tutor", "list", "--json").json["tutors"][0]["regions"] == []


def test_a_name_never_stands_in_an_argument(run: Run, database: Path) -> None:
    assert run("server", "tutor", "add", "--name", NAME).code == 2
    assert not database.exists() or run("server", "tutor", "list", "--json").json["tutors"] == []


@pytest.mark.parametrize(
    "flags",
    [
        ("--role", "boss"),
        ("--qualify", "law:zh:soon"),
        ("--qualify", ":zh"),
        ("--region", "two words"),
    ],
)
def test_a_wrong_word_is_an_error_of_the_input(run: Run, flags: tuple[str, str]) -> None:
    ran = run("server", "tutor", "add", *flags)
    assert ran.code == 3
    assert ran.out == ""


def test_what_cannot_be_undone_is_not_done_unasked(run: Run, tutor: str) -> None:
    for verb in (("tutor", "revoke"), ("person", "erase")):
        ran = run("server", *verb, tutor)
        assert ran.code == 2
        assert "--yes" in ran.err
        assert "must be confirmed" in ran.err
    assert run("server", "tutor", "list", "--json").json["tutors"][0]["state"] == "active"


def test_a_revoked_tutor_comes_back_by_a_new_code(run: Run, tutor: str) -> None:
    assert run("server", "tutor", "revoke", tutor, "--yes").code == 0
    assert run("server", "tutor", "list", "--json").json["tutors"][0]["state"] == "revoked"
    ran = run("server", "token", "code", tutor, "--json")
    assert len(ran.json["code"].replace("-", "")) == 18
    assert run("server", "tutor", "list", "--json").json["tutors"][0]["state"] == "active"


@pytest.mark.parametrize(
    "argv",
    [
        ("tutor", "change", "t-none", "--role", "lead"),
        ("tutor", "revoke", "t-none", "--yes"),
        ("token", "code", "t-none"),
        ("token", "list", "--tutor", "t-none"),
        ("token", "revoke", "none", "--yes"),
        ("person", "export", "t-none"),
        ("person", "erase", "t-none", "--yes"),
        ("quarantine", "release", "none"),
        ("quarantine", "reject", "none"),
        ("tasks", "withdraw", "none", "--yes"),
        ("tasks", "purge", "--batch", "none", "--yes"),
        ("restore", "none.db"),
    ],
)
def test_what_does_not_exist_is_an_error_of_the_input(
    run: Run, tutor: str, argv: tuple[str, ...]
) -> None:
    assert run("server", *argv).code == 3


def test_a_person_gets_their_data_and_can_be_erased(
    run: Run, tutor: str, tmp_path: Path, database: Path
) -> None:
    ran = run("server", "person", "export", tutor)
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert (rows[0]["kind"], rows[0]["name"]) == ("tutor", NAME)
    file = tmp_path / "person.jsonl"
    assert run("server", "person", "export", tutor, "-o", str(file)).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text().splitlines()) == len(rows) + 1
    assert run("server", "person", "export", tutor, "-o", str(file)).code == 8
    assert run("server", "person", "erase", tutor, "--yes").code == 0
    assert run("server", "tutor", "list", "--json").json["tutors"][0]["name"] is None
    ran = run("server", "token", "code", tutor)
    assert ran.code == 3
    assert "erased" in ran.err
    assert NAME.encode() not in database.read_bytes()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit SET actor = 't-x' WHERE seq = 1", "audit 1: the act was changed"),
        ("DELETE FROM audit WHERE seq = 1", "audit 1: the act is missing"),
        ("DELETE FROM audit WHERE seq = 2", "audit 2: 2 acts were counted"),
    ],
)
def test_the_audit_finds_what_was_changed(
    run: Run, tutor: str, database: Path, statement: str, says: str
) -> None:
    ran = run("server", "audit", "verify")
    assert ran.code == 0
    assert ran.out.startswith("2 acts, 0 devices, 0 judgments")
    tampered(database, statement)
    ran = run("server", "audit", "verify")
    assert ran.code == 6
    assert says in ran.err
    found = run("server", "audit", "verify", "--json")
    assert found.code == 6
    assert found.json["ok"] is False
    assert found.json["breaks"][0]["chain"] == "audit"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE judgments SET body = '{}' WHERE dseq = 2", " 2: the judgment was changed"),
        ("UPDATE judgments SET body = NULL WHERE dseq = 2", " 2: the judgment's text is gone"),
        ("UPDATE judgments SET sha256 = zeroblob(32)", " 1: the judgment was changed"),
        ("DELETE FROM judgments WHERE dseq = 1", " 1: the judgment is missing"),
        ("UPDATE devices SET head = zeroblob(32)", " 3: the chain's head is another"),
    ],
)
def test_the_audit_finds_a_changed_judgment(
    run: Run, tutor: str, database: Path, statement: str, says: str
) -> None:
    context = made(f"sqlite:///{database}")
    device = device_of(context, tutor, 3)
    context.database.close()
    assert run("server", "audit", "verify").code == 0
    tampered(database, statement)
    ran = run("server", "audit", "verify")
    assert ran.code == 6
    assert f"{device}{says}" in ran.err


def test_the_audit_names_ids_and_no_person(run: Run, tutor: str) -> None:
    acts = run("server", "audit", "list", "--json").json["acts"]
    assert [act["act"] for act in acts] == ["tutor.add", "code.new"]
    assert acts[0]["actor"] == "console"
    assert acts[0]["object"] == tutor
    assert NAME not in run("server", "audit", "list", "--json").out
    shown = run("server", "audit", "list", "--limit", "1")
    assert "--after 1" in shown.err


def test_a_backup_is_restored_elsewhere(run: Run, tutor: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = run("server", "backup", "-o", str(folder), "--json").json
    assert made["checked"]["ok"] is True
    assert Path(made["file"]).parent == folder
    assert made["keys"] == made["file"] + ".keys"
    there = f"sqlite:///{tmp_path / 'there.db'}"
    assert run("server", "restore", made["file"], "--db", there).code == 0
    (found,) = run("server", "tutor", "list", "--json", "--db", there).json["tutors"]
    assert (found["id"], found["name"]) == (tutor, NAME)
    assert run("server", "audit", "verify", "--db", there).code == 0


def test_a_restore_over_something_asks_first(run: Run, tutor: str, tmp_path: Path) -> None:
    file = tmp_path / "one.db"
    assert run("server", "backup", "-o", str(file)).code == 0
    assert run("server", "tutor", "add", "--role", "lead").code == 0
    assert run("server", "restore", str(file)).code == 2
    assert len(run("server", "tutor", "list", "--json").json["tutors"]) == 2
    ran = run("server", "restore", str(file), "--yes", "--json")
    assert ran.json["rows"]["tutors"] == 1
    assert len(run("server", "tutor", "list", "--json").json["tutors"]) == 1


def test_a_restore_says_what_is_taken_from_tutors_again(
    run: Run, tutor: str, tmp_path: Path
) -> None:
    run("server", "tutor", "change", tutor, "--role", "lead", "--qualify", "law")
    run("server", "backup", "-o", str(tmp_path / "one.db"))
    run("server", "tutor", "change", tutor, "--qualify", "none")
    ran = run("server", "restore", str(tmp_path / "one.db"), "--yes")
    assert "withdrawn again: 0 tasks; roles or qualifications taken again: 1 tutor\n" in ran.err


def test_a_damaged_backup_is_a_mismatch(run: Run, tutor: str, tmp_path: Path) -> None:
    file = tmp_path / "one.db"
    run("server", "backup", "-o", str(file))
    tampered(file, "UPDATE audit SET actor = 't-x'")
    there = f"sqlite:///{tmp_path / 'there.db'}"
    assert run("server", "restore", str(file), "--db", there).code == 6


def test_an_empty_project_exports_nothing(run: Run, tutor: str) -> None:
    ran = run("server", "export")
    assert (ran.code, ran.out) == (0, "")
    assert "--after 0" in ran.err
    assert run("server", "quarantine", "list", "--json").json == {"quarantined": []}


def test_the_database_is_the_flag_s_then_the_file_s(run: Run, home: Path, tmp_path: Path) -> None:
    one, two = (f"sqlite:///{tmp_path / name}" for name in ("one.db", "two.db"))
    settings_of(home, f'name = "Clinic"\ndb = "{one}"\n')
    run("server", "tutor", "add")
    assert (tmp_path / "one.db").exists()
    url = tmp_path / "url.txt"
    url.write_text(f"{two}\n")
    run("server", "tutor", "add", "--db", f"@{url}")
    assert (tmp_path / "two.db").exists()
    assert len(run("server", "tutor", "list", "--json", "--db", one).json["tutors"]) == 1


def test_a_database_that_is_not_there_is_made_only_on_purpose(run: Run, tmp_path: Path) -> None:
    for argv in (("tutor", "list"), ("audit", "verify"), ("backup",), ("export",)):
        ran = run("server", *argv, "--db", f"sqlite:///{tmp_path / 'typo.db'}")
        assert ran.code == 3
        assert "typo.db" in ran.err
    assert not (tmp_path / "typo.db").exists()


@pytest.mark.parametrize(
    "url",
    ["mysql://x", "server.db", "", "sqlite://", "sqlite:///:memory:", "postgresql://h:port", "@no"],
)
def test_a_url_of_no_database_is_refused_without_its_text(run: Run, url: str) -> None:
    ran = run("server", "tutor", "list", "--db", url)
    assert ran.code in {2, 3}
    assert "mysql" not in ran.err


def test_a_file_that_is_no_database_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("hello " * 500)
    assert run("server", "tutor", "list", "--db", f"sqlite:///{tmp_path / 'text.db'}").code == 8


@pytest.mark.parametrize(
    ("text", "guess"), [("regoin = 'cn'\n", "region"), ("db = 5\n", "db"), ("name =\n", "TOML")]
)
def test_a_wrong_setting_is_named(run: Run, home: Path, text: str, guess: str) -> None:
    settings_of(home, text)
    ran = run("server", "tutor", "add")
    assert ran.code == 2
    assert guess in ran.err
    assert "server.toml" in ran.err


def test_the_consent_text_lies_in_a_file_beside_the_settings(run: Run, home: Path) -> None:
    settings_of(home, 'consent = "consent.txt"\n')
    ran = run("server", "tutor", "add")
    assert ran.code == 2
    assert "consent.txt" in ran.err
    (home / "config" / "consent.txt").write_bytes(b"I agree.\r\n")
    assert run("server", "tutor", "add").code == 0
    assert settled(None).table["consent"] == "I agree.\r\n"


def test_rows_and_words_about_them_never_share_stdout(run: Run, tutor: str, tmp_path: Path) -> None:
    for argv in (("export",), ("person", "export", tutor)):
        assert run("server", *argv, "--json").code == 2
        file = tmp_path / f"{argv[0]}.jsonl"
        assert run("server", *argv, "--json", "-o", str(file)).json["file"] == str(file)


def test_without_its_libraries_the_server_says_how_to_install_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    for path in COMMANDS:
        if path.startswith("server "):
            ran = run(*path.split(), *_arguments(path))
            assert ran.code == 2, path
            assert "pip install 'tutorcli[server]'" in ran.err, path


def _arguments(path: str) -> tuple[str, ...]:
    needed = ("change", "revoke", "code", "person", "release", "reject", "restore", "tasks import")
    return ("x",) if any(word in path for word in needed) else ()


def test_several_workers_need_postgresql(run: Run) -> None:
    ran = run("server", "start", "--workers", "2")
    assert ran.code == 2
    assert "PostgreSQL" in ran.err


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_somebody_who_does_not_say_yes_has_said_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    with pytest.raises(typer.Exit) as ended:
        ask("Sure?", yes=False)
    assert ended.value.exit_code == 130
    assert "nothing was done" in capsys.readouterr().err


def test_somebody_who_goes_away_has_said_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    with pytest.raises(typer.Abort):
        ask("Sure?", yes=False)


def test_somebody_who_says_yes_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    ask("Sure?", yes=False)
