"""Commands about the settings."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.checking import SOUND, told
from tutorcli.errors import ConfigError, Message, message, near
from tutorcli.i18n import tr, translate

if TYPE_CHECKING:
    from tutorcli.config import Locations
    from tutorcli.tui.actions import Keymap


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

    Exits with 2 and names the first that is wrong. Colours of the theme that are hard to read are
    warnings, each with its contrast.
    """
    with told(as_json):
        _check()
        warnings = _faint()
    if as_json:
        output.emit_json({**SOUND, "warnings": [str(warning) for warning in warnings]})
        return
    for warning in warnings:
        output.say(tr("warning: {what}", what=translate(warning)))
    output.say("settings are right")


def _faint() -> list[Message]:
    """What of the theme is hard to read."""
    from tutorcli.cli.screens import theme_folders
    from tutorcli.tui.contrast import AA, faint
    from tutorcli.tui.themes import look_for

    settings = session.settings()
    look = look_for(settings.theme, theme_folders(settings), color=settings.color)
    return [
        message(
            "theme {theme}: {role} has a contrast of {ratio}:1; to be read it needs {least}:1",
            theme=look.name,
            role=role,
            # Never rounded up to what is needed.
            ratio=f"{int(ratio * 100) / 100:.2f}",
            least=AA,
        )
        for role, ratio in faint(look).items()
    ]


def _check() -> None:
    from tutorcli import config
    from tutorcli.cli.screens import theme_folders
    from tutorcli.core.settings import KEYS
    from tutorcli.tui.actions import Keymap
    from tutorcli.tui.themes import load_look

    layers = config.read_layers(config.locations(), session.this().typed)
    settings = session.settings()
    Keymap.load(settings.keymap, layers.keys)
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


def config_keys(
    keymap: Annotated[
        str | None,
        typer.Option("--keymap", metavar="NAME", help="Another keymap than that of the settings."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print every action of the screens and its keys.

    The setting keymap chooses among default, vim, left_hand and azerty. Single actions are given
    other keys in config.toml, in a table [keys]: submit = "f5,ctrl+s". Which keys arrive in this
    terminal at all, tutorcli doctor --keys shows.
    """
    from tutorcli.tui.actions import Keymap

    settings = session.settings()
    held = Keymap.load(keymap or settings.keymap, settings.keys)
    if as_json:
        output.emit_json(_keys_in_json(held))
    else:
        output.emit(_sheet(held))


def _keys_in_json(held: "Keymap") -> dict[str, Any]:
    return {
        "keymap": held.preset.name,
        "digits": dict(held.preset.digits),
        "actions": [
            {
                "id": item.id,
                "keys": list(item.keys),
                "help": str(item.help),
                "title": str(item.title),
                "group": item.group,
            }
            for item in held.actions
        ],
    }


def _sheet(held: "Keymap") -> str:
    """A table in the interface's language, a line above each group."""
    from tutorcli.tui.sheet import digits_row, sheet

    head = [tr("Keymap: {name}", name=held.preset.name), *digits_row(held)]
    heads = (tr("action"), tr("keys"), tr("does"))
    rows = [
        row
        for title, group in sheet(held)
        for row in [("", "", ""), (title.upper(), "", ""), *group]
    ]
    return "\n".join([*head, "", output.table(heads, rows, wraps=True)])
