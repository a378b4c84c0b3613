"""Protocols from TOML."""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any, get_args

from tutorcli.catalog.reading import Fields, Table, documents, read_table
from tutorcli.catalog.soundness import require_name, require_sound_protocol
from tutorcli.core.instruments import INSTRUMENTS, Instrument, parameters
from tutorcli.core.judgment import SET_ASIDE, Disposition
from tutorcli.core.pack import Label
from tutorcli.core.protocol import Protocol, Stage
from tutorcli.errors import InputError, message, near

REASONS = "reasons"
"""The file with the reasons of protocols that bring none."""


def protocol_files(user_folder: Path | None) -> dict[str, Path]:
    """Name to file; a user's own protocol of a shipped name takes its place."""
    found = dict(documents("protocols", user_folder))
    found.pop(REASONS, None)
    return found


def read_protocol(file: Path) -> Protocol:
    """One protocol.

    Raises:
        InputError: The file is wrong; file, place and near miss are named.
    """
    protocol = protocol_of(read_table(file), file.name, _usual_reasons())
    require_name(protocol.name, file.stem, file.name)
    return protocol


def _usual_reasons() -> Table:
    return read_table(dict(documents("protocols", None))[REASONS])


def protocol_of(table: Table, where: str, usual_reasons: Table) -> Protocol:
    """The protocol that a parsed TOML table describes.

    Raises:
        InputError: As `read_protocol`.
    """
    complete = {**usual_reasons, **table}
    fields = Fields(complete, where)
    name, version, title = fields.take("name", str), fields.take("version", str), fields.titles()
    stages = tuple(_stage(item) for item in fields.tables("stages"))
    reasons = _reasons(fields)
    fields.end()
    if not stages:
        raise InputError(message("{where}: {key} is missing", where=where, key="stages"))
    # Defaults are part of the document, so that a later default cannot change what a name means.
    document = complete | {
        "stages": [
            {"name": stage.name, "instruments": [parameters(item) for item in stage.instruments]}
            for stage in stages
        ]
    }
    protocol = Protocol(name, version, title, stages, reasons, document)
    return require_sound_protocol(protocol, where)


def _stage(fields: Fields) -> Stage:
    name = fields.take("name", str)
    stage = Stage(name, tuple(_instrument(item) for item in fields.tables("instruments")))
    fields.end()
    return stage


def _instrument(fields: Fields) -> Instrument:
    kind = fields.take("kind", str)
    if kind not in INSTRUMENTS:
        guess = near(kind, INSTRUMENTS) or ", ".join(INSTRUMENTS)
        raise InputError(
            message('{where}: unknown instrument "{kind}"', where=fields.where, kind=kind),
            hint=message('did you mean "{guess}"?', guess=guess),
        )
    cls = INSTRUMENTS[kind]
    values: dict[str, Any] = {}
    for item in fields_of(cls):
        values[item.name] = _parameter(fields, cls, item.name, item.default)
    fields.end()
    return cls(**values)


def _parameter(fields: Fields, cls: type[Instrument], name: str, default: Any) -> Any:
    if isinstance(default, tuple):
        return fields.words(name)
    value = fields.take(name, type(default), default)
    choices = get_args(cls.__annotations__[name])
    if choices and value not in choices:
        raise InputError(
            message(
                '{where}: {key} "{value}" is none of {choices}',
                where=fields.where,
                key=name,
                value=value,
                choices=", ".join(map(str, choices)),
            )
        )
    return value


def _reasons(fields: Fields) -> Mapping[Disposition, tuple[Label, ...]]:
    found: dict[Disposition, list[Label]] = {}
    for item in fields.tables("reasons"):
        disposition = item.take("disposition", str)
        if disposition not in SET_ASIDE:
            raise InputError(
                message(
                    '{where}: {key} "{value}" is none of {choices}',
                    where=item.where,
                    key="disposition",
                    value=disposition,
                    choices=", ".join(SET_ASIDE),
                )
            )
        found.setdefault(disposition, []).append(Label(item.take("id", str), item.titles()))
        item.end()
    return {disposition: tuple(items) for disposition, items in found.items()}
