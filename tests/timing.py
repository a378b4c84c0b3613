"""Bounds on processor time, for what must not grow quadratically."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """A block takes less processor time than that.

    The collector, whose time depends on all the tests that ran before, waits for its end.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    started = process_time()
    try:
        yield
        took = process_time() - started
    finally:
        if was_enabled:
            gc.enable()
    assert took < seconds, f"{took:.3f} s of {seconds} s"
