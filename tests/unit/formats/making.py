"""Tasks and judgments for the tests of formats."""

from typing import Any

from tutorcli.core.judgment import Judgment, judgment_to_json
from tutorcli.core.task import Answer, Task


def task_row(**members: Any) -> dict[str, Any]:
    """A small task as a JSON object; ``members`` replace or add."""
    answers = [{"id": key, "text": f"Answer {key}."} for key in "abcd"]
    row = {"id": "t1", "domain": "law", "language": "en", "prompt": "May I?", "answers": answers}
    return {key: item for key, item in {**row, **members}.items() if item is not ...}


def make_task(**members: Any) -> Task:
    """The same as a value."""
    answers = tuple(Answer(key, f"Answer {key}.", model=f"model {key}") for key in "abcd")
    made: dict[str, Any] = {
        "id": "t1",
        "domain": "law",
        "language": "en",
        "prompt": "May I?",
        "answers": answers,
    }
    return Task(**{**made, **members})


def make_judgment(ident: str = "j1", **members: Any) -> Judgment:
    """A judgment of that task."""
    made: dict[str, Any] = {
        "task": "t1",
        "task_sha256": "0" * 64,
        "tutor": "local-1",
        "assignment": "t1",
    }
    return Judgment(id=ident, **{**made, **members})


def judgment_row(**members: Any) -> dict[str, Any]:
    """A judgment as a JSON object."""
    row = judgment_to_json(make_judgment(ranking=(("b",), ("a", "c"))))
    return {key: item for key, item in {**row, **members}.items() if item is not ...}
