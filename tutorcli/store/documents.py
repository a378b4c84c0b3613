"""Protocols, packs and guidelines that came with tasks: immutable, found by their exact names."""

from collections.abc import Iterable

from tutorcli.core.canonical import digest
from tutorcli.core.document import Document
from tutorcli.errors import Mismatch, message
from tutorcli.store.db import Queue


def add(queue: Queue, documents: Iterable[Document]) -> int:
    """Store those that are not here; inside a `write`.

    Returns:
        How many were new.

    Raises:
        Mismatch: One is not what its name says.
    """
    added = 0
    for document in documents:
        name, _, rest = document.ref.partition("@")
        version, _, named = rest.rpartition("#")
        if digest(document.body) != named:
            raise Mismatch(
                message(
                    "{kind} {ref} is not what its name says", kind=document.kind, ref=document.ref
                )
            )
        if find(queue, document.ref) is None:
            queue.execute(
                "INSERT INTO documents (ref, kind, name, version, body) VALUES (?, ?, ?, ?, ?)",
                (document.ref, document.kind, name, version, document.body),
            )
            added += 1
    return added


def find(queue: Queue, ref: str) -> Document | None:
    """The document of that exact name, or None."""
    row = queue.row("SELECT ref, kind, body FROM documents WHERE ref = ?", (ref,))
    return Document(*row) if row else None


def refs(queue: Queue) -> list[str]:
    """The names of all documents, sorted."""
    return [row[0] for row in queue.rows("SELECT ref FROM documents ORDER BY ref")]
