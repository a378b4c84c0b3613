"""A user's own packs and protocols: what they may be, and what is said when they are wrong."""

import tomllib
from pathlib import Path

import pytest

from tests.unit.core.made import make_task
from tutorcli.catalog.packs import pack_of
from tutorcli.catalog.protocols import protocol_of
from tutorcli.catalog.shelf import Catalog
from tutorcli.core.instruments import EditWithReasons, Pair, Rank, Ratings
from tutorcli.core.pack import Pack
from tutorcli.core.protocol import Protocol
from tutorcli.errors import InputError

PACK = """
name = "dental"
version = "3"
domain = "dental"
title = { en = "Dental" }

[[criteria]]
id = "accuracy"
min = 0
max = 2
na = true
title = { en = "Accuracy" }

[[criteria.anchors]]
value = 0
title = { en = "Wrong", zh_Hans = "错" }

[[criteria.anchors]]
value = 1
title = { en = "Partly" }

[[criteria.anchors]]
value = 2
title = { en = "Right" }

[[labels]]
id = "wrong_tooth"
title = { en = "Wrong tooth" }

[[severities]]
value = 1
weight = 1
title = { en = "Minor" }

[[specialties]]
id = "surgery"
title = { en = "Surgery" }

[[red_flags]]
id = "swelling"
title = { en = "Swelling" }
terms = { en = ["swollen"] }
"""
PROTOCOL = """
name = "short"
version = "1"
title = { en = "Short" }

[[stages]]
name = "answer"

[[stages.instruments]]
kind = "rank"
"""


def pack(text: str = PACK) -> Pack:
    return pack_of(tomllib.loads(text), "dental.toml", {})


def protocol(text: str = PROTOCOL) -> Protocol:
    return protocol_of(tomllib.loads(text), "short.toml", {})


def test_a_small_pack_is_enough() -> None:
    made = pack()
    assert [anchor.value for anchor in made.criteria[0].anchors] == [0, 1, 2]
    assert made.red_flags[0].terms == {"en": ("swollen",)}
    assert (made.labels[0].id, made.specialties[0].id, made.severities[0].weight) == (
        "wrong_tooth",
        "surgery",
        1,
    )
    assert pack('name="x"\nversion="1"\ndomain="x"\ntitle={en="X"}').criteria == ()


def test_the_order_of_keys_does_not_change_the_name() -> None:
    head, rest = PACK.split("\n\n", 1)
    turned = "\n".join(reversed(head.splitlines())) + "\n\n" + rest
    assert pack(turned).ref == pack().ref


def test_any_change_of_a_pack_changes_its_name() -> None:
    assert pack(PACK.replace("Wrong tooth", "Wrong Tooth")).ref != pack().ref


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ('domain = "dental"', "", "dental.toml: domain is missing", None),
        ('name = "dental"', "name = 1", "dental.toml: name has the wrong type: 1", None),
        ("max = 2", "maxi = 2", "dental.toml: criteria[0]: max is missing", None),
        ("max = 2", "max = 2.0", "dental.toml: criteria[0]: max has the wrong type: 2.0", None),
        ("min = 0", "min = false", "dental.toml: criteria[0]: min has the wrong type: False", None),
        ('{ en = "Partly" }', '{ fr = "Peu" }', 'dental.toml: criteria[0]: anchors[1]: title needs a text for "en"', None),
        ('{ en = "Partly" }', "{ en = 1 }", 'dental.toml: criteria[0]: anchors[1]: title needs a text for "en"', None),
        ("weight = 1", "weight = 1\nwieght = 1", 'dental.toml: severities[0]: unknown key "wieght"', 'did you mean "weight"?'),
        ('version = "3"', 'version = "3"\nspecialities = []', 'dental.toml: unknown key "specialities"', 'did you mean "specialties"?'),
        ('{ en = ["swollen"] }', '{ en = "swollen" }', "dental.toml: red_flags[0]: terms: en has the wrong type: swollen", None),
        ('{ en = ["swollen"] }', "{ en = [1] }", "dental.toml: red_flags[0]: terms: en is a list of texts", None),
        ('title = { en = "Dental" }', 'title = { en = "Dental" }\nlabels = [1]', None, None),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_pack_is_named_with_its_place(
    old: str, new: str, said: str | None, hint: str | None
) -> None:
    text = PACK.replace(old, new, 1)
    if said is None:
        text, said = text.split("[[labels]]")[0], "dental.toml: labels[0]: a table is needed"
    with pytest.raises(InputError) as caught:
        pack(text)
    assert str(caught.value.what) == said
    assert (str(caught.value.hint) if caught.value.hint else None) == hint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max = 2", "max = -1"),
        ("max = 2", "max = 0"),
        ("min = 0", "min = -1"),
        ("max = 2", "max = 9"),
        ("value = 2", "value = 3"),
        ("value = 1\ntitle", "value = 0\ntitle"),
        ('id = "wrong_tooth"', 'id = "wrong_tooth"\ntitle = { en = "x" }\n[[labels]]\nid = "wrong_tooth"'),
        ("weight = 1", "weight = -1"),
        ("[[severities]]\nvalue = 1", "[[severities]]\nvalue = 5"),
    ],
)  # fmt: skip
def test_a_pack_that_could_not_be_used_is_refused(old: str, new: str) -> None:
    assert old in PACK
    with pytest.raises(InputError):
        pack(PACK.replace(old, new, 1))


