"""Protocols, packs and guidelines as they travel with tasks: canonical JSON named by its hash."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tutorcli.catalog.packs import pack_of
from tutorcli.catalog.protocols import protocol_of
from tutorcli.core.canonical import digest, dumps, loads, normal
from tutorcli.core.document import Document
from tutorcli.core.pack import Pack
from tutorcli.core.protocol import Protocol
from tutorcli.errors import Mismatch, message


def documents_of(protocol: Protocol, pack: Pack | None) -> list[Document]:
    """What a task needs to be judged elsewhere: its protocol, its pack and that pack's guideline."""
    found = [Document(protocol.ref, "protocol", dumps(normal(protocol.document)))]
    if pack is not None:
        found.append(Document(pack.ref, "pack", dumps(normal(pack.document))))
        if pack.guideline_ref is not None:
            body = dumps(dict(pack.guideline))
            found.append(Document(pack.guideline_ref, "guideline", body))
    return found


def protocol_from(document: Document) -> Protocol:
    """The protocol of a document.

    Raises:
        Mismatch: It is not what its name says.
        InputError: It says something that this program does not know.
    """
    table = _table_of(document, "protocol")
    # What it does not say means what it meant to whoever named it, so its own words are its document.
    protocol = replace(protocol_of(table, document.ref, {}), document=table)
    _require_ref(protocol.ref, document)
    return protocol


def pack_from(document: Document, guideline: Document | None) -> Pack:
    """The pack of a document, with the guideline of another.

    Raises:
        Mismatch: One is not what its name says.
        InputError: It says something that this program does not know.
    """
    texts = _texts_of(guideline) if guideline else {}
    pack = pack_of(_table_of(document, "pack"), document.ref, texts)
    _require_ref(pack.ref, document)
    return pack


def _texts_of(document: Document) -> dict[str, str]:
    table = _table_of(document, "guideline")
    if not all(isinstance(text, str) for text in table.values()):
        raise Mismatch(message("{ref} is no guideline", ref=document.ref))
    return dict(table)


def _table_of(document: Document, kind: str) -> Mapping[str, Any]:
    if document.kind != kind or digest(document.body) != document.ref.rpartition("#")[2]:
        raise Mismatch(
            message("{kind} {ref} is not what its name says", kind=kind, ref=document.ref)
        )
    table = loads(document.body)
    if not isinstance(table, dict):
        raise Mismatch(
            message("{kind} {ref} is not what its name says", kind=kind, ref=document.ref)
        )
    return table


def _require_ref(found: str, document: Document) -> None:
    if found != document.ref:
        raise Mismatch(
            message(
                "{kind} {ref} calls itself {found}",
                kind=document.kind,
                ref=document.ref,
                found=found,
            )
        )
