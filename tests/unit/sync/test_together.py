"""What two people, or one with two laptops, do to the same task: each ends as the protocol says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab import ACTOR, Lab, Laptop
from tutorcli.catalog.shelf import Catalog
from tutorcli.server.services import publishing, rulings
from tutorcli.services import judging
from tutorcli.store import rulings as own
from tutorcli.store.rulings import NotAccepted


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A server with ordinary tasks only."""
    made = Lab(tmp_path)
    made.context = replace(
        made.context, project=replace(made.context.project, gold_rate=0.0, repeat_rate=0.0)
    )
    made.app.state.context = made.context
    made.add_tasks(4)
    yield made
    made.close()


def judged(laptop: Laptop, task: str) -> str:
    """The judgment that counts of a task on a laptop."""
    with laptop.desk() as desk:
        current = judging.open_task(desk, task).judged
    assert current is not None
    return current.id


def refused(laptop: Laptop) -> list[NotAccepted]:
    """What its tutor is told of judgments that were not simply accepted."""
    with laptop.queue() as queue:
        return own.not_accepted(queue, laptop.lab.instance)


def test_two_laptops_that_judge_one_task_both_keep_their_work_and_agree_on_what_counts(
    lab: Lab,
) -> None:
    home = lab.add_laptop()
    away = Laptop(lab, lab.folder / "away", home.tutor, "")
    lab.sign_in(away)
    home.sync(pull=1)
    away.sync(pull=1)
    (task,) = home.open_tasks()
    assert away.open_tasks() == [task]
    home.judge()
    away.judge()
    for laptop in (home, away, home):
        laptop.sync(pull=0)
    assert home.stored() == away.stored() == lab.stored()
    assert len(home.stored()) == 2
    assert judged(home, task) == judged(away, task) == max(home.stored())
    assert refused(home) == refused(away) == []


def test_work_by_an_old_guideline_waits_for_the_lead_and_counts_once_released(
    lab: Lab, tmp_path: Path
) -> None:
    laptop = lab.add_laptop()
    laptop.sync(pull=1)
    guideline = tmp_path / "own" / "guidelines" / "medicine.en.md"
    guideline.parent.mkdir(parents=True)
    guideline.write_text("Judge by the new rules.\n")
    publishing.publish(lab.context, ACTOR, Catalog(tmp_path / "own"))
    laptop.judge()
    report = laptop.sync(pull=0)
    assert [(item.status, item.reason) for item in report.not_accepted] == [
        ("quarantined", "stale_guideline")
    ]
    (told,) = refused(laptop)
    (waiting,) = rulings.quarantine(lab.context)
    assert (waiting.judgment, waiting.reason) == (told.judgment, "stale_guideline")
    assert len(list(rulings.rule_each(lab.context, ACTOR, [told.judgment], "release"))) == 1
    assert laptop.sync(pull=0).news == 1
    assert refused(laptop) == []
    assert lab.stored() == laptop.stored()


def test_a_task_withdrawn_meanwhile_keeps_the_work_and_tells_both_sides(lab: Lab) -> None:
    laptop = lab.add_laptop()
    laptop.sync(pull=4)
    tasks = laptop.open_tasks()
    laptop.judge(1)
    for task in ("task-1", "task-2", "task-3", "task-4"):
        lab.withdraw(task)
    report = laptop.sync(pull=4)
    assert [item.reason for item in report.not_accepted] == ["withdrawn"]
    assert report.withdrawn == len(tasks)
    assert laptop.open_tasks() == []
    assert lab.stored() == laptop.stored()
    assert [item.reason for item in rulings.quarantine(lab.context)] == ["withdrawn"]
