"""What the bodies of sync have in common: which members they refuse, and bounds of values."""

from typing import Any

STRICT = {"strict": True, "extra": "forbid"}
"""Of requests."""
OPEN = {"strict": True, "extra": "ignore"}
"""Of replies, to which a newer server may add members."""


class Bound:
    """What a value must keep to; pydantic asks for it, which is not imported here for it is slow."""

    def __init__(self, **bounds: int | str) -> None:
        """In pydantic-core's words: ``ge``, ``le``, ``pattern``."""
        self._bounds = bounds

    def __get_pydantic_core_schema__(self, kind: Any, schema_of: Any) -> dict[str, Any]:
        return {**schema_of(kind), **self._bounds}
