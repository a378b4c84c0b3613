"""Tasks from lines: all of them, or none."""

import random
import string
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.server.tasks.tasking import (
    CATALOG,
    ask,
    enrol,
    give,
    give_gold,
    known,
    lines,
    rows,
    task,
    under,
)
from tutorcli.catalog.shelf import Catalog
from tutorcli.core.canonical import digest, dumps
from tutorcli.core.judgment import Rating
from tutorcli.core.pack import Pack
from tutorcli.core.task import task_to_json
from tutorcli.formats.containers import files_of
from tutorcli.formats.containers import lines as lines_of
from tutorcli.formats.port import Fill
from tutorcli.server import tables
from tutorcli.server.context import Context
from tutorcli.server.services.publishing import Otherwise, judge_by, publish
from tutorcli.server.services.taking import Taken, Taking, take

SAMPLES = Path(__file__).parents[4] / "sample_tasks"


def said(taken: Taken) -> list[str]:
    """What is wrong."""
    return [str(error) for error in taken.errors]


def test_tasks_are_stored_as_they_came_with_their_exact_protocol(context: Context) -> None:
    taken = give(context, task(1, overlap=3, priority=4, due="2026-12-01"))

    (row,) = rows(context, tables.tasks)
    assert (taken.imported, taken.rejected) == (1, 0)
    assert row.body == dumps(task_to_json(task(1, overlap=3, priority=4, due="2026-12-01")))
    assert (row.free, row.overlap, row.priority, row.due) == (3, 3, 4, "2026-12-01")
    assert row.protocol == CATALOG.protocol("rank").ref


def test_the_samples_come_in(context: Context) -> None:
    files = [name for name in files_of([str(SAMPLES)]) if not name.endswith("judgments.jsonl")]

    taken = take(
        context, "admin", (line for name in files for line in lines_of(name)), Taking(CATALOG)
    )

    assert said(taken) == []
    assert taken.imported == len(rows(context, tables.tasks)) > 20
    assert len(rows(context, tables.subjects)) == 12


def test_documents_are_stored_under_their_hashes(context: Context) -> None:
    give(context, task(1), task(2, domain="gardening"))

    found = rows(context, tables.documents)

    assert {row.ref.partition("#")[2] for row in found} == {digest(row.body) for row in found}
    assert [row.instruments for row in found if row.kind == "protocol"] == [
        " ".join(f"{one.kind}/1" for one in CATALOG.protocol("rank").instruments)
    ]


def test_a_subject_is_judged_by_the_pack_of_its_domain(context: Context) -> None:
    give(context, task(1), task(2, domain="gardening"))

    found = {(row.domain, row.language): row.pack for row in rows(context, tables.subjects)}

    medicine = CATALOG.pack("medicine")
    assert found == {("medicine", "en"): medicine.ref, ("gardening", "en"): None}


def test_the_same_task_again_is_a_duplicate(context: Context) -> None:
    give(context, task(1))

    taken = give(context, task(1), task(1), task(2))

    assert (taken.imported, taken.duplicates) == (1, 2)
    assert [row.seq for row in rows(context, tables.tasks)] == [1, 2]


def test_one_wrong_line_and_nothing_is_stored(context: Context) -> None:
    give(context, task(1))

    taken = give(
        context,
        task(2),
        b"{",
        task(1, prompt="other"),
        task(3, protocol="rnak"),
        task(2, prompt="other"),
        known(task(2)),
    )

    assert taken.rejected == 4
    assert taken.imported == 0
    assert [error.line for error in taken.errors] == [2, 4, 5, 6]
    assert len(rows(context, tables.tasks)) == 1


def test_a_line_that_contradicts_what_is_stored_is_named(context: Context) -> None:
    give(context, task(1))

    taken = give(context, task(2), task(1, prompt="other"))

    assert said(taken) == ['tasks.jsonl:2: id: "t1" is in the project with other content']
    assert len(rows(context, tables.tasks)) == 1


@pytest.mark.parametrize(
    ("region", "of_task", "is_taken"),
    [("cn", "cn", True), ("cn", None, True), ("cn", "eu", False), (None, "eu", False)],
)
def test_a_task_of_another_region_is_refused(
    context: Context, region: str | None, of_task: str | None, *, is_taken: bool
) -> None:
    taken = give(under(context, region=region), task(1, region=of_task))

    assert (taken.imported == 1) is is_taken
    assert [error.field for error in taken.errors] == ([] if is_taken else ["region"])


def test_what_no_database_stores_is_refused_by_both(context: Context) -> None:
    taken = give(context, task(1, domain="a\0b"), task(2, overlap=10**6))

    assert [error.field for error in taken.errors] == ["domain", "overlap"]


@pytest.mark.parametrize("field", ["id", "domain", "language", "batch", "due"])
def test_what_no_index_holds_is_refused_by_both(context: Context, field: str) -> None:
    taken = give(context, task(1, **{field: _long(801, field)}))

    assert said(taken) == [f"tasks.jsonl:1: {field}: is longer than 800 bytes"]


def test_the_longest_names_fit(context: Context) -> None:
    names = ("id", "domain", "language", "batch", "due")

    taken = give(context, task(1, **{name: _long(800, name) for name in names}))

    assert taken.imported == 1


def _long(count: int, field: str) -> str:
    """So many characters that cannot be packed; of a due date, the fraction of its seconds."""
    if field == "due":
        digits = random.Random(1).choices("0123456789", k=count)
        return f"2026-12-01T10:00:00.{''.join(digits)}"[:count]
    return "".join(random.Random(field).choices(string.ascii_letters, k=count))


