"""What a server asks of a tutor's machine."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from tutorcli.core.bodies import OPEN, Bound

_Days = Annotated[int, Bound(ge=0, le=36_500)]


@dataclass(frozen=True, slots=True)
class Policy:
    """What the server asks of a tutor's machine."""

    __pydantic_config__: ClassVar[Any] = OPEN

    disk: Literal["encrypted", "any"] = "any"
    purge: Literal["never", "durable"] = "never"
    """durable: judged tasks and their judgments leave the machine once a backup holds them."""
    purge_after_days: _Days = 0
    """Days that they stay all the same."""
    offline_days: _Days = 0
    """Days without a sync after which tasks of the server no longer open; 0: no bound."""
