"""The packs and protocols at hand: shipped ones and the user's own, read when first asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tutorcli.catalog.packs import pack_files, read_pack
from tutorcli.catalog.protocols import protocol_files, read_protocol
from tutorcli.core.pack import Pack
from tutorcli.core.protocol import Assigned, Protocol, default_protocol
from tutorcli.core.task import Task, shown_order
from tutorcli.errors import InputError, Message, message, near

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """Documents of one kind: those that can be used, and why the others cannot."""

    sound: tuple[T, ...]
    broken: Mapping[str, InputError]
    """Name to what is wrong with its file."""


class Catalog:
    """Packs and protocols by name; each file is read once."""

    def __init__(self, user_folder: Path | None = None) -> None:
        """``user_folder`` may hold folders packs, protocols and guidelines."""
        self._user_folder = user_folder
        self._pack_files = pack_files(user_folder)
        self._protocol_files = protocol_files(user_folder)
        self._packs: dict[str, Pack] = {}
        self._protocols: dict[str, Protocol] = {}

    def pack_names(self) -> list[str]:
        """Names of all packs, sorted."""
        return sorted(self._pack_files)

    def protocol_names(self) -> list[str]:
        """Names of all protocols, sorted."""
        return sorted(self._protocol_files)

    def pack(self, name: str) -> Pack:
        """The pack of that name.

        Raises:
            InputError: There is none; the nearest name is given. Or its file is wrong.
        """
        if name not in self._packs:
            if name not in self._pack_files:
                raise _unknown(message("pack"), name, self.pack_names())
            file = self._pack_files[name]
            with _told_how_to_check("pack", file):
                self._packs[name] = read_pack(file, self._user_folder)
        return self._packs[name]

    def protocol(self, ref: str) -> Protocol:
        """The protocol of a name, a ``name@version`` or a ``name@version#sha256``.

        Raises:
            InputError: There is none, or of another version. Or its file is wrong.
        """
        name = ref.partition("@")[0]
        if name not in self._protocols:
            if name not in self._protocol_files:
                raise _unknown(message("protocol"), name, self.protocol_names())
            file = self._protocol_files[name]
            with _told_how_to_check("protocol", file):
                self._protocols[name] = read_protocol(file)
        found = self._protocols[name]
        if ref not in {name, f"{name}@{found.version}", found.ref}:
            raise InputError(
                message('protocol "{ref}" is not here; this is {found}', ref=ref, found=found.ref)
            )
        return found

    def protocols(self) -> "Shelf[Protocol]":
        """All protocols, by name."""
        return _shelf(self.protocol, self.protocol_names())

    def packs(self) -> "Shelf[Pack]":
        """All packs, by name."""
        return _shelf(self.pack, self.pack_names())

    def why_not(self, ref: str) -> InputError | None:
        """Why the protocol of that name cannot be used; None: it can."""
        try:
            self.protocol(ref)
        except InputError as error:
            return error
        return None

    def pack_for(self, domain: str) -> Pack | None:
        """The pack of a domain, if there is one."""
        return self.pack(domain) if domain in self._pack_files else None

    def assigned(self, task: Task, assignment: str, tutor: str) -> Assigned:
        """The task with its protocol, its pack and the order in which this tutor sees it.

        Raises:
            InputError: Its protocol is not here.
        """
        return Assigned(
            task,
            self.protocol(task.protocol or default_protocol(len(task.answers))),
            self.pack_for(task.domain),
            shown_order(task, assignment, tutor),
        )


def _shelf(read: Callable[[str], T], names: Iterable[str]) -> Shelf[T]:
    sound: list[T] = []
    broken: dict[str, InputError] = {}
    for name in names:
        try:
            sound.append(read(name))
        except InputError as error:
            broken[name] = error
    return Shelf(tuple(sound), broken)


@contextmanager
def _told_how_to_check(room: str, file: Path) -> Iterator[None]:
    """A fault names its file alone; where that lies, only the shelf knows."""
    try:
        yield
    except InputError as error:
        hint = message("mend it, then: {command}", command=f"tutorcli {room} check {file}")
        raise InputError(error.what, hint=error.hint or hint) from None


def _unknown(what: Message, name: str, known: list[str]) -> InputError:
    guess = near(name, known)
    return InputError(
        message('there is no {what} "{name}"', what=what, name=name),
        hint=message('did you mean "{guess}"?', guess=guess)
        if guess
        else message("known: {names}", names=", ".join(known)),
    )
