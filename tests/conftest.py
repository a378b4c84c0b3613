"""What every test gets: a home of its own, no variable of the developer's, no network but loopback."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

FULL = os.environ.get("TUTORCLI_FULL") == "1"
"""Full fault sizes; ``make test-all`` asks for them."""

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
KEPT = {"PATH", "HOME", "TMPDIR", "TERM", "USER", "LOGNAME", "SHELL", "VIRTUAL_ENV"}
KEPT_PREFIXES = ("PYTEST_", "HYPOTHESIS_", "TEXTUAL_SNAPSHOT_")

settings.register_profile(
    "default", max_examples=25, deadline=None, derandomize=True, database=None
)
settings.register_profile(
    "full",
    max_examples=500,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("full" if FULL else "default")


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether fault tests run at their full size."""
    return FULL


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own TUTORCLI_HOME, not yet made, in an environment without anyone's settings."""
    for name in os.environ:
        if name not in KEPT and not name.startswith(KEPT_PREFIXES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    path = tmp_path / "home"
    monkeypatch.setenv("TUTORCLI_HOME", str(path))
    return path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    if i18n := sys.modules.get("tutorcli.i18n"):
        i18n.activate("en")


def _refuse_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object, /) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise RuntimeError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_network(monkeypatch)


def pytest_xdist_auto_num_workers() -> int:
    """Three times as many as there are cores: many tests wait for disks and other processes."""
    return 3 * (os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run in which nothing passed is not a pass, though every test was skipped politely."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if hasattr(config, "workerinput") or reporter is None or config.option.collectonly:
        return
    if exitstatus == pytest.ExitCode.OK and not reporter.stats.get("passed"):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
