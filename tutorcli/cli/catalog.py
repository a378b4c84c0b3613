"""Commands about protocols and packs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.checking import SOUND, error_row, told
from tutorcli.cli.outcome import say_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tutorcli.catalog.shelf import Catalog, Shelf
    from tutorcli.core.pack import Pack, Titles
    from tutorcli.core.protocol import Protocol

Name = Annotated[str, typer.Argument(metavar="NAME", help="As in the list.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file.")]


def _catalog() -> "Catalog":
    from tutorcli.catalog.shelf import Catalog

    return Catalog(session.settings().config)


def _title(titles: "Titles") -> str:
    from tutorcli import i18n
    from tutorcli.core.pack import wording

    names = ("en", *sorted(set(titles) - {"en"}))
    return wording(titles, i18n.choose(session.settings().language, names))


def protocol_list(as_json: Json = False) -> None:
    """List the protocols.

    Exits with 3 when a file of your own is wrong, and says what is; the others are listed.
    """
    found = _catalog().protocols()
    if as_json:
        rows = [_head(item) for item in found.sound]
        output.emit_json({"protocols": rows, "broken": _broken(found)})
    else:
        lines = [
            (item.name, item.version, " ".join(_kinds(item)), _title(item.title))
            for item in found.sound
        ]
        headers = ("protocol", "version", "instruments", "title")
        output.emit(output.table(headers, lines, right=frozenset()))
    _tell_broken(found)


def _broken(found: "Shelf[Any]") -> list[dict[str, Any]]:
    return [{"name": name, **error_row(error)} for name, error in found.broken.items()]


def _tell_broken(found: "Shelf[Any]") -> None:
    """Say every file that is wrong; the last one ends the command with its exit code.

    Raises:
        InputError: There is one.
    """
    errors = list(found.broken.values())
    for error in errors[:-1]:
        say_error(error)
    for error in errors[-1:]:
        raise error


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


def protocol_check(file: File, as_json: Json = False) -> None:
    """Check a protocol of your own before it is used.

    Exits with 3 and names the place that is wrong. Then put the file into the folder protocols
    beside config.toml.
    """
    from tutorcli.catalog.protocols import read_protocol

    with told(as_json):
        protocol = read_protocol(file)
    if as_json:
        output.emit_json(SOUND | _head(protocol) | {"instruments": _kinds(protocol)})
    else:
        output.emit(f"{protocol.ref}: {' '.join(_kinds(protocol))}")


def pack_list(as_json: Json = False) -> None:
    """List the packs.

    Exits with 3 when a file of your own is wrong, and says what is; the others are listed.
    """
    found = _catalog().packs()
    if as_json:
        heads = [_head(item) | {"domain": item.domain} for item in found.sound]
        output.emit_json({"packs": heads, "broken": _broken(found)})
    else:
        _print_packs(found.sound)
    _tell_broken(found)


def _print_packs(packs: "Sequence[Pack]") -> None:
    rows = [
        (
            item.name,
            item.version,
            item.domain,
            len(item.criteria),
            len(item.labels),
            _title(item.title),
        )
        for item in packs
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


def pack_check(file: File, as_json: Json = False) -> None:
    """Check a pack of your own before it is used.

    Exits with 3 and names the place that is wrong. Then put the file into the folder packs beside
    config.toml.
    """
    from tutorcli.catalog.packs import read_pack

    with told(as_json):
        pack = read_pack(file, session.settings().config)
    if as_json:
        numbers = {"criteria": len(pack.criteria), "labels": len(pack.labels)}
        output.emit_json(SOUND | _head(pack) | {"domain": pack.domain} | numbers)
        return
    counts = output.counted(len(pack.criteria), "criterion", "criteria")
    output.emit(f"{pack.ref}: {counts}, {output.counted(len(pack.labels), 'label')}")
