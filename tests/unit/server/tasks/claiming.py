"""Many tutors who ask for tasks at the same time."""

from collections import Counter
from threading import Barrier, Thread

from sqlalchemy import func, select

from tests.unit.server.tasks.tasking import ask, enrol, give, ids, rows, task
from tutorcli.server import tables
from tutorcli.server.context import Context


def claim_all(context: Context, count: int, tutors: int = 16, at_once: int = 40) -> None:
    """So many tasks, three tutors each, until nobody gets any more.

    Raises:
        AssertionError: A task went to more or fewer than three, or a count of places is wrong.
    """
    for start in range(0, count, 1000):
        numbers = range(start, min(count, start + 1000))
        give(context, *[task(number, overlap=3) for number in numbers])
    names = [f"tutor{number}" for number in range(tutors)]
    enrol(context, *names)
    barrier, failures = Barrier(tutors), []

    def work(tutor: str) -> None:
        barrier.wait()
        try:
            _claim(context, tutor, at_once)
        except Exception as error:  # noqa: BLE001 - told to the test below
            failures.append(error)

    threads = [Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    _check(context, count)


def _claim(context: Context, tutor: str, at_once: int) -> None:
    held: list[str] = []
    while True:
        reply = ask(context, tutor, len(held) + at_once, holding=tuple(held))
        if not reply.assignments and not reply.more:
            return
        held += ids(reply)


def _check(context: Context, count: int) -> None:
    given = Counter(row.task for row in rows(context, tables.assignments))
    assert set(given.values()) == {3}
    assert sum(given.values()) == 3 * count
    with context.database.read() as connection:
        free = connection.execute(
            select(func.min(tables.tasks.c.free), func.max(tables.tasks.c.free))
        ).one()
    assert tuple(free) == (0, 0)
