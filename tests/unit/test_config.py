from pathlib import Path

import pytest

from tutorcli import config
from tutorcli.core.settings import KEYS
from tutorcli.errors import ConfigError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def env(home: Path, **more: str) -> dict[str, str]:
    return {"TUTORCLI_HOME": str(home), **more}


def test_each_layer_beats_the_weaker_ones(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "work"
    folder.mkdir()
    assert config.load(env=env(home), folder=folder).idle_s == 120
    write(home / "config/config.toml", "idle_s = 11")
    assert config.load(env=env(home), folder=folder).idle_s == 11
    write(folder / "tutorcli.toml", "idle_s = 12")
    assert config.load(env=env(home), folder=folder).idle_s == 12
    loud = env(home, TUTORCLI_IDLE_S="13")
    assert config.load(env=loud, folder=folder).idle_s == 13
    assert config.load({"idle_s": 14}, env=loud, folder=folder).idle_s == 14


def test_every_value_knows_where_it_comes_from(tmp_path: Path) -> None:
    file = write(tmp_path / "home/config/config.toml", 'theme = "light"')
    places = config.locations(env(tmp_path / "home"))
    layers = config.read_layers(places, {}, {"TUTORCLI_LANGUAGE": "fr"}, tmp_path)
    found = {name: setting.source for name, setting in layers.resolved().items()}
    assert found["theme"] == str(file)
    assert found["language"] == "variable TUTORCLI_LANGUAGE"
    assert found["idle_s"] == "default"
    assert set(found) == {key.name for key in KEYS}


def test_an_empty_variable_sets_nothing(tmp_path: Path) -> None:
    assert config.load(env=env(tmp_path, TUTORCLI_THEME=""), folder=tmp_path).theme == "auto"


def test_an_unknown_key_names_file_key_and_the_near_one(tmp_path: Path) -> None:
    file = write(tmp_path / "home/config/config.toml", 'thme = "dark"')
    with pytest.raises(ConfigError) as caught:
        config.load(env=env(tmp_path / "home"), folder=tmp_path)
    assert str(caught.value) == f'{file}: unknown key "thme"'
    assert str(caught.value.hint) == 'did you mean "theme"?'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = 3", "theme must be text"),
        ('color = "always"', 'color cannot be "always"'),
        ("idle_s = 1", 'idle_s cannot be "1"'),
        ("idle_s = true", 'idle_s cannot be "True"'),
        ('idle_s = "soon"', 'idle_s cannot be "soon"'),
        ("keys = 3", "keys must be a table of text"),
        ("theme = ", "is not TOML"),
    ],
)
def test_a_wrong_value_is_named_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path / "home/config/config.toml", text)
    with pytest.raises(ConfigError) as caught:
        config.load(env=env(tmp_path / "home"), folder=tmp_path)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tutorcli.toml").write_bytes(b'theme = "\xff"')
    with pytest.raises(ConfigError, match="is not UTF-8"):
        config.load(env=env(tmp_path / "home"), folder=tmp_path)


def test_no_folder_may_name_the_program_that_opens_edits(tmp_path: Path) -> None:
    write(tmp_path / "tutorcli.toml", 'editor = "rm -rf ."')
    with pytest.raises(ConfigError, match="may not be set by a folder"):
        config.load(env=env(tmp_path / "home"), folder=tmp_path)


def test_the_folder_overrides_the_users_keys_action_by_action(tmp_path: Path) -> None:
    write(tmp_path / "home/config/config.toml", '[keys]\nsubmit = "f5"\ntie = "t"')
    write(tmp_path / "tutorcli.toml", '[keys]\ntie = "f9"')
    found = config.load(env=env(tmp_path / "home"), folder=tmp_path)
    assert found.keys == {"submit": "f5", "tie": "f9"}


def test_one_variable_moves_all_four_folders(tmp_path: Path) -> None:
    found = config.load(env=env(tmp_path), folder=tmp_path)
    places = (found.data, found.config, found.state, found.logs)
    assert places == tuple(tmp_path / name for name in ("data", "config", "state", "logs"))


def test_without_it_the_platform_says_where_files_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUTORCLI_HOME")
    found = config.locations({})
    assert len({found.data, found.config, found.state, found.logs}) == 4
    assert all("tutorcli" in str(path) for path in (found.data, found.config))


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN.UTF-8"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "POSIX"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr_FR.UTF-8"),
    ],
)
def test_the_language_is_that_of_the_locale(env: dict[str, str], language: str) -> None:
    assert config.system_language(env) == language


@pytest.mark.parametrize(
    ("env", "color"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_goes_where_it_is_not_wanted(
    tmp_path: Path, env: dict[str, str], color: bool
) -> None:
    home = {"TUTORCLI_HOME": str(tmp_path)}
    assert config.load(env=home | env, folder=tmp_path).color is color
    assert config.load({"color": "never"}, env=home | env, folder=tmp_path).color is False


def test_the_editor_is_the_setting_then_visual_then_editor(tmp_path: Path) -> None:
    spoken = env(tmp_path, EDITOR="ed", VISUAL="kak")
    assert config.load(env=env(tmp_path), folder=tmp_path).editor == "vi"
    assert config.load(env=env(tmp_path, EDITOR="ed"), folder=tmp_path).editor == "ed"
    assert config.load(env=spoken, folder=tmp_path).editor == "kak"
    assert config.load(env=spoken | {"TUTORCLI_EDITOR": "hx"}, folder=tmp_path).editor == "hx"


@pytest.mark.parametrize("name", ["themes", "sample_tasks"])
def test_what_ships_is_found_in_package_or_beside_it(name: str) -> None:
    assert any(config.find_resource(name).iterdir())


def test_what_does_not_ship_is_an_error() -> None:
    with pytest.raises(ConfigError, match="lacks its folder"):
        config.find_resource("nothing_of_that_name")


def test_variables_that_set_nothing_are_known() -> None:
    found = config.unknown_variables({"TUTORCLI_HOME": "x", "TUTORCLI_THEM": "y", "PATH": ""})
    assert found == ["TUTORCLI_THEM"]
