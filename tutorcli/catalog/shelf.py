"""The packs and protocols at hand: shipped ones and the user's own, read when first asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tutorcli.catalog.packs import pack_files, read_pack
from tutorcli.catalog.protocols import protocol_files, read_protocol
from tutorcli.catalog.travelling import pack_from, protocol_from
from tutorcli.core.document import Document
from tutorcli.core.pack import Pack
from tutorcli.core.protocol import Assigned, Protocol, default_protocol, guideline_of
from tutorcli.core.task import Task, shown_order
from tutorcli.errors import InputError, Message, message, near

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """Documents of one kind: those that can be used, and why the others cannot."""

    sound: tuple[T, ...]
    broken: Mapping[str, InputError]
    """Name to what is wrong with its file."""


@dataclass(frozen=True, slots=True)
class Refs:
    """By what a server wants a task judged: ``name@version#sha256`` of each."""

    pack: str | None = None
    guideline: str | None = None


Load = Callable[[str], Document | None]
"""The document of an exact ref, or None."""


class Catalog:
    """Packs and protocols by name; each file is read once."""

    def __init__(self, user_folder: Path | None = None, load: Load | None = None) -> None:
        """Look at what there is.

        Args:
            user_folder: May hold folders packs, protocols and guidelines.
            load: Finds documents that came with tasks, by their exact refs.
        """
        self._user_folder = user_folder
        self._load = load
        self._pack_files = pack_files(user_folder)
        self._protocol_files = protocol_files(user_folder)
        self._packs: dict[str, Pack] = {}
        self._protocols: dict[str, Protocol] = {}
        self._loaded_protocols: dict[str, Protocol] = {}
        self._loaded_packs: dict[Refs, Pack] = {}

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

        The exact one may also have come with its tasks.

        Raises:
            InputError: There is none, or of another version. Or its file is wrong.
            Mismatch: What came with the tasks is not what its name says.
        """
        if ref in self._loaded_protocols:
            return self._loaded_protocols[ref]
        if document := self._document(ref):
            self._loaded_protocols[ref] = protocol_from(document)
            return self._loaded_protocols[ref]
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

    def pack_of(self, refs: Refs) -> Pack | None:
        """The pack with exactly that ref and guideline, from among the files or come with tasks.

        Raises:
            InputError: It is not here.
            Mismatch: What came with the tasks is not what its name says.
        """
        if refs.pack is None:
            return None
        if refs not in self._loaded_packs:
            self._loaded_packs[refs] = self._found_pack(refs.pack, refs.guideline)
        return self._loaded_packs[refs]

    def _found_pack(self, ref: str, guideline: str | None) -> Pack:
        if document := self._document(ref):
            return pack_from(document, self._document(guideline) if guideline else None)
        name = ref.partition("@")[0]
        if name in self._pack_files:
            found = self.pack(name)
            if (found.ref, found.guideline_ref) == (ref, guideline):
                return found
        raise InputError(
            message('pack "{ref}" is not here', ref=ref), hint=message("fetch it: tutorcli sync")
        )

    def _document(self, ref: str) -> Document | None:
        return self._load(ref) if self._load is not None and "#" in ref else None

    def assigned(
        self, task: Task, assignment: str, tutor: str, refs: Refs | None = None
    ) -> Assigned:
        """The task with its protocol, its pack and the order in which this tutor sees it.

        Args:
            task: The task.
            assignment: The id under which it was handed out.
            tutor: Who judges it.
            refs: By what its server wants it judged; None: by the pack of its domain that is here.

        Raises:
            InputError: Its protocol or its pack is not here.
        """
        protocol = self.protocol(task.protocol or default_protocol(len(task.answers)))
        order = shown_order(task, assignment, tutor)
        if refs is not None:
            return Assigned(task, protocol, self.pack_of(refs), order, refs.guideline)
        pack = self.pack_for(task.domain)
        return Assigned(task, protocol, pack, order, guideline_of(task, pack))


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
