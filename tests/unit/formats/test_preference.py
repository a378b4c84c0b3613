import json
from dataclasses import replace
from typing import Any

from tutorcli.core.judgment import Edit, Judgment, freeze
from tutorcli.core.task import Task, Turn
from tutorcli.formats.policy import Policy
from tutorcli.formats.port import Dossier, Row
from tutorcli.formats.preference import write

from .making import make_judgment, make_task

AB = (("a",), ("b",))
RESERVED = {"prompt", "chosen", "rejected", "completion", "messages", "label"}


def written(task: Task, *judgments: Judgment, **policy: Any) -> list[Row]:
    said = tuple(freeze(replace(judgment, task_sha256="0" * 64)) for judgment in judgments)
    return list(write(Dossier(task, "0" * 64, judgments=said), Policy(**policy)))


def rows(task: Task, *judgments: Judgment, **policy: Any) -> list[dict[str, Any]]:
    return [json.loads(row.line) for row in written(task, *judgments, **policy)]


def test_a_pair_is_explicit_and_conversational() -> None:
    [row] = rows(make_task(), make_judgment(ranking=AB))
    assert row["prompt"] == [{"role": "user", "content": "May I?"}]
    assert row["chosen"] == [{"role": "assistant", "content": "Answer a."}]
    assert row["rejected"] == [{"role": "assistant", "content": "Answer b."}]
    assert set(row) & RESERVED == {"prompt", "chosen", "rejected"}
    assert not set(row["metadata"]) & RESERVED
    assert row["metadata"] == {
        "task": "t1",
        "domain": "law",
        "language": "en",
        "tutor": "local-1",
        "judgment": "j1",
        "tutors": 1,
        "agreeing": 1,
        "chosen_answer": "a",
        "rejected_answer": "b",
        "chosen_model": "model a",
        "rejected_model": "model b",
        "strength": 1,
        "is_edit": False,
        "edit_verified": None,
        "policy": "pairs=all tutors=each min-strength=1 edits=include reasoning=drop",
    }


def test_a_conversation_is_the_prompt_as_it_is() -> None:
    messages = (Turn("system", "Be short."), Turn("user", "May I?", reasoning="trace"))
    [row] = rows(make_task(prompt=None, messages=messages), make_judgment(ranking=AB))
    assert row["prompt"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "May I?"},
    ]


def test_an_edit_is_chosen_over_its_own_base() -> None:
    judgment = make_judgment(edits=(Edit("b", "x", "Better b."),))
    [row] = rows(make_task(), judgment)
    assert row["chosen"] == [{"role": "assistant", "content": "Better b."}]
    assert row["rejected"] == [{"role": "assistant", "content": "Answer b."}]
    facts = row["metadata"]
    assert (facts["is_edit"], facts["edit_verified"], facts["strength"]) == (True, None, 0)
    assert (facts["chosen_answer"], facts["rejected_answer"]) == ("b", "b")
    assert [it.kind for it in written(make_task(), judgment)] == ["edit"]


def thinking() -> Task:
    task = make_task()
    first, *others = task.answers
    return replace(task, answers=(replace(first, reasoning="Hm."), *others))


def test_reasoning_is_dropped_tagged_or_put_under_a_key() -> None:
    judgment = make_judgment(ranking=AB)
    [dropped] = rows(thinking(), judgment)
    assert dropped["chosen"][0]["content"] == "Answer a."
    [tagged] = rows(thinking(), judgment, reasoning="tag")
    assert tagged["chosen"][0]["content"] == "<think>\nHm.\n</think>\n\nAnswer a."
    assert tagged["rejected"][0]["content"] == "Answer b."
    [keyed] = rows(thinking(), judgment, reasoning="key")
    assert keyed["chosen"] == [{"role": "assistant", "content": "Answer a.", "thinking": "Hm."}]
    assert keyed["rejected"][0]["thinking"] == ""
    assert keyed["prompt"][0]["thinking"] == ""


def test_the_turns_of_an_answer_come_without_those_of_the_prompt() -> None:
    asked = Turn("user", "May I?")
    turns = (asked, Turn("assistant", "Where?"), Turn("user", "Here."), Turn("assistant", "Yes."))
    task = make_task()
    long = replace(task.answers[0], turns=turns, text="Yes.")
    task = replace(task, answers=(long, *task.answers[1:]))
    edit = make_judgment(edits=(Edit("a", "x", "Yes, you may."),))
    [pair] = rows(task, make_judgment(ranking=AB))
    [edited] = rows(task, edit)
    assert [said["content"] for said in pair["chosen"]] == ["Where?", "Here.", "Yes."]
    assert [said["content"] for said in edited["chosen"]] == ["Where?", "Here.", "Yes, you may."]
    assert [said["content"] for said in edited["rejected"]] == ["Where?", "Here.", "Yes."]


def test_an_edit_of_a_text_that_is_no_turn_is_compared_with_that_text() -> None:
    task = make_task()
    long = replace(task.answers[0], turns=(Turn("assistant", "Yes."),), text="**Doctor**: Yes.")
    task = replace(task, answers=(long, *task.answers[1:]))
    [row] = rows(task, make_judgment(edits=(Edit("a", "x", "No."),)))
    assert [len(row["chosen"]), len(row["rejected"])] == [1, 1]
    assert row["rejected"][0]["content"] == "**Doctor**: Yes."


def test_every_row_has_the_same_keys() -> None:
    said = make_judgment(ranking=AB, edits=(Edit("a", "x", "Better."),))
    other = make_judgment("j2", tutor="t2", ranking=(("b",), ("a", "c")))
    for reasoning in ("drop", "tag", "key"):
        for tutors in ("each", "majority"):
            found = rows(thinking(), said, other, reasoning=reasoning, tutors=tutors)
            assert len(found) > 1
            keys = {(frozenset(row), frozenset(row["metadata"])) for row in found}
            messages = {
                frozenset(it)
                for row in found
                for key in ("prompt", "chosen", "rejected")
                for it in row[key]
            }
            assert len(keys) == len(messages) == 1
            # A reader that saw null alone in its first megabytes stops at text.
            assert not any(
                item is None
                for row in found
                for part in (row["metadata"], *row["prompt"], *row["chosen"], *row["rejected"])
                for key, item in part.items()
                if key != "edit_verified"
            )


def test_a_judgment_of_an_older_text_is_written_with_that_text() -> None:
    old = make_task(prompt="Might I?")
    said = (
        freeze(make_judgment("j1", task_sha256="1" * 64, ranking=AB)),
        freeze(make_judgment("j2", tutor="t2", task_sha256="2" * 64, ranking=AB)),
        freeze(make_judgment("j3", tutor="t3", task_sha256="3" * 64, ranking=AB)),
    )
    dossier = Dossier(make_task(), "2" * 64, judgments=said, versions={"1" * 64: old})
    found = [json.loads(row.line) for row in write(dossier, Policy())]
    assert [(row["metadata"]["judgment"], row["prompt"][0]["content"]) for row in found] == [
        ("j1", "Might I?"),
        ("j2", "May I?"),
    ]


def test_a_pair_with_an_answer_that_the_task_lacks_is_left_out() -> None:
    assert rows(make_task(), make_judgment(ranking=(("a",), ("zz",)))) == []
    assert (
        list(write(Dossier(None, judgments=(freeze(make_judgment(ranking=AB)),)), Policy())) == []
    )
