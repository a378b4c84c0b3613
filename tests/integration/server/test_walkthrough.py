"""docs/sync.md does what it says, on both databases."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.server.processes import DEADLINE_S, free_port

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.name == "nt", reason="the page is for a POSIX shell"),
]

ROOT = Path(__file__).parents[3]
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def script() -> str:
    """The blocks of the page, in order, as one script that ends at the first failure."""
    page = (ROOT / "docs" / "sync.md").read_text()
    return "\n".join(["set -euo pipefail", *_BLOCK.findall(page)])


def walked(folder: Path, tasks: list[Path]) -> subprocess.CompletedProcess[str]:
    """What the script says."""
    variables = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TASKS": " ".join(map(str, tasks)),
        "PORT": str(free_port()),
    }
    process = subprocess.Popen(
        ["bash", "-c", script()],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, errors = process.communicate(timeout=2 * DEADLINE_S)
    finally:
        # A script that failed leaves its server behind.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return subprocess.CompletedProcess("sync.md", process.returncode, out, errors)


def test_the_walk_from_start_to_end_does_what_the_page_says(url: str, tmp_path: Path) -> None:
    config = tmp_path / "walk" / "server" / "config"
    config.mkdir(parents=True)
    (config / "server.toml").write_text(f'db = "{url}"\n')
    tasks = [ROOT / "sample_tasks" / f"finance_{language}.jsonl" for language in ("en", "zh")]
    walk = walked(tmp_path, tasks)
    assert walk.returncode == 0, f"{walk.stdout}\n{walk.stderr}"
    said = walk.stderr
    assert "8 tasks imported" in said
    assert said.count("drafts and what was judged here before do not travel") == 4
    assert "3 judgments sent" in said
    assert "cannot be reached: Connection refused" in said
    assert "2 unsent" in walk.stdout
    assert said.count("verified: the server and this home hold the same") == 3
    assert "the token was revoked" in said
    assert "10 judgments written" in said
    assert "8 judgments of" in walk.stdout
    assert (tmp_path / "walk" / "report.html").read_text().startswith("<!doctype html>")
