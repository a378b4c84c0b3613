"""A tutor's sitting: which task is open, what is logged, how time counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.services.conftest import Clock, make_desk
from tests.unit.store.conftest import fill, make_task, update
from tutorcli.core.draft import Operation
from tutorcli.errors import InputError
from tutorcli.services.desk import Desk
from tutorcli.services.judging import Ending, NotReady, Said, judge
from tutorcli.store.tasks import Filters
from tutorcli.tui.sitting import Sitting

RANKED: Operation = ["set", "ranking", [["b"], ["a"]]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with make_desk(tmp_path / "data", Clock()) as desk:
        fill(desk.queue, [make_task(name) for name in ("t1", "t2", "t3")])
        yield desk


@pytest.fixture
def sitting(desk: Desk) -> Sitting:
    sitting = Sitting(desk, Filters(), idle_ms=60_000)
    sitting.start()
    sitting.count()
    return sitting


def shown(sitting: Sitting) -> str | None:
    return sitting.opened.task_id if sitting.opened else None


def submit(sitting: Sitting, ending: Ending | None = None) -> None:
    sitting.record([RANKED])
    sitting.submit(ending or Ending())
    sitting.advance()


def figures(sitting: Sitting) -> tuple[int, int, int]:
    return sitting.counts.tasks, sitting.counts.left, sitting.counts.unsent


def test_one_task_follows_another_until_none_is_left(sitting: Sitting) -> None:
    seen = []
    while task := shown(sitting):
        seen.append(task)
        submit(sitting)
    assert seen == ["t1", "t2", "t3"]
    assert sitting.opened is None


def test_the_figures_of_the_head_stay_true_without_counting_anew(sitting: Sitting) -> None:
    def count() -> tuple[int, int, int]:
        fresh = Sitting(sitting.desk, sitting.filters)
        fresh.count()
        return figures(fresh)

    assert figures(sitting) == count() == (3, 3, 0)
    submit(sitting)
    assert figures(sitting) == count() == (3, 2, 1)
    submit(sitting, Ending("skip", "tired"))
    assert figures(sitting) == count() == (3, 1, 2)
    sitting.undo()
    submit(sitting)
    assert figures(sitting) == count() == (3, 1, 3)
    sitting.go_to("t1")
    submit(sitting, Ending("withdrawn"))
    assert figures(sitting) == count() == (3, 2, 4)


def test_the_last_draft_comes_first(desk: Desk, sitting: Sitting) -> None:
    sitting.go_to("t3")
    sitting.record([["set", "confidence", 2]])
    again = Sitting(desk, Filters())
    again.start()
    assert shown(again) == "t3"


def test_a_task_named_comes_first_even_when_it_was_judged(desk: Desk, sitting: Sitting) -> None:
    submit(sitting)
    again = Sitting(desk, Filters())
    again.start("t1")
    assert shown(again) == "t1"
    assert again.opened is not None
    assert again.opened.draft.fields["ranking"] == [["b"], ["a"]]


def test_a_task_named_that_is_not_there_is_an_error(desk: Desk) -> None:
    with pytest.raises(InputError):
        Sitting(desk, Filters()).start("t9")


def test_an_empty_queue_opens_nothing(tmp_path: Path) -> None:
    with make_desk(tmp_path / "empty") as desk:
        sitting = Sitting(desk, Filters())
        sitting.start()
        assert sitting.opened is None
        sitting.record([RANKED])
        assert not sitting.undo()


def test_a_task_that_cannot_be_opened_is_passed_over_and_told(desk: Desk) -> None:
    fill(desk.queue, [make_task("t0", protocol="not-here", priority=9)])
    sitting = Sitting(desk, Filters())
    sitting.start()
    assert shown(sitting) == "t1"
    assert "not-here" in str(sitting.refused[0])
    submit(sitting)
    assert shown(sitting) == "t2"


def test_after_another_task_comes_the_one_that_was_left_for_it(sitting: Sitting) -> None:
    sitting.record([["set", "confidence", 2]])
    sitting.go_to("t3")
    submit(sitting)
    assert shown(sitting) == "t1"
    assert sitting.opened is not None
    assert sitting.opened.draft.fields == {"confidence": 2}


def test_going_to_the_task_that_is_open_changes_nothing(sitting: Sitting) -> None:
    sitting.go_to("t1")
    submit(sitting)
    assert shown(sitting) == "t2"


# -- undo


def test_undo_reopens_the_task_judged_last_then_the_one_before(sitting: Sitting) -> None:
    submit(sitting)
    submit(sitting)
    assert sitting.undo()
    assert shown(sitting) == "t2"
    assert sitting.undo()
    assert shown(sitting) == "t1"


def test_going_to_and_fro_never_brings_back_what_was_submitted(sitting: Sitting) -> None:
    submit(sitting)
    sitting.undo()
    sitting.go_to("t2")
    sitting.go_to("t1")
    sitting.go_to("t2")
    seen = []
    while task := shown(sitting):
        seen.append(task)
        submit(sitting)
    assert seen == ["t2", "t1", "t3"]


def test_after_undo_the_sitting_goes_on_where_it_was(sitting: Sitting) -> None:
    submit(sitting)
    sitting.undo()
    submit(sitting)
    assert shown(sitting) == "t2"


def test_undo_works_on_a_task_of_an_earlier_sitting(desk: Desk, sitting: Sitting) -> None:
    submit(sitting)
    again = Sitting(desk, Filters())
    again.start()
    assert again.undo()
    assert shown(again) == "t1"


def test_undo_works_when_no_task_is_left(sitting: Sitting) -> None:
    for _ in range(3):
        submit(sitting)
    assert sitting.undo()
    assert shown(sitting) == "t3"
    submit(sitting)
    assert sitting.opened is None


def test_undo_of_a_task_set_aside_reopens_it(sitting: Sitting) -> None:
    sitting.submit(Ending("skip", "tired"))
    sitting.advance()
    sitting.undo()
    assert shown(sitting) == "t1"
    submit(sitting)
    assert sitting.counts.left == 2


def test_without_a_judgment_there_is_nothing_to_undo(sitting: Sitting) -> None:
    assert not sitting.undo()
    assert shown(sitting) == "t1"


def test_forgetting_a_draft_goes_on_and_keeps_what_was_submitted(sitting: Sitting) -> None:
    submit(sitting)
    sitting.undo()
    sitting.record([["set", "ranking", [["a"]]]])
    sitting.discard()
    assert shown(sitting) == "t2"
    sitting.go_to("t1")
    assert sitting.opened is not None
    assert sitting.opened.draft.fields["ranking"] == [["b"], ["a"]]


def test_a_fault_leaves_the_task_and_the_figures_as_they_were(sitting: Sitting) -> None:
    with pytest.raises(NotReady):
        sitting.submit(Ending())
    assert shown(sitting) == "t1"
    assert figures(sitting) == (3, 3, 0)


# -- ahead


def test_the_next_tasks_are_loaded_ahead_and_used(sitting: Sitting) -> None:
    ahead = [sitting.prepare(), sitting.prepare()]
    assert [item.task_id for item in ahead if item] == ["t2", "t3"]
    assert sitting.prepare() is None
    submit(sitting)
    assert sitting.opened is ahead[0]


def test_what_was_loaded_ahead_has_the_draft_that_was_made_since(sitting: Sitting) -> None:
    sitting.prepare()
    sitting.go_to("t2")
    sitting.record([["set", "confidence", 2]])
    sitting.go_to("t1")
    submit(sitting)
    assert shown(sitting) == "t2"
    assert sitting.opened is not None
    assert sitting.opened.draft.fields == {"confidence": 2}


def test_what_was_imported_anew_meanwhile_is_loaded_again(sitting: Sitting, desk: Desk) -> None:
    sitting.prepare()
    # The new text goes to the end of the queue.
    update(desk.queue, make_task("t2", "another question"))
    submit(sitting)
    submit(sitting)
    assert sitting.opened is not None
    assert sitting.opened.assigned.task.prompt == "another question"


def test_what_was_judged_elsewhere_meanwhile_makes_room(sitting: Sitting, desk: Desk) -> None:
    fill(desk.queue, [make_task("t4")])
    assert [item.task_id for item in (sitting.prepare(), sitting.prepare()) if item] == ["t2", "t3"]
    said = Said(Ending(), (RANKED,))
    judge(desk, [("t2", said), ("t3", said)])
    item = sitting.prepare()
    assert item is not None
    assert item.task_id == "t4"


# -- reading and time


def test_how_far_was_read_is_written_only_where_it_went_further(sitting: Sitting) -> None:
    assert sitting.opened is not None
    for share, known in ((0.5, 0.5), (0.505, 0.5), (0.3, 0.5), (0.52, 0.52), (0.995, 0.995), (1, 1), (1, 1)):  # fmt: skip
        sitting.record([], {"a": share})
        assert sitting.opened.draft.rows["read"] == {"a": known}


def test_nothing_is_written_when_nothing_happened(desk: Desk, sitting: Sitting) -> None:
    sitting.record([], {})
    sitting.record([], {"a": 0})
    assert desk.drafts.touched() == []


def active(sitting: Sitting) -> int:
    assert sitting.opened is not None
    return sitting.opened.active_ms


def test_time_between_signs_counts(sitting: Sitting) -> None:
    for now in (1000, 1500, 4000):
        sitting.sign(now)
    assert active(sitting) == 3000


def test_time_stops_while_no_sign_comes(sitting: Sitting) -> None:
    sitting.sign(0)
    sitting.sign(3_600_000)
    assert active(sitting) == 60_000


def test_time_stops_while_the_tutor_is_in_another_window(sitting: Sitting) -> None:
    sitting.sign(0)
    sitting.leave(1000)
    sitting.sign(30_000)
    sitting.sign(31_000)
    assert active(sitting) == 2000


def test_leaving_twice_counts_once(sitting: Sitting) -> None:
    sitting.sign(0)
    sitting.leave(1000)
    sitting.leave(2000)
    assert active(sitting) == 1000


def test_each_task_has_its_own_time(sitting: Sitting) -> None:
    sitting.sign(0)
    sitting.sign(5000)
    submit(sitting)
    sitting.sign(7000)
    assert active(sitting) == 2000


def test_the_time_is_in_the_judgment(sitting: Sitting) -> None:
    sitting.sign(0)
    sitting.sign(4321)
    sitting.record([RANKED])
    assert sitting.submit(Ending()).frozen.judgment.active_ms == 4321
