"""Tokens."""

import re

import pytest

from tests.unit.server.fresh import Clock
from tests.unit.server.serverside import Site
from tutorcli.server import tables
from tutorcli.server.auth import Caller, admit, new_token, require
from tutorcli.server.problems import Rejected


def _code(site: Site, token: str) -> str:
    with pytest.raises(Rejected) as caught:
        admit(site.context, token)
    return caught.value.code.name


def test_a_token_has_its_form_and_256_random_bits(site: Site) -> None:
    asked: list[int] = []

    def random(count: int) -> bytes:
        asked.append(count)
        return bytes(range(count))

    issued = new_token(random)
    assert re.fullmatch(r"tut_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", issued.token)
    assert asked == [4, 32]


def test_a_token_stands_for_its_tutor_with_roles_and_regions(site: Site) -> None:
    home = site.home(name="t-lead", roles="tutor lead", regions="eu ch")
    assert admit(site.context, home.token) == Caller(
        "t-lead", frozenset({"tutor", "lead"}), frozenset({"eu", "ch"}), home.token[4:12]
    )


def test_the_database_does_not_hold_the_token(site: Site) -> None:
    home = site.home()
    row = site.row(tables.tokens, tutor=home.tutor)
    assert home.token.encode() not in bytes(row.hash)
    assert home.token not in map(str, row)


@pytest.mark.parametrize(
    "token", ["", "x", "tut_00000000_" + "A" * 43, "tut_' OR 1=1 --_" + "A" * 43, "tut_\x00"]
)
def test_what_is_no_token_is_unknown(site: Site, token: str) -> None:
    site.home()
    assert _code(site, token) == "token_unknown"


def test_a_token_with_another_secret_is_unknown(site: Site) -> None:
    home = site.home()
    other = "A" if home.token[-1] != "A" else "B"
    assert _code(site, home.token[:-1] + other) == "token_unknown"


def test_an_expired_token_is_unknown(site: Site, clock: Clock) -> None:
    home = site.home()
    clock.move(days=400)
    assert _code(site, home.token) == "token_unknown"


def test_a_revoked_token_is_refused_at_the_next_request(site: Site) -> None:
    home = site.home()
    admit(site.context, home.token)
    site.change(tables.tokens, home.token[4:12], revoked_at=site.database.stamp())
    assert _code(site, home.token) == "token_revoked"


def test_the_token_of_a_revoked_tutor_is_refused(site: Site) -> None:
    home = site.home()
    site.change(tables.tutors, home.tutor, state="revoked")
    assert _code(site, home.token) == "token_revoked"


def test_a_role_lets_through_and_its_lack_does_not(site: Site) -> None:
    caller = Caller("t", frozenset({"tutor"}), frozenset(), "0")
    require(caller, "lead", "tutor")
    with pytest.raises(Rejected) as caught:
        require(caller, "lead", "admin")
    assert caught.value.code.name == "wrong_role"
