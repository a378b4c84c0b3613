"""What an editor of the tutor's own leaves is taken, or kept and named; never thrown away."""

import signal
from pathlib import Path

import pytest

from tutorcli.errors import ConfigError, StoreError
from tutorcli.services.outside import edited

TEXT = "剂量 5 mg\n\nas written"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the files lie that editors open."""
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


def editor(script: str) -> str:
    """A command whose program does this to the file ``$0``."""
    return f"sh -c '{script}'"


def kept(place: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(place.glob("editing-*/*"))]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("true", TEXT),
        ("echo >> $0", TEXT),
        ("printf more > $0", "more"),
        ("echo more > $0", "more"),
        (r"printf more\\n\\n > $0", "more\n"),
    ],
)
def test_the_text_is_taken_and_nothing_stays_behind(place: Path, script: str, text: str) -> None:
    assert edited(editor(script), TEXT, place) == text
    assert not place.exists()


@pytest.mark.parametrize("script", ["exit 3", "rm $0", "kill -9 $$"])
def test_an_editor_that_saved_nothing_leaves_nothing(place: Path, script: str) -> None:
    with pytest.raises(ConfigError, match="nothing changed"):
        edited(editor(script), TEXT, place)
    assert kept(place) == []


@pytest.mark.parametrize(
    ("script", "left"),
    [
        ("printf more > $0; exit 3", [b"more"]),
        ("printf more > $0; kill -9 $$", [b"more"]),
        (r"printf \\377 > $0", [b"\xff"]),
        ("touch $0.swp; exit 1", [TEXT.encode(), b""]),
    ],
)
def test_what_is_not_taken_is_kept_and_named(place: Path, script: str, left: list[bytes]) -> None:
    with pytest.raises(ConfigError, match=f"kept in {place}/editing-.*/answer.md, not taken"):
        edited(editor(script), TEXT, place)
    assert kept(place) == left


def test_copies_beside_the_file_stay(place: Path) -> None:
    (place / "answer-1.md").write_text("a copy", "utf-8")
    edited(editor("true"), TEXT, place)
    assert [path.name for path in place.iterdir()] == ["answer-1.md"]


def test_where_no_file_can_be_made_the_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"{tmp_path}/missing: No such file"):
        edited(editor("true"), TEXT, tmp_path / "missing")


def test_ctrl_c_is_for_the_editor_and_for_the_program_again_afterwards(place: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert edited(editor("kill -INT $PPID; printf more > $0"), TEXT, place) == "more"
    assert signal.getsignal(signal.SIGINT) is before
