import pytest

from tutorcli.errors import ConfigError
from tutorcli.sync.address import normal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://Tutors.Example.org", "https://tutors.example.org"),
        (" https://tutors.example.org:8443/eu/ ", "https://tutors.example.org:8443/eu"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://localhost:1", "http://localhost:1"),
    ],
)
def test_one_address_has_one_form(typed: str, kept: str) -> None:
    assert normal(typed) == kept


@pytest.mark.parametrize(
    "typed", ["http://10.0.0.5", "http://localhost.example.org", "http://1270.0.1"]
)
def test_http_to_another_machine_is_taken_only_on_purpose(typed: str) -> None:
    with pytest.raises(ConfigError, match="not encrypted"):
        normal(typed)
    assert normal(typed, insecure_lan=True) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "tutors.example.org",
        "ftp://x",
        "https://",
        "https://x:99999",
        "https://x?y=1",
        "https://x#y",
        "",
        "https://x/\x01",
        "https://b\u00fc..org",
        "https://x/\udcff",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ConfigError, match="not the address"):
        normal(typed)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as refusal:
        normal("https://me:secret@x")
    assert "secret" not in f"{refusal.value.what} {refusal.value.hint}"
