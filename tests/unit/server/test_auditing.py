"""The audit shows what was changed in the database behind the program's back."""

from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from tests.unit.server.peopled import ADMIN, added, device_of, made, tampered, values_of
from tutorcli.server.context import Context
from tutorcli.server.services import auditing
from tutorcli.server.tables import audit, devices


@pytest.fixture
def context(tmp_path: Path) -> Context:
    made_of = made(f"sqlite:///{tmp_path / 'server.db'}")
    who = added(made_of)
    device_of(made_of, who.tutor, 4)
    device_of(made_of, who.tutor, 2)
    added(made_of)
    return made_of


def test_acts_are_numbered_without_gaps_and_follow_one_another(context: Context) -> None:
    acts = auditing.acts(context)
    assert [act["seq"] for act in acts] == [1, 2, 3, 4]
    assert [act["act"] for act in acts] == ["tutor.add", "code.new"] * 2
    assert acts[0]["prev"] == bytes(32).hex()
    assert [act["prev"] for act in acts[1:]] == [act["hash"] for act in acts[:-1]]
    assert acts[0]["actor"] == ADMIN
    assert auditing.acts(context, after=3) == acts[3:]
    assert auditing.acts(context, limit=2) == acts[:2]


def test_an_act_that_is_not_done_takes_no_number(context: Context) -> None:
    def cut_short(connection: Connection) -> None:
        auditing.record(connection, ADMIN, "tutor.revoke", "t-x", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        context.database.run(cut_short)
    assert auditing.verify(context).acts == 4
    assert not auditing.verify(context).breaks


def test_what_was_not_touched_verifies(context: Context) -> None:
    checked = auditing.verify(context)
    assert (checked.acts, checked.devices, checked.judgments, checked.purged) == (4, 2, 6, 0)
    assert checked.head == auditing.acts(context)[-1]["hash"]
    assert checked.breaks == ()


def test_an_empty_database_verifies(tmp_path: Path) -> None:
    checked = auditing.verify(made(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert (checked.acts, checked.devices, checked.breaks) == (0, 0, ())


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", 3, "was changed"),
        ("UPDATE audit SET actor = 't-other' WHERE seq = 2", 2, "was changed"),
        ("UPDATE audit SET at = '2020' WHERE seq = 1", 1, "was changed"),
        ("DELETE FROM audit WHERE seq = 2", 2, "is missing"),
        ("DELETE FROM audit WHERE seq = 4", 4, "were counted"),
        ("DELETE FROM audit WHERE seq = 1", 1, "is missing"),
        ("UPDATE audit SET hash = zeroblob(32) WHERE seq = 2", 2, "was changed"),
        ("UPDATE counters SET n = 3 WHERE name = 'audit'", 5, "were counted"),
    ],
)
def test_a_changed_or_missing_act_is_found(
    context: Context, statement: str, number: int, what: str
) -> None:
    tampered(context, statement)
    found = auditing.verify(context).breaks
    assert found[0].chain == "audit"
    assert found[0].number == number
    assert what in found[0].what


def test_an_act_made_to_fit_its_own_hash_no_longer_fits_the_next(context: Context) -> None:
    columns = ("2", "2020", ADMIN, "code.new", "t-x", "{}")
    prev = bytes.fromhex(auditing.acts(context)[0]["hash"])
    tampered(
        context,
        "UPDATE audit SET at = '2020', object = 't-x', detail = '{}', hash = :hash WHERE seq = 2",
        hash=auditing._link(prev, columns),
    )
    found = auditing.verify(context).breaks
    assert [(item.number, item.what) for item in found] == [
        (3, "the act does not follow the one before")
    ]


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("UPDATE judgments SET body = '{}' WHERE dseq = 2", 2, "was changed"),
        ("UPDATE judgments SET body = NULL WHERE dseq = 2", 2, "text is gone"),
        ("UPDATE judgments SET sha256 = zeroblob(32), body = NULL WHERE dseq = 1", 1, "is gone"),
        ("DELETE FROM judgments WHERE dseq = 1", 1, "is missing"),
        ("DELETE FROM judgments WHERE dseq = 4", 4, "were counted"),
        ("UPDATE devices SET have = 3 WHERE have = 4", 4, "were counted"),
        ("UPDATE devices SET head = zeroblob(32) WHERE have = 4", 4, "head is another"),
    ],
)
def test_a_changed_or_missing_judgment_is_found(
    context: Context, statement: str, number: int, what: str
) -> None:
    tampered(context, statement)
    device = values_of(context, devices.c.id, devices.c.have > 2)[0]
    found = [item for item in auditing.verify(context).breaks if item.chain == device]
    assert found[0].number == number
    assert what in found[0].what


def test_a_body_changed_with_its_hash_breaks_the_chain(context: Context) -> None:
    from hashlib import sha256

    forged = '{"ranking":[["a"]]}'
    tampered(
        context,
        "UPDATE judgments SET body = :body, sha256 = :hash WHERE dseq = 3",
        body=forged,
        hash=sha256(forged.encode()).digest(),
    )
    found = auditing.verify(context).breaks
    assert [(item.number, item.what) for item in found] == [(4, "the chain's head is another")]


def test_a_judgment_of_a_missing_device_is_found(context: Context) -> None:
    with context.database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM devices WHERE have = 2")
        raw.execute("PRAGMA foreign_keys=ON")
    found = auditing.verify(context).breaks
    assert [(item.number, item.what) for item in found] == [(1, "the device is missing")]


def test_the_database_itself_refuses_to_change_the_audit(context: Context) -> None:
    from sqlalchemy import delete, update

    with pytest.raises(IntegrityError), context.database.write() as connection:
        connection.execute(update(audit).values(actor="t-x"))
    with pytest.raises(IntegrityError), context.database.write() as connection:
        connection.execute(delete(audit))


def test_columns_cannot_be_shifted_into_one_another() -> None:
    assert auditing._link(b"", ("ab", "c")) != auditing._link(b"", ("a", "bc"))
