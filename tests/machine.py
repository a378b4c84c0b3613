"""Any order of work, sync, faults and disasters: in the end everything is stored exactly once.

A state machine over the real client and the real server (`tests/lab.py`).
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.lab import Lab, Laptop
from tutorcli.errors import Mismatch, SyncError

MOST_LAPTOPS = 4
MEMORY = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)
"""Where nothing waits for a disk; what a disk may do is tested elsewhere (`tests/integration/store`)."""
PLACES = strategies.integers(min_value=0, max_value=10_000)


DISASTERS = (
    "arrived late",
    "server backed up",
    "server restored",
    "server crashed",
    "task withdrawn",
    "leases expired",
    "tutor revoked",
    "enrolled again",
    "laptop cloned",
    "laptop copied",
    "laptop restored",
    "clock set",
)


class Syncing(RuleBasedStateMachine):
    """Everything that may happen to a server and to the laptops of its tutors."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tutorcli-lab-", dir=MEMORY))
        self.copies: list[tuple[Laptop, Path]] = []

    @initialize(seed=PLACES)
    def begin(self, seed: int) -> None:
        self.lab = Lab(self.folder, seed)
        self.tasks = self.lab.add_tasks(12)
        for _ in range(2):
            self.lab.add_laptop().sync()

    def laptop(self, which: int) -> Laptop:
        return self.lab.laptops[which % len(self.lab.laptops)]

    # -- work

    # One rule, for hypothesis leaves whole rules out of some runs.
    @rule(
        which=PLACES,
        count=strategies.integers(0, 3),
        is_amending=strategies.booleans(),
        share=strategies.sampled_from((None, 0.0, 0.0, 0.2, 0.5, 0.8)),
    )
    def work(self, which: int, count: int, is_amending: bool, share: float | None) -> None:
        """Judge some tasks, and sync in weather of that badness."""
        laptop = self.laptop(which)
        laptop.judge(count)
        if is_amending:
            laptop.amend()
        if share is None:
            return
        try:
            laptop.sync(share)
        except SyncError:
            return
        except Mismatch:
            # Two restores within one sync may look like an ill server; a calm sync meets none.
            assert share
            return
        missing = laptop.stored().keys() - self.lab.stored().keys()
        assert not missing, "a sync that went well left something behind"

    # -- disasters

    @rule(which=PLACES, what=strategies.sampled_from(DISASTERS))
    def disaster(self, which: int, what: str) -> None:
        self.lab.weather.done[what] += getattr(self, what.replace(" ", "_"))(which)

    def arrived_late(self, which: int) -> int:
        if not self.lab.weather.delayed:
            return 0
        self.lab.deliver(which)
        return 1

    def server_backed_up(self, _: int) -> int:
        self.lab.backup()
        return 1

    def server_restored(self, which: int) -> int:
        if not self.lab.backups:
            return self.server_backed_up(which)
        self.lab.restore(self.lab.backups[which % len(self.lab.backups)])
        return 1

    def server_crashed(self, _: int) -> int:
        self.lab.crash_next()
        return 1

    def task_withdrawn(self, which: int) -> int:
        self.lab.withdraw(self.tasks[which % len(self.tasks)])
        return 1

    def leases_expired(self, _: int) -> int:
        self.lab.clock.move(days=20)
        return 1

    def tutor_revoked(self, which: int) -> int:
        self.lab.revoke(self.laptop(which))
        return 1

    def enrolled_again(self, which: int) -> int:
        with suppress(SyncError):
            self.lab.sign_in(self.laptop(which))
        return 1

    def laptop_cloned(self, which: int) -> int:
        if len(self.lab.laptops) == MOST_LAPTOPS:
            return 0
        self.lab.clone(self.laptop(which))
        return 1

    def laptop_copied(self, which: int) -> int:
        laptop = self.laptop(which)
        self.copies.append((laptop, self.lab.copy(laptop)))
        return 1

    def laptop_restored(self, which: int) -> int:
        if not self.copies:
            return self.laptop_copied(which)
        self.lab.roll_back(*self.copies[which % len(self.copies)])
        return 1

    def clock_set(self, which: int) -> int:
        self.laptop(which).clock_days = which % 801 - 400
        return 1

    def teardown(self) -> None:
        """The sky clears; then nothing is lost, doubled or made up."""
        if not hasattr(self, "lab"):
            return
        try:
            settle(self.lab)
            for what, count in self.lab.weather.done.items():
                TALLY[what] = TALLY.get(what, 0) + count
            TALLY["judgments"] = TALLY.get("judgments", 0) + len(self.lab.stored())
        finally:
            self.lab.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def settle(lab: Lab) -> None:
    """Everybody syncs, then the ledger is looked at."""
    lab.settle()
    lab.check()


TALLY: dict[str, int] = {}
"""How often what happened, over all runs."""


def run(runs: int, steps: int, first: int) -> str:
    """Run it so often, from that seed on; what happened, counted."""
    TALLY.clear()
    size = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(first)(Syncing), settings=size)
    return f"{runs} runs of {steps} steps: {dict(sorted(TALLY.items()))}"
