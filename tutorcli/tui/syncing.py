"""Sync beside the screen: the program itself as a child process, so that no key waits for a network."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tutorcli.errors import Message, message

COMMAND = (sys.executable, "-m", "tutorcli", "sync", "--json")
_TOLD = "tutorcli: "


@dataclass(frozen=True, slots=True)
class Synced:
    """How a sync ended."""

    what: Message
    """For the head line."""
    is_failure: bool = False
    fetched: int = 0
    """Tasks that came."""


async def sync(command: Sequence[str]) -> Synced:
    """Run one sync to its end; what it did, in words for the head line.

    A cut at any point loses nothing, so a screen that closes need not wait for it.
    """
    try:
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await child.communicate()
    except OSError as error:
        return _failed(error.strerror or str(error))
    if child.returncode:
        return _failed(_reason(err))
    return _done(out)


def _done(out: bytes) -> Synced:
    try:
        report = json.loads(out)
        sent, fetched = int(report["sent"]), int(report["fetched"])
    except (ValueError, KeyError, TypeError):
        return _failed(_reason(out))
    what = message("synced: {sent} sent, {fetched} fetched", sent=sent, fetched=fetched)
    return Synced(what, fetched=fetched)


def _failed(reason: str) -> Synced:
    return Synced(message("sync failed: {reason}", reason=reason), is_failure=True)


def _reason(said: bytes) -> str:
    """The sentence in which a command says why it failed."""
    lines = said.decode(errors="replace").splitlines()
    told = [line.removeprefix(_TOLD) for line in lines if line.startswith(_TOLD)]
    return (told or lines or ["?"])[0]
