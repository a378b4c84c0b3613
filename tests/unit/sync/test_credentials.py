from pathlib import Path

import pytest

from tutorcli.errors import ConfigError, Refused, StoreError
from tutorcli.sync.credentials import Credentials, Tokens, open_tokens, write_private

SERVER = "0b9f1c0a-2f2f-4a55-8d3f-0c7d1c1f2a3b"
OTHER = "1b9f1c0a-2f2f-4a55-8d3f-0c7d1c1f2a3b"
MINE = Credentials("tut_secret", "tutorcli")


class Ring:
    """A keyring that forgets at the end of the test."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.kept[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


class LockedRing(Ring):
    """A keyring that nobody has unlocked."""

    def set_password(self, service: str, name: str, secret: str) -> None:
        del service, name, secret
        raise OSError("locked")


@pytest.fixture(params=["file", "keyring"])
def tokens(request: pytest.FixtureRequest, tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "tokens", Ring() if request.param == "keyring" else None)


def test_what_was_saved_is_loaded_for_its_server_alone(tokens: Tokens) -> None:
    assert tokens.load(SERVER) is None
    tokens.save(SERVER, MINE)
    assert tokens.load(SERVER) == MINE
    assert tokens.load(OTHER) is None


def test_a_new_token_replaces_the_old_one_and_removing_forgets_it(tokens: Tokens) -> None:
    tokens.save(SERVER, MINE)
    tokens.save(SERVER, Credentials("tut_new", "tutorcli"))
    assert tokens.load(SERVER) == Credentials("tut_new", "tutorcli")
    tokens.remove(SERVER)
    tokens.remove(SERVER)
    assert tokens.load(SERVER) is None


def test_the_file_and_its_folder_are_the_owners_alone(tmp_path: Path) -> None:
    Tokens(tmp_path / "tokens").save(SERVER, MINE)
    (file,) = (tmp_path / "tokens").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_use_is_refused_with_the_way_out(mode: int, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    tokens.save(SERVER, MINE)
    (file,) = tmp_path.iterdir()
    file.chmod(mode)
    with pytest.raises(Refused, match="others on this machine") as refusal:
        tokens.load(SERVER)
    assert f"chmod 600 {file}" in str(refusal.value.hint)


def test_no_secret_lies_in_a_file_when_there_is_a_keyring(tmp_path: Path) -> None:
    Tokens(tmp_path, Ring()).save(SERVER, MINE)
    (file,) = tmp_path.iterdir()
    assert "secret" not in file.read_text("utf-8")


def test_a_token_of_a_file_still_signs_in_after_the_setting_changed(tmp_path: Path) -> None:
    Tokens(tmp_path).save(SERVER, MINE)
    assert Tokens(tmp_path, Ring()).load(SERVER) == MINE


def test_a_locked_keyring_is_told_without_the_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the keyring cannot be used") as refusal:
        Tokens(tmp_path, LockedRing()).save(SERVER, MINE)
    assert "secret" not in f"{refusal.value.what}{refusal.value.hint}"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"token": "x"}', "\x00"])
def test_a_damaged_file_is_told(text: str, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    write_private(tmp_path / f"{SERVER}.json", text.encode())
    with pytest.raises(StoreError, match="is damaged"):
        tokens.load(SERVER)


def test_a_server_cannot_name_a_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="UUID"):
        Tokens(tmp_path).save("../../etc/passwd", MINE)
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(tmp_path)
    tokens.save(SERVER, MINE)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        tokens.save(SERVER, Credentials("tut_new", "tutorcli"))
    assert tokens.load(SERVER) == MINE
    assert len(list(tmp_path.iterdir())) == 1


def test_a_token_that_cannot_be_forgotten_is_told(tmp_path: Path) -> None:
    (tmp_path / f"{SERVER}.json").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        Tokens(tmp_path).remove(SERVER)


def test_a_token_is_in_no_words_about_it() -> None:
    assert "secret" not in repr(MINE)


def test_a_keyring_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match="not installed") as refusal:
        open_tokens(tmp_path, "keyring")
    assert "tutorcli[keyring]" in str(refusal.value.hint)
