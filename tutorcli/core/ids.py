"""UUIDs made from a time and random bytes that the caller brings."""

import uuid


def uuid7(now_ms: int, random: bytes) -> str:
    """A version 7 UUID, sortable by its millisecond.

    Args:
        now_ms: Unix time in milliseconds, 0 to 2**48 - 1.
        random: Ten random bytes.

    Returns:
        The UUID in its 36-character form.

    Raises:
        ValueError: ``random`` is not ten bytes long or ``now_ms`` out of range.

    Source:
        RFC 9562, section 5.7.

    >>> uuid7(0x017F22E279B0, bytes.fromhex("0cc318c4dc0c0c07398f"))
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
    """
    if len(random) != 10:
        raise ValueError(f"ten random bytes are needed, not {len(random)}")
    if not 0 <= now_ms < 1 << 48:
        raise ValueError(f"{now_ms} ms is no time that an id can hold")
    value = int.from_bytes(now_ms.to_bytes(6, "big") + random, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
