"""TOML files of packs and protocols, checked as they are read."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tutorcli.errors import InputError, message, near

Table = Mapping[str, Any]


def shipped(room: str) -> Path:
    """The folder ``room`` of the files that come with the program."""
    # importlib.resources would cost 15 ms at start, and wheels are unpacked anyway.
    return Path(__file__).parent / room


def documents(room: str, user_folder: Path | None) -> Iterator[tuple[str, Path]]:
    """Name and file of each TOML document: the shipped ones, then the user's own."""
    folders: list[Path] = [shipped(room)]
    if user_folder is not None and (user_folder / room).is_dir():
        folders.append(user_folder / room)
    for folder in folders:
        for file in files_in(folder):
            if file.name.endswith(".toml"):
                yield file.name.removesuffix(".toml"), file


def files_in(folder: Path) -> list[Path]:
    """What lies in a folder, by name.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return sorted(folder.iterdir(), key=lambda item: item.name)
    except OSError as error:
        raise InputError(
            message("{file}: cannot be read: {reason}", file=folder, reason=error.strerror)
        ) from None


def read_table(file: Path) -> Table:
    """Parse one file.

    Raises:
        InputError: It is not UTF-8 or not TOML; file and place are named.
    """
    try:
        return tomllib.loads(read_text(file))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(
            message("{file}: not TOML: {reason}", file=file.name, reason=error)
        ) from None


def read_text(file: Path) -> str:
    """What a file holds.

    Raises:
        InputError: It cannot be read, or is not UTF-8; it is named.
    """
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(message("{file} is not UTF-8", file=file.name)) from None
    except OSError as error:
        raise InputError(
            message("{file}: cannot be read: {reason}", file=file.name, reason=error.strerror)
        ) from None


class Fields:
    """The keys of one TOML table, taken one by one; what is left over is an error."""

    def __init__(self, table: Any, where: str) -> None:
        """``where`` names the file and the place in it, for errors."""
        self.where = where
        if not isinstance(table, Mapping):
            raise InputError(message("{where}: a table is needed", where=where))
        self._left = dict(table)
        self._known: list[str] = []

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """The value of ``key``; without a default it must be there.

        Raises:
            InputError: It is missing or of another type.
        """
        self._known.append(key)
        if key not in self._left:
            if default is ...:
                raise InputError(message("{where}: {key} is missing", where=self.where, key=key))
            return default
        value = self._left.pop(key)
        is_number = kind is int and isinstance(value, bool)
        if is_number or not isinstance(value, kind):
            raise InputError(
                message(
                    "{where}: {key} has the wrong type: {value}",
                    where=self.where,
                    key=key,
                    value=value,
                )
            )
        return value

    def titles(self, key: str = "title") -> dict[str, str]:
        """A table of language to wording, with at least ``en``.

        Raises:
            InputError: It is missing, or lacks ``en``, or holds something other than text.
        """
        value = self.take(key, dict)
        if "en" not in value or not all(isinstance(item, str) for item in value.values()):
            raise InputError(
                message('{where}: {key} needs a text for "en"', where=self.where, key=key)
            )
        return dict(value)

    def tables(self, key: str) -> Iterator["Fields"]:
        """Each table of an array of tables; none when the key is absent."""
        for index, item in enumerate(self.take(key, list, [])):
            yield Fields(item, f"{self.where}: {key}[{index}]")

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is absent."""
        value = self.take(key, list, [])
        if not all(isinstance(item, str) for item in value):
            raise InputError(
                message("{where}: {key} is a list of texts", where=self.where, key=key)
            )
        return tuple(value)

    def left(self) -> list[str]:
        """The keys that have not been taken yet."""
        return list(self._left)

    def end(self) -> None:
        """Refuse what has not been taken.

        Raises:
            InputError: A key is unknown; the nearest known one is named.
        """
        for key in self._left:
            guess = near(key, self._known)
            raise InputError(
                message('{where}: unknown key "{key}"', where=self.where, key=key),
                hint=message('did you mean "{guess}"?', guess=guess) if guess else None,
            )
