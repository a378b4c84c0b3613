"""The documents that tasks are judged by: stored under their refs, named by domain and language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from tutorcli.catalog.shelf import Catalog
from tutorcli.core.canonical import dumps, normal
from tutorcli.core.pack import Pack
from tutorcli.core.protocol import Protocol
from tutorcli.server.context import Context
from tutorcli.server.services import auditing
from tutorcli.server.services.hiding import Subject
from tutorcli.server.tables import documents, subjects


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as the server keeps it."""

    ref: str
    kind: str
    body: str
    """Canonical JSON, the text that the hash in the ref is made of."""
    instruments: str = ""


def paper_of(protocol: Protocol) -> Paper:
    """A protocol, with the instruments that a tutor's program must have for it."""
    kinds = dict.fromkeys(f"{instrument.kind}/1" for instrument in protocol.instruments)
    return Paper(protocol.ref, "protocol", dumps(normal(protocol.document)), " ".join(kinds))


def papers_of(pack: Pack | None) -> tuple[Paper, ...]:
    """A pack and its guideline, as far as there are any."""
    if pack is None:
        return ()
    found = [Paper(pack.ref, "pack", dumps(normal(pack.document)))]
    if pack.guideline_ref is not None:
        found.append(Paper(pack.guideline_ref, "guideline", dumps(dict(pack.guideline))))
    return tuple(found)


def keep(connection: Connection, now: str, papers: Iterable[Paper]) -> int:
    """Store the documents that are not there yet and return how many."""
    wanted = {paper.ref: paper for paper in papers}
    query = select(documents.c.ref).where(documents.c.ref.in_(sorted(wanted)))
    fresh = wanted.keys() - set(connection.execute(query).scalars())
    rows = [
        {
            "ref": ref,
            "kind": wanted[ref].kind,
            "body": wanted[ref].body,
            "instruments": wanted[ref].instruments,
            "created_at": now,
        }
        for ref in sorted(fresh)
    ]
    if rows:
        connection.execute(insert(documents), rows)
    return len(rows)


Refs = tuple[str | None, str | None]
"""Of a pack and its guideline."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A domain and language that is judged by something else than an import has for it."""

    domain: str
    language: str
    pack: str | None
    """In force; so is the guideline."""
    guideline: str | None


def _refs(pack: Pack | None) -> Refs:
    return (pack.ref, pack.guideline_ref) if pack else (None, None)


def _in_force(connection: Connection) -> dict[Subject, Refs]:
    return {
        (row.domain, row.language): (row.pack, row.guideline)
        for row in connection.execute(select(subjects))
    }


def otherwise(
    connection: Connection, packs: Mapping[str, Pack | None], wanted: Iterable[Subject]
) -> list[Otherwise]:
    """Those of some domains and languages that are judged by something else than by ``packs``.

    A domain of which nothing is known here is none of them.
    """
    known = _in_force(connection)
    return [
        Otherwise(*subject, *known[subject])
        for subject in sorted(wanted)
        if packs[subject[0]] and subject in known and known[subject] != _refs(packs[subject[0]])
    ]


def begin(
    connection: Connection, packs: Mapping[str, Pack | None], wanted: Iterable[Subject]
) -> None:
    """Have domains and languages that are new here judged by their packs."""
    for domain, language in sorted(set(wanted) - _in_force(connection).keys()):
        pack, guideline = _refs(packs[domain])
        key = {"domain": domain, "language": language}
        connection.execute(insert(subjects).values(**key, pack=pack, guideline=guideline))


def judge_by(connection: Connection, packs: Mapping[str, Pack | None]) -> int:
    """Let domains that tasks have be judged by their packs from now on.

    Args:
        connection: Of a write transaction.
        packs: Domain to its pack; None where it has none.

    Returns:
        How many domains and languages are judged by something else than before.
    """
    changed = 0
    for subject, refs in _in_force(connection).items():
        if subject[0] not in packs or _refs(packs[subject[0]]) == refs:
            continue
        changed += 1
        pack, guideline = _refs(packs[subject[0]])
        here = (subjects.c.domain == subject[0]) & (subjects.c.language == subject[1])
        connection.execute(update(subjects).where(here).values(pack=pack, guideline=guideline))
    return changed


def publish(context: Context, actor: str, catalog: Catalog) -> int:
    """Let all domains that tasks have be judged by the packs of a catalog from now on.

    Work that is under way by an older guideline is kept and waits for a lead.

    Returns:
        How many domains and languages changed.

    Raises:
        InputError: A pack's file is wrong.
    """
    with context.database.read() as connection:
        domains = set(connection.execute(select(subjects.c.domain)).scalars())
    packs = {domain: catalog.pack_for(domain) for domain in sorted(domains)}
    papers = [paper for pack in packs.values() for paper in papers_of(pack)]

    def act(connection: Connection) -> int:
        keep(connection, context.database.stamp(), papers)
        changed = judge_by(connection, packs)
        if changed:
            auditing.record(connection, actor, "guideline.publish", "", {"subjects": changed})
        return changed

    return context.database.run(act)
