"""What is written from the code says what the code says."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("script", ["docs.py", "catalogues.py"])
def test_generated_files_are_current(script: str) -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
