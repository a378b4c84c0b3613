"""The packs, protocols, guidelines and samples that come with the program."""

import json
from pathlib import Path

import pytest

from tutorcli.catalog.shelf import Catalog
from tutorcli.core.instruments import Ratings
from tutorcli.core.judgment import SET_ASIDE, Judgment, current
from tutorcli.core.pack import Criterion, Label, Pack, RedFlag, Severity, Titles
from tutorcli.core.protocol import Assigned, Protocol, criteria_of, reasons_of
from tutorcli.core.rules import check
from tutorcli.core.task import Task, problems, task_sha256
from tutorcli.formats.own import arrival_of, judgment_of

ROOT = Path(__file__).parents[3]
REFS = Path(__file__).with_name("refs.txt")
CATALOG = Catalog()
PACKS = [CATALOG.pack(name) for name in CATALOG.pack_names()]
PROTOCOLS = [CATALOG.protocol(name) for name in CATALOG.protocol_names()]
LANGUAGES = ("en", "fr", "pt_BR", "zh_Hans")


def name_of(value: Pack | Protocol) -> str:
    return value.name


packs = pytest.mark.parametrize("pack", PACKS, ids=name_of)
protocols = pytest.mark.parametrize("protocol", PROTOCOLS, ids=name_of)


def test_the_three_domains_have_packs_and_the_built_in_protocols_are_there() -> None:
    assert CATALOG.pack_names() == ["finance", "law", "medicine"]
    assert {"rank", "rate"} < set(CATALOG.protocol_names())
    assert all(pack.domain == pack.name for pack in PACKS)


def test_what_a_shipped_version_means_never_changes() -> None:
    # After a change: give the document another version, and let this file hold both names.
    pinned = REFS.read_text().split()
    refs = [*(pack.ref for pack in PACKS), *(protocol.ref for protocol in PROTOCOLS)]
    refs += [f"guideline:{pack.guideline_ref}" for pack in PACKS]
    assert [ref for ref in refs if ref not in pinned] == []
    names = [ref.partition("#")[0] for ref in pinned]
    assert len(set(names)) == len(names)


def titles_of(pack: Pack) -> list[Titles]:
    anchors = [anchor.title for item in pack.criteria for anchor in item.anchors]
    parts: list[Criterion | Label | Severity | RedFlag] = [
        *pack.criteria,
        *pack.labels,
        *pack.severities,
        *pack.specialties,
        *pack.red_flags,
    ]
    return [pack.title, *anchors, *(part.title for part in parts)]


@packs
def test_a_pack_is_worded_in_every_language(pack: Pack) -> None:
    found = titles_of(pack)
    assert len(found) > 40
    assert [title for title in found if not all(title.get(tag, "").strip() for tag in LANGUAGES)] == []  # fmt: skip
    assert {tag for tag, text in pack.guideline.items() if text.strip()} == set(LANGUAGES)
    assert all(flag.terms.get(tag) for flag in pack.red_flags for tag in LANGUAGES)


@packs
def test_every_value_of_a_scale_has_its_anchor(pack: Pack) -> None:
    for criterion in pack.criteria:
        values = [anchor.value for anchor in criterion.anchors]
        assert values == list(range(criterion.min, criterion.max + 1)), criterion.id


@packs
def test_every_scale_can_be_keyed_by_one_digit(pack: Pack) -> None:
    assert all(0 <= item.min < item.max <= 8 for item in pack.criteria)


@packs
def test_severities_are_one_to_four_and_weigh_more_and_more(pack: Pack) -> None:
    assert [item.value for item in pack.severities] == [1, 2, 3, 4]
    weights = [item.weight for item in pack.severities]
    assert weights == sorted(set(weights))


@packs
def test_ids_stand_once(pack: Pack) -> None:
    for items in (pack.criteria, pack.labels, pack.specialties, pack.red_flags):
        ids = [item.id for item in items]
        assert len(set(ids)) == len(ids)
        assert ids


@packs
def test_wording_fits_the_screen(pack: Pack) -> None:
    # 80 columns, less the panel's margin, digit and mark; a Chinese character takes two.
    wide = [
        text
        for title in titles_of(pack)
        for text in title.values()
        if sum(1 + (ord(sign) > 0x2E7F) for sign in text) > 74
    ]
    assert wide == []


@protocols
def test_a_protocol_is_worded_in_every_language(protocol: Protocol) -> None:
    labels = [label for group in protocol.reasons.values() for label in group]
    titles = [protocol.title, *(label.title for label in labels)]
    assert [title for title in titles if not all(title.get(tag, "").strip() for tag in LANGUAGES)] == []  # fmt: skip


