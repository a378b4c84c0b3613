"""Whatever happens to a server and its tutors' laptops: 300 runs of 50 steps, 10,000 of 100 to soak."""

import os

import pytest

from tests.machine import TALLY, run

pytestmark = pytest.mark.integration

SOAK = os.environ.get("TUTORCLI_SOAK") == "1"
PARTS = 20
"""Equal parts, small enough that none is left for one core when all else is done."""


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_every_judgment_is_stored_exactly_once(part: int, full: bool) -> None:
    runs, steps = (10_000, 100) if SOAK else (300, 50) if full else (40, 50)
    print(run(runs // PARTS, steps, part))  # noqa: T201 - make soak shows it
    assert TALLY["judgments"]