# -- protocols


def test_an_instrument_has_defaults_and_they_are_part_of_the_name() -> None:
    made = protocol()
    assert made.instruments == (Rank(),)
    spelled = PROTOCOL + 'required = true\naccept_line = "offered"\n'
    assert protocol(spelled).ref == made.ref
    assert protocol(PROTOCOL + "required = false\n").ref != made.ref


def test_every_instrument_takes_its_parameters() -> None:
    text = (
        PROTOCOL.replace('kind = "rank"', 'kind = "rank"\nrequired = false\naccept_line = "never"')
        + '[[stages.instruments]]\nkind = "pair"\nrequired = true\nscale = 2\n'
        + '[[stages.instruments]]\nkind = "ratings"\ncriteria = ["a"]\nper = "task"\n'
        + '[[stages.instruments]]\nkind = "edit"\nreasons = ["x", "y"]\n'
    )
    assert protocol(text).instruments == (
        Rank(required=False, accept_line="never"),
        Pair(required=True, scale=2),
        Ratings(criteria=("a",), per="task"),
        EditWithReasons(reasons=("x", "y")),
    )


REASON = '\n[[reasons]]\ndisposition = "skip"\nid = "tired"\ntitle = { en = "Tired" }\n'


def test_a_protocols_own_reasons_take_the_place_of_the_usual_ones() -> None:
    usual = {"reasons": [{"disposition": "skip", "id": "language", "title": {"en": "Language"}}]}
    own = protocol_of(tomllib.loads(PROTOCOL + REASON), "short.toml", usual)
    assert [label.id for label in own.reasons["skip"]] == ["tired"]
    without = protocol_of(tomllib.loads(PROTOCOL), "short.toml", usual)
    assert [label.id for label in without.reasons["skip"]] == ["language"]
    assert own.ref != without.ref


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (PROTOCOL.replace('"rank"', '"rnak"'), 'short.toml: stages[0]: instruments[0]: unknown instrument "rnak"', 'did you mean "rank"?'),
        (PROTOCOL + "requird = true\n", 'short.toml: stages[0]: instruments[0]: unknown key "requird"', 'did you mean "required"?'),
        (PROTOCOL + "required = 1\n", "short.toml: stages[0]: instruments[0]: required has the wrong type: 1", None),
        (PROTOCOL + 'accept_line = "ofered"\n', 'short.toml: stages[0]: instruments[0]: accept_line "ofered" is none of offered, required, never', None),
        (PROTOCOL.replace('name = "answer"', ""), "short.toml: stages[0]: name is missing", None),
        (PROTOCOL.split("[[stages]]", maxsplit=1)[0], "short.toml: stages is missing", None),
        (PROTOCOL + REASON.replace("skip", "skipp"), 'short.toml: reasons[0]: disposition "skipp" is none of skip, refer, bad_task, give_up, conflict', None),
        (PROTOCOL + REASON.replace("skip", "done"), 'short.toml: reasons[0]: disposition "done" is none of skip, refer, bad_task, give_up, conflict', None),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_protocol_is_named_with_its_place(
    text: str, said: str, hint: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        protocol(text)
    assert str(caught.value.what) == said
    assert (str(caught.value.hint) if caught.value.hint else None) == hint


@pytest.mark.parametrize(
    "text",
    [
        PROTOCOL.split("[[stages.instruments]]", maxsplit=1)[0],
        PROTOCOL.replace('kind = "rank"', 'kind = "pair"\nscale = 0'),
        PROTOCOL.replace('kind = "rank"', 'kind = "pair"\nscale = -1'),
        PROTOCOL.replace('kind = "rank"', 'kind = "pair"\nscale = 4'),
        PROTOCOL + REASON + REASON,
        PROTOCOL + '[[stages.instruments]]\nkind = "rank"\n',
    ],
    ids=[
        "no instrument",
        "scale 0",
        "scale -1",
        "no words for it",
        "a reason twice",
        "a kind twice",
    ],
)
def test_a_protocol_that_could_not_be_used_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        protocol(text)


# -- the user's folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("packs", "protocols", "guidelines"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_own_documents_stand_beside_the_shipped_ones(folder: Path) -> None:
    (folder / "packs" / "dental.toml").write_text(PACK)
    (folder / "protocols" / "short.toml").write_text(PROTOCOL)
    catalog = Catalog(folder)
    assert set(Catalog().pack_names()) | {"dental"} == set(catalog.pack_names())
    assert catalog.pack_for("dental") == pack()
    assert catalog.protocol("short").instruments == (Rank(),)
    assert "skip" in catalog.protocol("short").reasons


def test_an_own_pack_takes_the_place_of_a_shipped_one(folder: Path) -> None:
    (folder / "packs" / "law.toml").write_text(PACK.replace('"dental"', '"law"'))
    found = Catalog(folder).pack("law")
    assert [item.id for item in found.criteria] == ["accuracy"]


def test_an_own_guideline_belongs_to_the_pack_that_names_it(folder: Path) -> None:
    (folder / "packs" / "dental.toml").write_text(PACK.replace("[[criteria]]", 'guideline = "teeth"\n[[criteria]]', 1))  # fmt: skip
    (folder / "guidelines" / "teeth.en.md").write_text("# Teeth\n")
    (folder / "guidelines" / "teeth.zh_Hans.md").write_text("# 牙\n", encoding="utf-8")
    found = Catalog(folder).pack("dental")
    assert found.guideline == {"en": "# Teeth\n", "zh_Hans": "# 牙\n"}


def test_a_guideline_that_is_not_there_is_an_error(folder: Path) -> None:
    (folder / "packs" / "dental.toml").write_text(PACK.replace("[[criteria]]", 'guideline = "teeth"\n[[criteria]]', 1))  # fmt: skip
    with pytest.raises(InputError, match="teeth"):
        Catalog(folder).pack("dental")


def test_the_reasons_of_all_protocols_are_no_protocol() -> None:
    assert "reasons" not in Catalog().protocol_names()
    with pytest.raises(InputError):
        Catalog().protocol("reasons")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name = ", ": not TOML"),
        (b"a = " + b"[" * 5000, ": not TOML"),
        (b"\xff\xfe", " is not UTF-8"),
        (b'name = "\xd6"', " is not UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_named(folder: Path, content: bytes, reason: str) -> None:
    (folder / "packs" / "dental.toml").write_bytes(content)
    with pytest.raises(InputError, match=rf"dental\.toml{reason}"):
        Catalog(folder).pack("dental")


def test_a_guideline_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "packs" / "dental.toml").write_text(PACK.replace("[[criteria]]", 'guideline = "teeth"\n[[criteria]]', 1))  # fmt: skip
    (folder / "guidelines" / "teeth.en.md").write_bytes(b"\xff")
    with pytest.raises(InputError, match=r"teeth\.en\.md is not UTF-8"):
        Catalog(folder).pack("dental")


def test_a_wrong_file_of_the_user_does_not_stop_the_others(folder: Path) -> None:
    (folder / "packs" / "dental.toml").write_text("nonsense")
    (folder / "protocols" / "short.toml").write_text("nonsense")
    assert Catalog(folder).pack("law").name == "law"
    packs, protocols = Catalog(folder).packs(), Catalog(folder).protocols()
    assert [item.name for item in packs.sound] == Catalog().pack_names()
    assert [item.name for item in protocols.sound] == Catalog().protocol_names()
    assert {name: str(error)[:19] for name, error in packs.broken.items()} == {
        "dental": "dental.toml: not TO"
    }
    assert list(protocols.broken) == ["short"]


def test_a_folder_that_cannot_be_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        Catalog(folder)


def test_why_a_protocol_cannot_be_used_is_told(folder: Path) -> None:
    (folder / "protocols" / "short.toml").write_text("nonsense")
    catalog = Catalog(folder)
    told = {ref: catalog.why_not(ref) for ref in ("rank", "short", "rnk", "rank@99")}
    assert {ref: error and str(error).partition(":")[0] for ref, error in told.items()} == {
        "rank": None,
        "short": "short.toml",
        "rnk": 'there is no protocol "rnk"',
        "rank@99": f'protocol "rank@99" is not here; this is {catalog.protocol("rank").ref}',
    }


def test_a_file_whose_name_is_not_its_documents_name_is_refused(folder: Path) -> None:
    (folder / "packs" / "other.toml").write_text(PACK)
    with pytest.raises(InputError):
        Catalog(folder).pack("other")


def test_the_nearest_name_is_offered() -> None:
    catalog = Catalog()
    with pytest.raises(InputError) as caught:
        catalog.pack("medicin")
    assert (str(caught.value.what), str(caught.value.hint)) == (
        'there is no pack "medicin"',
        'did you mean "medicine"?',
    )
    with pytest.raises(InputError) as caught:
        catalog.protocol("zzzzz")
    assert "known: " in str(caught.value.hint)


def test_a_protocol_is_found_by_name_by_version_and_by_its_whole_name() -> None:
    catalog = Catalog()
    found = catalog.protocol("rank")
    assert catalog.protocol("rank@2") is catalog.protocol(found.ref) is found


@pytest.mark.parametrize("ref", ["rank@1", "rank@2#0000", "rank@"])
def test_another_version_of_a_protocol_is_not_taken_for_it(ref: str) -> None:
    with pytest.raises(InputError, match="is not here"):
        Catalog().protocol(ref)


# -- what a task gets


def test_a_task_gets_its_protocol_its_pack_and_its_order() -> None:
    catalog = Catalog()
    assigned = catalog.assigned(make_task("abcd", protocol="medicine-edit"), "as", "local-1")
    assert (assigned.protocol.name, assigned.pack) == ("medicine-edit", catalog.pack("medicine"))
    assert sorted(assigned.order) == list("abcd")


@pytest.mark.parametrize(("answers", "name"), [("", "rate"), ("a", "rate"), ("ab", "rank")])
def test_a_task_without_a_protocol_gets_a_built_in_one(answers: str, name: str) -> None:
    assert Catalog().assigned(make_task(answers), "as", "local-1").protocol.name == name


def test_any_word_is_a_domain_and_one_without_a_pack_has_none() -> None:
    assert Catalog().assigned(make_task(domain="alchemy"), "as", "local-1").pack is None


def test_a_task_whose_protocol_is_not_here_cannot_be_assigned() -> None:
    with pytest.raises(InputError, match="medicine-edti"):
        Catalog().assigned(make_task(protocol="medicine-edti"), "as", "local-1")


@pytest.mark.parametrize("room", ["pack", "protocol"])
def test_a_wrong_file_is_told_with_the_command_that_checks_it(tmp_path: Path, room: str) -> None:
    file = tmp_path / f"{room}s" / "mine.toml"
    file.parent.mkdir()
    file.write_text("title = ")
    with pytest.raises(InputError, match=r"mine\.toml: not TOML") as caught:
        getattr(Catalog(tmp_path), room)("mine")
    assert str(caught.value.hint) == f"mend it, then: tutorcli {room} check {file}"
