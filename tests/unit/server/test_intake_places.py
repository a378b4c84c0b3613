"""Push: what becomes of an assignment's place.

`tests/integration/server` runs these on PostgreSQL too.
"""

import pytest

from tests.unit.server.serverside import Site, said
from tutorcli.core.wire import Item
from tutorcli.server import tables

ACCEPTED = ("accepted", None)


def test_a_revision_of_accepted_work_is_accepted(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=2, free=1)
    first = site.judge(home, site.assignment(home.tutor, task))
    site.judge(home, first.assignment, revision=2, supersedes=first.id)
    assert said(site.push(home)) == [ACCEPTED, ACCEPTED]
    assert site.free(task) == 1


def test_a_fork_of_two_laptops_is_accepted_on_both(site: Site) -> None:
    home = site.home()
    other = site.home(home.tutor)
    first = site.judge(home)
    site.judge(other, first.assignment)
    assert said(site.push(home)) == [ACCEPTED]
    assert said(site.push(other)) == [ACCEPTED]
    assert len(site.rows(tables.judgments, assignment=first.assignment)) == 2


def test_late_work_takes_a_place_that_is_free_still(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=2, free=2)
    judgment = site.judge(home, site.assignment(home.tutor, task, "expired"))
    assert said(site.push(home)) == [ACCEPTED]
    assert site.free(task) == 1
    assert site.state(judgment.assignment) == "accepted"


def test_late_work_without_a_place_is_surplus(site: Site) -> None:
    home = site.home()
    judgment = site.judge(home, site.assignment(home.tutor, state="expired"))
    assert said(site.push(home)) == [("surplus", "late")]
    assert site.state(judgment.assignment) == "surplus"
    assert site.row(tables.judgments).body


def test_a_revision_of_surplus_work_takes_a_place_once_one_is_free(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=1, free=0)
    judgment = site.judge(home, site.assignment(home.tutor, task, "expired"))
    site.push(home)
    site.change(tables.tasks, task, free=1)
    site.judge(home, judgment.assignment, revision=2)
    assert said(site.push(home, first=2)) == [ACCEPTED]
    assert site.free(task) == 0


@pytest.mark.parametrize("disposition", ["skip", "refer", "bad_task", "give_up", "conflict"])
def test_a_task_put_aside_gives_its_place_back(site: Site, disposition: str) -> None:
    home = site.home()
    task = site.task(overlap=1, free=0)
    judgment = site.judge(home, site.assignment(home.tutor, task), disposition=disposition)
    assert said(site.push(home)) == [ACCEPTED]
    assert site.free(task) == 1
    assert site.state(judgment.assignment) == "expired"


def test_work_taken_back_for_good_gives_its_place_back(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=1, free=0)
    judgment = site.judge(home, site.assignment(home.tutor, task))
    site.push(home)
    site.judge(home, judgment.assignment, revision=2, disposition="withdrawn")
    assert said(site.push(home, first=2)) == [ACCEPTED]
    assert site.free(task) == 1


def test_a_task_put_aside_and_then_judged_takes_a_place_again(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=1, free=0)
    judgment = site.judge(home, site.assignment(home.tutor, task), disposition="skip")
    site.push(home)
    site.judge(home, judgment.assignment, revision=2)
    assert said(site.push(home, first=2)) == [ACCEPTED]
    assert site.free(task) == 0


def test_a_task_put_aside_then_given_to_another_is_late(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=1, free=0)
    judgment = site.judge(home, site.assignment(home.tutor, task), disposition="skip")
    site.push(home)
    site.change(tables.tasks, task, free=0)
    site.judge(home, judgment.assignment, revision=2)
    assert said(site.push(home, first=2)) == [("surplus", "late")]


@pytest.mark.parametrize(
    ("dispositions", "free"),
    [
        (("skip", "done"), 0),
        (("done", "skip"), 1),
        (("done", "skip", "done", "skip"), 1),
        (("skip", "skip"), 1),
    ],
)
def test_second_thoughts_in_one_push_count_once(
    site: Site, dispositions: tuple[str, ...], free: int
) -> None:
    home = site.home()
    task = site.task(overlap=1, free=0)
    assignment = site.assignment(home.tutor, task)
    for disposition in dispositions:
        site.judge(home, assignment, disposition=disposition)
    assert said(site.push(home)) == [ACCEPTED] * len(dispositions)
    assert site.free(task) == free