def test_domain_and_language_are_filled_in(context: Context) -> None:
    line = b'{"id":"x","prompt":"p","answers":[]}'

    taken = take(context, "admin", lines(line), Taking(CATALOG, Fill("law", "pt")))

    assert taken.imported == 1
    assert (rows(context, tables.subjects)[0].domain) == "law"


def test_a_dry_run_stores_nothing(context: Context) -> None:
    taken = take(context, "admin", lines(task(1)), Taking(CATALOG, is_dry_run=True))

    assert taken.imported == 1
    assert rows(context, tables.tasks) == []


def test_an_import_stands_in_the_audit(context: Context) -> None:
    give(context, task(1))

    (act,) = rows(context, tables.audit)

    assert (act.actor, act.act, act.detail) == (
        "admin",
        "tasks.import",
        '{"gold":false,"imported":1}',
    )


def test_gold_tasks_come_with_what_is_known_of_them(context: Context) -> None:
    taken = give_gold(context, task(1), task(2))

    assert taken.imported == 2
    assert {(row.is_gold, row.free) for row in rows(context, tables.tasks)} == {(1, 0)}
    assert [row.task for row in rows(context, tables.golds)] == ["t1", "t2"]


def test_gold_tasks_are_in_nobodys_queue(context: Context) -> None:
    enrol(context, "ann")
    give_gold(context, task(1))

    assert ask(context, "ann", 1).assignments == ()


def test_gold_without_a_known_judgment_is_refused_and_the_other_way_round(
    context: Context,
) -> None:
    taken = give(context, task(1), known(task(2)), is_gold=True)

    assert said(taken) == [
        "tasks.jsonl:1: id: has no known judgment; a gold task needs a judgment line",
        'tasks.jsonl:2: task: there is no task "t2" in these files',
    ]


def test_a_known_judgment_is_of_the_task_as_it_is(context: Context) -> None:
    taken = give(
        context, task(1), known(task(1, prompt="other"), (("good",), ("worst",))), is_gold=True
    )

    assert [error.field for error in taken.errors] == ["task_sha256", "ranking"]


def test_an_ordinary_task_does_not_become_gold(context: Context) -> None:
    give(context, task(1))

    taken = give_gold(context, task(1))

    assert said(taken) == ['tasks.jsonl:1: id: "t1" is an ordinary task already']


def test_gold_given_twice_is_a_duplicate(context: Context) -> None:
    give_gold(context, task(1))

    assert give_gold(context, task(1)).duplicates == 1


def test_gold_given_again_with_something_else_known_is_refused(context: Context) -> None:
    give_gold(context, task(1), task(2), task(3))
    corrected = known(task(1), (("bad",), ("good",)))
    marked = replace(known(task(2)), accept_line=1, ratings=(Rating("accuracy", "good", 4),))
    again = replace(known(task(3)), id="again", decided_at="2027-01-01T00:00:00Z")

    taken = give(context, task(1), task(2), task(3), corrected, marked, again, is_gold=True)

    assert [(error.line, error.field) for error in taken.errors] == [(1, "id"), (2, "id")]
    assert '"t1" is a gold task already' in said(taken)[0]
    assert "differs in ranking;" in said(taken)[0]
    assert "tutorcli server tasks withdraw t1" in said(taken)[0]
    assert "differs in accept_line, ratings;" in said(taken)[1]
    assert (taken.imported, len(rows(context, tables.golds))) == (0, 3)


class Upgraded(Catalog):
    """The packs of a newer program."""

    def pack_for(self, domain: str) -> Pack | None:
        return NEWER if domain == "medicine" else super().pack_for(domain)


NEWER = Pack("medicine", "9", "medicine", {"en": "M"}, guideline={"en": "new"})


@pytest.mark.parametrize("is_dry_run", [True, False])
def test_an_import_leaves_in_force_what_work_under_way_is_judged_by(
    context: Context, *, is_dry_run: bool
) -> None:
    give(context, task(1), task(2, domain="law"))
    was = rows(context, tables.subjects)
    more = lines(task(3), task(4, domain="law"), task(5, language="fr"))

    taken = take(context, "admin", more, Taking(Upgraded(), is_dry_run=is_dry_run))

    now = {(row.domain, row.language): row for row in rows(context, tables.subjects)}
    by = now["medicine", "en"]
    assert taken.otherwise == [Otherwise("medicine", "en", by.pack, by.guideline)]
    assert [now[row.domain, row.language] for row in was] == was
    new = now.get(("medicine", "fr"))
    assert (new is None) is is_dry_run
    assert new is None or new.pack == NEWER.ref


def test_what_is_published_is_what_imports_have(context: Context) -> None:
    give(context, task(1))

    assert publish(context, "admin", Upgraded()) == 1
    assert take(context, "admin", lines(task(2)), Taking(Upgraded())).otherwise == []


def test_a_new_guideline_holds_for_all_languages_of_its_domain(context: Context) -> None:
    give(context, task(1), task(2, language="zh-Hans"))

    with context.database.write() as connection:
        changed = judge_by(connection, {"medicine": NEWER})

    assert changed == 2
    assert {row.pack for row in rows(context, tables.subjects)} == {NEWER.ref}


def test_publishing_what_holds_already_changes_nothing(context: Context) -> None:
    give(context, task(1))
    acts = len(rows(context, tables.audit))

    assert publish(context, "admin", CATALOG) == 0
    assert len(rows(context, tables.audit)) == acts
