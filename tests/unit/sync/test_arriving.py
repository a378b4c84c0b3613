"""What a server sends is checked before it is stored."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.store.conftest import judged
from tests.unit.store.serving import lend, mine, pulled
from tutorcli.core.wire import Mine
from tutorcli.errors import Mismatch
from tutorcli.sync.arriving import require_sound


def test_tasks_and_judgments_as_they_should_be_pass() -> None:
    require_sound(pulled(assignments=(lend("t1"),), mine=(mine(judged("t1", "dr-7")),)))


@pytest.mark.parametrize(
    "task",
    [
        {"id": "t1"},
        {"id": "t1", "domain": "d", "language": "en", "prompt": 3, "answers": []},
        {"id": "t1", "domain": "d", "language": "en", "prompt": "?", "answers": [{"id": "a"}]},
        {"id": "t1", "domain": "d", "language": "en", "prompt": "?", "priority": 2**70},
    ],
)
def test_a_task_that_is_none_is_refused(task: dict[str, Any]) -> None:
    with pytest.raises(Mismatch, match="a task that cannot be read: t1"):
        require_sound(pulled(assignments=(replace(lend("t1"), task=task),)))


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"id":1}', '{"id":"a","id":"b"}'])
def test_a_judgment_that_is_none_is_refused(body: str) -> None:
    with pytest.raises(Mismatch, match="a judgment that cannot be read: 4 of laptop"):
        require_sound(pulled(mine=(Mine("laptop", 4, "0" * 64, body),)))
