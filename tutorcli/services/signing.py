"""Signing a home in to a server and out again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from tutorcli.core.policy import Policy
from tutorcli.core.settings import Settings
from tutorcli.core.wire import EnrolReply, EnrolRequest, Hello
from tutorcli.errors import ConfigError, Mismatch, Refused, StoreError, message
from tutorcli.services.disks import Encryption, encryption_of
from tutorcli.store import channels, judgments
from tutorcli.store.channels import Channel
from tutorcli.store.db import Queue
from tutorcli.sync.credentials import Credentials, open_tokens, write_private
from tutorcli.sync.remote import OWN_KIND, Place, Remote, connect

Proxy = Callable[[str], str | None]
"""Address of a server: address of the proxy that leads there, if any."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person says at login."""

    url: str
    code: str
    kind: str = OWN_KIND
    ca: Path | None = None
    """File of the authority that signed the server's certificate."""
    machine: str = ""
    """Name of the machine, for people."""
    consent: str | None = None
    """Hash of the consent text that was agreed to."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A home that has just signed in."""

    channel: Channel
    reply: EnrolReply
    unsent: int


def authority(settings: Settings, instance: str) -> Path:
    """Where the copy of a server's own authority lies, if it has one."""
    return settings.config / "authorities" / f"{UUID(instance)}.pem"


def known_authority(settings: Settings, queue: Queue, url: str) -> Path | None:
    """The authority that was given when this home signed in at an address before."""
    for channel in channels.each(queue):
        if channel.url == url and (file := authority(settings, channel.name)).exists():
            return file
    return None


def require_fit(queue: Queue, hello: Hello) -> None:
    """Make sure that this home may sign in to the server that answered.

    Raises:
        Mismatch: The server's name is none.
        ConfigError: This home is signed in to another server.
    """
    try:
        is_name = str(UUID(hello.instance)) == hello.instance
    except ValueError:
        is_name = False
    if not is_name:
        raise Mismatch(message('the server calls itself "{name}", no UUID', name=hello.instance))
    channel = channels.signed_in(queue)
    if channel is not None and channel.name != hello.instance:
        raise ConfigError(
            message("this home is signed in to {url}", url=channel.url),
            hint=message("first: tutorcli sync, then tutorcli logout"),
        )


def disk_of(data: Path, policy: Policy) -> Encryption | None:
    """What is known of the disk, where a server's policy asks for an encrypted one.

    Raises:
        Refused: It is not encrypted.
    """
    if policy.disk != "encrypted":
        return None
    found = encryption_of(data)
    if found in {Encryption.OFF, Encryption.MEMORY}:
        raise Refused(
            message("the server wants an encrypted disk; that of {path} is not", path=data),
            hint=message(
                "encrypt the disk, or set TUTORCLI_HOME to a folder on one that is; see: tutorcli doctor"
            ),
        )
    return found


def sign_in(
    settings: Settings, queue: Queue, remote: Remote, hello: Hello, said: SignIn
) -> SignedIn:
    """Change a code into a token and open the channel; cut at any point, it may be done again.

    Raises:
        Refused: The server, or its policy, does not let this home in.
        StoreError: The token could not be kept.
    """
    require_fit(queue, hello)
    known = channels.find(queue, hello.instance)
    device = known.device if known else _device(queue, hello.instance, said.code)
    reply = remote.enrol(
        EnrolRequest(
            code=said.code,
            device=device,
            name=said.machine,
            tutor=known.tutor if known else None,
            consent=said.consent,
        )
    )
    disk_of(settings.data, reply.policy)
    _keep_authority(authority(settings, hello.instance), said.ca)
    credentials = Credentials(reply.token, said.kind)
    open_tokens(settings.data, settings.tokens).save(hello.instance, credentials)
    channel = channels.enrol(
        queue,
        Channel(
            name=hello.instance,
            tutor=reply.tutor,
            device=device,
            url=said.url,
            project=hello.project,
            region=hello.region,
            epoch=hello.epoch,
            policy=reply.policy,
        ),
    )
    return SignedIn(channel, reply, judgments.unsent_count(queue, channel.name))


def _device(queue: Queue, instance: str, code: str) -> str:
    """The same at each try, so that a lost reply does not use up the code.

    Homes copied from one image have one local device, but each tutor a code of their own.
    """
    return str(uuid5(UUID(judgments.home(queue).device), f"{instance}\n{code}"))


def _keep_authority(file: Path, given: Path | None) -> None:
    if given == file:
        return
    try:
        if given is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(file, given.read_bytes())
    except OSError as error:
        raise StoreError(
            message("{path} cannot be written: {reason}", path=file, reason=error.strerror)
        ) from error


def require_channel(queue: Queue) -> Channel:
    """The channel that is signed in.

    Raises:
        Refused: None is.
    """
    channel = channels.signed_in(queue)
    if channel is None:
        raise Refused(
            message("this home is not signed in to a server"),
            hint=message("sign in with the code that you were given: tutorcli login URL"),
        )
    return channel


def open_remote(settings: Settings, channel: Channel, proxy: Proxy) -> Remote:
    """The server of a channel; nothing is sent yet.

    Raises:
        Refused: There is no token for it, or others may read it.
    """
    url = str(channel.url)
    credentials = open_tokens(settings.data, settings.tokens).load(channel.name)
    if credentials is None:
        raise Refused(
            message("there is no token for {url}", url=url),
            hint=message("unsent work stays here; sign in again: tutorcli login {url}", url=url),
        )
    ca = authority(settings, channel.name)
    place = Place(url, credentials.token, ca if ca.exists() else None, proxy(url))
    return connect(place, credentials.kind)


def sign_out(settings: Settings, queue: Queue) -> tuple[Channel, int]:
    """Forget the token; what is unsent stays.

    Returns:
        The channel, and how many of its judgments are unsent.

    Raises:
        Refused: No server is signed in.
    """
    channel = require_channel(queue)
    open_tokens(settings.data, settings.tokens).remove(channel.name)
    channels.sign_out(queue, channel.name)
    return channel, judgments.unsent_count(queue, channel.name)
