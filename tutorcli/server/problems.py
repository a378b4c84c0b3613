"""Refusals that the protocol foresees."""

from tutorcli.core.problems import CODES, Code


class Rejected(Exception):  # noqa: N818 - a reply of the protocol, not a fault
    """A request that the server answers with one of `core.problems.CODES`."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        retry_after: int | None = None,
        hangs_up: bool = False,
    ) -> None:
        """Refuse with a code.

        Args:
            code: A name in `core.problems.CODES`.
            detail: One sentence for a person; never the text of a task or a judgment, never a token.
            retry_after: Seconds after which trying again makes sense.
            hangs_up: Whether the connection ends with the reply.
        """
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: Code = CODES[code]
        self.detail = detail
        self.retry_after = retry_after
        self.hangs_up = hangs_up
