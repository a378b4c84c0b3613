"""Whether a terminal draws ambiguous characters wide: set, remembered, or asked once."""

from dataclasses import replace
from pathlib import Path

import pytest

from tutorcli.cli import ambiguous, probe
from tutorcli.core.settings import Settings

EAST = {"TERM": "xterm-256color", "LANG": "zh_CN.UTF-8"}
WEST = {"TERM": "xterm-256color", "LANG": "fr_FR.UTF-8"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    data, config, state, logs = (tmp_path / name for name in ("data", "config", "state", "logs"))
    return Settings(data, config, state, logs)


class Asked:
    """A terminal that answers with so many cells, and counts the questions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cells: int | None) -> None:
        self.cells, self.times = cells, 0
        monkeypatch.setattr(probe, "ambiguous_cells", self.ask)
        monkeypatch.setattr(probe, "is_key_waiting", lambda: False)

    def ask(self, timeout_s: float) -> int | None:
        assert timeout_s <= 0.2
        self.times += 1
        return self.cells


@pytest.mark.parametrize(("cells", "said"), [(2, "wide"), (1, "narrow"), (None, "narrow")])
def test_an_eastern_terminal_is_asked_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, cells: int | None, said: str
) -> None:
    terminal = Asked(monkeypatch, cells)
    assert ambiguous.settled(settings, EAST).ambiguous == said
    assert ambiguous.settled(settings, EAST).ambiguous == said
    assert terminal.times == 1
    other = EAST | {"TERM_PROGRAM": "iTerm.app"}
    ambiguous.settled(settings, other)
    assert terminal.times == 2


def test_screens_in_chinese_ask_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(monkeypatch, 2)
    chinese = replace(settings, language="zh-Hans")
    assert ambiguous.settled(chinese, WEST).ambiguous == "wide"


def test_elsewhere_only_what_doctor_found_counts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Asked(monkeypatch, 2)
    assert ambiguous.settled(settings, WEST).ambiguous == "narrow"
    ambiguous.remember(settings.state, 2, WEST)
    assert ambiguous.settled(settings, WEST).ambiguous == "wide"
    assert terminal.times == 0


@pytest.mark.parametrize("said", ["narrow", "wide"])
def test_the_setting_decides_where_there_is_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    terminal = Asked(monkeypatch, 2)
    ambiguous.remember(settings.state, 1, EAST)
    assert ambiguous.settled(replace(settings, ambiguous=said), EAST).ambiguous == said
    assert terminal.times == 0


def test_a_key_that_was_typed_is_not_swallowed_by_a_question(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Asked(monkeypatch, 2)
    monkeypatch.setattr(probe, "is_key_waiting", lambda: True)
    assert ambiguous.settled(settings, EAST).ambiguous == "narrow"
    assert ambiguous.known(settings.state, EAST) is None
    monkeypatch.setattr(probe, "is_key_waiting", lambda: False)
    assert ambiguous.settled(settings, EAST).ambiguous == "wide"
    assert terminal.times == 1


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"TERM=x": "two"}'])
def test_a_spoiled_file_is_as_good_as_none(settings: Settings, text: str) -> None:
    settings.state.mkdir(parents=True)
    (settings.state / "terminals.json").write_text(text)
    assert ambiguous.known(settings.state, {"TERM": "x"}) is None
    ambiguous.remember(settings.state, 2, {"TERM": "x"})
    assert ambiguous.known(settings.state, {"TERM": "x"}) == 2


def test_only_the_tutor_reads_what_is_remembered(settings: Settings) -> None:
    ambiguous.remember(settings.state, 1, EAST)
    assert (settings.state / "terminals.json").stat().st_mode & 0o077 == 0
