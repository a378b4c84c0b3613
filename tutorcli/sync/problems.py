"""What an answer that is no success means."""

from collections.abc import Mapping
from functools import cache
from urllib.parse import urljoin, urlsplit

from pydantic import TypeAdapter, ValidationError

from tutorcli.core.problems import CODES, PROBLEM, Problem
from tutorcli.errors import Message, Refused, TutorError, message
from tutorcli.sync.remote import DeviceForked
from tutorcli.sync.retry import Failed
from tutorcli.sync.transport import Answer

_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_NETWORK_LOGIN = 511
_LONGEST_S = 10**8
"""Longer waits are told as this one."""

_HINTS: Mapping[str, Message] = {
    "token_unknown": message(
        "unsent work stays here; sign in with a new code: tutorcli login {url}"
    ),
    "token_revoked": message(
        "unsent work stays here and is sent once you have signed in with a new code:"
        " tutorcli login {url}"
    ),
    "code_unknown": message("a code works once and for a short time; ask for a new one"),
    "consent_required": message("read the text and agree to it: tutorcli login {url}"),
    "wrong_tutor": message(
        "sign in as the tutor whose work is here, or set TUTORCLI_HOME to a folder of your own"
    ),
    "not_your_device": message("set TUTORCLI_HOME to a folder of your own, and sign in there"),
    "wrong_region": message("ask your administrator which server is meant for your region"),
    "wrong_role": message("ask your administrator for the role"),
    "too_large": message("install the newest tutorcli; if it stays, tell your administrator"),
    "not_found": message("check the address and its port"),
    "bad_request": message("install the newest tutorcli; if it stays, tell your administrator"),
    "upgrade_required": message("install the newest tutorcli"),
}
"""Code: the way out."""


class OtherVersion(Refused):
    """The server does not speak the version of the protocol that was asked for."""

    def __init__(self, what: Message, span: tuple[int, int] | None, hint: Message) -> None:
        """``span`` is the oldest and the newest version that it speaks, where it said so."""
        super().__init__(what, hint=hint)
        self.span = span


@cache
def _problem() -> "TypeAdapter[Problem]":
    return TypeAdapter(Problem)


def failure(answer: Answer, url: str) -> TutorError:
    """The error that an answer without success stands for.

    Args:
        answer: With a status other than 200 to 299.
        url: The server's address.
    """
    problem = _read(answer)
    if problem is not None:
        return _named(_of(problem, answer, url), problem.request_id or answer.request_id)
    if 300 <= answer.status < 400:
        return _redirect(answer, url)
    if answer.status in _TRANSIENT:
        return _busy(answer.status, answer.retry_after_s, url)
    return portal(answer, url)


def portal(answer: Answer, url: str) -> Failed:
    """The error for an answer that did not come from a tutorcli server."""
    if answer.kind in {"text/html", "application/xhtml+xml"} or _is_page(answer.body):
        return Failed(
            message(
                "{url} answered with a web page, not as a tutorcli server:"
                " a login page of the network?",
                url=url,
            ),
            hint=message("open a browser and sign in to the network, then run it again"),
        )
    if answer.status == _NETWORK_LOGIN:
        return Failed(
            message("the network wants you to sign in before {url} can be reached", url=url),
            hint=message("open a browser and sign in to the network, then run it again"),
        )
    return Failed(
        message("{url} answered {status}, not as a tutorcli server", url=url, status=answer.status),
        hint=message("check the address and its port"),
    )


def _is_page(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"


def _read(answer: Answer) -> Problem | None:
    if answer.kind != PROBLEM:
        return None
    try:
        return _problem().validate_json(answer.body)
    except ValidationError:
        return None


def _of(problem: Problem, answer: Answer, url: str) -> TutorError:
    code = CODES.get(problem.code)
    if code.is_transient if code else answer.status in _TRANSIENT:
        said = problem.retry_after
        # A number of any length is one in JSON.
        after_s = answer.retry_after_s if said is None else float(min(max(0, said), _LONGEST_S))
        return _busy(answer.status, after_s, url, problem.title)
    what = message("{url} refused: {reason}", url=url, reason=problem.detail or problem.title)
    if problem.code == "device_forked":
        return DeviceForked(what)
    hint = _HINTS.get(problem.code)
    hint = Message(hint.text, {"url": url}) if hint else None
    if problem.code == "upgrade_required":
        return other_version(url, problem.min, problem.max)
    return Refused(what, hint=hint)


def other_version(url: str, oldest: int | None, newest: int | None) -> OtherVersion:
    """The error for a server that speaks none of our versions of the protocol."""
    span = (oldest, newest) if oldest is not None and newest is not None else None
    spoken = f"{oldest}-{newest}" if span else "?"
    return OtherVersion(
        message(
            "{url} speaks other versions of the protocol ({versions})", url=url, versions=spoken
        ),
        span,
        _HINTS["upgrade_required"],
    )


def _busy(status: int, after_s: float | None, url: str, title: str = "") -> Failed:
    return Failed(
        message("{url} cannot answer now ({status} {title})", url=url, status=status, title=title)
        if title
        else message("{url} cannot answer now ({status})", url=url, status=status),
        hint=message("nothing is lost; run it again in {seconds} s", seconds=round(after_s))
        if after_s
        else message("nothing is lost; run it again later"),
        again=True,
        after_s=after_s,
    )


def _redirect(answer: Answer, url: str) -> Failed:
    try:
        target = urlsplit(urljoin(url + "/", str(answer.headers.get("location", ""))))
        # The query may hold somebody's session.
        shown = f"{target.scheme}://{target.hostname or '?'}{target.path}"[:200]
    except ValueError:
        shown = "?"
    return Failed(
        message("{url} sends on to {target}, which is not followed", url=url, target=shown),
        hint=message(
            "if that is a login page of the network, sign in to it with a browser;"
            " if the server has moved, log in at its new address"
        ),
    )


def _named(error: TutorError, request_id: str | None) -> TutorError:
    """The same error with the request's name, by which the server's log is searched."""
    if request_id and len(request_id) <= 64:
        error.what = message("{what} (request {id})", what=error.what, id=request_id)
        error.args = (str(error.what),)
    return error
