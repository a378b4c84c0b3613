"""Packed measures in words."""

from collections.abc import Mapping

from tutorcli.core.measures import ROW_FORMAT, Kind

Said = tuple[Kind, str, str, int]


def told(packed: Mapping[Kind, bytes] | Mapping[int, bytes], words: Mapping[int, str]) -> set[Said]:
    """Kind, key, ref and value of every row but the heads'."""
    return {
        (Kind(kind), words[key], words[ref], value)
        for kind, rows in packed.items()
        if kind != Kind.HEAD
        for key, ref, value in ROW_FORMAT.iter_unpack(rows)
    }
