import errno
import io
import os
import sys
import tracemalloc
from pathlib import Path
from typing import Never

import pytest

from tutorcli.errors import InputError
from tutorcli.formats import containers
from tutorcli.formats.containers import MAX_LINE, Line, SourceError, decoded, files_of, lines


def raws(path: Path) -> list[bytes | None]:
    return [line.raw for line in lines(str(path))]


def written(folder: Path, data: bytes, name: str = "x.jsonl") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_line_ends_at_a_line_feed_alone(tmp_path: Path) -> None:
    text = "a\u2028b\u2029c\x85d\x0be\x0cf".encode()
    assert raws(written(tmp_path, text + b"\r\n{}")) == [text + b"\r", b"{}"]


def test_blank_lines_are_counted_and_skipped(tmp_path: Path) -> None:
    path = written(tmp_path, b"\n  \r\n{}\n\n\t\n[]\n")
    assert [(line.number, line.raw) for line in lines(str(path))] == [(3, b"{}"), (6, b"[]")]


def test_a_byte_order_mark_is_dropped_at_the_start_alone(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf{}\n\xef\xbb\xbf{}\n")
    assert raws(path) == [b"{}", b"\xef\xbb\xbf{}"]


def test_a_file_of_a_mark_alone_has_no_lines(tmp_path: Path) -> None:
    assert raws(written(tmp_path, b"\xef\xbb\xbf")) == []


def test_a_line_of_50_mb_is_passed_over_without_being_held(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"a":"' + b"x" * 50_000_000 + b'"}\n{}\n')
    tracemalloc.start()
    found = list(lines(str(path)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(line.number, line.raw) for line in found] == [(1, None), (2, b"{}")]
    assert peak < 2.2 * MAX_LINE


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_longest_line_is_counted_without_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: bytes
) -> None:
    monkeypatch.setattr(containers, "MAX_LINE", 10)
    path = written(tmp_path, b"{}\n" + b"x" * 10 + b"\n" + b"y" * 11 + b"\n" + b"z" * 11)
    assert raws(path) == [b"{}", b"x" * 10, None, None]
    path = written(tmp_path, mark + b"y" * 11 + b"\n{}")
    assert raws(path) == [None, b"{}"]


def test_a_long_line_is_spilled_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_LINE", 10)
    monkeypatch.setattr(containers, "_CHUNK", 7)
    path = written(tmp_path, b"{}\n" + b"0123456789" * 3 + b"\n[]\n")
    spilled = io.BytesIO()
    assert [line.number for line in lines(str(path), spilled.write)] == [1, 2, 3]
    assert spilled.getvalue() == b"0123456789" * 3 + b"\n"


def test_standard_input_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}\n")))
    assert list(lines("-")) == [Line("-", 1, b"{}")]


def test_a_folder_means_its_jsonl_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "c.json", "B.jsonl"):
        written(tmp_path, b"", name)
    (tmp_path / "inner").mkdir()
    written(tmp_path / "inner", b"", "d.jsonl")
    names = [Path(file).name for file in files_of([str(tmp_path), "-"])]
    assert names == ["B.jsonl", "a.jsonl", "b.jsonl", "-"]


def test_a_folder_without_jsonl_files_says_which_folder_inside_has_some(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    with pytest.raises(SourceError, match=r"no \*\.jsonl") as caught:
        files_of([str(tmp_path)])
    assert caught.value.hint is None
    written(tmp_path / "inner", b"", "d.jsonl")
    with pytest.raises(SourceError) as caught:
        files_of([str(tmp_path)])
    assert str(tmp_path / "inner") in str(caught.value.hint)


def test_a_folder_named_like_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(SourceError, match=r"x\.jsonl: is a folder"):
        files_of([str(tmp_path)])


def test_a_missing_file_is_named_with_its_near_miss(tmp_path: Path) -> None:
    written(tmp_path, b"", "tasks.jsonl")
    with pytest.raises(SourceError, match=r"taks\.jsonl: no such file") as caught:
        files_of([str(tmp_path / "taks.jsonl")])
    assert str(tmp_path / "tasks.jsonl") in str(caught.value.hint)


def test_a_missing_file_in_a_missing_folder_has_no_hint(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        files_of([str(tmp_path / "no" / "file.jsonl")])
    assert caught.value.hint is None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named_by_permission(tmp_path: Path) -> None:
    path = written(tmp_path, b"{}")
    path.chmod(0)
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        list(lines(str(path)))


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: Is a directory") as caught:
        list(lines(str(tmp_path)))
    assert caught.value.file == str(tmp_path)


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("utf-32", "UTF-32"),
        ("utf-32-le", "UTF-32LE"),
        ("utf-32-be", "UTF-32BE"),
    ],
)
def test_wide_encodings_are_refused_with_the_command_that_converts(
    tmp_path: Path, codec: str, named: str
) -> None:
    path = written(tmp_path, '{"a": 1}\n'.encode(codec), "my tasks.jsonl")
    with pytest.raises(SourceError, match=f"is {named}, not UTF-8") as caught:
        list(lines(str(path)))
    assert f"iconv -f {named} -t UTF-8 '{path}' > NEW" in str(caught.value.hint)


@pytest.mark.parametrize("start", [b"\0x", b"PK\3\4\x14\0\6\0", b"SQLite format 3\0\x10\0"])
def test_what_is_no_text_is_not_taken_for_another_encoding(tmp_path: Path, start: bytes) -> None:
    with pytest.raises(SourceError, match="is no text") as caught:
        raws(written(tmp_path, start))
    assert "tutorcli formats" in str(caught.value.hint)


def test_text_with_a_zero_byte_later_is_no_wide_encoding(tmp_path: Path) -> None:
    assert raws(written(tmp_path, b'{"a\0":1}')) == [b'{"a\0":1}']


def test_gb18030_is_refused_with_the_command_that_converts() -> None:
    with pytest.raises(InputError, match=r"iconv -f GB18030 -t UTF-8 x\.jsonl > NEW"):
        decoded('{"prompt": "违约金过高，可以调整吗？"}'.encode("gb18030"), "x.jsonl")


def test_gb18030_from_standard_input_has_a_command_too() -> None:
    with pytest.raises(InputError, match="iconv -f GB18030 -t UTF-8 FILE > NEW"):
        decoded("合同".encode("gb18030"), "-")


@pytest.mark.parametrize(
    "raw", [b"caf\xe9", "r\xe9sum\xe9s sign\xe9s".encode("latin-1"), b"\xff{}", b"a\xc3"]
)
def test_other_bytes_are_not_taken_for_gb18030(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"is not UTF-8: byte [0-9]+ of the line"):
        decoded(raw, "x.jsonl")


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> Never:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        files_of([str(tmp_path)])
