"""Tokens: where they lie on this machine, and who may read them."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from tutorcli.core.canonical import dumps, loads
from tutorcli.errors import ConfigError, InputError, Refused, StoreError, message
from tutorcli.store.backup import sync_folder

_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700
_SERVICE = "tutorcli"
"""Under which the keyring has the tokens."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs a home in to one server."""

    token: str = field(repr=False)
    kind: str
    """Kind of the server (`remote.KINDS`)."""


class Keyring(Protocol):
    """What is used of the keyring package."""

    def get_password(self, service: str, name: str) -> str | None:
        """The secret of that name, if any."""

    def set_password(self, service: str, name: str, secret: str) -> None:
        """Keep a secret."""

    def delete_password(self, service: str, name: str) -> None:
        """Forget a secret."""


class Tokens:
    """The tokens of a home, one for each server, named by the server's instance."""

    def __init__(self, folder: Path, keyring: Keyring | None = None) -> None:
        """Keep them in files below ``folder``; the secrets in ``keyring`` where one is given."""
        self._folder = folder
        self._keyring = keyring

    def load(self, instance: str) -> Credentials | None:
        """What signs in to a server, or None.

        Raises:
            Refused: Others may read the file.
            StoreError: It cannot be read.
        """
        file = self._file(instance)
        try:
            with file.open("rb") as opened:
                _refuse_readable(os.fstat(opened.fileno()).st_mode, file)
                said = loads(opened.read().decode())
            token = said.get("token") or self._secret(instance)
            kind = str(said["kind"])
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(
                message("{path} cannot be read: {reason}", path=file, reason=error.strerror)
            ) from error
        except (InputError, UnicodeDecodeError, AttributeError, KeyError):
            raise StoreError(
                message("{path} is damaged", path=file),
                hint=message("sign in again: tutorcli login URL"),
            ) from None
        return Credentials(str(token), kind) if token else None

    def save(self, instance: str, credentials: Credentials) -> None:
        """Keep a token; when this returns it is on the disk.

        Raises:
            StoreError: It could not be written.
            ConfigError: The keyring does not take it.
        """
        said: dict[str, Any] = {"kind": credentials.kind}
        if self._keyring is None:
            said["token"] = credentials.token
        else:
            with _explained():
                self._keyring.set_password(_SERVICE, instance, credentials.token)
        file = self._file(instance)
        try:
            file.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            write_private(file, dumps(said).encode())
        except OSError as error:
            raise _unwritable(file, error) from error

    def remove(self, instance: str) -> None:
        """Forget a token; nothing happens when there is none.

        Raises:
            StoreError: Its file cannot be removed.
            ConfigError: The keyring cannot be used.
        """
        file = self._file(instance)
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(file, error) from error
        if self._keyring is not None and self._secret(instance) is not None:
            with _explained():
                self._keyring.delete_password(_SERVICE, instance)

    def _secret(self, instance: str) -> str | None:
        if self._keyring is None:
            return None
        with _explained():
            return self._keyring.get_password(_SERVICE, instance)

    def _file(self, instance: str) -> Path:
        # A server names itself; what is no UUID must not become a path.
        return self._folder / f"{UUID(instance)}.json"


def open_tokens(data: Path, place: str) -> Tokens:
    """The tokens of a home.

    Args:
        data: The home's data folder.
        place: ``file`` or ``keyring``.

    Raises:
        ConfigError: There is no keyring to be used.
    """
    return Tokens(data / "tokens", _system_keyring() if place == "keyring" else None)


def _system_keyring() -> Keyring:
    try:
        keyring: Any = import_module("keyring")
    except ImportError:
        raise ConfigError(
            message('the setting tokens = "keyring" needs a part that is not installed'),
            hint=message("install tutorcli[keyring], or set tokens to file"),
        ) from None
    found: Keyring = keyring
    return found


@contextmanager
def _explained() -> Iterator[None]:
    """Any backend of the keyring raises errors of its own."""
    try:
        yield
    except Exception as error:
        raise ConfigError(
            message("the keyring cannot be used: {reason}", reason=type(error).__name__),
            hint=message('unlock it, or set tokens = "file" and sign in again'),
        ) from error


def _unwritable(file: Path, error: OSError) -> StoreError:
    return StoreError(
        message("{path} cannot be written: {reason}", path=file, reason=error.strerror)
    )


def _refuse_readable(mode: int, file: Path) -> None:
    """Windows has no such modes; there the folder of a person is closed to others."""
    if os.name == "nt" or not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return
    raise Refused(
        message("others on this machine may read the token in {path}", path=file),
        hint=message(
            "run chmod 600 {path}; if somebody may have read it, ask for a new code", path=file
        ),
    )


def write_private(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read: wholly or not at all, and on the disk.

    Raises:
        OSError: It could not be written; what stood there stands there still.
    """
    partial = file.with_name(f".{file.name}.partial-{os.getpid()}")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(file.parent)
