"""All tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _of_the_server()
    _of_people()
    _of_devices()
    _of_tasks()
    _of_assignments()
    _of_judgments()
    _behind_the_feed()
    _of_leads()


def _of_the_server() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _of_people() -> None:
    op.create_table(
        "tutors",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'revoked')", name="tutors_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "names",
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("tutor"),
    )
    op.create_table(
        "name_keys",
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("tutor"),
    )
    op.create_table(
        "qualifications",
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.Column("granted_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("tutor", "domain", "language"),
    )
    op.create_table(
        "codes",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "consents",
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("tutor", "sha256", "device"),
    )


def _of_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("have", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("durable", sa.BigInteger(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(("ix_devices_tutor"), "devices", ["tutor"], unique=False)


def _of_tasks() -> None:
    op.create_table(
        "documents",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("instruments", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_table(
        "subjects",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=True),
        sa.Column("guideline", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("domain", "language"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("overlap", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_gold", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'withdrawn', 'purged')", name="tasks_state"),
        sa.CheckConstraint("free >= 0 AND free <= overlap", name="tasks_free"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("tasks_batch", "tasks", ["batch"], unique=False)
    op.create_index(
        "tasks_gold",
        "tasks",
        ["domain", "language"],
        unique=False,
        sqlite_where=sa.text("is_gold = 1"),
        postgresql_where=sa.text("is_gold = 1"),
    )
    op.create_index(
        "tasks_next",
        "tasks",
        ["domain", "language", sa.literal_column("priority DESC"), "due", "seq"],
        unique=False,
        sqlite_where=sa.text("free > 0 AND state = 'open'"),
        postgresql_where=sa.text("free > 0 AND state = 'open'"),
    )
    op.create_table(
        "golds",
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task"],
            ["tasks.id"],
        ),
        sa.PrimaryKeyConstraint("task"),
    )


def _of_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=True),
        sa.Column("guideline", sa.Text(), nullable=True),
        sa.Column("granted_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.Text(), nullable=True),
        sa.Column("notice", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('label', 'gold', 'repeat')", name="assignments_kind"),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'held', 'expired', 'surplus', 'withdrawn', 'purged')",
            name="assignments_state",
        ),
        sa.ForeignKeyConstraint(
            ["task"],
            ["tasks.id"],
        ),
        sa.ForeignKeyConstraint(
            ["tutor"],
            ["tutors.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "assignments_due",
        "assignments",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "assignments_notice",
        "assignments",
        ["tutor", "notice"],
        unique=False,
        sqlite_where=sa.text("notice IS NOT NULL"),
        postgresql_where=sa.text("notice IS NOT NULL"),
    )
    op.create_index("assignments_of", "assignments", ["tutor", "state"], unique=False)
    op.create_index(
        "assignments_once",
        "assignments",
        ["task", "tutor"],
        unique=True,
        sqlite_where=sa.text("kind <> 'repeat'"),
        postgresql_where=sa.text("kind <> 'repeat'"),
    )
    op.create_index(
        "assignments_repeated",
        "assignments",
        ["task", "tutor"],
        unique=True,
        sqlite_where=sa.text("kind = 'repeat'"),
        postgresql_where=sa.text("kind = 'repeat'"),
    )


def _of_judgments() -> None:
    op.create_table(
        "judgments",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("dseq", sa.BigInteger(), nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=True),
        sa.Column("is_first", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("assignment", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"],
            ["devices.id"],
        ),
        sa.PrimaryKeyConstraint("device", "dseq"),
        sa.UniqueConstraint("feed"),
    )
    op.create_index("judgments_assignment", "judgments", ["assignment"], unique=False)
    op.create_index(
        "judgments_id",
        "judgments",
        ["id"],
        unique=True,
        sqlite_where=sa.text("is_first = 1"),
        postgresql_where=sa.text("is_first = 1"),
    )
    op.create_index(
        "judgments_quarantined",
        "judgments",
        ["feed"],
        unique=False,
        sqlite_where=sa.text("status = 'quarantined'"),
        postgresql_where=sa.text("status = 'quarantined'"),
    )
    op.create_index("judgments_task", "judgments", ["task"], unique=False)
    op.create_index("judgments_tutor", "judgments", ["tutor", "feed"], unique=False)
    op.create_table(
        "rulings",
        sa.Column("feed", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("judgment", sa.Text(), nullable=False),
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("feed"),
    )
    op.create_index(("ix_rulings_judgment"), "rulings", ["judgment"], unique=False)
    op.create_index("rulings_tutor", "rulings", ["tutor", "feed"], unique=False)


def _behind_the_feed() -> None:
    op.create_table(
        "words",
        sa.Column("code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("word"),
    )
    op.create_table(
        "measures",
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("judgment", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "judgment"),
    )
    op.create_index(("ix_measures_judgment"), "measures", ["judgment"], unique=False)
    op.create_table(
        "gold_scores",
        sa.Column("judgment", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("tutor", sa.Text(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("judgment"),
    )
    op.create_index(("ix_gold_scores_tutor"), "gold_scores", ["tutor"], unique=False)


def _of_leads() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("judgment", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(("ix_reviews_judgment"), "reviews", ["judgment"], unique=False)
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
