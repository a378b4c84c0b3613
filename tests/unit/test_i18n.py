import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorcli import i18n
from tutorcli.errors import message

SHIPPED = ("en", "fr", "pt_BR", "zh_Hans")


def write_mo(folder: Path, entries: dict[str, str]) -> None:
    """A catalogue in GNU's binary form, entries sorted as the form asks."""
    header = "Content-Type: text/plain; charset=utf-8\nPlural-Forms: nplurals=2; plural=n>1;\n"
    pairs = sorted({"": header, **entries}.items())
    texts = [text.encode() for pair in zip(*pairs, strict=True) for text in pair]
    where = 28 + 8 * len(texts)
    table = b""
    for text in texts:
        table += struct.pack("<2I", len(text), where)
        where += len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    path = folder / "LC_MESSAGES" / "tutorcli.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(head + table + b"".join(text + b"\0" for text in texts))


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "answer {n}": "réponse {n}",
        "bad {name}": "{nom",
        "task {id}: {what}": "tâche {id} : {what}",
        "{n} task\0{n} tasks": "{n} tâche\0{n} tâches",
    }
    write_mo(tmp_path / "fr", entries)
    monkeypatch.setattr(i18n, "_LOCALE", tmp_path)
    assert i18n.activate("fr_CA.UTF-8") == "fr"


@pytest.mark.parametrize(
    ("language", "chosen"),
    [
        ("zh_CN.UTF-8", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("zh-Hans-CN", "zh_Hans"),
        ("ZH-sg", "zh_Hans"),
        ("zh_TW.UTF-8", "en"),
        ("zh-Hant-HK", "en"),
        ("pt", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("fr_FR@euro", "fr"),
        ("en_GB.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("POSIX", "en"),
        ("", "en"),
        ("tlh", "en"),
        ("../../etc", "en"),
    ],
)
def test_a_tag_or_posix_locale_finds_the_nearest_catalogue(language: str, chosen: str) -> None:
    assert i18n.choose(language, SHIPPED) == chosen


def test_chinese_ships_in_simplified_script() -> None:
    assert i18n.activate("zh_CN.UTF-8") == "zh_Hans"
    assert i18n.tr('did you mean "{guess}"?', guess="queue") != 'did you mean "queue"?'


@pytest.mark.parametrize(
    ("language", "name", "hint"),
    [
        ("fr_FR.UTF-8", "fr", "peut-être « queue » ?"),
        ("pt_BR.UTF-8", "pt_BR", "você quis dizer “queue”?"),
    ],
)
def test_french_and_brazilian_portuguese_ship(language: str, name: str, hint: str) -> None:
    assert i18n.activate(language) == name
    assert i18n.tr('did you mean "{guess}"?', guess="queue").replace("\xa0", " ") == hint


@pytest.mark.usefixtures("french")
def test_templates_are_translated_before_their_values_are_filled_in() -> None:
    assert i18n.tr("answer {n}", n=3) == "réponse 3"


@pytest.mark.usefixtures("french")
def test_messages_inside_messages_are_translated_too() -> None:
    inner = message("answer {n}", n=1)
    assert i18n.translate(message("task {id}: {what}", id="t", what=inner)) == "tâche t : réponse 1"


@pytest.mark.usefixtures("french")
def test_an_unknown_template_stays_english() -> None:
    assert i18n.tr("never seen {n}", n=2) == "never seen 2"


@pytest.mark.usefixtures("french")
def test_a_broken_translation_falls_back_to_english() -> None:
    assert i18n.tr("bad {name}", name="x") == "bad x"


@pytest.mark.usefixtures("french")
def test_the_language_decides_which_numbers_are_plural() -> None:
    forms = [i18n.ntr("{n} task", "{n} tasks", n) for n in (0, 1, 2)]
    assert forms == ["0 tâche", "1 tâche", "2 tâches"]
    i18n.activate("en")
    assert [i18n.ntr("{n} task", "{n} tasks", n) for n in (0, 1)] == ["0 tasks", "1 task"]


@pytest.mark.usefixtures("french")
def test_an_empty_text_stays_empty_under_a_catalogue() -> None:
    assert i18n.tr("") == ""


def test_a_catalogue_that_cannot_be_read_leaves_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    monkeypatch.setattr(i18n, "_LOCALE", tmp_path)
    assert i18n.activate("fr") == "en"


@given(st.text())
def test_no_template_can_crash_a_screen(text: str) -> None:
    assert isinstance(i18n.tr(text, n=1), str)


@given(st.text())
def test_values_are_never_read_as_templates(value: str) -> None:
    assert i18n.tr("{a}", a=value) == value
