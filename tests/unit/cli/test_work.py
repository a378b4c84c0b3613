import json
from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture(autouse=True)
def _home(filled: Path) -> None:
    """Every test here works on the three tasks."""


def test_queue_json_is_counts_and_tasks(run: Run) -> None:
    found = run("queue", "--json").json
    assert found["counts"] == {"open": 3, "draft": 0, "done": 0, "set-aside": 0, "withdrawn": 0}
    assert [task["id"] for task in found["tasks"]] == ["t1", "t2", "t3"]
    assert set(found["tasks"][0]) == {
        "id", "domain", "language", "state", "disposition", "answers", "updated_at"
    }  # fmt: skip


def test_queue_counts_domains_and_languages_of_the_state_that_is_asked_for(run: Run) -> None:
    run("judge", "t3", "--rank", "a > b")
    found = run("queue", "--json", "--limit", "1").json
    assert (sum(found["domains"].values()), sum(found["languages"].values())) == (3, 3)
    assert found["domains"]["law"] == 2
    found = run("queue", "--state", "done", "--json").json
    assert (found["domains"], list(found["languages"].values())) == ({"law": 1}, [1])
    assert run("queue", "--language", "zh-Hans", "--json").json["domains"] == {"law": 1}
    assert "domains: 2 law, 1 " in run("queue").err