def test_putting_aside_what_was_given_away_gives_nothing_back(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=2, free=1)
    site.judge(home, site.assignment(home.tutor, task, "expired"), disposition="skip")
    assert said(site.push(home)) == [ACCEPTED]
    assert site.free(task) == 1


def test_held_work_put_aside_gives_its_place_back(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=1, free=0)
    judgment = site.judge(home, site.assignment(home.tutor, task), task_sha256="1" * 64)
    site.judge(home, judgment.assignment, disposition="skip")
    assert said(site.push(home)) == [("quarantined", "stale_text"), ACCEPTED]
    assert site.free(task) == 1


@pytest.mark.parametrize("kind", ["gold", "repeat"])
@pytest.mark.parametrize("state", ["open", "expired"])
def test_gold_tasks_and_repeats_take_no_place(site: Site, kind: str, state: str) -> None:
    home = site.home()
    task = site.task(overlap=3, free=1)
    judgment = site.judge(home, site.assignment(home.tutor, task, state, kind))
    site.judge(home, judgment.assignment, disposition="skip")
    site.judge(home, judgment.assignment)
    assert said(site.push(home)) == [ACCEPTED] * 3
    assert site.free(task) == 1
    assert site.state(judgment.assignment) == "accepted"


def test_late_work_never_takes_more_places_than_there_are(site: Site) -> None:
    task = site.task(overlap=3, free=2)
    homes = [site.home() for _ in range(4)]
    for home in homes:
        site.judge(home, site.assignment(home.tutor, task, "expired"))
    statuses = [said(site.push(home))[0] for home in homes]
    assert statuses == [ACCEPTED, ACCEPTED, ("surplus", "late"), ("surplus", "late")]
    assert site.free(task) == 0


@pytest.mark.parametrize("free", [0, 1])
def test_a_late_gold_task_fares_as_the_late_tasks_beside_it(site: Site, free: int) -> None:
    home = site.home()
    for kind in ("label", "gold", "repeat"):
        task = site.task(free=free if kind == "label" else 0, is_gold=kind == "gold")
        key = site.assignment(home.tutor, task, "expired", kind)
        home.add(site.judgment(home.tutor, key))
    assert said(site.push(home)) == 3 * [ACCEPTED if free else ("surplus", "late")]


def test_what_does_not_fit_through_the_line_gives_its_place_back_once(site: Site) -> None:
    home = site.home()
    task = site.task(overlap=2, free=0)
    kept = site.judge(home, site.assignment(home.tutor, task)).assignment
    large = site.assignment(home.tutor)
    home.items += [Item(2, "8" * 64, None, kept), Item(3, "8" * 64, None, large)]
    too_large = ("invalid", "too_large")
    for _ in range(2):
        assert said(site.push(home)) == [ACCEPTED, too_large, too_large]
    assert (site.state(kept), site.free(task)) == ("accepted", 0)
    assert (site.state(large), site.free(site.row(tables.assignments, id=large).task)) == (
        "expired",
        1,
    )
    site.judge(home, large)
    assert said(site.push(home, first=4)) == [ACCEPTED]
    assert site.free(site.row(tables.assignments, id=large).task) == 0


@pytest.mark.parametrize("kind", ["another's", "no", "withdrawn", "no id"])
def test_an_item_without_body_frees_only_open_work_of_its_own_tutor(site: Site, kind: str) -> None:
    home = site.home()
    task = site.task()
    owner = site.tutor() if kind == "another's" else home.tutor
    assignment = site.assignment(owner, task)
    if kind == "withdrawn":
        site.change(tables.tasks, task, state="withdrawn")
    named = {"no": "unknown", "no id": "\0"}.get(kind, assignment)
    home.items.append(Item(1, "8" * 64, None, named))
    assert said(site.push(home)) == [("invalid", "too_large")]
    assert (site.state(assignment), site.free(task)) == ("open", 0)
