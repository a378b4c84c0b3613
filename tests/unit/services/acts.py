"""What a tutor does with a task, in a line each."""

from typing import Any

from tutorcli.core.draft import Operation
from tutorcli.core.judgment import Judgment
from tutorcli.core.task import Answer
from tutorcli.services import judging
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending, Opened, Said
from tutorcli.store import judgments

ABC = tuple(Answer(name, f"Text of {name}.") for name in "abc")
RANKED: Operation = ["set", "ranking", [["b"], ["a"], ["c"]]]


def opened(desk: Desk, *operations: Operation, task: str = "t1") -> Opened:
    found = judging.open_task(desk, task)
    if operations:
        judging.record(desk, found, operations)
    return found


def submit(desk: Desk, *operations: Operation, task: str = "t1") -> Judgment:
    return judging.submit(desk, opened(desk, *operations, task=task)).frozen.judgment


def stored(desk: Desk, task: str = "t1") -> list[Judgment]:
    return [frozen.judgment for frozen in judgments.of_task(desk.queue, task)]


def at_once(desk: Desk, *operations: Operation, **ending: Any) -> Judgment:
    (done,) = judging.judge(desk, [("t1", Said(Ending(**ending), operations, 9))])
    return done.frozen.judgment
