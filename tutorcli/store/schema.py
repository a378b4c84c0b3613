"""The form of queue.db: which version this program knows, and whether a file has it."""

from datetime import UTC, datetime

from tutorcli.errors import StoreError, message
from tutorcli.store.connection import Store

VERSION = 1
"""The number of migration steps that this program knows."""

TRIGGERS = frozenset(
    {
        "judgments_known",
        "judgments_no_update",
        "judgments_no_delete",
        "task_tags_state",
    }
)


def verify_triggers(store: Store) -> None:
    """Make sure that what keeps judgments append-only is in place.

    Raises:
        StoreError: A trigger is missing.
    """
    known = {row[0] for row in store.rows("SELECT name FROM sqlite_master WHERE type='trigger'")}
    if missing := sorted(TRIGGERS - known):
        raise StoreError(
            message(
                "{path} lacks the trigger {name} that protects judgments",
                path=store.path,
                name=", ".join(missing),
            ),
            hint=message(
                "another program changed the file; put back a copy that tutorcli backup made"
            ),
        )


def refuse_newer(store: Store, version: int) -> None:
    """Stop at a file that a newer program has made.

    Raises:
        StoreError: Its schema version is greater than ``version``.
    """
    if (found := store.version()) > version:
        raise StoreError(
            message(
                "{path} was made by a newer tutorcli (schema {found}; this one knows {known})",
                path=store.path,
                found=found,
                known=version,
            ),
            hint=message("install the newest tutorcli"),
        )


def utc_now() -> str:
    """The time in UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
