"""A text written out is exact, is never written over another, and says where it lies."""

from pathlib import Path

import pytest

from tutorcli.errors import StoreError
from tutorcli.services.copying import copy_out, folder_of, is_copied, write_copy
from tutorcli.services.desk import Desk


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


def test_the_copies_of_each_task_lie_in_a_folder_of_its_own_in_the_home(desk: Desk) -> None:
    ids = ["t1", "T1", "t/1", "t_1", "../t1", "", "病例 7", "x" * 99, "x" * 98]
    paths = [copy_out(desk, task_id, "answer-1", task_id) for task_id in ids]
    assert {path.parent.parent for path in paths} == {desk.queue.folder / "copied"}
    assert len({path.parent.name.lower() for path in paths}) == len(ids)
    assert [path.read_text("utf-8") for path in paths] == ids
    assert paths[0] == desk.queue.folder / "copied" / "t1" / "answer-1.md"
    assert paths[0].parent.stat().st_mode & 0o077 == 0


def test_it_is_known_whether_anything_of_a_task_was_copied(desk: Desk) -> None:
    assert not is_copied(desk, "t1")
    path = copy_out(desk, "t1", "prompt", "a")
    assert is_copied(desk, "t1")
    assert not is_copied(desk, "t")
    path.unlink()
    assert not is_copied(desk, "t1")
    assert folder_of(desk, "t1").is_dir()


def test_a_home_without_room_for_copies_is_named(desk: Desk) -> None:
    (desk.queue.folder / "copied").write_text("")
    with pytest.raises(StoreError, match="copied"):
        copy_out(desk, "t1", "prompt", "a")
