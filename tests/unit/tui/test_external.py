"""Files of editors that were cut off are found by the draft."""

from pathlib import Path

from tutorcli.core.draft import Draft
from tutorcli.tui.external import begun, ended, left


def laid_out(tmp_path: Path, draft: Draft, name: str) -> Path:
    """A file under an editor, nothing saved yet."""
    file = tmp_path / name / "answer.md"
    file.parent.mkdir()
    file.write_text(f"text of {name}", "utf-8")
    for operation in begun(f"edit:{name}", f"text of {name}", file):
        draft.apply(operation)
    return file


def test_a_file_counts_from_the_moment_in_which_something_was_saved(tmp_path: Path) -> None:
    draft = Draft("j", "2026-10-01T00:00:00Z")
    first, second = (laid_out(tmp_path, draft, name) for name in "ab")
    assert left(draft) == {}
    first.write_text("more", "utf-8")
    second.with_suffix(".swp").touch()
    assert left(draft) == {"edit:a": first, "edit:b": second}
    draft.apply(ended("edit:a"))
    assert left(draft) == {"edit:b": second}


def test_a_text_that_was_edited_since_has_no_file(tmp_path: Path) -> None:
    draft = Draft("j", "2026-10-01T00:00:00Z")
    file = laid_out(tmp_path, draft, "a")
    file.write_text("more", "utf-8")
    draft.apply(["splice", "edit:a", 0, 0, 0, 0, "x"])
    assert left(draft) == {}


def test_a_file_that_is_gone_is_not_named(tmp_path: Path) -> None:
    draft = Draft("j", "2026-10-01T00:00:00Z")
    file = laid_out(tmp_path, draft, "a")
    file.unlink()
    file.parent.rmdir()
    assert left(draft) == {}
