"""Where files lie, and what is set: flags, variables, the folder's file, the user's file, defaults.

The strongest layer that names a key wins:

1. flags that were typed
2. ``TUTORCLI_*`` variables
3. ``tutorcli.toml`` in the folder that the command runs in
4. ``config.toml`` in the user's folder
5. the defaults of ``core/settings.py``
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutorcli.core import settings
from tutorcli.core.settings import KEYMAP, KEYS, Setting, Settings, Value
from tutorcli.errors import ConfigError, message

HOME = "TUTORCLI_HOME"
"""The variable that moves data, config, state and logs under one folder."""

USER_FILE = "config.toml"
FOLDER_FILE = "tutorcli.toml"
SERVER_FILE = "server.toml"
DEFAULT = "default"
FLAG = "flag"
_VARIABLES_OF_OTHERS = frozenset({HOME, "TUTORCLI_FULL", "TUTORCLI_SOAK"})


@dataclass(frozen=True, slots=True)
class Locations:
    """The folders of one home; none need exist."""

    data: Path
    config: Path
    state: Path
    logs: Path


@dataclass(frozen=True, slots=True)
class Layers:
    """What each source says, strongest first."""

    values: Mapping[str, Mapping[str, Value]]
    keys: Mapping[str, str]
    """Action to its keys; the folder's file overrides the user's action by action."""

    def resolved(self) -> dict[str, Setting]:
        """Every setting with its source."""
        return {key.name: settings.resolve(key.name, self.values) for key in KEYS}


def locations(env: Mapping[str, str] = os.environ) -> Locations:
    """The folders of the home that the environment names; else those of the platform."""
    if home := env.get(HOME):
        root = Path(home).expanduser().absolute()
        return Locations(root / "data", root / "config", root / "state", root / "logs")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("tutorcli", appauthor=False, roaming=False)
    return Locations(
        dirs.user_data_path, dirs.user_config_path, dirs.user_state_path, dirs.user_log_path
    )


def load(
    flags: Mapping[str, Value] | None = None,
    env: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Settings:
    """The settings of this run.

    Args:
        flags: Settings that were typed as flags.
        env: The environment.
        folder: Where the command runs; by default the working folder.

    Raises:
        ConfigError: A file cannot be read, or a key or a value is wrong.
    """
    places = locations(env)
    layers = read_layers(places, flags or {}, env, folder)
    text = {name: str(setting.value) for name, setting in layers.resolved().items()}
    return Settings(
        data=places.data,
        config=places.config,
        state=places.state,
        logs=places.logs,
        language=system_language(env) if text["language"] == "auto" else text["language"],
        theme=text["theme"],
        keymap=text["keymap"],
        ambiguous=text["ambiguous"],
        color=text["color"] != "never" and not env.get("NO_COLOR") and env.get("TERM") != "dumb",
        idle_s=int(text["idle_s"]),
        lock_min=int(text["lock_min"]),
        sync_min=int(text["sync_min"]),
        editor=text["editor"] or env.get("VISUAL") or env.get("EDITOR") or "vi",
        pull=int(text["pull"]),
        tokens=text["tokens"],
        terminal=text["terminal"],
        keys=layers.keys,
    )


def read_layers(
    places: Locations,
    flags: Mapping[str, Value],
    env: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Layers:
    """Every layer as it stands.

    Raises:
        ConfigError: As `load`.
    """
    folder_file = (folder or Path.cwd()) / FOLDER_FILE
    user_file = places.config / USER_FILE
    in_folder, user = _read(folder_file), _read(user_file)
    keys = {
        **_keymap(user.pop(KEYMAP, {}), str(user_file)),
        **_keymap(in_folder.pop(KEYMAP, {}), str(folder_file)),
    }
    values: dict[str, Mapping[str, Value]] = {FLAG: settings.layer(flags, FLAG)}
    for key in KEYS:
        if env.get(key.variable):
            said = key.read(env[key.variable], key.variable)
            values[f"variable {key.variable}"] = {key.name: said}
    values[str(folder_file)] = settings.layer(in_folder, str(folder_file), is_folder=True)
    values[str(user_file)] = settings.layer(user, str(user_file))
    values[DEFAULT] = settings.defaults()
    return Layers(values, keys)


def read_server(places: Locations) -> dict[str, object]:
    """The table of the server that this home runs; empty where there is no file.

    Raises:
        ConfigError: The file cannot be read, or is no TOML.
    """
    return _read(places.config / SERVER_FILE)


def unknown_variables(env: Mapping[str, str] = os.environ) -> list[str]:
    """``TUTORCLI_*`` variables that set nothing, sorted."""
    known = {key.variable for key in KEYS} | _VARIABLES_OF_OTHERS
    return sorted(name for name in env if name.startswith("TUTORCLI_") and name not in known)


def system_language(env: Mapping[str, str]) -> str:
    """The language of the locale, as POSIX picks it; ``en`` where there is none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := env.get(name):
            return "en" if said.partition(".")[0] in {"C", "POSIX"} else said
    return "en"


def find_resource(name: str) -> Path:
    """The folder of that name that ships with the program: ``themes`` or ``sample_tasks``.

    A wheel holds it inside the package; a checkout and an editable install beside it.

    Raises:
        ConfigError: The installation lacks it.
    """
    package = Path(__file__).resolve().parent
    for place in (package / name, package.parent / name):
        if place.is_dir():
            return place
    raise ConfigError(
        message("this installation lacks its folder {name}", name=name),
        hint=message("install tutorcli again"),
    )


def _read(path: Path) -> dict[str, object]:
    """The TOML of a file; empty where there is none."""
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError:
        raise ConfigError(message("{file} is not UTF-8", file=path)) from None
    except OSError as error:
        raise ConfigError(
            message("{file} cannot be read: {reason}", file=path, reason=error.strerror)
        ) from None
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            message("{file} is not TOML: {reason}", file=path, reason=error)
        ) from None


def _keymap(raw: object, source: str) -> dict[str, str]:
    """Actions and keys; whether they exist, the table of actions knows."""
    if isinstance(raw, dict) and all(isinstance(item, str) for item in raw.values()):
        return {str(action): str(keys) for action, keys in raw.items()}
    raise ConfigError(
        message("{source}: keys must be a table of text", source=source),
        hint=message('write it like [keys] and below it submit = "f5,ctrl+s"'),
    )
