"""The triggers that keep what was said as it was said."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("judgments", "rulings", "reviews", "audit", "consents")
_OF_A_JUDGMENT = (
    "device",
    "dseq",
    "feed",
    "id",
    "is_first",
    "sha256",
    "tutor",
    "assignment",
    "status",
    "reason",
    "clock_offset_ms",
    "received_at",
)
"""All columns but the body, which a purge may take, and the task, which may become known later."""


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table in _APPEND_ONLY:
        if table != "judgments":
            op.execute(_sqlite_trigger(table, "UPDATE"))
        op.execute(_sqlite_trigger(table, "DELETE"))
    op.execute(_sqlite_trigger("judgments", "UPDATE", f"WHEN {_refused('IS NOT')}"))


def _refused(differs: str) -> str:
    """When a judgment's row may not become another.

    Args:
        differs: The database's operator for values that differ, NULL being one.
    """
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _OF_A_JUDGMENT)
    body = f"(NEW.body IS NOT NULL AND NEW.body {differs} OLD.body)"
    task = f"(OLD.task IS NOT NULL AND NEW.task {differs} OLD.task)"
    return f"{changed} OR {body} OR {task}"


def _sqlite_trigger(table: str, act: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
        "END $$"
    )
    for table in _APPEND_ONLY:
        acts = "DELETE" if table == "judgments" else "UPDATE OR DELETE"
        op.execute(_postgresql_trigger(table, "no_change", f"{acts} ON {table} FOR EACH ROW"))
        op.execute(_postgresql_trigger(table, "no_truncate", f"TRUNCATE ON {table}"))
    when = f"WHEN ({_refused('IS DISTINCT FROM')})"
    op.execute(
        _postgresql_trigger("judgments", "no_update", f"UPDATE ON judgments FOR EACH ROW {when}")
    )


def _postgresql_trigger(table: str, name: str, rest: str) -> str:
    return f"CREATE TRIGGER {table}_{name} BEFORE {rest} EXECUTE FUNCTION refuse_change()"
