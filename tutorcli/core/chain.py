"""The chain over what a device has sent: one hash that proves all that came before it."""

from collections.abc import Iterable
from hashlib import sha256

START = bytes(32)
"""The head before the first judgment."""


def link(head: bytes, dseq: int, body_sha256: bytes) -> bytes:
    """The head after one judgment more.

    Args:
        head: The head before it, 32 bytes.
        dseq: Its number on the device, from 1.
        body_sha256: SHA-256 of its frozen bytes, 32 bytes.

    Returns:
        sha256(head || dseq as 8 bytes, big-endian || body_sha256), 32 bytes.

    >>> link(START, 1, bytes(32)).hex()[:16]
    'f82db6e0de46a257'
    """
    return sha256(head + dseq.to_bytes(8, "big") + body_sha256).digest()


def extend(head: bytes, first: int, digests: Iterable[bytes]) -> bytes:
    """The head after several judgments numbered from ``first`` on."""
    for dseq, digest in enumerate(digests, first):
        head = link(head, dseq, digest)
    return head
