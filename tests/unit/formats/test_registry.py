import re
from pathlib import Path

import pytest

from tutorcli import formats
from tutorcli.errors import ConfigError
from tutorcli.formats.registry import FORMATS, find, reader, refuse_foreign, writer


def test_every_format_has_a_name_of_its_own_and_loads() -> None:
    assert len({known.name for known in FORMATS}) == len(FORMATS)
    for known in FORMATS:
        assert re.fullmatch(r"[a-z0-9-]+", known.name)
        assert known.suffixes
        assert known.can_read or known.can_write
        if known.can_read:
            assert callable(reader(known.name))
        if known.can_write:
            assert callable(writer(known.name))


def test_our_own_format_alone_loses_nothing() -> None:
    assert [known.name for known in FORMATS if known.loses is None] == ["jsonl"]


def test_an_unknown_format_is_a_wrong_flag_with_its_near_miss() -> None:
    with pytest.raises(ConfigError, match='there is no format "jsnl"') as caught:
        find("jsnl")
    assert str(caught.value.hint) == 'did you mean "jsonl"?'
    with pytest.raises(ConfigError) as caught:
        find("xyz")
    assert "tutorcli formats" in str(caught.value.hint)


def test_a_format_that_cannot_be_read_says_which_can() -> None:
    with pytest.raises(ConfigError, match="can be written, not read") as caught:
        reader("trl-preference")
    assert "jsonl" in str(caught.value.hint)


def test_the_table_names_no_module_twice() -> None:
    folder = Path(str(formats.__path__[0]))
    modules = {
        place.partition(":")[0]
        for known in FORMATS
        for place in (known.reads, known.writes)
        if place
    }
    assert all((folder / f"{module}.py").is_file() for module in modules)


def test_the_beginning_of_a_format_is_a_near_miss_too() -> None:
    with pytest.raises(ConfigError) as caught:
        find("trl")
    assert str(caught.value.hint) == 'did you mean "trl-preference"?'


def test_an_option_that_means_nothing_with_a_format_is_refused() -> None:
    for known in FORMATS:
        refuse_foreign(known.name, sorted(known.options))
    with pytest.raises(
        ConfigError, match=r'--edits means nothing with the format "jsonl"'
    ) as caught:
        refuse_foreign("jsonl", ["what", "edits"])
    assert str(caught.value.hint) == "leave it out, or take --format trl-preference"
    with pytest.raises(ConfigError, match="there is no format"):
        refuse_foreign("jsnl", [])
