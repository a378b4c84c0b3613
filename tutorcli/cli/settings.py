"""Commands about the settings."""

from typing import TYPE_CHECKING

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.checking import SOUND, told
from tutorcli.errors import ConfigError, message, near
from tutorcli.i18n import translate

if TYPE_CHECKING:
    from tutorcli.config import Locations


def config_show(as_json: Json = False) -> None:
    """Print every setting and where its value comes from.

    A flag is stronger than a TUTORCLI_* variable, that than tutorcli.toml in this folder, that
    than config.toml in your own folder.
    """
    from tutorcli import config
    from tutorcli.core.settings import KEYS

    places = config.locations()
    layers = config.read_layers(places, session.this().typed)
    resolved = layers.resolved()
    if as_json:
        output.emit_json(
            {
                "settings": {
                    name: {"value": setting.value, "source": setting.source}
                    for name, setting in resolved.items()
                },
                "keys": dict(layers.keys),
                "folders": _folders(places),
            }
        )
        return
    rows = [(key.name, resolved[key.name].value, resolved[key.name].source) for key in KEYS]
    output.emit(output.table(("setting", "value", "from"), rows, right=frozenset()))
    output.emit("")
    output.emit(output.table(("folder", "path"), list(_folders(places).items())))


def _folders(places: "Locations") -> dict[str, str]:
    return {name: str(getattr(places, name)) for name in ("data", "config", "state", "logs")}


def config_check(as_json: Json = False) -> None:
    """Check the settings for keys and values that mean nothing.

    Exits with 2 and names the first that is wrong.
    """
    with told(as_json):
        _check()
    if as_json:
        output.emit_json(SOUND)
    else:
        output.say("settings are right")


def _check() -> None:
    from tutorcli import config
    from tutorcli.cli.screens import theme_folders
    from tutorcli.core.settings import KEYS
    from tutorcli.tui.actions import Keymap
    from tutorcli.tui.themes import load_look

    layers = config.read_layers(config.locations(), session.this().typed)
    Keymap(layers.keys)
    settings = session.settings()
    load_look(settings.theme, theme_folders(settings))
    _check_language(settings.language)
    for name in config.unknown_variables():
        guess = near(name, [key.variable for key in KEYS])
        raise ConfigError(
            message("variable {name} sets nothing", name=name),
            hint=message('did you mean "{guess}"?', guess=guess) if guess else None,
        )


def _check_language(language: str) -> None:
    """A language without a catalogue is no error on the screens: they are English then."""
    from tutorcli import i18n

    names = i18n.available()
    is_english = language.casefold().startswith(i18n.ENGLISH)
    if language == "auto" or is_english or i18n.choose(language, names) != i18n.ENGLISH:
        return
    raise ConfigError(
        message('there are no screens in the language "{language}"', language=language),
        hint=message("known: {names}", names=", ".join(name.replace("_", "-") for name in names)),
    )


def config_keys(as_json: Json = False) -> None:
    """Print every action of the screens and its keys.

    Other keys are given in config.toml, in a table [keys]: submit = "f5,ctrl+s".
    """
    from tutorcli.tui.actions import Keymap, shown

    keymap = Keymap(session.settings().keys)
    if as_json:
        output.emit_json(
            {
                "actions": [
                    {"id": item.id, "keys": list(item.keys), "help": str(item.help)}
                    for item in keymap.actions
                ]
            }
        )
        return
    rows = [
        (item.id, " ".join(map(shown, item.keys)), translate(item.help)) for item in keymap.actions
    ]
    output.emit(output.table(("action", "keys", "does"), rows, wraps=True))
