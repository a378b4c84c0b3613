from pathlib import Path

import pytest

from tutorcli.catalog import shelf
from tutorcli.cli import machine, probe
from tutorcli.core.settings import KEYS

from .conftest import Run

PROTOCOL = """
name = "mine"
version = "2"
title = { en = "Mine" }
[[stages]]
name = "answer"
[[stages.instruments]]
kind = "rank"
"""


def test_config_show_tells_value_and_source(run: Run, home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text("idle_s = 60")
    found = run("config", "show", "--json", "--no-color").json
    assert found["settings"]["idle_s"] == {"value": 60, "source": str(home / "config/config.toml")}
    assert found["settings"]["color"] == {"value": "never", "source": "flag"}
    assert found["folders"]["data"] == str(home / "data")
    out = run("config", "show").out
    assert all(key.name in out for key in KEYS)


def test_an_unknown_key_stops_every_command_with_2(run: Run, home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text('thme = "x"')
    for argv in (("queue",), ("config", "show"), ("pack", "list"), ("doctor",)):
        ran = run(*argv)
        assert ran.code == 2
        assert 'unknown key "thme"' in ran.err
        assert 'did you mean "theme"?' in ran.err


def test_config_check_finds_variables_and_keys_that_set_nothing(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("config", "check").code == 0
    assert run("config", "check", "--json").json == {"ok": True, "errors": [], "warnings": []}
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text('[keys]\nsubmitt = "f5"')
    ran = run("config", "check")
    assert (ran.code, "submit" in ran.err) == (2, True)
    ran = run("config", "check", "--json")
    assert (ran.code, ran.json["ok"]) == (2, False)
    assert "submitt" in ran.json["errors"][0]["message"]
    (home / "config/config.toml").unlink()
    monkeypatch.setenv("TUTORCLI_THEEM", "dark")
    ran = run("config", "check")
    assert ran.code == 2
    assert "TUTORCLI_THEME" in ran.err


def test_config_keys_shows_keys_as_they_are_set(run: Run, home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text('[keys]\nhelp = "f1,ctrl+d"')
    found = {item["id"]: item["keys"] for item in run("config", "keys", "--json").json["actions"]}
    assert found["help"] == ["f1", "ctrl+d"]
    assert "submit" in run("config", "keys").out


def test_config_keys_is_a_sheet_of_the_keymap_in_the_language_of_the_screens(
    run: Run, home: Path
) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text('keymap = "azerty"\nlanguage = "zh"')
    out = run("config", "keys").out
    assert "azerty" in out
    assert "& é \" ' ( - è _ ç à" in out
    assert "提交评判并转到下一个任务。" in out
    found = run("config", "keys", "--json").json
    assert (found["keymap"], found["digits"]["ampersand"]) == ("azerty", "1")
    found = run("config", "keys", "--keymap", "vim", "--json").json
    assert (found["keymap"], found["digits"]) == ("vim", {})
    assert "g g" in next(item["keys"] for item in found["actions"] if item["id"] == "top")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('keymap = "vi"', 'did you mean "vim"?'),
        ('keymap = "vim"\n[keys]\ntie = "G"', 'the key "G" is given to both tie and bottom'),
        ('keymap = "vim"\n[keys]\ntop = "gg"', '"gg" is no key that top could have'),
        ('keymap = "azerty"\n[keys]\ntie = "é"', "no key that tie could have"),
        ('keymap = "azerty"\n[keys]\ntie = "("', "counts as 5 in the keymap azerty"),
    ],
)
def test_config_check_reads_the_keymap_with_the_keys_above_it(
    run: Run, home: Path, text: str, said: str
) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text(text)
    ran = run("config", "check")
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize("what", ["protocol", "pack"])
def test_the_catalog_is_listed_and_shown(run: Run, what: str) -> None:
    catalog = shelf.Catalog()
    names = catalog.protocol_names() if what == "protocol" else catalog.pack_names()
    listed = run(what, "list", "--json").json[f"{what}s"]
    assert [item["name"] for item in listed] == names
    assert all(item["ref"].startswith(f"{item['name']}@{item['version']}#") for item in listed)
    assert all(name in run(what, "list").out for name in names)
    for name in names:
        assert run(what, "show", name, "--json").json["name"] == name
        assert run(what, "show", name).code == 0


@pytest.mark.parametrize("what", ["protocol", "pack"])
def test_a_broken_file_of_ones_own_is_told_and_the_others_are_listed(
    run: Run, home: Path, what: str
) -> None:
    names = [item["name"] for item in run(what, "list", "--json").json[f"{what}s"]]
    folder = home / "config" / f"{what}s"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("name =")
    (folder / "yours.toml").write_bytes(b"\xff")
    ran = run(what, "list")
    assert ran.code == 3
    assert all(name in ran.out for name in names)
    assert "mine.toml: not TOML: " in ran.err
    assert "yours.toml is not UTF-8" in ran.err
    assert f"mend it, then: tutorcli {what} check {folder / 'mine.toml'}" in ran.err
    ran = run(what, "list", "--json")
    assert ran.code == 3
    assert [item["name"] for item in ran.json[f"{what}s"]] == names
    assert [item["name"] for item in ran.json["broken"]] == ["mine", "yours"]
    assert ran.json["broken"][1]["message"] == "yours.toml is not UTF-8"
    assert ran.json["broken"][1]["hint"].endswith(str(folder / "yours.toml"))
    assert run(what, "show", names[0]).code == 0


@pytest.mark.parametrize("what", ["protocol", "pack"])
def test_an_unknown_name_exits_3_and_guesses(run: Run, what: str) -> None:
    name = {"protocol": "rnk", "pack": "medicin"}[what]
    ran = run(what, "show", name)
    assert ran.code == 3
    assert "did you mean" in ran.err


def test_a_protocol_of_ones_own_is_checked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(PROTOCOL)
    ran = run("protocol", "check", str(file))
    assert ran.code == 0
    assert ran.out.startswith("mine@2#")
    told = run("protocol", "check", str(file), "--json").json
    assert (told["ok"], told["errors"]) == (True, [])
    assert (told["name"], told["version"], told["instruments"]) == ("mine", "2", ["rank"])
    file.write_text(PROTOCOL.replace('"rank"', '"rnk"'))
    ran = run("protocol", "check", str(file))
    assert ran.code == 3
    assert "mine.toml" in ran.err
    ran = run("protocol", "check", str(file), "--json")
    assert (ran.code, ran.json["ok"]) == (3, False)
    [error] = ran.json["errors"]
    assert error["message"].endswith('unknown instrument "rnk"')
    assert error["hint"] == 'did you mean "rank"?'
    assert run("protocol", "check", str(tmp_path / "none.toml")).code == 3


def test_a_pack_of_ones_own_is_checked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\nversion = "1"\ndomain = "x"\ntitle = { en = "Mine" }\n')
    assert run("pack", "check", str(file)).out.endswith(": 0 criteria, 0 labels\n")
    told = run("pack", "check", str(file), "--json").json
    assert (told["ok"], told["name"], told["criteria"], told["labels"]) == (True, "mine", 0, 0)
    file.write_text('name = "mine"\nversoin = "1"\n')
    assert run("pack", "check", str(file)).code == 3
    ran = run("pack", "check", str(file), "--json")
    assert (ran.code, ran.json["ok"]) == (3, False)


def test_doctor_finds_a_home_that_others_may_read(run: Run, filled: Path) -> None:
    assert run("doctor", "--json").json["problems"] == 0
    (filled / "data/queue.db").chmod(0o644)
    ran = run("doctor", "--json")
    assert ran.code == 7
    assert ran.json["problems"] == 1
    problem = next(item for item in ran.json["findings"] if item["level"] == "problem")
    assert problem["name"] == "permissions"
    assert problem["run"] == f"chmod 600 {filled / 'data/queue.db'}"
    said = run("doctor")
    assert said.code == 7
    assert f"run: {problem['run']}" in said.out


def test_doctor_keys_needs_a_terminal(run: Run) -> None:
    assert run("doctor", "--keys").code == 2


def test_backup_copies_and_never_overwrites(run: Run, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    ran = run("backup", "-o", str(target), "--json")
    assert ran.code == 0
    assert ran.json["folder"] == str(target)
    assert set(ran.json["bytes"]) == {path.name for path in target.iterdir()}
    assert run("backup", "-o", str(target)).code == 0, "an existing folder gets one inside"
    inside = [path for path in target.iterdir() if path.is_dir()]
    assert len(inside) == 1
    (tmp_path / "file").write_text("mine")
    assert run("backup", "-o", str(tmp_path / "file")).code == 8
    assert (tmp_path / "file").read_text() == "mine"


def test_a_home_without_a_queue_has_nothing_to_copy(run: Run, tmp_path: Path) -> None:
    ran = run("backup", "-o", str(tmp_path / "copy"))
    assert ran.code == 8
    assert "  there is nothing to copy yet; begin with: tutorcli import FILE\n" in ran.err


@pytest.mark.parametrize(
    ("reply", "column"),
    [(b"\x1b[12;3R", 3), (b"x\x1b[1;2R", 2), (b"", None), (b"\x1b[1R", None)],
)  # fmt: skip
def test_the_report_of_the_cursor_is_read(reply: bytes, column: int | None) -> None:
    assert probe._column(reply) == column


def test_no_terminal_is_asked_nothing() -> None:
    assert probe.ambiguous_cells() is None


def test_the_session_of_tmux_is_asked_only_inside_it() -> None:
    assert probe.tmux_escape_ms({}) is None
    assert probe.has_screen_lock({"SSH_CONNECTION": "1 2 3 4"}) is None
    assert probe.has_screen_lock({}) is None


def test_a_new_backup_folder_stands_inside_an_old_one(tmp_path: Path) -> None:
    assert machine._new_folder(tmp_path / "new") == tmp_path / "new"
    assert machine._new_folder(tmp_path).parent == tmp_path


@pytest.mark.parametrize(
    ("line", "hint"), [('theme = "drak"', "dark"), ('language = "xx"', "zh-Hans")]
)
def test_config_check_finds_themes_and_languages_that_there_are_not(
    run: Run, home: Path, line: str, hint: str
) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text(line)
    ran = run("config", "check")
    assert ran.code == 2
    assert hint in ran.err


def test_config_check_warns_of_colours_that_are_hard_to_read(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / "config" / "themes"
    folder.mkdir(parents=True)
    text = '[text]\ntext = "#ffffff"\nbackground = "#000000"\nquote = "#737373"\n'
    (folder / "mine.toml").write_text(text)
    monkeypatch.setenv("TUTORCLI_THEME", "mine")
    ran = run("config", "check")
    assert ran.code == 0
    assert "theme mine: text.quote has a contrast of 4.42:1" in ran.err
    assert len(run("config", "check", "--json").json["warnings"]) == 1
    monkeypatch.setenv("TUTORCLI_THEME", "dark")
    assert run("config", "check").err.strip() == "settings are right"


@pytest.mark.parametrize("language", ["auto", "en-GB", "zh", "zh_CN.UTF-8"])
def test_config_check_takes_every_way_to_name_a_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("TUTORCLI_LANGUAGE", language)
    assert run("config", "check").code == 0
