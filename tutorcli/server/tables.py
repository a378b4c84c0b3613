"""The server's tables; SQLite and PostgreSQL have the same ones.

Judgments, rulings, reviews and the audit are append-only: triggers see to it (`migrations`). Times are
UTC in ISO 8601, digests 32 bytes.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

METADATA = MetaData()

meta = Table(
    "meta",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""instance, epoch, region, project, created."""

counters = Table(
    "counters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)
"""feed: the last feed number. Its row is locked until the transaction that took one has ended, so
numbers appear in their order and a reader with a cursor misses none."""

tutors = Table(
    "tutors",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("roles", Text, nullable=False),
    Column("regions", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
    CheckConstraint("state IN ('active', 'revoked')", name="tutors_state"),
)
"""roles and regions are words with blanks between."""

names = Table(
    "names",
    METADATA,
    Column("tutor", Text, ForeignKey("tutors.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""Names, readable only with the person's key."""

name_keys = Table(
    "name_keys",
    METADATA,
    Column("tutor", Text, ForeignKey("tutors.id"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

qualifications = Table(
    "qualifications",
    METADATA,
    Column("tutor", Text, ForeignKey("tutors.id"), primary_key=True),
    Column("domain", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("expires_at", Text),
    Column("granted_at", Text, nullable=False),
)

codes = Table(
    "codes",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("tutor", Text, ForeignKey("tutors.id"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("device", Text),
    Column("used_at", Text),
)

tokens = Table(
    "tokens",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("tutor", Text, ForeignKey("tutors.id"), nullable=False),
    Column("device", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("revoked_at", Text),
)

consents = Table(
    "consents",
    METADATA,
    Column("tutor", Text, ForeignKey("tutors.id"), primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("device", Text, primary_key=True),
    Column("at", Text, nullable=False),
)

devices = Table(
    "devices",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("tutor", Text, ForeignKey("tutors.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("have", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("durable", BigInteger, nullable=False),
    Column("clock_offset_ms", BigInteger),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)

documents = Table(
    "documents",
    METADATA,
    Column("ref", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("instruments", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)
"""instruments: of a protocol, those that it needs, as ``rank/1 edit/1``; empty for the others."""

subjects = Table(
    "subjects",
    METADATA,
    Column("domain", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("pack", Text),
    Column("guideline", Text),
)
"""The domains and languages that tasks have, and what they are judged by now."""

tasks = Table(
    "tasks",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("batch", Text),
    Column("priority", BigInteger, nullable=False),
    Column("due", Text, nullable=False),
    Column("overlap", Integer, nullable=False),
    Column("free", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_gold", Integer, nullable=False),
    Column("protocol", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("imported_at", Text, nullable=False),
    CheckConstraint("free >= 0 AND free <= overlap", name="tasks_free"),
    CheckConstraint("state IN ('open', 'withdrawn', 'purged')", name="tasks_state"),
)
"""free: how many more tutors it may be given to; of a gold task it is always 0, for gold tasks are
given beside the count. due sorts as text, ``~`` is none. body: canonical JSON; of a purged task the
texts are replaced by their hashes."""

Index(
    "tasks_next",
    tasks.c.domain,
    tasks.c.language,
    tasks.c.priority.desc(),
    tasks.c.due,
    tasks.c.seq,
    sqlite_where=text("free > 0 AND state = 'open'"),
    postgresql_where=text("free > 0 AND state = 'open'"),
)
Index(
    "tasks_gold",
    tasks.c.domain,
    tasks.c.language,
    sqlite_where=text("is_gold = 1"),
    postgresql_where=text("is_gold = 1"),
)
Index("tasks_batch", tasks.c.batch)

golds = Table(
    "golds",
    METADATA,
    Column("task", Text, ForeignKey("tasks.id"), primary_key=True),
    Column("body", Text, nullable=False),
)
"""The known judgment of a gold task, in the task's own words."""

assignments = Table(
    "assignments",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("task", Text, ForeignKey("tasks.id"), nullable=False),
    Column("tutor", Text, ForeignKey("tutors.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("priority", BigInteger, nullable=False),
    Column("due", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("pack", Text),
    Column("guideline", Text),
    Column("granted_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("judged_at", Text),
    Column("notice", BigInteger),
    CheckConstraint("kind IN ('label', 'gold', 'repeat')", name="assignments_kind"),
    CheckConstraint(
        "state IN ('open', 'accepted', 'held', 'expired', 'surplus', 'withdrawn', 'purged')",
        name="assignments_state",
    ),
)
"""sha256: `task_sha256` of the task as it was handed out. State: open; accepted (judged); held (judged,
quarantined, its place kept until a lead decides); expired (its place was given back); surplus (judged
without a place); withdrawn, purged. notice: the feed number at which it was withdrawn or purged."""

Index(
    "assignments_once",
    assignments.c.task,
    assignments.c.tutor,
    unique=True,
    sqlite_where=text("kind <> 'repeat'"),
    postgresql_where=text("kind <> 'repeat'"),
)
Index(
    "assignments_repeated",
    assignments.c.task,
    assignments.c.tutor,
    unique=True,
    sqlite_where=text("kind = 'repeat'"),
    postgresql_where=text("kind = 'repeat'"),
)
Index("assignments_of", assignments.c.tutor, assignments.c.state)
Index(
    "assignments_due",
    assignments.c.expires_at,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
Index(
    "assignments_notice",
    assignments.c.tutor,
    assignments.c.notice,
    sqlite_where=text("notice IS NOT NULL"),
    postgresql_where=text("notice IS NOT NULL"),
)

judgments = Table(
    "judgments",
    METADATA,
    Column("device", Text, ForeignKey("devices.id"), primary_key=True),
    Column("dseq", BigInteger, primary_key=True),
    Column("feed", BigInteger, nullable=False, unique=True),
    Column("id", Text),
    Column("is_first", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("body", Text),
    Column("tutor", Text, nullable=False),
    Column("task", Text),
    Column("assignment", Text),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("clock_offset_ms", BigInteger),
    Column("received_at", Text, nullable=False),
)
"""What devices sent, one row for each number of a device. is_first: 1 for the row that stands for its
id; duplicates and reused ids have 0. body is NULL for duplicates (the first row has it), for what was
too long, and after a purge. task: the task's own id, where the assignment is known; it may become
known later. status and reason: at arrival; `rulings` has what was decided since."""

Index(
    "judgments_id",
    judgments.c.id,
    unique=True,
    sqlite_where=text("is_first = 1"),
    postgresql_where=text("is_first = 1"),
)
Index("judgments_tutor", judgments.c.tutor, judgments.c.feed)
Index("judgments_task", judgments.c.task)
Index("judgments_assignment", judgments.c.assignment)
Index(
    "judgments_quarantined",
    judgments.c.feed,
    sqlite_where=text("status = 'quarantined'"),
    postgresql_where=text("status = 'quarantined'"),
)

rulings = Table(
    "rulings",
    METADATA,
    Column("feed", BigInteger, primary_key=True, autoincrement=False),
    Column("judgment", Text, nullable=False, index=True),
    Column("tutor", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""What a lead decided of a quarantined judgment; the last one holds."""
Index("rulings_tutor", rulings.c.tutor, rulings.c.feed)

words = Table(
    "words",
    METADATA,
    Column("code", BigInteger, primary_key=True, autoincrement=False),
    Column("word", Text, nullable=False, unique=True),
)
"""What the codes in measures stand for."""

measures = Table(
    "measures",
    METADATA,
    Column("kind", Integer, primary_key=True),
    Column("judgment", BigInteger, primary_key=True, index=True),
    Column("rows", LargeBinary, nullable=False),
)
"""Figures of judgments in the task's own words (`core.measures`), written behind the feed; judgment is
the feed number of one that counts."""

gold_scores = Table(
    "gold_scores",
    METADATA,
    Column("judgment", Text, primary_key=True),
    Column("task", Text, nullable=False),
    Column("tutor", Text, nullable=False, index=True),
    Column("matched", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("at", Text, nullable=False),
)

reviews = Table(
    "reviews",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("judgment", Text, nullable=False, index=True),
    Column("reviewer", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("comment", Text),
    Column("at", Text, nullable=False),
)

audit = Table(
    "audit",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""Acts of leads and administrators; hash is over prev and the other columns."""

APPEND_ONLY = ("judgments", "rulings", "reviews", "audit", "consents")
"""Tables whose rows are neither changed nor deleted; a judgment may lose its body to a purge,
and get its task, once, when its assignment becomes known again."""
