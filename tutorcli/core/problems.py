"""Errors that the sync protocol foresees, as RFC 9457 has them."""

from dataclasses import dataclass
from typing import Any, ClassVar

PROBLEM = "application/problem+json"
"""Media type of an error."""

_OPEN = {"strict": True, "extra": "ignore"}


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as RFC 9457 has it, with a code that programs can rely on."""

    __pydantic_config__: ClassVar[Any] = _OPEN

    code: str
    title: str
    status: int
    detail: str = ""
    retry_after: int | None = None
    """Seconds."""
    request_id: str | None = None
    min: int | None = None
    """With upgrade_required: the oldest version served."""
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An error that the protocol foresees."""

    name: str
    status: int
    title: str
    is_transient: bool = False
    """Whether trying again later may help."""


CODES: dict[str, Code] = {
    code.name: code
    for code in (
        Code("bad_request", 400, "the request is not what the protocol says"),
        Code("token_unknown", 401, "the token is unknown or has expired"),
        Code("token_revoked", 401, "the token was revoked"),
        Code("code_unknown", 403, "the enrolment code is unknown, used or expired"),
        Code("consent_required", 403, "the consent text must be agreed to first"),
        Code("wrong_tutor", 403, "this home belongs to another tutor"),
        Code("not_your_device", 403, "the device belongs to another tutor"),
        Code("wrong_role", 403, "the role does not allow this"),
        Code("wrong_region", 403, "the regions do not fit"),
        Code("own_work", 403, "nobody reviews their own work"),
        Code("not_found", 404, "there is no such thing"),
        Code("method_not_allowed", 405, "the method is not allowed here"),
        Code("device_forked", 409, "the device's history is not the one that is stored"),
        Code("conflict", 409, "this contradicts what is stored"),
        Code("too_large", 413, "the body is larger than this server takes"),
        Code(
            "unsupported_encoding", 415, "the content's type or encoding is not one of this server"
        ),
        Code("upgrade_required", 426, "the protocol's version is not served"),
        Code("too_many_requests", 429, "too many requests", is_transient=True),
        Code("internal", 500, "the server failed", is_transient=True),
        Code("busy", 503, "the server is busy", is_transient=True),
    )
}
