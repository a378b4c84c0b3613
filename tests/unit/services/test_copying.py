"""A text written out is exact, is never written over another, and says where it lies."""

from pathlib import Path

import pytest

from tutorcli.errors import StoreError
from tutorcli.services.copying import write_copy


def test_the_text_is_exact_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = write_copy(tmp_path, "answer-t1-2", "a\r\n\x1b[0m中")
    assert path == tmp_path / "answer-t1-2.md"
    assert path.read_bytes() == "a\r\n\x1b[0m中".encode()
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_is_written_over(tmp_path: Path) -> None:
    paths = [write_copy(tmp_path, "answer", text) for text in "abc"]
    assert [path.name for path in paths] == ["answer.md", "answer-2.md", "answer-3.md"]
    assert [path.read_text() for path in paths] == ["a", "b", "c"]


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "answer.md").symlink_to(tmp_path / "elsewhere")
    assert write_copy(tmp_path, "answer", "a").name == "answer-2.md"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("stem", ["../../etc/x", "a/b\x00c", "", "...", "x" * 500, "病例 7"])
def test_any_id_makes_a_name_in_the_folder(tmp_path: Path, stem: str) -> None:
    assert write_copy(tmp_path, stem, "a").parent == tmp_path


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        write_copy(tmp_path / "nowhere", "answer", "a")
