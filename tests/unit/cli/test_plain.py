from pathlib import Path
from typing import Any

import pytest

from tests.unit.store.serving import SERVER, lend, pulled, signed_in
from tutorcli.core.wire import Withdrawn
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.store.db import Queue
from tutorcli.store.receiving import receive

from .conftest import Ran, Run


@pytest.fixture(autouse=True)
def _home(filled: Path) -> None:
    """Every test here works on the three tasks."""


def talk(run: Run, *lines: str, argv: tuple[str, ...] = ()) -> Ran:
    ran = run("annotate", "--plain", *argv, stdin="".join(f"{line}\n" for line in lines))
    assert ran.code == 0, ran.err
    return ran


def test_a_ranking_submits_and_goes_on(run: Run) -> None:
    ran = talk(run, "2 > 1")
    order = run("show", "t1", "--json").json["shown_order"]
    (said,) = run("show", "t1", "--judgments", "--json").json["judgments"]
    assert said["ranking"] == [[order[1]], [order[0]]]
    assert "task t2" in ran.out


@pytest.mark.parametrize("line", ["2 1", "#2 > #1", "２ ＞ １", "2>1"])
def test_a_ranking_may_be_typed_in_several_ways(run: Run, line: str) -> None:
    talk(run, line)
    order = run("show", "t1", "--json").json["shown_order"]
    (said,) = run("show", "t1", "--judgments", "--json").json["judgments"]
    assert said["ranking"] == [[order[1]], [order[0]]]


def test_two_unranked_answers_ask_once(run: Run) -> None:
    ran = talk(run, "1", "quit", argv=("t3",))
    assert "2 answers have no rank" in ran.out
    assert run("queue", "--json").json["counts"]["draft"] == 1
    talk(run, "1", "", "quit", argv=("t3",))
    assert run("queue", "--json").json["counts"]["done"] == 1


def test_what_was_said_is_kept_when_the_input_ends(run: Run) -> None:
    talk(run, "rate #1:accuracy=3", "comment 半句，话", "confidence 2")
    assert run("queue", "--json").json["counts"]["draft"] == 1
    ran = talk(run, "1 2", "quit")
    assert "A draft of this task was kept" in ran.out
    (said,) = run("show", "t1", "--judgments", "--json").json["judgments"]
    assert said["comment"] == "半句，话"
    assert said["confidence"] == 2
    assert said["ratings"][0]["value"] == 3


def test_what_is_wrong_is_said_and_asked_again(run: Run) -> None:
    ran = talk(run, "1 > 9", "rate 1:", "foo", "confidence 9", "skip tierd", "skip tired")
    for said in ("#9", "--rate", '"foo" is not known', "from 1 to 5", "near: tired", "t1: skip"):
        assert said in ran.out
    assert run("queue", "--json").json["counts"]["set-aside"] == 1


def test_an_edit_comes_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "better").write_text("Better.")
    talk(run, f"edit #1=@{tmp_path / 'better'}", "1 2", "quit")
    (said,) = run("show", "t1", "--judgments", "--json").json["judgments"]
    assert said["edits"][0]["text"] == "Better."


def test_undo_opens_the_last_judgment_again(run: Run) -> None:
    talk(run, "1 2", "undo", "2 1", "quit")
    first, second = run("show", "t1", "--judgments", "--json").json["judgments"]
    assert second["supersedes"] == first["id"]
    assert second["ranking"] == first["ranking"][::-1]


def test_a_task_put_off_does_not_come_again_in_this_sitting(run: Run) -> None:
    ran = talk(run, "later", "1 2", "1 2 3")
    assert ran.out.count("task t1") == 1
    assert ran.out.endswith("No further task.\n")


def test_nothing_that_biases_is_read_out(run: Run) -> None:
    ran = talk(run, "again", "?")
    assert "SECRET" not in ran.out
    assert "\x1b" not in ran.out


def test_a_task_that_cannot_be_opened_keeps_nobody_from_the_others(run: Run, home: Path) -> None:
    (home / "config/packs").mkdir(parents=True)
    (home / "config/packs/medicine.toml").write_text("name =")
    ran = talk(run, "2 > 1", "quit")
    assert ran.out.startswith("medicine.toml: not TOML")
    assert run("queue", "--state", "done", "--json").json["tasks"][0]["id"] == "t2"


def test_a_language_that_no_task_has_is_an_error(run: Run) -> None:
    ran = run("annotate", "--plain", "--language", "fr")
    assert ran.code == 3
    assert 'no task has the language "fr"' in ran.err


def test_help_names_criteria_and_reasons(run: Run) -> None:
    ran = talk(run, "?")
    assert "accuracy 0-4" in ran.out
    assert "skip tired" in ran.out


def test_a_second_sitting_on_one_home_is_refused(run: Run, home: Path) -> None:
    from tutorcli.store.locks import FileLock

    with FileLock(home / "data" / "screen.lock").held(0):
        ran = run("annotate", "--plain")
    assert ran.code == 8
    assert "a screen is open on this home" in ran.err


def test_a_task_purged_meanwhile_is_left_for_the_next(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Queue.open(home / "data") as queue:
        signed_in(queue)
        receive(queue, SERVER, pulled(assignments=(lend("lent"),)))
    record = judging.record

    def purged_first(desk: Desk, *said: Any) -> None:
        receive(desk.queue, SERVER, pulled(withdrawn=(Withdrawn("lent", "purged"),)))
        record(desk, *said)

    monkeypatch.setattr(judging, "record", purged_first)
    ran = talk(run, "1 > 2", argv=("lent",))
    assert 'the server called the text of task "lent" back' in ran.out
    assert "what was said of it and not submitted is erased" in ran.out
    assert "task t1" in ran.out
