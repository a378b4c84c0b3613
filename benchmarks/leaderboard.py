"""Strengths of models beside a bare count of the votes, and their intervals beside evalica's."""

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import evalica
import numpy as np

from benchmarks.figures import Figure, Taken, in_turns
from tests.unit.stats.compared import simulated
from tutorcli.stats.bootstrap import RESAMPLES, Sampling
from tutorcli.stats.comparisons import Comparisons
from tutorcli.stats.meetings import Meetings, sample_of
from tutorcli.stats.strengths import drawn, fit

VOTES = 100_000
PEER_DRAWS = 10
"""Evalica draws as many beside one fit and is scaled: all its resamples would take a minute."""
_PEAK = """
from pathlib import Path
from tests.unit.stats.compared import simulated
from tutorcli.stats.board import board
board(simulated({votes}, {models}, per_task={per_task}))
# ru_maxrss of a child begins with what its parent held; this begins with the program.
peak = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(int(peak[0].split()[1]) / 1024)
"""


def figures(_folder: Path) -> list[Figure]:
    """Measure simulated votes."""
    twenty, hundred = simulated(VOTES, 20), simulated(VOTES, 100)
    fits, peer, many = in_turns(
        partial(_fits, twenty), partial(_beside_evalica, twenty), partial(_many, hundred)
    )
    # Within one run one child is enough: memory is the same every time.
    peaks = [_peak(models, per_task) for models, per_task in ((20, 1), (100, 1), (100, 6))]
    floor = 3 * fits["count"]
    drawing = f"50 x {RESAMPLES} resamples / evalica's, scaled from {PEER_DRAWS}"
    return [
        Figure("davidson, 1e5 votes, / 3 bincounts", fits["davidson"], floor, 10, "ms"),
        Figure("bradley-terry, 1e5 votes, / 3 bincounts", fits["bradley-terry"], floor, 10, "ms"),
        Figure(drawing, 50 * peer["ours"], peer["evalica"], 1, "s", "ratio"),
        Figure(f"{RESAMPLES} resamples, 100 models, 1e5 votes", many["one"], 0, 3, "s"),
        Figure("the same, six votes in a task", many["six"], 0, 3, "s"),
        Figure("peak memory of three leaderboards, 1e5 votes", max(peaks), 0, 200, "MB"),
    ]


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _fits(votes: Comparisons) -> Taken:
    pairs = 20 * votes.first + votes.second
    return {
        "count": 1000 * _seconds(lambda: np.bincount(pairs, minlength=400)),
        "davidson": 1000 * _seconds(lambda: fit(Meetings.of(votes), "davidson")),
        "bradley-terry": 1000 * _seconds(lambda: fit(Meetings.of(votes), "bradley-terry")),
    }


def _beside_evalica(votes: Comparisons) -> Taken:
    names = np.array(votes.models)
    winner = {1: evalica.Winner.X, -1: evalica.Winner.Y, 0: evalica.Winner.Draw}
    told = (
        names[votes.first].tolist(),
        names[votes.second].tolist(),
        [winner[outcome] for outcome in votes.outcome.tolist()],
    )
    theirs = partial(
        evalica.bootstrap,
        evalica.bradley_terry,
        *told,
        n_resamples=PEER_DRAWS,
        bootstrap_method="percentile",
        random_state=0,
    )
    return {
        "ours": _seconds(lambda: _interval(votes)),
        # With one fit of all votes, as long as a draw.
        "evalica": _seconds(theirs) * RESAMPLES / (PEER_DRAWS + 1),
    }


def _many(votes: Comparisons) -> Taken:
    sixes = Comparisons(
        votes.models, votes.task // 6, votes.first, votes.second, votes.outcome, votes.both_bad
    )
    return {
        "one": _seconds(lambda: _interval(votes)),
        "six": _seconds(lambda: _interval(sixes)),
    }


def _interval(votes: Comparisons) -> None:
    """All from the votes to the draws, as `board` does it."""
    meetings = Meetings.of(votes)
    sample = sample_of(votes.task, meetings.cell, 3 * len(meetings.first))
    drawn(fit(meetings), sample, "bench", Sampling())


def _peak(models: int, per_task: int) -> float:
    program = _PEAK.format(votes=VOTES, models=models, per_task=per_task)
    root = Path(__file__).parents[1]
    found = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=root
    )
    return float(found.stdout)
