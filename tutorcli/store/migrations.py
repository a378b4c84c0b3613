"""The steps that lead from any released queue.db to the newest; a released step is never edited."""

from pathlib import Path
from uuid import uuid4

from sqlite_utils import Database, Migrations

from tutorcli.errors import StoreError, message
from tutorcli.store import schema
from tutorcli.store.backup import copy_database
from tutorcli.store.connection import Store, explain

STEPS = Migrations("tutorcli.queue")

_TABLES = (
    "CREATE TABLE home (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE imports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        source TEXT NOT NULL,
        published INTEGER NOT NULL DEFAULT 0 CHECK (published IN (0, 1))
    ) STRICT
    """,
    # One import at a time: at most one is hidden, so that a scalar subquery names it.
    "CREATE UNIQUE INDEX imports_hidden ON imports (published) WHERE published = 0",
    """
    CREATE TABLE tasks (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        import_id INTEGER NOT NULL REFERENCES imports (id),
        replaced_by INTEGER REFERENCES imports (id),
        state TEXT NOT NULL CHECK (state IN ('open', 'done', 'set-aside', 'withdrawn')),
        disposition TEXT,
        priority INTEGER NOT NULL,
        due TEXT NOT NULL,
        domain TEXT NOT NULL,
        language TEXT NOT NULL,
        batch TEXT,
        protocol TEXT,
        tags TEXT NOT NULL,
        title TEXT NOT NULL,
        folded TEXT NOT NULL,
        answers INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        key INTEGER NOT NULL,
        updated_at TEXT NOT NULL,
        channel TEXT NOT NULL DEFAULT 'local',
        lease TEXT,
        pack TEXT,
        guideline TEXT
    ) STRICT
    """,
    # Apart, for a change of state would write the whole row anew, a text of megabytes included.
    """
    CREATE TABLE task_bodies (
        seq INTEGER PRIMARY KEY REFERENCES tasks (seq) ON DELETE CASCADE,
        body TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE task_tags (
        tag TEXT NOT NULL,
        state TEXT NOT NULL,
        priority INTEGER NOT NULL,
        due TEXT NOT NULL,
        seq INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
        PRIMARY KEY (tag, state, priority DESC, due, seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE judgments (
        feed INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        device TEXT NOT NULL,
        channel TEXT NOT NULL,
        dseq INTEGER NOT NULL CHECK (dseq > 0),
        import_id INTEGER REFERENCES imports (id),
        task TEXT NOT NULL,
        assignment TEXT NOT NULL,
        task_sha256 TEXT NOT NULL,
        tutor TEXT NOT NULL,
        role TEXT NOT NULL,
        stage TEXT,
        revision INTEGER NOT NULL,
        supersedes TEXT,
        disposition TEXT NOT NULL,
        decided_at TEXT,
        lease TEXT,
        clock_offset_ms INTEGER,
        stored_at TEXT NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        body BLOB NOT NULL,
        UNIQUE (device, channel, dseq)
    ) STRICT
    """,
    "CREATE TABLE words (code INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT",
    # All rows of a kind lie together, for statistics read one kind after the other.
    """
    CREATE TABLE measures (
        kind INTEGER NOT NULL,
        judgment INTEGER NOT NULL REFERENCES judgments (feed) ON DELETE CASCADE,
        rows BLOB NOT NULL,
        PRIMARY KEY (kind, judgment)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outcomes (
        judgment TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE documents (
        ref TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE sync_state (
        channel TEXT PRIMARY KEY,
        tutor TEXT NOT NULL,
        have INTEGER NOT NULL DEFAULT 0,
        head BLOB NOT NULL DEFAULT (zeroblob(32)),
        durable INTEGER NOT NULL DEFAULT 0,
        updated_at TEXT NOT NULL,
        device TEXT NOT NULL,
        url TEXT,
        project TEXT,
        region TEXT,
        epoch TEXT,
        durable_head BLOB NOT NULL DEFAULT (zeroblob(32)),
        heard INTEGER NOT NULL DEFAULT 0,
        policy TEXT NOT NULL DEFAULT '{}',
        clock_offset_ms INTEGER,
        signed_in INTEGER NOT NULL DEFAULT 0 CHECK (signed_in IN (0, 1)),
        contact_at TEXT,
        problem TEXT
    ) STRICT
    """,
)

# Rows that have been replaced take no part in these indexes. SQLite reads an index alone only when
# it holds replaced_by as well, though that is always null there.
_INDEXES = (
    "CREATE UNIQUE INDEX tasks_id ON tasks (id) WHERE replaced_by IS NULL",
    "CREATE INDEX tasks_versions ON tasks (id, sha256) WHERE replaced_by IS NOT NULL",
    """
    CREATE INDEX tasks_next ON tasks (state, priority DESC, due, seq, import_id, replaced_by)
        WHERE replaced_by IS NULL
    """,
    """
    CREATE INDEX tasks_next_of_domain
        ON tasks (state, domain, priority DESC, due, seq, language, import_id, replaced_by)
        WHERE replaced_by IS NULL
    """,
    """
    CREATE INDEX tasks_next_of_language
        ON tasks (state, language, priority DESC, due, seq, domain, import_id, replaced_by)
        WHERE replaced_by IS NULL
    """,
    """
    CREATE INDEX tasks_replaced ON tasks (replaced_by, state, priority DESC, due, seq)
        WHERE replaced_by IS NOT NULL
    """,
    # For titles as well, which are only ever scanned: in the order of seq, rows of an import come in
    # at the end of it, while one in the order of the titles would be written all over for each piece.
    "CREATE INDEX tasks_import ON tasks (import_id, seq, folded, id, replaced_by)",
    # Of what is lent alone: an import writes nothing here.
    "CREATE INDEX tasks_lent ON tasks (channel, state, id) WHERE channel <> 'local'",
    "CREATE INDEX task_tags_seq ON task_tags (seq)",
    "CREATE INDEX judgments_task ON judgments (task, id)",
    "CREATE INDEX judgments_last ON judgments (feed) WHERE import_id IS NULL",
    "CREATE INDEX judgments_supersedes ON judgments (supersedes) WHERE supersedes IS NOT NULL",
    "CREATE INDEX judgments_import ON judgments (import_id) WHERE import_id IS NOT NULL",
    "CREATE INDEX measures_judgment ON measures (judgment)",
    "CREATE INDEX outcomes_judgment ON outcomes (judgment)",
    "CREATE UNIQUE INDEX sync_state_signed_in ON sync_state (signed_in) WHERE signed_in = 1",
)

_VIEWS = (
    """
    CREATE VIEW live_tasks AS
        SELECT * FROM tasks
            WHERE replaced_by IS NULL
            AND import_id IS NOT (SELECT id FROM imports WHERE published = 0)
        UNION ALL
        SELECT * FROM tasks
            WHERE replaced_by = (SELECT id FROM imports WHERE published = 0)
    """,
    """
    CREATE VIEW visible_judgments AS
        SELECT * FROM judgments
            WHERE import_id IS NULL
            OR import_id IS NOT (SELECT id FROM imports WHERE published = 0)
    """,
)

_FOR_EVER = (
    *("feed", "id", "channel", "import_id", "task", "assignment", "task_sha256", "tutor", "role"),
    *("stage", "revision", "supersedes", "disposition", "decided_at", "lease", "clock_offset_ms"),
    *("stored_at", "sha256", "body"),
)
"""Columns of a judgment that never change; the device of a server's channel numbers what it sends anew."""

_TRIGGERS = (
    # REPLACE would delete silently whatever has the number already.
    f"""
    CREATE TRIGGER judgments_no_update BEFORE UPDATE ON judgments
    WHEN old.channel = 'local' OR new.device = old.device
        OR new.device IS NOT (SELECT device FROM sync_state WHERE channel = old.channel)
        OR {" OR ".join(f"new.{name} IS NOT old.{name}" for name in _FOR_EVER)}
        OR EXISTS (SELECT 1 FROM judgments WHERE device = new.device AND channel = new.channel
            AND dseq = new.dseq AND feed <> old.feed)
    BEGIN SELECT RAISE(ABORT, 'judgments are append-only'); END
    """,  # noqa: S608
    # What came from a server lies there; what was made here goes once a backup of the server has it.
    """
    CREATE TRIGGER judgments_no_delete BEFORE DELETE ON judgments
    WHEN NOT EXISTS (
            SELECT 1 FROM sync_state WHERE channel = old.channel AND channel <> 'local'
                AND (device = old.device AND durable >= old.dseq
                    OR device <> old.device AND old.import_id IS NOT NULL))
        AND NOT EXISTS (SELECT 1 FROM imports WHERE id = old.import_id AND published = 0)
    BEGIN SELECT RAISE(ABORT, 'judgments are append-only'); END
    """,
    # INSERT OR REPLACE of a connection without recursive_triggers deletes silently.
    """
    CREATE TRIGGER judgments_known BEFORE INSERT ON judgments
    WHEN EXISTS (SELECT 1 FROM judgments WHERE id = new.id)
        OR EXISTS (SELECT 1 FROM judgments WHERE feed = new.feed)
        OR EXISTS (SELECT 1 FROM judgments
            WHERE device = new.device AND channel = new.channel AND dseq = new.dseq)
    BEGIN SELECT RAISE(ABORT, 'judgments are append-only: this one is known'); END
    """,
    """
    CREATE TRIGGER task_tags_state AFTER UPDATE OF state ON tasks WHEN new.tags <> '[]'
    BEGIN UPDATE task_tags SET state = new.state WHERE seq = new.seq; END
    """,
)


@STEPS()
def m001_queue(db: Database) -> None:
    """Everything that the first version keeps."""
    for statement in (*_TABLES, *_INDEXES, *_VIEWS, *_TRIGGERS):
        db.execute(statement)
    device, now = str(uuid4()), schema.utc_now()
    db.execute("INSERT INTO home VALUES ('device', ?), ('created', ?)", [device, now])
    db.execute(
        "INSERT INTO sync_state (channel, tutor, device, updated_at) VALUES ('local', ?, ?, ?)",
        [f"local-{device[:8]}", device, now],
    )


def migrate(store: Store) -> None:
    """Take every pending step in one transaction; the caller holds the migration lock.

    A file that has content is copied first, to ``queue.db.before-<its version>``.

    Raises:
        StoreError: A step failed; the file is as it was.
    """
    version = store.version()
    if version:
        _copy_before(store, version)
    database = Database(store.connection, execute_plugins=False)  # type: ignore[arg-type]
    with store.write():
        try:
            STEPS.apply(database)
        except store.errors as error:
            raise explain(error, store.path) from error
        store.execute(f"PRAGMA user_version={schema.VERSION}")
        schema.verify_triggers(store)


def _copy_before(store: Store, version: int) -> None:
    target = before_path(store.folder, version)
    try:
        copy_database(store, target, replace=True)
    except StoreError as error:
        raise StoreError(
            message("{path} was not changed: {reason}", path=store.path, reason=error.what),
            hint=error.hint,
        ) from error


def before_path(folder: Path, version: int) -> Path:
    """Where the copy of a queue of that schema version lies after a migration."""
    return folder / f"queue.db.before-{version}"
