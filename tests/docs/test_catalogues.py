"""The check of the message catalogues finds what would reach a tutor untranslated."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
)
SOURCE = """
from tutorcli.errors import message
from tutorcli.i18n import ntr, tr

tr("Task {id}", id=1)
message("Undo")
ntr("{n} task", "{n} tasks", 2)
"""
GOOD = """
msgid "Task {id}"
msgstr "任务 {id}"

msgid "Undo"
msgstr "撤销"

msgid "{n} task"
msgid_plural "{n} tasks"
msgstr[0] "{n} 个任务"
"""

Check = Callable[[str, str], list[str]]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "scripts" / "catalogues.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, path in (("ROOT", "."), ("PACKAGE", "code"), ("LOCALE", "locale")):
        monkeypatch.setattr(module, name, tmp_path / path)
    (tmp_path / "code").mkdir()
    return module


@pytest.fixture
def check(script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """What the check says of a source and a catalogue, compiled."""

    def faults(source: str, entries: str) -> list[str]:
        (tmp_path / "code" / "screen.py").write_text(source, encoding="utf-8")
        folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tutorcli.po").write_text(HEADER + entries, encoding="utf-8")
        script.main(["compile"])
        failed = script.main(["check"])
        lines = capsys.readouterr().err.splitlines()
        assert failed == bool(lines)
        return lines

    return faults


def test_a_complete_catalogue_passes(check: Check) -> None:
    assert check(SOURCE, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("撤销", "", "not translated"),
        ('msgid "Undo"\nmsgstr "撤销"\n', "", "missing"),
        ('msgid "Undo"', '#, fuzzy\nmsgid "Undo"', "fuzzy"),
        ('msgid "Undo"', 'msgid "Redo"\nmsgstr "重做"\n\nmsgid "Undo"', "no longer in the source"),
        ("任务 {id}", "任务 {编号}", "placeholders differ"),
        ("任务 {id}", "任务 {id", "任务 {id"),
        ("{n} 个任务", "个任务 {m}", "placeholders differ"),
    ],
)
def test_a_fault_of_a_translation_is_named(check: Check, old: str, new: str, fault: str) -> None:
    (line,) = check(SOURCE, GOOD.replace(old, new))
    assert fault in line


def test_a_template_that_is_not_a_plain_string_is_named_with_its_line(check: Check) -> None:
    (line,) = check(SOURCE + 'word = "x"\ntr(word)\n', GOOD)
    assert line.startswith("code/screen.py:9:")


def test_a_placeholder_with_a_format_is_refused(check: Check) -> None:
    lines = check('from tutorcli.i18n import tr\ntr("{n:.1f}", n=1)\n', "")
    assert any("plain names" in line for line in lines)


def test_a_stale_binary_is_named(
    check: Check, script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    check(SOURCE, GOOD)
    (po,) = script.po_files()
    po.write_text(po.read_text(encoding="utf-8").replace("撤销", "取消"), encoding="utf-8")
    assert script.main(["check"]) == 1
    assert "stale" in capsys.readouterr().err


def test_extraction_keeps_translations_and_writes_equal_bytes_twice(
    check: Check, script: ModuleType
) -> None:
    check(SOURCE + 'tr("New")\n', GOOD)
    (po,) = script.po_files()
    script.main(["extract"])
    first = po.read_bytes()
    script.main(["extract"])
    assert po.read_bytes() == first
    assert "任务 {id}".encode() in first
    assert b'msgid "New"\nmsgstr ""' in first
    assert b"Date" not in first
