"""Push: the status of each item, by its bytes, its id, its tutor and its task.

`tests/integration/server` runs these on PostgreSQL too.
"""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.server.serverside import GUIDELINE, PACK, Site, said
from tutorcli.core.canonical import dumps
from tutorcli.core.judgment import freeze, judgment_to_json
from tutorcli.server import tables
from tutorcli.server.services import intake

ACCEPTED = ("accepted", None)


# Bodies that cannot be read: stored all the same, and nothing behind them waits.


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        '{"a":1,"a":2}',
        '{"a":NaN}',
        '{"a":"\\ud800"}',
        "[" * 200 + "]" * 200,
        '{"a":' * 5000 + "1" + "}" * 5000,
        "\x00",
        '{"a":\x001}',
        "1" * 5000,
    ],
)
def test_what_is_no_json_is_stored_as_invalid(site: Site, body: str) -> None:
    home = site.home()
    home.add_text(body)
    site.judge(home)
    reply = site.push(home)
    assert said(reply) == [("invalid", "not_json"), ACCEPTED]
    row = site.row(tables.judgments, dseq=1)
    assert row.is_first == 0
    # No database of ours holds a NUL; the hash stands for such a text.
    assert row.body == (None if "\x00" in body else body)
    assert reply.head == home.head(2)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "tutorcli.judgment/2"},
        {"schema": None},
        {"id": None},
        {"id": ""},
        {"id": "x" * 201},
        {"id": "a\x00b"},
        {"assignment": "a\x00b"},
        {"assignment": "x" * 10_000},
        {"about": ["x"] * 101},
        {"about": ["\x00"]},
        {"revision": "1"},
        {"revision": 2**70},
        {"confidence": 2**63},
        {"ranking": [["a0"], ["a0"]]},
        {"unheard_of": 1},
        {"ranking": "a0"},
    ],
)
def test_what_is_no_judgment_is_stored_as_invalid(site: Site, change: dict[str, object]) -> None:
    home = site.home()
    value = {**judgment_to_json(site.judgment(home.tutor, "a")), **change}
    body = dumps({key: item for key, item in value.items() if item is not None})
    home.add_text(body)
    assert said(site.push(home)) == [("invalid", "schema")]
    assert site.row(tables.judgments).body == body


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null", "{}"])
def test_json_that_is_no_object_of_ours_is_stored_as_invalid(site: Site, body: str) -> None:
    home = site.home()
    home.add_text(body)
    assert said(site.push(home)) == [("invalid", "schema")]


def test_a_body_that_is_too_long_is_stored_without_its_bytes(site: Site) -> None:
    home = site.home()
    home.add_text(None, "5" * 64)
    home.add_text("x" * 20_000)
    context = site.under(limits=replace(site.context.project.limits, item=10_000))
    reply = intake.push(context, home.token, home.request())
    assert said(reply) == [("invalid", "too_large")] * 2
    assert [row.body for row in site.rows(tables.judgments)] == [None, None]
    assert reply.head == home.head(2)


def test_a_body_under_a_wrong_hash_is_stored_as_invalid(site: Site) -> None:
    home = site.home()
    home.add_text('{"a":1}', "7" * 64)
    assert said(site.push(home)) == [("invalid", "wrong_digest")]
    assert site.row(tables.judgments).body == '{"a":1}'


def test_two_hundred_bad_items_are_all_stored(site: Site) -> None:
    home = site.home()
    for number in range(200):
        home.add_text(f"bad {number}")
    assert said(site.push(home)) == [("invalid", "not_json")] * 200
    assert len(site.rows(tables.judgments)) == 200


def test_sql_in_every_field_is_only_text(site: Site) -> None:
    home = site.home()
    poison = "'; DROP TABLE judgments; --"
    judgment = site.judgment(home.tutor, site.assignment(home.tutor))
    texts = ("task", "task_sha256", "comment", "reason", "refer_to", "app", "pack", "stage")
    poisoned: dict[str, Any] = dict.fromkeys(texts, poison)
    home.add(replace(judgment, **poisoned))
    home.add(replace(judgment, id=poison, assignment=poison))
    home.add(replace(judgment, id="2", tutor=poison, about=(poison,), role="review"))
    assert said(site.push(home)) == [
        ("quarantined", "stale_text"),
        ("quarantined", "unassigned"),
        ("quarantined", "wrong_tutor"),
    ]
    assert len(site.rows(tables.judgments)) == 3


def test_a_judgment_that_is_not_canonical_but_sound_is_accepted(site: Site) -> None:
    home = site.home()
    judgment = site.judgment(home.tutor, site.assignment(home.tutor))
    body = freeze(judgment).body.decode().replace(":", ": ")
    home.add_text(body)
    assert said(site.push(home)) == [ACCEPTED]
    assert site.row(tables.judgments).body == body


def test_an_integer_written_with_a_point_is_one_in_every_spacing(site: Site) -> None:
    home = site.home()
    for separators in ((",", ":"), (", ", ": ")):
        value = judgment_to_json(site.judgment(home.tutor, site.assignment(home.tutor)))
        value["confidence"] = 3.0
        home.add_text(json.dumps(value, sort_keys=True, separators=separators))
    assert said(site.push(home)) == [ACCEPTED, ACCEPTED]


