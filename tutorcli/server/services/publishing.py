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


def judge_by(
    connection: Connection, packs: Mapping[str, Pack | None], languages: Iterable[tuple[str, str]]
) -> int:
    """Let domains be judged by their packs from now on.

    Args:
        connection: Of a write transaction.
        packs: Domain to its pack; None where it has none.
        languages: Domains with languages that tasks have; new ones are added.

    Returns:
        How many domains and languages are judged by something else than before, new ones included.
    """
    known = {
        (row.domain, row.language): (row.pack, row.guideline)
        for row in connection.execute(select(subjects))
    }
    changed = 0
    for subject in sorted({*languages, *known}):
        if subject[0] not in packs:
            continue
        pack = packs[subject[0]]
        by = (pack.ref, pack.guideline_ref) if pack else (None, None)
        if known.get(subject, ()) == by:
            continue
        changed += 1
        values = {"pack": by[0], "guideline": by[1]}
        here = (subjects.c.domain == subject[0]) & (subjects.c.language == subject[1])
        if subject in known:
            connection.execute(update(subjects).where(here).values(**values))
        else:
            key = {"domain": subject[0], "language": subject[1]}
            connection.execute(insert(subjects).values(**key, **values))
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
        changed = judge_by(connection, packs, ())
        if changed:
            auditing.record(connection, actor, "guideline.publish", "", {"subjects": changed})
        return changed

    return context.database.run(act)
