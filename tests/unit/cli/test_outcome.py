import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tutorcli import errors, i18n
from tutorcli.cli import log, outcome, session
from tutorcli.errors import TutorError, message


def kinds(kind: type[TutorError]) -> list[type[TutorError]]:
    return [kind, *(below for sub in kind.__subclasses__() for below in kinds(sub))]


def raising(error: BaseException) -> int:
    def act() -> None:
        raise error

    session.start([])
    return outcome.of(act)


@pytest.mark.parametrize(
    "kind", [item for item in kinds(TutorError) if item.__module__ == errors.__name__]
)
def test_every_class_of_error_exits_with_its_code(
    kind: type[TutorError], capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(kind(message("lost {n}", n=3), hint=message("look there"))) == kind.exit_code
    assert capsys.readouterr().err == "tutorcli: lost 3\n  look there\n"


def test_nothing_wrong_is_zero_and_a_number_is_kept() -> None:
    assert outcome.of(lambda: None) == 0
    assert outcome.of(lambda: 5) == 5


def test_ctrl_c_exits_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "tutorcli: interrupted\n"


def test_a_full_disk_exits_with_8(capsys: pytest.CaptureFixture[str]) -> None:
    code = errno.ENOSPC
    assert raising(OSError(code, os.strerror(code))) == 8
    assert "nothing more can be written" in capsys.readouterr().err


def test_a_read_only_disk_is_not_told_to_free_space(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(OSError(errno.EROFS, os.strerror(errno.EROFS))) == 8
    said = capsys.readouterr().err
    assert "Read-only file system" in said
    assert "the disk is read-only" in said
    assert "free some space" not in said


def test_an_interrupted_act_says_what_became_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    stop = outcome.Interrupted(message("cut: {n} done", n=0), message("run it again"))
    assert raising(stop) == 130
    assert capsys.readouterr().err == "tutorcli: cut: 0 done\n  run it again\n"


def test_an_unexpected_error_names_the_log_and_tells_no_text(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(ValueError("the patient said")) == 1
    file = home / "logs" / "tutorcli.log"
    assert capsys.readouterr().err == f"tutorcli: unexpected ValueError; see {file}\n"
    written = file.read_text()
    assert "builtins.ValueError" in written
    assert "test_outcome:" in written
    assert "patient" not in written
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    session.start(["--debug"])

    def act() -> None:
        raise ValueError("said aloud")

    assert outcome.of(act) == 1
    assert "Traceback" in capsys.readouterr().err


def test_errors_speak_the_language_of_the_screens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(i18n, "translate", lambda what: f"<{what}>")
    raising(errors.InputError(message("gone")))
    assert capsys.readouterr().err == "tutorcli: <gone>\n"


def test_a_value_in_an_error_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    raising(errors.InputError(message("no task {id}", id="\x1b[2Jx")))
    assert capsys.readouterr().err == "tutorcli: no task ␛[2Jx\n"


def test_a_reader_that_went_away_is_silent_and_141() -> None:
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [sys.executable, "-m", "tutorcli", "config", "keys", "--json"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_the_log_turns_over_when_it_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LARGEST", 50)
    file = log.path(tmp_path)
    for number in range(10):
        assert log.append(file, f"event {number} of some length")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "tutorcli.log",
        "tutorcli.log.1",
        "tutorcli.log.2",
        "tutorcli.log.3",
    ]
    assert "event 9" in file.read_text()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file, no folder")
    assert log.append(tmp_path / "logs" / "tutorcli.log", "event") is False


def test_events_go_to_the_log_and_when_verbose_to_stderr(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import logging

    session.start(["-v"])
    session.settings()
    logging.getLogger("tutorcli.somewhere").info("12 sent")
    assert capsys.readouterr().err == "INFO tutorcli.somewhere: 12 sent\n"
    assert (home / "logs/tutorcli.log").read_text().endswith("INFO tutorcli.somewhere: 12 sent\n")
    session.start([])
    session.settings()
    logging.getLogger("tutorcli.somewhere").info("13 sent")
    assert capsys.readouterr().err == ""


def test_text_that_the_locale_lacks_is_escaped_and_json_is_utf8() -> None:
    env = {
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "TUTORCLI_HOME": os.environ["TUTORCLI_HOME"],
    }
    shown = [sys.executable, "-m", "tutorcli", "pack", "show", "law", "--json"]
    ran = subprocess.run(shown, capture_output=True, check=True, env=env)
    assert "规则" in ran.stdout.decode("utf-8")
    chinese = {**env, "TUTORCLI_LANGUAGE": "zh"}
    ran = subprocess.run(shown[:-1], capture_output=True, check=True, env=chinese)
    assert b"\\u89c4\\u5219" in ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["config", "show"]])
def test_an_output_that_is_full_is_told_without_a_traceback(argv: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "tutorcli", *argv],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 8
    assert ran.stderr.startswith("tutorcli: nothing more can be written")
    assert "Traceback" not in ran.stderr


def test_streams_that_the_shell_closed_stop_nothing() -> None:
    line = 'exec "$0" -m tutorcli config show <&- >&- 2>&-'
    ran = subprocess.run(["sh", "-c", line, sys.executable], check=False)
    assert ran.returncode == 0
