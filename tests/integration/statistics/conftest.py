"""Second opinions come from libraries that take seconds to import."""

import pytest


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Where tests of integration are left out, do not so much as look at these."""
    return True if config.getoption("markexpr") == "not integration" else None
