"""Whether this terminal draws ambiguous characters wide: set, known from before, or asked."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutorcli.core.settings import Settings

_FILE = "terminals.json"
_WHO = ("TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "VTE_VERSION", "LC_ALL", "LC_CTYPE", "LANG")
"""Variables that tell one terminal from another."""
_EAST = ("zh", "ja", "ko")
_SILENT = 0
"""Remembered of a terminal that gives no answer, so that it is not asked at every start."""
_ASK_S = 0.2


def settled(settings: "Settings", env: Mapping[str, str] = os.environ) -> "Settings":
    """The settings with ``narrow`` or ``wide`` in place of ``auto``.

    A terminal that is not known yet is asked, once, where the locale or the screens are Chinese,
    Japanese or Korean; elsewhere it is wide only if `tutorcli doctor` found it so.
    """
    if settings.ambiguous != "auto":
        return settings
    cells = known(settings.state, env)
    if cells is None and _is_east(settings.language, env):
        cells = _ask(settings.state, env)
    from dataclasses import replace

    return replace(settings, ambiguous="wide" if cells == 2 else "narrow")


def known(state: Path, env: Mapping[str, str] = os.environ) -> int | None:
    """The cells that were found out on this terminal; 0: it gave no answer; None: not asked."""
    cells = _read(state / _FILE).get(_name(env))
    return cells if isinstance(cells, int) else None


def remember(state: Path, cells: int, env: Mapping[str, str] = os.environ) -> None:
    """Keep what was found out; that a disk is full stops nobody."""
    told = _read(state / _FILE) | {_name(env): cells}
    with suppress(OSError):
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = state / _FILE
        file.touch(mode=0o600)
        file.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _read(file: Path) -> dict[str, object]:
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _name(env: Mapping[str, str]) -> str:
    return " ".join(f"{name}={env[name]}" for name in _WHO if env.get(name))


def _is_east(language: str, env: Mapping[str, str]) -> bool:
    locale = next((said for name in ("LC_ALL", "LC_CTYPE", "LANG") if (said := env.get(name))), "")
    return locale[:2].lower() in _EAST or language[:2].lower() in _EAST


def _ask(state: Path, env: Mapping[str, str]) -> int | None:
    """Ask the terminal and remember its answer, unless a key that was typed would be lost by it."""
    from tutorcli.cli import probe

    if probe.is_key_waiting():
        return None
    cells = probe.ambiguous_cells(_ASK_S)
    remember(state, _SILENT if cells is None else cells, env)
    return cells
