"""Addresses of servers: which are taken, and how they are written."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

from tutorcli.errors import ConfigError, message


def normal(text: str, *, insecure_lan: bool = False) -> str:
    """The address of a server in the one form in which it is stored: no slash at its end.

    Args:
        text: What was typed.
        insecure_lan: Take http for other machines than this one.

    Raises:
        ConfigError: Not an address of a server, or one that would send the token unencrypted.

    >>> normal("https://Example.org/tutors/")
    'https://example.org/tutors'
    >>> normal("http://127.0.0.1:8080")
    'http://127.0.0.1:8080'
    """
    parts = _split(text)
    if parts.username or parts.password or "@" in parts.netloc:
        raise ConfigError(
            message("the address of a server holds no name and no password"),
            hint=message("the enrolment code is asked for, or read from stdin with -"),
        )
    if parts.scheme == "http" and not (insecure_lan or _is_loopback(parts.hostname or "")):
        raise ConfigError(
            message("{url} is not encrypted", url=text),
            hint=message("write https://...; in a network of your own --insecure-lan takes http"),
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        httpx.URL(text.strip())
    except (ValueError, httpx.InvalidURL):
        is_whole = False
    if not is_whole or parts.scheme not in {"https", "http"} or parts.query or parts.fragment:
        raise ConfigError(
            message('"{url}" is not the address of a server', url=text),
            hint=message("write it like https://tutors.example.org"),
        )
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
