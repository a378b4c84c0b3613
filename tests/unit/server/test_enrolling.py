"""A code is good once, and a lost reply costs nothing."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.server.fresh import Clock
from tests.unit.server.peopled import ADMIN, added, enrolled, made, rows_of, values_of
from tutorcli.core.policy import Policy
from tutorcli.core.wire import EnrolRequest, Qualification
from tutorcli.server import auth
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import codes, people, tokening
from tutorcli.server.services.enrolling import enrol
from tutorcli.server.tables import codes as code_table
from tutorcli.server.tables import consents, devices, tokens

CONSENT = "I agree.\n我同意。\n"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> Context:
    policy = Policy(disk="encrypted", offline_days=14)
    return made(f"sqlite:///{tmp_path / 'server.db'}", clock, policy=policy)


@pytest.fixture
def agreed(tmp_path: Path, clock: Clock) -> Context:
    return made(f"sqlite:///{tmp_path / 'agreed.db'}", clock, consent=CONSENT)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Rejected) as refused:
        act()
    return refused.value.code.name


def is_good(context: Context, token: str) -> bool:
    with context.database.read() as connection:
        try:
            auth.authenticate(connection, token, context.database.stamp())
        except Rejected:
            return False
    return True


def test_the_reply_says_who_the_tutor_is(context: Context) -> None:
    who = added(context, roles=("tutor", "lead"), qualifications=(Qualification("law", "zh"),))
    reply = enrolled(context, who)
    assert reply.tutor == who.tutor
    assert reply.roles == ("tutor", "lead")
    assert reply.qualifications == (Qualification("law", "zh"),)
    assert reply.policy == Policy(disk="encrypted", offline_days=14)
    assert is_good(context, reply.token)


def test_neither_code_nor_token_is_stored_readably(context: Context, tmp_path: Path) -> None:
    who = added(context)
    token = enrolled(context, who).token
    context.database.close()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("server.db*"))
    assert who.code.text.encode() not in stored
    assert who.code.text.replace("-", "").encode() not in stored
    assert token.encode() not in stored
    assert token.rpartition("_")[2].encode() not in stored


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), "  {}  ".format])
def test_a_code_is_read_however_it_is_typed(context: Context, typed: Callable[[str], str]) -> None:
    who = added(context)
    reply = enrol(context, EnrolRequest(typed(who.code.text), str(uuid4())))
    assert reply.tutor == who.tutor


@given(st.binary(min_size=11, max_size=11))
def test_a_code_has_no_sign_that_looks_like_another(random: bytes) -> None:
    text = codes.code_of(random)
    assert [len(part) for part in text.split("-")] == [6, 6, 6]
    assert not set(text) & set("01OIL")


@given(st.binary(min_size=11, max_size=11), st.binary(min_size=11, max_size=11))
def test_two_codes_are_alike_only_from_the_same_bytes(first: bytes, second: bytes) -> None:
    assert (codes.code_of(first) == codes.code_of(second)) == (first == second)


def test_a_code_is_used_up_by_its_first_device(context: Context) -> None:
    who = added(context)
    enrolled(context, who)
    assert refusal(lambda: enrolled(context, who)) == "code_unknown"
    assert rows_of(context, tokens) == 1


def test_a_lost_reply_is_asked_for_again(context: Context, clock: Clock) -> None:
    who, device = added(context), str(uuid4())
    first = enrolled(context, who, device)
    clock.move(minutes=9)
    second = enrolled(context, who, device)
    assert second.tutor == first.tutor
    assert is_good(context, second.token)
    assert not is_good(context, first.token)
    assert rows_of(context, devices) == 1


def test_after_ten_minutes_a_used_code_is_unknown_to_its_device_too(
    context: Context, clock: Clock
) -> None:
    who, device = added(context), str(uuid4())
    token = enrolled(context, who, device).token
    clock.move(minutes=11)
    assert refusal(lambda: enrolled(context, who, device)) == "code_unknown"
    assert is_good(context, token)


def test_a_code_gives_its_device_no_token_again_once_that_was_revoked(context: Context) -> None:
    who, device = added(context), str(uuid4())
    other = people.Added(who.tutor, people.new_code(context, ADMIN, who.tutor))
    enrolled(context, who, device)
    (token,) = values_of(context, tokens.c.id)
    tokening.revoke_token(context, ADMIN, token)
    assert refusal(lambda: enrolled(context, who, device)) == "code_unknown"
    assert enrolled(context, other).tutor == who.tutor


def test_a_code_gives_its_device_no_token_again_once_its_tutor_was_revoked(
    context: Context,
) -> None:
    who, device = added(context), str(uuid4())
    enrolled(context, who, device)
    people.revoke(context, ADMIN, who.tutor)
    people.new_code(context, ADMIN, who.tutor)
    assert refusal(lambda: enrolled(context, who, device)) == "code_unknown"


def test_asking_again_does_not_prolong_the_ten_minutes(context: Context, clock: Clock) -> None:
    who, device = added(context), str(uuid4())
    for _ in range(2):
        enrolled(context, who, device)
        clock.move(minutes=6)
    assert refusal(lambda: enrolled(context, who, device)) == "code_unknown"


def test_a_code_is_good_for_the_hours_of_the_project(context: Context, clock: Clock) -> None:
    who = added(context)
    clock.move(hours=25)
    assert refusal(lambda: enrolled(context, who)) == "code_unknown"


def test_a_tutor_may_have_several_codes(context: Context) -> None:
    who = added(context)
    more = people.Added(who.tutor, people.new_code(context, ADMIN, who.tutor))
    assert enrolled(context, who).tutor == enrolled(context, more).tutor == who.tutor
    assert rows_of(context, devices) == 2


def test_a_code_that_nobody_gave_is_unknown(context: Context) -> None:
    added(context)
    for code in ("", "222222-222222-222222", "' OR 1=1 --", "\x00"):
        request = EnrolRequest(code, str(uuid4()))
        assert refusal(partial(enrol, context, request)) == "code_unknown"


def test_a_home_of_another_tutor_is_refused_and_the_code_stays_good(context: Context) -> None:
    who, other = added(context), added(context)
    request = EnrolRequest(who.code.text, str(uuid4()), tutor=other.tutor)
    assert refusal(lambda: enrol(context, request)) == "wrong_tutor"
    assert values_of(context, code_table.c.used_at) == [None, None]
    mine = EnrolRequest(who.code.text, str(uuid4()), tutor=who.tutor)
    assert enrol(context, mine).tutor == who.tutor


def test_a_device_of_another_tutor_is_refused_and_the_code_stays_good(context: Context) -> None:
    who, other, device = added(context), added(context), str(uuid4())
    enrolled(context, other, device)
    assert refusal(lambda: enrolled(context, who, device)) == "wrong_tutor"
    assert enrolled(context, who).tutor == who.tutor


@pytest.mark.parametrize(
    "device", ["", "laptop", "../../etc", "0DE6D8A2-738C-4A46-976F-3245E91E5A83", "\x00"]
)
def test_a_device_is_a_uuid(context: Context, device: str) -> None:
    who = added(context)
    assert refusal(lambda: enrol(context, EnrolRequest(who.code.text, device))) == "bad_request"


def test_the_text_of_now_must_be_agreed_to(agreed: Context) -> None:
    who, device = added(agreed), str(uuid4())
    for said in (None, "", "0" * 64, sha256(b"another text").hexdigest(), "Ä"):
        request = EnrolRequest(who.code.text, device, consent=said)
        assert refusal(partial(enrol, agreed, request)) == "consent_required"
    assert rows_of(agreed, consents) == 0
    digest = sha256(CONSENT.encode()).digest()
    enrol(agreed, EnrolRequest(who.code.text, device, consent=digest.hex()))
    enrol(agreed, EnrolRequest(who.code.text, device, consent=digest.hex()))
    assert values_of(agreed, consents.c.sha256) == [digest]


def test_a_new_code_for_the_same_home_goes_on_with_its_device(context: Context) -> None:
    who, device = added(context), str(uuid4())
    old = enrolled(context, who, device).token
    code = people.new_code(context, ADMIN, who.tutor)
    new = enrolled(context, people.Added(who.tutor, code), device).token
    assert is_good(context, new)
    assert not is_good(context, old)
    assert rows_of(context, devices) == 1


def test_the_name_of_a_machine_is_made_safe(context: Context) -> None:
    who = added(context)
    enrol(context, EnrolRequest(who.code.text, str(uuid4()), name="lap\x00\x1b[31mtop" + "x" * 500))
    (name,) = values_of(context, devices.c.name)
    assert name.startswith("lap[31mtop")
    assert len(name) == 100
