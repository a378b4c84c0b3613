"""Whom a home trusts, and through what it reaches a server."""

import socket
import ssl
from pathlib import Path

import httpx

from tutorcli.errors import ConfigError, InputError, message
from tutorcli.sync.remote import Place

# What lies in the system's buffer counts as taken: much of it on a slow line would look as if the
# server did not answer.
_SOCKET = [(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 << 10)]


def open_transport(place: Place) -> httpx.AsyncBaseTransport:
    """What carries requests to a place; nothing is sent yet.

    Raises:
        ConfigError: The proxy's address cannot be used.
        InputError: The file of authorities cannot be used.
    """
    trust = _trust(place)
    try:
        return httpx.AsyncHTTPTransport(
            verify=trust, trust_env=False, proxy=place.proxy, socket_options=_SOCKET
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        # The address may hold a password, so it is not repeated.
        raise ConfigError(
            message("the variable HTTPS_PROXY names no proxy that can be used"),
            hint=message("write it like http://proxy.example.org:3128, or unset it"),
        ) from None


def _trust(place: Place) -> ssl.SSLContext | bool:
    if place.url.startswith("http:"):
        return False
    if place.ca is not None:
        return trust_only(place.ca)
    # Companies add their own authority to the system's; those of the web come along with httpx.
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def trust_only(ca: Path) -> ssl.SSLContext:
    """TLS that takes certificates of the authorities in a PEM file, and no other.

    Raises:
        InputError: The file cannot be read or holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=str(ca))
    except ssl.SSLError:
        reason: object = message("no certificate in PEM form")
    except OSError as error:
        reason = error.strerror
    raise InputError(
        message("{file} cannot be used as an authority: {reason}", file=ca, reason=reason),
        hint=message(
            "--ca takes the PEM file of the authority that signed the server's certificate"
        ),
    )
