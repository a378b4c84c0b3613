"""Never more tutors than a task asks for, however many want it at the same moment."""

from tests.unit.server.tasks.claiming import claim_all
from tests.unit.server.tasks.tasking import ask, enrol, give, ids, rows, task
from tutorcli.server import tables
from tutorcli.server.context import Context


def test_sixteen_tutors_at_once_get_each_task_three_times(context: Context) -> None:
    claim_all(context, 500, at_once=100)


def test_two_machines_of_one_tutor_get_the_same_tasks(context: Context) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(20)))

    replies = [ask(context, "ann", 10, machine=number) for number in (1, 2, 3)]

    assert len({ids(reply) for reply in replies}) == 1
    assert len(rows(context, tables.assignments)) == 10