@protocols
def test_a_protocol_has_reasons_for_every_way_to_set_a_task_aside(protocol: Protocol) -> None:
    assert set(protocol.reasons) == set(SET_ASIDE)
    assert all(len(labels) <= 9 for labels in protocol.reasons.values())


@protocols
def test_what_a_protocol_names_exists_in_the_pack_of_its_domain(protocol: Protocol) -> None:
    pack = CATALOG.pack_for(protocol.name.partition("-")[0])
    for instrument in protocol.instruments:
        wanted = getattr(instrument, "criteria", ())
        if pack is not None and wanted:
            assert [item.id for item in criteria_of(instrument, pack)] == list(wanted)
        reasons = getattr(instrument, "reasons", ())
        if pack is not None and reasons:
            assert [item.id for item in reasons_of(instrument, pack)] == list(reasons)


def test_a_task_without_a_protocol_is_asked_only_for_its_ranking() -> None:
    required = {item.kind for item in CATALOG.protocol("rank").instruments if item.required}
    assert required == {"rank"}
    assert CATALOG.protocol("rank").instruments[0].kind == "rank"
    assert not any(item.required for item in CATALOG.protocol("rate").instruments)
    assert {item.kind for item in CATALOG.protocol("rank").instruments} == {
        *("rank", "ratings", "pair", "edit")
    }
    assert [item.kind for item in CATALOG.protocol("rate").instruments] == ["ratings", "edit"]


# -- samples


def sample_tasks() -> list[Task]:
    files = sorted((ROOT / "sample_tasks").glob("*_*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return [arrival_of(json.loads(line)).task for line in lines]


def sample_judgments() -> list[Judgment]:
    text = (ROOT / "sample_tasks" / "judgments.jsonl").read_text("utf-8")
    return [judgment_of(json.loads(line)) for line in text.splitlines()]


TASKS = {task.id: task for task in sample_tasks()}
JUDGMENTS = sample_judgments()


def assigned(judgment: Judgment) -> Assigned:
    return CATALOG.assigned(TASKS[judgment.task], judgment.assignment, judgment.tutor)


def test_the_samples_cover_domains_languages_and_kinds_of_task() -> None:
    assert len(TASKS) == 36
    assert {task.domain for task in TASKS.values()} == {"medicine", "law", "finance"}
    assert {task.language.split("-")[0] for task in TASKS.values()} == {"en", "zh", "fr", "pt"}
    assert {len(task.answers) for task in TASKS.values()} >= {1, 2, 3, 4, 5, 6}
    assert any(task.messages for task in TASKS.values())
    assert any(task.context for task in TASKS.values())
    assert any(r"\frac" in answer.text for task in TASKS.values() for answer in task.answers)
    assert any(answer.reasoning for task in TASKS.values() for answer in task.answers)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.id)
def test_a_sample_task_is_sound_and_can_be_judged(task: Task) -> None:
    assert list(problems(task)) == []
    shown = CATALOG.assigned(task, task.id, "local-1")
    assert shown.pack is not None
    assert shown.instruments
    for instrument in shown.instruments:
        if isinstance(instrument, Ratings):
            assert criteria_of(instrument, shown.pack)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.id)
def test_the_errors_planted_in_a_sample_are_labels_of_its_pack(task: Task) -> None:
    pack = CATALOG.pack_for(task.domain)
    assert pack is not None
    planted = task.metadata["planted"]
    assert planted
    assert set(planted) <= {answer.id for answer in task.answers}
    labels = {label.id for label in pack.labels}
    assert {name for names in planted.values() for name in names} <= labels


def test_the_sample_judgments_keep_every_rule() -> None:
    faults = {judgment.id: check(judgment, assigned(judgment)) for judgment in JUDGMENTS}
    assert {judgment_id: found for judgment_id, found in faults.items() if found} == {}


def test_the_sample_judgments_were_made_on_these_tasks_with_these_documents() -> None:
    for judgment in JUDGMENTS:
        shown = assigned(judgment)
        assert judgment.task_sha256 == task_sha256(shown.task)
        assert judgment.protocol == shown.protocol.ref
        assert shown.pack is not None
        assert judgment.pack == shown.pack.ref
        assert judgment.guideline == shown.pack.guideline_ref
        assert sorted(judgment.shown_order) == sorted(shown.order)
        assert judgment.by == "human"


def test_the_sample_judgments_are_enough_for_agreement() -> None:
    counted = [
        judgment for judgment in current(JUDGMENTS).values() if judgment.disposition == "done"
    ]
    assert len({judgment.tutor for judgment in counted}) >= 3
    by_task = [judgment.task for judgment in counted]
    assert sum(by_task.count(task) >= 3 for task in TASKS) >= 12
    assert len({judgment.id for judgment in JUDGMENTS}) == len(JUDGMENTS)
