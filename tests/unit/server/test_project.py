"""The settings of a project."""

import tomllib
from hashlib import sha256

import pytest

from tutorcli.core.policy import Policy
from tutorcli.core.wire import Limits
from tutorcli.errors import ConfigError
from tutorcli.server.project import Project, project_of


def _read(text: str) -> Project:
    return project_of(tomllib.loads(text), "server.toml")


def test_an_empty_file_has_the_defaults() -> None:
    assert _read("") == Project()


def test_every_setting_is_read() -> None:
    project = _read(
        'name = "Cardiology"\nregion = "eu"\nlease_days = 7\ngold_rate = 0.1\nrepeat_rate = 0\n'
        'durable = "have"\n[policy]\ndisk = "encrypted"\noffline_days = 14\n[limits]\nitems = 50\n'
    )
    assert project == Project(
        name="Cardiology",
        region="eu",
        lease_days=7,
        gold_rate=0.1,
        repeat_rate=0,
        durable="have",
        policy=Policy(disk="encrypted", offline_days=14),
        limits=Limits(items=50),
    )


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("nam = 'x'", 'unknown key "nam"', 'did you mean "name"?'),
        ("[policy]\ndsk = 'any'", 'unknown key "policy.dsk"', 'did you mean "policy.disk"?'),
        ("[limits]\nq = 1", 'unknown key "limits.q"', "keys: limits.body"),
    ],
)
def test_an_unknown_key_is_named_with_the_near_one(text: str, said: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _read(text)
    assert f"server.toml: {said}" in str(caught.value)
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("lease_days = '14'", "lease_days"),
        ("lease_days = 0", "lease_days"),
        ("gold_rate = 0.9", "gold_rate"),
        ("name = ''", "name"),
        ("durable = 'soon'", "durable"),
        ("limits = 3", "limits"),
        ("[limits]\nitems = 0", "limits.items"),
        ("[limits]\nitems = 5000", "limits.items"),
        ("[policy]\noffline_days = -1", "policy.offline_days"),
        ("[policy]\npurge_after_days = 36501", "policy.purge_after_days"),
        ("lease_days = 99999999999999999999999", "server.toml"),
    ],
)
def test_a_wrong_value_is_named(text: str, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        _read(text)


def test_the_consent_text_is_asked_for_with_its_hash() -> None:
    asked = Project(consent="I agree.").consent_asked
    assert asked is not None
    assert asked.sha256 == sha256(b"I agree.").hexdigest()
    assert Project().consent_asked is None
