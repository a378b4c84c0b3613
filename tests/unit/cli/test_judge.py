import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run


@pytest.fixture(autouse=True)
def _home(filled: Path) -> None:
    """Every test here works on the three tasks."""


def judgments(run: Run, task: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("show", task, "--judgments", "--json").json["judgments"]
    return found


def test_a_ranking_is_stored_and_told(run: Run) -> None:
    ran = run("judge", "t3", "--rank", "b > a = c |")
    assert (ran.code, ran.out) == (0, "t3: b > a = c |\n")
    (said,) = judgments(run, "t3")
    assert said["ranking"] == [["b"], ["a", "c"]]
    assert said["accept_line"] == 2
    assert said["disposition"] == "done"


def test_unranked_answers_stay_unranked(run: Run) -> None:
    run("judge", "t3", "--rank", "b > a")
    assert judgments(run, "t3")[0]["ranking"] == [["b"], ["a"]]


def test_everything_that_flags_can_say(run: Run, tmp_path: Path) -> None:
    (tmp_path / "better").write_text("Better.\r\n", newline="")
    ran = run(
        "judge", "t1", "--rank", "b > a", "--rate", "a:accuracy=3", "--rate", "b:accuracy=na",
        "--edit", f"a=@{tmp_path / 'better'}", "--comment", "-", "--confidence", "5",
        "--flag", "urgent", "--flag", "urgent", "--json", stdin="Said.\n",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.json["revision"] == 1
    (said,) = judgments(run, "t1")
    assert (
        said["ratings"]
        == [
            {"answer": "a", "criterion": "accuracy", "value": 3},
            {"answer": "b", "criterion": "accuracy", "na": True},
        ]
        or said["ratings"][0]["value"] == 3
    )
    assert said["edits"][0]["text"] == "Better.\r\n"
    assert said["comment"] == "Said.\n"
    assert (said["confidence"], said["flags"]) == (5, ["urgent"])


def test_numbers_mean_the_order_shown(run: Run) -> None:
    order = run("show", "t1", "--json").json["shown_order"]
    run("judge", "t1", "--rank", "#2 > #1")
    assert judgments(run, "t1")[0]["ranking"] == [[order[1]], [order[0]]]


def test_judging_again_is_a_revision(run: Run) -> None:
    run("judge", "t1", "--rank", "a > b")
    ran = run("judge", "t1", "--rank", "b > a", "--json")
    assert ran.json["revision"] == 2
    first, second = judgments(run, "t1")
    assert second["supersedes"] == first["id"]


@pytest.mark.parametrize(
    ("argv", "disposition", "state"),
    [
        (("--skip", "tired"), "skip", "set-aside"),
        (("--refer", "cardiology"), "refer", "set-aside"),
        (("--bad-task", "unclear_prompt"), "bad_task", "set-aside"),
        (("--give-up", "too_long"), "give_up", "set-aside"),
        (("--conflict", "own_work"), "conflict", "set-aside"),
    ],
)
def test_a_task_is_set_aside_for_a_reason(
    run: Run, argv: tuple[str, ...], disposition: str, state: str
) -> None:
    assert run("judge", "t1", *argv, "--json").json["disposition"] == disposition
    task = run("queue", "--json").json["tasks"][0]
    assert (task["disposition"], task["state"]) == (disposition, state)


def test_a_referral_names_its_specialty(run: Run) -> None:
    run("judge", "t1", "--refer", "cardiology", "--comment", "-", stdin="why")
    (said,) = judgments(run, "t1")
    assert (said["refer_to"], said["comment"]) == ("cardiology", "why")


def test_taking_back_opens_the_task_again(run: Run) -> None:
    run("judge", "t1", "--rank", "a > b")
    assert run("judge", "t1", "--withdraw").code == 0
    assert run("queue", "--json").json["counts"]["open"] == 3
    assert run("judge", "t1", "--withdraw").code == 3


@pytest.mark.parametrize("source", [(), ("--from", "-")])
def test_copies_of_a_task_with_personal_data_are_named(
    run: Run, home: Path, source: tuple[str, ...]
) -> None:
    folder = home / "data" / "copied" / "t3"
    folder.mkdir(parents=True)
    (folder / "answer-1.md").write_text("a name", "utf-8")
    line = {"task": "t3", "disposition": "bad_task", "reason": "personal_data"}
    words = source or ("t3", "--bad-task", "personal_data")
    ran = run("judge", *words, stdin=json.dumps(line) + "\n")
    assert (ran.code, ran.out) == (0, "t3: bad_task\n")
    assert ran.err == f"note: delete what was copied of it: {folder}\n"


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (("t1",), 2, "nothing is said"),
        ((), 2, "--from"),
        (("t1", "--from", "x"), 2, "--from"),
        (("t1", "--skip", "tired", "--rank", "a > b"), 2, "not two of these"),
        (("t1", "--skip", "tired", "--withdraw"), 2, "not two of these"),
        (("t1", "--rank", "a > z"), 3, 'answer "z", which the task lacks'),
        (("t1", "--rank", "a >"), 3, "ends without an answer"),
        (("t1", "--rank", "a > b", "--rate", "a:acuracy=3"), 3, "near: accuracy"),
        (("t1", "--rank", "a > b", "--rate", "a:accuracy=9"), 3, "9 is not from"),
        (("t1", "--skip", "tierd"), 3, "near: tired"),
        (("t1", "--rank", "a > b", "--comment", "words"), 2, "@FILE or -"),
        (("t1", "--rank", "a > b", "--confidence", "7"), 2, "confidence"),
        (("t9", "--rank", "a > b"), 3, "no task"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    run: Run, argv: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("judge", *argv)
    assert ran.code == code
    assert said in ran.err
    assert run("queue", "--json").json["counts"]["open"] == 3


def test_an_edit_without_a_change_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "same").write_text("First answer.")
    ran = run("judge", "t1", "--rank", "a > b", "--edit", f"a=@{tmp_path / 'same'}")
    assert ran.code == 3
    assert "changes nothing" in ran.err


def lines(*rows: object) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_many_judgments_come_from_one_file(run: Run) -> None:
    given = lines(
        {"task": "t1", "ranking": [["b"], ["a"]], "verdict": "fine", "confidence": 2},
        {"task": "t2", "disposition": "skip", "reason": "language"},
        {
            "task": "t3",
            "ranking": [["a"], ["b"], ["c"]],
            "edits": [{"answer": "c", "text": "Better."}],
            "comment": "x",
        },
    )
    ran = run("judge", "--from", "-", "--json", stdin=given)
    assert ran.code == 0, ran.err
    assert (ran.json["judged"], ran.json["rejected"], ran.json["errors"]) == (3, 0, [])
    (said,) = judgments(run, "t1")
    assert (said["verdict"], said["confidence"]) == ("fine", 2)
    assert judgments(run, "t3")[0]["edits"][0]["text"] == "Better."


def test_one_bad_line_stores_nothing_and_every_bad_line_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text(
        lines(
            {"task": "t1", "ranking": [["a"], ["b"]]},
            {"task": "t9", "ranking": [["a"]]},
            {"task": "t2", "rankin": []},
            {"task": "t2", "ranking": [["a"], ["z"]]},
            {"task": "t2", "tutor": "someone"},
            {"task": "t2", "disposition": "skip", "reason": "tired", "confidence": 3},
            {"task": "t3", "ranking": [["a"]], "edits": [{"answer": "c", "text": "Third."}]},
            {"ranking": [["a"]]},
            {"task": "t2", "disposition": "withdrawn"},
        )
        + "nonsense\n"
    )
    ran = run("judge", "--from", str(file), "--json")
    assert ran.code == 3
    found = {(error["line"], error["field"]) for error in ran.json["errors"]}
    assert found == {
        (2, None), (3, "rankin"), (4, "ranking"), (5, "tutor"), (6, "confidence"),
        (7, "edits[0]"), (8, "task"), (9, "disposition"), (10, None),
    }  # fmt: skip
    assert (ran.json["judged"], ran.json["rejected"]) == (0, 9)
    assert all(error["file"] == str(file) for error in ran.json["errors"])
    assert f'{file}:3: rankin: is no known key; did you mean "ranking"?' in ran.err
    assert run("queue", "--json").json["counts"]["open"] == 3


def test_a_draft_on_the_screen_is_not_thrown_away(run: Run) -> None:
    from tutorcli import config
    from tutorcli.services import judging
    from tutorcli.services.desk import open_desk

    with open_desk(config.load()) as desk:
        judging.record(desk, judging.open_task(desk, "t1"), [["set", "ranking", [["a"]]]])
    assert run("judge", "t1", "--rank", "a > b").code == 3
    assert run("queue", "--json").json["counts"]["draft"] == 1
