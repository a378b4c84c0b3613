"""Client and server in any order of work, faults and disasters, at a small size.

`tests/integration/server/test_machine.py` has the full one.
"""

from pathlib import Path

import pytest

from tests.lab import Lab
from tests.machine import TALLY, run, settle
from tutorcli.core.wire import Standing
from tutorcli.errors import Mismatch
from tutorcli.store import channels, sending
from tutorcli.store.db import Queue
from tutorcli.store.sending import Confirmed


def test_whatever_happens_every_judgment_is_stored_exactly_once() -> None:
    run(3, 25, 0)
    assert TALLY["judgments"]


def believe(queue: Queue, channel: str, standing: Standing, results: object = ()) -> Confirmed:
    """What `store.sending.confirm` would be if it took the server's word for it."""
    before = channels.get(queue, channel).have
    with queue.write():
        channels.update(
            queue,
            channel,
            have=max(before, standing.have),
            head=bytes.fromhex(standing.head),
            epoch=standing.epoch,
        )
    return Confirmed(before, max(before, standing.have), went_back=False)


def test_the_ledger_finds_a_client_that_takes_the_server_at_its_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "confirm", believe)
    lab = Lab(tmp_path)
    lab.add_tasks(12)
    laptop = lab.add_laptop()
    laptop.sync()
    lab.backup()
    laptop.judge(2)
    laptop.sync()
    lab.restore(lab.backups[0])
    with pytest.raises((AssertionError, Mismatch)):
        settle(lab)
    lab.close()
