"""Commands about the program itself: settings, protocols, packs, the machine, copies."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.errors import BelowThreshold, ConfigError, Message, message, near

if TYPE_CHECKING:
    from tutorcli.catalog.shelf import Catalog
    from tutorcli.core.pack import Pack, Titles
    from tutorcli.core.protocol import Protocol

Name = Annotated[str, typer.Argument(metavar="NAME", help="As in the list.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file.")]


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


def _folders(places: Any) -> dict[str, str]:
    return {name: str(getattr(places, name)) for name in ("data", "config", "state", "logs")}


def config_check() -> None:
    """Check files and variables for keys that set nothing.

    Exits with 2 and names the first that is wrong.
    """
    from tutorcli import config
    from tutorcli.core.settings import KEYS
    from tutorcli.tui.actions import Keymap

    layers = config.read_layers(config.locations(), session.this().typed)
    Keymap(layers.keys)
    for name in config.unknown_variables():
        guess = near(name, [key.variable for key in KEYS])
        raise ConfigError(
            message("variable {name} sets nothing", name=name),
            hint=message('did you mean "{guess}"?', guess=guess) if guess else None,
        )
    output.say("settings are right")


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
        (item.id, " ".join(map(shown, item.keys)), _words(item.help)) for item in keymap.actions
    ]
    output.emit(output.table(("action", "keys", "does"), rows, wraps=True))


def _words(what: Message) -> str:
    from tutorcli import i18n

    return i18n.translate(what)


def _catalog() -> "Catalog":
    from tutorcli.catalog.shelf import Catalog

    return Catalog(session.settings().config)


def _title(titles: "Titles") -> str:
    from tutorcli import i18n
    from tutorcli.core.pack import wording

    names = ("en", *sorted(set(titles) - {"en"}))
    return wording(titles, i18n.choose(session.settings().language, names))


def protocol_list(as_json: Json = False) -> None:
    """List the protocols."""
    catalog = _catalog()
    found = [catalog.protocol(name) for name in catalog.protocol_names()]
    if as_json:
        output.emit_json({"protocols": [_head(item) for item in found]})
        return
    rows = [(item.name, item.version, " ".join(_kinds(item)), _title(item.title)) for item in found]
    headers = ("protocol", "version", "instruments", "title")
    output.emit(output.table(headers, rows, right=frozenset()))


def _head(item: "Protocol | Pack") -> dict[str, Any]:
    return {
        "name": item.name,
        "version": item.version,
        "ref": item.ref,
        "title": dict(item.title),
    }


def _kinds(protocol: "Protocol") -> list[str]:
    return [item.kind for item in protocol.instruments]


def protocol_show(name: Name, as_json: Json = False) -> None:
    """Print a protocol: its stages, instruments and reasons."""
    protocol = _catalog().protocol(name)
    if as_json:
        output.emit_json({**_head(protocol), "document": protocol.document})
        return
    from tutorcli.core.instruments import parameters

    output.emit(f"{_title(protocol.title)}\n{protocol.ref}")
    for stage in protocol.stages:
        output.emit(f"\nstage {stage.name}")
        for item in stage.instruments:
            said = {key: value for key, value in parameters(item).items() if key != "kind"}
            output.emit(f"  {item.kind}: {', '.join(_pair(*pair) for pair in said.items())}")
    rows = [
        (disposition, label.id, _title(label.title))
        for disposition, labels in protocol.reasons.items()
        for label in labels
    ]
    output.emit("\n" + output.table(("set aside", "code", "reason"), rows))


def _pair(key: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{key} {' '.join(map(str, value)) or 'all'}"
    return f"{key} {str(value).lower() if isinstance(value, bool) else value}"


def protocol_check(file: File) -> None:
    """Check a protocol of your own before it is used.

    Exits with 3 and names the place that is wrong. Then put the file into the folder protocols
    beside config.toml.
    """
    from tutorcli.catalog.protocols import read_protocol

    protocol = read_protocol(file)
    output.emit(f"{protocol.ref}: {' '.join(_kinds(protocol))}")


def pack_list(as_json: Json = False) -> None:
    """List the packs."""
    catalog = _catalog()
    found = [catalog.pack(name) for name in catalog.pack_names()]
    if as_json:
        output.emit_json({"packs": [_head(item) | {"domain": item.domain} for item in found]})
        return
    rows = [
        (
            item.name,
            item.version,
            item.domain,
            len(item.criteria),
            len(item.labels),
            _title(item.title),
        )
        for item in found
    ]
    headers = ("pack", "version", "domain", "criteria", "labels", "title")
    output.emit(output.table(headers, rows, right=frozenset({3, 4})))


def pack_show(name: Name, as_json: Json = False) -> None:
    """Print a pack: its criteria with their anchors, labels and severities."""
    pack = _catalog().pack(name)
    if as_json:
        guideline = dict(pack.guideline)
        output.emit_json({**_head(pack), "document": pack.document, "guideline": guideline})
        return
    output.emit(f"{_title(pack.title)}\n{pack.ref}")
    for item in pack.criteria:
        na = ", or na" if item.na else ""
        output.emit(f"\n{item.id}: {_title(item.title)} ({item.min} to {item.max}{na})")
        for anchor in item.anchors:
            output.emit(f"  {anchor.value}  {_title(anchor.title)}")
    rows = [(label.id, _title(label.title)) for label in pack.labels]
    output.emit("\n" + output.table(("label", "error"), rows))
    severities = [(item.value, item.weight, _title(item.title)) for item in pack.severities]
    output.emit("\n" + output.table(("severity", "weight", "means"), severities))
    if pack.guideline:
        output.emit(f"\nguideline in: {', '.join(sorted(pack.guideline))}")


def pack_check(file: File) -> None:
    """Check a pack of your own before it is used.

    Exits with 3 and names the place that is wrong. Then put the file into the folder packs beside
    config.toml.
    """
    from tutorcli.catalog.packs import read_pack

    pack = read_pack(file, session.settings().config)
    counts = output.counted(len(pack.criteria), "criterion", "criteria")
    output.emit(f"{pack.ref}: {counts}, {output.counted(len(pack.labels), 'label')}")


def doctor(
    as_json: Json = False,
    keys: Annotated[
        bool, typer.Option("--keys", help="Show which keys arrive; Escape twice ends.")
    ] = False,
) -> None:
    """Look at this machine: terminal, SQLite, permissions, space.

    Exits with 7 when a problem is found. Nothing is sent anywhere.
    """
    if keys:
        _show_keys()
        return
    from tutorcli.services import doctor as checks

    found = checks.findings(session.settings(), _terminal(as_json))
    problems = [item for item in found if item.level == "problem"]
    if as_json:
        rows = [
            {"level": item.level, "name": item.name, "what": str(item.what), "run": item.run}
            for item in found
        ]
        output.emit_json({"findings": rows, "problems": len(problems)})
    else:
        for item in found:
            output.emit(f"{item.level:<8} {item.name:<12} {_words(item.what)}")
            if item.run:
                output.emit(f"{'':<21} run: {item.run}")
    if problems:
        raise BelowThreshold(message("problems found: {count}", count=len(problems)))


def _terminal(is_quiet: bool) -> Any:
    from tutorcli.cli import probe
    from tutorcli.services.doctor import Terminal, process_terminal

    size, encoding = process_terminal()
    return Terminal(
        env=os.environ,
        size=size,
        encoding=encoding,
        ambiguous_cells=None if is_quiet else probe.ambiguous_cells(),
        escape_time_ms=probe.tmux_escape_ms(os.environ),
        has_screen_lock=probe.has_screen_lock(os.environ),
    )


def _show_keys() -> None:
    from tutorcli.cli.screens import require_terminal

    require_terminal()
    settings = session.settings()
    from tutorcli.tui.screens.keys import show_keys

    show_keys(settings.keys)


def backup(
    target: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FOLDER", help="A new folder, or one to make it in."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Copy the queue and the drafts, also while they are in use.

    The copy is a folder, complete or absent, readable by you alone, and never written over. Its
    files put back in place of those in the home are a home again.
    """
    from tutorcli.store.backup import backup as copy

    folder = _new_folder(target or Path.cwd())
    sizes = copy(session.settings().data, folder)
    if as_json:
        output.emit_json({"folder": str(folder), "bytes": sizes})
    else:
        output.say(f"copied {', '.join(sorted(sizes))} to {folder}")


def _new_folder(target: Path) -> Path:
    """The target; below it, where it exists, a folder with the time in its name."""
    if not target.is_dir():
        return target
    import time

    return target / time.strftime("tutorcli-%Y%m%d-%H%M%S")
