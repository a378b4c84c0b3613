"""What a home holds: leases that are prolonged, run out or are taken up again, and what is taken back."""

from sqlalchemy import func, select, update

from tests.unit.server.fresh import Clock
from tests.unit.server.tasks.tasking import (
    ask,
    enrol,
    give,
    ids,
    rows,
    task,
    task_of,
)
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services.leases import give_back
from tutorcli.server.services.withdrawing import Which, purge, withdraw


def test_a_lease_is_prolonged_once_half_of_it_is_gone(context: Context, clock: Clock) -> None:
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments

    clock.move(days=6)
    early = ask(context, "ann", 1, holding=(one.id,)).leases[one.id]
    clock.move(days=2)
    late = ask(context, "ann", 1, holding=(one.id,)).leases[one.id]

    assert early == one.expires
    assert late == context.database.stamp(days=14)


def test_a_lapsed_lease_gives_the_task_to_another(context: Context, clock: Clock) -> None:
    enrol(context, "ann", "bob")
    give(context, task(1))
    (lost,) = ask(context, "ann", 1).assignments
    clock.move(days=15)

    (taken,) = ask(context, "bob", 1).assignments
    reply = ask(context, "ann", 1, holding=(lost.id,))

    assert task_of(context, taken.id) == "t1"
    assert [(gone.assignment, gone.reason) for gone in reply.withdrawn] == [(lost.id, "expired")]
    assert lost.id not in reply.leases


def test_a_lapsed_lease_is_taken_up_again_while_nobody_else_has_the_task(
    context: Context, clock: Clock
) -> None:
    enrol(context, "ann")
    give(context, task(1))
    (one,) = ask(context, "ann", 1).assignments
    clock.move(days=15)
    assert give_back(context) == 1
    assert rows(context, tables.tasks)[0].free == 1

    reply = ask(context, "ann", 1, holding=(one.id,))

    assert reply.withdrawn == ()
    assert reply.leases == {one.id: context.database.stamp(days=14)}
    assert rows(context, tables.tasks)[0].free == 0


def test_what_a_tutor_still_holds_is_not_taken_away_by_their_own_pull(
    context: Context, clock: Clock
) -> None:
    enrol(context, "ann")
    give(context, task(1), task(2))
    held = ids(ask(context, "ann", 1))
    clock.move(days=15)

    reply = ask(context, "ann", 2, holding=held)

    assert held[0] in reply.leases
    assert len(reply.assignments) == 1


def test_leases_are_given_back_a_few_at_a_time(context: Context, clock: Clock) -> None:
    enrol(context, "ann")
    give(context, *map(task, range(5)))
    ask(context, "ann", 5)
    clock.move(days=15)

    assert [give_back(context, limit=3) for _ in range(3)] == [3, 2, 0]


def test_what_a_lead_withdrew_is_told_once(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1), task(2))
    held = ids(ask(context, "ann", 2))
    withdraw(context, "lead", Which(("t1",)))

    first = ask(context, "ann", 2)
    second = ask(context, "ann", 2, after=first.until)

    (gone,) = first.withdrawn
    assert (task_of(context, gone.assignment), gone.reason) == ("t1", "withdrawn")
    assert gone.assignment in held
    assert second.withdrawn == ()


def test_what_a_home_still_holds_of_the_withdrawn_is_told_again(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    held = ids(ask(context, "ann", 1))
    withdraw(context, "lead", Which(("t1",)))
    heard = ask(context, "ann", 1).until

    reply = ask(context, "ann", 1, after=heard, holding=held)

    assert [gone.assignment for gone in reply.withdrawn] == list(held)
    assert reply.leases == {}


def test_each_machine_hears_of_a_purge(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1))
    ask(context, "ann", 1)
    ask(context, "ann", 1, machine=2)
    purge(context, "lead", Which(("t1",)))

    reasons = [
        [gone.reason for gone in ask(context, "ann", 1, machine=number).withdrawn]
        for number in (1, 2)
    ]

    assert reasons == [["purged"], ["purged"]]


def test_an_assignment_that_the_server_never_made_is_to_be_put_away(context: Context) -> None:
    enrol(context, "ann", "bob")
    give(context, task(1))
    (others,) = ask(context, "bob", 1).assignments

    reply = ask(context, "ann", holding=("made-up", others.id))

    assert [(gone.assignment, gone.reason) for gone in reply.withdrawn] == [
        ("made-up", "withdrawn"),
        (others.id, "withdrawn"),
    ]


def test_places_add_up(context: Context, clock: Clock) -> None:
    enrol(context, "ann", "bob", "cho")
    give(context, *[task(number, overlap=2) for number in range(6)])
    for day in range(4):
        for tutor in ("ann", "bob", "cho"):
            ask(context, tutor, 3 + day)
        clock.move(days=10)
        give_back(context)

    held = (
        select(func.count())
        .where(tables.assignments.c.task == tables.tasks.c.id)
        .where(tables.assignments.c.state == "open")
        .scalar_subquery()
    )
    with context.database.read() as connection:
        places = connection.execute(
            select(tables.tasks.c.overlap - tables.tasks.c.free, held)
        ).all()
    assert all(taken == lent for taken, lent in places)


def test_what_was_handed_out_while_its_task_was_withdrawn_is_put_away(context: Context) -> None:
    enrol(context, "ann")
    give(context, task(1), task(2))
    held = ids(ask(context, "ann", 1))
    with context.database.write() as connection:
        connection.execute(
            update(tables.tasks)
            .where(tables.tasks.c.id == task_of(context, held[0]))
            .values(state="withdrawn")
        )

    reply = ask(context, "ann", 1, holding=held)

    assert [gone.reason for gone in reply.withdrawn] == ["withdrawn"]
    assert reply.leases == {}
    assert len(reply.assignments) == 1
