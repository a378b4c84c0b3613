"""What is left of a task whose text was called back."""

from tutorcli.core.canonical import digest, dumps
from tutorcli.core.erasing import erased
from tutorcli.core.task import Answer, Passage, RubricCriterion, Task, Turn, task_to_json

WHOLE = Task(
    id="t1",
    domain="medicine",
    language="en",
    answers=(
        Answer(
            "a",
            "SECRET answer",
            turns=(Turn("user", "SECRET turn", extra={"k": "SECRET"}),),
            reasoning="SECRET trace",
            steps=("SECRET step",),
            model="m1",
            provenance={"k": "SECRET"},
            extra={"k": "SECRET"},
        ),
    ),
    messages=(Turn("user", "SECRET asks", "SECRET thought"),),
    reference="SECRET reference",
    context=(Passage("SECRET passage", "p1", "SECRET title", "SECRET page", {"k": "SECRET"}),),
    rubric=(RubricCriterion("r1", "SECRET criterion", 2),),
    tags=("cardiology",),
    source="SECRET file",
    metadata={"k": "SECRET"},
    extra={"k": "SECRET"},
)


def test_every_text_becomes_its_hash() -> None:
    left = erased(WHOLE)
    assert "SECRET" not in dumps(task_to_json(left))
    assert left.answers[0].text == f"sha256:{digest('SECRET answer')}"
    assert (left.id, left.domain, left.tags) == ("t1", "medicine", ("cardiology",))
    assert (left.answers[0].id, left.answers[0].model, left.rubric[0].points) == ("a", "m1", 2)


def test_what_was_not_there_stays_away_and_twice_is_as_once() -> None:
    left = erased(WHOLE)
    assert (left.prompt, left.protocol) == (None, None)
    assert erased(left) == left
    assert erased(Task("t", "d", "en", (), prompt="")).prompt == f"sha256:{digest('')}"