@pytest.mark.integration
def test_seven_hundred_reviews_of_a_hundred_judgments_each_are_looked_at(site: Site) -> None:
    home = site.home()
    own = site.judge(home)
    site.push(home)
    given = site.assignment(home.tutor)
    for number in range(700):
        others = tuple(f"{number}-{other}" for other in range(99))
        site.judge(home, given, role="review", about=(*others, own.id if number == 699 else "x"))
    context = site.under(limits=replace(site.context.project.limits, items=700))
    statuses = said(intake.push(context, home.token, home.request(2)))
    assert statuses == [*[ACCEPTED] * 699, ("quarantined", "own_work")]


# Ids that are known.


def test_a_clone_that_sends_the_same_work_from_a_new_device_has_duplicates(site: Site) -> None:
    home = site.home()
    for _ in range(2):
        site.judge(home)
    site.push(home)
    clone = site.home(home.tutor)
    clone.items = list(home.items)
    reply = site.push(clone)
    assert said(reply) == [("duplicate", None)] * 2
    assert reply.have == 2
    rows = site.rows(tables.judgments, device=clone.device)
    assert [(row.is_first, row.body) for row in rows] == [(0, None), (0, None)]
    assert site.push(clone) == reply


def test_the_same_judgment_twice_in_a_push_is_a_duplicate(site: Site) -> None:
    home = site.home()
    judgment = site.judge(home)
    home.add(judgment)
    assert said(site.push(home)) == [ACCEPTED, ("duplicate", None)]


def test_a_known_id_with_other_bytes_is_quarantined_with_its_bytes(site: Site) -> None:
    home = site.home()
    judgment = site.judge(home)
    site.push(home)
    home.add(replace(judgment, comment="Changed afterwards."))
    home.add(replace(judgment, comment="Once more."))
    assert said(site.push(home, first=2)) == [("quarantined", "id_reused")] * 2
    rows = site.rows(tables.judgments)
    assert [row.is_first for row in rows] == [1, 0, 0]
    assert all(row.body for row in rows)


# Whose work it is, and of what.


def test_work_signed_as_another_tutor_is_quarantined(site: Site) -> None:
    home = site.home()
    home.add(site.judgment(site.tutor(), site.assignment(home.tutor)))
    assert said(site.push(home)) == [("quarantined", "wrong_tutor")]


def test_work_of_no_assignment_is_quarantined(site: Site) -> None:
    home = site.home()
    site.judge(home, "../../etc/passwd")
    assert said(site.push(home)) == [("quarantined", "unassigned")]


def test_work_of_another_tutors_assignment_is_quarantined(site: Site) -> None:
    home = site.home()
    theirs = site.assignment(site.tutor())
    site.judge(home, theirs)
    assert said(site.push(home)) == [("quarantined", "not_assigned")]
    assert site.state(theirs) == "open"


@pytest.mark.parametrize("state", ["withdrawn", "purged"])
def test_work_of_a_task_that_was_taken_back_is_quarantined(site: Site, state: str) -> None:
    home = site.home()
    task = site.task()
    site.judge(home, site.assignment(home.tutor, task, state))
    other = site.assignment(home.tutor, state="accepted")
    site.change(tables.tasks, site.row(tables.assignments, id=other).task, state=state)
    site.judge(home, other)
    assert said(site.push(home)) == [("quarantined", state)] * 2
    assert all(row.body for row in site.rows(tables.judgments))


def test_work_of_another_text_is_quarantined_and_keeps_its_place(site: Site) -> None:
    home = site.home()
    judgment = site.judge(home, task_sha256="1" * 64)
    assert said(site.push(home)) == [("quarantined", "stale_text")]
    assert site.state(judgment.assignment) == "held"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"pack": PACK, "guideline": GUIDELINE}, ACCEPTED),
        ({"pack": PACK, "guideline": "old"}, ("quarantined", "stale_guideline")),
        ({"pack": "old", "guideline": GUIDELINE}, ("quarantined", "stale_guideline")),
        ({"pack": PACK}, ("quarantined", "stale_guideline")),
        ({"disposition": "skip", "pack": PACK, "guideline": "old"}, ACCEPTED),
    ],
)
def test_work_by_an_old_guideline_waits_for_a_lead(
    site: Site, change: dict[str, str], status: tuple[str, str | None]
) -> None:
    site.subject()
    home = site.home()
    judgment = site.judge(home, **change)
    assert said(site.push(home)) == [status]
    if status != ACCEPTED:
        assert site.state(judgment.assignment) == "held"


def test_work_by_the_guideline_that_came_since_is_accepted_after_all(site: Site) -> None:
    site.subject()
    home = site.home()
    first = site.judge(home, pack=PACK, guideline="old")
    site.judge(home, first.assignment, pack=PACK, guideline=GUIDELINE, revision=2)
    assert said(site.push(home)) == [("quarantined", "stale_guideline"), ACCEPTED]
    assert site.state(first.assignment) == "accepted"


@pytest.mark.parametrize("role", ["review", "adjudication"])
def test_a_review_of_the_own_work_is_quarantined(site: Site, role: str) -> None:
    home, other = site.home(), site.home()
    own, theirs = site.judge(home), site.judge(other)
    site.push(home)
    site.push(other)
    site.judge(home, role=role, about=(theirs.id, own.id))
    site.judge(home, role=role, about=(theirs.id, "unknown"))
    site.judge(home, about=(own.id,))
    assert said(site.push(home, first=2)) == [("quarantined", "own_work"), ACCEPTED, ACCEPTED]
