"""The built wheel, installed in a fresh environment that cannot see the source."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# One worker builds and installs for all.
pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("wheel")]

ROOT = Path(__file__).parents[2]
CATALOGUES = [f"locale/{name}/LC_MESSAGES/tutorcli.mo" for name in ("fr", "pt_BR", "zh_Hans")]
# Taken at import: the tests' own environment has no proxy, certificate or index settings.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTHON", "VIRTUAL_ENV", "TUTORCLI_", "PYTEST_", "COV_"))
}


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """Standard output of ``command``; its whole output when it fails."""
    ran = subprocess.run(
        command, cwd=cwd, env={**ENVIRONMENT, **env}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    run(*build, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and the tests' tools."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copy(ROOT / "pyproject.toml", folder)
    python = folder / "env" / "bin" / "python"
    wanted = ("-c", ROOT / "constraints.txt", "--group", "test", f"{wheel}[server]")
    if uv := shutil.which("uv", path=ENVIRONMENT["PATH"]):
        run(uv, "venv", "--python", sys.executable, "env", cwd=folder)
        run(uv, "pip", "install", "--python", python, *wanted, cwd=folder)
    else:
        run(sys.executable, "-m", "venv", "env", cwd=folder)
        run(python, "-m", "pip", "install", "-c", ROOT / "constraints.txt", "pip", cwd=folder)
        run(python, "-m", "pip", "install", *wanted, cwd=folder)
    return python


def test_the_wheel_holds_the_package_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"tutorcli"}
    for part in ("py.typed", "themes/", "sample_tasks/", *CATALOGUES):
        assert any(name.startswith(f"tutorcli/{part}") for name in names), part
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_installed_command_plays_the_demo_without_the_source(
    python: Path, tmp_path: Path
) -> None:
    where = run(python, "-c", "import tutorcli; print(tutorcli.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(python.parents[1])
    played = run(python.parent / "tutorcli", "demo", "--play", cwd=tmp_path)
    assert played.strip()


def test_the_installed_server_takes_tasks_and_tutors(python: Path, tmp_path: Path) -> None:
    tutorcli, home = python.parent / "tutorcli", {"TUTORCLI_HOME": str(tmp_path / "home")}
    sample = ROOT / "sample_tasks" / "law_en.jsonl"
    taken = run(tutorcli, "server", "tasks", "import", sample, "--json", cwd=tmp_path, **home)
    assert json.loads(taken)["imported"] == 4
    added = run(tutorcli, "server", "tutor", "add", "--json", cwd=tmp_path, **home)
    assert json.loads(added)["tutor"].startswith("t-")
    run(tutorcli, "server", "audit", "verify", cwd=tmp_path, **home)


def test_commands_and_their_files_work_from_the_wheel(python: Path, tmp_path: Path) -> None:
    for name in ("tests", "themes", "sample_tasks", "docs", "pyproject.toml"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    # What reads the package's own files, and every command; the rest runs in the checkout.
    parts = [f"tests/unit/{name}" for name in ("catalog", "cli", "test_config.py", "test_i18n.py")]
    out = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *parts, cwd=tmp_path)
    assert " passed" in out
