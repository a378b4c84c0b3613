"""Whom a home trusts: the system's authorities, or the one whose file it was given, and nobody else."""

import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.server.strangers import (
    INSTANCE,
    TOKEN,
    Server,
    always,
    failed_sync,
    hello,
    reply,
)
from tutorcli.errors import Unreachable
from tutorcli.store.db import Queue
from tutorcli.sync.client import Client
from tutorcli.sync.remote import Place

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Authority:
    """A certificate authority made for one test."""

    folder: Path

    def __post_init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        object.__setattr__(self, "_key", key)
        object.__setattr__(
            self, "_name", x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "own")])
        )
        made = self._builder(self._name, key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.folder.mkdir()
        signed = made.sign(key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    _key: Any = None
    _name: Any = None

    @property
    def file(self) -> Path:
        """Its certificate."""
        return self.folder / "ca.pem"

    def _builder(self, name: x509.Name, key: Any, days: int = 1) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=10))
            .not_valid_after(now + timedelta(days=days))
        )

    def context(self, address: str = "127.0.0.1", days: int = 1) -> ssl.SSLContext:
        """TLS of a server at an address, good for so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        signed = (
            self._builder(name, key, days)
            .add_extension(alternative, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = self.folder / f"{address}-{days}.pem"
        file.write_bytes(
            signed.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that no system knows."""
    return Authority(tmp_path / "authority")


def test_a_server_of_an_authority_of_its_own_is_reached_with_its_file(
    authority: Authority,
) -> None:
    with (
        Server(always(reply(hello())), authority.context()) as server,
        closing(Client(Place(server.url, TOKEN, authority.file))) as remote,
    ):
        assert remote.hello().instance == INSTANCE


def test_a_certificate_of_an_unknown_authority_is_told(queue: Queue, authority: Authority) -> None:
    with Server(always(reply(hello())), authority.context()) as server:
        error = failed_sync(queue, server.url)
    assert isinstance(error, Unreachable)
    assert "is not trusted: " in str(error)
    assert "--ca FILE" in str(error.hint)
    assert server.seen == []


@pytest.mark.parametrize(
    ("address", "days", "reason"), [("127.0.0.2", 1, "not valid for"), ("127.0.0.1", -1, "expired")]
)
def test_a_certificate_that_does_not_fit_is_told(
    queue: Queue, authority: Authority, address: str, days: int, reason: str
) -> None:
    with Server(always(reply(hello())), authority.context(address, days)) as server:
        error = failed_sync(queue, server.url, authority.file)
    assert reason in str(error)
    assert server.seen == []


def test_a_server_without_tls_behind_https_is_told(queue: Queue, authority: Authority) -> None:
    with Server(always(reply(hello()))) as server:
        error = failed_sync(queue, server.url.replace("http:", "https:"), authority.file)
    assert isinstance(error, Unreachable)
    assert "does not answer" in str(error)
