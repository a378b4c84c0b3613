"""Signing in to a server, and out again."""

import contextlib
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.errors import ConfigError, InputError, Refused, message

if TYPE_CHECKING:
    from tutorcli.core.wire import Consent, Hello
    from tutorcli.services.signing import SignedIn

_LONGEST_CODE = 1000


Url = Annotated[str, typer.Argument(metavar="URL", help="Address of the server.")]
FromStdin = Annotated[
    str | None, typer.Argument(metavar="[-]", help="- reads the code from stdin.")
]
Kind = Annotated[str, typer.Option("--kind", metavar="K", help="Kind of server.")]
Authority = Annotated[
    Path | None,
    typer.Option(
        "--ca", metavar="FILE", help="Trust this authority alone (PEM); it is kept in the home."
    ),
]
InsecureLan = Annotated[
    bool, typer.Option("--insecure-lan", help="Take http, unencrypted, in a network of your own.")
]
DeviceName = Annotated[
    str | None,
    typer.Option("--device-name", metavar="N", help="Name of this machine, for the server."),
]
AcceptConsent = Annotated[
    bool, typer.Option("--accept-consent", help="Agree to the server's text without a question.")
]


def login(
    *,
    url: Url,
    source: FromStdin = None,
    kind: Kind = "tutorcli",
    ca: Authority = None,
    insecure_lan: InsecureLan = False,
    device_name: DeviceName = None,
    accept_consent: AcceptConsent = False,
    as_json: Json = False,
) -> None:
    """Sign in to a server with the code that you were given.

    The code is asked for without being shown, or read from stdin. Before it is sent you see which
    project answers and what you agree to. HTTPS_PROXY and NO_PROXY are honoured.
    """
    from tutorcli.services import signing
    from tutorcli.services.desk import open_desk
    from tutorcli.sync import address
    from tutorcli.sync.remote import Place, connect
    from tutorcli.sync.tls import trust_only

    if source not in {None, "-"}:
        raise ConfigError(
            message("the code never stands in an argument"),
            hint=message("give - and the code on stdin, or leave it away and be asked"),
        )
    settings = session.settings()
    place_url = address.normal(url, insecure_lan=insecure_lan)
    if ca is not None:
        trust_only(ca)
    with open_desk(settings) as desk:
        trusted = ca or signing.known_authority(settings, desk.queue, place_url)
        place = Place(place_url, None, trusted, proxy_of(place_url))
        with contextlib.closing(connect(place, kind)) as remote:
            hello = remote.hello()
            signing.require_fit(desk.queue, hello)
            _introduce(hello, place_url)
            _say_disk(signing.disk_of(settings.data, hello.policy))
            consent = _agreed(hello.consent, accept_consent=accept_consent)
            machine = _as_text(device_name or platform.node())
            said = signing.SignIn(place_url, _code(source), kind, trusted, machine, consent)
            signed = signing.sign_in(settings, desk.queue, remote, hello, said)
    _welcome(signed, as_json=as_json)


def proxy_of(url: str) -> str | None:
    """The proxy that the environment names for an address, if any."""
    from urllib.parse import urlsplit
    from urllib.request import proxy_bypass

    parts = urlsplit(url)
    named = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    if parts.scheme != "https" or not named or proxy_bypass(parts.hostname or ""):
        return None
    return named


def _introduce(hello: "Hello", url: str) -> None:
    from tutorcli.core.text import safe_line

    region = f", region {hello.region}" if hello.region else ""
    output.say(safe_line(f"{url}: project {hello.project}{region}"))


def _say_disk(found: str | None) -> None:
    if found == "unknown":
        output.say(
            "the server wants an encrypted disk; whether yours is cannot be told here: make sure"
        )


def _agreed(consent: "Consent | None", *, accept_consent: bool) -> str | None:
    """The hash of the text that was agreed to.

    Raises:
        Refused: It was not.
        ConfigError: There is nobody to ask.
    """
    if consent is None:
        return None
    from tutorcli.core.canonical import digest
    from tutorcli.core.text import safe

    if digest(consent.text) != consent.sha256:
        raise Refused(message("the server's consent text is not the one that its hash names"))
    output.say(safe(consent.text))
    if accept_consent:
        return consent.sha256
    if not sys.stdin.isatty():
        raise ConfigError(
            message("the text above wants your agreement"),
            hint=message("read it, then add --accept-consent"),
        )
    if not typer.confirm("Do you agree?", default=False, err=True):
        raise Refused(message("not agreed; the code was not sent and stays good"))
    return consent.sha256


def _code(source: str | None) -> str:
    """The enrolment code, from stdin or a prompt that does not show it."""
    code = ""
    if source == "-":
        code = sys.stdin.buffer.readline(_LONGEST_CODE).decode(errors="replace").strip()
    elif sys.stdin.isatty():
        from getpass import getpass

        with contextlib.suppress(EOFError):
            code = _as_text(getpass("enrolment code: ")).strip()
    else:
        raise ConfigError(
            message("there is no terminal to ask for the code"),
            hint=message("give - and the code on stdin: tutorcli login URL - < FILE"),
        )
    if not code:
        raise InputError(message("no code was given"))
    return code


def _as_text(typed: str) -> str:
    """What was typed or named, without the bytes that are no UTF-8, which cannot travel."""
    return typed.encode(errors="replace").decode()


def _welcome(signed: "SignedIn", *, as_json: bool) -> None:
    channel, reply = signed.channel, signed.reply
    if as_json:
        output.emit_json(
            {
                "channel": channel.name,
                "project": channel.project,
                "region": channel.region,
                "tutor": channel.tutor,
                "device": channel.device,
                "roles": list(reply.roles),
                "qualifications": [
                    {"domain": item.domain, "language": item.language, "expires": item.expires}
                    for item in reply.qualifications
                ],
                "unsent": signed.unsent,
            }
        )
        return
    from tutorcli.core.text import safe_line

    output.say(safe_line(f"signed in as {channel.tutor} ({', '.join(reply.roles)})"))
    output.say(safe_line(f"you may judge: {_may_judge(signed)}"))
    output.say("drafts and what was judged here before do not travel to the server;")
    output.say("  to submit local judgments on purpose: tutorcli sync --adopt BATCH")
    if signed.unsent:
        output.say(f"{output.counted(signed.unsent, 'judgment')} unsent")
    output.say("next: tutorcli sync")


def _may_judge(signed: "SignedIn") -> str:
    def words(domain: str, language: str, expires: str | None) -> str:
        where = "any domain" if domain == "*" else domain
        tongue = "any language" if language == "*" else language
        return f"{where} ({tongue}{f', until {expires[:10]}' if expires else ''})"

    held = [words(it.domain, it.language, it.expires) for it in signed.reply.qualifications]
    return ", ".join(held) or "nothing yet; ask your administrator for a qualification"


def logout(as_json: Json = False) -> None:
    """Sign out: the token leaves this machine, unsent work stays.

    What is unsent is sent once you have signed in again.
    """
    from tutorcli.services import signing
    from tutorcli.services.desk import open_desk

    settings = session.settings()
    with open_desk(settings) as desk:
        channel, unsent = signing.sign_out(settings, desk.queue)
    if as_json:
        output.emit_json({"channel": channel.name, "url": channel.url, "unsent": unsent})
        return
    output.say(f"signed out of {channel.url}")
    if unsent:
        output.say(
            f"{output.counted(unsent, 'judgment')} unsent; they stay here and are sent after"
        )
        output.say(f"  tutorcli login {channel.url}")
