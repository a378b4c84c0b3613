"""Why no answer came, in words."""

import os
import ssl
from collections.abc import Iterator

import httpx

from tutorcli.errors import message
from tutorcli.sync.remote import Place
from tutorcli.sync.retry import Failed

_OFFLINE = message("work goes on without a network; nothing is lost, run it again later")
_AGAIN = message("nothing is lost; run it again")


class NoConnection(Failed):
    """The network or the server is not there at all."""


def lost(error: httpx.TransportError, place: Place) -> Failed:
    """The error for a request whose answer did not come."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _untrusted(cause, place)
        if isinstance(cause, ssl.SSLError):
            return Failed(
                message(
                    "{url} does not answer with TLS: {reason}",
                    url=place.url,
                    reason=cause.reason or "broken",
                ),
                hint=message("check the address and its port"),
            )
    if isinstance(error, httpx.ProxyError):
        return NoConnection(
            message("the proxy that HTTPS_PROXY names does not let {url} through", url=place.url),
            again=True,
        )
    if isinstance(error, httpx.ConnectTimeout):
        return NoConnection(
            message("{url} does not answer", url=place.url), hint=_OFFLINE, again=True
        )
    if isinstance(error, httpx.ConnectError):
        return NoConnection(
            message("{url} cannot be reached: {reason}", url=place.url, reason=_reason(error)),
            hint=_OFFLINE,
            again=True,
        )
    return Failed(
        message("the connection to {url} was cut", url=place.url), hint=_AGAIN, again=True
    )


def _untrusted(error: ssl.SSLCertVerificationError, place: Place) -> Failed:
    return Failed(
        message(
            "the certificate of {url} is not trusted: {reason}",
            url=place.url,
            reason=error.verify_message or "unknown",
        ),
        hint=message(
            "if the server has an authority of its own, name its file: tutorcli login {url} --ca FILE",
            url=place.url,
        ),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _reason(error: httpx.ConnectError) -> str:
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.strerror:
            # In the place of the reason asyncio names the address, which is told already.
            is_address = bool(cause.errno) and cause.strerror.startswith("Connect call failed")
            return os.strerror(cause.errno or 0) if is_address else cause.strerror
    return str(error) or "no connection"
