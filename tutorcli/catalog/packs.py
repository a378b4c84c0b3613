"""Packs from TOML and their guidelines from Markdown."""

from collections.abc import Mapping
from pathlib import Path

from tutorcli.catalog.reading import (
    Fields,
    Table,
    documents,
    files_in,
    read_table,
    read_text,
    shipped,
)
from tutorcli.catalog.soundness import require_name, require_sound_pack
from tutorcli.core.pack import Anchor, Criterion, Label, Pack, RedFlag, Severity
from tutorcli.errors import InputError, message


def pack_files(user_folder: Path | None) -> dict[str, Path]:
    """Name to file; a user's own pack of a shipped name takes its place."""
    return dict(documents("packs", user_folder))


def read_pack(file: Path, user_folder: Path | None) -> Pack:
    """One pack with its guideline.

    Raises:
        InputError: The file is wrong; file, place and near miss are named.
    """
    table = read_table(file)
    wanted = str(table.get("guideline", ""))
    guideline = _guideline(wanted, user_folder)
    pack = pack_of(table, file.name, guideline)
    require_name(pack.name, file.stem, file.name)
    if wanted and not guideline:
        raise InputError(
            message('{where}: there is no guideline "{name}"', where=file.name, name=wanted)
        )
    return pack


def pack_of(table: Table, where: str, guideline: Mapping[str, str]) -> Pack:
    """The pack that a parsed TOML table describes.

    Raises:
        InputError: As `read_pack`.
    """
    fields = Fields(table, where)
    fields.take("guideline", str, "")
    pack = Pack(
        name=fields.take("name", str),
        version=fields.take("version", str),
        domain=fields.take("domain", str),
        title=fields.titles(),
        criteria=tuple(_criterion(item) for item in fields.tables("criteria")),
        labels=labels(fields, "labels"),
        severities=tuple(_severity(item) for item in fields.tables("severities")),
        specialties=labels(fields, "specialties"),
        red_flags=tuple(_red_flag(item) for item in fields.tables("red_flags")),
        guideline=guideline,
        document=table,
    )
    fields.end()
    return require_sound_pack(pack, where)


def labels(fields: Fields, key: str) -> tuple[Label, ...]:
    """The labels of an array of tables."""
    found = []
    for item in fields.tables(key):
        found.append(Label(item.take("id", str), item.titles()))
        item.end()
    return tuple(found)


def _criterion(fields: Fields) -> Criterion:
    criterion = Criterion(
        id=fields.take("id", str),
        title=fields.titles(),
        min=fields.take("min", int),
        max=fields.take("max", int),
        na=fields.take("na", bool, False),
        anchors=tuple(
            Anchor(item.take("value", int), item.titles()) for item in fields.tables("anchors")
        ),
    )
    fields.end()
    return criterion


def _severity(fields: Fields) -> Severity:
    severity = Severity(fields.take("value", int), fields.take("weight", int), fields.titles())
    fields.end()
    return severity


def _red_flag(fields: Fields) -> RedFlag:
    name, title = fields.take("id", str), fields.titles()
    terms = Fields(fields.take("terms", dict, {}), f"{fields.where}: terms")
    flag = RedFlag(name, title, {key: terms.words(key) for key in terms.left()})
    fields.end()
    return flag


def _guideline(name: str, user_folder: Path | None) -> dict[str, str]:
    if not name:
        return {}
    folders: list[Path] = [shipped("guidelines")]
    if user_folder is not None and (user_folder / "guidelines").is_dir():
        folders.append(user_folder / "guidelines")
    texts = {}
    for folder in folders:
        for file in files_in(folder):
            if file.name.startswith(f"{name}.") and file.name.endswith(".md"):
                language = file.name.removeprefix(f"{name}.").removesuffix(".md")
                texts[language] = read_text(file)
    return texts
