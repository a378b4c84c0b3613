"""Tutors are added, changed, shut out and let in again; their names can be destroyed."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.unit.server.fresh import Clock
from tests.unit.server.peopled import (
    ADMIN,
    added,
    device_of,
    enrolled,
    made,
    rows_of,
    values_of,
)
from tutorcli.core.wire import Qualification
from tutorcli.server import auth
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing, people, persons, tokening
from tutorcli.server.services.people import Wanted, qualification_of
from tutorcli.server.tables import devices, judgments, name_keys, names

NAME = "Dr. Wu Lian 吴莲"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Context:
    return made(f"sqlite:///{tmp_path / 'server.db'}", clock)


def caller(context: Context, token: str) -> auth.Caller:
    with context.database.read() as connection:
        return auth.authenticate(connection, token, context.database.stamp())


def test_a_tutor_has_a_pseudonym_and_what_was_given(context: Context) -> None:
    who = added(
        context,
        roles=("lead", "tutor", "tutor"),
        qualifications=(qualification_of("medicine:zh"), qualification_of("law::2027-06-30")),
        regions=("cn", "eu"),
        name=NAME,
    )
    assert re.fullmatch("t-[a-z2-7]{10}", who.tutor)
    found = people.find(context, who.tutor)
    assert found.roles == ("tutor", "lead")
    assert found.regions == ("cn", "eu")
    assert found.qualifications == (
        Qualification("law", "*", "2027-06-30T23:59:59.999Z"),
        Qualification("medicine", "zh"),
    )
    assert (found.state, found.name) == ("active", NAME)


def test_ids_of_two_tutors_differ(context: Context) -> None:
    assert added(context).tutor != added(context).tutor
    assert [found.roles for found in people.everyone(context)] == [("tutor",)] * 2


@pytest.mark.parametrize(
    "wanted",
    [
        {"roles": ("boss",)},
        {"regions": ("c n",)},
        {"regions": ("",)},
        {"regions": ("a\x00",)},
        {"qualifications": (Qualification("", "zh"),)},
        {"qualifications": (Qualification("law", "z h"),)},
        {"qualifications": (Qualification("law", "zh", "soon"),)},
        {"qualifications": (Qualification("law", "zh", "2027-06-30; or later"),)},
        {"qualifications": (Qualification("law", "zh", "2027-06-30T12:00:00"),)},
        {"qualifications": (Qualification("law", "zh", "0001-01-01T00:00:00+14:00"),)},
        {"qualifications": (Qualification("law", "zh", "9999-12-31T23:59:59-14:00"),)},
        {"name": "two\nlines"},
        {"name": "x" * 201},
    ],
)
def test_a_word_that_means_nothing_makes_no_tutor(
    context: Context, wanted: dict[str, object]
) -> None:
    with pytest.raises(Rejected) as refused:
        added(context, **wanted)
    assert refused.value.code.name == "bad_request"
    assert people.everyone(context) == []


def test_a_change_leaves_what_it_does_not_name(context: Context) -> None:
    who = added(context, regions=("cn",), qualifications=(Qualification("law", "*"),), name=NAME)
    found = people.change(context, ADMIN, who.tutor, Wanted(roles=("auditor",)))
    assert found.roles == ("auditor",)
    assert (found.regions, found.name) == (("cn",), NAME)
    assert found.qualifications == (Qualification("law", "*"),)
    found = people.change(context, ADMIN, who.tutor, Wanted(qualifications=(), regions=(), name=""))
    assert (found.qualifications, found.regions, found.name) == ((), (), None)


def test_a_qualification_that_stays_keeps_its_day(context: Context, clock: Clock) -> None:
    who = added(context, qualifications=(Qualification("law", "*"),))
    clock.move(days=9)
    both = (Qualification("law", "*", "2028-01-01"), Qualification("finance", "en"))
    people.change(context, ADMIN, who.tutor, Wanted(qualifications=both))
    from tutorcli.server.tables import qualifications

    with context.database.read() as connection:
        rows = {row.domain: row for row in connection.execute(select(qualifications))}
    assert rows["law"].granted_at.startswith("2026-11-22")
    assert rows["finance"].granted_at.startswith("2026-12-01")
    assert rows["law"].expires_at.startswith("2028-01-01T23:59")


@pytest.mark.parametrize("tutor", ["t-nobody", "", "a\x00b", "' OR 1=1 --"])
def test_nobody_can_be_changed_who_does_not_exist(context: Context, tutor: str) -> None:
    for act in (
        lambda: people.change(context, ADMIN, tutor, Wanted(roles=("lead",))),
        lambda: people.revoke(context, ADMIN, tutor),
        lambda: people.new_code(context, ADMIN, tutor),
        lambda: people.find(context, tutor),
        lambda: persons.erase_person(context, ADMIN, tutor),
        lambda: next(persons.export_person(context, ADMIN, tutor)),
    ):
        with pytest.raises(Rejected) as refused:
            act()
        assert refused.value.code.name == "not_found"
    assert auditing.acts(context) == []


def test_revocation_acts_on_the_next_request(context: Context) -> None:
    who = added(context)
    token = enrolled(context, who).token
    assert caller(context, token).tutor == who.tutor
    people.revoke(context, ADMIN, who.tutor)
    with pytest.raises(Rejected) as refused:
        caller(context, token)
    assert refused.value.code.name == "token_revoked"
    assert people.find(context, who.tutor).state == "revoked"


def test_a_code_given_before_the_revocation_is_worthless(context: Context) -> None:
    who = added(context)
    people.revoke(context, ADMIN, who.tutor)
    with pytest.raises(Rejected) as refused:
        enrolled(context, who)
    assert refused.value.code.name == "code_unknown"


def test_a_new_code_makes_the_revoked_active_but_not_their_old_tokens(context: Context) -> None:
    who = added(context)
    old = enrolled(context, who).token
    people.revoke(context, ADMIN, who.tutor)
    code = people.new_code(context, ADMIN, who.tutor)
    token = enrolled(context, people.Added(who.tutor, code)).token
    assert caller(context, token).tutor == who.tutor
    with pytest.raises(Rejected):
        caller(context, old)
    assert people.find(context, who.tutor).revoked_at is None


def test_one_token_can_be_revoked_alone(context: Context) -> None:
    who = added(context)
    laptop = enrolled(context, who).token
    code = people.new_code(context, ADMIN, who.tutor)
    desk = enrolled(context, people.Added(who.tutor, code)).token
    tokening.revoke_token(context, ADMIN, caller(context, laptop).token)
    with pytest.raises(Rejected):
        caller(context, laptop)
    assert caller(context, desk).tutor == who.tutor
    found = tokening.all_tokens(context, who.tutor)
    assert sorted(item.revoked_at is None for item in found) == [False, True]
    with pytest.raises(Rejected):
        tokening.revoke_token(context, ADMIN, "none")


def test_a_name_is_not_readable_in_the_file(context: Context, tmp_path: Path) -> None:
    added(context, name=NAME)
    context.database.close()
    bytes_of = b"".join(file.read_bytes() for file in tmp_path.glob("server.db*"))
    assert NAME.encode() not in bytes_of
    assert "吴莲".encode() not in bytes_of


def test_a_sealed_name_does_not_open_for_another_tutor(context: Context) -> None:
    first, second = added(context, name="One"), added(context, name="Two")
    with context.database.write() as connection:
        for table, column in ((names, "sealed"), (name_keys, "key")):
            value = connection.execute(
                select(table.c[column]).where(table.c.tutor == first.tutor)
            ).scalar_one()
            connection.execute(
                table.update().where(table.c.tutor == second.tutor).values({column: value})
            )
    assert people.find(context, second.tutor).name is None
    assert people.find(context, first.tutor).name == "One"


def test_the_audit_never_says_a_name(context: Context) -> None:
    who = added(context, name=NAME)
    people.change(context, ADMIN, who.tutor, Wanted(name="Another Name"))
    said = repr(auditing.acts(context))
    assert NAME not in said
    assert "Another" not in said


def test_a_person_gets_everything_that_is_stored_of_them_and_nothing_of_others(
    context: Context,
) -> None:
    who, other = (
        added(context, name=NAME, qualifications=(Qualification("law", "*"),)),
        added(context),
    )
    enrolled(context, who)
    mine, theirs = device_of(context, who.tutor, 2), device_of(context, other.tutor, 2)
    rows = list(persons.export_person(context, ADMIN, who.tutor))
    kinds = [row["kind"] for row in rows]
    assert kinds[0] == "tutor"
    assert rows[0]["name"] == NAME
    for kind, count in (("qualification", 1), ("device", 2), ("token", 1), ("judgment", 2)):
        assert kinds.count(kind) == count
    said = repr(rows)
    assert mine in said
    assert theirs not in said
    assert other.tutor not in said
    assert [row["act"] for row in rows if row["kind"] == "act"] == [
        "tutor.add",
        "code.new",
        "device.enrol",
        "person.export",
    ]
    assert not [row for row in rows if row["kind"] in {"token", "code"} and "hash" in row]


def test_erasing_destroys_the_name_and_keeps_the_judgments(
    context: Context, tmp_path: Path
) -> None:
    who = added(context, name=NAME)
    token = enrolled(context, who).token
    device_of(context, who.tutor, 3)
    sealed = values_of(context, names.c.sealed) + values_of(context, name_keys.c.key)
    persons.erase_person(context, ADMIN, who.tutor)
    assert rows_of(context, names) == rows_of(context, name_keys) == 0
    assert rows_of(context, judgments) == 3
    assert set(values_of(context, devices.c.name)) == {""}
    assert not auditing.verify(context).breaks
    with pytest.raises(Rejected):
        caller(context, token)
    context.database.close()
    bytes_of = b"".join(file.read_bytes() for file in tmp_path.glob("server.db*"))
    assert not [value for value in sealed if value in bytes_of]


def test_the_erased_do_not_come_back_under_their_id(context: Context) -> None:
    who = added(context, name=NAME)
    persons.erase_person(context, ADMIN, who.tutor)
    for act in (
        lambda: people.new_code(context, ADMIN, who.tutor),
        lambda: people.change(context, ADMIN, who.tutor, Wanted(name=NAME)),
    ):
        with pytest.raises(Rejected) as refused:
            act()
        assert refused.value.code.name == "conflict"
    assert rows_of(context, names) == 0
