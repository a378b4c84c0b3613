"""The whole job line by line, and that nothing of it needs more than lines."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens import fill
from tests.unit.cli.conftest import Ran, Run

Talk = Callable[..., Ran]
MARK = "Zanzibarov"


def task(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"t{number}",
        "domain": "medicine",
        "language": "en",
        "prompt": f"Question {number} of {MARK}?",
        "answers": [{"id": key, "text": f"Text {key} {number}."} for key in "abc"],
        **fields,
    }


@pytest.fixture
def talk(run: Run, home: Path) -> Talk:
    fill(home, [task(1), task(2), task(3, protocol="medicine-rank-rate"), task(4, answers=[])])

    def act(*lines: str, argv: tuple[str, ...] = ()) -> Ran:
        ran = run("annotate", "--plain", *argv, stdin="".join(f"{line}\n" for line in lines))
        assert ran.code == 0, ran.err
        return ran

    return act


def said(run: Run, task_id: str = "t1") -> dict[str, Any]:
    found = run("show", task_id, "--judgments", "--json").json["judgments"]
    return dict(found[-1])


def test_a_session_says_everything_that_the_screen_can_say(run: Run, talk: Talk) -> None:
    ran = talk(
        *("rank 2 > 1 = 3", "said", "strength", "6", "."),
        *("rate 2", "4", "9", "back", "", ".", "rate #1:accuracy=1"),
        *("edit 1", "New first line.", "", "..", "Last.", ".", "1", ".", "reasons 1", "2", ""),
        *("comment", "one", "two", ".", "confidence", "4", "2 | 1"),
        "quit",
    )
    assert "ranking: " in ran.out
    judged = said(run)
    order = judged["shown_order"]
    assert judged["ranking"] == [[order[1]], [order[0]], [order[2]]]
    assert judged["accept_line"] == 1
    assert judged["edits"][0]["text"] == "New first line.\n\n.\nLast."
    assert (judged["comment"], judged["confidence"]) == ("one\ntwo", 4)
    ratings = {(it["answer"], it["criterion"]): it for it in judged["ratings"]}
    assert ratings[order[1], "accuracy"]["value"] == 4
    assert ratings[order[0], "accuracy"]["value"] == 1
    assert any(it.get("na") for it in judged["ratings"])
    assert {it["value"] for it in judged["strengths"]} <= {2, -2}
    assert "task t2" in ran.out


def test_in_chinese_with_full_width_signs(run: Run, talk: Talk, home: Path) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config/config.toml").write_text('language = "zh-Hans"\n')
    ran = talk(
        *("ｒａｔｅ　２", "４", "．", "ｃｏｎｆｉｄｅｎｃｅ　５", "ｃｏｍｍｅｎｔ　第二个，更好。"),
        *("ｅｄｉｔ　１", "改过的：全文。", "．", ".", "２＞１＝３｜"),
        *("ｓ", "１", "２", "ｐ", "是", "ｕ", "ｑ"),
    )
    judged = said(run)
    order = judged["shown_order"]
    assert judged["ranking"] == [[order[1]], [order[0], order[2]]]
    assert (judged["comment"], judged["confidence"]) == ("第二个，更好。", 5)
    assert judged["edits"][0]["text"] == "改过的：全文。"
    assert judged["ratings"][0]["value"] == 4
    assert (said(run, "t2")["disposition"], said(run, "t2")["reason"]) == ("skip", "language")
    assert said(run, "t3")["disposition"] == "withdrawn"
    assert ran.out.count("task t3") == 2


def test_every_line_is_plain_and_every_wait_ends_with_the_mark(talk: Talk) -> None:
    ran = talk("?", "rate", ".", "aside", "", "guideline", "list", "status", "edit 1", ".", "zzz")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u2500-\u257f]", ran.out)
    assert ran.out.endswith("\n> ")


def test_parts_are_read_out_again(talk: Talk) -> None:
    ran = talk("prompt", "read 2", "guideline", "quit")
    after = ran.out.split("for help\n")[1]
    assert after.count(f"Question 1 of {MARK}?") == 1
    assert after.count("--- answer 2") == 1
    assert "--- answer 1" not in after
    assert "accuracy" in after.casefold()


def test_answers_are_compared_with_each_other_and_with_their_correction(talk: Talk) -> None:
    lines = ("compare 1 2", "edit 1", "Text x 1.", ".", ".", "compare 1", "compare", "quit")
    ran = talk(*lines)
    order = re.findall(r"--- answer \d \((\w)\)", ran.out)
    assert f"- {order[0]}\n+ {order[1]}\n= 1." in ran.out
    assert f"- {order[0]}\n+ x\n= 1." in ran.out
    assert 'the task has no answer "-"' in ran.out


def test_words_are_found_in_the_open_task(talk: Talk) -> None:
    ran = talk("seek text A 1", "seek zzz", "seek", f"seek {MARK.lower()}", "quit")
    assert re.search(r"Answer \d: Text a 1\.", ran.out)
    assert f"prompt: Question 1 of {MARK}?" in ran.out
    assert ran.out.count("not found") == 2


def test_texts_are_written_out_and_named_once_they_must_go(talk: Talk, home: Path) -> None:
    ran = talk("write 2", "Y 2", "write", "write 9", "p", "", "quit")
    files = sorted((home / "data" / "copied" / "t1").iterdir())
    assert [path.name for path in files] == ["answer-2-2.md", "answer-2.md", "prompt.md"]
    order = re.findall(r"--- answer \d \((\w)\)", ran.out)
    assert files[0].read_text("utf-8") == f"Text {order[1]} 1."
    assert f"Question 1 of {MARK}?" in files[2].read_text("utf-8")
    assert 'the task has no answer "9"' in ran.out
    assert f"delete what was copied of it: {files[0].parent}" in ran.out


def test_tasks_are_listed_found_and_opened(talk: Talk) -> None:
    ran = talk("list", "find Text a 3", "go #1", "go t9", "list nonsense", "find", "3 > 2 > 1")
    assert "#2 t2, open, medicine, en: Question 2" in ran.out
    assert "#1 t3, open" in ran.out
    assert 'there is no task "t9"' in ran.out
    assert "there is no nonsense here" in ran.out
    assert "ratings are not given yet" in ran.out


def test_ratings_that_are_required_are_asked_for(run: Run, talk: Talk) -> None:
    ran = talk("1 2 3", "rate", *["3"] * 30, "done", "quit", argv=("t3",))
    assert "ratings are not given yet" in ran.out
    assert said(run, "t3")["disposition"] == "done"


def test_a_task_is_set_aside_by_questions(run: Run, talk: Talk) -> None:
    talk("aside", "2", "1", "1", "aside", "3", "1", "quit")
    assert (said(run)["disposition"], said(run)["refer_to"]) == ("refer", "emergency")
    ran = run("show", "t2")
    assert ran.code == 5


def test_personal_data_closes_the_task_everywhere(run: Run, talk: Talk, home: Path) -> None:
    ran = talk("edit 1", f"Better, {MARK}.", ".", ".", "personal", "no", "p", "", "quit")
    assert "closed" in ran.out
    assert said_of(run, "t1") == (5, "")
    for argv in (
        ("queue", "--state", "set-aside"),
        ("queue", "--json"),
        ("export", "--format", "jsonl"),
        ("export", "--format", "jsonl", "--unblind"),
        ("export", "--format", "trl-preference"),
        ("show", "t1", "--unblind", "--judgments", "--json"),
        ("status", "--json"),
    ):
        told = run(*argv)
        assert f"Question 1 of {MARK}" not in told.out + told.err
        assert "Better" not in told.out + told.err
    again = talk("find Question 1", "go t1", "undo", "quit")
    assert f"Question 1 of {MARK}" not in again.out
    assert again.out.count("it contains personal data") == 2
    assert "t1: personal data" not in talk("find personal", "quit").out


def said_of(run: Run, task_id: str) -> tuple[int, str]:
    ran = run("show", task_id)
    return ran.code, ran.out


def test_undo_in_the_same_sitting_brings_the_text_back(run: Run, talk: Talk) -> None:
    ran = talk("p", "", "undo", "quit")
    assert "taken back; the task is open again" in ran.out
    assert ran.out.count(f"Question 1 of {MARK}?") == 2
    assert run("show", "t1").code == 0


def test_a_closed_task_can_be_opened_again_by_the_command_line(run: Run, talk: Talk) -> None:
    talk("p", "", "quit")
    assert run("judge", "t1", "--rank", "#1 > #2").code == 5
    assert run("judge", "t1", "--withdraw").code == 0
    assert MARK in run("show", "t1").out


def test_what_was_typed_of_a_text_is_kept_when_the_input_ends(run: Run, talk: Talk) -> None:
    talk("edit 1", "Half of a")
    ran = talk("said", "quit")
    assert ran.out.count("Half of a") == 2
    assert run("queue", "--json").json["counts"]["draft"] == 1


@pytest.mark.parametrize("line", ["rate", "aside", "p", "comment", "strength", "confidence"])
def test_the_input_may_end_at_any_question(run: Run, talk: Talk, line: str) -> None:
    talk("confidence 3", line)
    assert run("queue", "--json").json["counts"]["draft"] == 1


def test_what_was_said_is_forgotten_or_taken_back(run: Run, talk: Talk) -> None:
    talk("confidence 3", "forget", "1 2 3", "go t2", "withdraw", "quit")
    assert run("queue", "--json").json["counts"]["draft"] == 0
    assert said(run, "t2")["disposition"] == "withdrawn"


def test_an_edit_that_changes_nothing_is_dropped(talk: Talk) -> None:
    ran = talk("edit 1", ".", "said", "editor 1", "quit")
    assert "changes nothing" in ran.out
    assert "Nothing was said yet." in ran.out
    assert "an editor needs a terminal" in ran.out


def test_a_task_without_answers_can_be_left(run: Run, talk: Talk) -> None:
    ran = talk("read 1", "rate", "strength", "edit 1", "skip tired", argv=("t4",))
    assert ran.out.count("the task has no answer") == 2
    assert said(run, "t4")["disposition"] == "skip"


def test_hostile_text_steers_nothing(run: Run, home: Path) -> None:
    text = "a\x1b]0;title\x07b\x1b[2Jc\u202ed"
    answers = [{"id": key, "text": text} for key in "ab"]
    fill(home, [task(1, id="x\x1b[31m", prompt=text, answers=answers)])
    lines = ["list", "read 1", "prompt", "edit 1", text, ".", ".", f"comment {text}", "said"]
    ran = run("annotate", "--plain", stdin="\n".join([*lines, text, "go \x1b[5m", "p", "", "list"]))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", ran.out + ran.err)
