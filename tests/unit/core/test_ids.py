"""UUIDv7 as RFC 9562, section 5.7, has it."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli.core.ids import uuid7

TIMES = st.integers(0, 2**48 - 1)
RANDOM = st.binary(min_size=10, max_size=10)


def test_the_example_of_the_rfc_comes_out() -> None:
    # RFC 9562, appendix A.6: February 22, 2022 2:22:22.00 PM GMT-05:00.
    assert (
        uuid7(0x017F22E279B0, bytes.fromhex("0cc318c4dc0c0c07398f"))
        == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    )


@given(TIMES, RANDOM)
def test_version_variant_and_time_can_be_read_back(now_ms: int, random: bytes) -> None:
    made = uuid.UUID(uuid7(now_ms, random))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == now_ms


@given(st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] < pair[1]), RANDOM, RANDOM)
def test_ids_sort_by_their_time_whatever_the_random_bytes(
    times: tuple[int, int], first: bytes, second: bytes
) -> None:
    assert uuid7(times[0], first) < uuid7(times[1], second)


@given(TIMES, RANDOM, RANDOM)
def test_all_but_six_of_the_random_bits_are_kept(now_ms: int, first: bytes, second: bytes) -> None:
    kept = int.from_bytes(b"\x0f\xff\x3f" + b"\xff" * 7, "big")
    differs = (int.from_bytes(first, "big") ^ int.from_bytes(second, "big")) & kept
    assert (uuid7(now_ms, first) != uuid7(now_ms, second)) == bool(differs)


@pytest.mark.parametrize("size", [0, 9, 11, 16])
def test_another_number_of_random_bytes_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(0, b"x" * size)


@pytest.mark.parametrize("now_ms", [-1, 2**48])
def test_a_time_out_of_range_is_refused(now_ms: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the docstring names no text
        uuid7(now_ms, b"x" * 10)