def test_queue_tells_the_most_frequent_of_many_domains(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutorcli.cli.work._MOST_WORDS", 1)
    assert "domains: 2 law, 1 more; --json has all" in run("queue").err


def test_queue_filters_and_limits(run: Run) -> None:
    assert [task["id"] for task in run("queue", "--domain", "law", "--json").json["tasks"]] == [
        "t2", "t3"
    ]  # fmt: skip
    assert run("queue", "--language", "zh-Hans", "--json").json["counts"]["open"] == 1
    assert len(run("queue", "--limit", "1", "--json").json["tasks"]) == 1
    assert run("queue", "--state", "done", "--json").json["tasks"] == []


def test_queue_searches_what_stdin_says(run: Run) -> None:
    found = run("queue", "--search", "-", "--json", stdin="合同\n").json
    assert [task["id"] for task in found["tasks"]] == ["t2"]


def test_queue_for_people_tells_counts_on_stderr(run: Run) -> None:
    ran = run("queue")
    assert ran.out.splitlines()[0].split()[0] == "task"
    assert "合同?" in ran.out
    assert "3 open, 0 draft" in ran.err


def test_an_empty_queue_says_what_to_run(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUTORCLI_HOME", str(tmp_path / "new"))
    ran = run("queue")
    assert ran.out == ""
    assert "tutorcli import" in ran.err


def test_nothing_that_biases_is_shown_before_the_judgment(run: Run) -> None:
    for argv in (("show", "t1"), ("show", "t1", "--json"), ("queue",), ("queue", "--json")):
        ran = run(*argv)
        assert "SECRET" not in ran.out + ran.err
        assert "human" not in ran.out
    assert "SECRET-model-1" in run("show", "t1", "--unblind").out


def test_a_skip_opens_nothing_and_a_judgment_does(run: Run) -> None:
    assert run("judge", "t1", "--skip", "tired").code == 0
    assert "SECRET" not in run("show", "t1", "--json").out
    assert run("judge", "t1", "--rank", "b > a").code == 0
    task = run("show", "t1", "--json").json["task"]
    assert task["answers"][0]["model"] == "SECRET-model-1"
    assert task["unknown"] == "SECRET"


def test_show_makes_hostile_text_visible(run: Run) -> None:
    ran = run("show", "t1")
    assert "\x1b" not in ran.out
    assert "Second ␛[31manswer." in ran.out
    assert (
        run("show", "t1", "--json").json["task"]["answers"][1]["text"] == "Second \x1b[31manswer."
    )


def test_show_with_judgments_tells_what_was_said(run: Run) -> None:
    assert run("show", "t1", "--json", "--judgments").json["judgments"] == []
    run("judge", "t1", "--rank", "a = b |", "--confidence", "4")
    (said,) = run("show", "t1", "--json", "--judgments").json["judgments"]
    assert said["ranking"] == [["a", "b"]]
    assert "ranking: a = b |" in run("show", "t1", "--judgments").out


def test_the_words_of_others_are_shown_after_ones_own(run: Run, tmp_path: Path) -> None:
    from tutorcli import config
    from tutorcli.core.judgment import Judgment, freeze
    from tutorcli.services.desk import open_desk
    from tutorcli.store import importing, tasks

    with open_desk(config.load()) as desk:
        stored = tasks.load(desk.queue, "t1")
        assert stored is not None
        other = Judgment(
            "01a15857-d095-7cd6-858d-de771b1c7cba", "t1", stored.sha256, "local-00000001", "t1",
            role="imported", comment="OTHER",
        )  # fmt: skip
        importing.append_many(desk.queue, [freeze(other)])
    assert "OTHER" not in run("show", "t1", "--judgments").out
    assert "OTHER" in run("show", "t1", "--judgments", "--unblind").out
    run("judge", "t1", "--rank", "a > b")
    assert "OTHER" in run("show", "t1", "--judgments").out


def test_a_task_that_is_not_there_exits_3(run: Run) -> None:
    ran = run("show", "t9")
    assert ran.code == 3
    assert 'there is no task "t9"' in ran.err
    assert "see them with: tutorcli queue" in ran.err


@pytest.mark.parametrize("argv", [("show", "T1"), ("judge", "tt1", "--rank", "a > b")])
def test_a_task_id_with_a_slip_suggests_the_near_one(run: Run, argv: tuple[str, ...]) -> None:
    ran = run(*argv)
    assert ran.code == 3
    assert 'did you mean "t1"?' in ran.err


@pytest.mark.parametrize("language", ["zh", "ZH", "zh-Hans", "ZH-hans-CN"])
def test_queue_finds_a_language_more_or_less_exact(run: Run, language: str) -> None:
    ran = run("queue", "--language", language, "--domain", "LAW", "--json")
    assert [task["id"] for task in ran.json["tasks"]] == ["t2"]
    assert "no task has" not in run("queue", "--language", language).err
    ran = run("queue", "--language", "zh-Hant")
    assert 'no task has the language "zh-Hant"' in ran.err


@pytest.fixture
def waiting(run: Run, tmp_path: Path) -> None:
    """A further task, first in the queue, whose protocol is not here."""
    task = {"id": "w1", "domain": "law", "language": "en", "prompt": "Wait?", "priority": 9}
    answers = [{"id": "a", "text": "Yes.", "model": "SECRET"}]
    file = tmp_path / "waiting.jsonl"
    file.write_text(json.dumps({**task, "answers": answers, "protocol": "mine@2"}), "utf-8")
    assert run("import", str(file)).code == 0


@pytest.mark.usefixtures("waiting")
def test_a_task_whose_protocol_is_not_here_is_shown_with_a_note(run: Run, home: Path) -> None:
    ran = run("show", "w1")
    assert ran.code == 0
    assert "Wait?" in ran.out
    assert "SECRET" not in ran.out
    assert 'note: there is no protocol "mine"\n' in ran.err
    assert str(home / "config/protocols") in ran.err
    assert "tutorcli protocol list" in ran.err
    assert run("show", "w1", "--json").json["missing_protocol"] == "mine@2"
    assert run("show", "t1", "--json").json["missing_protocol"] is None
    assert run("show", "t1").err == ""


@pytest.mark.usefixtures("waiting")
def test_a_task_whose_protocol_is_not_here_cannot_be_judged_yet(run: Run, home: Path) -> None:
    from .test_settings_commands import PROTOCOL

    assert run("judge", "w1", "--skip", "tired").code == 3
    folder = home / "config/protocols"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(PROTOCOL)
    assert run("judge", "w1", "--skip", "tired").code == 0


def test_a_broken_pack_stops_only_what_uses_it(run: Run, home: Path) -> None:
    (home / "config/packs").mkdir(parents=True)
    (home / "config/packs/law.toml").write_text("name =")
    assert run("show", "t2").code == 0
    assert run("queue").code == 0
    assert run("judge", "t1", "--rank", "a > b").code == 0
    ran = run("judge", "t2", "--rank", "a > b")
    assert (ran.code, "law.toml: not TOML" in ran.err) == (3, True)


def test_status_counts(run: Run) -> None:
    run("judge", "t1", "--rank", "a > b")
    found = run("status", "--json").json
    assert found["tasks"]["done"] == 1
    assert found["judgments"] == 1
    assert found["unsent"] == 1
    assert found["tutor"].startswith("local-")
    assert found["tutor"] in run("status").out


def test_a_draft_counts_before_the_state(run: Run) -> None:
    from tutorcli import config
    from tutorcli.services import judging
    from tutorcli.services.desk import open_desk

    with open_desk(config.load()) as desk:
        judging.record(desk, judging.open_task(desk, "t1"), [["set", "ranking", [["a"]]]])
    found = run("queue", "--json").json
    assert (found["counts"]["open"], found["counts"]["draft"]) == (2, 1)
    assert found["tasks"][0]["state"] == "draft"
    assert json.loads(run("queue", "--state", "draft", "--json").out)["tasks"][0]["id"] == "t1"
