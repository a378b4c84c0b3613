"""Documents that travel with tasks, named by their hashes."""

from dataclasses import replace
from typing import Any

import pytest

from tutorcli.catalog.shelf import Catalog, Refs
from tutorcli.catalog.travelling import documents_of, pack_from, protocol_from
from tutorcli.core.canonical import digest, dumps, loads
from tutorcli.core.document import Document
from tutorcli.core.task import Answer, Task
from tutorcli.errors import InputError, Mismatch

CATALOG = Catalog()
PROTOCOLS = [CATALOG.protocol(name) for name in CATALOG.protocol_names()]
PACKS = [CATALOG.pack(name) for name in CATALOG.pack_names()]


def changed(document: Document, **members: Any) -> Document:
    """With other members and the right hash in its name."""
    body = dumps({**loads(document.body), **members})
    return replace(document, body=body, ref=f"{document.ref.partition('#')[0]}#{digest(body)}")


def test_a_document_is_the_text_that_its_hash_is_made_of() -> None:
    documents = documents_of(PROTOCOLS[0], PACKS[0])
    assert [item.kind for item in documents] == ["protocol", "pack", "guideline"]
    refs = [PROTOCOLS[0].ref, PACKS[0].ref, PACKS[0].guideline_ref]
    assert [item.ref for item in documents] == refs
    assert all(item.ref.endswith(f"#{digest(item.body)}") for item in documents)


def test_without_a_pack_or_a_guideline_there_is_less() -> None:
    assert [item.kind for item in documents_of(PROTOCOLS[0], None)] == ["protocol"]
    bare = replace(PACKS[0], guideline={})
    assert [item.kind for item in documents_of(PROTOCOLS[0], bare)] == ["protocol", "pack"]
    assert pack_from(documents_of(PROTOCOLS[0], bare)[1], None) == bare


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda item: item.name)
def test_a_protocol_comes_back_as_it_was(protocol: Any) -> None:
    (document,) = documents_of(protocol, None)
    assert protocol_from(document) == protocol


@pytest.mark.parametrize("pack", PACKS, ids=lambda item: item.name)
def test_a_pack_comes_back_as_it_was(pack: Any) -> None:
    _, document, guideline = documents_of(PROTOCOLS[0], pack)
    assert pack_from(document, guideline) == pack


def test_a_default_of_a_later_program_changes_no_name() -> None:
    (document,) = documents_of(CATALOG.protocol("rank"), None)
    stages = loads(document.body)["stages"]
    for instrument in stages[0]["instruments"]:
        instrument.pop("required", None)
    older = changed(document, stages=stages)
    assert older.ref != document.ref
    assert protocol_from(older).ref == older.ref


def test_what_is_not_what_its_name_says_is_refused() -> None:
    protocol, pack, guideline = documents_of(PROTOCOLS[0], PACKS[0])
    with pytest.raises(Mismatch, match="not what its name says"):
        protocol_from(replace(protocol, body=protocol.body + " "))
    with pytest.raises(Mismatch, match="not what its name says"):
        protocol_from(replace(pack, kind="pack"))
    with pytest.raises(Mismatch, match="calls itself"):
        protocol_from(changed(protocol, version="99"))
    with pytest.raises(Mismatch, match="not what its name says"):
        pack_from(pack, replace(guideline, body="{}"))
    with pytest.raises(Mismatch, match="no guideline"):
        pack_from(pack, changed(guideline, en=3))
    with pytest.raises(InputError, match="unknown key"):
        pack_from(changed(pack, colour="blue"), guideline)


def test_the_exact_document_that_came_goes_before_the_file() -> None:
    came = changed(documents_of(CATALOG.protocol("rank"), None)[0], title={"en": "Came along"})
    known = {came.ref: came}
    catalog = Catalog(None, known.get)
    assert catalog.protocol(came.ref).title == {"en": "Came along"}
    assert catalog.protocol(came.ref) is catalog.protocol(came.ref)
    assert catalog.protocol("rank").title != {"en": "Came along"}
    with pytest.raises(InputError, match="is not here"):
        Catalog().protocol(came.ref)


def test_a_lent_task_gets_exactly_what_its_server_named() -> None:
    old = replace(CATALOG.pack("medicine"), guideline={"en": "Old words."})
    documents = documents_of(CATALOG.protocol("rank"), old)
    catalog = Catalog(None, {item.ref: item for item in documents}.get)
    task = Task("a1", "medicine", "en", (Answer("a0", "x"), Answer("a1", "y")), prompt="?")
    task = replace(task, guideline="words of the author")
    refs = Refs(old.ref, old.guideline_ref)
    lent = catalog.assigned(task, "a1", "dr-7", refs)
    assert (lent.pack, lent.guideline) == (old, old.guideline_ref)
    bare = catalog.assigned(task, "a1", "dr-7", Refs())
    assert (bare.pack, bare.guideline) == (None, None)
    local = catalog.assigned(task, "a1", "dr-7")
    assert (local.pack, local.guideline) == (CATALOG.pack("medicine"), "words of the author")


def test_a_pack_of_the_same_words_may_lie_here_already() -> None:
    here = CATALOG.pack("law")
    assert Catalog().pack_of(Refs(here.ref, here.guideline_ref)) == here
    with pytest.raises(InputError, match="is not here"):
        Catalog().pack_of(Refs(here.ref, "law@1#00"))
